/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of a vulnerability as a whole, taken from its records in an order of trust. */
#include "base/limits.h"
#include "base/text.h"
#include "db/dbfile.h"
#include "db/osv_words.h"
#include "db/write.h"

enum trust {
	TRUST_GHSA,    /* about this one vulnerability, by people who review */
	TRUST_RECORD,  /* … by others */
	TRUST_TRACKER, /* a distribution's record about this one only: Debian's description */
	TRUST_BUNDLE,  /* "kernel security update" */
	TRUST_WITHDRAWN,
	TRUST_COUNT
};

struct describer {
	struct dd_builder *b;
	struct dd_joined *j;
	struct dd_join_vuln *v;	     /* the one at hand */
	int64_t published, modified; /* times of its texts */
	bool failed;
};

static struct dd_str text(const struct describer *d, uint32_t rank)
{
	return dd_intern_text(&d->b->strings, d->j->texts[rank]);
}

static enum trust trust_of(const struct describer *d, const struct dd_join_record *row, const struct dd_build_record *r)
{
	if (r->withdrawn)
		return TRUST_WITHDRAWN;
	if (r->bundle)
		return row->vulns.n == 1 ? TRUST_TRACKER : TRUST_BUNDLE;
	return dd_str_starts(text(d, r->key[1]), DD_STR("GHSA-")) ? TRUST_GHSA : TRUST_RECORD;
}

static bool date_of(const struct describer *d, uint32_t rank, int64_t *ret)
{
	return dd_time_parse(text(d, rank), ret) && *ret > 0; /* the epoch stands for "not known" */
}

/* Published: the earliest that the most trusted ones with a date say. Modified: the last of all. Of two ways to write
 * one time the smaller text. */
static void take_dates(struct describer *d, const struct dd_build_record *r, bool may_publish)
{
	struct dd_join_vuln *v = d->v;
	int64_t t;
	if (may_publish && date_of(d, r->published, &t) &&
	    (!v->published || t < d->published || (t == d->published && r->published < v->published))) {
		d->published = t;
		v->published = r->published;
	}
	if (date_of(d, r->modified, &t) &&
	    (!v->modified || t > d->modified || (t == d->modified && r->modified < v->modified))) {
		d->modified = t;
		v->modified = r->modified;
	}
}

static void take_vector(struct describer *d, uint32_t vector, uint32_t source)
{
	struct dd_span *s = &d->v->cvss;
	for (uint32_t i = 0; i < s->n; i++)
		if (d->j->cvss.p[s->at + 2 * i] == vector)
			return;
	if (s->n >= DD_DB_CVSS_MAX)
		return;
	if (!dd_vec_push(&d->j->cvss, vector, DD_DB_WORDS_MAX) || !dd_vec_push(&d->j->cvss, source, DD_DB_WORDS_MAX))
		d->failed = true;
	else
		s->n++;
}

static void take_cwe(struct describer *d, uint32_t cwe)
{
	struct dd_span *s = &d->v->cwes;
	for (uint32_t i = 0; i < s->n; i++)
		if (d->j->cwes.p[s->at + i] == cwe)
			return;
	if (s->n >= DD_DB_CWES_MAX)
		return;
	if (!dd_vec_push(&d->j->cwes, cwe, DD_DB_WORDS_MAX))
		d->failed = true;
	else
		s->n++;
}

/* The record belongs to the class that is being looked at; fresh: classes before it gave no date of publication. */
static void take_record(struct describer *d, const struct dd_build_record *r, enum trust trust, bool fresh)
{
	uint32_t source = d->b->sources.p[r->source].name;
	if (!d->v->title)
		d->v->title = r->title;
	take_dates(d, r, fresh);
	/* A bundle's scores are those of its worst part, nobody knows which. */
	for (uint32_t i = 0; i < r->cvss.n && trust <= TRUST_TRACKER; i += 2) {
		const uint32_t *pair = &d->b->words.p[r->cvss.at + i];
		take_vector(d, pair[0], pair[1] ? pair[1] : source);
	}
	for (uint32_t i = 0; i < r->cwes.n && trust <= TRUST_TRACKER; i++)
		take_cwe(d, d->b->words.p[r->cwes.at + i]);
	if (trust <= TRUST_RECORD && r->severity != DD_SEV_UNKNOWN && d->v->state == DD_SEV_UNKNOWN) {
		d->v->state = r->severity;
		d->v->severity_source = r->severity_by ? r->severity_by : source;
	}
}

static void take_records(struct describer *d)
{
	struct dd_span records = d->v->records;
	uint32_t withdrawn = 0;
	for (int trust = 0; trust < TRUST_COUNT; trust++) {
		bool fresh = d->v->published == 0;
		for (uint32_t i = 0; i < records.n; i++) {
			const struct dd_join_record *row = &d->j->records.p[d->j->vuln_records.p[records.at + i]];
			const struct dd_build_record *r = d->b->records.p[row->number];
			if (trust_of(d, row, r) == (enum trust)trust)
				take_record(d, r, (enum trust)trust, fresh);
			withdrawn += trust == 0 && r->withdrawn;
		}
	}
	if (records.n && withdrawn == records.n)
		d->v->state |= DD_VUL_FLAG_WITHDRAWN;
}

/* --- exploitation --- */

static int by_cve_newest_kev(const void *x, const void *y)
{
	const struct dd_build_kev *a = x, *b = y;
	if (a->cve != b->cve)
		return a->cve < b->cve ? -1 : 1;
	if (a->added != b->added)
		return a->added > b->added ? -1 : 1;
	if (a->due != b->due)
		return a->due > b->due ? -1 : 1;
	if (a->title != b->title)
		return a->title < b->title ? -1 : 1;
	return (int)b->ransomware - (int)a->ransomware;
}

static int by_cve_newest_epss(const void *x, const void *y)
{
	const struct dd_build_epss *a = x, *b = y;
	if (a->cve != b->cve)
		return a->cve < b->cve ? -1 : 1;
	if (a->time != b->time)
		return a->time > b->time ? -1 : 1;
	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	return a->percentile > b->percentile ? -1 : a->percentile < b->percentile;
}

/* Index of the first row whose cve (the first member) is not below the given one. */
static size_t first_row(const void *rows, size_t n, size_t size, uint32_t cve)
{
	size_t low = 0;
	while (low < n) {
		size_t mid = low + (n - low) / 2;
		uint32_t at;
		memcpy(&at, (const char *)rows + mid * size, sizeof at);
		if (at < cve)
			low = mid + 1;
		else
			n = mid;
	}
	return low;
}

static void take_cve(struct describer *d, uint32_t cve)
{
	struct dd_builder *b = d->b;
	size_t k = first_row(b->kev.p, b->kev.n, sizeof *b->kev.p, cve);
	if (k < b->kev.n && b->kev.p[k].cve == cve) {
		const struct dd_build_kev *kev = &b->kev.p[k];
		d->v->state |= DD_VUL_FLAG_KEV | (kev->ransomware ? DD_VUL_FLAG_RANSOMWARE : 0U);
		if (!d->v->kev_due || (kev->due && kev->due < d->v->kev_due))
			d->v->kev_due = kev->due;
		if (!d->v->title)
			d->v->title = kev->title;
	}
	size_t e = first_row(b->epss.p, b->epss.n, sizeof *b->epss.p, cve);
	if (e < b->epss.n && b->epss.p[e].cve == cve &&
	    (d->v->epss == DD_VUL_NO_EPSS || b->epss.p[e].score > d->v->epss)) {
		d->v->epss = b->epss.p[e].score;
		d->v->percentile = b->epss.p[e].percentile;
	}
}

static int by_number(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
	return a < b ? -1 : a > b;
}

enum dd_code dd_describe_vulns(struct dd_builder *b, struct dd_joined *j, struct dd_err *err)
{
	if (b->kev.n)
		qsort(b->kev.p, b->kev.n, sizeof *b->kev.p, by_cve_newest_kev);
	if (b->epss.n)
		qsort(b->epss.p, b->epss.n, sizeof *b->epss.p, by_cve_newest_epss);
	for (size_t i = 0; i < j->vulns.n; i++) {
		struct describer d = { .b = b, .j = j, .v = &j->vulns.p[i] };
		d.v->cvss.at = (uint32_t)j->cvss.n;
		d.v->cwes.at = (uint32_t)j->cwes.n;
		take_records(&d);
		if (d.v->cwes.n)
			qsort(&j->cwes.p[d.v->cwes.at], d.v->cwes.n, sizeof *j->cwes.p, by_number);
		for (uint32_t k = 0; k < d.v->names.n; k++)
			take_cve(&d, j->names.p[d.v->names.at + k]);
		if (d.failed)
			return dd_fail_nomem(err);
	}
	return DD_OK;
}
