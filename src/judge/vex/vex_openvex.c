/* SPDX-License-Identifier: Apache-2.0 */
/* OpenVEX 0.2.0 and 0.0.x (https://openvex.dev/ns). What a statement leaves out it inherits from the document: its
 * timestamp. In 0.0.x vulnerability is a text and products are texts with subcomponents beside them. */
#include "base/limits.h"
#include "judge/vex/vex_read.h"

/* The best name of a component: purl, else @id, else a CPE. */
static struct dd_str id_of(const json_t *component)
{
	const json_t *ids = dd_json_obj(component, "identifiers");
	struct dd_str best = dd_json_text(component);
	if (best.n == 0)
		best = dd_json_str(ids, "purl");
	if (best.n == 0)
		best = dd_json_str(component, "@id");
	if (best.n == 0)
		best = dd_json_str(ids, "cpe23");
	return best;
}

static enum dd_code read_parts(struct dd_vex_reader *r, const json_t *parts, struct dd_vex_product *p)
{
	size_t n = dd_json_len(parts);
	p->parts = dd_arena_array(r->arena, n, sizeof *p->parts);
	if (!p->parts)
		return dd_fail_nomem(r->err);
	for (size_t i = 0; i < n; i++) {
		struct dd_str id = id_of(dd_json_at(parts, i));
		if (id.n)
			DD_TRY(dd_vex_component_of(r, id, &p->parts[p->n_parts++]));
	}
	return DD_OK;
}

static enum dd_code read_products(struct dd_vex_reader *r, const json_t *statement, struct dd_vex_statement *s)
{
	const json_t *products = dd_json_arr(statement, "products"),
		     *old_parts = dd_json_arr(statement, "subcomponents");
	size_t n = dd_json_len(products);
	if (n == 0)
		return DD_VEX_FAIL(r, "statement %zu names no product", r->n + 1);
	s->products = dd_arena_array(r->arena, n, sizeof *s->products);
	if (!s->products)
		return dd_fail_nomem(r->err);
	for (size_t i = 0; i < n; i++) {
		const json_t *one = dd_json_at(products, i);
		struct dd_vex_product *p = &s->products[s->n_products];
		const json_t *parts = dd_json_arr(one, "subcomponents");
		struct dd_str id = id_of(one);
		if (id.n == 0)
			return DD_VEX_FAIL(r, "statement %zu has a product without @id and identifiers", r->n + 1);
		DD_TRY(dd_vex_component_of(r, id, &p->whole));
		DD_TRY(read_parts(r, parts ? parts : old_parts, p));
		s->n_products++;
	}
	return DD_OK;
}

static enum dd_code read_statement(struct dd_vex_reader *r, const json_t *one, struct dd_str document_time)
{
	enum { NAMES_MAX = 64 };
	struct dd_vex_statement s = { 0 };
	const json_t *v = dd_json_get(one, "vulnerability"), *aliases = dd_json_arr(v, "aliases");
	struct dd_str names[NAMES_MAX], own = dd_json_text(v), time = dd_json_str(one, "timestamp");
	size_t n = 0;
	names[n++] = own.n ? own : dd_json_str(v, "name");
	for (size_t i = 0; i < dd_json_len(aliases) && n < NAMES_MAX; i++)
		names[n++] = dd_json_text(dd_json_at(aliases, i));
	if (names[0].n == 0)
		return DD_VEX_FAIL(r, "statement %zu names no vulnerability", r->n + 1);
	if (!dd_vex_status_parse(dd_json_str(one, "status"), &s.status))
		return DD_VEX_FAIL(r,
				   "statement %zu: %s is no status; there are not_affected, affected, fixed and "
				   "under_investigation",
				   r->n + 1, DD_QUOTE(dd_json_str(one, "status")));
	struct dd_str text = dd_json_str(one, "impact_statement");
	if (s.status == DD_VEX_NOT_AFFECTED && text.n == 0 && dd_json_str(one, "justification").n == 0)
		return DD_VEX_FAIL(r, "statement %zu: not_affected needs a justification or an impact_statement",
				   r->n + 1);
	if (text.n == 0)
		text = dd_json_str(one, s.status == DD_VEX_AFFECTED ? "action_statement" : "status_notes");
	DD_TRY(dd_vex_text(r, text, &s.text));
	DD_TRY(dd_vex_text(r, dd_json_str(one, "justification"), &s.justification));
	DD_TRY(dd_vex_text(r, time.n ? time : document_time, &s.timestamp));
	DD_TRY(read_products(r, one, &s));
	return dd_vex_keep(r, &s, names, n);
}

enum dd_code dd_vex_read_openvex(struct dd_vex_reader *r, const json_t *doc)
{
	const json_t *statements = dd_json_arr(doc, "statements");
	struct dd_str time = dd_json_str(doc, "timestamp");
	if (!statements)
		return DD_VEX_FAIL(r, "the OpenVEX document has no statements");
	for (size_t i = 0; i < dd_json_len(statements); i++)
		DD_TRY(read_statement(r, dd_json_at(statements, i), time));
	return DD_OK;
}
