/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/finder.h"

#include <stdatomic.h>

#include "secret/engine_functions.h"
#include "secret/finder_parts.h"

/* Ends of matches nearer than this are one range: PCRE2 goes over the bytes between anyhow. */
enum { JOIN_BYTES = 128 };

static void database_done(const struct dd_hs *hs, struct dd_finder_database *db)
{
	hs_database_t *p = atomic_exchange(&db->db, NULL);
	if (p)
		(void)hs->free_database(p);
	dd_free(db->rule_of);
	dd_free(db->own);
}

void dd_finder_freep(struct dd_finder **at)
{
	struct dd_finder *f = DD_TAKE(*at);
	if (!f)
		return;
	for (size_t i = 0; i < DD_COUNT(f->db); i++)
		database_done(f->hs, &f->db[i]);
	dd_free(f->widths);
	dd_free(f);
}

size_t dd_finder_least(const struct dd_finder *f, size_t rule)
{
	return f->widths[rule].least;
}

size_t dd_finder_reach(const struct dd_finder *f, size_t rule)
{
	return f->widths[rule].reach;
}

size_t dd_finder_reach_max(const struct dd_finder *f)
{
	return f->reach_max;
}

/* The set's rule of each rule that has tables: both are sorted by id. A rule that was replaced by a user's has another
 * pattern. */
static void match_rules(struct dd_finder *f, const struct dd_secret_rule_set *set, uint32_t *rule_of)
{
	for (size_t i = 0, j = 0; i < set->n_rules && j < dd_n_table_rules;) {
		const struct dd_table_rule *t = &dd_table_rules[j];
		int order = dd_str_cmp(set->rules[i].kind.id, dd_str_from(t->id));
		if (order == 0 && t->kinds == dd_find_kinds(&set->rules[i]) && !set->rules[i].keyword_anywhere &&
		    t->pattern_hash == dd_str_hash(set->rules[i].regex, 0)) {
			f->widths[i] = (struct dd_finder_width){ t->least, t->reach, true };
			rule_of[j] = (uint32_t)i;
		}
		i += order <= 0;
		j += order >= 0;
	}
}

static enum dd_code take_tables(struct dd_finder *f, const struct dd_secret_rule_set *set, struct dd_err *err)
{
	DD_CLEANUP(dd_freep) uint32_t *rule_of = dd_alloc((dd_n_table_rules + 1) * sizeof *rule_of);
	if (!rule_of)
		return dd_fail_nomem(err);
	memset(rule_of, 0xff, dd_n_table_rules * sizeof *rule_of);
	match_rules(f, set, rule_of);
	for (size_t k = 0; k < DD_FIND_KINDS; k++) {
		const struct dd_table_database *t = &dd_table_databases[k];
		struct dd_finder_database *db = &f->db[k];
		db->rule_of = dd_alloc((t->n_rules + 1) * sizeof *db->rule_of);
		if (!db->rule_of)
			return dd_fail_nomem(err);
		for (size_t i = 0; i < t->n_rules; i++)
			db->rule_of[i] = rule_of[t->rules[i]];
		db->n_patterns = t->n_rules;
		db->serialized = (struct dd_str){ t->p, (size_t)(t->end - t->p) };
	}
	return DD_OK;
}

/* Tables of another version of the library cannot be read: all rules are compiled then. */
static bool tables_fit(const struct dd_hs *hs)
{
	const char *version = hs->version();
	for (size_t k = 0; k < DD_FIND_KINDS && dd_n_table_rules; k++) {
		const struct dd_table_database *t = &dd_table_databases[k];
		char *info = NULL;
		if (t->p == t->end)
			continue;
		bool ok = hs->serialized_database_info(t->p, (size_t)(t->end - t->p), &info) == HS_SUCCESS;
		/* "Version: 5.4.9 Features: Mode: BLOCK" against "5.4.9 2023-03-23" */
		struct dd_str has = ok ? dd_str_from(info) : DD_STR("");
		has = dd_str_skip(has, sizeof "Version: " - 1);
		has = dd_str_take(has, dd_str_find(has, ' '));
		ok = ok && has.n && dd_str_starts(dd_str_from(version), has) && version[has.n] == ' ';
		dd_free(info); /* dd_secret_hs made the library use our allocator */
		if (!ok)
			return false;
	}
	return true;
}

enum dd_code dd_finder_new(const struct dd_secret_engines *engines, const struct dd_secret_rule_set *set,
			   struct dd_finder **ret, struct dd_err *err)
{
	DD_CLEANUP(dd_finder_freep) struct dd_finder *f = dd_alloc_zero(1, sizeof *f);
	if (!f)
		return dd_fail_nomem(err);
	f->hs = dd_secret_hs(engines);
	f->n_rules = set->n_rules;
	f->widths = dd_alloc_zero(set->n_rules ? set->n_rules : 1, sizeof *f->widths);
	if (!f->widths)
		return dd_fail_nomem(err);
	if (tables_fit(f->hs))
		DD_TRY(take_tables(f, set, err));
	DD_TRY(dd_finder_compile(f, engines, set, err));
	for (size_t i = 0; i < set->n_rules; i++)
		if (f->widths[i].reach > f->reach_max)
			f->reach_max = f->widths[i].reach;
	*ret = DD_TAKE(f);
	return DD_OK;
}

/* The database, unpacked by whoever needs it first; NULL and DD_OK: there are no such rules. */
static enum dd_code database(const struct dd_finder *f, size_t i, hs_database_t **ret, struct dd_err *err)
{
	/* Only the pointer changes behind the callers' backs. */
	_Atomic(hs_database_t *) *slot = &((struct dd_finder *)(uintptr_t)f)->db[i].db;
	hs_database_t *there = atomic_load_explicit(slot, memory_order_acquire);
	if (!there && f->db[i].serialized.n) {
		hs_database_t *made = NULL;
		hs_error_t e = f->hs->deserialize_database(f->db[i].serialized.p, f->db[i].serialized.n, &made);
		if (e == HS_NOMEM)
			return dd_fail_nomem(err);
		if (e != HS_SUCCESS)
			return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET,
				       "the tables of secret rules do not fit this processor (%d)", e);
		if (atomic_compare_exchange_strong(slot, &there, made))
			there = made;
		else
			(void)f->hs->free_database(made);
	}
	*ret = there;
	return DD_OK;
}

enum dd_code dd_finder_scratch_init(struct dd_finder_scratch *s, const struct dd_finder *f, struct dd_err *err)
{
	*s = (struct dd_finder_scratch){ .f = f };
	s->latest = dd_alloc_zero(f->n_rules + 1, sizeof *s->latest);
	s->keyword_seen = dd_alloc_zero(f->n_rules + 1, 1);
	if (!s->latest || !s->keyword_seen) {
		dd_finder_scratch_done(s);
		return dd_fail_nomem(err);
	}
	return DD_OK;
}

void dd_finder_scratch_done(struct dd_finder_scratch *s)
{
	if (s->hs)
		(void)s->f->hs->free_scratch(s->hs);
	dd_free(s->latest);
	dd_free(s->keyword_seen);
	dd_vec_done(&s->ranges);
	*s = (struct dd_finder_scratch){ 0 };
}

/* Each rule may still begin one range when the limit is met. */
static void add_hit(struct dd_finder_scratch *s, uint32_t rule, uint32_t first, uint32_t last)
{
	if (s->latest[rule]) {
		struct dd_hit_range *r = &s->ranges.p[s->latest[rule] - 1];
		bool near = first <= r->last + JOIN_BYTES && last + JOIN_BYTES >= r->first;
		if (near || s->ranges.n >= DD_HIT_RANGES_MAX) {
			r->first = first < r->first ? first : r->first;
			r->last = last > r->last ? last : r->last;
			return;
		}
	}
	struct dd_hit_range range = { rule, first, last };
	if (dd_vec_push(&s->ranges, range, DD_HIT_RANGES_MAX + s->f->n_rules))
		s->latest[rule] = (uint32_t)s->ranges.n;
	else
		s->nomem = true;
}

struct search {
	struct dd_finder_scratch *s;
	const struct dd_finder_database *db;
	uint32_t n; /* of the text */
};

static int on_hit(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *ctx)
{
	(void)from, (void)flags;
	const struct search *search = ctx;
	uint32_t what = search->db->rule_of[id];
	if (what == DD_PATTERN_UNUSED)
		return 0;
	uint32_t rule = what & DD_PATTERN_RULE;
	if (what & DD_PATTERN_KEYWORD)
		search->s->keyword_seen[rule] = 1;
	if (what & DD_PATTERN_ANYWHERE)
		add_hit(search->s, rule, 0, search->n);
	else if (!(what & DD_PATTERN_KEYWORD))
		add_hit(search->s, rule, (uint32_t)to, (uint32_t)to);
	return search->s->nomem;
}

static enum dd_code search_one(struct dd_finder_scratch *s, size_t i, struct dd_str text, struct dd_err *err)
{
	hs_database_t *db = NULL;
	DD_TRY(database(s->f, i, &db, err));
	if (!db)
		return DD_OK;
	if (!(s->ready & 1u << i)) {
		if (s->f->hs->alloc_scratch(db, &s->hs) != HS_SUCCESS)
			return dd_fail_nomem(err);
		s->ready |= 1u << i;
	}
	struct search search = { s, &s->f->db[i], (uint32_t)text.n };
	hs_error_t e = s->f->hs->scan(db, text.p, (unsigned)text.n, 0, s->hs, on_hit, &search);
	if (s->nomem || e == HS_NOMEM)
		return dd_fail_nomem(err);
	dd_assert(e == HS_SUCCESS); /* anything else means that it was called wrongly */
	return DD_OK;
}

enum dd_code dd_finder_search(struct dd_finder_scratch *s, enum dd_find_kind kind, struct dd_str text,
			      struct dd_err *err)
{
	if (text.n == 0)
		return DD_OK;
	DD_TRY(search_one(s, kind, text, err));
	return search_one(s, DD_FIND_KINDS + kind, text, err);
}

static int by_rule(const void *a, const void *b)
{
	const struct dd_hit_range *x = a, *y = b;
	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	return (x->first > y->first) - (x->first < y->first);
}

void dd_finder_order(struct dd_finder_scratch *s)
{
	if (s->ranges.n > 1)
		qsort(s->ranges.p, s->ranges.n, sizeof *s->ranges.p, by_rule);
}

void dd_finder_clear(struct dd_finder_scratch *s)
{
	for (size_t i = 0; i < s->ranges.n; i++)
		s->latest[s->ranges.p[i].rule] = 0;
	s->ranges.n = 0;
}
