/* SPDX-License-Identifier: Apache-2.0 */
/* JUnit XML, as Jenkins, GitLab, GitHub actions and Azure show it; keeps to Jenkins' junit-10.xsd. A suite for the
 * verdict and the rules of the policy, so that there is always one test; then a suite for each kind of finding, with a
 * test for each finding: failed at or above --fail-on, skipped when suppressed, else passed; then one for problems,
 * which are errors. */
#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "format/xml_write.h"
#include "report/say.h"

#define TEXT_BYTES_MAX (64 * DD_MIB)
enum { PLACES_MAX = 50 }; /* of one finding */

struct junit {
	struct dd_xmlw x;
	const struct dd_report *r;
	struct dd_buf text;
};

struct numbers {
	size_t tests, failures, errors, skipped;
};

static struct numbers of_kind(const struct dd_report *r, enum dd_kind kind)
{
	struct numbers n = { 0 };
	for (size_t i = 0; i < r->n_findings; i++) {
		const struct dd_finding *f = &r->findings[i];
		if (f->kind != kind)
			continue;
		n.tests++;
		n.failures += dd_report_fails(r, f);
		n.skipped += f->suppressed;
	}
	return n;
}

static struct numbers of_verdict(const struct dd_report *r)
{
	struct numbers n = { .tests = 1 + r->n_policy };
	n.failures = r->verdict == DD_VERDICT_FAIL;
	n.errors = r->verdict == DD_VERDICT_INCOMPLETE;
	for (size_t i = 0; i < r->n_policy; i++)
		n.failures += r->policy[i].failed;
	return n;
}

static struct numbers sum(struct numbers a, struct numbers b)
{
	return (struct numbers){ a.tests + b.tests, a.failures + b.failures, a.errors + b.errors,
				 a.skipped + b.skipped };
}

static void attributes(struct junit *u, struct dd_str name, struct numbers n)
{
	dd_xmlw_attr(&u->x, "name", name);
	dd_xmlw_attr_u64(&u->x, "tests", n.tests);
	dd_xmlw_attr_u64(&u->x, "failures", n.failures);
	dd_xmlw_attr_u64(&u->x, "errors", n.errors);
}

static void begin_suite(struct junit *u, struct dd_str name, struct numbers n)
{
	char created[32];
	dd_xmlw_start(&u->x, "testsuite");
	attributes(u, name, n);
	dd_xmlw_attr_u64(&u->x, "skipped", n.skipped);
	/* ISO 8601 without a zone, as the schema of Ant has it. */
	dd_xmlw_attr(&u->x, "timestamp", dd_str_take(dd_str_from(dd_time_text(u->r->created, created)), 19));
}

static struct dd_str taken(struct junit *u)
{
	u->x.out->failed |= u->text.failed;
	return dd_buf_str(&u->text);
}

static void begin_case(struct junit *u, struct dd_str class_name, struct dd_str name)
{
	dd_xmlw_start(&u->x, "testcase");
	dd_xmlw_attr(&u->x, "classname", class_name);
	dd_xmlw_attr(&u->x, "name", name);
}

/* <failure message="…" type="…">text</failure> */
static void outcome(struct junit *u, const char *what, struct dd_str message, const char *type, struct dd_str text)
{
	dd_xmlw_start(&u->x, what);
	dd_xmlw_attr_known(&u->x, "message", message);
	dd_xmlw_attr(&u->x, "type", dd_str_from(type));
	if (text.n)
		dd_xmlw_text(&u->x, text);
	dd_xmlw_end(&u->x);
}

/* What stands on a line of its own must not begin another one. */
static void add_on_line(struct junit *u, struct dd_str s)
{
	for (size_t i = 0; i < s.n && !u->text.failed; i++) {
		if (s.p[i] == '\n' || s.p[i] == '\r')
			(void)dd_buf_add_c(&u->text, s.p[i] == '\n' ? "\\n" : "\\r");
		else
			(void)dd_buf_add_char(&u->text, s.p[i]);
	}
}

static void line(struct junit *u, const char *label, struct dd_str value)
{
	if (value.n == 0)
		return;
	(void)dd_buf_addf(&u->text, "%s: ", label);
	add_on_line(u, value);
	(void)dd_buf_add_char(&u->text, '\n');
}

static void secret(struct junit *u, const struct dd_finding *f)
{
	const struct dd_secret_at *at = &f->secret->at;
	char number[32] = "";
	if (at->secret.line)
		(void)snprintf(number, sizeof number, "%llu", (unsigned long long)at->secret.line);
	line(u, "line", dd_str_from(number));
	line(u, "secret", at->secret.clear.n ? at->secret.clear : at->secret.redacted);
	line(u, "confidence", dd_str_from(dd_confidence_name(f->confidence)));
	line(u, "because", at->secret.reason);
	line(u, "state", dd_str_from(dd_entry_state_name(at->state)));
	line(u, "fingerprint", at->secret.fingerprint);
	for (struct dd_str rest = f->secret->change, one; dd_str_line(&rest, &one);)
		line(u, "change", one);
}

/* Everything about a finding, a line each. */
static struct dd_str details(struct junit *u, const struct dd_finding *f)
{
	const struct dd_installed *in = dd_say_package(u->r, f);
	struct dd_location at;
	dd_buf_clear(&u->text);
	line(u, "title", f->title);
	line(u, "severity", dd_str_from(dd_severity_name(f->severity)));
	line(u, "package", in ? in->package.name : DD_STR(""));
	line(u, "installed", in ? in->package.version : DD_STR(""));
	line(u, "fixed in", f->fix.version);
	if (f->fix.state != DD_FIX_FIXED && f->kind == DD_KIND_VULNERABILITY)
		line(u, "fix", dd_str_from(dd_say_fix_state(f->fix.state)));
	line(u, "advice", f->fix.advice);
	size_t i;
	for (i = 0; i < PLACES_MAX && dd_say_location(u->r, f, i, &at); i++) {
		const struct dd_layer *l = dd_say_layer(u->r, at.layer);
		if (at.path.n) {
			(void)dd_buf_add_c(&u->text, "place: ");
			add_on_line(u, at.path);
			(void)dd_buf_add_c(&u->text, at.inner.n ? "!" : "");
			add_on_line(u, at.inner);
			(void)dd_buf_add_char(&u->text, '\n');
		}
		if (l && i == 0)
			line(u, "introduced by", l->instruction);
	}
	if (in && in->n_locations > i)
		(void)dd_buf_addf(&u->text, "and %zu more places\n", in->n_locations - i);
	if (f->secret)
		secret(u, f);
	line(u, "note", f->note);
	if (f->kev)
		line(u, "known to be exploited", DD_STR("yes"));
	line(u, "more", f->url);
	return taken(u);
}

static void add_finding(struct junit *u, const struct dd_finding *f)
{
	const struct dd_installed *in = dd_say_package(u->r, f);
	struct dd_str where = in ? in->package.name : f->path.n ? f->path : DD_STR("image");
	dd_buf_clear(&u->text);
	(void)dd_buf_addf(&u->text, "%s: ", dd_severity_name(f->severity));
	dd_say_message(u->r, f, &u->text);
	begin_case(u, where, taken(u));
	if (f->suppressed) {
		struct dd_str why = f->suppression.reason.n ? f->suppression.reason : f->suppression.justification;
		dd_xmlw_start(&u->x, "skipped");
		dd_xmlw_attr(&u->x, "message", why.n ? why : f->suppression.rule);
		dd_xmlw_end(&u->x);
	} else if (dd_report_fails(u->r, f)) {
		struct dd_str text = details(u, f);
		outcome(u, "failure", f->title.n ? f->title : f->id, dd_severity_name(f->severity), text);
	} else {
		dd_xmlw_element(&u->x, "system-out", details(u, f));
	}
	dd_xmlw_end(&u->x);
}

static void verdict_suite(struct junit *u)
{
	const struct dd_report *r = u->r;
	begin_suite(u, DD_STR("verdict"), of_verdict(r));
	begin_case(u, DD_STR("drydock"), DD_STR("verdict"));
	if (r->verdict != DD_VERDICT_PASS)
		outcome(u, r->verdict == DD_VERDICT_FAIL ? "failure" : "error", r->reason, dd_verdict_name(r->verdict),
			r->reason);
	else
		dd_xmlw_element(&u->x, "system-out", r->reason);
	dd_xmlw_end(&u->x);
	for (size_t i = 0; i < r->n_policy; i++) {
		const struct dd_policy_result *p = &r->policy[i];
		begin_case(u, DD_STR("policy"), p->rule);
		if (p->failed)
			outcome(u, "failure", p->text, "policy", p->text);
		else
			dd_xmlw_element(&u->x, "system-out", p->text);
		dd_xmlw_end(&u->x);
	}
	dd_xmlw_end(&u->x);
}

static void kind_suite(struct junit *u, enum dd_kind kind)
{
	struct numbers n = of_kind(u->r, kind);
	if (n.tests == 0)
		return;
	begin_suite(u, dd_str_from(dd_kind_name(kind)), n);
	for (size_t i = 0; i < u->r->n_findings && !u->x.out->failed; i++)
		if (u->r->findings[i].kind == kind)
			add_finding(u, &u->r->findings[i]);
	dd_xmlw_end(&u->x);
}

static void problem_suite(struct junit *u)
{
	const struct dd_report *r = u->r;
	if (r->n_problems == 0)
		return;
	begin_suite(u, DD_STR("problems"), (struct numbers){ .tests = r->n_problems, .errors = r->n_problems });
	for (size_t i = 0; i < r->n_problems && !u->x.out->failed; i++) {
		const struct dd_problem *p = &r->problems[i];
		begin_case(u, p->analyzer.n ? p->analyzer : DD_STR("drydock"), p->path.n ? p->path : DD_STR("image"));
		outcome(u, "error", p->text, "problem", p->text);
		dd_xmlw_end(&u->x);
	}
	dd_xmlw_end(&u->x);
}

enum dd_code dd_report_write_junit(const struct dd_report *r, const struct dd_report_style *style, struct dd_buf *out,
				   struct dd_err *err)
{
	struct junit u = { .r = r, .text = DD_BUF_INIT(TEXT_BYTES_MAX) };
	struct numbers all = sum(of_verdict(r), (struct numbers){ .tests = r->n_problems, .errors = r->n_problems });
	struct dd_str name = r->inventory->target.image.n ? r->inventory->target.image : r->inventory->target.name;
	(void)style;
	for (int k = 0; k < DD_KIND_COUNT; k++)
		all = sum(all, of_kind(r, (enum dd_kind)k));
	u.x = dd_xmlw_open(out);
	dd_xmlw_start(&u.x, "testsuites");
	attributes(&u, name, all);
	verdict_suite(&u);
	for (int k = 0; k < DD_KIND_COUNT; k++)
		kind_suite(&u, (enum dd_kind)k);
	problem_suite(&u);
	dd_xmlw_end(&u.x);
	dd_xmlw_close(&u.x);
	dd_buf_done(&u.text);
	return dd_buf_check(out, "the report", err);
}
