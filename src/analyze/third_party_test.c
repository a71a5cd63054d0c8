/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/third_party.h"

#include "analyze/json_sections.h"
#include "base/limits.h"
#include "support/found_text.h"
#include "support/test.h"

TEST(third_party_names_and_versions)
{
	static const struct {
		struct dd_str name, version;
		const char *want;
	} rows[] = {
		{ DD_STR("a"), DD_STR("1"), "package\tname=a\tversion=1\ttype=pypi\tevidence=declared\n" },
		{ DD_STR(""), DD_STR("1"), "problem\tat=7\ttext=package without a name\n" },
		{ DD_STR("a b"), DD_STR("1"), "problem\tat=7\ttext=package name is not valid: 'a b'\n" },
		{ DD_STR("a\0"), DD_STR("1"), "problem\tat=7\ttext=package name is not valid: 'a\\x00'\n" },
		{ DD_STR("a"), DD_STR(""), "problem\tat=7\ttext=package without a version: 'a'\n" },
		{ DD_STR("a"), DD_STR("1\n2"), "problem\tat=7\ttext=version of 'a' is not valid: '1\\n2'\n" },
		{ DD_STR("\xc3\xa9"), DD_STR("1"), "problem\tat=7\ttext=package name is not valid: '\xc3\xa9'\n" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP(dd_arena_done) struct dd_arena arena = DD_ARENA_INIT(DD_MIB);
		DD_CLEANUP(dd_found_done) struct dd_found f = { .arena = &arena };
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
		(void)dd_third_party(&f, DD_PACKAGE_DECLARED, "pypi", rows[i].name, rows[i].version, 7);
		dd_found_text(&f, 0, &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, DD_QUOTE(rows[i].name));
	}
}

TEST(third_party_files_inside_of_packages)
{
	static const struct {
		const char *path;
		bool inside;
	} rows[] = {
		{ "app/Gemfile.lock", false },
		{ "Gemfile.lock", false },
		{ "usr/lib/ruby/gems/3.1.0/gems/rails-7.0.4/Gemfile.lock", true },
		{ "app/gems/mine/Gemfile.lock", false },
		{ "app/vendor/Gemfile.lock", false },
		{ "app/vendor/monolog/composer.lock", false },
		{ "app/vendor/monolog/monolog/composer.lock", true },
		{ "usr/lib/python3/dist-packages/foo/requirements.txt", true },
		{ "venv/lib/python3.11/site-packages/requirements.txt", false },
		{ "venv/lib/python3.11/site-packages/a/b/poetry.lock", true },
		{ "app/node_modules/x/requirements.txt", true },
		{ "", false },
		{ "/", false },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		CHECK_ROW(dd_third_party_inside_package(dd_str_from(rows[i].path)) == rows[i].inside, rows[i].path);
}

TEST(third_party_urls_lose_credentials)
{
	static const struct {
		struct dd_str url;
		const char *want;
	} rows[] = {
		{ DD_STR("https://example.org/a.tgz"), "https://example.org/a.tgz" },
		{ DD_STR("https://user:pass@example.org/a.tgz#sha1"), "https://example.org/a.tgz" },
		{ DD_STR("https://token@example.org"), "https://example.org" },
		{ DD_STR("https://u:p@ss@example.org/a@b"), "https://example.org/a@b" },
		{ DD_STR("https://u@example.org?x=@y"), "https://example.org?x=@y" },
		{ DD_STR("https://example.org/@scope/a"), "https://example.org/@scope/a" },
		{ DD_STR("git+ssh://git@example.org/a.git"), "git+ssh://git@example.org/a.git" },
		{ DD_STR("git+ssh://git:x@example.org/a.git"), "git+ssh://example.org/a.git" },
		{ DD_STR("git@example.org:a/b.git"), "git@example.org:a/b.git" },
		{ DD_STR("x y"), "" },
		{ DD_STR("a\0b"), "" },
		{ DD_STR(""), "" },
	};
	DD_CLEANUP(dd_arena_done) struct dd_arena arena = DD_ARENA_INIT(DD_MIB);
	struct dd_found f = { .arena = &arena };
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		CHECK_STR_ROW(dd_third_party_url(&f, rows[i].url), rows[i].want, DD_QUOTE(rows[i].url));
	CHECK(!f.failed);
}

#define HEX32 "0123456789abcdef0123456789ABCDEF"

TEST(third_party_digests_and_lists)
{
	DD_CLEANUP(dd_arena_done) struct dd_arena arena = DD_ARENA_INIT(DD_MIB);
	DD_CLEANUP_BUF struct dd_buf list = DD_BUF_INIT(20);
	struct dd_found f = { .arena = &arena };
	CHECK_STR(dd_third_party_digest_of(&f, DD_STR("MD5:" HEX32)), "md5:0123456789abcdef0123456789abcdef");
	CHECK_STR(dd_third_party_digest_of(&f, DD_STR("sha256=" HEX32 HEX32)),
		  "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
	CHECK_STR(dd_third_party_digest_of(&f, DD_STR("sha256:" HEX32)), "");
	CHECK_STR(dd_third_party_digest_of(&f, DD_STR("md5:0123456789abcdef0123456789abcdeg")), "");
	CHECK_STR(dd_third_party_digest_of(&f, DD_STR("sha256")), "");
	CHECK_STR(dd_third_party_text(&f, DD_STR("  BSD\n\t 3 \r\n")), "BSD 3");
	CHECK_STR(dd_lines_take(&f, &list), "");
	dd_depends_add(&list, DD_STR("a"), DD_STR("1"));
	dd_depends_add(&list, DD_STR("a"), DD_STR("1"));
	dd_depends_add(&list, DD_STR("b"), DD_STR(""));
	dd_depends_add(&list, DD_STR("b\n"), DD_STR(""));
	dd_depends_add(&list, DD_STR("a"), DD_STR("1"));
	dd_depends_add(&list, DD_STR("a-name-too-much"), DD_STR(""));
	dd_qualifiers_add(&list, "k", DD_STR("v"));
	dd_qualifiers_add(&list, "k", DD_STR(""));
	CHECK_STR(dd_lines_take(&f, &list), "a@1\nb\na@1\nk=v");
	CHECK(!f.failed);
}

static void note_item(void *context, struct dd_str name, const json_t *value, uint64_t at)
{
	(void)dd_buf_addf(context, "%.*s=%.*s@%llu ", DD_FMT(name), DD_FMT(dd_json_text(value)),
			  (unsigned long long)at);
}

TEST(third_party_json_sections)
{
	static const struct {
		struct dd_str doc;
		const char *want;
	} rows[] = {
		{ DD_STR("{\"a\":[\"x\",\"y\"],\"b\":{\"k\":\"v\"}}"), "a: =x@6 =y@10 b: k=v@24 " },
		{ DD_STR("{\"z\":[[[1]]]}"), "a: b: " },
		{ DD_STR("{\"a\":null,\"b\":1}"), "a: b: problem\tat=14\ttext=not a JSON list: '1'\n" },
		{ DD_STR("{\"a\":[\"x\",wrong,\"y\"]}"), "a: =x@6 =y@16 b: problem\tat=15" },
		{ DD_STR("{\"a\":[\"x\"],\"a\":[\"y\"]}"), "a: =y@16 b: " },
		/* cut off inside a section: what stands before is read */
		{ DD_STR("{\"b\":{\"k\":\"v\"},\"a\":[\"x\",\"y"), "a: =x@20 b: k=v@10 problem\tat=26" },
		{ DD_STR("{\"b\":{\"k\":\"v\"},\"other\":[\"x\",\"y"), "a: b: k=v@10 problem\tat=30" },
		{ DD_STR("{\"b\":{\"k\":\"v\"},\"a"), "a: b: k=v@10 problem\tat=17" },
		{ DD_STR("{}"), "a: b: " },
		{ DD_STR("[]"), "no" },
		{ DD_STR(""), "no" },
	};
	static const char *const names[] = { "a", "b" };
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP(dd_arena_done) struct dd_arena arena = DD_ARENA_INIT(DD_MIB);
		DD_CLEANUP(dd_found_done) struct dd_found f = { .arena = &arena };
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
		struct dd_json_section found[DD_COUNT(names)];
		struct dd_err err;
		if (dd_json_sections(&f, rows[i].doc, names, DD_COUNT(names), found, &err) != DD_OK)
			(void)dd_buf_add_c(&out, "no");
		else
			for (size_t k = 0; k < DD_COUNT(names); k++) {
				(void)dd_buf_addf(&out, "%s: ", names[k]);
				dd_json_each(&f, found[k], note_item, &out);
			}
		dd_found_text(&f, 0, &out);
		CHECK_STR_ROW(dd_str_take(dd_buf_str(&out), strlen(rows[i].want)), rows[i].want, DD_QUOTE(rows[i].doc));
		CHECK_ROW(f.problems.n <= 1, DD_QUOTE(rows[i].doc));
	}
}
