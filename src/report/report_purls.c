/* SPDX-License-Identifier: Apache-2.0 */
/* One package URL a line, sorted by bytes, each once: https://github.com/package-url/purl-spec */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "report/formats.h"

static int by_bytes(const void *x, const void *y)
{
	return dd_str_cmp(*(const struct dd_str *)x, *(const struct dd_str *)y);
}

enum dd_code dd_report_write_purls(const struct dd_report *r, const struct dd_report_style *style, struct dd_buf *out,
				   struct dd_err *err)
{
	const struct dd_inventory *inv = r->inventory;
	DD_CLEANUP(dd_freep) struct dd_str *all = dd_realloc_array(NULL, inv->n_packages + 1, sizeof *all);
	size_t n = 0;
	(void)style;
	if (!all)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < inv->n_packages; i++)
		if (inv->packages[i].purl.n)
			all[n++] = inv->packages[i].purl;
	if (n > 1)
		qsort(all, n, sizeof *all, by_bytes);
	for (size_t i = 0; i < n; i++) {
		if (i && dd_str_eq(all[i], all[i - 1]))
			continue;
		/* Ours are plain ASCII; one that was read from a report may be anything. */
		(void)dd_buf_add_escaped(out, all[i]);
		(void)dd_buf_add_char(out, '\n');
	}
	return dd_buf_check(out, "the report", err);
}
