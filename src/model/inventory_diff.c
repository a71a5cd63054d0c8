/* SPDX-License-Identifier: Apache-2.0 */
#include "model/inventory_diff.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/map.h"
#include "model/licence.h"

const char *dd_change_kind_name(enum dd_change_kind k)
{
	static const char *const names[DD_CHANGE_COUNT] = { "added", "removed", "version", "licence" };
	return names[k];
}

/* ---- difference ---- */

struct side {
	const struct dd_installed **list; /* sorted by by_thing */
	size_t n, at;
};

static int thing_cmp(const struct dd_installed *a, const struct dd_installed *b)
{
	int c;
	if ((c = dd_str_cmp(a->package.type, b->package.type)) || (c = dd_str_cmp(a->package.name, b->package.name)))
		return c;
	return dd_str_cmp(a->package.arch, b->package.arch);
}

static int whole_cmp(const struct dd_installed *a, const struct dd_installed *b)
{
	int c;
	if ((c = thing_cmp(a, b)) || (c = dd_str_cmp(a->package.version, b->package.version)))
		return c;
	return dd_str_cmp(a->package.qualifiers, b->package.qualifiers);
}

static int by_thing(const void *x, const void *y)
{
	const struct dd_installed *a = *(const struct dd_installed *const *)x,
				  *b = *(const struct dd_installed *const *)y;
	int c = whole_cmp(a, b);
	return c ? c : (a > b) - (a < b);
}

static enum dd_code make_side(struct dd_arena *a, const struct dd_inventory *inv, struct side *ret, struct dd_err *err)
{
	*ret = (struct side){ .list = dd_arena_array(a, inv->n_packages, sizeof *ret->list), .n = inv->n_packages };
	if (!ret->list)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < ret->n; i++)
		ret->list[i] = &inv->packages[i];
	if (ret->n > 1)
		qsort(ret->list, ret->n, sizeof *ret->list, by_thing);
	return DD_OK;
}

static enum dd_code add(struct dd_inventory_diff *d, struct dd_change c, struct dd_err *err)
{
	d->counts[c.kind]++;
	return dd_vec_push(&d->changes, c, 4 * (size_t)DD_PACKAGES_MAX) ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code licence_of(struct dd_inventory_diff *d, const struct dd_installed *in, struct dd_str *ret,
			       struct dd_err *err)
{
	struct dd_licence l;
	if (dd_licence_normalise(in->package.licences, &d->arena, &l) != DD_OK)
		return dd_fail_nomem(err);
	*ret = l.expression.n ? l.expression : in->package.licences;
	return DD_OK;
}

static enum dd_code compare_licences(struct dd_inventory_diff *d, const struct dd_installed *from,
				     const struct dd_installed *to, struct dd_err *err)
{
	struct dd_change c = { DD_CHANGE_LICENCE, from, to, { "", 0 }, { "", 0 } };
	if (!dd_str_eq(from->package.licences, to->package.licences)) {
		DD_TRY(licence_of(d, from, &c.from_licence, err));
		DD_TRY(licence_of(d, to, &c.to_licence, err));
		if (!dd_str_eq(c.from_licence, c.to_licence))
			return add(d, c, err);
	}
	d->same++;
	return DD_OK;
}

/* The versions of one thing: [a0, a1) and [b0, b1) of the sides. First what both have, then pairs, then the rest. */
static enum dd_code compare_thing(struct dd_inventory_diff *d, const struct dd_installed **a, size_t na,
				  const struct dd_installed **b, size_t nb, struct dd_err *err)
{
	size_t only_a = 0, only_b = 0, i = 0, k = 0;
	/* What only one side has moves to the front of its part; the order stays. */
	while (i < na || k < nb) {
		int c = i == na ? 1 : k == nb ? -1 : whole_cmp(a[i], b[k]);
		if (c == 0)
			DD_TRY(compare_licences(d, a[i++], b[k++], err));
		else if (c < 0)
			a[only_a++] = a[i++];
		else
			b[only_b++] = b[k++];
	}
	for (i = 0; i < only_a || i < only_b; i++) {
		struct dd_change c = { .from = i < only_a ? a[i] : NULL, .to = i < only_b ? b[i] : NULL };
		c.kind = !c.from ? DD_CHANGE_ADDED : !c.to ? DD_CHANGE_REMOVED : DD_CHANGE_VERSION;
		if (c.from)
			DD_TRY(licence_of(d, c.from, &c.from_licence, err));
		if (c.to)
			DD_TRY(licence_of(d, c.to, &c.to_licence, err));
		DD_TRY(add(d, c, err));
	}
	return DD_OK;
}

static size_t end_of_thing(const struct side *s)
{
	size_t end = s->at;
	while (end < s->n && thing_cmp(s->list[s->at], s->list[end]) == 0)
		end++;
	return end;
}

static enum dd_code compare(struct dd_inventory_diff *d, struct side *a, struct side *b, struct dd_err *err)
{
	while (a->at < a->n || b->at < b->n) {
		int c = a->at == a->n ? 1 : b->at == b->n ? -1 : thing_cmp(a->list[a->at], b->list[b->at]);
		size_t end_a = c <= 0 ? end_of_thing(a) : a->at, end_b = c >= 0 ? end_of_thing(b) : b->at;
		DD_TRY(compare_thing(d, a->list + a->at, end_a - a->at, b->list + b->at, end_b - b->at, err));
		a->at = end_a;
		b->at = end_b;
	}
	return DD_OK;
}

enum dd_code dd_inventory_diff_make(const struct dd_inventory *from, const struct dd_inventory *to,
				    struct dd_inventory_diff *ret, struct dd_err *err)
{
	struct dd_inventory_diff d = { .arena = DD_ARENA_INIT(2 * DD_GIB) };
	struct side a, b;
	enum dd_code code = make_side(&d.arena, from, &a, err);
	if (code == DD_OK)
		code = make_side(&d.arena, to, &b, err);
	if (code == DD_OK)
		code = compare(&d, &a, &b, err);
	if (code == DD_OK)
		*ret = d;
	else
		dd_inventory_diff_done(&d);
	return code;
}

void dd_inventory_diff_done(struct dd_inventory_diff *d)
{
	dd_vec_done(&d->changes);
	dd_arena_done(&d->arena);
}
