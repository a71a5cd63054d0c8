/* SPDX-License-Identifier: Apache-2.0 */
#include "base/expand.h"

#include "base/alloc.h"
#include "support/test.h"

static bool look_up(void *context, struct dd_str name, struct dd_str *ret)
{
	static const struct {
		const char *name, *value;
	} rows[] = {
		{ "a", "1" }, { "b", "${a}.2" }, { "loop", "x${loop}" }, { "big", "${big}${big}" }, { "", "none" }
	};
	(void)context;
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		if (!dd_str_eq_c(name, rows[i].name))
			continue;
		*ret = dd_str_from(rows[i].value);
		return true;
	}
	return false;
}

TEST(expand_references)
{
	static const struct {
		const char *text, *want;
		bool known;
	} rows[] = {
		{ "", "", true },
		{ "plain", "plain", true },
		{ "${a}", "1", true },
		{ "<${b}>${a}", "<1.2>1", true },
		{ "${x}-${a}", "${x}-1", false },
		{ "${${a}}", "${1}", false },
		{ "${a", "${a", false },
		{ "$a}", "$a}", true },
		{ "${}", "none", true },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_EXPAND_BYTES_MAX);
		bool known = dd_expand(dd_str_from(rows[i].text), DD_STR("${"), '}', look_up, NULL, &out);
		CHECK_ROW(known == rows[i].known, rows[i].text);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].text);
	}
}

TEST(expand_never_ends_or_grows)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_EXPAND_BYTES_MAX);
	CHECK(!dd_expand(DD_STR("${loop}"), DD_STR("${"), '}', look_up, NULL, &out));
	CHECK(!dd_expand(DD_STR("${big}"), DD_STR("${"), '}', look_up, NULL, &out));
	CHECK(out.n <= DD_EXPAND_BYTES_MAX);
}
