/* SPDX-License-Identifier: Apache-2.0 */
/* The report for people. It answers, in this order: is it safe (and why not), what was looked at, what was found, what
 * could not be read, what to do. Plain characters only; nothing depends on colour. */
#include "report/table.h"

#include <stdio.h>

const char *dd_table_count(size_t n, const char *one, const char *many, char out[64])
{
	(void)snprintf(out, 64, "%zu %s", n, n == 1 ? one : many);
	return out;
}

const struct dd_installed *dd_table_package(const struct dd_report *r, const struct dd_finding *f)
{
	if (f->package < 0 || (size_t)f->package >= r->inventory->n_packages)
		return NULL;
	return &r->inventory->packages[f->package];
}

int dd_table_layer(const struct dd_report *r, int layer)
{
	return layer >= 0 && (size_t)layer < r->inventory->target.n_layers ? layer : DD_NO_LAYER;
}

enum dd_code dd_report_write_table(const struct dd_report *r, const struct dd_report_style *style, struct dd_buf *out,
				   struct dd_err *err)
{
	const struct dd_sheet s = { out, style };
	dd_table_head(&s, r);
	/* Each kind in one section, the one with the most urgent finding first. */
	bool written[DD_KIND_COUNT] = { false };
	for (size_t i = 0; i < r->n_findings; i++) {
		enum dd_kind kind = r->findings[i].kind;
		if (!written[kind] && !r->findings[i].suppressed)
			(kind == DD_KIND_SECRET ? dd_table_secrets : dd_table_findings)(&s, r, kind);
		written[kind] |= !r->findings[i].suppressed;
	}
	if (style->verbose)
		dd_table_unused_rules(&s, r);
	if (style->show_suppressed)
		dd_table_suppressed(&s, r);
	dd_table_problems(&s, r);
	dd_table_layers(&s, r);
	dd_table_advice(&s, r);
	return dd_buf_check(out, "the report", err);
}
