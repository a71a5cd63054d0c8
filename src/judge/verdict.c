/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/verdict.h"

#include "base/buf.h"

enum { REASON_RULES = 4, REASON_BYTES_MAX = 16 << 10 };

static const char *s_of(size_t n)
{
	return n == 1 ? "" : "s";
}

/* The lowest severity is no limit: then the confidence is. */
static const char *limit_of(const struct dd_report *r)
{
	static const char *const confidences[DD_CONFIDENCE_COUNT] = { "unknown", "low confidence",
								      "medium confidence", "high confidence" };
	if (r->fail_on == DD_SEV_COUNT)
		return "";
	return r->fail_on == DD_SEV_UNKNOWN ? confidences[r->fail_confidence] : dd_severity_name(r->fail_on);
}

static struct dd_str join(struct dd_arena *a, struct dd_str first, struct dd_str second)
{
	return first.n && second.n ? dd_arena_printf(a, "%.*s; %.*s", DD_FMT(first), DD_FMT(second))
				   : (first.n ? first : second);
}

/* "policy: no-critical (.drydock.yaml:4) failed: 2 findings: …; require non-root …"; empty: none did. */
static struct dd_str failed_rules(const struct dd_report *r, struct dd_arena *a)
{
	DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(REASON_BYTES_MAX);
	size_t failed = 0;
	for (size_t i = 0; i < r->n_policy; i++) {
		const struct dd_policy_result *p = &r->policy[i];
		if (!p->failed)
			continue;
		if (failed++ < REASON_RULES)
			(void)dd_buf_addf(&b, "%s%.*s: %.*s", failed > 1 ? "; " : "policy failed: ", DD_FMT(p->rule),
					  DD_FMT(p->text));
	}
	if (failed > REASON_RULES)
		(void)dd_buf_addf(&b, "; and %zu rules more", failed - REASON_RULES);
	return b.failed ? dd_arena_printf(a, "policy failed: %zu rules", failed) : dd_arena_str(a, dd_buf_str(&b));
}

enum dd_code dd_verdict_decide(struct dd_report *r, const struct dd_finding *findings, size_t n, struct dd_arena *a,
			       struct dd_err *err)
{
	enum dd_severity fail_on = r->fail_on;
	struct dd_str over = { "", 0 }, unread = { "", 0 }, reason;
	const char *limit = limit_of(r);
	size_t live = 0, failing = 0, unseen = 0, suppressed = 0;

	for (size_t i = 0; i < n; i++) {
		bool fails = dd_report_fails(r, &findings[i]);
		suppressed += findings[i].suppressed;
		live += !findings[i].suppressed;
		failing += fails;
		unseen += fails && i >= r->n_findings;
	}
	struct dd_str broken = failed_rules(r, a);
	bool fails = failing > 0 || broken.n > 0;
	if (failing)
		over = dd_arena_printf(a, "%zu finding%s at or above %s", failing, s_of(failing), limit);
	if (failing && unseen && over.p)
		over = dd_arena_printf(a, "%.*s (%zu not shown)", DD_FMT(over), unseen);
	if (!fails && live == 0)
		over = suppressed ? dd_arena_printf(a, "no findings, %zu suppressed", suppressed)
				  : DD_STR("no findings");
	if (!fails && live && r->n_policy && fail_on == DD_SEV_COUNT)
		over = dd_arena_printf(a, "%zu finding%s, the policy holds", live, s_of(live));
	else if (!fails && live)
		over = fail_on == DD_SEV_COUNT
			       ? dd_arena_printf(a, "%zu finding%s, no limit asked for", live, s_of(live))
			       : dd_arena_printf(a, "%zu finding%s, none at or above %s", live, s_of(live), limit);
	if (r->n_problems)
		unread = dd_arena_printf(a, "incomplete: %zu problem%s", r->n_problems, s_of(r->n_problems));
	if (broken.p && over.p)
		over = join(a, broken, over);
	if (!broken.p || !over.p || !unread.p)
		return dd_fail_nomem(err);
	reason = fails ? join(a, over, unread) : join(a, unread, over);
	if (!reason.p)
		return dd_fail_nomem(err);
	r->reason = reason;
	r->verdict = fails ? DD_VERDICT_FAIL : r->n_problems ? DD_VERDICT_INCOMPLETE : DD_VERDICT_PASS;
	return DD_OK;
}
