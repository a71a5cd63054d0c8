/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/limits.h"
#include "model/purl.h"
#include "support/test.h"

/* "type|namespace|name|version|key=value …|subpath" */
static struct dd_str flat(const struct dd_purl *p, char *out, size_t size)
{
	size_t n = (size_t)snprintf(out, size, "%.*s|%.*s|%.*s|%.*s|", DD_FMT(p->type), DD_FMT(p->namespace),
				    DD_FMT(p->name), DD_FMT(p->version));
	for (size_t i = 0; i < p->n_qualifiers && n < size; i++)
		n += (size_t)snprintf(out + n, size - n, "%s%.*s=%.*s", i ? " " : "", DD_FMT(p->qualifiers[i].key),
				      DD_FMT(p->qualifiers[i].value));
	if (n < size)
		n += (size_t)snprintf(out + n, size - n, "|%.*s", DD_FMT(p->subpath));
	return (struct dd_str){ out, n < size ? n : size - 1 };
}

TEST(purl_parse)
{
	static const struct {
		const char *purl, *want, *canonical;
	} rows[] = {
		{ "pkg:npm/foo", "npm||foo|||", "pkg:npm/foo" },
		{ "pkg:NPM/%40angular/Animation@12.3.1", "npm|@angular|Animation|12.3.1||",
		  "pkg:npm/%40angular/animation@12.3.1" },
		{ "pkg:npm/@angular/animation@12.3.1", "npm|@angular|animation|12.3.1||",
		  "pkg:npm/%40angular/animation@12.3.1" },
		{ "pkg:npm/@babel/core#/a/./b/../c/", "npm|@babel|core|||a/b/c", "pkg:npm/%40babel/core#a/b/c" },
		{ "pkg://npm///foo@1", "npm||foo|1||", "pkg:npm/foo@1" },
		{ "pkg:type/a//b/./c/../d/name", "type|a/b/c/d|name|||", "pkg:type/a/b/c/d/name" },
		{ "pkg:Maven/org.x/y@1?Type=pom&classifier=a%2Fb&empty=", "maven|org.x|y|1|classifier=a/b type=pom|",
		  "pkg:maven/org.x/y@1?classifier=a%2Fb&type=pom" },
		{ "pkg:deb/debian/libc6@1:2.36-9%2Bdeb12u4?arch=amd64", "deb|debian|libc6|1:2.36-9+deb12u4|arch=amd64|",
		  "pkg:deb/debian/libc6@1:2.36-9%2Bdeb12u4?arch=amd64" },
		{ "pkg:github/Package-URL/purl-Spec@refs%2Fheads", "github|Package-URL|purl-Spec|refs/heads||",
		  "pkg:github/package-url/purl-spec@refs%2Fheads" },
		{ "pkg:generic/a%20b@1%25?checksum=sha1:ad,sha256:41", "generic||a b|1%|checksum=sha1:ad,sha256:41|",
		  "pkg:generic/a%20b@1%25?checksum=sha1:ad%2Csha256:41" },
		{ "pkg:generic/100%", "generic||100%|||", "pkg:generic/100%25" },
		{ "pkg:generic/a%zz%2", "generic||a%zz%2|||", "pkg:generic/a%25zz%252" },
		{ "pkg:generic/a%2Fb", "generic||a/b|||", "pkg:generic/a%2Fb" },
		{ "pkg:generic/n@", "generic||n|||", "pkg:generic/n" },
		{ "pkg:generic/n?&&a=1&", "generic||n||a=1|", "pkg:generic/n?a=1" },
		{ "pkg:generic/n?a=b=c&d=%26", "generic||n||a=b=c d=&|", "pkg:generic/n?a=b%3Dc&d=%26" },
		{ "pkg:generic/a@b@c", "generic||a@b|c||", "pkg:generic/a%40b@c" },
		{ "pkg:generic/n%C3%A9@%E2%82%AC", "generic||n\xc3\xa9|\xe2\x82\xac||",
		  "pkg:generic/n%C3%A9@%E2%82%AC" },
		{ "pkg:generic/n\xc3\xa9", "generic||n\xc3\xa9|||", "pkg:generic/n%C3%A9" },
		{ "  pkg:generic/n  ", "generic||n|||", "pkg:generic/n" },
		/* what types say */
		{ "pkg:pypi/Django_Package@1.11", "pypi||Django_Package|1.11||", "pkg:pypi/django-package@1.11" },
		{ "pkg:bitbucket/birKenfeld/pyGments@1", "bitbucket|birKenfeld|pyGments|1||",
		  "pkg:bitbucket/birkenfeld/pygments@1" },
		{ "pkg:golang/GitHub.com/X/Name@v1", "golang|GitHub.com/X|Name|v1||",
		  "pkg:golang/github.com/x/Name@v1" },
		{ "pkg:nuget/EnterpriseLibrary.Common@6", "nuget||EnterpriseLibrary.Common|6||",
		  "pkg:nuget/EnterpriseLibrary.Common@6" },
		{ "pkg:huggingface/Org/Model@ABC", "huggingface|Org|Model|ABC||", "pkg:huggingface/Org/Model@abc" },
		{ "pkg:mlflow/Name@1?repository_url=https://x.Databricks.com",
		  "mlflow||Name|1|repository_url=https://x.Databricks.com|",
		  "pkg:mlflow/name@1?repository_url=https:%2F%2Fx.Databricks.com" },
		{ "pkg:mlflow/Name@1?repository_url=https://azureml.x",
		  "mlflow||Name|1|repository_url=https://azureml.x|",
		  "pkg:mlflow/Name@1?repository_url=https:%2F%2Fazureml.x" },
		{ "pkg:cpan/drolsky/DateTime@1", "cpan|drolsky|DateTime|1||", "pkg:cpan/DROLSKY/DateTime@1" },
		{ "pkg:pub/Foo-Bar@1", "pub||Foo-Bar|1||", "pkg:pub/foo_bar@1" },
		{ "pkg:composer/Laravel/Laravel@5", "composer|Laravel|Laravel|5||", "pkg:composer/laravel/laravel@5" },
		{ "pkg:rpm/Fedora/GConf2@3", "rpm|Fedora|GConf2|3||", "pkg:rpm/fedora/GConf2@3" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(1 << 20);
		struct dd_purl p = { .n_qualifiers = 0 }, again;
		struct dd_str text = DD_STR("unset");
		struct dd_err err = { .message = "" };
		char buf[400];
		CHECK_INT_ROW(dd_purl_parse(dd_str_from(rows[i].purl), &a, &p, &err), DD_OK, rows[i].purl);
		CHECK_STR_ROW(flat(&p, buf, sizeof buf), rows[i].want, rows[i].purl);
		CHECK_INT_ROW(dd_purl_canonical(&p, &a, &err), DD_OK, rows[i].purl);
		CHECK_INT_ROW(dd_purl_check(&p, &err), DD_OK, rows[i].purl);
		CHECK_INT_ROW(dd_purl_build(&p, &a, &text, &err), DD_OK, rows[i].purl);
		CHECK_STR_ROW(text, rows[i].canonical, rows[i].purl);
		/* the canonical text is read as the same and written as the same */
		CHECK_INT_ROW(dd_purl_parse(text, &a, &again, &err), DD_OK, rows[i].purl);
		CHECK_INT_ROW(dd_purl_build(&again, &a, &text, &err), DD_OK, rows[i].purl);
		CHECK_STR_ROW(text, rows[i].canonical, rows[i].purl);
	}
}

TEST(purl_parse_refused)
{
	static const struct {
		const char *purl, *why;
	} rows[] = {
		{ "", "does not start" },
		{ "EnterpriseLibrary.Common@6.0.1304", "does not start" },
		{ "PKG:npm/foo", "does not start" },
		{ "pkg:EnterpriseLibrary.Common@6.0.1304", "no type" },
		{ "pkg:", "no type" },
		{ "pkg:npm", "no type" },
		{ "pkg:npm/", "no name" },
		{ "pkg:npm/?a=b", "no name" },
		{ "pkg:maven/@1.3.4", "no name" },
		{ "pkg:swift/github.com/Alamofire/@5.4.3", "no name" },
		{ "pkg:3npm/foo", "no type" },
		{ "pkg:n&pm/foo", "no type" },
		{ "pkg:n%70m/foo", "no type" },
		{ "pkg:npm/foo?in%20production=true", "no name of a qualifier" },
		{ "pkg:npm/foo?1a=b", "no name of a qualifier" },
		{ "pkg:npm/foo?=b", "no name of a qualifier" },
		{ "pkg:npm/foo?a", "without '='" },
		{ "pkg:npm/foo?a=1&A=2", "two qualifiers" },
		{ "pkg:npm/%80", "not UTF-8" },
		{ "pkg:npm/foo@%ff", "not UTF-8" },
		{ "pkg:npm/foo?a=%C3", "not UTF-8" },
		{ "pkg:npm/\xff", "not UTF-8" },
		{ "pkg:type/a%2fb/name", "none when decoded" },
		{ "pkg:type/%2E%2e/name", "none when decoded" },
		{ "pkg:type/name#a%2Fb", "none when decoded" },
		{ "pkg:type/name#%2e%2E", "none when decoded" },
		/* what types require and prohibit */
		{ "pkg:maven/io@1.3.4", "requires: 'maven'" },
		{ "pkg:composer/io@1.3.4", "requires" },
		{ "pkg:swift/Alamofire@5.4.3", "requires" },
		{ "pkg:huggingface/x@1", "requires" },
		{ "pkg:cpan/DateTime@1", "requires" },
		{ "pkg:cpan/DROLSKY/DateTime::Locale@1", "module" },
		{ "pkg:vscode-extension/x@1", "requires" },
		{ "pkg:julia/Dates", "'uuid'" },
		{ "pkg:cargo/a/b@1", "prohibits" },
		{ "pkg:gem/a/b@1", "prohibits" },
		{ "pkg:pypi/a/b@1", "prohibits" },
		{ "pkg:nuget/a/b@1", "prohibits" },
		{ "pkg:oci/a/b@1", "prohibits" },
		{ "pkg:chrome-extension/abc@1", "Chrome" },
		{ "pkg:chrome-extension/aapocclcgogkmnckokdopfmhonfmgoek@1.2.3.4.5", "Chrome" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(1 << 20);
		struct dd_purl p;
		struct dd_err err = { .message = "" };
		enum dd_code code = dd_purl_parse(dd_str_from(rows[i].purl), &a, &p, &err);
		if (code == DD_OK)
			code = dd_purl_canonical(&p, &a, &err);
		if (code == DD_OK)
			code = dd_purl_check(&p, &err);
		CHECK_INT_ROW(code, DD_EPARSE, rows[i].purl);
		CHECK_ROW(strstr(err.message, rows[i].why), err.message);
	}
}

TEST(purl_parse_limits)
{
	static const char whole[] = "pkg:npm/%40babel/core@7.0.0%2B1?arch=x86&a=%C3%A9#sub/path";
	static char big[2 * DD_FIELD_BYTES_MAX];
	struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(8 << 20), tiny = DD_ARENA_INIT(16);
	struct dd_purl p;
	struct dd_err err;
	size_t n;
	for (size_t i = 0; i < sizeof whole; i++) {
		enum dd_code code = dd_purl_parse((struct dd_str){ whole, i }, &a, &p, &err);
		CHECK(code == DD_OK || code == DD_EPARSE);
	}
	CHECK_INT(dd_purl_parse(DD_STR("pkg:npm/foo@1"), &tiny, &p, &err), DD_ENOMEM);
	n = (size_t)snprintf(big, sizeof big, "pkg:npm/foo?a0=1");
	for (int i = 1; i < DD_PURL_QUALIFIERS_MAX; i++)
		n += (size_t)snprintf(big + n, sizeof big - n, "&a%d=1", i);
	CHECK_INT(dd_purl_parse((struct dd_str){ big, n }, &a, &p, &err), DD_OK);
	CHECK_INT(p.n_qualifiers, DD_PURL_QUALIFIERS_MAX);
	n += (size_t)snprintf(big + n, sizeof big - n, "&b=1");
	CHECK_INT(dd_purl_parse((struct dd_str){ big, n }, &a, &p, &err), DD_ELIMIT);
	memset(big, '/', sizeof big);
	memcpy(big, "pkg:npm/", 8);
	CHECK_INT(dd_purl_parse((struct dd_str){ big, DD_FIELD_BYTES_MAX }, &a, &p, &err), DD_EPARSE);
	CHECK_INT(dd_purl_parse((struct dd_str){ big, sizeof big }, &a, &p, &err), DD_ELIMIT);
}
