/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes → a report or an error. A report that is read and written as JSON is read again, and is then the same; and
 * every format can be made of it. */
#include "report/report_read.h"

#include "base/limits.h"

static void write_as(const char *format, const struct dd_report *r, struct dd_buf *out)
{
	const struct dd_report_style style = { .width = 80,
					       .show_suppressed = true,
					       .template_text = DD_STR("{{#findings}}{{id}}{{/findings}}"),
					       .template_name = DD_STR("x.html") };
	struct dd_err err;
	dd_assert(dd_report_write(format, r, &style, out, &err) == DD_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_str json = { (const char *)data, size };
	struct dd_report_document d, again;
	struct dd_err err;
	if (dd_report_read(json, 0, &d, &err) != DD_OK) {
		dd_assert(err.message[0] && (err.at == DD_NO_OFFSET || err.at <= size));
		return 0;
	}
	DD_CLEANUP_BUF struct dd_buf one = DD_BUF_INIT(64 * DD_MIB), two = DD_BUF_INIT(64 * DD_MIB);
	write_as("json", &d.report, &one);
	dd_assert(dd_report_read(dd_buf_str(&one), 0, &again, &err) == DD_OK);
	write_as("json", &again.report, &two);
	dd_assert(dd_str_eq(dd_buf_str(&one), dd_buf_str(&two)));
	for (size_t k = 0; dd_report_formats[k]; k++) {
		dd_buf_clear(&one);
		dd_buf_clear(&two);
		write_as(dd_report_formats[k], &d.report, &one);
		write_as(dd_report_formats[k], &again.report, &two);
		dd_assert(dd_str_eq(dd_buf_str(&one), dd_buf_str(&two)));
	}
	dd_report_document_done(&again);
	dd_report_document_done(&d);
	return 0;
}
