/* SPDX-License-Identifier: Apache-2.0 */
#include "fresh/gather.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"
#include "fresh/gather_parts.h"

static struct dd_str text_of(struct dd_gathering *g, const char *fmt, va_list ap)
{
	char text[DD_ERR_MESSAGE_MAX];
	(void)vsnprintf(text, sizeof text, fmt, ap);
	return dd_arena_str(g->arena, dd_str_from(text));
}

enum dd_code dd_gathering_problem(struct dd_gathering *g, const char *fmt, ...)
{
	struct dd_problem p = {
		.layer = DD_NO_LAYER, .path = DD_STR(""), .analyzer = DD_STR("upstream"), .offset = DD_NO_OFFSET
	};
	va_list ap;
	va_start(ap, fmt);
	p.text = text_of(g, fmt, ap);
	va_end(ap);
	return p.text.p && dd_vec_push(&g->problems, p, DD_PROBLEMS_MAX) ? DD_OK : DD_ENOMEM;
}

enum dd_code dd_gathering_warn(struct dd_gathering *g, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	struct dd_str text = text_of(g, fmt, ap);
	va_end(ap);
	return text.p && dd_vec_push(&g->warnings, text, DD_PROBLEMS_MAX) ? DD_OK : DD_ENOMEM;
}

static enum dd_code hand_over(struct dd_gathering *g, struct dd_err *err)
{
	struct dd_upstreams *out = g->out;
	out->problems = dd_arena_array(g->arena, g->problems.n, sizeof *out->problems);
	out->warnings = dd_arena_array(g->arena, g->warnings.n, sizeof *out->warnings);
	if (!out->problems || !out->warnings)
		return dd_fail_nomem(err);
	if (g->problems.n)
		memcpy(out->problems, g->problems.p, g->problems.n * sizeof *out->problems);
	if (g->warnings.n)
		memcpy(out->warnings, g->warnings.p, g->warnings.n * sizeof *out->warnings);
	out->n_problems = g->problems.n;
	out->n_warnings = g->warnings.n;
	return DD_OK;
}

enum dd_code dd_fresh_gather(const struct dd_fresh_wish *w, const struct dd_inventory *inv, struct dd_arena *a,
			     struct dd_upstreams *ret, struct dd_err *err)
{
	struct dd_upstreams out = { .packages = dd_arena_array(a, inv->n_packages, sizeof *out.packages) };
	struct dd_gathering g = { .wish = w, .inv = inv, .arena = a, .out = &out };
	if (!out.packages)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < inv->n_packages; i++) {
		struct dd_upstream *u = &out.packages[i];
		u->latest = u->released = u->words = u->instead = u->origin = DD_STR("");
	}
	out.tag.reference = out.tag.digest = out.base.reference = out.base.digest = DD_STR("");
	enum dd_code code = dd_gather_packages(&g, err);
	if (code == DD_OK)
		code = dd_gather_system(&g, err);
	if (code == DD_OK)
		code = dd_gather_image(&g, err);
	if (code == DD_OK)
		code = hand_over(&g, err);
	dd_vec_done(&g.problems);
	dd_vec_done(&g.warnings);
	if (code == DD_OK)
		*ret = out;
	return code;
}
