/* SPDX-License-Identifier: Apache-2.0 */
/* The difference of two inventories as text: for people, and as JSON. */
#ifndef DD_REPORT_DIFF_H
#define DD_REPORT_DIFF_H

#include "model/inventory_diff.h"
#include "report/formats.h"

struct dd_diff_report {
	const struct dd_inventory *from, *to;
	const struct dd_inventory_diff *diff;
};

/* "table", "json": NULL-terminated. */
extern const char *const dd_diff_formats[];
/* DD_EARG for a format that there is not. */
enum dd_code dd_diff_write(const char *format, const struct dd_diff_report *d, const struct dd_report_style *style,
			   struct dd_buf *out, struct dd_err *err);

#endif
