/* SPDX-License-Identifier: Apache-2.0 */
/* risk = impact × likelihood × exposure × fixability, rounded to a tenth.
 *
 *   impact       the highest CVSS base score × 10, kept inside the band of the finding's severity: whoever rated the
 *                severity (a distribution, mostly) knows the build at hand, the score tells findings of one band apart.
 *                Without a score the middle of the band; unknown severity counts as medium.
 *   likelihood   known to be exploited (KEV): 1. EPSS p: 0.4 + 0.6 √p, since p is spread over four orders of magnitude.
 *                No EPSS: 0.6, above the most unlikely half. Findings that are no vulnerabilities are there for
 *                certain: 0.8. Secrets by how sure it is that they are ones: 1, 0.7, 0.3.
 *   exposure     a file of the package is what the container runs: 1; present: 0.9; not known: 0.95.
 *   fixability   a fix is there: 1; none: 0.9. Of two equal ones the one comes first that somebody can do something
 *                about today.
 * A known exploited vulnerability is never below 90, whatever its severity: attackers have decided already.
 * Rejected: FIRST's product of CVSS and EPSS (a critical one with the usual EPSS of 0.001 would rank below every low
 * one with 0.05); sorting by severity first (hides the exploited medium below hundreds of theoretical criticals). */
#include "judge/risk.h"

#include <math.h>

static const struct {
	double low, high;
} bands[DD_SEV_COUNT] = {
	[DD_SEV_UNKNOWN] = { 0, 100 },	[DD_SEV_NEGLIGIBLE] = { 0, 9.9 }, [DD_SEV_LOW] = { 10, 39.9 },
	[DD_SEV_MEDIUM] = { 40, 69.9 }, [DD_SEV_HIGH] = { 70, 89.9 },	  [DD_SEV_CRITICAL] = { 90, 100 },
};

static const double KEV_FLOOR = 90, UNKNOWN_IMPACT = 50;

static double impact_of(const struct dd_finding *f)
{
	double best = -1, low = bands[f->severity].low, high = bands[f->severity].high;
	for (size_t i = 0; i < f->n_cvss; i++)
		if (f->cvss[i].score * 10 > best)
			best = f->cvss[i].score * 10;
	if (best < 0)
		return f->severity == DD_SEV_UNKNOWN ? UNKNOWN_IMPACT : (low + high) / 2;
	return best < low ? low : best > high ? high : best;
}

static double likelihood_of(const struct dd_finding *f)
{
	static const double certainties[DD_CONFIDENCE_COUNT] = {
		[DD_CONFIDENCE_UNKNOWN] = 0.3,
		[DD_CONFIDENCE_LOW] = 0.3,
		[DD_CONFIDENCE_MEDIUM] = 0.7,
		[DD_CONFIDENCE_HIGH] = 1,
	};
	if (f->kev)
		return 1;
	if (f->kind == DD_KIND_SECRET)
		return certainties[f->confidence];
	if (f->kind != DD_KIND_VULNERABILITY)
		return 0.8;
	return f->epss < 0 ? 0.6 : 0.4 + 0.6 * sqrt(f->epss > 1 ? 1 : f->epss);
}

static double risk_of(const struct dd_finding *f)
{
	static const double exposures[DD_EXPOSURE_COUNT] = {
		[DD_EXPOSURE_UNKNOWN] = 0.95, [DD_EXPOSURE_PRESENT] = 0.9, [DD_EXPOSURE_ENTRYPOINT] = 1
	};
	bool fixable = f->fix.state == DD_FIX_FIXED || f->kind != DD_KIND_VULNERABILITY;
	double risk = impact_of(f) * likelihood_of(f) * exposures[f->exposure] * (fixable ? 1 : 0.9);
	if (f->kev && risk < KEV_FLOOR)
		risk = KEV_FLOOR;
	return round(risk * 10) / 10;
}

static enum dd_origin origin_of(const struct dd_target *t, int layer)
{
	if (t->base.n_layers == 0 || layer < 0)
		return DD_ORIGIN_UNKNOWN;
	return (size_t)layer < t->base.n_layers ? DD_ORIGIN_BASE : DD_ORIGIN_APPLICATION;
}

static enum dd_exposure exposure_of(const struct dd_inventory *inv, int package)
{
	if (package < 0 || (size_t)package >= inv->n_packages || inv->target.n_command == 0)
		return DD_EXPOSURE_UNKNOWN;
	return inv->packages[package].entrypoint ? DD_EXPOSURE_ENTRYPOINT : DD_EXPOSURE_PRESENT;
}

void dd_judge_risk(const struct dd_inventory *inv, struct dd_findings *f)
{
	for (size_t i = 0; i < f->list.n; i++) {
		struct dd_finding *one = &f->list.p[i];
		one->origin = origin_of(&inv->target, one->layer);
		one->exposure = exposure_of(inv, one->package);
		one->risk = risk_of(one);
	}
}
