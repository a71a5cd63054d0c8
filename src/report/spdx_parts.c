/* SPDX-License-Identifier: Apache-2.0 */
#include "report/spdx_parts.h"

#include "base/buf.h"

#define ROOT_ID	  DD_STR("Target")
#define SYSTEM_ID DD_STR("OperatingSystem")

static const struct dd_str none = { "", 0 };

/* Addresses that SPDX 2.3 §7.7 takes as a download location. */
static struct dd_str location(struct dd_str url)
{
	static const char *const schemes[] = {
		"https://", "http://", "ftp://", "git+https://", "git+ssh://", "git://"
	};
	for (size_t i = 0; i < DD_COUNT(schemes); i++)
		if (dd_str_starts(url, dd_str_from(schemes[i])) && url.n > strlen(schemes[i]))
			return url;
	return none;
}

static struct dd_spdx_package of_root(const struct dd_bom *bom)
{
	bool image = bom->root_hash.cyclonedx || bom->target->n_layers;
	return (struct dd_spdx_package){ .kind = DD_SPDX_ROOT,
					 .id = ROOT_ID,
					 .name = bom->root_name,
					 .version = bom->root_version,
					 .purl = bom->root_purl,
					 .hash = bom->root_hash,
					 .purpose = image ? "container" : "application" };
}

bool dd_spdx_package(const struct dd_bom *bom, size_t i, struct dd_spdx_package *ret)
{
	size_t before = bom->os ? 2 : 1;
	if (i == 0) {
		*ret = of_root(bom);
		return true;
	}
	if (i == 1 && bom->os) {
		*ret = (struct dd_spdx_package){ .kind = DD_SPDX_SYSTEM,
						 .id = SYSTEM_ID,
						 .name = bom->os->id,
						 .version = bom->os->version,
						 .purpose = "operatingSystem" };
		return true;
	}
	if (i - before >= bom->n_items)
		return false;
	const struct dd_bom_item *item = &bom->items[i - before];
	const struct dd_package *p = &item->in->package;
	*ret = (struct dd_spdx_package){ .kind = DD_SPDX_ITEM,
					 .item = item,
					 .id = item->spdx_id,
					 .name = p->name.n ? p->name : DD_STR("unnamed"),
					 .version = p->version,
					 .purl = item->purl,
					 .cpe = item->cpe,
					 .url = location(item->url),
					 .supplier = item->supplier,
					 .email = item->email,
					 .licence = item->licence.expression,
					 .hash = item->hash,
					 .purpose = dd_bom_item_type(item) };
	return true;
}

static void add_property(void *ctx, const char *name, struct dd_str value)
{
	struct dd_buf *out = ctx;
	if (out->n)
		(void)dd_buf_add_char(out, '\n');
	(void)dd_buf_add_c(out, name);
	(void)dd_buf_add_char(out, '=');
	(void)dd_buf_add_escaped(out, value);
}

void dd_spdx_properties(const struct dd_bom *bom, const struct dd_spdx_package *p, struct dd_buf *out)
{
	if (p->kind == DD_SPDX_ROOT)
		dd_bom_root_properties(bom, add_property, out);
	else if (p->kind == DD_SPDX_SYSTEM)
		dd_bom_os_properties(bom, add_property, out);
	else
		dd_bom_item_properties(bom, p->item, add_property, out);
}

struct dd_str dd_spdx_document_name(const struct dd_bom *bom)
{
	return bom->root_name;
}

void dd_spdx_relations(const struct dd_bom *bom, dd_spdx_relation_fn *fn, void *ctx)
{
	if (bom->os)
		fn(ctx, ROOT_ID, "CONTAINS", SYSTEM_ID);
	for (size_t i = 0; i < bom->n_items; i++)
		fn(ctx, ROOT_ID, "CONTAINS", bom->items[i].spdx_id);
	for (size_t i = 0; i < bom->n_items; i++) {
		const struct dd_bom_item *item = &bom->items[i];
		for (size_t k = 0; k < item->n_owns; k++)
			fn(ctx, item->spdx_id, "CONTAINS", bom->items[item->owns[k]].spdx_id);
		for (size_t k = 0; k < item->n_needs; k++)
			fn(ctx, item->spdx_id, "DEPENDS_ON", bom->items[item->needs[k]].spdx_id);
	}
}
