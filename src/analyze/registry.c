/* SPDX-License-Identifier: Apache-2.0 */
/* All match rows of all analyzers become five small tables, so that asking about a path costs a few hashes whatever
 * the number of analyzers: rows for whole paths and for basenames are filed under the last component, rows for
 * directories under the directory, rows for suffixes under the suffix, names alone under their directory, magics under
 * their first byte. Lengths that no row has are answered by a bit set before anything is hashed. Rows that share a key
 * form a chain. */
#include "analyze/registry.h"

#include "base/limits.h"
#include "base/map.h"

#define DD_ANALYZER(name)	     extern const struct dd_analyzer dd_analyzer_##name;
#define DD_ANALYZER_IN(folder, name) DD_ANALYZER(name)
#include "analyze/analyzers.def"
#undef DD_ANALYZER

/* Ends with NULL so that it stays a table even when every line is taken out. */
static const struct dd_analyzer *const all_analyzers[] = {
#define DD_ANALYZER(name) &dd_analyzer_##name,
#include "analyze/analyzers.def"
#undef DD_ANALYZER
#undef DD_ANALYZER_IN
	NULL,
};

enum { ROW_NONE = 0xffff, ROWS_MAX = ROW_NONE - 1 };

struct row {
	const struct dd_match *match;
	struct dd_str a, b;
	uint64_t max_bytes;
	uint16_t analyzer;
	uint16_t next; /* in the chain of its key, or ROW_NONE */
};

struct dd_matcher {
	struct row *rows;
	size_t n;
	struct dd_map names, dirs, suffixes, entries;
	uint64_t name_lengths, dir_lengths, suffix_lengths, entry_lengths; /* bit min(length, 63) */
	size_t suffix_max;						   /* bytes of the longest suffix */
	uint16_t magics[256];						   /* first row of each first byte */
};

size_t dd_analyzers_count(void)
{
	return DD_COUNT(all_analyzers) - 1;
}

const struct dd_analyzer *dd_analyzer_at(size_t index)
{
	dd_assert(index < dd_analyzers_count());
	return all_analyzers[index];
}

uint64_t dd_analyzers_fingerprint(void)
{
	uint64_t h = 0;
	for (size_t i = 0; i < dd_analyzers_count(); i++) {
		const struct dd_analyzer *a = all_analyzers[i];
		h = dd_str_hash(dd_str_from(a->id), h);
		h = dd_str_hash((struct dd_str){ (const char *)&a->version, sizeof a->version }, h);
	}
	return h;
}

static uint64_t length_bit(size_t n)
{
	return UINT64_C(1) << (n < 63 ? n : 63);
}

static struct dd_str last_component(struct dd_str path, struct dd_str *ret_dir)
{
	const char *slash = path.n ? memrchr(path.p, '/', path.n) : NULL;
	if (!slash) {
		*ret_dir = (struct dd_str){ "", 0 };
		return path;
	}
	*ret_dir = dd_str_take(path, (size_t)(slash - path.p));
	return dd_str_skip(path, (size_t)(slash - path.p) + 1);
}

/* Puts row i at the front of the chain of key. */
static bool file_row(struct dd_matcher *m, struct dd_map *map, uint64_t *lengths, struct dd_str key, uint16_t i)
{
	uint32_t head = dd_map_get(map, key);
	m->rows[i].next = head == DD_MAP_NONE ? ROW_NONE : (uint16_t)head;
	*lengths |= length_bit(key.n);
	return dd_map_set(map, key, i);
}

static bool add_row(struct dd_matcher *m, size_t analyzer, const struct dd_match *match)
{
	uint16_t i = (uint16_t)m->n++;
	struct row *r = &m->rows[i];
	*r = (struct row){ .match = match,
			   .a = dd_str_from(match->a),
			   .b = dd_str_from(match->b),
			   .max_bytes = match->max_bytes ? match->max_bytes : DD_EVIDENCE_BYTES_MAX,
			   .analyzer = (uint16_t)analyzer,
			   .next = ROW_NONE };
	struct dd_str dir;
	switch (match->kind) {
	case DD_MATCH_PATH:
	case DD_MATCH_GLOB:
		return file_row(m, &m->names, &m->name_lengths, last_component(r->a, &dir), i);
	case DD_MATCH_BASENAME:
		return file_row(m, &m->names, &m->name_lengths, r->a, i);
	case DD_MATCH_DIR:
		return file_row(m, &m->dirs, &m->dir_lengths, r->a, i);
	case DD_MATCH_ENTRY:
		return file_row(m, &m->entries, &m->entry_lengths, r->a, i);
	case DD_MATCH_SUFFIX:
		if (r->a.n > m->suffix_max)
			m->suffix_max = r->a.n;
		return file_row(m, &m->suffixes, &m->suffix_lengths, r->a, i);
	case DD_MATCH_AFFIX:
		if (r->b.n > m->suffix_max)
			m->suffix_max = r->b.n;
		return file_row(m, &m->suffixes, &m->suffix_lengths, r->b, i);
	case DD_MATCH_MAGIC:
		dd_assert(r->a.n > 0 && r->a.n <= DD_MAGIC_BYTES);
		r->next = m->magics[(unsigned char)r->a.p[0]];
		m->magics[(unsigned char)r->a.p[0]] = i;
		return true;
	case DD_MATCH_END:
		break;
	}
	return true;
}

struct dd_matcher *dd_matcher_new_of(const struct dd_analyzer *const *list, size_t n)
{
	DD_CLEANUP(dd_matcher_freep) struct dd_matcher *m = dd_alloc_zero(1, sizeof *m);
	size_t rows = 0;
	for (size_t i = 0; i < n; i++)
		for (const struct dd_match *row = list[i]->match; row->kind != DD_MATCH_END; row++)
			rows++;
	dd_assert(n <= DD_WANTS_MAX && rows <= ROWS_MAX);
	if (!m)
		return NULL;
	memset(m->magics, 0xff, sizeof m->magics); /* ROW_NONE */
	m->rows = dd_alloc_zero(rows ? rows : 1, sizeof *m->rows);
	if (!m->rows)
		return NULL;
	for (size_t i = 0; i < n; i++)
		for (const struct dd_match *row = list[i]->match; row->kind != DD_MATCH_END; row++)
			if (!add_row(m, i, row))
				return NULL;
	return DD_TAKE(m);
}

struct dd_matcher *dd_matcher_new(void)
{
	return dd_matcher_new_of(all_analyzers, dd_analyzers_count());
}

void dd_matcher_freep(struct dd_matcher **m)
{
	if (!*m)
		return;
	dd_map_done(&(*m)->names);
	dd_map_done(&(*m)->dirs);
	dd_map_done(&(*m)->suffixes);
	dd_map_done(&(*m)->entries);
	dd_free((*m)->rows);
	dd_free(*m);
	*m = NULL;
}

/* Keeps the list ascending; an analyzer that matches twice keeps its larger limit. */
static void take(struct dd_wants *w, const struct row *r)
{
	size_t at = 0;
	while (at < w->n && w->by[at].analyzer < r->analyzer)
		at++;
	if (at < w->n && w->by[at].analyzer == r->analyzer) {
		if (w->by[at].max_bytes < r->max_bytes)
			w->by[at].max_bytes = r->max_bytes;
		return;
	}
	dd_assert(w->n < DD_WANTS_MAX); /* the matcher has no more analyzers */
	memmove(&w->by[at + 1], &w->by[at], (w->n - at) * sizeof w->by[0]);
	w->by[at].analyzer = r->analyzer;
	w->by[at].max_bytes = r->max_bytes;
	w->n++;
}

static const struct row *chain(const struct dd_matcher *m, const struct dd_map *map, uint64_t lengths,
			       struct dd_str key)
{
	if (!(lengths & length_bit(key.n)))
		return NULL;
	uint32_t i = dd_map_get(map, key);
	return i == DD_MAP_NONE ? NULL : &m->rows[i];
}

static const struct row *next_of(const struct dd_matcher *m, const struct row *r)
{
	return r->next == ROW_NONE ? NULL : &m->rows[r->next];
}

static bool affix_fits(struct dd_str name, const struct row *r)
{
	return name.n >= r->a.n + r->b.n && dd_str_starts(name, r->a);
}

static bool directory_fits(struct dd_str dir, struct dd_str end)
{
	if (dd_str_ends(end, DD_STR("/*"))) {
		(void)last_component(dir, &dir);
		end = dd_str_take(end, end.n - 2);
	}
	return dd_str_ends(dir, end);
}

/* Both have the same number of components, and where the pattern's is not "*" they are equal. */
static bool glob_fits(struct dd_str pattern, struct dd_str path)
{
	struct dd_str want, have;
	while (dd_str_next(&pattern, '/', &want)) {
		if (!dd_str_next(&path, '/', &have) || have.n == 0)
			return false;
		if (!dd_str_eq_c(want, "*") && !dd_str_eq(want, have))
			return false;
	}
	return path.p == NULL;
}

static bool name_fits(const struct row *r, struct dd_str path, struct dd_str dir)
{
	if (r->match->kind == DD_MATCH_BASENAME)
		return directory_fits(dir, r->b);
	return r->match->kind == DD_MATCH_GLOB ? glob_fits(r->a, path) : dd_str_eq(r->a, path);
}

void dd_matcher_entry(const struct dd_matcher *m, struct dd_str path, struct dd_wants *ret)
{
	struct dd_str dir, name = last_component(path, &dir);
	ret->n = 0;
	if (name.n == 0)
		return;
	for (const struct row *r = chain(m, &m->entries, m->entry_lengths, dir); r; r = next_of(m, r))
		if (dd_str_ends(name, r->b))
			take(ret, r);
}

void dd_matcher_path(const struct dd_matcher *m, struct dd_str path, struct dd_wants *ret)
{
	struct dd_str dir, name = last_component(path, &dir);
	ret->n = 0;
	if (name.n == 0)
		return;
	for (const struct row *r = chain(m, &m->names, m->name_lengths, name); r; r = next_of(m, r))
		if (name_fits(r, path, dir))
			take(ret, r);
	for (const struct row *r = chain(m, &m->dirs, m->dir_lengths, dir); r; r = next_of(m, r))
		if (dd_str_ends(name, r->b))
			take(ret, r);
	/* Only the tail that a suffix can fill is searched: a name of 64 KiB of dots costs no more than others. */
	struct dd_str tail = dd_str_skip(name, name.n > m->suffix_max ? name.n - m->suffix_max : 0);
	for (size_t i = 0; i < tail.n; i++) {
		if (tail.p[i] != '.')
			continue;
		struct dd_str suffix = dd_str_skip(tail, i);
		for (const struct row *r = chain(m, &m->suffixes, m->suffix_lengths, suffix); r; r = next_of(m, r))
			if (r->match->kind == DD_MATCH_SUFFIX ? directory_fits(dir, r->b) : affix_fits(name, r))
				take(ret, r);
	}
}

void dd_matcher_magic(const struct dd_matcher *m, struct dd_str head, struct dd_wants *ret)
{
	if (head.n == 0)
		return;
	for (uint16_t i = m->magics[(unsigned char)head.p[0]]; i != ROW_NONE; i = m->rows[i].next)
		if (dd_str_starts(head, m->rows[i].a))
			take(ret, &m->rows[i]);
}
