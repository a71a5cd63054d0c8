/* SPDX-License-Identifier: Apache-2.0 */
/* From located evidence to the inventory: the system, the problems, and the packages (inventory_packages.c). */
#include <stdlib.h>

#include "base/limits.h"
#include "scan/inventory_parts.h"

enum dd_code dd_fill_copy(struct dd_fill *f, struct dd_str *s, struct dd_err *err)
{
	if (s->n == 0) {
		*s = DD_STR("");
		return DD_OK;
	}
	*s = dd_arena_str(&f->inv->arena, *s);
	return s->p ? DD_OK : dd_fail_nomem(err);
}

int dd_fill_layer(const struct dd_fill *f, unsigned layer)
{
	return f->layer_known ? (int)layer : DD_NO_LAYER;
}

/* ---- problems ---- */

enum dd_code dd_fill_problem(struct dd_fill *f, const struct dd_problem *p, struct dd_err *err)
{
	struct dd_problem own = *p;
	DD_TRY(dd_fill_copy(f, &own.path, err));
	DD_TRY(dd_fill_copy(f, &own.analyzer, err));
	DD_TRY(dd_fill_copy(f, &own.text, err));
	return dd_vec_push(&f->problems, own, SIZE_MAX) ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code add_layer_problems(struct dd_fill *f, const struct dd_layer_facts *facts, int layer,
				       struct dd_err *err)
{
	for (size_t i = 0; i < facts->problems.n; i++) {
		struct dd_problem p = facts->problems.p[i];
		if (layer >= 0 || !f->layer_known)
			p.layer = layer;
		DD_TRY(dd_fill_problem(f, &p, err));
	}
	for (size_t i = 0; i < facts->secrets.problems.n; i++) {
		struct dd_problem p = facts->secrets.problems.p[i];
		p.layer = layer;
		DD_TRY(dd_fill_problem(f, &p, err));
	}
	if (facts->problems_dropped + facts->secrets.problems_dropped == 0)
		return DD_OK;
	struct dd_problem more = { .layer = layer, .analyzer = DD_STR("layer"), .offset = DD_NO_OFFSET };
	more.text = dd_arena_printf(&f->inv->arena, "%llu further problems are not listed",
				    (unsigned long long)(facts->problems_dropped + facts->secrets.problems_dropped));
	return dd_fill_problem(f, &more, err);
}

static enum dd_code add_problems(struct dd_fill *f, struct dd_err *err)
{
	for (unsigned layer = 0; layer < f->s->n_layers; layer++)
		DD_TRY(add_layer_problems(f, &f->s->layers[layer], dd_fill_layer(f, layer), err));
	return add_layer_problems(f, &f->s->notes, DD_NO_LAYER, err);
}

static int by_place(const void *x, const void *y)
{
	const struct dd_problem *a = x, *b = y;
	int c;
	if (a->layer != b->layer)
		return a->layer < b->layer ? -1 : 1;
	if ((c = dd_str_cmp(a->path, b->path)))
		return c;
	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	if ((c = dd_str_cmp(a->analyzer, b->analyzer)))
		return c;
	return dd_str_cmp(a->text, b->text);
}

/* ---- the system ---- */

struct os_source {
	struct dd_os os;
	struct dd_str path;
};

static int by_rank(const void *x, const void *y)
{
	const struct os_source *a = x, *b = y;
	if (a->os.rank != b->os.rank)
		return a->os.rank < b->os.rank ? -1 : 1;
	return dd_str_cmp(a->path, b->path);
}

static void take_field(struct dd_str *to, struct dd_str from)
{
	if (to->n == 0)
		*to = from;
}

/* The best file that names an id leads; others that name the same id fill what it leaves open. Repositories never name
 * the system, they only say which branch of Alpine its packages come from. */
static void merge_os(const struct os_source *list, size_t n, struct dd_os *ret)
{
	struct dd_os os = { 0 };
	for (size_t i = 0; i < n && os.id.n == 0; i++) {
		if (list[i].os.rank != DD_OS_REPOSITORIES && list[i].os.rank != DD_OS_SUBSCRIPTION && list[i].os.id.n) {
			os.id = list[i].os.id;
			os.rank = list[i].os.rank;
		}
	}
	for (size_t i = 0; i < n; i++) {
		if (!dd_str_eq(list[i].os.id, os.id))
			continue;
		take_field(&os.version, list[i].os.version);
		take_field(&os.codename, list[i].os.codename);
		take_field(&os.pretty_name, list[i].os.pretty_name);
		take_field(&os.id_like, list[i].os.id_like);
	}
	*ret = os;
}

/* The services of the system itself, each once, in byte order. */
static enum dd_code merge_subscriptions(const struct os_source *list, size_t n, struct dd_arena *a, struct dd_os *os,
					struct dd_err *err)
{
	struct dd_str all = DD_STR(""), last = DD_STR("");
	for (;;) {
		struct dd_str next = DD_STR("");
		for (size_t i = 0; i < n; i++) {
			struct dd_str one = list[i].os.subscription;
			if (one.n && dd_str_eq(list[i].os.id, os->id) && dd_str_cmp(one, last) > 0 &&
			    (!next.n || dd_str_cmp(one, next) < 0))
				next = one;
		}
		if (!next.n)
			break;
		last = next;
		all = dd_arena_printf(a, "%.*s%s%.*s", DD_FMT(all), all.n ? " " : "", DD_FMT(next));
		if (!all.p)
			return dd_fail_nomem(err);
	}
	os->subscription = all;
	return DD_OK;
}

static enum dd_code fill_os(struct dd_fill *f, struct dd_err *err)
{
	DD_VEC(struct os_source) list = { 0 };
	enum dd_code code = DD_OK;
	for (size_t i = 0; i < f->s->located.n && code == DD_OK; i++) {
		const struct dd_located *at = &f->s->located.p[i];
		for (size_t k = 0; at->state == DD_STATE_LIVE && k < at->evidence->found.oses.n && code == DD_OK; k++) {
			struct os_source o = { at->evidence->found.oses.p[k], at->evidence->path };
			if (!dd_vec_push(&list, o, DD_PACKAGES_MAX))
				code = dd_fail_nomem(err);
		}
	}
	if (list.n > 1)
		qsort(list.p, list.n, sizeof *list.p, by_rank);
	if (code == DD_OK)
		merge_os(list.p, list.n, &f->inv->os);
	if (code == DD_OK)
		code = merge_subscriptions(list.p, list.n, &f->inv->arena, &f->inv->os, err);
	dd_vec_done(&list);
	DD_TRY(code);
	f->inv->os_found = f->inv->os.id.n > 0;
	DD_TRY(dd_fill_copy(f, &f->inv->os.id, err));
	DD_TRY(dd_fill_copy(f, &f->inv->os.version, err));
	DD_TRY(dd_fill_copy(f, &f->inv->os.codename, err));
	DD_TRY(dd_fill_copy(f, &f->inv->os.pretty_name, err));
	return dd_fill_copy(f, &f->inv->os.id_like, err);
}

/* ---- the whole ---- */

static enum dd_code fill_problems(struct dd_fill *f, struct dd_err *err)
{
	DD_TRY(add_problems(f, err));
	if (f->problems.n > 1)
		qsort(f->problems.p, f->problems.n, sizeof *f->problems.p, by_place);
	f->inv->problems = dd_arena_array(&f->inv->arena, f->problems.n, sizeof *f->problems.p);
	if (!f->inv->problems)
		return dd_fail_nomem(err);
	if (f->problems.n)
		memcpy(f->inv->problems, f->problems.p, f->problems.n * sizeof *f->problems.p);
	f->inv->n_problems = f->problems.n;
	return DD_OK;
}

/* ---- repositories ---- */

static struct dd_str field(struct dd_str *rest)
{
	struct dd_str part = { "", 0 };
	(void)dd_str_next(rest, '\n', &part);
	return part;
}

static enum dd_code fill_repository(struct dd_fill *f, const struct dd_definition *d, struct dd_str path,
				    struct dd_repository *ret, struct dd_err *err)
{
	struct dd_str rest = d->value;
	struct dd_repository r = { .type = d->name, .path = path };
	r.url = field(&rest);
	r.suite = field(&rest);
	r.components = field(&rest);
	r.architectures = field(&rest);
	struct dd_str *const texts[] = { &r.type, &r.url, &r.suite, &r.components, &r.architectures, &r.path };
	for (size_t i = 0; i < DD_COUNT(texts); i++)
		DD_TRY(dd_fill_copy(f, texts[i], err));
	*ret = r;
	return DD_OK;
}

static int by_path(const void *x, const void *y)
{
	const struct dd_located *const *a = x, *const *b = y;
	return dd_str_cmp((*a)->evidence->path, (*b)->evidence->path);
}

static bool names_repositories(const struct dd_located *at)
{
	const struct dd_found *found = &at->evidence->found;
	return at->state == DD_STATE_LIVE && found->definitions.n &&
	       found->definitions.p[0].kind == DD_DEFINE_REPOSITORY;
}

static enum dd_code fill_repositories(struct dd_fill *f, struct dd_err *err)
{
	struct dd_inventory *inv = f->inv;
	size_t files = 0, n = 0;
	for (size_t i = 0; i < f->s->located.n; i++)
		if (names_repositories(&f->s->located.p[i])) {
			files++;
			n += f->s->located.p[i].evidence->found.definitions.n;
		}
	const struct dd_located **list = dd_arena_array(&inv->arena, files, sizeof *list);
	inv->repositories = dd_arena_array(&inv->arena, n, sizeof *inv->repositories);
	if (!list || !inv->repositories)
		return dd_fail_nomem(err);
	for (size_t i = 0, k = 0; i < f->s->located.n; i++)
		if (names_repositories(&f->s->located.p[i]))
			list[k++] = &f->s->located.p[i];
	if (files > 1)
		qsort(list, files, sizeof *list, by_path);
	for (size_t i = 0; i < files; i++) {
		const struct dd_found *found = &list[i]->evidence->found;
		for (size_t k = 0; k < found->definitions.n; k++)
			DD_TRY(fill_repository(f, &found->definitions.p[k], list[i]->evidence->path,
					       &inv->repositories[inv->n_repositories++], err));
	}
	return DD_OK;
}

static enum dd_code fill_all(struct dd_fill *f, struct dd_err *err)
{
	DD_TRY(fill_os(f, err));
	DD_TRY(fill_repositories(f, err));
	DD_TRY(dd_fill_packages(f, err));
	DD_TRY(dd_fill_merge(f, err));
	return fill_problems(f, err);
}

enum dd_code dd_inventory_fill(struct dd_squash *s, bool layer_known, struct dd_inventory *inv,
			       struct dd_err *err)
{
	struct dd_fill f = { .s = s, .secret_names = s->secret_names.p, .inv = inv, .layer_known = layer_known };
	enum dd_code code = fill_all(&f, err);
	dd_vec_done(&f.packages);
	dd_vec_done(&f.problems);
	dd_vec_done(&f.lists);
	dd_vec_done(&f.owned);
	dd_map_done(&f.ownership);
	dd_declared_done(&f.declared);
	dd_diversions_done(&f.diversions);
	dd_licence_files_done(&f.licences);
	dd_free(f.before);
	dd_free(f.marked);
	return code;
}
