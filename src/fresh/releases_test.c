/* SPDX-License-Identifier: Apache-2.0 */
/* Documents as the registries' own documentation shows them, cut to what is read. */
#include "fresh/releases.h"

#include "support/test.h"

/* What a document says of one installed version. */
struct row {
	const char *what;
	enum dd_fresh_service service;
	const char *name, *doc;
	enum dd_scheme scheme;
	const char *installed, *latest, *released;
	bool behind;
	unsigned marks;
	const char *words, *instead;
};

#define NPM_DOC                                                                                                        \
	"{\"name\":\"x\",\"dist-tags\":{\"latest\":\"1.3.0\",\"next\":\"2.0.0-rc.1\"},\"versions\":{"                  \
	"\"1.0.0\":{\"name\":\"x\",\"version\":\"1.0.0\",\"deprecated\":\"use y, it is \\\"better\\\"\"},"             \
	"\"1.1.0\":{\"deprecated\":true},\"1.2.0\":{\"deprecated\":\"\"},\"1.2.1\":{\"deprecated\":false},"            \
	"\"1.3.0\":{\"dist\":{\"deprecated\":\"not this one\"}},\"2.0.0-rc.1\":{}},"                                   \
	"\"time\":{\"created\":\"2014-03-14T09:09:44.000Z\",\"1.3.0\":\"2018-04-09T01:00:00.000Z\"}}"
#define PEP691                                                                                                         \
	"{\"meta\":{\"api-version\":\"1.1\"},\"name\":\"x-y\",\"files\":["                                             \
	"{\"filename\":\"x_y-1.0-py3-none-any.whl\",\"yanked\":\"broken\"},"                                           \
	"{\"filename\":\"x-y-1.0.tar.gz\",\"yanked\":true},"                                                           \
	"{\"filename\":\"X.Y-1.1.zip\",\"yanked\":false,\"upload-time\":\"2024-01-02T03:04:05Z\"},"                    \
	"{\"filename\":\"x_y-1.2-py3-none-any.whl\",\"yanked\":true},{\"filename\":\"x_y-1.2.tar.gz\"},"               \
	"{\"filename\":\"x_y-2.0rc1-py3-none-any.whl\"},{\"filename\":\"x_y-3.0-1-cp39-cp39-win32.whl\",\"yanked\":"   \
	"\"no\"},"                                                                                                     \
	"{\"filename\":\"x_y-9.0.egg\"},{\"filename\":\"other-9.1.tar.gz\"}]"
#define PEP503                                                                                                         \
	"<!DOCTYPE html><html><head><meta name=\"pypi:repository-version\" content=\"1.4\">"                           \
	"<meta name=\"pypi:project-status\" content=\"archived\"></head><body><h1>Links for x-y</h1>"                  \
	"<a href=\"../../x_y-1.0-py3-none-any.whl#sha256=ab\" data-requires-python=\"&gt;=3\" data-yanked=\"a &amp; "  \
	"b\">"                                                                                                         \
	"x_y-1.0-py3-none-any.whl</a><br/>\n<a href=\"x\" data-yanked>x-y-1.0.tar.gz</a>"                              \
	"<A HREF='x'>x-y-1.4.post1.tar.gz</A></body></html>"
#define WAREHOUSE                                                                                                      \
	"{\"info\":{\"name\":\"x\",\"version\":\"1.1\",\"classifiers\":[\"Development Status :: 7 - Inactive\"]},"     \
	"\"releases\":{\"1.0\":[{\"yanked\":true,\"yanked_reason\":\"bad\"}],\"1.1\":[{\"yanked\":false,"              \
	"\"upload_time_iso_8601\":\"2020-05-06T07:08:09.123Z\"}],\"1.2\":[]}}"
#define CARGO                                                                                                          \
	"{\"name\":\"x\",\"vers\":\"0.1.0\",\"deps\":[],\"cksum\":\"00\",\"features\":{},\"yanked\":true}\n"           \
	"{\"name\":\"x\",\"vers\":\"0.2.0\",\"yanked\":false,\"pubtime\":\"2025-01-01T00:00:00Z\"}\n"                  \
	"{\"name\":\"x\",\"vers\":\"0.3.0\",\"yanked\":true}\n{\"name\":\"x\",\"vers\":\"1.0.0-beta.1\",\"yanked\":"   \
	"false}\n"
#define MAVEN                                                                                                          \
	"<?xml version=\"1.0\"?><metadata><groupId>g</groupId><artifactId>a</artifactId><versioning>"                  \
	"<latest>6.0-SNAPSHOT</latest><release>5.2.9</release><versions><version>5.2.8</version>"                      \
	"<version>6.0.0</version><version>6.1.0-M1</version><version>6.1.0-RC2</version><version>5.2.9</version>"      \
	"<version>6.1-alpha-1</version></versions></versioning></metadata>"
#define GEM                                                                                                            \
	"---\n1.0.0 |checksum:aa\n1.1.0-java dep:>= 1|checksum:bb,ruby:>= 2\n1.1.0 |checksum:cc\n2.0.0.pre1 "          \
	"|checksum:dd\n"
#define NUGET                                                                                                          \
	"{\"count\":1,\"items\":[{\"lower\":\"1.0.0\",\"upper\":\"3.0.0\",\"items\":["                                 \
	"{\"catalogEntry\":{\"version\":\"1.0.0\",\"listed\":true,\"published\":\"2015-01-01T00:00:00+00:00\","        \
	"\"deprecation\":{\"reasons\":[\"Legacy\"],\"message\":\"old\",\"alternatePackage\":{\"id\":\"New.One\"}}}},"  \
	"{\"catalogEntry\":{\"version\":\"2.0.0\",\"published\":\"2016-01-01T00:00:00+00:00\"}},"                      \
	"{\"catalogEntry\":{\"version\":\"2.1.0-beta\"}},{\"catalogEntry\":{\"version\":\"2.2.0\","                    \
	"\"published\":\"1900-01-01T00:00:00+00:00\"}},{\"catalogEntry\":{\"version\":\"3.0.0\",\"listed\":false}}]}]" \
	"}"
#define COMPOSER                                                                                                       \
	"{\"minified\":\"composer/2.0\",\"packages\":{\"v/n\":[{\"name\":\"v/n\",\"version\":\"v2.0.0\","              \
	"\"time\":\"2023-01-01T00:00:00+00:00\",\"abandoned\":\"v/other\"},{\"version\":\"v2.0.0-RC1\"},"              \
	"{\"version\":\"1.9.0\",\"abandoned\":\"__unset\"}]}}"

static const struct row rows[] = {
	{ "npm", DD_FRESH_NPM, "x", NPM_DOC, DD_SCHEME_SEMVER, "1.0.0", "1.3.0", "2018-04-09T01:00:00.000Z", true,
	  DD_UPSTREAM_DEPRECATED, "use y, it is \"better\"", "" },
	{ "npm without reason", DD_FRESH_NPM, "x", NPM_DOC, DD_SCHEME_SEMVER, "1.1.0", "1.3.0",
	  "2018-04-09T01:00:00.000Z", true, DD_UPSTREAM_DEPRECATED, "", "" },
	{ "npm taken back", DD_FRESH_NPM, "x", NPM_DOC, DD_SCHEME_SEMVER, "1.2.0", "1.3.0", "2018-04-09T01:00:00.000Z",
	  true, 0, "", "" },
	{ "npm false", DD_FRESH_NPM, "x", NPM_DOC, DD_SCHEME_SEMVER, "1.2.1", "1.3.0", "2018-04-09T01:00:00.000Z", true,
	  0, "", "" },
	{ "npm latest", DD_FRESH_NPM, "x", NPM_DOC, DD_SCHEME_SEMVER, "1.3.0", "1.3.0", "2018-04-09T01:00:00.000Z",
	  false, 0, "", "" },
	{ "npm before latest", DD_FRESH_NPM, "x", NPM_DOC, DD_SCHEME_SEMVER, "2.0.0-rc.1", "1.3.0",
	  "2018-04-09T01:00:00.000Z", false, 0, "", "" },
	{ "npm malware", DD_FRESH_NPM, "x",
	  "{\"dist-tags\":{\"latest\":\"0.0.1-security\"},\"versions\":{\"0.0.1-security\":{}}}", DD_SCHEME_SEMVER,
	  "3.3.6", "0.0.1-security", "", false, DD_UPSTREAM_REMOVED, "npm took the package away and holds its name",
	  "" },
	{ "pep 691, all files yanked", DD_FRESH_PYPI, "x-y", PEP691 "}", DD_SCHEME_PEP440, "1.0", "1.2", "", true,
	  DD_UPSTREAM_YANKED, "broken", "" },
	{ "pep 691, one file yanked", DD_FRESH_PYPI, "x-y", PEP691 "}", DD_SCHEME_PEP440, "1.2.0", "1.2", "", false, 0,
	  "", "" },
	{ "pep 792", DD_FRESH_PYPI, "x-y",
	  PEP691 ",\"project-status\":{\"status\":\"quarantined\",\"reason\":\"malware\"}}", DD_SCHEME_PEP440, "1.1",
	  "1.2", "", true, DD_UPSTREAM_REMOVED, "malware", "" },
	{ "pep 503", DD_FRESH_PYPI, "x-y", PEP503, DD_SCHEME_PEP440, "1.0", "1.4.post1", "", true,
	  DD_UPSTREAM_YANKED | DD_UPSTREAM_ARCHIVED, "a & b", "" },
	{ "pypi's own", DD_FRESH_PYPI, "x", WAREHOUSE, DD_SCHEME_PEP440, "1.0", "1.1", "2020-05-06T07:08:09.123Z", true,
	  DD_UPSTREAM_YANKED | DD_UPSTREAM_ARCHIVED, "bad", "" },
	{ "cargo", DD_FRESH_CARGO, "x", CARGO, DD_SCHEME_SEMVER, "0.1.0", "0.2.0", "2025-01-01T00:00:00Z", true,
	  DD_UPSTREAM_YANKED, "", "" },
	{ "cargo, newer than all", DD_FRESH_CARGO, "x", CARGO, DD_SCHEME_SEMVER, "0.3.0", "0.2.0",
	  "2025-01-01T00:00:00Z", false, DD_UPSTREAM_YANKED, "", "" },
	{ "maven", DD_FRESH_MAVEN, "g:a", MAVEN, DD_SCHEME_MAVEN, "5.2.9", "6.0.0", "", true, 0, "", "" },
	{ "gem", DD_FRESH_GEM, "x", GEM, DD_SCHEME_GEM, "1.0.0", "1.1.0", "", true, 0, "", "" },
	{ "gem, not in the index", DD_FRESH_GEM, "x", GEM, DD_SCHEME_GEM, "1.0.5", "1.1.0", "", true,
	  DD_UPSTREAM_YANKED, "", "" },
	{ "nuget", DD_FRESH_NUGET, "Old", NUGET, DD_SCHEME_NUGET, "1.0.0", "2.0.0", "2016-01-01T00:00:00+00:00", true,
	  DD_UPSTREAM_DEPRECATED, "old", "New.One" },
	{ "composer", DD_FRESH_COMPOSER, "v/n", COMPOSER, DD_SCHEME_COMPOSER, "1.9.0", "v2.0.0",
	  "2023-01-01T00:00:00+00:00", true, DD_UPSTREAM_ARCHIVED, "its authors have abandoned it", "v/other" },
};

static void check_row(const struct row *row)
{
	struct dd_releases r;
	struct dd_arena a = DD_ARENA_INIT(1 << 20);
	struct dd_upstream u = { 0 };
	struct dd_err err = { .message = "" };
	dd_releases_init(&r);
	CHECK_INT_ROW(dd_releases_read(row->service, dd_str_from(row->doc), dd_str_from(row->name), &r, &err), DD_OK,
		      row->what);
	CHECK_INT_ROW(dd_releases_standing(&r, row->scheme, dd_str_from(row->installed), &a, &u, &err), DD_OK,
		      row->what);
	CHECK_STR_ROW(u.latest, row->latest, row->what);
	CHECK_STR_ROW(u.released, row->released, row->what);
	CHECK_ROW(u.behind == row->behind, row->what);
	CHECK_INT_ROW(u.marks, row->marks, row->what);
	CHECK_STR_ROW(u.words, row->words, row->what);
	CHECK_STR_ROW(u.instead, row->instead, row->what);
	dd_arena_done(&a);
	dd_releases_done(&r);
}

TEST(releases_of_each_registry)
{
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		check_row(&rows[i]);
}

/* Every cut of a document is an error or an answer, never a crash; and cut JSON is never an answer. */
TEST(releases_cut_anywhere)
{
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		for (size_t n = 0; n < strlen(rows[i].doc); n++) {
			struct dd_releases r;
			struct dd_err err;
			dd_releases_init(&r);
			enum dd_code code = dd_releases_read(rows[i].service, dd_str_take(dd_str_from(rows[i].doc), n),
							     dd_str_from(rows[i].name), &r, &err);
			if (rows[i].doc[0] == '{' && rows[i].service != DD_FRESH_CARGO)
				CHECK_ROW(code != DD_OK, rows[i].what);
			dd_releases_done(&r);
		}
}

TEST(releases_of_something_else)
{
	static const char *const docs[] = { "",
					    "<html><body><a href=\"/login\">Sign in</a></body></html>",
					    "null",
					    "[]",
					    "\"x\"",
					    "{}",
					    "{\"error\":\"Not found\"}" };
	for (size_t s = 0; s < DD_FRESH_INRELEASE; s++) /* what follows is files, which nobody reads for releases */
		for (size_t i = 0; i < DD_COUNT(docs); i++) {
			struct dd_releases r;
			struct dd_err err;
			/* a module without versions has an empty list; files of repositories are no lists at all */
			if ((s == DD_FRESH_GO_LIST && !docs[i][0]) || s >= DD_FRESH_INRELEASE)
				continue;
			dd_releases_init(&r);
			enum dd_code code =
				dd_releases_read((enum dd_fresh_service)s, dd_str_from(docs[i]), DD_STR("x"), &r, &err);
			CHECK_ROW(code != DD_OK, docs[i]);
			CHECK_INT_ROW(r.list.n, 0, docs[i]);
			dd_releases_done(&r);
		}
}

TEST(releases_of_a_go_module)
{
	static const char list[] = "v1.0.0\nv1.0.1\nv1.2.0\nv1.3.0\nv2.0.0-rc.1\n";
	static const char mod[] = "// Package x.\n//\n// Deprecated: use example.com/y\n// instead.\n//\n// More.\n"
				  "module example.com/x // a word\n\ngo 1.17\n\nretract v1.0.1 // leaks\n"
				  "// published by accident\nretract [v1.3.0, v1.9.9]\nretract (\n\tv1.0.0\n)\n";
	static const struct {
		const char *installed;
		unsigned marks;
		const char *words;
		bool behind;
	} want[] = {
		{ "v1.0.0", DD_UPSTREAM_DEPRECATED | DD_UPSTREAM_YANKED, "use example.com/y instead.", true },
		{ "v1.0.1", DD_UPSTREAM_DEPRECATED | DD_UPSTREAM_YANKED, "leaks", true },
		{ "v1.2.0", DD_UPSTREAM_DEPRECATED, "use example.com/y instead.", false },
		{ "v1.3.0", DD_UPSTREAM_DEPRECATED | DD_UPSTREAM_YANKED, "published by accident", false },
	};
	struct dd_releases r;
	struct dd_arena a = DD_ARENA_INIT(1 << 20);
	struct dd_err err;
	dd_releases_init(&r);
	CHECK_INT(dd_releases_read(DD_FRESH_GO_LIST, dd_str_from(list), DD_STR("example.com/x"), &r, &err), DD_OK);
	CHECK_INT(r.next, DD_FRESH_GO_MOD);
	CHECK_INT(r.n_parts, 1);
	CHECK_STR(r.parts[0], "v1.3.0");
	CHECK_INT(dd_releases_read(DD_FRESH_GO_MOD, dd_str_from(mod), DD_STR("example.com/x"), &r, &err), DD_OK);
	for (size_t i = 0; i < DD_COUNT(want); i++) {
		struct dd_upstream u;
		CHECK_INT(dd_releases_standing(&r, DD_SCHEME_GOLANG, dd_str_from(want[i].installed), &a, &u, &err),
			  DD_OK);
		CHECK_STR_ROW(u.latest, "v1.2.0", want[i].installed);
		CHECK_INT_ROW(u.marks, want[i].marks, want[i].installed);
		CHECK_STR_ROW(u.words, want[i].words, want[i].installed);
		CHECK_ROW(u.behind == want[i].behind, want[i].installed);
	}
	dd_releases_done(&r);
	dd_releases_init(&r);
	CHECK_INT(dd_releases_read(DD_FRESH_GO_LIST, DD_STR(""), DD_STR("x"), &r, &err), DD_OK);
	CHECK_INT(r.next, DD_FRESH_GO_LATEST);
	CHECK_INT(dd_releases_read(DD_FRESH_GO_LATEST,
				   DD_STR("{\"Version\":\"v0.0.0-20200101000000-abcdefabcdef\","
					  "\"Time\":\"2020-01-01T00:00:00Z\"}"),
				   DD_STR("x"), &r, &err),
		  DD_OK);
	CHECK_INT(r.next, DD_FRESH_GO_MOD);
	CHECK_STR(r.parts[0], "v0.0.0-20200101000000-abcdefabcdef");
	dd_releases_done(&r);
	dd_arena_done(&a);
}

TEST(releases_of_nuget_in_pages)
{
	struct dd_releases r;
	struct dd_err err;
	dd_releases_init(&r);
	CHECK_INT(dd_releases_read(DD_FRESH_NUGET,
				   DD_STR("{\"items\":[{\"@id\":\"x\",\"lower\":\"1.0.0\",\"upper\":\"1.9.0\"},"
					  "{\"lower\":\"2.0.0\",\"upper\":\"2.9.0\"}]}"),
				   DD_STR("x"), &r, &err),
		  DD_OK);
	CHECK_INT(r.next, DD_FRESH_NUGET_PAGE);
	CHECK_INT(r.n_parts, 2);
	CHECK_STR(r.parts[1], "2.0.0/2.9.0");
	CHECK_STR(r.parts[0], "1.0.0/1.9.0");
	dd_releases_done(&r);
}

TEST(releases_before_the_release)
{
	static const struct {
		enum dd_scheme scheme;
		const char *version;
		bool pre;
	} table[] = {
		{ DD_SCHEME_PEP440, "1.0a1", true },	    { DD_SCHEME_PEP440, "1.0.dev3", true },
		{ DD_SCHEME_PEP440, "1.0rc1.post2", true }, { DD_SCHEME_PEP440, "1.0.post1", false },
		{ DD_SCHEME_PEP440, "1.0+ubuntu1", false }, { DD_SCHEME_PEP440, "v1.0", false },
		{ DD_SCHEME_SEMVER, "1.0.0-rc.1", true },   { DD_SCHEME_SEMVER, "1.0.0+build-7", false },
		{ DD_SCHEME_MAVEN, "1.0-M3", true },	    { DD_SCHEME_MAVEN, "1.0-SNAPSHOT", true },
		{ DD_SCHEME_MAVEN, "33.0.0-jre", false },   { DD_SCHEME_MAVEN, "1.0.Final", false },
		{ DD_SCHEME_MAVEN, "2.0.0.RC1", true },	    { DD_SCHEME_MAVEN, "1.0-b01", true },
		{ DD_SCHEME_GEM, "1.0.0.beta2", true },	    { DD_SCHEME_GEM, "1.0.0", false },
		{ DD_SCHEME_GOLANG, "v1.0.0-beta", true },  { DD_SCHEME_GOLANG, "v1.0.0+incompatible", false },
		{ DD_SCHEME_COMPOSER, "v1.0.0-RC1", true }, { DD_SCHEME_COMPOSER, "1.0.0-p1", false },
	};
	for (size_t i = 0; i < DD_COUNT(table); i++)
		CHECK_ROW(dd_release_is_pre(table[i].scheme, dd_str_from(table[i].version)) == table[i].pre,
			  table[i].version);
}
