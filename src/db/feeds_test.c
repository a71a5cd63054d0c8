/* SPDX-License-Identifier: Apache-2.0 */
#include "db/feeds.h"

#include "support/test.h"

/* URLs are encoded paths, so that what is fetched is what the table says. */
TEST(feeds_make_sense)
{
	const struct dd_feed *f;
	size_t n = 0;
	for (; (f = dd_feed_at(n)); n++) {
		struct dd_str url = dd_str_from(f->url), path = dd_str_from(f->path);
		CHECK_ROW(dd_str_starts(url, DD_STR("https://")), f->path);
		CHECK_ROW(dd_str_is_word(url), f->path);
		CHECK_ROW(path.n && path.p[0] != '/' && dd_str_search(path, DD_STR("..")) == path.n, f->path);
		CHECK_ROW(dd_str_starts(path, dd_str_from(f->kind)), f->path);
		for (size_t k = 0; k < n; k++) {
			CHECK_ROW(strcmp(dd_feed_at(k)->path, f->path) != 0, f->path);
			CHECK_ROW(strcmp(dd_feed_at(k)->url, f->url) != 0, f->url);
		}
	}
	CHECK(n > 50);
}

static size_t count(const char *selector)
{
	const struct dd_feed *f;
	size_t n = 0;
	for (size_t i = 0; (f = dd_feed_at(i)); i++)
		n += dd_feed_matches(f, dd_str_from(selector));
	return n;
}

TEST(feeds_are_selected_by_kind_and_name)
{
	static const struct {
		const char *selector;
		size_t want;
	} rows[] = {
		{ "kev", 1 },
		{ "KEV", 1 },
		{ "osv:npm", 1 },
		{ "OSV:rocky linux", 1 },
		{ "alpine:v3.20", 2 },
		{ "alpine:v3.20/main", 1 },
		{ "alpine:v3.2", 0 },
		{ "alpine:v3.20/", 0 },
		{ "osv:", 0 },
		{ "osv:npm/", 0 },
		{ "os", 0 },
		{ "", 0 },
		{ ":", 0 },
		{ "kev:cisa:x", 0 },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		CHECK_INT_ROW(count(rows[i].selector), rows[i].want, rows[i].selector);
	CHECK(count("osv") > 20 && count("alpine") > 30);
}

TEST(feeds_tell_what_was_sent_by_mistake)
{
	static const struct {
		enum dd_feed_form form;
		struct dd_str in;
		const char *want; /* NULL: fine */
	} rows[] = {
		{ DD_FEED_ZIP, DD_STR("PK\3\4...PK\5\6"), NULL },
		{ DD_FEED_ZIP, DD_STR("PK\5\6"), NULL },
		{ DD_FEED_ZIP, DD_STR("PK\3\4..."), "the file is a zip archive that is cut" },
		{ DD_FEED_ZIP, DD_STR("PK"), "the file is no zip archive" },
		{ DD_FEED_ZIP, DD_STR(""), "the file is empty" },
		{ DD_FEED_ZIP, DD_STR("  <html>"), "the server sent a web page" },
		{ DD_FEED_ZIP, DD_STR("     "), "the file is no zip archive" },
		{ DD_FEED_JSON, DD_STR("\xef\xbb\xbf {} \n"), NULL },
		{ DD_FEED_JSON, DD_STR("[1]"), NULL },
		{ DD_FEED_JSON, DD_STR("\x1f\x8b\x08"), NULL },
		{ DD_FEED_JSON, DD_STR("{\"a\":"), "the file is JSON that is cut" },
		{ DD_FEED_JSON, DD_STR("   "), "the file is no JSON" },
		{ DD_FEED_JSON, DD_STR("<?xml version='1.0'?>"), "the server sent a web page" },
		{ DD_FEED_JSON, DD_STR("\0\0"), "the file is no JSON" },
		{ DD_FEED_CSV, DD_STR("#model_version"), NULL },
		{ DD_FEED_CSV, DD_STR("cve,epss"), NULL },
		{ DD_FEED_CSV, DD_STR("\x1f\x8b"), NULL },
		{ DD_FEED_CSV, DD_STR("<!doctype html>"), "the server sent a web page" },
		{ DD_FEED_CSV, DD_STR("\xff\xfe"), "the file is no CSV, plain or gzip" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		const struct dd_feed f = { .form = rows[i].form };
		struct dd_err err = { .message = "" };
		enum dd_code code = dd_feed_check(&f, rows[i].in, &err);
		CHECK_INT_ROW(code, rows[i].want ? DD_EPARSE : DD_OK, rows[i].want);
		CHECK_STR_ROW(dd_str_from(err.message), rows[i].want ? rows[i].want : "", rows[i].want);
	}
}
