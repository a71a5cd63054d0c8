/* SPDX-License-Identifier: Apache-2.0 */
/* Names become numbers once; what is given is sorted by number, and each need finds its givers by one search. Where
 * several packages give a name, the version decides; where it leaves several, all of them are named, as
 * `rpm -q --whatprovides` does.
 * A file that is needed ("/bin/sh") is looked for in the packages' file lists, with and without "usr" in front, because
 * /bin, /sbin and /lib are links into /usr on merged systems and a list may have either name.
 * Limits: RELATIONS_MAX needs and gives each, GIVERS_MAX packages that count for one name, EDGES_MAX in all. */
#include "analyze/relations.h"

#include <stdlib.h>

#include "analyze/third_party.h"
#include "base/limits.h"
#include "base/pathlist.h"

enum { RELATIONS_MAX = 2000000, NAMES_MAX = 4000000, GIVERS_MAX = 64, EDGES_MAX = 1000000, TEXT_SPARE = 64 };

void dd_relations_done(struct dd_relations *r)
{
	dd_map_done(&r->ids);
	dd_vec_done(&r->names);
	dd_vec_done(&r->needs);
	dd_vec_done(&r->gives);
	dd_arena_done(&r->arena);
}

/* The number of a name, a new one if need be; DD_MAP_NONE: no room. */
static uint32_t number_of(struct dd_relations *r, struct dd_str name)
{
	uint32_t id = dd_map_get(&r->ids, name);
	if (id != DD_MAP_NONE)
		return id;
	if (r->arena.used + name.n + TEXT_SPARE > r->arena.limit || r->names.n >= NAMES_MAX) {
		r->full = true;
		return DD_MAP_NONE;
	}
	struct dd_str copy = dd_arena_str(&r->arena, name);
	id = (uint32_t)r->names.n;
	if (!copy.p || !dd_vec_push(&r->names, copy, SIZE_MAX) || !dd_map_set(&r->ids, copy, id)) {
		r->failed = true;
		return DD_MAP_NONE;
	}
	return id;
}

static bool make_record(struct dd_relations *r, size_t package, const struct dd_relation *n,
			struct dd_relation_record *ret)
{
	if (n->name.n == 0 || n->name.n > DD_FIELD_BYTES_MAX || r->failed)
		return false;
	*ret = (struct dd_relation_record){ number_of(r, n->name), (uint32_t)package, n->op, { "", 0 } };
	if (ret->name == DD_MAP_NONE)
		return false;
	if (n->op == DD_RELATION_ANY || r->scheme == DD_SCHEME_NONE || n->version.n == 0) {
		ret->op = DD_RELATION_ANY;
		return true;
	}
	if (r->arena.used + n->version.n + TEXT_SPARE > r->arena.limit) {
		r->full = true;
		return false;
	}
	ret->version = dd_arena_str(&r->arena, n->version);
	r->failed = !ret->version.p;
	return !r->failed;
}

void dd_relations_need(struct dd_relations *r, size_t package, struct dd_relation n)
{
	struct dd_relation_record record;
	if (r->needs.n >= RELATIONS_MAX)
		r->full = true;
	else if (make_record(r, package, &n, &record) && !dd_vec_push(&r->needs, record, RELATIONS_MAX))
		r->failed = true;
	if (n.name.n && n.name.p[0] == '/')
		r->files = true;
}

void dd_relations_give(struct dd_relations *r, size_t package, struct dd_relation n)
{
	struct dd_relation_record record;
	if (r->gives.n >= RELATIONS_MAX)
		r->full = true;
	else if (make_record(r, package, &n, &record) && !dd_vec_push(&r->gives, record, RELATIONS_MAX))
		r->failed = true;
}

/* ---- files ---- */

/* Only names that somebody asked for get a number here. */
static void give_file(struct dd_relations *r, size_t package, struct dd_str name)
{
	if (dd_map_get(&r->ids, name) != DD_MAP_NONE)
		dd_relations_give(r, package, (struct dd_relation){ .name = name });
}

/* file: path with a slash in front. */
static void give_path(struct dd_relations *r, size_t package, struct dd_str file, struct dd_buf *other)
{
	static const char *const merged[] = { "/bin/", "/sbin/", "/lib/", "/lib64/" };
	give_file(r, package, file);
	if (dd_str_starts(file, DD_STR("/usr/"))) {
		give_file(r, package, dd_str_skip(file, strlen("/usr")));
		return;
	}
	for (size_t i = 0; i < DD_COUNT(merged); i++) {
		if (!dd_str_starts(file, dd_str_from(merged[i])))
			continue;
		dd_buf_clear(other);
		(void)dd_buf_add_c(other, "/usr");
		(void)dd_buf_add_str(other, file);
		if (other->failed)
			r->failed = true;
		else
			give_file(r, package, dd_buf_str(other));
	}
}

/* A few of all files are needed: the last bytes of their names, which "usr" in front leaves as they are, tell most of
 * the others without a look-up. */
struct tails {
	uint8_t bits[4096 / 8];
};

static unsigned tail_of(struct dd_str path)
{
	uint32_t last = 0;
	memcpy(&last, path.p + path.n - sizeof last, sizeof last);
	return (last * UINT32_C(2654435761)) >> 20;
}

static bool may_be_needed(const struct tails *t, struct dd_str path)
{
	return path.n < sizeof(uint32_t) || (t->bits[tail_of(path) / 8] >> tail_of(path) % 8 & 1);
}

static void note_tails(const struct dd_relations *r, struct tails *t)
{
	for (size_t i = 0; i < r->names.n; i++)
		if (r->names.p[i].p[0] == '/' && r->names.p[i].n >= sizeof(uint32_t))
			t->bits[tail_of(r->names.p[i]) / 8] |= (uint8_t)(1U << tail_of(r->names.p[i]) % 8);
}

static enum dd_code give_files(struct dd_relations *r, const struct dd_found *out, struct dd_err *err)
{
	struct tails tails = { { 0 } };
	note_tails(r, &tails);
	DD_CLEANUP_BUF struct dd_buf file = DD_BUF_INIT(DD_PATH_MAX + 16), other = DD_BUF_INIT(DD_PATH_MAX + 16);
	for (size_t i = 0; i < out->packages.n && !r->failed; i++) {
		DD_CLEANUP(dd_pathlist_reader_done)
		struct dd_pathlist_reader paths = DD_PATHLIST_READER(out->packages.p[i].owned);
		struct dd_str path;
		bool more = true;
		enum dd_code code;
		while ((code = dd_pathlist_next(&paths, &path, &more)) == DD_OK && more) {
			if (!may_be_needed(&tails, path))
				continue;
			dd_buf_clear(&file);
			(void)dd_buf_add_char(&file, '/');
			(void)dd_buf_add_str(&file, path);
			if (file.failed)
				return dd_fail_nomem(err);
			give_path(r, i, dd_buf_str(&file), &other);
		}
		if (code == DD_ENOMEM)
			return dd_fail_nomem(err);
	}
	return DD_OK;
}

/* ---- versions ---- */

/* "1:2-3" without "-3" when the other one has no release either: rpm compares only what both have. */
static struct dd_str cut_release(struct dd_str version, struct dd_str other)
{
	return dd_str_find(other, '-') == other.n ? dd_str_take(version, dd_str_find(version, '-')) : version;
}

/* rpmdsCompare() of rpm 4.18, lib/rpmds.c: do the two ranges have a version in common? */
static bool overlaps(enum dd_scheme scheme, const struct dd_relation_record *need,
		     const struct dd_relation_record *give)
{
	int c = 0;
	if (need->op == DD_RELATION_ANY || give->op == DD_RELATION_ANY)
		return true;
	struct dd_str given = cut_release(give->version, need->version);
	struct dd_str needed = cut_release(need->version, give->version);
	if (!dd_vercmp(scheme, given, needed, &c))
		return true;
	if (c < 0)
		return (give->op & DD_RELATION_GREATER) || (need->op & DD_RELATION_LESS);
	if (c > 0)
		return (give->op & DD_RELATION_LESS) || (need->op & DD_RELATION_GREATER);
	return (give->op & need->op) != 0;
}

/* ---- edges ---- */

struct resolving {
	struct dd_relations *r;
	struct dd_found *out;
	DD_VEC(uint32_t) edges; /* of the package at hand */
	size_t all;
	uint32_t *named; /* packages that have each name for their own */
};

static int by_name(const void *x, const void *y)
{
	const struct dd_relation_record *a = x, *b = y;
	if (a->name != b->name)
		return a->name < b->name ? -1 : 1;
	return (a->package > b->package) - (a->package < b->package);
}

static size_t first_giver(const struct dd_relations *r, uint32_t name)
{
	size_t low = 0, high = r->gives.n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (r->gives.p[mid].name < name)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static enum dd_code add_edge(struct resolving *s, uint32_t from, uint32_t to, struct dd_err *err)
{
	if (from == to)
		return DD_OK;
	if (s->all >= EDGES_MAX) {
		s->r->full = true;
		return DD_OK;
	}
	s->all++;
	return dd_vec_push(&s->edges, to, EDGES_MAX) ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code resolve_need(struct resolving *s, const struct dd_relation_record *need, struct dd_err *err)
{
	const struct dd_relations *r = s->r;
	size_t first = first_giver(r, need->name), end = first, fits = 0;
	while (end < r->gives.n && end - first < GIVERS_MAX && r->gives.p[end].name == need->name)
		end++;
	for (size_t i = first; i < end; i++)
		fits += end - first > 1 && overlaps(r->scheme, need, &r->gives.p[i]);
	for (size_t i = first; i < end; i++)
		if (fits == 0 || overlaps(r->scheme, need, &r->gives.p[i]))
			DD_TRY(add_edge(s, need->package, r->gives.p[i].package, err));
	return DD_OK;
}

static int by_number(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
	return (a > b) - (a < b);
}

static enum dd_code write_depends(struct resolving *s, uint32_t package, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf list = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	struct dd_package *packages = s->out->packages.p;
	if (s->edges.n > 1)
		qsort(s->edges.p, s->edges.n, sizeof *s->edges.p, by_number);
	for (size_t i = 0; i < s->edges.n; i++) {
		const struct dd_package *p = &packages[s->edges.p[i]];
		uint32_t id = dd_map_get(&s->r->ids, p->name);
		bool several = id != DD_MAP_NONE && s->named[id] > 1;
		if (i == 0 || s->edges.p[i] != s->edges.p[i - 1])
			dd_depends_add(&list, p->name, several ? p->version : DD_STR(""));
	}
	s->edges.n = 0;
	packages[package].depends = dd_lines_take(s->out, &list);
	return s->out->failed ? dd_fail_nomem(err) : DD_OK;
}

static enum dd_code resolve_all(struct resolving *s, struct dd_err *err)
{
	struct dd_relations *r = s->r;
	for (size_t i = 0; i < s->out->packages.n; i++) {
		uint32_t id = dd_map_get(&r->ids, s->out->packages.p[i].name);
		if (id != DD_MAP_NONE)
			s->named[id]++;
	}
	for (size_t i = 0, end; i < r->needs.n; i = end) {
		uint32_t package = r->needs.p[i].package;
		for (end = i; end < r->needs.n && r->needs.p[end].package == package; end++)
			DD_TRY(resolve_need(s, &r->needs.p[end], err));
		if (package < s->out->packages.n)
			DD_TRY(write_depends(s, package, err));
	}
	return DD_OK;
}

/* A package gives its own name, if it does not say so itself, with its version. */
static enum dd_code give_own_names(struct dd_relations *r, const struct dd_found *out, struct dd_err *err)
{
	bool *said = dd_alloc_zero(out->packages.n + 1, sizeof *said);
	if (!said)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < r->gives.n; i++) {
		size_t package = r->gives.p[i].package;
		if (package < out->packages.n &&
		    dd_str_eq(r->names.p[r->gives.p[i].name], out->packages.p[package].name))
			said[package] = true;
	}
	for (size_t i = 0; i < out->packages.n; i++)
		if (!said[i])
			dd_relations_give(r, i, (struct dd_relation){ .name = out->packages.p[i].name });
	dd_free(said);
	return DD_OK;
}

enum dd_code dd_relations_resolve(struct dd_relations *r, struct dd_found *out, struct dd_err *err)
{
	struct resolving s = { .r = r, .out = out };
	DD_TRY(give_own_names(r, out, err));
	if (r->files)
		DD_TRY(give_files(r, out, err));
	if (r->failed)
		return dd_fail_nomem(err);
	if (r->gives.n > 1)
		qsort(r->gives.p, r->gives.n, sizeof *r->gives.p, by_name);
	s.named = dd_alloc_zero(r->names.n + 1, sizeof *s.named);
	enum dd_code code = s.named ? resolve_all(&s, err) : dd_fail_nomem(err);
	if (code == DD_OK && r->full)
		dd_found_problem(out, DD_NO_OFFSET, "dependencies between packages are too many, some are left out");
	dd_vec_done(&s.edges);
	dd_free(s.named);
	return code;
}
