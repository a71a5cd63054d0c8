/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/julia/julia_list.h"
#include "base/cleanup.h"
#include "support/path_rows.h"
#include "support/test.h"

#define INSTALLED(name, version, more) "package\tname=" name "\tversion=" version "\ttype=julia" more "\n"
#define LOCKED(name, version, more)    INSTALLED(name, version, "\tevidence=declared" more)
#define PROBLEM(at, text)	       "problem\tat=" at "\ttext=" text "\n"
#define SHA			       "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

TEST(julia_manifests)
{
	static const struct dd_path_row rows[] = {
		{ "app/Manifest.toml",
		  DD_STR("julia_version = \"1.9.0\"\nmanifest_format = \"2.0\"\nproject_hash = "
			 "\"x\"\n\n[[deps.Base64]]\n"
			 "uuid = \"2a0f\"\n\n[[deps.JSON]]\ndeps = [\"Dates\", \"Mmap\"]\ngit-tree-sha1 = \"31e9\"\n"
			 "uuid = \"682c\"\nversion = \"0.21.4\"\n\n[[deps.Mine]]\npath = \"../Mine\"\nuuid = \"1\"\n"
			 "version = \"0.1.0\"\n\n[[deps.Two]]\nuuid = \"2\"\nversion = \"1\"\n[deps.Two.deps]\nX = "
			 "\"3\"\n\n"
			 "[[deps.Two]]\nuuid = \"4\"\nversion = \"2\"\nrepo-url = "
			 "\"https://u:p@example.org/Two.jl\"\n"),
		  LOCKED("JSON", "0.21.4", "\tdepends=Dates\\nMmap\tqualifiers=uuid=682c")
			  LOCKED("Two", "1", "\tdepends=X\tqualifiers=uuid=2")
				  LOCKED("Two", "2", "\turl=https://example.org/Two.jl\tqualifiers=uuid=4") },
		{ "Manifest-v1.11.toml",
		  DD_STR("[[JSON]]\ndeps = [\"Dates\"]\nuuid = \"682c\"\nversion = \"0.21.1\"\n[[Dates]]\nuuid = "
			 "\"ade2\"\n"),
		  LOCKED("JSON", "0.21.1", "\tdepends=Dates\tqualifiers=uuid=682c") },
		{ "Manifest.toml", DD_STR("[[package]]\nname = \"x\"\nversion = \"1\"\n"), "" },
		{ "Manifest.toml", DD_STR("[[A]]\nuuid = 1\nversion = \n[[B]]\nuuid=\"b\"\nversion=\"1\"\n"),
		  LOCKED("B", "1", "\tqualifiers=uuid=b") PROBLEM("25", "toml: a value is none of TOML's") },
		{ "Manifest.toml", DD_STR(""), "" },
	};
	CHECK_PATH_ROWS(julia_analyzers, rows);
	dd_check_out_of_memory(&dd_analyzer_julia, rows[0].path, rows[0].data);
	CHECK_INT(dd_check_linear(&dd_analyzer_julia, "Manifest.toml", DD_STR(""),
				  DD_STR("[[A]]\nuuid=\"a\"\nversion=\"1\"\ndeps=[\"B\"]\n"), DD_STR(""), 5000),
		  20000);
}
