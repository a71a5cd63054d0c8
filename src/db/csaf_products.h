/* SPDX-License-Identifier: Apache-2.0 */
/* The product tree of a CSAF document: what a product id means. Internal to src/db. */
#ifndef DD_CSAF_PRODUCTS_H
#define DD_CSAF_PRODUCTS_H

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "format/json.h"

/* A package of a distribution: name, and for a build of it version and architecture. Views into the document or a. */
struct dd_csaf_package {
	struct dd_str platform;		   /* key of the ecosystem: "redhat:9"; empty: none that is known */
	struct dd_str name, version, arch; /* version with its epoch */
	struct dd_str module;		   /* "nodejs:18" */
};

struct dd_csaf_product {
	struct dd_str id, name, cpe, purl;
	const struct dd_csaf_product *component, *platform; /* of a relationship */
};

struct dd_csaf_products {
	struct dd_arena *a;
	DD_VEC(struct dd_csaf_product *) list;
	struct dd_map by_id; /* id → place in list */
};
void dd_csaf_products_done(struct dd_csaf_products *p);

/* Reads document.product_tree. The products live in p->a and point into the document. */
enum dd_code dd_csaf_products_read(struct dd_csaf_products *p, const json_t *tree, struct dd_err *err);
/* NULL: there is none of that id. */
const struct dd_csaf_product *dd_csaf_product(const struct dd_csaf_products *p, struct dd_str id);
/* What it is a package of; name.n == 0: no package. */
enum dd_code dd_csaf_package(const struct dd_csaf_product *p, struct dd_arena *a, struct dd_csaf_package *ret,
			     struct dd_err *err);

#endif
