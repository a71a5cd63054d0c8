/* SPDX-License-Identifier: Apache-2.0 */
#include "report/formats.h"

static const struct dd_report_format formats[] = {
#define DD_REPORT(id, name) { name, dd_report_write_##id },
#include "report/reports.def"
#undef DD_REPORT
#define DD_SBOM(name, fn) { name, dd_report_write_##fn },
#include "report/sboms.def"
#undef DD_SBOM
};

const char *const dd_sbom_formats[] = {
#define DD_SBOM(name, fn) name,
#include "report/sboms.def"
#undef DD_SBOM
	NULL,
};

const char *const dd_report_formats[] = {
#define DD_REPORT(id, name) name,
#include "report/reports.def"
#undef DD_REPORT
#define DD_SBOM(name, fn) name,
#include "report/sboms.def"
#undef DD_SBOM
	NULL,
};

enum dd_code dd_report_write(const char *format, const struct dd_report *r, const struct dd_report_style *style,
			     struct dd_buf *out, struct dd_err *err)
{
	for (size_t i = 0; i < DD_COUNT(formats); i++) {
		if (strcmp(format, formats[i].name) != 0)
			continue;
		DD_TRY(formats[i].write(r, style, out, err));
		return dd_buf_check(out, "the report", err);
	}
	return dd_fail(err, DD_EARG, DD_NO_OFFSET, "unknown format %s", DD_QUOTE(dd_str_from(format)));
}

struct dd_report_counts dd_report_count(const struct dd_report *r)
{
	struct dd_report_counts c = { 0 };
	for (size_t i = 0; i < r->n_findings; i++) {
		const struct dd_finding *f = &r->findings[i];
		if (f->suppressed) {
			c.suppressed++;
			continue;
		}
		c.findings++;
		c.by_severity[f->severity]++;
		c.fixable += f->fix.state == DD_FIX_FIXED;
		c.known_exploited += f->kev;
	}
	return c;
}
