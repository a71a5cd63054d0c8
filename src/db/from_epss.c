/* SPDX-License-Identifier: Apache-2.0 */
/* FIRST's exploit prediction scores, one line a CVE:
 *   #model_version:v2025.03.14,score_date:2025-11-20T12:55:00Z
 *   cve,epss,percentile
 *   CVE-1999-0001,0.01141,0.77711
 * The comment came with model 2 (2022); the date there was "+0000" for a time. Numbers lie in 0..1, some with an
 * exponent
 * ("9e-05"). Source: first.org/epss/data_stats */
#include <math.h>

#include "base/limits.h"
#include "base/text.h"
#include "db/builder.h"
#include "db/dbfile.h"
#include "db/osv_words.h"

struct list {
	struct dd_builder *b;
	const struct dd_build_document *doc;
	uint32_t source;
	int64_t time;
	uint64_t line;
	bool titled; /* the line with the names of the columns came */
};

/* The day is what counts: "2025-11-20T12:55:00Z" and "2025-11-20T00:00:00+0000" are cut to it. */
static void read_comment(struct list *l, struct dd_str line)
{
	struct dd_str rest = dd_str_skip(line, 1), field;
	while (dd_str_next(&rest, ',', &field)) {
		field = dd_str_trim(field);
		if (!dd_str_starts(field, DD_STR("score_date:")))
			continue;
		struct dd_str day = dd_str_take(dd_str_skip(field, 11), 10);
		if (dd_time_parse(day, &l->time))
			dd_build_date(l->b, l->source, day);
	}
}

/* A number of 0..1 in units of 10^-9. */
static bool unit_number(struct dd_str s, uint32_t *ret)
{
	char text[40], *end;
	if (s.n == 0 || s.n >= sizeof text)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!dd_is_digit(c) && c != '.' && c != 'e' && c != 'E' && c != '-' && c != '+')
			return false;
	}
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	double v = strtod(text, &end);
	if (*end != '\0' || !(v >= 0 && v <= 1))
		return false;
	*ret = (uint32_t)lround(v * DD_VUL_EPSS_UNIT);
	return true;
}

static bool read_row(struct list *l, struct dd_str line)
{
	struct dd_str rest = line, cve, score, percentile, more;
	struct dd_build_epss e = { .time = l->time };
	if (!dd_str_next(&rest, ',', &cve) || !dd_str_next(&rest, ',', &score) ||
	    !dd_str_next(&rest, ',', &percentile) || dd_str_next(&rest, ',', &more))
		return false;
	if (dd_cve_len(cve) != cve.n || cve.n == 0 || cve.n > DD_DB_CVE_BYTES_MAX || !unit_number(score, &e.score) ||
	    !unit_number(percentile, &e.percentile))
		return false;
	e.cve = dd_build_text(l->b, cve);
	if (!dd_vec_push(&l->b->epss, e, DD_DB_ROWS_MAX) && l->b->failed == DD_OK)
		l->b->failed = DD_ELIMIT;
	l->b->sources.p[l->source].rows++;
	return true;
}

static enum dd_code read_line(struct list *l, struct dd_str line, uint64_t at, struct dd_err *err)
{
	l->line++;
	if (line.n == 0)
		return DD_OK;
	if (line.p[0] == '#') {
		read_comment(l, line);
		return DD_OK;
	}
	if (!l->titled) {
		l->titled = true;
		if (dd_str_eq_c(line, "cve,epss,percentile"))
			return DD_OK;
		return dd_fail(err, DD_EPARSE, at, "line %llu is not 'cve,epss,percentile': no EPSS list",
			       (unsigned long long)l->line);
	}
	if (!read_row(l, line))
		dd_build_warn(l->b, "%s: line %llu: no score: %s", DD_QUOTE(dd_str_from(l->doc->name)),
			      (unsigned long long)l->line, DD_QUOTE(line));
	return dd_build_check(l->b, err);
}

enum dd_code dd_from_epss(struct dd_builder *b, const struct dd_build_document *doc, struct dd_err *err)
{
	struct list l = { .b = b, .doc = doc, .time = INT64_MIN };
	struct dd_str rest = doc->bytes, line;
	l.source = dd_build_source(b, DD_STR("epss"), DD_STR("epss"), doc);
	DD_TRY(dd_build_check(b, err));
	while (dd_str_line(&rest, &line))
		DD_TRY(read_line(&l, line, line.n ? (uint64_t)(line.p - doc->bytes.p) : 0, err));
	if (!l.titled)
		return dd_fail(err, DD_EPARSE, 0, "empty: no EPSS list");
	return DD_OK;
}
