/* SPDX-License-Identifier: Apache-2.0 */
/* GitLab's code quality report, a subset of Code Climate's (docs.gitlab.com, "Code Quality report format"): a list with
 * description, check_name, fingerprint, severity and location of each finding. Suppressed findings are left out.
 * Problems are issues of the check "problem", so that an incomplete scan shows. */
#include <stdio.h>

#include "base/limits.h"
#include "format/json_write.h"
#include "report/say.h"

enum { BROKEN_LEVELS = 1, TEXT_MAX = 1000 };

static const char *const severities[DD_SEV_COUNT] = {
	[DD_SEV_CRITICAL] = "blocker", [DD_SEV_HIGH] = "critical",   [DD_SEV_MEDIUM] = "major",
	[DD_SEV_LOW] = "minor",	       [DD_SEV_NEGLIGIBLE] = "info", [DD_SEV_UNKNOWN] = "minor",
};

static void issue(struct dd_jsonw *j, struct dd_str description, struct dd_str check, struct dd_str print,
		  const char *severity, struct dd_str path, uint64_t line)
{
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "type", DD_STR("issue"));
	dd_jsonw_member_text(j, "description", dd_say_cut(description, TEXT_MAX));
	dd_jsonw_member_text(j, "check_name", check);
	dd_jsonw_member_text(j, "fingerprint", print);
	dd_jsonw_member_text(j, "severity", dd_str_from(severity));
	dd_jsonw_key(j, "location");
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "path", path);
	dd_jsonw_key(j, "lines");
	dd_jsonw_object(j);
	dd_jsonw_member_u64(j, "begin", line);
	dd_jsonw_close(j);
	dd_jsonw_close(j);
	dd_jsonw_close(j);
}

static enum dd_code finding(struct dd_jsonw *j, const struct dd_report *r, struct dd_fingerprints *prints,
			    const struct dd_finding *f, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(64 * DD_MIB);
	char print[DD_FINGERPRINT_MAX];
	struct dd_location at;
	DD_TRY(dd_fingerprints_next(prints, r, f, print, err));
	if (f->suppressed)
		return DD_OK;
	(void)dd_say_location(r, f, 0, &at);
	dd_say_message(r, f, &text);
	DD_TRY(dd_buf_check(&text, "the report", err));
	issue(j, dd_buf_str(&text), f->id.n ? f->id : dd_str_from(dd_kind_name(f->kind)), dd_str_from(print),
	      severities[f->severity], at.path.n ? at.path : r->inventory->target.name, dd_say_line(f));
	return DD_OK;
}

static void problems(struct dd_jsonw *j, const struct dd_report *r)
{
	for (size_t i = 0; i < r->n_problems && !j->out->failed; i++) {
		const struct dd_problem *p = &r->problems[i];
		char print[32];
		(void)snprintf(print, sizeof print, "problem-%zu", i);
		issue(j, p->text, DD_STR("problem"), dd_str_from(print), "blocker",
		      p->path.n ? p->path : r->inventory->target.name, 1);
	}
}

enum dd_code dd_report_write_codequality(const struct dd_report *r, const struct dd_report_style *style,
					 struct dd_buf *out, struct dd_err *err)
{
	struct dd_jsonw j = DD_JSONW(out, BROKEN_LEVELS);
	struct dd_fingerprints prints = dd_fingerprints_new();
	enum dd_code code = DD_OK;
	(void)style;
	dd_jsonw_array(&j);
	for (size_t i = 0; code == DD_OK && i < r->n_findings && !out->failed; i++)
		code = finding(&j, r, &prints, &r->findings[i], err);
	problems(&j, r);
	dd_jsonw_close(&j);
	(void)dd_buf_add_char(out, '\n');
	dd_fingerprints_done(&prints);
	return code == DD_OK ? dd_buf_check(out, "the report", err) : code;
}
