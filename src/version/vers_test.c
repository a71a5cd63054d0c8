/* SPDX-License-Identifier: Apache-2.0 */
#include "version/vers.h"

#include "version/version_range_rows.h"

TEST(vers_contains)
{
	static const struct dd_range_row rows[] = {
		/* the examples of the specification */
		{ "vers:npm/1.2.3|>=2.0.0|<5.0.0", "1.2.3 2.0.0 4.9.9 5.0.0-rc.1", "1.2.4 1.9.9 5.0.0" },
		{ "vers:pypi/0.0.0|0.0.1|0.0.2|0.0.3|1.0|2.0pre1", "0.0.1 1.0.0 2.0rc1", "0.0.4 2.0" },
		{ "vers:gem/>=2.2.0|!=2.2.1|<2.3.0", "2.2.0 2.2.2 2.3.0.rc1", "2.2.1 2.3.0 2.1" },
		{ "vers:npm/*", "1 0.0.1 anything", "" },
		{ "vers:all/*", "1 foo", "" },
		{ "vers:none/*", "", "1 foo" },
		{ "vers:npm/1.2.3", "1.2.3 v1.2.3 1.2.3+build", "1.2.4 1.2.2" },
		{ "vers:npm/<1.2.3", "1.2.2 0", "1.2.3 2" },
		{ "vers:npm/<=1.2.3", "1.2.2 1.2.3", "1.2.4" },
		{ "vers:npm/>1.2.3", "1.2.4", "1.2.3 1" },
		{ "vers:npm/>=1.2.3", "1.2.4 1.2.3", "1" },
		{ "vers:npm/!=1.2.3", "1.2.4 1.2.2", "1.2.3" },
		{ "vers:npm/!=1|!=3", "0 2 4", "1 3" },
		{ "vers:npm/=1.2.3", "1.2.3", "1.2.4" },
		{ "vers:npm/<1|>=2", "0.9 2 3", "1 1.9" },
		{ "vers:npm/>=1|<=2|>3|<4|>=5", "1 2 3.1 5 9", "0 2.1 3 4 4.9" },
		{ "vers:npm/1|2|>3", "1 2 4", "0 3" },
		/* the order of the text does not matter; blanks, pipes and case neither */
		{ "vers:npm/<5.0.0|1.2.3|>=2.0.0", "1.2.3 2.0.0", "1.9.9 5.0.0" },
		{ " VERS:NPM / > = 1.0 | < 2 ", "1.0 1.5", "2 0.9" },
		{ "vers:npm/|>=1||<2|", "1", "2" },
		/* encoded characters */
		{ "vers:deb/%3E=1", "", "" },
		{ "vers:lexicographic/a%7Cb|c%25", "a|b c%", "a b" },
		{ "vers:deb/<1%3A2.0%2Bdfsg", "1:1 3.0", "1:2.0+dfsg 2:0" },
		/* every scheme */
		{ "vers:deb/>=1.0~rc1|<1:0", "1.0 2", "1.0~beta 1:0" },
		{ "vers:rpm/<1.0-1.el9", "1.0-0.el9", "1.0-2.el9" },
		{ "vers:apk/<1.2-r3", "1.2_rc1 1.2-r2", "1.2-r3" },
		{ "vers:alpine/<1.2-r3", "1.2-r2", "1.2-r3" },
		{ "vers:alpm/<1.0-2", "1.0-1 1.0rc-3", "1.0-2" },
		{ "vers:ebuild/<1.0-r1", "1.0 1.0_rc1", "1.0-r1" },
		{ "vers:gentoo/<1.0-r1", "1.0_rc1", "1.0-r2" },
		{ "vers:maven/>=1.0-beta1|<=1.0-b2", "1.0-beta-2", "1.0" },
		{ "vers:nuget/<1.0.0.1", "1.0.0 1.0-RC", "1.0.0.1" },
		{ "vers:composer/<2.0", "1.9 2.0-RC1", "2.0" },
		{ "vers:golang/>=v1.2.0|<1.3.0", "v1.2.0 1.2.9", "v1.3.0" },
		{ "vers:cargo/<1", "0.9", "1.0.0" },
		{ "vers:hex/<1.0.0", "1.0.0-rc.1", "1.0.0" },
		{ "vers:conan/<1.1.1w", "1.1.1k", "1.1.1w 3.0" },
		{ "vers:github/>=1", "v1.0", "0.9" },
		{ "vers:semver/>=1", "1.0", "0.9" },
		{ "vers:generic/<=8.4p1", "8.4 8.4p1", "8.4p2 8.5" },
		{ "vers:openssl/>=1.0.2|<1.0.2zg", "1.0.2k 1.0.2z", "1.0.2zg 1.0.1t" },
		{ "vers:apache/2.4.49|2.4.50", "2.4.49", "2.4.51" },
		{ "vers:nginx/>=0.8.40|<1.21.0", "1.20.1", "1.21.0" },
		{ "vers:mattermost/<5", "4.9", "5.0" },
		{ "vers:intdot/<1.10", "1.9", "1.10.0" },
		{ "vers:datetime/<2024-01-01T00:00:00Z", "2023-12-31T23:59:59Z", "2024-01-02T00:00:00Z" },
		/* PEP 440: the local part counts only when it is asked for */
		{ "vers:pypi/<=1.0", "1.0+cpu 0.9+cpu", "1.0.post1" },
		{ "vers:pypi/1.0+cpu", "1.0+cpu", "1.0 1.0+gpu" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(1 << 20);
		struct dd_version_range *r = NULL;
		struct dd_err err = { .message = "" };
		bool malformed = rows[i].in[0] == '\0' && rows[i].out[0] == '\0';
		enum dd_code code = dd_vers_parse(dd_str_from(rows[i].range), &a, &r, &err);
		if (malformed || code != DD_OK) {
			CHECK_ROW(code == (malformed ? DD_EPARSE : DD_OK), rows[i].range);
			continue;
		}
		dd_check_versions(r, rows[i].range, rows[i].in, true);
		dd_check_versions(r, rows[i].range, rows[i].out, false);
	}
}

TEST(vers_refused)
{
	static const struct {
		const char *range;
		enum dd_code code;
		int at;
		const char *why; /* a part of the message */
	} rows[] = {
		{ "", DD_EPARSE, 0, "does not start" },
		{ "npm/1", DD_EPARSE, 0, "does not start" },
		{ "ver:npm/1", DD_EPARSE, 0, "does not start" },
		{ "vers", DD_EPARSE, 0, "does not start" },
		{ "vers:npm", DD_EPARSE, 8, "no '/'" },
		{ "vers:/1", DD_EUNSUPPORTED, 5, "unknown versioning scheme" },
		{ "vers:foo/1", DD_EUNSUPPORTED, 5, "'foo'" },
		{ "vers:none/1", DD_EPARSE, 10, "only '*'" },
		{ "vers:all/>1", DD_EPARSE, 9, "only '*'" },
		{ "vers:npm/", DD_EPARSE, 9, "no constraints" },
		{ "vers:npm/||", DD_EPARSE, 9, "no constraints" },
		{ "vers:npm/>=", DD_EPARSE, 9, "without a version" },
		{ "vers:npm/1|*", DD_EPARSE, 11, "no constraint" },
		{ "vers:npm/*|1", DD_EPARSE, 9, "no constraint" },
		{ "vers:npm/<<1", DD_EPARSE, 9, "no constraint" },
		{ "vers:npm/~1", DD_EPARSE, 9, "not a version" },
		{ "vers:npm/1|foo", DD_EPARSE, 11, "'foo' is not a version" },
		{ "vers:npm/1.0|1.0.0", DD_EPARSE, 13, "given twice" },
		{ "vers:npm/>=1.0|!=1.0", DD_EPARSE, 15, "given twice" },
		{ "vers:npm/>1|>2", DD_EPARSE, 12, "cannot follow" },
		{ "vers:npm/<1|<2", DD_EPARSE, 12, "cannot follow" },
		{ "vers:npm/1|<2", DD_EPARSE, 11, "'<' cannot follow '='" },
		{ "vers:npm/>1|2|<3", DD_EPARSE, 14, "cannot follow" },
		{ "vers:npm/>1|!=2|>=3", DD_EPARSE, 16, "'>=' cannot follow '>'" },
		{ "vers:npm/1%2", DD_EPARSE, 10, "encoded" },
		{ "vers:npm/1%zz", DD_EPARSE, 10, "encoded" },
		{ "vers:lexicographic/a%00", DD_EPARSE, 20, "encoded" },
		{ "vers:npm/1\xc3\xa9", DD_EPARSE, 10, "printable" },
		{ "vers:npm/\x1b[31m", DD_EPARSE, 9, "printable" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(1 << 20);
		struct dd_version_range *r = NULL;
		struct dd_err err = { .message = "" };
		CHECK_INT_ROW(dd_vers_parse(dd_str_from(rows[i].range), &a, &r, &err), rows[i].code, rows[i].range);
		CHECK_INT_ROW(err.at, rows[i].at, rows[i].range);
		CHECK_ROW(strstr(err.message, rows[i].why), err.message);
		CHECK_ROW(!r, rows[i].range);
	}
}

TEST(vers_version_that_is_none)
{
	struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(1 << 20);
	struct dd_version_range *r = NULL;
	bool in = true;
	CHECK(dd_vers_parse(DD_STR("vers:npm/>=1|<2"), &a, &r, NULL) == DD_OK);
	CHECK(!dd_version_range_contains(r, DD_STR("foo"), &in) && in);
	CHECK(!dd_version_range_contains(r, DD_STR(""), &in) && in);
}

/* Truncated at every byte, many constraints, too many, too long, no memory. */
TEST(vers_limits)
{
	static const char whole[] = "vers:pypi/>=1.0|!=1.%35|<2.0|3.0+local";
	static char big[(64 << 10) + 2];
	struct dd_version_range *r = NULL;
	struct dd_err err;
	size_t n = 0;
	bool in;
	for (size_t i = 0; i <= sizeof whole - 1; i++) {
		struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(1 << 20);
		enum dd_code code = dd_vers_parse((struct dd_str){ whole, i }, &a, &r, &err);
		CHECK(code == DD_OK || code == DD_EPARSE);
	}
	struct dd_arena DD_CLEANUP(dd_arena_done) a = DD_ARENA_INIT(1 << 20), tiny = DD_ARENA_INIT(16);
	n = (size_t)snprintf(big, sizeof big, "vers:intdot/1");
	for (int i = 2; i <= DD_RANGE_INTERVALS_MAX; i++)
		n += (size_t)snprintf(big + n, sizeof big - n, "|%s%d", i % 2 ? "" : "!=", i);
	CHECK_INT(dd_vers_parse((struct dd_str){ big, n }, &a, &r, &err), DD_OK);
	CHECK(dd_version_range_contains(r, DD_STR("4095"), &in) && in);
	CHECK(dd_version_range_contains(r, DD_STR("4094"), &in) && !in);
	CHECK_INT(dd_vers_parse((struct dd_str){ big, n }, &tiny, &r, &err), DD_ENOMEM);
	n += (size_t)snprintf(big + n, sizeof big - n, "|5000");
	CHECK_INT(dd_vers_parse((struct dd_str){ big, n }, &a, &r, &err), DD_ELIMIT);
	memset(big, '1', sizeof big);
	CHECK_INT(dd_vers_parse((struct dd_str){ big, sizeof big }, &a, &r, &err), DD_ELIMIT);
}
