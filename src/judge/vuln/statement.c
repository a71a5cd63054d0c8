/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/vuln/statement.h"

/* Fixes can push each other up once per event at most; hostile records must not turn that into a long climb. */
enum { CLIMB_MAX = 64 };

enum dd_rank dd_rank_of_source(struct dd_str source)
{
	if (dd_str_starts(source, DD_STR("osv")))
		return DD_RANK_OSV;
	if (dd_str_starts(source, DD_STR("trivy")) || dd_str_starts(source, DD_STR("grype")))
		return DD_RANK_MIRROR;
	if (dd_str_starts(source, DD_STR("starter")))
		return DD_RANK_STARTER;
	return DD_RANK_DISTRIBUTION;
}

/* "noarch" and "all" packages run everywhere; an advisory without a list means every architecture. */
static bool arch_fits(struct dd_str arches, struct dd_str arch)
{
	struct dd_str part;
	if (dd_str_trim(arches).n == 0 || arch.n == 0 || dd_str_eq_c(arch, "noarch") || dd_str_eq_c(arch, "all"))
		return true;
	for (struct dd_str rest = arches; dd_str_next(&rest, ' ', &part);)
		if (dd_str_eq(part, arch) || dd_str_eq_c(part, "noarch"))
			return true;
	return false;
}

/* The first two parts of a modularity label: "nodejs:12:8030020210304194546:9f2f33ee" → "nodejs:12". */
static struct dd_str stream_of(struct dd_str label)
{
	size_t name = dd_str_find(label, ':');
	struct dd_str rest = dd_str_skip(label, name + 1);
	return dd_str_take(label, name + 1 + dd_str_find(rest, ':'));
}

/* Built in a module, though nobody says in which: the release of the version shows it (".module_el8.3.0+2010+7c76a223",
 * Red Hat's ".module+el8…"). */
static bool is_module_build(struct dd_str version)
{
	return dd_str_search(version, DD_STR(".module_el")) < version.n ||
	       dd_str_search(version, DD_STR(".module+el")) < version.n;
}

static bool is_module_advisory(const struct dd_advisory *adv)
{
	for (size_t i = 0; i < adv->n_ranges; i++)
		for (size_t k = 0; k < adv->ranges[i].n_events; k++)
			if (is_module_build(adv->ranges[i].events[k].version))
				return true;
	return false;
}

/* A package of a module is judged by advisories for its own stream, a package of none by advisories for none: nodejs:10
 * is not fixed by an update of nodejs:12, however the versions compare. Where one side does not name its stream, both
 * must at least have been built in some module. */
static bool module_fits(const struct dd_advisory *adv, const struct dd_package *p)
{
	struct dd_str stream = stream_of(p->module), part;
	bool modular = stream.n || is_module_build(p->version);
	if (stream.n == 0 || adv->module.n == 0)
		return modular == (adv->module.n || is_module_advisory(adv));
	for (struct dd_str rest = adv->module; dd_str_next(&rest, ' ', &part);)
		if (dd_str_eq(stream_of(part), stream))
			return true;
	return false;
}

void dd_statement_judge(struct dd_statement *s, const struct dd_package *p)
{
	const struct dd_advisory *adv = &s->advisory;
	s->bad = (struct dd_str){ "", 0 };
	s->says = DD_SAYS_NOTHING;
	if (!arch_fits(adv->arches, p->arch) || !module_fits(adv, p))
		return;
	if (adv->status == DD_ADV_UNDETERMINED) {
		s->says = DD_SAYS_UNDECIDED;
		return;
	}
	struct dd_verdict_on_version v = dd_range_judge(adv, &s->order, s->version);
	if (adv->status == DD_ADV_NOT_AFFECTED) {
		/* Of versions that are not named nothing is said; one that cannot be compared is no reason to doubt. */
		s->says = v.reach == DD_REACH_IN ? DD_SAYS_NEVER : DD_SAYS_NOTHING;
		return;
	}
	s->bad = v.bad;
	s->says = v.reach == DD_REACH_IN    ? DD_SAYS_AFFECTED
		  : v.reach == DD_REACH_OUT ? DD_SAYS_UNAFFECTED
					    : DD_SAYS_UNCLEAR;
}

int dd_statement_cmp(const void *a, const void *b)
{
	const struct dd_statement *x = a, *y = b;
	int c;
	if (x->advisory.vuln != y->advisory.vuln)
		return x->advisory.vuln < y->advisory.vuln ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if ((c = dd_str_cmp(x->advisory.id, y->advisory.id)) ||
	    (c = dd_str_cmp(x->advisory.source, y->advisory.source)))
		return c;
	return (x->place > y->place) - (x->place < y->place);
}

/* An erratum is one update; a record named by a CVE collects all fixes there were, and there the highest counts. */
static bool is_erratum(const struct dd_statement *s)
{
	return s->order.scheme == DD_SCHEME_RPM && !dd_str_starts(s->advisory.id, DD_STR("CVE-"));
}

/* An erratum may list several builds of the same fix (AlmaLinux repeats a package for each module build, or with and
 * without ".alma"): who has one of them is not affected, though another one's number is higher. s[0..n) share rank and
 * vulnerability and are sorted by id. */
static void drop_named_fixes(struct dd_statement *s, size_t n)
{
	for (size_t i = 0, end; i < n; i = end) {
		bool named = false, erratum = is_erratum(&s[i]);
		for (end = i; end < n && dd_str_eq(s[end].advisory.id, s[i].advisory.id); end++)
			named |= erratum && dd_range_names_fixed(&s[end].advisory, &s[end].order, s[end].version);
		for (size_t k = i; named && k < end; k++)
			if (s[k].says == DD_SAYS_AFFECTED)
				s[k].says = DD_SAYS_UNAFFECTED;
	}
}

/* The lowest version from s[0].version up that none of the affected statements holds; empty when there is none. */
static struct dd_str climb(const struct dd_statement *s, size_t n)
{
	static const struct dd_str none = { "", 0 };
	struct dd_str at = none;
	for (int step = 0; step < CLIMB_MAX; step++) {
		bool moved = false;
		for (size_t i = 0; i < n; i++) {
			int c;
			if (s[i].says != DD_SAYS_AFFECTED)
				continue;
			struct dd_verdict_on_version v =
				dd_range_judge(&s[i].advisory, &s[i].order, at.n ? at : s[i].version);
			if (v.reach != DD_REACH_IN)
				continue;
			if (v.fixed.n == 0)
				return none;
			if (at.n == 0 || (dd_order_cmp(&s[i].order, v.fixed, at, &c) && c > 0)) {
				at = v.fixed;
				moved = true;
			}
		}
		if (!moved)
			return at;
	}
	return none;
}

static struct dd_decision decide_rank(struct dd_statement *s, size_t n)
{
	struct dd_decision d = { .fixed = { "", 0 }, .pro_fixed = { "", 0 } };
	drop_named_fixes(s, n);
	for (size_t i = 0; i < n; i++) {
		if (s[i].says == DD_SAYS_UNCLEAR && !d.unclear)
			d.unclear = &s[i];
		if (s[i].says > DD_SAYS_UNCLEAR && (!d.because || s[i].says > d.because->says))
			d.because = &s[i];
	}
	d.affected = d.because && d.because->says == DD_SAYS_AFFECTED;
	if (!d.affected)
		return d;
	d.fixed = climb(s, n);
	d.state = d.because->advisory.fix_state;
	if (d.fixed.n)
		d.state = DD_FIX_FIXED;
	else if (d.state == DD_FIX_FIXED || d.state == DD_FIX_UNKNOWN)
		d.state = DD_FIX_NOT_FIXED;
	return d;
}

static size_t rank_end(const struct dd_statement *s, size_t n, size_t from)
{
	size_t end = from;
	while (end < n && s[end].rank == s[from].rank)
		end++;
	return end;
}

/* Ubuntu Pro's word for a system without Pro: `base` is what the free release says. */
static struct dd_decision with_pro(struct dd_decision base, struct dd_decision pro)
{
	if (!pro.because)
		return base;
	if (base.unclear)
		pro.unclear = base.unclear;
	if (!base.because) {
		/* Only Pro speaks of it: the free release is affected and will stay so. */
		if (pro.affected && pro.fixed.n) {
			pro.pro_fixed = pro.fixed;
			pro.fixed = (struct dd_str){ "", 0 };
			pro.state = DD_FIX_WONT_FIX;
		}
		return pro;
	}
	if (!base.affected || base.state == DD_FIX_FIXED)
		return base;
	if (pro.because->says == DD_SAYS_UNAFFECTED)
		return pro;
	if (pro.affected)
		base.pro_fixed = pro.fixed;
	return base;
}

struct dd_decision dd_decide(struct dd_statement *s, size_t n)
{
	struct dd_decision best = { .fixed = { "", 0 }, .pro_fixed = { "", 0 } };
	for (size_t i = 0, end; i < n; i = end) {
		end = rank_end(s, n, i);
		if (s[i].rank == DD_RANK_PRO) {
			best = with_pro(best, decide_rank(s + i, end - i));
			continue;
		}
		if (best.because)
			continue;
		const struct dd_statement *unclear = best.unclear;
		best = decide_rank(s + i, end - i);
		if (unclear)
			best.unclear = unclear;
		/* What unstable has does not help the release. */
		if (s[i].rank == DD_RANK_UNSTABLE && best.affected && best.state == DD_FIX_FIXED)
			best.state = DD_FIX_NOT_FIXED;
	}
	return best;
}
