/* SPDX-License-Identifier: Apache-2.0 */
/* A report model as text: one writer a format, one line a writer in reports.def. */
#ifndef DD_REPORT_H
#define DD_REPORT_H

#include "base/buf.h"
#include "model/report.h"

/* Where the beginning of a large report goes while its rest is written. take: an error ends the writing. */
struct dd_report_sink {
	enum dd_code (*take)(void *context, struct dd_str piece, struct dd_err *err);
	void *context;
};

/* How text for people looks; machine formats ignore it. */
struct dd_report_style {
	unsigned width; /* columns of a line, where its words allow it */
	bool colour;	/* ANSI SGR sequences */
	bool utf8;	/* characters beyond ASCII are shown; else each of their bytes as \xNN */
	bool show_suppressed;
	bool verbose; /* also what matters to who keeps the rules, not to who reads the findings */
	struct dd_str template_text, template_name; /* of the format "template": its source, and its file's name */
	const struct dd_report_sink *sink;	    /* NULL: the whole report stays in out */
};

/* Appends the whole report to out; where the style has a sink, a writer may give it what it appended, whole pieces from
 * the front, so that the rest alone is left in out. The same report and style give the same bytes. DD_ELIMIT: over
 * out's maximum, pieces included. */
typedef enum dd_code dd_report_fn(const struct dd_report *r, const struct dd_report_style *style, struct dd_buf *out,
				  struct dd_err *err);

struct dd_report_format {
	const char *name; /* "json" */
	dd_report_fn *write;
};

/* "table", "json" …: NULL-terminated, for dd_outputs_parse. */
extern const char *const dd_report_formats[];

/* Those that list what an image holds, and nothing about it: the formats of `drydock sbom`. */
extern const char *const dd_sbom_formats[];

/* DD_EARG for a format that there is not. */
enum dd_code dd_report_write(const char *format, const struct dd_report *r, const struct dd_report_style *style,
			     struct dd_buf *out, struct dd_err *err);

#define DD_REPORT(id, name) dd_report_fn dd_report_write_##id;
#include "report/reports.def"
#undef DD_REPORT
#define DD_SBOM(name, fn) dd_report_fn dd_report_write_##fn;
#include "report/sboms.def"
#undef DD_SBOM

/* What both table and JSON count; suppressed findings are only in `suppressed`. */
struct dd_report_counts {
	size_t findings, suppressed;
	size_t by_severity[DD_SEV_COUNT];
	size_t fixable;		/* a fixed version is known */
	size_t known_exploited; /* in CISA's list */
};
struct dd_report_counts dd_report_count(const struct dd_report *r);

#endif
