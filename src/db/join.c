/* SPDX-License-Identifier: Apache-2.0 */
/* Which records speak of the same vulnerability: the rules stand in dbfile.h. Union-find over names (ranks of texts);
 * the root of a group is its smallest name, so nothing here depends on the order of the input. */
#include "base/limits.h"
#include "db/osv_words.h"
#include "db/write.h"

enum { IS_NODE = 1, IS_CVE = 2, IS_GHSA = 4, IS_ALIVE = 8, HAS_RECORD = 16, IS_REFERRED = 32, MANY_CVES = 64 };

struct graph {
	struct dd_builder *b;
	struct dd_joined *j;
	uint32_t *parent;	 /* by rank */
	uint8_t *flags;		 /* by rank; ALIVE, HAS_RECORD and MANY_CVES are of roots */
	uint32_t *canonical;	 /* by rank of the root: rank of the group's name */
	uint32_t *group, *split; /* rank of the root → vulnerability; rank of a CVE → its own beside the group */
};

static uint32_t find(const struct graph *g, uint32_t x)
{
	while (g->parent[x] != x) {
		g->parent[x] = g->parent[g->parent[x]];
		x = g->parent[x];
	}
	return x;
}

static void join(struct graph *g, uint32_t a, uint32_t b)
{
	a = find(g, a);
	b = find(g, b);
	uint32_t root = a < b ? a : b, other = a < b ? b : a;
	g->parent[other] = root;
	g->flags[root] |= g->flags[other] & (IS_ALIVE | HAS_RECORD);
}

static struct dd_build_record *record_at(const struct graph *g, size_t row)
{
	return g->b->records.p[g->j->records.p[row].number];
}

/* --- records, in order --- */

static int by_id(const void *x, const void *y, void *ctx)
{
	const struct dd_builder *b = ctx;
	const struct dd_build_record *r = b->records.p[((const struct dd_join_record *)x)->number];
	const struct dd_build_record *s = b->records.p[((const struct dd_join_record *)y)->number];
	if (r->key[1] != s->key[1])
		return r->key[1] < s->key[1] ? -1 : 1;
	return r->key[0] < s->key[0] ? -1 : r->key[0] > s->key[0];
}

static enum dd_code living_records(struct graph *g, struct dd_err *err)
{
	for (uint32_t i = 0; i < g->b->records.n; i++)
		if (!g->b->records.p[i]->dead &&
		    !dd_vec_push(&g->j->records, (struct dd_join_record){ .number = i }, DD_DB_RECORDS_MAX))
			return dd_fail_nomem(err);
	if (g->j->records.n)
		qsort_r(g->j->records.p, g->j->records.n, sizeof *g->j->records.p, by_id, g->b);
	g->b->stats.records = g->j->records.n;
	return DD_OK;
}

/* --- the graph --- */

static void add_node(struct graph *g, uint32_t name)
{
	struct dd_str text = dd_intern_text(&g->b->strings, g->j->texts[name]);
	if (g->flags[name] & IS_NODE)
		return;
	g->flags[name] |= IS_NODE;
	if (text.n && dd_cve_len(text) == text.n)
		g->flags[name] |= IS_CVE;
	else if (dd_str_starts(text, DD_STR("GHSA-")))
		g->flags[name] |= IS_GHSA;
}

/* What the record is (its own name and aliases), or what the bundle speaks of: at least one name. */
static const uint32_t *names_of(const struct graph *g, const struct dd_build_record *r, uint32_t *ret_n)
{
	*ret_n = r->names.n ? r->names.n : 1;
	return r->names.n ? &g->b->words.p[r->names.at] : &r->key[1];
}

static void add_record(struct graph *g, const struct dd_build_record *r)
{
	uint32_t n;
	const uint32_t *names = names_of(g, r, &n);
	for (uint32_t i = 0; i < n; i++) {
		add_node(g, names[i]);
		if (r->bundle)
			g->flags[names[i]] |= IS_REFERRED;
		else if (!r->withdrawn)
			join(g, names[0], names[i]);
	}
	if (r->bundle)
		return;
	g->flags[find(g, names[0])] |= HAS_RECORD | (r->withdrawn ? 0 : IS_ALIVE);
}

/* An edge of a withdrawn record counts unless it joins what living records keep apart. */
static void add_withdrawn(struct graph *g, const struct dd_build_record *r)
{
	uint32_t n;
	const uint32_t *names = names_of(g, r, &n);
	for (uint32_t i = 1; i < n && !r->bundle && r->withdrawn; i++)
		if (!(g->flags[find(g, names[0])] & g->flags[find(g, names[i])] & IS_ALIVE))
			join(g, names[0], names[i]);
}

/* A CVE if the group has exactly one, else its first GHSA, else its first name. */
static void choose_names(struct graph *g)
{
	uint32_t n = g->j->n_texts;
	for (uint32_t x = 0; x < n; x++)
		g->canonical[x] = DD_MAP_NONE;
	for (uint32_t pass = 0; pass < 2; pass++) {
		uint8_t wanted = pass == 0 ? IS_CVE : IS_GHSA;
		for (uint32_t x = 0; x < n; x++) {
			uint32_t root = find(g, x);
			if (!(g->flags[x] & wanted))
				continue;
			if (pass == 0 && g->canonical[root] != DD_MAP_NONE)
				g->flags[root] |= MANY_CVES;
			else if (g->canonical[root] == DD_MAP_NONE)
				g->canonical[root] = x;
		}
		for (uint32_t x = 0; x < n; x++)
			if (pass == 0 && (g->flags[x] & MANY_CVES))
				g->canonical[x] = DD_MAP_NONE;
	}
	for (uint32_t x = 0; x < n; x++)
		if (g->canonical[x] == DD_MAP_NONE && g->parent[x] == x)
			g->canonical[x] = x;
}

static enum dd_code build_graph(struct graph *g, struct dd_err *err)
{
	uint32_t n = g->j->n_texts;
	g->parent = dd_realloc_array(NULL, n, sizeof *g->parent);
	g->canonical = dd_realloc_array(NULL, n, sizeof *g->canonical);
	g->flags = dd_alloc_zero(n, sizeof *g->flags);
	if (!g->parent || !g->canonical || !g->flags)
		return dd_fail_nomem(err);
	for (uint32_t x = 0; x < n; x++)
		g->parent[x] = x;
	for (size_t i = 0; i < g->j->records.n; i++)
		add_record(g, record_at(g, i));
	for (size_t i = 0; i < g->j->records.n; i++)
		add_withdrawn(g, record_at(g, i));
	for (size_t i = 0; i < g->b->kev.n; i++) {
		add_node(g, g->b->kev.p[i].cve);
		g->flags[g->b->kev.p[i].cve] |= IS_REFERRED;
	}
	choose_names(g);
	return DD_OK;
}

/* --- vulnerabilities --- */

static bool stands_alone(const struct graph *g, uint32_t name)
{
	uint32_t root = find(g, name);
	return (g->flags[root] & MANY_CVES) && (g->flags[name] & IS_CVE) && g->canonical[root] != name;
}

struct named {
	uint32_t id, name; /* ranks; name: the root, or the CVE that stands alone */
	bool alone;
};

static int by_named(const void *x, const void *y)
{
	const struct named *a = x, *b = y;
	return a->id < b->id ? -1 : a->id > b->id;
}

/* Every group that a record or a reference means, and every CVE that stands alone and is meant. */
static enum dd_code make_vulns(struct graph *g, struct dd_err *err)
{
	struct {
		struct named *p;
		size_t n, cap;
	} list = { 0 };
	enum dd_code code = DD_OK;
	for (uint32_t x = 0; x < g->j->n_texts && code == DD_OK; x++) {
		uint32_t root = find(g, x);
		bool referred = g->flags[x] & IS_REFERRED;
		if (referred && stands_alone(g, x)) {
			if (!dd_vec_push(&list, ((struct named){ x, x, true }), UINT32_MAX))
				code = dd_fail_nomem(err);
		} else if (referred) {
			g->flags[root] |= HAS_RECORD;
		}
	}
	for (uint32_t x = 0; x < g->j->n_texts && code == DD_OK; x++)
		if (g->parent[x] == x && (g->flags[x] & HAS_RECORD) &&
		    !dd_vec_push(&list, ((struct named){ g->canonical[x], x, false }), UINT32_MAX))
			code = dd_fail_nomem(err);
	if (list.n)
		qsort(list.p, list.n, sizeof *list.p, by_named);
	for (size_t i = 0; i < list.n && code == DD_OK; i++) {
		const struct dd_join_vuln v = { .id = list.p[i].id, .epss = UINT32_MAX, .percentile = UINT32_MAX };
		if (!dd_vec_push(&g->j->vulns, v, UINT32_MAX))
			code = dd_fail_nomem(err);
		(list.p[i].alone ? g->split : g->group)[list.p[i].name] = (uint32_t)i;
	}
	dd_vec_done(&list);
	return code;
}

static uint32_t vuln_of(const struct graph *g, uint32_t name, bool reference)
{
	return reference && stands_alone(g, name) ? g->split[name] : g->group[find(g, name)];
}

static int by_number(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
	return a < b ? -1 : a > b;
}

/* record.vulns: sorted, each once. */
static enum dd_code point_records(struct graph *g, struct dd_err *err)
{
	for (size_t i = 0; i < g->j->records.n; i++) {
		const struct dd_build_record *r = record_at(g, i);
		uint32_t n, at = (uint32_t)g->j->record_vulns.n, kept = at;
		const uint32_t *names = names_of(g, r, &n);
		for (uint32_t k = 0; k < (r->bundle ? n : 1); k++)
			if (!dd_vec_push(&g->j->record_vulns, vuln_of(g, names[k], r->bundle), DD_DB_WORDS_MAX))
				return dd_fail_nomem(err);
		uint32_t *p = g->j->record_vulns.p;
		qsort(p + at, g->j->record_vulns.n - at, sizeof *p, by_number);
		for (uint32_t k = at; k < g->j->record_vulns.n; k++)
			if (kept == at || p[k] != p[kept - 1])
				p[kept++] = p[k];
		g->j->record_vulns.n = kept;
		g->j->records.p[i].vulns = (struct dd_span){ at, kept - at };
	}
	return DD_OK;
}

/* vuln.records: the other way round. */
static enum dd_code point_vulns(struct graph *g, struct dd_err *err)
{
	struct dd_joined *j = g->j;
	for (size_t i = 0; i < j->record_vulns.n; i++)
		j->vulns.p[j->record_vulns.p[i]].records.n++;
	uint32_t at = 0;
	for (size_t v = 0; v < j->vulns.n; v++) {
		j->vulns.p[v].records.at = at;
		at += j->vulns.p[v].records.n;
		j->vulns.p[v].records.n = 0;
	}
	j->vuln_records.p = dd_realloc_array(NULL, at, sizeof *j->vuln_records.p);
	if (!j->vuln_records.p)
		return dd_fail_nomem(err);
	j->vuln_records.n = j->vuln_records.cap = at;
	for (uint32_t i = 0; i < j->records.n; i++) {
		struct dd_span vulns = j->records.p[i].vulns;
		for (uint32_t k = 0; k < vulns.n; k++) {
			struct dd_span *s = &j->vulns.p[j->record_vulns.p[vulns.at + k]].records;
			j->vuln_records.p[s->at + s->n++] = i;
		}
	}
	return DD_OK;
}

/* vuln.names: all names of the group, in order, the canonical one among them. */
static enum dd_code point_names(struct graph *g, struct dd_err *err)
{
	struct dd_joined *j = g->j;
	uint32_t at = 0, n = j->n_texts;
	for (uint32_t x = 0; x < n; x++) {
		uint32_t v = g->flags[x] & IS_NODE ? g->group[find(g, x)] : DD_MAP_NONE;
		if (v != DD_MAP_NONE)
			j->vulns.p[v].names.n++;
		if (g->split[x] != DD_MAP_NONE)
			j->vulns.p[g->split[x]].names.n++;
	}
	for (size_t v = 0; v < j->vulns.n; v++) {
		j->vulns.p[v].names.at = at;
		at += j->vulns.p[v].names.n;
		j->vulns.p[v].names.n = 0;
	}
	j->names.p = dd_realloc_array(NULL, at, sizeof *j->names.p);
	if (!j->names.p)
		return dd_fail_nomem(err);
	j->names.n = j->names.cap = at;
	for (uint32_t x = 0; x < n; x++) {
		const uint32_t vulns[] = { g->flags[x] & IS_NODE ? g->group[find(g, x)] : DD_MAP_NONE, g->split[x] };
		for (size_t k = 0; k < DD_COUNT(vulns); k++) {
			if (vulns[k] == DD_MAP_NONE)
				continue;
			struct dd_span *s = &j->vulns.p[vulns[k]].names;
			j->names.p[s->at + s->n++] = x;
		}
	}
	return DD_OK;
}

/* --- ids --- */

static int by_name_and_vuln(const void *x, const void *y)
{
	const struct dd_join_id *a = x, *b = y;
	if (a->name != b->name)
		return a->name < b->name ? -1 : 1;
	return a->vuln < b->vuln ? -1 : a->vuln > b->vuln;
}

/* Every name and every record's id finds its vulnerabilities. */
static enum dd_code make_ids(struct graph *g, struct dd_err *err)
{
	struct dd_joined *j = g->j;
	for (uint32_t v = 0; v < j->vulns.n; v++) {
		struct dd_span names = j->vulns.p[v].names;
		for (uint32_t k = 0; k < names.n; k++)
			if (!dd_vec_push(&j->ids, ((struct dd_join_id){ j->names.p[names.at + k], v }),
					 DD_DB_WORDS_MAX))
				return dd_fail_nomem(err);
	}
	for (size_t i = 0; i < j->records.n; i++) {
		struct dd_span vulns = j->records.p[i].vulns;
		for (uint32_t k = 0; k < vulns.n; k++)
			if (!dd_vec_push(
				    &j->ids,
				    ((struct dd_join_id){ record_at(g, i)->key[1], j->record_vulns.p[vulns.at + k] }),
				    DD_DB_WORDS_MAX))
				return dd_fail_nomem(err);
	}
	size_t kept = 0;
	if (j->ids.n)
		qsort(j->ids.p, j->ids.n, sizeof *j->ids.p, by_name_and_vuln);
	for (size_t i = 0; i < j->ids.n; i++)
		if (kept == 0 || by_name_and_vuln(&j->ids.p[i], &j->ids.p[kept - 1]) != 0)
			j->ids.p[kept++] = j->ids.p[i];
	j->ids.n = kept;
	return DD_OK;
}

static enum dd_code run(struct graph *g, struct dd_err *err)
{
	DD_TRY(living_records(g, err));
	DD_TRY(build_graph(g, err));
	g->group = dd_realloc_array(NULL, g->j->n_texts, sizeof *g->group);
	g->split = dd_realloc_array(NULL, g->j->n_texts, sizeof *g->split);
	if (!g->group || !g->split)
		return dd_fail_nomem(err);
	for (uint32_t x = 0; x < g->j->n_texts; x++)
		g->group[x] = g->split[x] = DD_MAP_NONE;
	DD_TRY(make_vulns(g, err));
	DD_TRY(point_records(g, err));
	DD_TRY(point_vulns(g, err));
	DD_TRY(point_names(g, err));
	DD_TRY(make_ids(g, err));
	return dd_describe_vulns(g->b, g->j, err);
}

enum dd_code dd_join_records(struct dd_builder *b, struct dd_joined *j, struct dd_err *err)
{
	struct graph g = { .b = b, .j = j };
	enum dd_code code = run(&g, err);
	dd_free(g.parent);
	dd_free(g.canonical);
	dd_free(g.flags);
	dd_free(g.group);
	dd_free(g.split);
	return code;
}
