/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/haskell/haskell_list.h"
#include "base/cleanup.h"
#include "support/path_rows.h"
#include "support/test.h"

#define INSTALLED(name, version, more) "package\tname=" name "\tversion=" version "\ttype=hackage" more "\n"
#define LOCKED(name, version, more)    INSTALLED(name, version, "\tevidence=declared" more)
#define PROBLEM(at, text)	       "problem\tat=" at "\ttext=" text "\n"
#define SHA			       "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

TEST(haskell_cabal)
{
	static const struct dd_path_row rows[] = {
		{ "app/cabal.project.freeze",
		  DD_STR("active-repositories: hackage.haskell.org:merge\nconstraints: any.Cabal ==3.8.1.0,\n"
			 "             any.aeson ==2.1.0.0,\n             aeson -cffi +ordered-keymap,\n"
			 "             -- any.no ==1\n             setup.happy ==1.20,\n"
			 "             cpphs:setup.base == 4.17.0.0,\n             any.x ==1.*,\n"
			 "             any.y >=1,\n             any.z ==1 || ==2,\n"
			 "             any.base installed\n"
			 "index-state: hackage.haskell.org 2023-01-01T00:00:00Z\n"),
		  LOCKED("Cabal", "3.8.1.0", "") LOCKED("aeson", "2.1.0.0", "") LOCKED("happy", "1.20", "")
			  LOCKED("base", "4.17.0.0", "") },
		{ "cabal.project.freeze", DD_STR("constraints: any.a ==1 2, any.b ==\r\n"),
		  PROBLEM("12", "version of 'a' is not valid: '1 2'") PROBLEM("25", "package without a version: 'b'") },
		{ "cabal.project.freeze", DD_STR("index-state: x\n any.a ==1\n"), "" },
		{ "cabal.project.freeze", DD_STR(""), "" },
	};
	CHECK_PATH_ROWS(haskell_analyzers, rows);
	dd_check_out_of_memory(&dd_analyzer_haskell, rows[0].path, rows[0].data);
	CHECK_INT(dd_check_linear(&dd_analyzer_haskell, "cabal.project.freeze", DD_STR("constraints: any.a ==1"),
				  DD_STR(",\n any.a ==1"), DD_STR(""), 10000),
		  40001);
}

TEST(haskell_stack)
{
	static const struct dd_path_row rows[] = {
		{ "app/stack.yaml.lock",
		  DD_STR("# comment\npackages:\n- completed:\n"
			 "    hackage: fuzzy-set-0.2.4@sha256:" SHA ",1618\n"
			 "    pantry-tree:\n      size: 574\n  original:\n    hackage: fuzzy-set-0.2.4\n"
			 "- completed:\n    name: mine\n    version: 0.1.0.0\n"
			 "    git: https://u:p@example.org/mine.git\n    commit: abc\n- completed:\n"
			 "    name: arch\n    version: 1.10\n    url: https://example.org/a.tar.gz\n"
			 "    sha256: " SHA "\n"
			 "snapshots:\n- completed:\n    size: 1\n    url: https://example.org/lts.yaml\n"),
		  LOCKED("fuzzy-set", "0.2.4", "") LOCKED("mine", "0.1.0.0", "\turl=https://example.org/mine.git")
			  LOCKED("arch", "1.10", "\tdigest=sha256:" SHA "\turl=https://example.org/a.tar.gz") },
		{ "stack.yaml.lock", DD_STR("packages:\n- completed:\n    hackage: x\n"),
		  PROBLEM("12", "package without a version: 'x'") },
		{ "stack.yaml.lock", DD_STR("packages: []\n"), "" },
	};
	CHECK_PATH_ROWS(haskell_analyzers, rows);
	dd_check_out_of_memory(&dd_analyzer_haskell_stack, rows[0].path, rows[0].data);
	CHECK_INT(dd_check_linear(&dd_analyzer_haskell_stack, "stack.yaml.lock", DD_STR("packages:\n"),
				  DD_STR("- completed:\n    hackage: a-1@x\n"), DD_STR(""), 5000),
		  20000);
}
