/* SPDX-License-Identifier: Apache-2.0 */
#include "model/report.h"

const char *dd_verdict_name(enum dd_verdict v)
{
	static const char *const names[] = { "pass", "fail", "incomplete" };
	return names[v];
}

const char *dd_fix_step_kind_name(enum dd_fix_step_kind k)
{
	static const char *const names[DD_STEP_COUNT] = { "base", "os-packages", "dependency", "secrets" };
	return names[k];
}

bool dd_report_fails(const struct dd_report *r, const struct dd_finding *f)
{
	if (f->suppressed || r->fail_on == DD_SEV_COUNT || f->severity < r->fail_on)
		return false;
	return f->kind != DD_KIND_SECRET || f->confidence >= r->fail_confidence;
}
