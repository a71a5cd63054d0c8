/* SPDX-License-Identifier: Apache-2.0 */
#include "model/finding.h"

#include "model/secret.h"

static const char *const kind_names[DD_KIND_COUNT] = {
	"vulnerability", "secret", "config", "outdated", "malware", "licence", "trust", "waste", "code",
};
static const char *const severity_names[DD_SEV_COUNT] = {
	"unknown", "negligible", "low", "medium", "high", "critical",
};
static const char *const fix_state_names[DD_FIX_COUNT] = {
	"unknown", "fixed", "not-fixed", "wont-fix", "deferred", "end-of-life",
};

static const char *const origin_names[DD_ORIGIN_COUNT] = { "unknown", "base", "application" };
static const char *const exposure_names[DD_EXPOSURE_COUNT] = { "unknown", "present", "entrypoint" };

static const char *const confidence_names[] = { "unknown", "low", "medium", "high" };

const char *dd_confidence_name(enum dd_confidence c)
{
	return confidence_names[c];
}

const char *dd_origin_name(enum dd_origin o)
{
	return origin_names[o];
}

const char *dd_exposure_name(enum dd_exposure e)
{
	return exposure_names[e];
}

const char *dd_cvss_version_name(enum dd_cvss_version v)
{
	static const char *const names[] = { "", "2.0", "3.0", "3.1", "4.0" };
	return names[v];
}

static bool name_index(struct dd_str s, const char *const *names, int n, int *ret)
{
	for (int i = 0; i < n; i++) {
		if (dd_str_eq_nocase(s, dd_str_from(names[i]))) {
			*ret = i;
			return true;
		}
	}
	return false;
}

const char *dd_kind_name(enum dd_kind k)
{
	return kind_names[k];
}

const char *dd_severity_name(enum dd_severity s)
{
	return severity_names[s];
}

const char *dd_fix_state_name(enum dd_fix_state s)
{
	return fix_state_names[s];
}

bool dd_severity_parse(struct dd_str s, enum dd_severity *ret)
{
	int i;
	if (!name_index(s, severity_names, DD_SEV_COUNT, &i))
		return false;
	*ret = (enum dd_severity)i;
	return true;
}

bool dd_fix_state_parse(struct dd_str s, enum dd_fix_state *ret)
{
	int i;
	if (!name_index(s, fix_state_names, DD_FIX_COUNT, &i))
		return false;
	*ret = (enum dd_fix_state)i;
	return true;
}

bool dd_confidence_parse(struct dd_str s, enum dd_confidence *ret)
{
	int i;
	if (!name_index(s, confidence_names, DD_CONFIDENCE_COUNT, &i))
		return false;
	*ret = (enum dd_confidence)i;
	return true;
}

bool dd_kind_parse(struct dd_str s, enum dd_kind *ret)
{
	int i;
	if (!name_index(s, kind_names, DD_KIND_COUNT, &i))
		return false;
	*ret = (enum dd_kind)i;
	return true;
}

static double best_score(const struct dd_finding *f)
{
	double best = -1;
	for (size_t i = 0; i < f->n_cvss; i++)
		if (f->cvss[i].score > best)
			best = f->cvss[i].score;
	return best;
}

static int by_number(double a, double b)
{
	return (a < b) - (a > b);
}

int dd_finding_cmp(const struct dd_finding *a, const struct dd_finding *b)
{
	int c;
	if (a->suppressed != b->suppressed)
		return a->suppressed ? 1 : -1;
	if ((c = by_number(a->risk, b->risk)))
		return c;
	if (a->severity != b->severity)
		return a->severity > b->severity ? -1 : 1;
	if (a->kev != b->kev)
		return a->kev ? -1 : 1;
	if ((c = by_number(a->epss, b->epss)) || (c = by_number(best_score(a), best_score(b))))
		return c;
	bool fa = a->fix.state == DD_FIX_FIXED, fb = b->fix.state == DD_FIX_FIXED;
	if (fa != fb)
		return fa ? -1 : 1;
	if ((c = dd_str_cmp(a->id, b->id)))
		return c;
	if (a->package != b->package)
		return a->package < b->package ? -1 : 1;
	if (a->layer != b->layer)
		return a->layer < b->layer ? -1 : 1;
	if ((c = dd_str_cmp(a->path, b->path)) || (c = dd_str_cmp(a->title, b->title)))
		return c;
	return a->secret && b->secret ? dd_secret_at_cmp(&a->secret->at, &b->secret->at) : 0;
}
