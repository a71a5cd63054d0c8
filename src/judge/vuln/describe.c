/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/vuln/describe.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "judge/advice.h"

enum { NOTE_BYTES_MAX = 4096, NOTE_ERRATA_MAX = 4 };

static const struct dd_str none = { "", 0 };

enum dd_severity dd_cvss_severity(enum dd_cvss_version version, double score)
{
	if (version == DD_CVSS_NONE || score < 0 || score > 10)
		return DD_SEV_UNKNOWN;
	if (version != DD_CVSS_2 && score >= 9.0)
		return DD_SEV_CRITICAL;
	if (score >= 7.0)
		return DD_SEV_HIGH;
	if (score >= 4.0)
		return DD_SEV_MEDIUM;
	return version == DD_CVSS_2 || score > 0 ? DD_SEV_LOW : DD_SEV_NEGLIGIBLE;
}

/* Of the newest version that anybody scored by, the highest score. */
static const struct dd_cvss_score *newest_score(const struct dd_vuln *v)
{
	const struct dd_cvss_score *best = NULL;
	for (size_t i = 0; i < v->n_cvss; i++) {
		const struct dd_cvss_score *s = &v->cvss[i];
		if (!best || s->version > best->version || (s->version == best->version && s->score > best->score))
			best = s;
	}
	return best;
}

/* The worst that statements of a rank say, `best` (from `source`) if none says worse. */
static void worst_said(const struct dd_case *c, bool deciding_rank, enum dd_severity *best, struct dd_str *source)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct dd_advisory *adv = &c->s[i].advisory;
		bool deciding = c->s[i].rank == c->decision->because->rank;
		if (deciding == deciding_rank && c->s[i].says == DD_SAYS_AFFECTED && adv->severity > *best) {
			*best = adv->severity;
			*source = adv->source;
		}
	}
}

/* The distribution's own word first: of who decided, else of any other statement. Then the newest CVSS version's score,
 * then a source's word for the vulnerability itself, then unknown. */
static void set_severity(struct dd_finding *f, const struct dd_case *c)
{
	enum dd_severity best = DD_SEV_UNKNOWN;
	struct dd_str source = none;
	worst_said(c, true, &best, &source);
	if (best == DD_SEV_UNKNOWN)
		worst_said(c, false, &best, &source);
	if (best == DD_SEV_UNKNOWN) {
		const struct dd_cvss_score *score = newest_score(c->vuln);
		best = score ? dd_cvss_severity(score->version, score->score) : DD_SEV_UNKNOWN;
		source = DD_STR("cvss");
	}
	if (best == DD_SEV_UNKNOWN) {
		best = c->vuln->severity;
		source = c->vuln->severity_source;
	}
	f->severity = best;
	f->severity_source = best == DD_SEV_UNKNOWN ? none : source;
}

static int by_text(const void *a, const void *b)
{
	return dd_str_cmp(*(const struct dd_str *)a, *(const struct dd_str *)b);
}

/* Every source that calls the package affected, once. */
static enum dd_code set_sources(struct dd_finding *f, const struct dd_case *c, struct dd_arena *a)
{
	struct dd_str *list = dd_arena_array(a, c->n, sizeof *list);
	size_t n = 0, kept = 0;
	if (!list)
		return DD_ENOMEM;
	for (size_t i = 0; i < c->n; i++)
		if (c->s[i].says == DD_SAYS_AFFECTED)
			list[n++] = c->s[i].advisory.source;
	qsort(list, n, sizeof *list, by_text);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || !dd_str_eq(list[kept - 1], list[i]))
			list[kept++] = list[i];
	f->sources = list;
	f->n_sources = kept;
	return DD_OK;
}

static enum dd_code set_fix(struct dd_finding *f, const struct dd_case *c, struct dd_arena *a)
{
	const struct dd_package *p = &c->installed->package;
	const struct dd_decision *d = c->decision;

	f->fix.state = d->state;
	f->fix.version = d->state == DD_FIX_FIXED ? d->fixed : none;
	if (d->pro_fixed.n) {
		f->fix.advice = DD_STR("attach the system to Ubuntu Pro and upgrade");
		return DD_OK;
	}
	if (d->state == DD_FIX_END_OF_LIFE)
		f->fix.advice = DD_STR("rebuild on a release that gets security updates");
	if (c->third_party)
		return dd_advice_raise(p, f->fix.version, a, &f->fix.advice);
	if (d->state != DD_FIX_FIXED)
		return DD_OK;
	return dd_advice_upgrade(c->ecosystem->name, p, a, &f->fix.advice);
}

static const struct {
	const char *ecosystem; /* NULL: any */
	const char *prefix, *url;
} links[] = {
	{ "debian", "CVE-", "https://security-tracker.debian.org/tracker/" },
	{ "ubuntu", "CVE-", "https://ubuntu.com/security/" },
	{ "alpine", "CVE-", "https://security.alpinelinux.org/vuln/" },
	{ "redhat", "CVE-", "https://access.redhat.com/security/cve/" },
	{ NULL, "CVE-", "https://www.cve.org/CVERecord?id=" },
	{ NULL, "GHSA-", "https://github.com/advisories/" },
	{ NULL, "DSA-", "https://security-tracker.debian.org/tracker/" },
	{ NULL, "DLA-", "https://security-tracker.debian.org/tracker/" },
	{ NULL, "", "https://osv.dev/vulnerability/" },
};

static enum dd_code set_url(struct dd_finding *f, const struct dd_case *c, struct dd_arena *a)
{
	if (!dd_advice_is_plain(f->id))
		return DD_OK;
	for (size_t i = 0; i < DD_COUNT(links); i++) {
		if (links[i].ecosystem && !dd_str_eq_c(dd_str_from(c->ecosystem->name), links[i].ecosystem))
			continue;
		if (!dd_str_starts(f->id, dd_str_from(links[i].prefix)))
			continue;
		f->url = dd_arena_printf(a, "%s%.*s", links[i].url, DD_FMT(f->id));
		return f->url.p ? DD_OK : DD_ENOMEM;
	}
	return DD_OK;
}

static void add_note(struct dd_buf *b, const char *what, struct dd_str detail)
{
	if (b->n)
		(void)dd_buf_add_c(b, "; ");
	(void)dd_buf_add_c(b, what);
	(void)dd_buf_add_str(b, detail);
}

/* An id that is more than another name of the vulnerability: "ALSA-2021:5226", not "UBUNTU-CVE-2021-3712", no alias. */
static bool is_erratum_name(struct dd_str advisory, const struct dd_vuln *v)
{
	for (size_t i = 0; i < v->n_aliases; i++)
		if (dd_str_eq(advisory, v->aliases[i]))
			return false;
	return !dd_str_ends(advisory, v->id) && !dd_str_starts(advisory, DD_STR("CVE-"));
}

/* The updates that bring the fix, by name. */
static void add_errata(struct dd_buf *b, const struct dd_case *c)
{
	size_t named = 0;
	struct dd_str last = none;
	for (size_t i = 0; i < c->n && named <= NOTE_ERRATA_MAX; i++) {
		const struct dd_statement *s = &c->s[i];
		if (s->says != DD_SAYS_AFFECTED || s->rank != c->decision->because->rank ||
		    dd_str_eq(s->advisory.id, last) || !is_erratum_name(s->advisory.id, c->vuln))
			continue;
		last = s->advisory.id;
		if (named++)
			(void)dd_buf_add_c(b, ", ");
		(void)dd_buf_add_str(b, named <= NOTE_ERRATA_MAX ? last : DD_STR("…"));
	}
}

/* What the deciding source says; where it says nothing, what another of those that agree does: which packages and
 * functions are affected stands in Go's own record, not in GitHub's of the same vulnerability. */
static struct dd_str note_of(const struct dd_case *c)
{
	const struct dd_statement *by = c->decision->because;
	struct dd_str note = by->advisory.note;
	for (size_t i = 0; i < c->n && note.n == 0; i++)
		if (c->s[i].says == by->says && c->s[i].rank == by->rank)
			note = c->s[i].advisory.note;
	return note;
}

static enum dd_code set_note(struct dd_finding *f, const struct dd_case *c, struct dd_arena *a)
{
	DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(NOTE_BYTES_MAX);
	const struct dd_decision *d = c->decision;
	const struct dd_statement *by = d->because;

	add_errata(&b, c);
	struct dd_str note = note_of(c);
	if (note.n)
		add_note(&b, "", note);
	if (d->pro_fixed.n)
		add_note(&b, "fixed only with Ubuntu Pro: ", d->pro_fixed);
	if (by->rank == DD_RANK_UNSTABLE) {
		add_note(&b, "no statement for this release, judged by Debian unstable", none);
		if (d->fixed.n)
			add_note(&b, "fixed there in ", d->fixed);
	}
	if (by->order.ignore_epoch)
		add_note(&b, "compared as source package without an epoch", none);
	if (b.n == 0)
		return DD_OK;
	/* A note that is too long is left out as a whole: it explains, it does not decide. */
	if (b.failed)
		return DD_OK;
	f->note = dd_arena_str(a, dd_buf_str(&b));
	return f->note.p ? DD_OK : DD_ENOMEM;
}

enum dd_code dd_describe(struct dd_finding *f, const struct dd_case *c, struct dd_arena *a)
{
	const struct dd_vuln *v = c->vuln;
	f->id = v->id;
	f->title = v->title;
	f->package = c->package;
	f->path = c->installed->path;
	f->layer = c->installed->layer;
	f->aliases = v->aliases;
	f->n_aliases = v->n_aliases;
	f->cvss = v->cvss;
	f->n_cvss = v->n_cvss;
	f->epss = v->epss;
	f->epss_percentile = v->epss_percentile;
	f->kev = v->kev;
	f->kev_ransomware = v->kev_ransomware;
	f->kev_due = v->kev_due;
	f->published = v->published;
	set_severity(f, c);
	DD_TRY(set_sources(f, c, a));
	DD_TRY(set_fix(f, c, a));
	DD_TRY(set_url(f, c, a));
	DD_TRY(set_note(f, c, a));
	if (!c->headers_only)
		return DD_OK;
	f->suppressed = true;
	f->suppression.rule = DD_STR("kernel-headers");
	f->suppression.reason = DD_STR("header files only: no kernel is installed in this image");
	return DD_OK;
}
