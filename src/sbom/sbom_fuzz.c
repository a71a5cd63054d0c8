/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a bill of materials: what comes out must have the shape that judges and reports count on. */
#include "sbom/sbom.h"

#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct dd_inventory *inv, struct dd_str doc)
{
	for (size_t i = 0; i < inv->n_packages; i++) {
		const struct dd_installed *in = &inv->packages[i];
		dd_assert(in->package.type.n && in->package.name.n);
		dd_assert(in->owner >= -1 && (in->owner < 0 || (size_t)in->owner < inv->n_packages));
		dd_assert(in->owner != (int)i);
		dd_assert(in->layer >= DD_NO_LAYER && (in->layer < 0 || (size_t)in->layer < inv->target.n_layers));
		for (size_t k = 0; k < in->n_locations; k++)
			dd_assert(in->locations[k].layer < (int)inv->target.n_layers);
		if (i)
			dd_assert(dd_str_cmp(inv->packages[i - 1].package.type, in->package.type) <= 0);
	}
	for (size_t i = 0; i < inv->n_problems; i++) {
		struct dd_str text = inv->problems[i].text;
		dd_assert(inv->problems[i].offset == DD_NO_OFFSET || inv->problems[i].offset <= doc.n);
		/* Problems are printed as they are. */
		for (size_t at = 0; at < text.n; at++)
			dd_assert((unsigned char)text.p[at] >= 0x20 && (unsigned char)text.p[at] != 0x7f);
	}
	dd_assert(inv->target.base.n_layers <= inv->target.n_layers);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_str doc = { (const char *)data, size };
	struct dd_inventory inv, strict;
	enum dd_sbom_kind kind;
	struct dd_err err;
	bool sniffed = dd_sbom_sniff(doc) != DD_SBOM_NONE;
	enum dd_code code = dd_sbom_read(doc, DD_STR("fuzz"), &inv, &err);
	dd_assert(sniffed || code != DD_OK);
	if (code == DD_OK) {
		check(&inv, doc);
		dd_assert(dd_sbom_validate(doc, DD_STR("fuzz"), &strict, &kind, &err) == DD_OK);
		check(&strict, doc);
		dd_assert(strict.n_packages == inv.n_packages && strict.n_problems >= inv.n_problems);
		dd_arena_done(&strict.arena);
		dd_arena_done(&inv.arena);
	}
	return 0;
}
