/* SPDX-License-Identifier: Apache-2.0 */
#include "base/io.h"
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

extern const struct dd_analyzer dd_analyzer_cargo_lock;

static bool open_file(const char *version, const char *end, struct dd_map_file *m)
{
	char path[4096];
	struct dd_err err;
	(void)snprintf(path, sizeof path, "%s/src/analyze/rust/testdata/%s.%s", dd_test_root(), version, end);
	bool ok = dd_map_file_open(m, path, DD_MIB, &err) == DD_OK;
	CHECK_ROW(ok, path);
	return ok;
}

static const char *const versions[] = { "v1", "v2", "v3", "v4" };

/* Names and versions are those of `cargo metadata`; every version of the format says the same of each package. */
TEST(cargo_lock_versions)
{
	struct dd_buf first DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	for (size_t i = 0; i < DD_COUNT(versions); i++) {
		struct dd_map_file m DD_CLEANUP(dd_map_file_done) = { 0 }, want DD_CLEANUP(dd_map_file_done) = { 0 };
		struct dd_buf names DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB), text DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		struct dd_arena arena DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
		struct dd_found out = { .arena = &arena };
		struct dd_err err;
		if (!open_file(versions[i], "lock", &m) || !open_file(versions[i], "txt", &want))
			return;
		struct dd_input in = { DD_STR("app/Cargo.lock"), m.bytes };
		CHECK_ROW(dd_analyzer_cargo_lock.parse(&in, &out, &err) == DD_OK, versions[i]);
		for (size_t k = 0; k < out.packages.n; k++) {
			const struct dd_package *p = &out.packages.p[k];
			(void)dd_buf_addf(&names, "%.*s %.*s\n", DD_FMT(p->name), DD_FMT(p->version));
			CHECK_ROW(p->evidence == DD_PACKAGE_DECLARED, versions[i]);
			CHECK_ROW(dd_str_starts(p->digest, DD_STR("sha256:")) ==
					  (!dd_str_eq_c(p->name, "demo-app") && !dd_str_eq_c(p->name, "local-part")),
				  versions[i]);
		}
		CHECK_ROW(dd_str_eq(dd_buf_str(&names), want.bytes), versions[i]);
		dd_found_text(&out, 0, &text);
		if (i == 0)
			(void)dd_buf_add_str(&first, dd_buf_str(&text));
		CHECK_ROW(dd_str_eq(dd_buf_str(&text), dd_buf_str(&first)), versions[i]);
		CHECK_ROW(dd_str_search(dd_buf_str(&text),
					DD_STR("depends=cc@1.0.79\\nfastrand@1.9.0\\nitoa@0.4.8\\nlocal-part@0.1.0\\n"
					       "serde_json@1.0.100\n")) < text.n,
			  versions[i]);
		dd_found_done(&out);
	}
}

#define PACKAGE(name, version) "package\tname=" name "\tversion=" version "\ttype=cargo\tevidence=declared"

static const struct {
	struct dd_str text;
	const char *want;
} rows[] = {
	{ DD_STR(""), "" },
	{ DD_STR("version = 4\n"), "" },
	{ DD_STR("[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n"), PACKAGE("a", "1.0.0") "\n" },
	{ DD_STR("[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"sparse+https://index.crates.io/\"\n"),
	  PACKAGE("a", "1.0.0") "\n" },
	{ DD_STR("[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n"
		 "source = \"registry+https://me:secret@crates.example/index\"\n"),
	  PACKAGE("a", "1.0.0") "\tqualifiers=repository_url=https://crates.example/index\n" },
	{ DD_STR("[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n"
		 "source = \"git+https://me:secret@git.example/a.git?branch=x#0123abcd\"\n"),
	  PACKAGE("a", "1.0.0") "\tqualifiers=vcs_url=git+https://git.example/a.git@0123abcd\n" },
	{ DD_STR("[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"git+ssh://git@git.example/a\"\n"),
	  PACKAGE("a", "1.0.0") "\tqualifiers=vcs_url=git+ssh://git.example/a\n" },
	{ DD_STR("[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"zz\"\n"
		 "dependencies = [\"a\", \"b\", \"b 1.0.0\", \"b 2.0.0 (x)\", \"c\", 7, \"\"]\n"
		 "[[package]]\nname = \"b\"\nversion = \"1.0.0\"\n[[package]]\nname = \"b\"\nversion = \"2.0.0\"\n"),
	  PACKAGE("a", "1.0.0") "\tdepends=a@1.0.0\\nb\\nb@1.0.0\\nb@2.0.0\\nc\n" PACKAGE("b", "1.0.0") "\n" PACKAGE(
		  "b", "2.0.0") "\n" },
	{ DD_STR("[[package]]\nname = \"a b\"\nversion = \"1\"\n[[package]]\nname = 7\n[[package]]\nname = "
		 "\"c\"\nversion = \"3\"\n"),
	  PACKAGE("c", "3") "\nproblem\tat=0\ttext=not a package with a name and a version: 'a b' '1'\n"
			    "problem\tat=39\ttext=not a package with a name and a version: '' ''\n" },
	{ DD_STR("[[patch.unused]]\nname = \"a\"\nversion = \"1\"\n[metadata]\n\"checksum b 1 (x)\" = \"z\"\nx = 1\n"),
	  "" },
};

TEST(cargo_lock_files)
{
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		CHECK_ROW(dd_analyze_text(&dd_analyzer_cargo_lock, DD_STR("Cargo.lock"), rows[i].text, 0, &out) ==
				  DD_OK,
			  rows[i].text.p);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].text.p);
		for (size_t n = 0; n < rows[i].text.n; n++) {
			dd_buf_clear(&out);
			(void)dd_analyze_text(&dd_analyzer_cargo_lock, DD_STR("Cargo.lock"),
					      dd_str_take(rows[i].text, n), 0, &out);
		}
	}
}

/* One damaged part is a problem, the next one is read. */
TEST(cargo_lock_damage)
{
	static const struct dd_str text = DD_STR("[[package]]\nname = \"a\nversion = \"1\"\n[[package]]\nname = \"b\"\n"
						 "version = \"2\"\n");
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	CHECK(dd_analyze_text(&dd_analyzer_cargo_lock, DD_STR("Cargo.lock"), text, 0, &out) == DD_OK);
	CHECK(dd_str_starts(dd_buf_str(&out), DD_STR("package\tname=b\tversion=2\t")));
	CHECK(dd_str_search(dd_buf_str(&out), DD_STR("problem\tat=")) < out.n);
}

TEST(cargo_lock_places)
{
	static const struct {
		const char *path;
		bool read;
	} paths[] = {
		{ "srv/Cargo.lock", true },
		{ "root/.cargo/registry/src/index.crates.io-6f17d22bba15001f/cc-1.0.79/Cargo.lock", false },
		{ "usr/local/cargo/git/checkouts/a-0123/0123/Cargo.lock", false },
		{ "usr/local/rustup/toolchains/x/lib/rustlib/src/rust/library/Cargo.lock", false },
	};
	for (size_t i = 0; i < DD_COUNT(paths); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		CHECK(dd_analyze_text(&dd_analyzer_cargo_lock, dd_str_from(paths[i].path), rows[2].text, 0, &out) ==
		      DD_OK);
		CHECK_ROW((out.n > 0) == paths[i].read, paths[i].path);
	}
}
