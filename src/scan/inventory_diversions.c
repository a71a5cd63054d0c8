/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/inventory_diversions.h"

#include "base/limits.h"

static bool add(struct dd_diversions *d, const struct dd_definition *def)
{
	return def->kind != DD_DEFINE_DIVERTED || (dd_vec_push(&d->list, def, DD_PACKAGES_MAX) &&
						   dd_map_set(&d->by_path, def->name, (uint32_t)d->list.n - 1));
}

enum dd_code dd_diversions_build(struct dd_diversions *d, const struct dd_squash *s, struct dd_err *err)
{
	*d = (struct dd_diversions){ 0 };
	for (size_t i = 0; i < s->located.n; i++) {
		const struct dd_found *found = &s->located.p[i].evidence->found;
		for (size_t k = 0; s->located.p[i].state == DD_STATE_LIVE && k < found->definitions.n; k++)
			if (!add(d, &found->definitions.p[k]))
				return dd_fail_nomem(err);
	}
	return DD_OK;
}

void dd_diversions_done(struct dd_diversions *d)
{
	dd_map_done(&d->by_path);
	dd_vec_done(&d->list);
}

struct dd_str dd_diversions_path(const struct dd_diversions *d, struct dd_str package, struct dd_str path)
{
	uint32_t at = d->list.n ? dd_map_get(&d->by_path, path) : (uint32_t)DD_MAP_NONE;
	if (at == DD_MAP_NONE)
		return path;
	struct dd_str value = d->list.p[at]->value;
	size_t line = dd_str_find(value, '\n');
	return dd_str_eq(dd_str_take(value, line), package) ? path : dd_str_skip(value, line + 1);
}
