/* SPDX-License-Identifier: Apache-2.0 */
/* CSAF 2.0 (OASIS csaf-v2.0-os): products are listed once, in branches that nest and in relationships that put a
 * component into a product; vulnerabilities name them by product_id under a status. Read here: purls and CPEs of
 * products, relationships, product_status, flags (justifications) and impact statements (threats).
 * A product without purl says nothing about a package, unless a relationship puts a component with one into it. */
#include "base/limits.h"
#include "judge/vex/vex_read.h"

enum { DEPTH_MAX = 64, PRODUCTS_MAX = 1000000 };

/* A product as the tree describes it; views into the document. */
struct product {
	struct dd_str id, purl, cpe, platform;
};

struct tree {
	struct dd_map at; /* product_id → index */
	DD_VEC(struct product) list;
	bool failed;
};

static void tree_done(struct tree *t)
{
	dd_map_done(&t->at);
	dd_vec_done(&t->list);
}

static void add(struct tree *t, struct product p)
{
	if (p.id.n == 0 || t->failed)
		return;
	t->failed = !dd_vec_push(&t->list, p, PRODUCTS_MAX) || !dd_map_set(&t->at, p.id, (uint32_t)t->list.n - 1);
}

static void add_named(struct tree *t, const json_t *product)
{
	const json_t *helper = dd_json_obj(product, "product_identification_helper");
	add(t, (struct product){ .id = dd_json_str(product, "product_id"),
				 .purl = dd_json_str(helper, "purl"),
				 .cpe = dd_json_str(helper, "cpe") });
}

static void add_branches(struct tree *t, const json_t *branches, unsigned depth)
{
	for (size_t i = 0; depth < DEPTH_MAX && i < dd_json_len(branches); i++) {
		const json_t *b = dd_json_at(branches, i);
		add_named(t, dd_json_obj(b, "product"));
		add_branches(t, dd_json_arr(b, "branches"), depth + 1);
	}
}

static const struct product *find(const struct tree *t, struct dd_str id)
{
	uint32_t at = dd_map_get(&t->at, id);
	return at == DD_MAP_NONE ? NULL : &t->list.p[at];
}

/* "openssl-3.0.7 as a component of RHEL 9": the component's purl, the product's CPE. */
static void add_relationship(struct tree *t, const json_t *r)
{
	const struct product *part = find(t, dd_json_str(r, "product_reference"));
	const struct product *whole = find(t, dd_json_str(r, "relates_to_product_reference"));
	const json_t *full = dd_json_obj(r, "full_product_name");
	const json_t *helper = dd_json_obj(full, "product_identification_helper");
	struct product p = { .id = dd_json_str(full, "product_id"), .purl = dd_json_str(helper, "purl") };
	if (p.purl.n == 0 && part)
		p.purl = part->purl;
	if (whole)
		p.platform = whole->platform.n ? whole->platform : whole->cpe;
	add(t, p);
}

static enum dd_code read_tree(struct dd_vex_reader *r, const json_t *doc, struct tree *t)
{
	const json_t *tree = dd_json_obj(doc, "product_tree"), *names = dd_json_arr(tree, "full_product_names");
	const json_t *relationships = dd_json_arr(tree, "relationships");
	add_branches(t, dd_json_arr(tree, "branches"), 0);
	for (size_t i = 0; i < dd_json_len(names); i++)
		add_named(t, dd_json_at(names, i));
	for (size_t i = 0; i < dd_json_len(relationships); i++)
		add_relationship(t, dd_json_at(relationships, i));
	return t->failed ? dd_fail_nomem(r->err) : DD_OK;
}

static const struct {
	const char *key;
	enum dd_vex_status status;
} statuses[] = {
	{ "known_not_affected", DD_VEX_NOT_AFFECTED },
	{ "fixed", DD_VEX_FIXED },
	{ "first_fixed", DD_VEX_FIXED },
	{ "known_affected", DD_VEX_AFFECTED },
	{ "first_affected", DD_VEX_AFFECTED },
	{ "last_affected", DD_VEX_AFFECTED },
	{ "under_investigation", DD_VEX_UNDER_INVESTIGATION },
};

static bool lists(const json_t *ids, struct dd_str id)
{
	for (size_t i = 0; i < dd_json_len(ids); i++)
		if (dd_str_eq(dd_json_text(dd_json_at(ids, i)), id))
			return true;
	return false;
}

/* The first entry of flags or threats that speaks of the product; entries without product_ids speak of all. */
static const json_t *about(const json_t *entries, struct dd_str id, const char *category)
{
	for (size_t i = 0; i < dd_json_len(entries); i++) {
		const json_t *e = dd_json_at(entries, i), *ids = dd_json_arr(e, "product_ids");
		if (category && !dd_str_eq_c(dd_json_str(e, "category"), category))
			continue;
		if ((!ids && !dd_json_arr(e, "group_ids")) || lists(ids, id))
			return e;
	}
	return NULL;
}

/* One statement for each product: justification and words may differ between them. */
static enum dd_code read_product(struct dd_vex_reader *r, const json_t *v, const struct product *p,
				 enum dd_vex_status status, struct dd_str time)
{
	enum { NAMES_MAX = 64 };
	struct dd_vex_statement s = { .status = status };
	const json_t *ids = dd_json_arr(v, "ids");
	struct dd_str names[NAMES_MAX];
	size_t n = 0;
	if (p->purl.n == 0)
		return DD_OK;
	names[n++] = dd_json_str(v, "cve");
	for (size_t i = 0; i < dd_json_len(ids) && n < NAMES_MAX; i++)
		names[n++] = dd_json_str(dd_json_at(ids, i), "text");
	s.products = dd_arena_array(r->arena, 1, sizeof *s.products);
	if (!s.products)
		return dd_fail_nomem(r->err);
	s.n_products = 1;
	DD_TRY(dd_vex_component_of(r, p->purl, &s.products[0].whole));
	DD_TRY(dd_vex_text(r, p->platform, &s.products[0].platform));
	DD_TRY(dd_vex_text(r, dd_json_str(about(dd_json_arr(v, "flags"), p->id, NULL), "label"), &s.justification));
	DD_TRY(dd_vex_text(r, dd_json_str(about(dd_json_arr(v, "threats"), p->id, "impact"), "details"), &s.text));
	DD_TRY(dd_vex_text(r, time, &s.timestamp));
	return dd_vex_keep(r, &s, names, n);
}

static enum dd_code read_vulnerability(struct dd_vex_reader *r, const json_t *v, const struct tree *t,
				       struct dd_str time)
{
	const json_t *status = dd_json_obj(v, "product_status");
	for (size_t i = 0; i < DD_COUNT(statuses); i++) {
		const json_t *ids = dd_json_arr(status, statuses[i].key);
		for (size_t k = 0; k < dd_json_len(ids); k++) {
			const struct product *p = find(t, dd_json_text(dd_json_at(ids, k)));
			if (p)
				DD_TRY(read_product(r, v, p, statuses[i].status, time));
		}
	}
	return DD_OK;
}

enum dd_code dd_vex_read_csaf(struct dd_vex_reader *r, const json_t *doc)
{
	DD_CLEANUP(tree_done) struct tree t = { 0 };
	const json_t *list = dd_json_arr(doc, "vulnerabilities");
	const json_t *tracking = dd_json_obj(dd_json_obj(doc, "document"), "tracking");
	if (!list)
		return DD_VEX_FAIL(r, "the CSAF document has no vulnerabilities");
	DD_TRY(read_tree(r, doc, &t));
	for (size_t i = 0; i < dd_json_len(list); i++)
		DD_TRY(read_vulnerability(r, dd_json_at(list, i), &t, dd_json_str(tracking, "current_release_date")));
	return DD_OK;
}
