/* SPDX-License-Identifier: Apache-2.0 */
#include "version/native_range.h"

#include "version/version_range_rows.h"

static void check_rows(enum dd_scheme scheme, const struct dd_range_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(1 << 20);
		struct dd_version_range *r = NULL;
		struct dd_err err = { .message = "" };
		if (dd_native_range_parse(scheme, dd_str_from(rows[i].range), &a, &r, &err) != DD_OK) {
			dd_check(false, err.message, rows[i].range, __FILE__, __LINE__);
			continue;
		}
		dd_check_versions(r, rows[i].range, rows[i].in, true);
		dd_check_versions(r, rows[i].range, rows[i].out, false);
	}
}

TEST(native_range_lists)
{
	/* What advisories of all ecosystems write. */
	static const struct dd_range_row rows[] = {
		{ "", "0 1 99", "" },
		{ "*", "0 1 99", "" },
		{ ">=1.0, <2.0 || <0.9", "1.0 1.9 0.8 2.0-rc.1", "0.9 2.0" },
		{ ">=1.0 <2.0||<0.9", "1.0 1.9 0.8", "0.9 2.0" },
		{ ">= 1.0.0, < 1.2.3", "1.0.0 1.2.2", "1.2.3 0.9.9" },
		{ "< 1.2.3", "1.2.2 0", "1.2.3" },
		{ "<= 1.2.3", "1.2.3", "1.2.4" },
		{ "= 1.2.3", "1.2.3 v1.2.3", "1.2.4" },
		{ "== 1.2.3", "1.2.3", "1.2.4" },
		{ "1.2.3", "1.2.3", "1.2.4" },
		{ ">1.0.0,<2.0.0,!=1.5.0", "1.0.1 1.4.0 1.6.0", "1.0.0 1.5.0 2.0.0" },
		{ "!=1.5.0", "1 2", "1.5.0" },
		{ "=1.0.0||=1.0.2", "1.0.0 1.0.2", "1.0.1" },
		{ ">=2 <1", "", "1 2 3" },
		{ "[1.0.0,2.0.0)", "1.0.0 1.5.0", "2.0.0" },
		{ "(,1.0.0]", "0.1.0 1.0.0", "1.0.1" },
		{ "[1.0.0,)", "1.0.0 9.0.0", "0.9.0" },
		{ "(,1.0.0),(1.5.0,2.0.0]||[3.0.0]", "0.9.0 1.6.0 2.0.0 3.0.0", "1.0.0 1.5.0 3.0.1" },
		{ " >=\t1.0.0 ,  <2.0.0 ", "1.0.0", "2.0.0" },
		{ "1.0.0 || ", "1.0.0 0.0.1", "" },
	};
	check_rows(DD_SCHEME_SEMVER, rows, DD_COUNT(rows));
	check_rows(DD_SCHEME_NUGET, rows, DD_COUNT(rows));
	check_rows(DD_SCHEME_GOLANG, rows, DD_COUNT(rows));
}

TEST(native_range_semver)
{
	/* node-semver's README and range tests. */
	static const struct dd_range_row rows[] = {
		{ "^1.2 || >=3", "1.2.0 1.9.9 3.0.0", "1.1.9 2.0.0-rc.1 2.0.0" },
		{ "^1.2.3", "1.2.3 1.9.0", "1.2.2 2.0.0 2.0.0-0" },
		{ "^0.2.3", "0.2.3 0.2.9", "0.3.0 0.2.2" },
		{ "^0.0.3", "0.0.3", "0.0.4 0.0.2" },
		{ "^1.2.3-beta.2", "1.2.3-beta.2 1.2.3 1.9.0", "1.2.3-beta.1 2.0.0" },
		{ "^0.0.x", "0.0.0 0.0.9", "0.1.0" },
		{ "^0.0", "0.0.9", "0.1.0" },
		{ "^1.x", "1.0.0 1.9.9", "2.0.0" },
		{ "^0.x", "0.9.9", "1.0.0" },
		{ "^19", "19.0.0 19.9.9", "20.0.0" },
		{ "^999999999999999999999.1", "999999999999999999999.1.0", "1000000000000000000000.0.0" },
		{ "~1.2.3", "1.2.3 1.2.9", "1.3.0 1.3.0-0" },
		{ "~1.2", "1.2.0 1.2.9", "1.3.0" },
		{ "~1", "1.9.9", "2.0.0" },
		{ "~>1.2.3", "1.2.9", "1.3.0" },
		{ "1.2.x", "1.2.0 1.2.9", "1.3.0 1.1.9" },
		{ "1.2", "1.2.0 1.2.9", "1.3.0" },
		{ "=1", "1.0.0 1.9.9", "2.0.0" },
		{ "1.X.X", "1.0.0 1.9.9", "2.0.0" },
		{ "<=1.2", "1.2.9", "1.3.0 1.3.0-rc.1" },
		{ ">1.2", "1.3.0", "1.2.9" },
		{ "1.2.3 - 2.3.4", "1.2.3 2.3.4", "2.3.5 1.2.2" },
		{ "1.2 - 2.3", "1.2.0 2.3.9", "2.4.0" },
		{ "1.2.3 - 2", "2.9.9", "3.0.0" },
		{ ">*", "", "1" },
		{ ">=*", "1", "" },
		{ ">=1.2.3 <2.0.0-rc.1", "2.0.0-alpha", "2.0.0-rc.1" },
	};
	check_rows(DD_SCHEME_SEMVER, rows, DD_COUNT(rows));
}

TEST(native_range_others)
{
	static const struct dd_range_row pep440[] = {
		{ "~=1.4.2", "1.4.2 1.4.9", "1.5 1.5.dev1 1.4.1" },
		{ "~=2.2", "2.2 2.9", "3.0 2.1" },
		{ "~=2.2.post3", "2.2.post3 2.9", "3.0 2.2" },
		{ "==1.1.*", "1.1 1.1.post1 1.1a1 1.1.9", "1.2 1.0.9 1.2.dev1" },
		{ "!=1.5.*", "1.4.9 1.6", "1.5 1.5.9" },
		{ "===1.0", "1.0", "1.1" },
		{ ">=1.0,<2.0 || ==3.0", "1.0+cu118 3.0", "2.0" },
		{ "<=1.0", "1.0+local 1.0", "1.0.1" },
		{ "==1!1.*", "1!1.5", "1.5 1!2.0" },
	};
	static const struct dd_range_row gem[] = {
		{ "~> 2.2", "2.2 2.9", "3.0 2.1 3.0.a" },
		{ "~> 2.2.0", "2.2.0 2.2.9", "2.3" },
		{ "~> 5.2.4, >= 5.2.4.3", "5.2.4.3 5.2.8", "5.2.4.2 5.3" },
		{ "~> 1", "1.9", "2" },
		{ "~> 2.2.a", "2.2.a 2.9", "3.0" },
		{ ">= 1.0, != 1.2", "1.1", "1.2" },
	};
	static const struct dd_range_row composer[] = {
		{ ">=1.0,<1.1|>=1.2", "1.0.5 1.2", "1.1" },
		{ ">=1.0 <1.1||>=1.2", "1.0.5 1.2", "1.1" },
		{ "^1.2.3", "1.2.3 1.9", "2.0-RC1 2.0" },
		{ "^0.3", "0.3.5", "0.4.0" },
		{ "~1.2", "1.2 1.9", "2.0" },
		{ "~1.2.3", "1.2.3 1.2.9", "1.3" },
		{ "1.0.*", "1.0.0 1.0.5 1.0-dev", "1.1.0" },
		{ "1.0 - 2.0", "1.0 2.0.9", "2.1" },
		{ "1.0.0 - 2.1.0", "2.1.0", "2.1.1" },
		{ "<2.0.0", "2.0.0-RC1", "2.0.0" },
	};
	static const struct dd_range_row maven[] = {
		{ "[1.0,2.0)", "1.0 1.9 2.0-alpha", "2.0" },
		{ "(,1.0],[1.2,)", "1.0 1.2 0.1", "1.1" },
		{ "[1.0]", "1.0 1.0.0", "1.0.1" },
		{ ">= 2.13.0, < 2.16.0", "2.15.0", "2.16.0" },
	};
	static const struct dd_range_row conan[] = {
		{ "[>1.0 <2.0]", "1.1", "1.0 2.0" },
		{ "[>=1.0 <2.0, include_prerelease]", "1.0 2.0-rc", "2.0" },
		{ "[~1.2]", "1.2.9", "1.3 1.3-rc" },
		{ "[^1.2]", "1.9", "2.0" },
		{ "[>=1 <2 || >=3]", "1 3", "2" },
		{ "[>=1.0 <2.0]||=3.0", "1.5 3.0", "2.0" },
		{ "1.0", "1.0", "1.1" },
	};
	static const struct dd_range_row deb[] = {
		{ "<< 1.0~rc1", "1.0~beta", "1.0" },
		{ ">=1:2.0, <1:3", "1:2.5", "2.5 1:3" },
		{ "~ 1.2", "1.5", "2" },
	};
	static const struct dd_range_row opam[] = { { "~>1.2.3", "1.2.9", "1.3~rc" } };
	check_rows(DD_SCHEME_PEP440, pep440, DD_COUNT(pep440));
	check_rows(DD_SCHEME_GEM, gem, DD_COUNT(gem));
	check_rows(DD_SCHEME_COMPOSER, composer, DD_COUNT(composer));
	check_rows(DD_SCHEME_MAVEN, maven, DD_COUNT(maven));
	check_rows(DD_SCHEME_CONAN, conan, DD_COUNT(conan));
	check_rows(DD_SCHEME_DEB, deb, DD_COUNT(deb));
	check_rows(DD_SCHEME_OPAM, opam, DD_COUNT(opam));
}

TEST(native_range_refused)
{
	static const struct {
		const char *range;
		int at;
	} rows[] = {
		{ ">=", 0 },	       { "foo", -1 },	  { ">=foo", -1 },     { "1.0.0 ||| 2", 8 },
		{ "^foo", 1 },	       { "[1.0,2.0", 0 }, { "[1.0,[2.0]", 0 }, { "1.0.0 | 2.0.0", 6 },
		{ ">=1.0 <", 6 },      { "(1.0)", 0 },	  { "[1,2,3]", 0 },    { "[]", 0 },
		{ "[1.0,2.0) 3", 10 }, { "1.0)", 3 },	  { ">==1", 0 },       { "1.0.0 - ", -1 },
		{ "1.2.*-beta", -1 },  { "~x.1", 1 },	  { "[>=1,<2]", 0 },   { "<\x1b[31m", -1 },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(1 << 20);
		struct dd_version_range *r = NULL;
		struct dd_err err = { .at = 0 };
		CHECK_INT_ROW(dd_native_range_parse(DD_SCHEME_SEMVER, dd_str_from(rows[i].range), &a, &r, &err),
			      DD_EPARSE, rows[i].range);
		CHECK_ROW(rows[i].at < 0 || err.at == (uint64_t)rows[i].at, err.message);
		CHECK_ROW(!r, rows[i].range);
	}
}

TEST(native_range_limits)
{
	static const char whole[] = ">=1.0, <2.0 || [1.0,2.0),(3,] || ^1.x || 1.2 - 3 || ~>1.2.3-rc.1";
	static char big[(64 << 10) + 2];
	struct dd_version_range *r = NULL;
	struct dd_err err;
	size_t n = 0;
	for (int s = 0; s < DD_SCHEME_COUNT; s++)
		for (size_t i = 0; i <= sizeof whole - 1; i++) {
			struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(1 << 20);
			enum dd_code code =
				dd_native_range_parse((enum dd_scheme)s, (struct dd_str){ whole, i }, &a, &r, &err);
			CHECK(code == DD_OK || code == DD_EPARSE);
		}
	struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(1 << 20);
	for (int i = 0; i < 500; i++)
		n += (size_t)snprintf(big + n, sizeof big - n, "!=%d.0.0 ", i);
	CHECK_INT(dd_native_range_parse(DD_SCHEME_SEMVER, (struct dd_str){ big, n }, &a, &r, &err), DD_OK);
	CHECK_INT(r->n, 501);
	for (int i = 0; i < 20; i++)
		n += (size_t)snprintf(big + n, sizeof big - n, "!=%d.0.0 ", 500 + i);
	CHECK_INT(dd_native_range_parse(DD_SCHEME_SEMVER, (struct dd_str){ big, n }, &a, &r, &err), DD_ELIMIT);
	n = 0;
	for (int i = 0; i < 5000; i++)
		n += (size_t)snprintf(big + n, sizeof big - n, "%d||", i);
	CHECK_INT(dd_native_range_parse(DD_SCHEME_NUGET, (struct dd_str){ big, n }, &a, &r, &err), DD_ELIMIT);
	memset(big, '9', sizeof big);
	CHECK_INT(dd_native_range_parse(DD_SCHEME_SEMVER, (struct dd_str){ big, sizeof big }, &a, &r, &err), DD_ELIMIT);
	big[0] = '^';
	CHECK_INT(dd_native_range_parse(DD_SCHEME_SEMVER, (struct dd_str){ big, 64 << 10 }, &a, &r, &err), DD_OK);
}
