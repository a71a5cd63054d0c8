/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/select.h"

#include <stdlib.h>

enum { HIDDEN_LINES_MAX = 3 };

const char *const dd_sort_names[] = { "risk", "severity", "epss", "package", NULL };

enum dd_code dd_select_severities(struct dd_select *sel, struct dd_str list, struct dd_err *err)
{
	bool severity[DD_SEV_COUNT];
	struct dd_str part;
	if (sel->by_severity)
		memcpy(severity, sel->severity, sizeof severity);
	else
		memset(severity, 0, sizeof severity);
	for (struct dd_str rest = list; dd_str_next(&rest, ',', &part);) {
		enum dd_severity s;
		struct dd_str word = dd_str_trim(part);
		bool and_above = dd_str_ends(word, DD_STR("+"));
		if (!dd_severity_parse(dd_str_take(word, word.n - and_above), &s))
			return dd_fail(
				err, DD_EARG, DD_NO_OFFSET,
				"%s is no severity; there are critical, high, medium, low, negligible and unknown, "
				"and high+ for high and above",
				DD_QUOTE(word));
		for (int i = (int)s; i <= (and_above ? DD_SEV_CRITICAL : (int)s); i++)
			severity[i] = true;
	}
	memcpy(sel->severity, severity, sizeof severity);
	sel->by_severity = true;
	return DD_OK;
}

/* What qsort() needs to know besides the findings themselves. */
struct sorting {
	const struct dd_select *sel;
	const struct dd_inventory *inv;
};

static bool is_shown(const struct dd_select *sel, const struct dd_finding *f)
{
	return !sel->by_severity || sel->severity[f->severity];
}

static struct dd_str package_name(const struct dd_inventory *inv, const struct dd_finding *f)
{
	if (f->package >= 0 && (size_t)f->package < inv->n_packages)
		return inv->packages[f->package].package.name;
	return (struct dd_str){ "", 0 };
}

static int by_sort(enum dd_sort sort, const struct dd_inventory *inv, const struct dd_finding *x,
		   const struct dd_finding *y)
{
	switch (sort) {
	case DD_SORT_SEVERITY: /* then by id: what one vulnerability touches stands together */
		if (x->severity != y->severity)
			return x->severity > y->severity ? -1 : 1;
		return dd_str_cmp(x->id, y->id);
	case DD_SORT_EPSS:
		return (x->epss < y->epss) - (x->epss > y->epss);
	case DD_SORT_PACKAGE:
		return dd_str_cmp(package_name(inv, x), package_name(inv, y));
	case DD_SORT_RISK:
	case DD_SORT_COUNT:
		break;
	}
	return 0;
}

static int in_order(const void *a, const void *b, void *arg)
{
	const struct dd_finding *x = a, *y = b;
	const struct sorting *s = arg;
	bool shown_x = is_shown(s->sel, x), shown_y = is_shown(s->sel, y);
	if (shown_x != shown_y)
		return shown_x ? -1 : 1;
	if (x->suppressed != y->suppressed)
		return x->suppressed ? 1 : -1;
	int c = by_sort(s->sel->sort, s->inv, x, y);
	return c ? c : dd_finding_cmp(x, y);
}

static bool is_unfixed(const struct dd_finding *f)
{
	return f->kind == DD_KIND_VULNERABILITY && f->fix.state != DD_FIX_FIXED;
}

/* What was left out by a decision, by why. */
struct left_out {
	size_t unfixed, doubtful[DD_CONFIDENCE_COUNT];
};

static void leave_out(const struct dd_select *sel, struct dd_findings *f, struct left_out *out)
{
	size_t kept = 0;
	for (size_t i = 0; i < f->list.n; i++) {
		const struct dd_finding *one = &f->list.p[i];
		if (sel->only_fixed && is_unfixed(one))
			out->unfixed++;
		else if (one->kind == DD_KIND_SECRET && one->confidence < sel->min_confidence)
			out->doubtful[one->confidence] += !one->suppressed;
		else
			f->list.p[kept++] = *one;
	}
	f->list.n = kept;
}

/* "37 low-confidence secrets are hidden: --min-confidence low shows them"; none: empty. */
static struct dd_str say_doubtful(const struct left_out *out, struct dd_arena *a)
{
	size_t low = out->doubtful[DD_CONFIDENCE_LOW] + out->doubtful[DD_CONFIDENCE_UNKNOWN],
	       medium = out->doubtful[DD_CONFIDENCE_MEDIUM], n = low + medium;
	if (n == 0)
		return DD_STR("");
	const char *word = low && medium ? "low- and medium-" : low ? "low-" : "medium-";
	return dd_arena_printf(a, "%zu %sconfidence secret%s hidden: --min-confidence %s shows %s", n, word,
			       n == 1 ? " is" : "s are", low ? "low" : "medium", n == 1 ? "it" : "them");
}

enum dd_code dd_select_apply(const struct dd_select *sel, const struct dd_inventory *inv, struct dd_arena *a,
			     struct dd_findings *f, size_t *ret_shown, struct dd_str **ret_hidden, size_t *ret_n_hidden,
			     struct dd_err *err)
{
	struct sorting sorting = { sel, inv };
	struct dd_str *hidden = dd_arena_array(a, HIDDEN_LINES_MAX, sizeof *hidden);
	struct left_out out = { 0 };
	size_t n_hidden = 0, kept, shown = 0;

	if (!hidden)
		return dd_fail_nomem(err);
	leave_out(sel, f, &out);
	kept = f->list.n;
	if (out.unfixed)
		hidden[n_hidden++] = dd_arena_printf(a, "--only-fixed leaves out %zu without a fix", out.unfixed);
	struct dd_str doubtful = say_doubtful(&out, a);
	if (doubtful.n || !doubtful.p)
		hidden[n_hidden++] = doubtful;
	if (kept)
		qsort_r(f->list.p, kept, sizeof *f->list.p, in_order, &sorting);
	while (shown < kept && is_shown(sel, &f->list.p[shown]))
		shown++;
	if (shown < kept)
		hidden[n_hidden++] = dd_arena_printf(a, "--severity hides %zu of other severities", kept - shown);
	for (size_t i = 0; i < n_hidden; i++)
		if (!hidden[i].p)
			return dd_fail_nomem(err);
	*ret_shown = shown;
	*ret_hidden = hidden;
	*ret_n_hidden = n_hidden;
	return DD_OK;
}
