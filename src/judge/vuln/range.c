/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/vuln/range.h"

static struct dd_str without_epoch(struct dd_str v)
{
	size_t digits = 0;
	while (digits < v.n && dd_is_digit(v.p[digits]))
		digits++;
	return digits && digits < v.n && v.p[digits] == ':' ? dd_str_skip(v, digits + 1) : v;
}

struct dd_str dd_without_revision(struct dd_str version)
{
	for (;;) {
		size_t dash = dd_str_rfind(version, '-'), n = dash + 1;
		while (n < version.n && dd_is_digit(version.p[n]))
			n++;
		if (dash == 0 || n <= dash + 1 || n < version.n)
			return version;
		version = dd_str_take(version, dash);
	}
}

/* Bitnami's advisories speak of upstream's versions ("fixed in 1.25.3", or "last affected is 1.25.3": every revision of
 * it), for semantic versioning would order 1.25.3-1 before 1.25.3. Some are about Bitnami's own builds, and name
 * revisions ("introduced 6.7.2-7, fixed 6.8.2-1"): among those of one upstream version they count, as
 * numbers: Debian's order of "10-3" and "10". */
static bool cmp_revisions(const struct dd_order *o, struct dd_str a, struct dd_str b, int *ret)
{
	struct dd_str base = dd_without_revision(a), other = dd_without_revision(b);
	if (base.n == a.n || other.n == b.n || !dd_str_eq(base, other))
		return dd_vercmp(o->scheme, base, b, ret);
	return dd_vercmp(DD_SCHEME_DEB, dd_str_skip(a, base.n + 1), dd_str_skip(b, other.n + 1), ret);
}

bool dd_order_cmp(const struct dd_order *o, struct dd_str a, struct dd_str b, int *ret)
{
	if (o->revisions)
		return cmp_revisions(o, a, b, ret);
	if (o->ignore_epoch) {
		a = without_epoch(a);
		b = without_epoch(b);
	}
	return dd_vercmp(o->scheme, a, b, ret);
}

/* "0" stands for "before every version" in introduced and fixed events. */
static bool is_zero(const struct dd_event *e)
{
	return dd_str_eq_c(e->version, "0") && (e->kind == DD_EVENT_INTRODUCED || e->kind == DD_EVENT_FIXED);
}

static bool cmp_events(const struct dd_order *o, const struct dd_event *a, const struct dd_event *b, int *ret)
{
	if (is_zero(a) || is_zero(b)) {
		*ret = is_zero(b) - is_zero(a);
		return true;
	}
	return dd_order_cmp(o, a->version, b->version, ret);
}

/* True when the event lies before the version or at it, so that it has taken effect there. */
static bool in_effect(const struct dd_order *o, const struct dd_event *e, struct dd_str version, bool *ret)
{
	int c;
	if (is_zero(e)) {
		*ret = true;
		return true;
	}
	if (!dd_order_cmp(o, version, e->version, &c))
		return false;
	*ret = e->kind == DD_EVENT_LAST_AFFECTED || e->kind == DD_EVENT_AFTER ? c > 0 : c >= 0;
	return true;
}

/* With limits, a version must lie below one of them. */
static bool within_limits(const struct dd_range *r, const struct dd_order *o, struct dd_str version, bool *ret,
			  struct dd_str *ret_bad)
{
	bool any = false;
	for (size_t i = 0; i < r->n_events; i++) {
		int c;
		if (r->events[i].kind != DD_EVENT_LIMIT)
			continue;
		any = true;
		if (dd_str_eq_c(r->events[i].version, "*")) {
			*ret = true;
			return true;
		}
		if (!dd_order_cmp(o, version, r->events[i].version, &c)) {
			*ret_bad = r->events[i].version;
			return false;
		}
		if (c < 0) {
			*ret = true;
			return true;
		}
	}
	*ret = !any;
	return true;
}

static bool is_start(const struct dd_event *e)
{
	return e->kind == DD_EVENT_INTRODUCED || e->kind == DD_EVENT_AFTER;
}

/* The state at a version is what the last event in effect says; the fix is the first one after the version. Looking for
 * these two needs no sorting. A range may say both what is affected last and what fixes it (GHSA's "<= 1.2.2, patched
 * in 1.2.4"). */
static struct dd_verdict_on_version judge_events(const struct dd_range *r, const struct dd_order *o,
						 struct dd_str version)
{
	struct dd_verdict_on_version v = { DD_REACH_BAD, { "", 0 }, { "", 0 } };
	const struct dd_event *last = NULL, *fix = NULL;
	int c;

	for (size_t i = 0; i < r->n_events; i++) {
		const struct dd_event *e = &r->events[i];
		bool effective;
		if (e->kind == DD_EVENT_LIMIT)
			continue;
		v.bad = e->version;
		if (!in_effect(o, e, version, &effective))
			return v;
		const struct dd_event **best = effective ? &last : &fix;
		if (!effective && e->kind != DD_EVENT_FIXED)
			continue;
		if (*best && !cmp_events(o, e, *best, &c))
			return v;
		if (!*best || (effective ? c >= 0 : c < 0))
			*best = e;
	}
	v.bad = (struct dd_str){ "", 0 };
	v.reach = last && is_start(last) ? DD_REACH_IN : DD_REACH_OUT;
	if (v.reach == DD_REACH_IN && fix)
		v.fixed = fix->version;
	return v;
}

static struct dd_verdict_on_version judge_range(const struct dd_range *r, const struct dd_order *o,
						struct dd_str version)
{
	struct dd_verdict_on_version out = { DD_REACH_OUT, { "", 0 }, { "", 0 } };
	struct dd_order order = *o;
	bool within;
	int c;

	/* A SEMVER range means semver's order even where the ecosystem has another, if the version is one at all. */
	if (r->type == DD_RANGE_SEMVER && dd_vercmp(DD_SCHEME_SEMVER, version, version, &c))
		order = (struct dd_order){ .scheme = DD_SCHEME_SEMVER, .revisions = o->revisions };
	if (!within_limits(r, &order, version, &within, &out.bad))
		out.reach = DD_REACH_BAD;
	else if (within)
		return judge_events(r, &order, version);
	return out;
}

struct dd_verdict_on_version dd_range_judge(const struct dd_advisory *adv, const struct dd_order *o,
					    struct dd_str version)
{
	struct dd_verdict_on_version all = { DD_REACH_OUT, { "", 0 }, { "", 0 } };
	bool endless = false;
	int c;

	for (size_t i = 0; i < adv->n_ranges; i++) {
		struct dd_verdict_on_version one = judge_range(&adv->ranges[i], o, version);
		if (one.reach == DD_REACH_BAD) {
			all.bad = one.bad;
			if (all.reach == DD_REACH_OUT)
				all.reach = DD_REACH_BAD;
		} else if (one.reach == DD_REACH_IN) {
			all.reach = DD_REACH_IN;
			endless |= one.fixed.n == 0;
			if (all.fixed.n == 0 || (dd_order_cmp(o, one.fixed, all.fixed, &c) && c > 0))
				all.fixed = one.fixed;
		}
	}
	for (size_t i = 0; i < adv->n_versions && all.reach != DD_REACH_IN; i++) {
		/* Listed versions are compared as text, too: a list may hold what the scheme does not know. */
		if (dd_str_eq(adv->versions[i], version) || (dd_order_cmp(o, version, adv->versions[i], &c) && c == 0))
			all.reach = DD_REACH_IN;
	}
	if (endless)
		all.fixed = (struct dd_str){ "", 0 };
	return all;
}

bool dd_range_names_fixed(const struct dd_advisory *adv, const struct dd_order *o, struct dd_str version)
{
	int c;
	for (size_t i = 0; i < adv->n_ranges; i++)
		for (size_t k = 0; k < adv->ranges[i].n_events; k++) {
			const struct dd_event *e = &adv->ranges[i].events[k];
			if (e->kind == DD_EVENT_FIXED && !is_zero(e) && dd_order_cmp(o, version, e->version, &c) &&
			    c == 0)
				return true;
		}
	return false;
}
