/* SPDX-License-Identifier: Apache-2.0 */
/* CVSS v2.0. Source: A Complete Guide to the Common Vulnerability Scoring System Version 2.0, section 3.2 (equations)
 * and tables 1 to 12 (values). All factors have few decimals, so the exact results do too: EPSILON only undoes what
 * binary fractions add or take, it is smaller than the distance of any result from the middle of two tenths. */
#include <math.h>

#include "format/cvss_parts.h"

enum { AV, AC, AU, C, I, A, E, RL, RC, CDP, TD, CR, IR, AR, N_METRICS };

static const struct dd_cvss_metric metrics[N_METRICS] = {
	[AV] = { "AV", "L A N", true },	      [AC] = { "AC", "H M L", true },
	[AU] = { "Au", "M S N", true },	      [C] = { "C", "N P C", true },
	[I] = { "I", "N P C", true },	      [A] = { "A", "N P C", true },
	[E] = { "E", "ND U POC F H", false }, [RL] = { "RL", "ND OF TF W U", false },
	[RC] = { "RC", "ND UC UR C", false }, [CDP] = { "CDP", "ND N L LM MH H", false },
	[TD] = { "TD", "ND N L M H", false }, [CR] = { "CR", "ND L M H", false },
	[IR] = { "IR", "ND L M H", false },   [AR] = { "AR", "ND L M H", false },
};

/* In the order of the values above. */
static const double weights[N_METRICS][6] = {
	[AV] = { 0.395, 0.646, 1 },	 [AC] = { 0.35, 0.61, 0.71 },
	[AU] = { 0.45, 0.56, 0.704 },	 [C] = { 0, 0.275, 0.66 },
	[I] = { 0, 0.275, 0.66 },	 [A] = { 0, 0.275, 0.66 },
	[E] = { 1, 0.85, 0.9, 0.95, 1 }, [RL] = { 1, 0.87, 0.9, 0.95, 1 },
	[RC] = { 1, 0.9, 0.95, 1 },	 [CDP] = { 0, 0, 0.1, 0.3, 0.4, 0.5 },
	[TD] = { 1, 0, 0.25, 0.75, 1 },	 [CR] = { 1, 0.5, 1, 1.51 },
	[IR] = { 1, 0.5, 1, 1.51 },	 [AR] = { 1, 0.5, 1, 1.51 },
};

#define EPSILON 1e-9

static double round_to_1_decimal(double x)
{
	return floor(x * 10 + 0.5 + EPSILON) / 10;
}

static double weight(const struct dd_cvss_values *in, int metric)
{
	return weights[metric][in->v[metric]];
}

static double impact(const struct dd_cvss_values *in)
{
	return 10.41 * (1 - (1 - weight(in, C)) * (1 - weight(in, I)) * (1 - weight(in, A)));
}

static double adjusted_impact(const struct dd_cvss_values *in)
{
	double left = (1 - weight(in, C) * weight(in, CR)) * (1 - weight(in, I) * weight(in, IR)) *
		      (1 - weight(in, A) * weight(in, AR));
	return fmin(10, 10.41 * (1 - left));
}

static double base_equation(const struct dd_cvss_values *in, double with_impact)
{
	double exploitability = 20 * weight(in, AV) * weight(in, AC) * weight(in, AU);
	double f = with_impact > EPSILON ? 1.176 : 0;
	return round_to_1_decimal((0.6 * with_impact + 0.4 * exploitability - 1.5) * f);
}

static double temporal_equation(const struct dd_cvss_values *in, double base)
{
	return round_to_1_decimal(base * weight(in, E) * weight(in, RL) * weight(in, RC));
}

static void formula(const struct dd_cvss_values *in, double *ret_base, double *ret_overall)
{
	bool environmental = in->v[CDP] || in->v[TD] || in->v[CR] || in->v[IR] || in->v[AR];
	*ret_base = fmax(base_equation(in, impact(in)), 0);
	double overall = temporal_equation(in, environmental ? base_equation(in, adjusted_impact(in)) : *ret_base);
	if (environmental)
		overall = round_to_1_decimal((overall + (10 - overall) * weight(in, CDP)) * weight(in, TD));
	/* An adjusted impact near 0 makes the base equation negative; scores are not. */
	*ret_overall = fmax(overall, 0);
}

const struct dd_cvss_version_spec dd_cvss_20 = { 20, "", metrics, N_METRICS, E, N_METRICS, formula };
