/* SPDX-License-Identifier: Apache-2.0 */
#include "fresh/addresses.h"

#include "base/arena.h"
#include "fresh/hosts.h"
#include "support/test.h"

TEST(fresh_addresses)
{
	static const struct {
		enum dd_fresh_service service;
		const char *name, *part, *url; /* url NULL: refused */
	} rows[] = {
		{ DD_FRESH_NPM, "left-pad", "", "http://h/left-pad" },
		{ DD_FRESH_NPM, "@types/node", "", "http://h/@types%2fnode" },
		{ DD_FRESH_NPM, "@types/..", "", NULL },
		{ DD_FRESH_NPM, "a/b", "", NULL },
		{ DD_FRESH_NPM, "..", "", NULL },
		{ DD_FRESH_NPM, "a?b", "", NULL },
		{ DD_FRESH_NPM, "a b", "", NULL },
		{ DD_FRESH_NPM, "a#b", "", NULL },
		{ DD_FRESH_NPM, "a\\b", "", NULL },
		{ DD_FRESH_NPM, "a%2e", "", NULL },
		{ DD_FRESH_NPM, "a\r\nHost: x", "", NULL },
		{ DD_FRESH_NPM, "", "", NULL },
		{ DD_FRESH_NPM, "\xc3\xa9", "", NULL },
		{ DD_FRESH_PYPI, "Zope.Interface__x", "", "http://h/zope-interface-x/" },
		{ DD_FRESH_CARGO, "A", "", "http://h/1/a" },
		{ DD_FRESH_CARGO, "ab", "", "http://h/2/ab" },
		{ DD_FRESH_CARGO, "abc", "", "http://h/3/a/abc" },
		{ DD_FRESH_CARGO, "Serde", "", "http://h/se/rd/serde" },
		{ DD_FRESH_GO_LIST, "github.com/Azure/x", "", "http://h/github.com/!azure/x/@v/list" },
		{ DD_FRESH_GO_MOD, "a.b/c", "v1.0.0+incompatible", "http://h/a.b/c/@v/v1.0.0%2Bincompatible.mod" },
		{ DD_FRESH_GO_MOD, "a.b/c", "v1/../../x", NULL },
		{ DD_FRESH_GO_LIST, "a.b/../c", "", NULL },
		{ DD_FRESH_GO_LIST, "/a", "", NULL },
		{ DD_FRESH_MAVEN, "org.apache:a-b", "", "http://h/org/apache/a-b/maven-metadata.xml" },
		{ DD_FRESH_MAVEN, "org..x:a", "", NULL },
		{ DD_FRESH_MAVEN, "org", "", NULL },
		{ DD_FRESH_MAVEN, "org:a:b", "", NULL },
		{ DD_FRESH_MAVEN, "org/x:a", "", NULL },
		{ DD_FRESH_GEM, "rails", "", "http://h/info/rails" },
		{ DD_FRESH_NUGET, "Newtonsoft.Json", "", "http://h/newtonsoft.json/index.json" },
		{ DD_FRESH_NUGET_PAGE, "X", "1.0.0/2.0.0", "http://h/x/page/1.0.0/2.0.0.json" },
		{ DD_FRESH_NUGET_PAGE, "X", "1.0.0", NULL },
		{ DD_FRESH_COMPOSER, "Monolog/Monolog", "", "http://h/p2/monolog/monolog.json" },
		{ DD_FRESH_COMPOSER, "monolog", "", NULL },
		{ DD_FRESH_MIRRORS, "https://m/x", "repo=a-9&arch=x86_64", "http://h?repo=a-9&arch=x86_64" },
		{ DD_FRESH_MIRRORS, "https://m/x", "", "http://h" },
		{ DD_FRESH_MIRRORS, "https://m/x", "a b", NULL },
		{ DD_FRESH_MIRRORS, "https://m/x", "a\r\nb", NULL },
		{ DD_FRESH_MIRRORS, "https://m/x", "a#b", NULL },
		{ DD_FRESH_FILE, "https://m/x", "repodata/1-primary.xml.gz", "http://h/repodata/1-primary.xml.gz" },
		{ DD_FRESH_FILE, "https://m/x", "repodata/../../x", NULL },
		{ DD_FRESH_FILE, "https://m/x", "etc/passwd", NULL },
		{ DD_FRESH_N_SERVICES, "x", "", NULL },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf url = DD_BUF_INIT(4096);
		struct dd_fresh_query q = { .service = (uint32_t)rows[i].service };
		struct dd_err err;
		memcpy(q.name, rows[i].name, strlen(rows[i].name));
		memcpy(q.part, rows[i].part, strlen(rows[i].part));
		(void)dd_buf_add_c(&url, "http://h");
		enum dd_code code = dd_fresh_address(&q, &url, &err);
		CHECK_INT_ROW(code, rows[i].url ? DD_OK : DD_EARG, rows[i].name);
		if (rows[i].url)
			CHECK_STR_ROW(dd_buf_str(&url), rows[i].url, rows[i].name);
	}
}

TEST(fresh_hosts)
{
	static const struct {
		const char *url, *host; /* NULL: none */
	} rows[] = {
		{ "https://Deb.Debian.org/debian", "deb.debian.org" },
		{ "http://localhost:8080", "localhost:8080" },
		{ "http://[::1]:80/x", "[::1]:80" },
		{ "http://user:secret@host/", NULL },
		{ "http://evil@deb.debian.org/", NULL },
		{ "ftp://host/", NULL },
		{ "file:///etc/passwd", NULL },
		{ "http://", NULL },
		{ "http:///x", NULL },
		{ "http://a b/", NULL },
		{ "http://deb.debian.org\\@evil/", "deb.debian.org" },
		{ "", NULL },
	};
	static const char *const bad[] = { "host/path",		"host=ftp://x",	    "=http://x", "",
					   "host=http://u:p@x", "host=http://x/?q", "host=x" };
	static const char *list[] = { "mirror.example", "deb.debian.org=http://localhost:1/x/" };
	struct dd_opt_list given = { list, DD_COUNT(list) };
	struct dd_fresh_hosts hosts;
	struct dd_arena a = DD_ARENA_INIT(1 << 16);
	struct dd_err err;
	char host[DD_FRESH_ORIGIN_MAX];
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		bool found = dd_fresh_host_of(dd_str_from(rows[i].url), host);
		CHECK_ROW(found == (rows[i].host != NULL), rows[i].url);
		if (found && rows[i].host)
			CHECK_STR_ROW(dd_str_from(host), rows[i].host, rows[i].url);
	}
	CHECK(!dd_fresh_is_address(DD_STR("http://deb.debian.org\\@evil/")));
	for (size_t i = 0; i < DD_COUNT(bad); i++) {
		const char *one[] = { bad[i] };
		struct dd_opt_list l = { one, 1 };
		CHECK_INT_ROW(dd_fresh_hosts_set(&hosts, &l, &a, &err), DD_EARG, bad[i]);
	}
	CHECK_INT(dd_fresh_hosts_set(&hosts, &given, &a, &err), DD_OK);
	CHECK(dd_fresh_hosts_allow(&hosts, "mirror.example"));
	CHECK(dd_fresh_hosts_allow(&hosts, "security.ubuntu.com"));
	CHECK(!dd_fresh_hosts_allow(&hosts, "169.254.169.254"));
	CHECK(!dd_fresh_hosts_allow(&hosts, "localhost"));
	DD_CLEANUP_BUF struct dd_buf url = DD_BUF_INIT(4096);
	CHECK_INT(dd_fresh_hosts_base(&hosts, "https://deb.debian.org/debian/", &url, &err), DD_OK);
	CHECK_STR(dd_buf_str(&url), "http://localhost:1/x/debian");
	dd_arena_done(&a);
}
