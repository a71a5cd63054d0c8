/* SPDX-License-Identifier: Apache-2.0 */
/* The vector string of all versions, and the ratings.
 *
 *   vector := prefix metric { "/" metric }
 *   metric := name ":" value
 *   prefix := "CVSS:3.0/" | "CVSS:3.1/" | "CVSS:4.0/" | nothing (2.0)
 *
 * Names and values are case-sensitive, no metric comes twice, all base metrics are there; what stands in the tables of
 * cvss2.c, cvss3.c and cvss4.c is all that exists. Met in the wild: 2.0 in parentheses (older NVD feeds), any order. */
#include "format/cvss.h"

#include "format/cvss_parts.h"

static const struct dd_cvss_version_spec *const specs[] = { &dd_cvss_31, &dd_cvss_40, &dd_cvss_30, &dd_cvss_20 };

const char *dd_cvss_rating_name(enum dd_cvss_rating r)
{
	static const char *const names[DD_CVSS_RATING_COUNT] = { "none", "low", "medium", "high", "critical" };
	return (unsigned)r < DD_CVSS_RATING_COUNT ? names[r] : "none";
}

/* v3.0 section 5, v3.1 section 5, v4.0 section 6: "Qualitative Severity Rating Scale"; v2.0: nvd.nist.gov/vuln-metrics.
 */
static enum dd_cvss_rating rate(int version, double score)
{
	int tenths = (int)(score * 10 + 0.5);
	if (version == 20)
		return tenths >= 70 ? DD_CVSS_RATING_HIGH : tenths >= 40 ? DD_CVSS_RATING_MEDIUM : DD_CVSS_RATING_LOW;
	static const int from[DD_CVSS_RATING_COUNT] = { 0, 1, 40, 70, 90 };
	int r = DD_CVSS_RATING_COUNT - 1;
	while (tenths < from[r])
		r--;
	return (enum dd_cvss_rating)r;
}

static const struct dd_cvss_version_spec *find_spec(struct dd_str *rest)
{
	for (size_t i = 0; i < DD_COUNT(specs); i++) {
		struct dd_str prefix = dd_str_from(specs[i]->prefix);
		if (!dd_str_starts(*rest, prefix) || (prefix.n == 0 && dd_str_starts(*rest, DD_STR("CVSS"))))
			continue;
		*rest = dd_str_skip(*rest, prefix.n);
		return specs[i];
	}
	return NULL;
}

static bool find_value(const char *words, struct dd_str value, uint8_t *ret)
{
	struct dd_str rest = dd_str_from(words), word;
	for (uint8_t i = 0; dd_str_next(&rest, ' ', &word); i++) {
		if (dd_str_eq(word, value)) {
			*ret = i;
			return true;
		}
	}
	return false;
}

static enum dd_code read_metric(const struct dd_cvss_version_spec *spec, struct dd_str part, uint64_t at,
				struct dd_cvss_values *values, uint32_t *seen, struct dd_err *err)
{
	size_t colon = dd_str_find(part, ':');
	struct dd_str name = dd_str_take(part, colon), value = dd_str_skip(part, colon + 1);
	if (colon == part.n)
		return dd_fail(err, DD_EPARSE, at, "no metric of the form NAME:VALUE at %s", DD_QUOTE(part));
	for (size_t i = 0; i < spec->n_metrics; i++) {
		if (!dd_str_eq_c(name, spec->metrics[i].name))
			continue;
		if (*seen & UINT32_C(1) << i)
			return dd_fail(err, DD_EPARSE, at, "metric %s is given twice", DD_QUOTE(name));
		if (!find_value(spec->metrics[i].values, value, &values->v[i]))
			return dd_fail(err, DD_EPARSE, at, "metric %s has no value %s", DD_QUOTE(name),
				       DD_QUOTE(value));
		*seen |= UINT32_C(1) << i;
		return DD_OK;
	}
	return dd_fail(err, DD_EPARSE, at, "unknown metric %s", DD_QUOTE(name));
}

static enum dd_code read_metrics(const struct dd_cvss_version_spec *spec, struct dd_str rest, uint64_t at,
				 struct dd_cvss_values *ret, struct dd_err *err)
{
	uint32_t seen = 0;
	if (!rest.p)
		rest = DD_STR("");
	for (struct dd_str part; dd_str_next(&rest, '/', &part); at += part.n + 1)
		DD_TRY(read_metric(spec, part, at, ret, &seen, err));
	for (size_t i = 0; i < spec->n_metrics; i++)
		if (spec->metrics[i].mandatory && !(seen & UINT32_C(1) << i))
			return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "metric '%s' is missing", spec->metrics[i].name);
	return DD_OK;
}

static enum dd_code parse(struct dd_str vector, struct dd_cvss *ret, struct dd_err *err)
{
	struct dd_str rest = vector;
	if (vector.n == 0)
		return dd_fail(err, DD_EPARSE, 0, "the vector is empty");
	if (vector.n > 2 && vector.p[0] == '(' && vector.p[vector.n - 1] == ')' && vector.p[1] != 'C')
		rest = (struct dd_str){ vector.p + 1, vector.n - 2 };
	const struct dd_cvss_version_spec *spec = find_spec(&rest);
	if (!spec)
		return dd_fail(err, DD_EUNSUPPORTED, 0,
			       "unknown version (known: CVSS:4.0/…, CVSS:3.1/…, CVSS:3.0/…, and 2.0 without prefix)");
	struct dd_cvss_values values = { { 0 } };
	DD_TRY(read_metrics(spec, rest, (uint64_t)(rest.p - vector.p), &values, err));
	struct dd_cvss c = { .version = spec->version };
	for (size_t i = spec->n_base; i < spec->n_scoring; i++)
		c.has_overall = c.has_overall || values.v[i];
	spec->formula(&values, &c.base, &c.overall);
	c.rating = rate(c.version, c.base);
	c.overall_rating = rate(c.version, c.overall);
	*ret = c;
	return DD_OK;
}

enum dd_code dd_cvss_parse(struct dd_str vector, struct dd_cvss *ret, struct dd_err *err)
{
	enum dd_code code = parse(vector, ret, err);
	return code == DD_OK ? DD_OK : err ? dd_wrap(err, "cvss vector %s", DD_QUOTE(vector)) : code;
}
