/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/hex/hex_list.h"
#include "base/cleanup.h"
#include "support/path_rows.h"
#include "support/test.h"

#define INSTALLED(name, version, more) "package\tname=" name "\tversion=" version "\ttype=hex" more "\n"
#define LOCKED(name, version, more)    INSTALLED(name, version, "\tevidence=declared" more)
#define PROBLEM(at, text)	       "problem\tat=" at "\ttext=" text "\n"
#define SHA			       "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

TEST(hex_mix)
{
	static const struct dd_path_row rows[] = {
		{ "app/mix.lock",
		  DD_STR("%{\n"
			 "  \"cowboy\": {:hex, :cowboy, \"2.9.0\", "
			 "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", [:make, :rebar3], "
			 "[{:cowlib, \"2.11.0\", [hex: :cowlib, repo: \"hexpm\", optional: false]}, {:ranch, "
			 "\"1.8.0\", [hex: :ranch]}], \"hexpm\", \"" SHA "\"},\n"
			 "  \"old\" => {:hex, :\"old-name\", "
			 "\"0.1.0\"},\n"
			 "  g: {:git, \"https://example.org/g.git\", "
			 "\"abc\", [branch: \"main\"]},\n"
			 "  # a comment {:hex, :no, \"1\"}\n"
			 "  p: {:hex, :p, \"1.0.0-rc.1\", \"x\", "
			 "[:mix], [], \"hexpm\"},\n}\n"),
		  LOCKED("cowboy", "2.9.0", "\tdigest=sha256:" SHA "\tdepends=cowlib\\nranch")
			  LOCKED("old-name", "0.1.0", "") LOCKED("p", "1.0.0-rc.1", "") },
		{ "mix.lock", DD_STR("%{\"a\": {:hex, :a, \"1\"}, \"b\": {:hex, :b, \"2"),
		  LOCKED("a", "1", "") PROBLEM("42", "a text does not end") },
		{ "mix.lock", DD_STR("%{\"a\": {:hex}}"), PROBLEM("8", "package without a name") },
		{ "mix.lock", DD_STR("}"), PROBLEM("1", "a bracket closes that was not opened") },
		{ "mix.lock", DD_STR("{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{"),
		  PROBLEM("64", "brackets are nested too deep") },
		{ "mix.lock", DD_STR("%{\"a\\\": {:hex, :a, \"1\"}}"), PROBLEM("24", "a text does not end") },
		{ "mix.lock", DD_STR(""), "" },
	};
	CHECK_PATH_ROWS(hex_analyzers, rows);
	dd_check_out_of_memory(&dd_analyzer_hex, rows[0].path, rows[0].data);
	CHECK_INT(dd_check_linear(&dd_analyzer_hex, "mix.lock", DD_STR("%{"),
				  DD_STR("\"a\": {:hex, :a, \"1\", \"x\", [], [{:b, \"1\", [hex: :b]}], \"hexpm\"},\n"),
				  DD_STR("}"), 10000),
		  40000);
}

TEST(hex_rebar)
{
	static const struct dd_path_row rows[] = {
		{ "app/rebar.lock",
		  DD_STR("{\"1.2.0\",\n[{<<\"cowboy\">>,{pkg,<<\"cowboy_pkg\">>,<<\"2.9.0\">>},0},\n"
			 " {<<\"g\">>,{git,\"https://example.org/g.git\",{ref,\"abc\"}},0},\n"
			 " {<<\"ranch\">>,{pkg,<<\"ranch\">>,<<\"1.8.0\">>},1}]}.\n[\n{pkg_hash,[\n"
			 " {<<\"cowboy\">>, "
			 "<<\"BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB\">>},\n"
			 " {<<\"ranch\">>, "
			 "<<\"BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB\">>}]},\n"
			 "{pkg_hash_ext,[\n"
			 " {<<\"cowboy\">>, <<\"" SHA "\">>},\n"
			 " {<<\"other\">>, <<\"" SHA "\">>}]}\n"
			 "].\n"),
		  LOCKED("cowboy_pkg", "2.9.0", "\tdigest=sha256:" SHA) LOCKED("ranch", "1.8.0", "") },
		{ "rebar.lock", DD_STR("[{<<\"a\">>,{pkg,<<\"a\">>,<<\"1.0\">>},0}]. % {pkg,<<\"b\">>,<<\"1\">>}\n"),
		  LOCKED("a", "1.0", "") },
		{ "rebar.lock",
		  DD_STR("{\"1.2.0\",[{<<\"a\">>,{pkg,<<\"a\000\">>,<<\"1\">>}},{<<\"b\">>,{pkg,<<\"b\">>,<<\"2\">>}}"
			 ","),
		  LOCKED("b", "2", "") PROBLEM("20", "package name is not valid: 'a\\x00'")
			  PROBLEM("75", "the file is cut off") },
		{ "rebar.lock", DD_STR(""), "" },
	};
	CHECK_PATH_ROWS(hex_analyzers, rows);
	dd_check_out_of_memory(&dd_analyzer_hex_rebar, rows[0].path, rows[0].data);
	CHECK_INT(dd_check_linear(&dd_analyzer_hex_rebar, "rebar.lock", DD_STR("{\"1.2.0\",["),
				  DD_STR("{<<\"a\">>,{pkg,<<\"a\">>,<<\"1\">>},0},"), DD_STR(""), 10000),
		  40000);
}
