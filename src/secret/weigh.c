/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/weigh.h"

#include "secret/checks.h"

enum dd_code dd_secret_weigh(const struct dd_secret_candidate *c, struct dd_arena *a, struct dd_secret_weight *ret,
			     struct dd_err *err)
{
	struct dd_secret_weight w = { c->rule->kind.confidence, DD_STR(""), DD_STR("") };
	struct dd_secret_checked checked;
	struct dd_str secret = dd_str_take(dd_str_skip(c->text, c->secret_at), c->secret_n);
	DD_TRY(dd_secret_check_run(c->rule->check, secret, c->text, a, &checked, err));
	if (checked.verdict == DD_CHECKED_RIGHT)
		w.confidence = DD_CONFIDENCE_HIGH;
	if (checked.verdict == DD_CHECKED_WRONG)
		w.confidence = DD_CONFIDENCE_LOW;
	w.reason = checked.reason;
	*ret = w;
	return DD_OK;
}
