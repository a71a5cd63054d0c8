/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/vuln/range.h"

#include "support/range_text.h"
#include "support/test.h"

/* want: "out", "bad", "in" (no known end) or the version that ends it. Notation: tests/support/range_text.h. */
TEST(range_judge)
{
	static const struct {
		const char *ranges, *version, *want;
		enum dd_scheme scheme;
	} rows[] = {
		/* nothing said: nothing affected */
		{ "", "1", "out", DD_SCHEME_DEB },
		/* introduced 0 is before everything, also before what sorts below "0" */
		{ "i0 f2", "1", "2", DD_SCHEME_DEB },
		{ "i0 f2", "0~rc1", "2", DD_SCHEME_DEB },
		{ "i0 f2", "0", "2", DD_SCHEME_DEB },
		{ "i0", "999", "in", DD_SCHEME_DEB },
		/* fixed is exclusive */
		{ "i0 f2", "2", "out", DD_SCHEME_DEB },
		{ "i0 f2", "2~beta", "2", DD_SCHEME_DEB },
		{ "i0 f2", "2+b1", "out", DD_SCHEME_DEB },
		/* introduced is inclusive */
		{ "i1.5 f2", "1.4", "out", DD_SCHEME_DEB },
		{ "i1.5 f2", "1.5", "2", DD_SCHEME_DEB },
		/* without any introduced event nothing is affected (schema: one is required) */
		{ "f2", "1", "out", DD_SCHEME_DEB },
		/* last_affected is inclusive, and no fix is known */
		{ "i0 l2", "2", "in", DD_SCHEME_DEB },
		{ "i0 l2", "2.0.1", "out", DD_SCHEME_DEB },
		{ "i0 l2", "1", "in", DD_SCHEME_DEB },
		/* events in any order; several intervals in one range */
		{ "f4 i3 f2 i1", "1", "2", DD_SCHEME_DEB },
		{ "f4 i3 f2 i1", "2.5", "out", DD_SCHEME_DEB },
		{ "f4 i3 f2 i1", "3.5", "4", DD_SCHEME_DEB },
		{ "f4 i3 f2 i1", "4", "out", DD_SCHEME_DEB },
		{ "i1 f2 i3 f4", "0.9", "out", DD_SCHEME_DEB },
		/* introduced again at the version that fixed it: affected */
		{ "i0 f2 i2 f3", "2", "3", DD_SCHEME_DEB },
		/* an empty interval */
		{ "i2 f2", "2", "out", DD_SCHEME_DEB },
		/* a second introduced inside an interval changes nothing */
		{ "i0 i1 f2", "0.5", "2", DD_SCHEME_DEB },
		/* fixed "0": never affected */
		{ "i0 f0", "1", "out", DD_SCHEME_DEB },
		{ "i0 f0", "0~", "out", DD_SCHEME_DEB },
		/* limits: below one of them */
		{ "i0 L2", "1", "in", DD_SCHEME_DEB },
		{ "i0 L2", "2", "out", DD_SCHEME_DEB },
		{ "i0 f5 L2 L4", "3", "5", DD_SCHEME_DEB },
		{ "i0 f5 L2 L4", "4", "out", DD_SCHEME_DEB },
		{ "i0 f5 L*", "4", "5", DD_SCHEME_DEB },
		/* several ranges (GHSA's three for log4j-core); of overlapping ones the higher end */
		{ "i2.13.0 f2.15.0 | i2.4 f2.12.2 | i2.0-beta9 f2.3.1", "2.14.1", "2.15.0", DD_SCHEME_SEMVER },
		{ "i2.13.0 f2.15.0 | i2.4.0 f2.12.2 | i2.0.0-beta9 f2.3.1", "2.14.1", "2.15.0", DD_SCHEME_SEMVER },
		{ "i2.13.0 f2.15.0 | i2.4.0 f2.12.2 | i2.0.0-beta9 f2.3.1", "2.12.1", "2.12.2", DD_SCHEME_SEMVER },
		{ "i2.13.0 f2.15.0 | i2.4.0 f2.12.2 | i2.0.0-beta9 f2.3.1", "2.12.2", "out", DD_SCHEME_SEMVER },
		{ "i2.13.0 f2.15.0 | i2.4.0 f2.12.2 | i2.0.0-beta9 f2.3.1", "2.0.0-beta9", "2.3.1", DD_SCHEME_SEMVER },
		{ "i2.13.0 f2.15.0 | i2.4.0 f2.12.2 | i2.0.0-beta9 f2.3.1", "2.0.0-beta8", "out", DD_SCHEME_SEMVER },
		{ "i0 f1.5 | i0 f2", "1", "2", DD_SCHEME_DEB },
		{ "i0 f1.5 | i0", "1", "in", DD_SCHEME_DEB },
		/* an explicit list, alone or beside ranges; equal by the scheme's order is enough */
		{ "=1.0 =1.2", "1.2", "in", DD_SCHEME_DEB },
		{ "=1.0 =1.2", "1.1", "out", DD_SCHEME_DEB },
		{ "=1.0", "0:1.0", "in", DD_SCHEME_DEB },
		{ "i0 f1 | =3", "3", "in", DD_SCHEME_DEB },
		{ "i0 f1 | =3", "0.5", "1", DD_SCHEME_DEB },
		/* epochs */
		{ "i0 f1:1.0", "2.0", "1:1.0", DD_SCHEME_DEB },
		{ "i0 f2.0", "1:1.0", "out", DD_SCHEME_DEB },
		{ "i0 f1:1.0-1", "0:2.0-1", "1:1.0-1", DD_SCHEME_RPM },
		{ "i0 f0:1.0-1", "1.0-1", "out", DD_SCHEME_RPM },
		/* each family's own order */
		{ "i0 f1.1.1d-r3", "1.1.1d-r2", "1.1.1d-r3", DD_SCHEME_APK },
		{ "i0 f1.1.1d-r3", "1.1.1d-r10", "out", DD_SCHEME_APK },
		{ "i0 f2.0_p1", "2.0_rc1", "2.0_p1", DD_SCHEME_APK },
		{ "i0 f5.14.0-70.13.1.el9_0", "5.14.0-70.5.1.el9_0", "5.14.0-70.13.1.el9_0", DD_SCHEME_RPM },
		{ "i0 f1.0~rc2-1", "1.0~rc1-1", "1.0~rc2-1", DD_SCHEME_RPM },
		/* texts that are no versions: not silently unaffected */
		{ "i0 fx:1", "1", "bad", DD_SCHEME_DEB },
		{ "i0 fx:1 | i0 f3", "1", "3", DD_SCHEME_DEB },
		{ "i0 fx:1 | i0 f0.5", "1", "bad", DD_SCHEME_DEB },
		{ "i0 f2 Lx:1", "1", "bad", DD_SCHEME_DEB },
		{ "=x:1", "1", "out", DD_SCHEME_DEB },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_range_text t;
		struct dd_order order = { rows[i].scheme, false };
		dd_range_text_read(&t, dd_str_from(rows[i].ranges));
		struct dd_verdict_on_version v = dd_range_judge(&t.adv, &order, dd_str_from(rows[i].version));
		struct dd_str got = v.reach == DD_REACH_OUT   ? DD_STR("out")
				    : v.reach == DD_REACH_BAD ? DD_STR("bad")
				    : v.fixed.n		      ? v.fixed
							      : DD_STR("in");
		CHECK_STR_ROW(got, rows[i].want, rows[i].ranges);
		CHECK_ROW((v.reach == DD_REACH_BAD) <= (v.bad.n > 0), rows[i].ranges);
	}
}

/* A source rpm's version has no epoch: "32:9.11" of an advisory means the same build as "9.11" there. */
TEST(range_judge_without_epochs)
{
	static const struct dd_order order = { DD_SCHEME_RPM, true };
	struct dd_range_text t;
	dd_range_text_read(&t, DD_STR("i0 f32:9.11-2.el8"));
	CHECK(dd_range_judge(&t.adv, &order, DD_STR("9.11-1.el8")).reach == DD_REACH_IN);
	CHECK(dd_range_judge(&t.adv, &order, DD_STR("9.11-2.el8")).reach == DD_REACH_OUT);
	CHECK(dd_range_judge(&t.adv, &order, DD_STR("9.12-1.el8")).reach == DD_REACH_OUT);
	CHECK(dd_range_names_fixed(&t.adv, &order, DD_STR("9.11-2.el8")));
	CHECK(!dd_range_names_fixed(&t.adv, &order, DD_STR("9.11-3.el8")));
}

/* A SEMVER range means semver's order where the version is one: 1.0.0-rc.1 is before 1.0.0, unlike in deb's order. */
TEST(range_judge_semver_in_another_ecosystem)
{
	static const struct dd_order deb = { DD_SCHEME_DEB, false };
	struct dd_range_text t;
	dd_range_text_read(&t, DD_STR("i1.0.0 f2.0.0"));
	CHECK(dd_range_judge(&t.adv, &deb, DD_STR("1.0.0-rc.1")).reach == DD_REACH_IN);
	t.ranges[0].type = DD_RANGE_SEMVER;
	CHECK(dd_range_judge(&t.adv, &deb, DD_STR("1.0.0-rc.1")).reach == DD_REACH_OUT);
	CHECK(dd_range_judge(&t.adv, &deb, DD_STR("1.5.0")).reach == DD_REACH_IN);
	CHECK(dd_range_judge(&t.adv, &deb, DD_STR("1.5")).reach == DD_REACH_IN);
}

/* Every order of up to five events at four versions gives what the schema's own algorithm gives. */
TEST(range_judge_agrees_with_the_schema)
{
	static const char *const words[] = { "i0 ", "i1 ", "f1 ", "i2 ", "f2 ", "l2 ", "L2 ", "f3 ", "l1 ", "| " };
	static const char *const versions[] = { "0~", "0", "1", "1.5", "2", "2.5", "3", "4" };
	static const struct dd_order order = { DD_SCHEME_DEB, false };
	enum { EVENTS = 4 };
	size_t n = 1, mismatches = 0, affected = 0;
	for (int i = 0; i < EVENTS; i++)
		n *= DD_COUNT(words);
	for (size_t combination = 0; combination < n; combination++) {
		char text[64] = "";
		size_t rest = combination, at = 0;
		for (int i = 0; i < EVENTS; i++, rest /= DD_COUNT(words)) {
			size_t len = strlen(words[rest % DD_COUNT(words)]);
			memcpy(text + at, words[rest % DD_COUNT(words)], len);
			at += len;
		}
		struct dd_range_text t;
		dd_range_text_read(&t, (struct dd_str){ text, at });
		for (size_t i = 0; i < DD_COUNT(versions); i++) {
			struct dd_str v = dd_str_from(versions[i]);
			bool want = dd_range_text_reference(&t, &order, v);
			affected += want;
			if ((dd_range_judge(&t.adv, &order, v).reach == DD_REACH_IN) != want && mismatches++ == 0)
				CHECK_ROW(false, text);
		}
	}
	CHECK_INT(mismatches, 0);
	CHECK(affected > n);
}
