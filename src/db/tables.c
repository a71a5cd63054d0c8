/* SPDX-License-Identifier: Apache-2.0 */
/* Packages and their entries in the order of the file, each entry once. */
#include "base/limits.h"
#include "db/dbfile.h"
#include "db/write.h"

struct sorter {
	struct dd_builder *b;
	const struct dd_joined *j;
	uint32_t *row; /* number of a record → its row, DD_MAP_NONE: dead */
};

static int cmp_u32(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static uint32_t words_of(const struct dd_builder *b, uint32_t affects)
{
	return (uint32_t)(b->affects.p[affects].n / sizeof(uint32_t));
}

/* Word by word, as numbers: ranks may differ from build to build by texts that nothing uses, their order does not. */
static int cmp_affects(struct dd_builder *b, uint32_t x, uint32_t y)
{
	uint32_t n = words_of(b, x), m = words_of(b, y);
	const uint32_t *p = dd_build_affects_words(b, x), *q = dd_build_affects_words(b, y);
	for (uint32_t i = 0; i < n && i < m && x != y; i++)
		if (p[i] != q[i])
			return cmp_u32(p[i], q[i]);
	return cmp_u32(n, m);
}

static uint32_t state_of(const struct dd_build_entry *e)
{
	return (uint32_t)e->status | (uint32_t)e->fix_state << 8 | (uint32_t)e->severity << 16;
}

/* By what the file holds of them, not by numbers: those depend on the order of the input. */
static int by_statement(const struct sorter *s, const struct dd_build_entry *a, const struct dd_build_entry *b)
{
	const uint32_t pairs[][2] = {
		{ a->ecosystem, b->ecosystem },
		{ a->package, b->package },
		{ s->row[a->record], s->row[b->record] },
		{ s->b->sources.p[a->source].name, s->b->sources.p[b->source].name },
		{ state_of(a), state_of(b) },
		{ a->module, b->module },
		{ a->arches, b->arches },
	};
	for (size_t i = 0; i < DD_COUNT(pairs); i++)
		if (pairs[i][0] != pairs[i][1])
			return cmp_u32(pairs[i][0], pairs[i][1]);
	return cmp_affects(s->b, a->affects, b->affects);
}

static int by_statement_and_note(const void *x, const void *y, void *ctx)
{
	const struct dd_build_entry *a = x, *b = y;
	int order = by_statement(ctx, a, b);
	return order ? order : cmp_u32(a->note, b->note);
}

static void sort_entries(struct sorter *s)
{
	struct dd_builder *b = s->b;
	size_t kept = 0;
	for (size_t i = 0; i < b->entries.n; i++)
		if (s->row[b->entries.p[i].record] != DD_MAP_NONE)
			b->entries.p[kept++] = b->entries.p[i];
	b->entries.n = kept;
	if (kept)
		qsort_r(b->entries.p, kept, sizeof *b->entries.p, by_statement_and_note, s);
	/* One statement once, however often a source repeats it in other words ("CVE-2017-17434-1", "…-2"). */
	kept = 0;
	for (size_t i = 0; i < b->entries.n; i++)
		if (kept == 0 || by_statement(s, &b->entries.p[i], &b->entries.p[kept - 1]) != 0)
			b->entries.p[kept++] = b->entries.p[i];
	b->entries.n = kept;
}

static enum dd_code make_packages(struct sorter *s, struct dd_joined *j, struct dd_err *err)
{
	for (uint32_t i = 0; i < s->b->entries.n; i++) {
		struct dd_build_entry *e = &s->b->entries.p[i];
		const struct dd_join_package *last = j->packages.n ? &j->packages.p[j->packages.n - 1] : NULL;
		e->record = s->row[e->record]; /* a row from here on */
		if (!last || last->ecosystem != e->ecosystem || last->name != e->package) {
			const struct dd_join_package new = { e->ecosystem, e->package, { i, 0 } };
			if (!dd_vec_push(&j->packages, new, DD_DB_ENTRIES_MAX))
				return dd_fail_nomem(err);
		}
		j->packages.p[j->packages.n - 1].entries.n++;
	}
	return DD_OK;
}

/* record.entries, and the number of advisories. */
static enum dd_code point_records(struct sorter *s, struct dd_joined *j, struct dd_err *err)
{
	uint32_t at = 0;
	for (size_t i = 0; i < s->b->entries.n; i++)
		j->records.p[s->b->entries.p[i].record].entries.n++;
	for (size_t i = 0; i < j->records.n; i++) {
		struct dd_join_record *r = &j->records.p[i];
		if (!s->b->records.p[r->number]->withdrawn)
			j->advisories += (uint64_t)r->entries.n * r->vulns.n;
		r->entries.at = at;
		at += r->entries.n;
		r->entries.n = 0;
	}
	j->record_entries.p = dd_realloc_array(NULL, at, sizeof *j->record_entries.p);
	if (!j->record_entries.p)
		return dd_fail_nomem(err);
	j->record_entries.n = j->record_entries.cap = at;
	for (uint32_t i = 0; i < s->b->entries.n; i++) {
		struct dd_span *span = &j->records.p[s->b->entries.p[i].record].entries;
		j->record_entries.p[span->at + span->n++] = i;
	}
	return DD_OK;
}

/* In the order in which the entries first use them. */
static enum dd_code order_affects(struct sorter *s, struct dd_joined *j, struct dd_err *err)
{
	size_t n = s->b->affects.n;
	j->affects_at = dd_realloc_array(NULL, n, sizeof *j->affects_at);
	if (!j->affects_at)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < n; i++)
		j->affects_at[i] = DD_MAP_NONE;
	for (size_t i = 0; i < s->b->entries.n; i++) {
		uint32_t number = s->b->entries.p[i].affects, words = words_of(s->b, number);
		if (j->affects_at[number] != DD_MAP_NONE)
			continue;
		if (words > DD_DB_WORDS_MAX - j->affects_words)
			return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "the database would hold more than %u words",
				       DD_DB_WORDS_MAX);
		j->affects_at[number] = j->affects_words;
		j->affects_words += words;
		if (!dd_vec_push(&j->affects, number, UINT32_MAX))
			return dd_fail_nomem(err);
	}
	return DD_OK;
}

static int by_name(const void *x, const void *y, void *ctx)
{
	const struct dd_joined *j = ctx;
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
	int order = cmp_u32(j->packages.p[a].name, j->packages.p[b].name);
	return order ? order : cmp_u32(a, b); /* rows are in the order of ecosystems */
}

static enum dd_code order_names(struct dd_joined *j, struct dd_err *err)
{
	for (uint32_t i = 0; i < j->packages.n; i++)
		if (!dd_vec_push(&j->by_name, i, DD_DB_ENTRIES_MAX))
			return dd_fail_nomem(err);
	if (j->by_name.n)
		qsort_r(j->by_name.p, j->by_name.n, sizeof *j->by_name.p, by_name, j);
	return DD_OK;
}

/* --- sources --- */

static int by_source(const void *x, const void *y, void *ctx)
{
	const struct dd_builder *b = ctx;
	const struct dd_build_source *r = &b->sources.p[*(const uint32_t *)x], *s = &b->sources.p[*(const uint32_t *)y];
	int order = cmp_u32(r->name, s->name);
	return order ? order : cmp_u32(r->kind, s->kind);
}

/* Counts a record for each source that it has an entry from; without any, for the one that speaks for it. */
static void count_record(struct dd_builder *b, const struct dd_joined *j, const struct dd_join_record *r)
{
	uint16_t seen[64]; /* a record names a handful of ecosystems */
	size_t n_seen = 0;
	if (r->entries.n == 0)
		b->sources.p[b->records.p[r->number]->source].rows++;
	for (uint32_t e = 0; e < r->entries.n && n_seen < DD_COUNT(seen); e++) {
		uint16_t source = b->entries.p[j->record_entries.p[r->entries.at + e]].source;
		size_t k = 0;
		while (k < n_seen && seen[k] != source)
			k++;
		if (k < n_seen)
			continue;
		seen[n_seen++] = source;
		b->sources.p[source].rows++;
	}
}

static enum dd_code order_sources(struct dd_builder *b, struct dd_joined *j, struct dd_err *err)
{
	j->source_row = dd_realloc_array(NULL, b->sources.n, sizeof *j->source_row);
	if (!j->source_row)
		return dd_fail_nomem(err);
	for (uint32_t i = 0; i < b->sources.n; i++)
		if (!dd_vec_push(&j->sources, i, DD_DB_SOURCES_MAX))
			return dd_fail_nomem(err);
	if (j->sources.n)
		qsort_r(j->sources.p, j->sources.n, sizeof *j->sources.p, by_source, b);
	for (uint32_t i = 0; i < j->sources.n; i++)
		j->source_row[j->sources.p[i]] = i;
	for (size_t i = 0; i < j->records.n; i++)
		count_record(b, j, &j->records.p[i]);
	return DD_OK;
}

/* --- end of life --- */

static int by_cycle(const void *x, const void *y)
{
	const struct dd_build_eol *a = x, *b = y;
	for (size_t t = 0; t < DD_COUNT(a->text); t++)
		if (a->text[t] != b->text[t])
			return cmp_u32(a->text[t], b->text[t]);
	return (int)a->ended - (int)b->ended;
}

/* One row a cycle: of several the one that is last in the order of all their fields. */
static void sort_eol(struct dd_builder *b)
{
	size_t kept = 0;
	if (b->eol.n)
		qsort(b->eol.p, b->eol.n, sizeof *b->eol.p, by_cycle);
	for (size_t i = 0; i < b->eol.n; i++) {
		const struct dd_build_eol *next = i + 1 < b->eol.n ? &b->eol.p[i + 1] : NULL;
		if (!next || next->text[0] != b->eol.p[i].text[0] || next->text[1] != b->eol.p[i].text[1])
			b->eol.p[kept++] = b->eol.p[i];
	}
	b->eol.n = kept;
}

/* --- jars --- */

static int by_sha1(const void *x, const void *y)
{
	const struct dd_build_jar *a = x, *b = y;
	for (size_t i = 0; i < DD_COUNT(a->sha1); i++)
		if (a->sha1[i] != b->sha1[i])
			return cmp_u32(a->sha1[i], b->sha1[i]);
	return a->name != b->name ? cmp_u32(a->name, b->name) : cmp_u32(a->version, b->version);
}

/* One row a digest: of several names of the same file the first. */
static void sort_jars(struct dd_builder *b)
{
	size_t kept = 0;
	if (b->jars.n)
		qsort(b->jars.p, b->jars.n, sizeof *b->jars.p, by_sha1);
	for (size_t i = 0; i < b->jars.n; i++)
		if (kept == 0 || memcmp(b->jars.p[i].sha1, b->jars.p[kept - 1].sha1, sizeof b->jars.p[i].sha1) != 0)
			b->jars.p[kept++] = b->jars.p[i];
	b->jars.n = kept;
}

static enum dd_code run(struct sorter *s, struct dd_joined *j, struct dd_err *err)
{
	for (size_t i = 0; i < s->b->records.n; i++)
		s->row[i] = DD_MAP_NONE;
	for (uint32_t i = 0; i < j->records.n; i++)
		s->row[j->records.p[i].number] = i;
	sort_entries(s);
	DD_TRY(make_packages(s, j, err));
	DD_TRY(point_records(s, j, err));
	DD_TRY(order_affects(s, j, err));
	DD_TRY(order_names(j, err));
	DD_TRY(order_sources(s->b, j, err));
	sort_eol(s->b);
	sort_jars(s->b);
	return DD_OK;
}

enum dd_code dd_join_entries(struct dd_builder *b, struct dd_joined *j, struct dd_err *err)
{
	struct sorter s = { .b = b, .j = j, .row = dd_realloc_array(NULL, b->records.n, sizeof *s.row) };
	if (!s.row)
		return dd_fail_nomem(err);
	enum dd_code code = run(&s, j, err);
	dd_free(s.row);
	return code;
}

/* The header's `built`: the newest date of the advisories, of anything when no advisory has one. */
static void read_dates(const struct dd_builder *b, struct dd_joined *j)
{
	bool advisories = false, others = false;
	int64_t newest[2] = { INT64_MIN, INT64_MIN };
	for (size_t i = 0; i < b->sources.n; i++) {
		const struct dd_build_source *s = &b->sources.p[i];
		struct dd_str kind = dd_intern_text(&b->strings, j->texts[s->kind]);
		bool starter = dd_str_eq_c(kind, "starter");
		const struct dd_build_kind *row = dd_build_kind(kind);
		bool advises = row && row->advises;
		j->starter |= starter;
		others |= advises && !starter;
		advisories |= advises && s->time != INT64_MIN;
		if (s->time > newest[advises])
			newest[advises] = s->time;
	}
	j->starter &= !others;
	j->built = newest[advisories] == INT64_MIN ? 0 : newest[advisories];
}

enum dd_code dd_join(struct dd_builder *b, struct dd_joined *j, struct dd_err *err)
{
	DD_TRY(dd_rank(b, j, err));
	DD_TRY(dd_join_records(b, j, err));
	DD_TRY(dd_join_entries(b, j, err));
	read_dates(b, j);
	b->stats.advisories = j->advisories;
	b->stats.vulns = j->vulns.n;
	b->stats.packages = j->packages.n;
	return DD_OK;
}

void dd_joined_done(struct dd_joined *j)
{
	dd_free(j->texts);
	dd_free(j->affects_at);
	dd_free(j->source_row);
	dd_vec_done(&j->records);
	dd_vec_done(&j->vulns);
	dd_vec_done(&j->packages);
	dd_vec_done(&j->ids);
	dd_vec_done(&j->names);
	dd_vec_done(&j->vuln_records);
	dd_vec_done(&j->record_vulns);
	dd_vec_done(&j->record_entries);
	dd_vec_done(&j->cvss);
	dd_vec_done(&j->cwes);
	dd_vec_done(&j->affects);
	dd_vec_done(&j->by_name);
	dd_vec_done(&j->sources);
	*j = (struct dd_joined){ 0 };
}
