/* SPDX-License-Identifier: Apache-2.0 */
/* CVSS v3.0 and v3.1: the same metrics and values. They differ in rounding (3.1 appendix A) and in the impact of a
 * changed scope in the environmental score. Source: CVSS v3.0 Specification Document, section 8; CVSS v3.1
 * Specification Document, section 7 and appendix A. */
#include <math.h>

#include "format/cvss_parts.h"

enum { AV, AC, PR, UI, S, C, I, A, E, RL, RC, CR, IR, AR, MAV, MAC, MPR, MUI, MS, MC, MI, MA, N_METRICS };

static const struct dd_cvss_metric metrics[N_METRICS] = {
	[AV] = { "AV", "N A L P", true },    [AC] = { "AC", "L H", true },	  [PR] = { "PR", "N L H", true },
	[UI] = { "UI", "N R", true },	     [S] = { "S", "U C", true },	  [C] = { "C", "H L N", true },
	[I] = { "I", "H L N", true },	     [A] = { "A", "H L N", true },	  [E] = { "E", "X H F P U", false },
	[RL] = { "RL", "X U W T O", false }, [RC] = { "RC", "X C R U", false },	  [CR] = { "CR", "X H M L", false },
	[IR] = { "IR", "X H M L", false },   [AR] = { "AR", "X H M L", false },	  [MAV] = { "MAV", "X N A L P", false },
	[MAC] = { "MAC", "X L H", false },   [MPR] = { "MPR", "X N L H", false }, [MUI] = { "MUI", "X N R", false },
	[MS] = { "MS", "X U C", false },     [MC] = { "MC", "X H L N", false },	  [MI] = { "MI", "X H L N", false },
	[MA] = { "MA", "X H L N", false },
};

/* Section 7.4 of v3.1, in the order of the values above. */
static const double weights[MAV][5] = {
	[AV] = { 0.85, 0.62, 0.55, 0.2 },
	[AC] = { 0.77, 0.44 },
	[PR] = { 0.85, 0.62, 0.27 }, /* scope unchanged */
	[UI] = { 0.85, 0.62 },
	[C] = { 0.56, 0.22, 0 },
	[I] = { 0.56, 0.22, 0 },
	[A] = { 0.56, 0.22, 0 },
	[E] = { 1, 1, 0.97, 0.94, 0.91 },
	[RL] = { 1, 1, 0.97, 0.96, 0.95 },
	[RC] = { 1, 1, 0.96, 0.92 },
	[CR] = { 1, 1.5, 1, 0.5 },
	[IR] = { 1, 1.5, 1, 0.5 },
	[AR] = { 1, 1.5, 1, 0.5 },
};
static const double pr_scope_changed[] = { 0.85, 0.68, 0.5 };

/* v3.0 rounds exact results up to a tenth. Where these lie on a tenth, binary fractions may have added a little; the
 * nearest result above a tenth is farther away than what is taken off here. */
static double round_up_30(double x)
{
	return x > 0 ? ceil(x * 10 - 1e-10) / 10 : 0;
}

/* v3.1 appendix A. */
static double round_up_31(double x)
{
	long hundred_thousandths = lround(x * 100000);
	if (hundred_thousandths % 10000 == 0)
		return (double)hundred_thousandths / 100000;
	return (double)(hundred_thousandths / 10000 + 1) / 10;
}

static double weight(const struct dd_cvss_values *in, int metric)
{
	return weights[metric][in->v[metric]];
}

static double impact_base(const struct dd_cvss_values *in)
{
	return 1 - (1 - weight(in, C) * weight(in, CR)) * (1 - weight(in, I) * weight(in, IR)) *
			   (1 - weight(in, A) * weight(in, AR));
}

static double exploitability(const struct dd_cvss_values *in)
{
	double pr = in->v[S] ? pr_scope_changed[in->v[PR]] : weight(in, PR);
	return 8.22 * weight(in, AV) * weight(in, AC) * pr * weight(in, UI);
}

static double changed_impact_30(double iss)
{
	return 7.52 * (iss - 0.029) - 3.25 * pow(iss - 0.02, 15);
}

static double changed_impact_31_modified(double miss)
{
	return 7.52 * (miss - 0.029) - 3.25 * pow(miss * 0.9731 - 0.02, 13);
}

typedef double round_fn(double);
typedef double impact_fn(double);

static double score(const struct dd_cvss_values *in, double iss, impact_fn *changed_impact, round_fn *round_up)
{
	double impact = in->v[S] ? changed_impact(iss) : 6.42 * iss;
	if (impact <= 0)
		return 0;
	return round_up(fmin((in->v[S] ? 1.08 : 1) * (impact + exploitability(in)), 10));
}

/* The base metrics as the environment sees them. */
static struct dd_cvss_values modified(const struct dd_cvss_values *in)
{
	struct dd_cvss_values out = *in;
	for (int m = MAV; m < N_METRICS; m++)
		if (in->v[m])
			out.v[m - MAV + AV] = (uint8_t)(in->v[m] - 1);
	return out;
}

static void formula(const struct dd_cvss_values *in, impact_fn *changed_modified, round_fn *round_up, double *ret_base,
		    double *ret_overall)
{
	struct dd_cvss_values plain = *in, env = modified(in);
	plain.v[CR] = plain.v[IR] = plain.v[AR] = 0;
	bool environmental = false;
	for (int m = CR; m < N_METRICS; m++)
		environmental = environmental || in->v[m];
	double base = score(&plain, impact_base(&plain), changed_impact_30, round_up);
	double from = base;
	if (environmental)
		from = score(&env, fmin(impact_base(&env), 0.915), changed_modified, round_up);
	*ret_base = base;
	*ret_overall = round_up(from * weight(in, E) * weight(in, RL) * weight(in, RC));
}

static void formula_30(const struct dd_cvss_values *in, double *ret_base, double *ret_overall)
{
	formula(in, changed_impact_30, round_up_30, ret_base, ret_overall);
}

static void formula_31(const struct dd_cvss_values *in, double *ret_base, double *ret_overall)
{
	formula(in, changed_impact_31_modified, round_up_31, ret_base, ret_overall);
}

_Static_assert(MA - MAV == A - AV, "the modified metrics stand in the order of the base metrics");

const struct dd_cvss_version_spec dd_cvss_30 = { 30, "CVSS:3.0/", metrics, N_METRICS, E, N_METRICS, formula_30 };
const struct dd_cvss_version_spec dd_cvss_31 = { 31, "CVSS:3.1/", metrics, N_METRICS, E, N_METRICS, formula_31 };
