/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/opam/opam_list.h"
#include "base/cleanup.h"
#include "support/path_rows.h"
#include "support/test.h"

#define INSTALLED(name, version, more) "package\tname=" name "\tversion=" version "\ttype=opam" more "\n"
#define LOCKED(name, version, more)    INSTALLED(name, version, "\tevidence=declared" more)
#define PROBLEM(at, text)	       "problem\tat=" at "\ttext=" text "\n"
#define SHA			       "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

TEST(opam_installed)
{
	static const struct dd_path_row rows[] = {
		{ "root/.opam/default/.opam-switch/packages/lwt.5.7.0/opam",
		  DD_STR("opam-version: \"2.0\"\nname: \"lwt\" # x: \"no\"\nlicense: [\"MIT\" \"BSD\"]\ndepends: [\n"
			 "  \"ocaml\" {>= \"4.08\"}\n  \"dune\" {build & >= \"1.8.0\"}\n  (\"result\" | \"x\")\n"
			 "  \"bisect_ppx\" {dev & >= \"2.0.0\"} (* \"no\" *)\n  \"t\" {with-test}\n]\n"
			 "build: [ [\"dune\" \"build\"] ]\nurl {\n  src: \"https://example.org/x\"\n  checksum: "
			 "\"md5=1\"\n"
			 "}\n"),
		  INSTALLED("lwt", "5.7.0", "\tlicences=MIT AND BSD\tdepends=ocaml\\ndune\\nresult\\nx") },
		{ "o/s/.opam-switch/packages/a.1/opam",
		  DD_STR("license: \"\"\"MIT\"\"\"\nurl { src: \"x\" }\ndepends: \"b\" {= \"1\"}"),
		  INSTALLED("a", "1", "\tlicences=MIT\tdepends=b") },
		{ "o/s/.opam-switch/packages/a/opam", DD_STR(""), PROBLEM("0", "package without a version: 'a'") },
		{ "src/a/opam", DD_STR("name: \"a\""), "" },
	};
	CHECK_PATH_ROWS(opam_analyzers, rows);
	dd_check_out_of_memory(&dd_analyzer_opam, rows[0].path, rows[0].data);
}

TEST(opam_locked)
{
	static const struct dd_path_row rows[] = {
		{ "app/mine.opam.locked",
		  DD_STR("opam-version: \"2.0\"\nname: \"mine\"\nversion: \"dev\"\ndepends: [\n  \"base\" {= "
			 "\"v0.16.3\"}\n"
			 "  \"alcotest\" {= \"1.7.0\" & with-test}\n  \"range\" {>= \"1\"}\n  \"none\"\n  \"two\" {!= "
			 "\"1\"}\n]\n"),
		  LOCKED("base", "v0.16.3", "") LOCKED("alcotest", "1.7.0", "\tdev=yes") },
		{ "a.opam.locked", DD_STR("depends: [ \"a b\" {= \"1\"} \"c\" {= \"2\""),
		  LOCKED("c", "2", "") PROBLEM("11", "package name is not valid: 'a b'") },
		{ "a.opam.locked", DD_STR(""), "" },
	};
	CHECK_PATH_ROWS(opam_analyzers, rows);
	dd_check_out_of_memory(&dd_analyzer_opam_lock, rows[0].path, rows[0].data);
	CHECK_INT(dd_check_linear(&dd_analyzer_opam_lock, "a.opam.locked", DD_STR("depends: ["),
				  DD_STR("\"a\" {= \"1\"} (* x *)\n"), DD_STR(""), 10000),
		  40000);
}
