/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes → a report model → every writer. Input: width, style bits, then texts between 0x1e bytes, which are dealt to
 * the fields of the model in turn; numbers come from the texts' lengths and first bytes. Checked: the table has no
 * control byte but the line feed (and the paint of its own), the JSON is one that jansson takes, both are the same
 * twice. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "report/formats.h"

enum { LAYERS = 3, PACKAGES = 5, FINDINGS = 9, PROBLEMS = 3, SOURCES = 2 };

struct deal {
	struct dd_str all, rest;
};

static struct dd_str text(struct deal *d)
{
	struct dd_str part = { "", 0 };
	if (!dd_str_next(&d->rest, 0x1e, &part)) {
		d->rest = d->all;
		(void)dd_str_next(&d->rest, 0x1e, &part);
	}
	return part;
}

static unsigned number(struct deal *d, unsigned below)
{
	struct dd_str s = text(d);
	return (unsigned)(s.n * 7 + (s.n ? (unsigned char)s.p[0] : 0)) % below;
}

static void make_package(struct deal *d, struct dd_installed *p)
{
	static const char *const types[] = { "deb", "apk", "rpm", "npm" };
	*p = (struct dd_installed){
		.package = { .name = text(d),
			     .version = text(d),
			     .type = dd_str_from(types[number(d, 4)]),
			     .arch = text(d),
			     .source_name = text(d),
			     .source_version = text(d),
			     .licences = text(d),
			     .module = text(d),
			     .maintainer = text(d),
			     .installed_bytes = number(d, 1000),
			     .owned = text(d),
			     .evidence = (enum dd_package_evidence)number(d, DD_PACKAGE_EVIDENCE_COUNT),
			     .dev = number(d, 2),
			     .inner = text(d),
			     .digest = text(d),
			     .url = text(d),
			     .depends = text(d) },
		.purl = text(d),
		.analyzer = text(d),
		.path = text(d),
		.layer = (int)number(d, LAYERS + 2) - 1,
		.files = number(d, 9),
		.owner = -1,
	};
}

static void make_finding(struct deal *d, struct dd_finding *f, struct dd_str *list, struct dd_cvss_score *cvss)
{
	*f = (struct dd_finding){
		.kind = number(d, DD_KIND_COUNT),
		.id = text(d),
		.title = text(d),
		.severity = number(d, DD_SEV_COUNT),
		.severity_source = text(d),
		.package = (int)number(d, PACKAGES + 2) - 1,
		.path = text(d),
		.layer = (int)number(d, LAYERS + 2) - 1,
		.fix = { number(d, DD_FIX_COUNT), text(d), text(d) },
		.aliases = list,
		.n_aliases = number(d, 3),
		.cvss = cvss,
		.n_cvss = number(d, 2),
		.epss = (double)number(d, 1200) / 1000 - 0.1,
		.epss_percentile = (double)number(d, 1100) / 1000 - 0.1,
		.kev = number(d, 2),
		.kev_ransomware = number(d, 2),
		.kev_due = text(d),
		.published = text(d),
		.sources = list,
		.n_sources = number(d, 3),
		.url = text(d),
		.note = text(d),
		.suppressed = number(d, 4) == 0,
		.suppression = { text(d), text(d), text(d) },
	};
}

static void check_table(struct dd_str s, const struct dd_report_style *style)
{
	for (size_t i = 0; i < s.n;) {
		size_t len = dd_utf8_len(dd_str_skip(s, i)), used;
		char piece[8];
		if (style->colour && s.p[i] == '\x1b') {
			size_t end = dd_str_find(dd_str_skip(s, i), 'm');
			dd_assert(end <= 7 && s.p[i + 1] == '[');
			i += end + 1;
			continue;
		}
		dd_assert(len > 0 && (style->utf8 || len == 1));
		dd_assert(s.p[i] == '\n' || s.p[i] == '\\' ||
			  dd_escape_one(dd_str_skip(s, i), "", piece, &used) == len);
		i += len;
	}
}

static void check_json(struct dd_str s)
{
	json_error_t why;
	json_t *j = json_loadb(s.p, s.n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &why);
	dd_assert(j != NULL);
	json_decref(j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	struct deal d = { { (const char *)data + 2, size - 2 }, { (const char *)data + 2, size - 2 } };
	const struct dd_report_style style = { .width = data[0],
					       .colour = data[1] & 1,
					       .utf8 = data[1] & 2,
					       .show_suppressed = data[1] & 4,
					       .template_text = DD_STR("{{#findings}}{{id}}{{{title}}}{{/findings}}"),
					       .template_name = DD_STR("x.html") };
	struct dd_layer layers[LAYERS];
	struct dd_installed packages[PACKAGES];
	struct dd_finding findings[FINDINGS];
	struct dd_problem problems[PROBLEMS];
	struct dd_db_source sources[SOURCES];
	struct dd_str list[3] = { text(&d), text(&d), text(&d) };
	struct dd_cvss_score cvss = { number(&d, 5), text(&d), text(&d), (double)number(&d, 101) / 10 };
	for (size_t i = 0; i < LAYERS; i++)
		layers[i] = (struct dd_layer){ text(&d), text(&d), text(&d), text(&d), number(&d, 99), 1, 2, false };
	for (size_t i = 0; i < PACKAGES; i++)
		make_package(&d, &packages[i]);
	for (size_t i = 0; i < FINDINGS; i++)
		make_finding(&d, &findings[i], list, &cvss);
	for (size_t i = 0; i < PROBLEMS; i++)
		problems[i] =
			(struct dd_problem){ (int)number(&d, 9) - 1, text(&d), text(&d), number(&d, 9), text(&d) };
	for (size_t i = 0; i < SOURCES; i++)
		sources[i] = (struct dd_db_source){ text(&d), text(&d), text(&d), text(&d), text(&d), 1 };
	struct dd_inventory inv = {
		.target = { .name = text(&d),
			    .kind = text(&d),
			    .image = text(&d),
			    .digest = text(&d),
			    .config_digest = text(&d),
			    .platform = text(&d),
			    .created = text(&d),
			    .user = text(&d),
			    .layers = layers,
			    .n_layers = number(&d, LAYERS + 1) },
		.os = { text(&d), text(&d), text(&d), text(&d), text(&d), text(&d), DD_OS_RELEASE },
		.os_found = number(&d, 2),
		.package_database_found = number(&d, 2),
		.packages = packages,
		.n_packages = number(&d, PACKAGES + 1),
	};
	const struct dd_report r = {
		.version = text(&d),
		.database = { number(&d, 2), text(&d), text(&d), number(&d, 99), 1, number(&d, 2), 9, number(&d, 2),
			      sources, SOURCES },
		.inventory = &inv,
		.os_eol = number(&d, 2),
		.os_eol_date = text(&d),
		.findings = findings,
		.n_findings = number(&d, FINDINGS + 1),
		.warnings = list,
		.n_warnings = number(&d, 3),
		.problems = problems,
		.n_problems = number(&d, PROBLEMS + 1),
		.verdict = number(&d, 3),
		.reason = text(&d),
		.fail_on = number(&d, DD_SEV_COUNT + 1),
		.hidden = list,
		.n_hidden = number(&d, 3),
	};
	for (size_t k = 0; dd_report_formats[k]; k++) {
		DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(64 * DD_MIB), again = DD_BUF_INIT(64 * DD_MIB);
		struct dd_err err;
		dd_assert(dd_report_write(dd_report_formats[k], &r, &style, &out, &err) == DD_OK);
		dd_assert(dd_report_write(dd_report_formats[k], &r, &style, &again, &err) == DD_OK);
		dd_assert(dd_str_eq(dd_buf_str(&out), dd_buf_str(&again)));
		if (strcmp(dd_report_formats[k], "json") == 0)
			check_json(dd_buf_str(&out));
		else if (strcmp(dd_report_formats[k], "table") == 0)
			check_table(dd_buf_str(&out), &style);
	}
	return 0;
}
