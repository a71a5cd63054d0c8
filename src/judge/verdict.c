/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/verdict.h"

static const char *s_of(size_t n)
{
	return n == 1 ? "" : "s";
}

static struct dd_str join(struct dd_arena *a, struct dd_str first, struct dd_str second)
{
	return first.n && second.n ? dd_arena_printf(a, "%.*s; %.*s", DD_FMT(first), DD_FMT(second))
				   : (first.n ? first : second);
}

enum dd_code dd_verdict_decide(struct dd_report *r, const struct dd_finding *findings, size_t n,
			       enum dd_severity fail_on, struct dd_arena *a, struct dd_err *err)
{
	struct dd_str over = { "", 0 }, unread = { "", 0 }, reason;
	size_t live = 0, failing = 0, unseen = 0, suppressed = 0;

	for (size_t i = 0; i < n; i++) {
		bool fails = !findings[i].suppressed && fail_on != DD_SEV_COUNT && findings[i].severity >= fail_on;
		suppressed += findings[i].suppressed;
		live += !findings[i].suppressed;
		failing += fails;
		unseen += fails && i >= r->n_findings;
	}
	if (failing)
		over = dd_arena_printf(a, "%zu finding%s at or above %s", failing, s_of(failing),
				       dd_severity_name(fail_on));
	if (failing && unseen && over.p)
		over = dd_arena_printf(a, "%.*s (%zu not shown)", DD_FMT(over), unseen);
	if (!failing && live == 0)
		over = suppressed ? dd_arena_printf(a, "no findings, %zu suppressed", suppressed)
				  : DD_STR("no findings");
	if (!failing && live)
		over = fail_on == DD_SEV_COUNT
			       ? dd_arena_printf(a, "%zu finding%s, no limit asked for", live, s_of(live))
			       : dd_arena_printf(a, "%zu finding%s, none at or above %s", live, s_of(live),
						 dd_severity_name(fail_on));
	if (r->n_problems)
		unread = dd_arena_printf(a, "incomplete: %zu problem%s", r->n_problems, s_of(r->n_problems));
	if (!over.p || !unread.p)
		return dd_fail_nomem(err);
	reason = failing ? join(a, over, unread) : join(a, unread, over);
	if (!reason.p)
		return dd_fail_nomem(err);
	r->fail_on = fail_on;
	r->reason = reason;
	r->verdict = failing ? DD_VERDICT_FAIL : r->n_problems ? DD_VERDICT_INCOMPLETE : DD_VERDICT_PASS;
	return DD_OK;
}
