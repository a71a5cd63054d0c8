/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/npm/npm_fixture.h"
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_pnpm;

TEST(pnpm_lock_files_of_pnpm)
{
	static const char *const files[] = { "pnpm-7.yaml", "pnpm-8.yaml", "pnpm-9.yaml", "pnpm-5.yaml" };
	for (size_t i = 0; i < DD_COUNT(files); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB), want DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		struct dd_str rest = dd_str_from(dd_npm_project), line;
		/* pnpm 5 links directories, and does not install what they need */
		while (dd_str_line(&rest, &line))
			if (i < 3 || !dd_str_eq_c(line, "is-number@7.0.0"))
				(void)dd_buf_addf(&want, "%.*s\n", DD_FMT(line));
		CHECK_ROW(dd_npm_list_file(&dd_analyzer_pnpm, "app/pnpm-lock.yaml", files[i], &out), files[i]);
		CHECK_STR_ROW(dd_buf_str(&out), dd_buf_c(&want), files[i]);
	}
}

#define PACKAGE(name, version, more)                                                                                   \
	"package\tname=" name "\tversion=" version "\ttype=npm\tevidence=declared" more "\n"

TEST(pnpm_entries)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
		{ "", "" },
		{ "lockfileVersion: '9.0'\n", "" },
		/* 5, 5.1: hosts, hashed peers, peers as further parts */
		{ "packages:\n  /a/1.0.0:\n    dev: true\n    dependencies: {b: 2.0.0_c@3.0.0, x: /@s/c/3.0.0}\n"
		  "  /b/2.0.0_c@3.0.0+d@1.0.0: {dev: false}\n  /@s/c/3.0.0/b@2.0.0: {}\n  /d/1.0.0-rc.1_abcdef0123: "
		  "{}\n"
		  "  registry.node-modules.io/e/5.0.0: {}\n  localhost+4873/f/6.0.0: {}\n",
		  PACKAGE("a", "1.0.0", "\tdev=yes\tdepends=b@2.0.0\\n@s/c@3.0.0") PACKAGE("b", "2.0.0", "")
			  PACKAGE("@s/c", "3.0.0", "") PACKAGE("d", "1.0.0-rc.1", "") PACKAGE("e", "5.0.0", "") },
		/* 6 */
		{ "packages:\n  /a@1.0.0(b@2.0.0)(@s/c@3.0.0(d@1.0.0)): {dev: true}\n  /@s/c@3.0.0: {resolution: "
		  "{integrity: "
		  "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=, tarball: https://u@r.example/c.tgz}}\n",
		  PACKAGE("a", "1.0.0", "\tdev=yes") PACKAGE("@s/c", "3.0.0",
							     "\tdigest=sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709"
							     "\turl=https://r.example/c.tgz") },
		/* 9: development is what only devDependencies lead to */
		{ "importers:\n  .:\n    devDependencies:\n      a: {specifier: ^1, version: 1.0.0(p@9.0.0)}\n    "
		  "dependencies:\n"
		  "      x: {specifier: 'npm:c@3', version: c@3.0.0}\n  w:\n    optionalDependencies: {l: {version: "
		  "'link:../l'}}\n"
		  "packages:\n  a@1.0.0: {}\n  b@2.0.0: {}\n  c@3.0.0: {}\n  d@4.0.0: {}\n  e@5.0.0: {}\nsnapshots:\n"
		  "  a@1.0.0(p@9.0.0): {dependencies: {b: 2.0.0, d: 4.0.0}}\n  b@2.0.0: {dependencies: {a: "
		  "1.0.0(p@9.0.0)}}\n"
		  "  c@3.0.0: {optionalDependencies: {d: 4.0.0}}\n",
		  PACKAGE("a", "1.0.0", "\tdev=yes\tdepends=b@2.0.0\\nd@4.0.0")
			  PACKAGE("b", "2.0.0", "\tdev=yes\tdepends=a@1.0.0") PACKAGE("c", "3.0.0", "\tdepends=d@4.0.0")
				  PACKAGE("d", "4.0.0", "") PACKAGE("e", "5.0.0", "") },
		/* in no registry */
		{ "packages:\n  file:a: {resolution: {directory: a, type: directory}, name: a}\n"
		  "  a@file:a: {resolution: {directory: a, type: directory}}\n"
		  "  github.com/u/b/0123456789: {name: b, version: 1.0.0, resolution: {tarball: "
		  "https://codeload.github.com/u/b/tar.gz/0}}\n"
		  "  c@https://codeload.github.com/u/c/tar.gz/0: {version: 1.0.0}\n"
		  "  '@codeload.github.com/u/d/tar.gz/0': {name: d, version: 1.0.0}\n"
		  "  git+ssh://git@h/e.git#0: {resolution: {type: git, repo: x, commit: y}}\n"
		  "  /f@1.0.0: {resolution: {type: git, repo: x}}\n"
		  "  bitbucket.org/u/g/0: {}\n  link:h: {}\n",
		  "" },
		/* what a directory needs is there */
		{ "importers:\n  .:\n    dependencies: {l: {version: 'file:l'}}\npackages:\n  l@file:l: {resolution: "
		  "{directory: l}}\n"
		  "  a@1.0.0: {}\nsnapshots:\n  l@file:l: {dependencies: {a: 1.0.0}}\n",
		  PACKAGE("a", "1.0.0", "") },
		/* several documents */
		{ "---\npackages:\n  a@1.0.0: {}\n---\npackages:\n  b@2.0.0: {}\n",
		  PACKAGE("a", "1.0.0", "") PACKAGE("b", "2.0.0", "") },
		{ "packages:\n  a@1.0.0: {}\n  a@1.0.0: {}\n---\npackages:\n  a@1.0.0: {}\n",
		  PACKAGE("a", "1.0.0", "") PACKAGE("a", "1.0.0", "")
			  PACKAGE("a", "1.0.0", "") "problem\tat=26\ttext=comes twice: 'a@1.0.0'\n" },
		{ "packages:\n  /a/1.0.0_b@1.0.0: {}\n  /a/1.0.0_b@2.0.0: {}\n  /a/1.0.0_b@2.0.0: {}\n",
		  PACKAGE("a", "1.0.0", "") PACKAGE("a", "1.0.0", "")
			  PACKAGE("a", "1.0.0", "") "problem\tat=58\ttext=comes twice: '/a/1.0.0_b@2.0.0'\n" },
		/* damage */
		{ "packages:\n  a@1.0.0: 7\n  b@2.0.0: {}\n  c@3.0.0: [\n",
		  PACKAGE("b", "2.0.0", "") "problem\tat=12\ttext=not a package of pnpm-lock.yaml: 'a@1.0.0'\n"
					    "problem\tat=50\ttext=yaml: did not find expected node content\n" },
		{ "packages:\n  a@1.0.0: {x: \xff}\n  b@2.0.0: {y: [}\n  c@3.0.0: {}\n",
		  PACKAGE("c", "3.0.0", "") "problem\tat=25\ttext=yaml: not UTF-8 text, or a control character\n"
					    "problem\tat=44\ttext=yaml: did not find expected node content\n" },
		{ "packages:\n  a@1.0.0: {x: *none}\n", "problem\tat=25\ttext=yaml: an alias without its anchor\n" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		(void)dd_analyze_text(&dd_analyzer_pnpm, DD_STR("pnpm-lock.yaml"), dd_str_from(rows[i].in), 0, &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].in);
	}
}

TEST(pnpm_lock_cut_anywhere)
{
	static const char doc[] =
		"lockfileVersion: '9.0'\nimporters:\n  .:\n    devDependencies:\n      a: {version: 1.0.0}\n"
		"packages:\n  '@s/a@1.0.0':\n    resolution: {integrity: sha1-xx}\nsnapshots:\n  '@s/a@1.0.0': {}\n";
	for (size_t n = 0; n < sizeof doc; n++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		dd_npm_list(&dd_analyzer_pnpm, DD_STR("pnpm-lock.yaml"), (struct dd_str){ doc, n }, &out);
	}
}
