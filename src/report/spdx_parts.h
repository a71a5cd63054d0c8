/* SPDX-License-Identifier: Apache-2.0 */
/* What the SPDX reports of all versions and serializations share; internal to report/. */
#ifndef DD_SPDX_PARTS_H
#define DD_SPDX_PARTS_H

#include "base/buf.h"
#include "report/bom.h"

#define DD_SPDX_NAMESPACE DD_BOM_TOOL_URL "/spdx/"

/* What a package of the document stands for. */
enum dd_spdx_kind { DD_SPDX_ROOT, DD_SPDX_SYSTEM, DD_SPDX_ITEM };

struct dd_spdx_package {
	enum dd_spdx_kind kind;
	const struct dd_bom_item *item; /* of DD_SPDX_ITEM */
	struct dd_str id;		/* "Package-…", without SPDXRef- */
	struct dd_str name, version, purl, cpe, url;
	struct dd_str supplier, email;
	struct dd_str licence; /* expression; empty: NOASSERTION */
	struct dd_bom_hash hash;
	const char *purpose; /* SPDX 3's word: "container" "operatingSystem" "library" "application" */
};

/* Package i of the document: the root, the system where there is one, the items. False behind the last. */
bool dd_spdx_package(const struct dd_bom *bom, size_t i, struct dd_spdx_package *ret);
/* drydock's properties as lines "name=value", escaped by dd_escape_one. */
void dd_spdx_properties(const struct dd_bom *bom, const struct dd_spdx_package *p, struct dd_buf *out);
struct dd_str dd_spdx_document_name(const struct dd_bom *bom);

/* Calls fn for each relationship of the document but those with licences, in a fixed order. */
typedef void dd_spdx_relation_fn(void *ctx, struct dd_str from, const char *type, struct dd_str to);
void dd_spdx_relations(const struct dd_bom *bom, dd_spdx_relation_fn *fn, void *ctx);

#endif
