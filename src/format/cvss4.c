/* SPDX-License-Identifier: Apache-2.0 */
/* CVSS v4.0: a vector belongs to a macro-vector (six equivalence classes, EQ1 to EQ6) that has a score; within it the
 * score sinks with the distance from the most severe vector, towards the scores of the next lower macro-vectors.
 * Source: CVSS v4.0 Specification Document, section 8.2 (equivalence classes), 8.3 (interpolation; depths and highest
 * vectors of the classes as in FIRST's reference calculator). Supplemental metrics are read and never count. */
#include <math.h>

#include "format/cvss4_table.h"
#include "format/cvss_parts.h"

enum {
	AV,
	AC,
	AT,
	PR,
	UI,
	VC,
	VI,
	VA,
	SC,
	SI,
	SA,
	E,
	CR,
	IR,
	AR,
	MAV,
	MAC,
	MAT,
	MPR,
	MUI,
	MVC,
	MVI,
	MVA,
	MSC,
	MSI,
	MSA,
	S,
	AU,
	R,
	V,
	RE,
	U,
	N_METRICS
};

static const struct dd_cvss_metric metrics[N_METRICS] = {
	[AV] = { "AV", "N A L P", true },      [AC] = { "AC", "L H", true },
	[AT] = { "AT", "N P", true },	       [PR] = { "PR", "N L H", true },
	[UI] = { "UI", "N P A", true },	       [VC] = { "VC", "H L N", true },
	[VI] = { "VI", "H L N", true },	       [VA] = { "VA", "H L N", true },
	[SC] = { "SC", "H L N", true },	       [SI] = { "SI", "H L N", true },
	[SA] = { "SA", "H L N", true },	       [E] = { "E", "X A P U", false },
	[CR] = { "CR", "X H M L", false },     [IR] = { "IR", "X H M L", false },
	[AR] = { "AR", "X H M L", false },     [MAV] = { "MAV", "X N A L P", false },
	[MAC] = { "MAC", "X L H", false },     [MAT] = { "MAT", "X N P", false },
	[MPR] = { "MPR", "X N L H", false },   [MUI] = { "MUI", "X N P A", false },
	[MVC] = { "MVC", "X H L N", false },   [MVI] = { "MVI", "X H L N", false },
	[MVA] = { "MVA", "X H L N", false },   [MSC] = { "MSC", "X H L N", false },
	[MSI] = { "MSI", "X S H L N", false }, [MSA] = { "MSA", "X S H L N", false },
	[S] = { "S", "X N P", false },	       [AU] = { "AU", "X N Y", false },
	[R] = { "R", "X A U I", false },       [V] = { "V", "X D C", false },
	[RE] = { "RE", "X L M H", false },     [U] = { "U", "X Clear Green Amber Red", false },
};

/* Severity levels of AV … SA, then CR, IR, AR: 0 is the worst, each step is 0.1 in the specification. SC, SI and SA
 * begin at 1 (H), as 0 is kept for the S (safety) that only MSI and MSA can have. */
enum { LEVELS = SA + 4, LEVEL_CR = SA + 1, LEVEL_IR, LEVEL_AR };
struct state {
	int level[LEVELS];
	int e; /* 0: attacked … 2: unreported */
};

static int defined_or_worst(uint8_t value)
{
	return value ? value - 1 : 0;
}

static struct state base_state(const struct dd_cvss_values *in)
{
	struct state s = { .e = 0 };
	for (int m = AV; m <= SA; m++)
		s.level[m] = in->v[m] + (m >= SC);
	return s;
}

static struct state overall_state(const struct dd_cvss_values *in)
{
	struct state s = base_state(in);
	for (int m = AV; m <= SA; m++) {
		int changed = in->v[MAV + m];
		/* MSC has no S: its first word is H, level 1. */
		if (changed)
			s.level[m] = changed - (m != SC);
	}
	for (int m = CR; m <= AR; m++)
		s.level[LEVEL_CR + m - CR] = defined_or_worst(in->v[m]);
	s.e = defined_or_worst(in->v[E]);
	return s;
}

static bool any(const int *level, int value)
{
	return level[0] == value || level[1] == value || level[2] == value;
}

/* Tables 24 to 29. */
static void classify(const struct state *s, int eq[6])
{
	const int *l = s->level;
	bool n_av = l[AV] == 0, n_pr = l[PR] == 0, n_ui = l[UI] == 0;
	eq[0] = n_av && n_pr && n_ui ? 0 : (n_av || n_pr || n_ui) && l[AV] != 3 ? 1 : 2;
	eq[1] = l[AC] == 0 && l[AT] == 0 ? 0 : 1;
	eq[2] = l[VC] == 0 && l[VI] == 0 ? 0 : any(&l[VC], 0) ? 1 : 2;
	eq[3] = l[SI] == 0 || l[SA] == 0 ? 0 : any(&l[SC], 1) ? 1 : 2;
	eq[4] = s->e;
	bool worst = false;
	for (int i = 0; i < 3; i++)
		worst = worst || (l[VC + i] == 0 && l[LEVEL_CR + i] == 0);
	eq[5] = worst ? 0 : 1;
}

/* In tenths; 0: there is no such macro-vector. */
static int macro(const int eq[6])
{
	static const int n[6] = { 3, 2, 3, 3, 3, 2 };
	for (int i = 0; i < 6; i++)
		if (eq[i] >= n[i])
			return 0;
	return dd_cvss4_macro[eq[0]][eq[1]][eq[2]][eq[3]][eq[4]][eq[5]];
}

static int macro_below(const int eq[6], int step3, int step6, int i)
{
	int lower[6];
	for (int k = 0; k < 6; k++)
		lower[k] = eq[k] + (k == i) + (k == 2 ? step3 : 0) + (k == 5 ? step6 : 0);
	return macro(lower);
}

/* EQ3 and EQ6 depend on each other and sink together. */
static int macro_below_eq36(const int eq[6])
{
	if (eq[2] == 0 && eq[5] == 0) {
		int left = macro_below(eq, 0, 1, -1), right = macro_below(eq, 1, 0, -1);
		return left > right ? left : right;
	}
	return eq[2] == 1 && eq[5] == 0 ? macro_below(eq, 0, 1, -1) : macro_below(eq, 1, 0, -1);
}

/* A class of vectors: which levels it is about, how many steps deep it is, its most severe vectors. */
enum { CLASS_METRICS_MAX = 6, CLASS_TOPS_MAX = 5 };
struct eq_class {
	int depth, n_tops;
	int top[CLASS_TOPS_MAX][CLASS_METRICS_MAX];
};

static const int eq1_metrics[] = { AV, PR, UI };
static const struct eq_class eq1_classes[] = {
	{ 1, 1, { { 0, 0, 0 } } },
	{ 4, 3, { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } } },
	{ 5, 2, { { 3, 0, 0 }, { 1, 1, 1 } } },
};
static const int eq2_metrics[] = { AC, AT };
static const struct eq_class eq2_classes[] = {
	{ 1, 1, { { 0, 0 } } },
	{ 2, 2, { { 1, 0 }, { 0, 1 } } },
};
static const int eq36_metrics[] = { VC, VI, VA, LEVEL_CR, LEVEL_IR, LEVEL_AR };
/* By EQ3 * 2 + EQ6. */
static const struct eq_class eq36_classes[] = {
	{ 7, 1, { { 0, 0, 0, 0, 0, 0 } } },
	{ 6, 2, { { 0, 0, 1, 1, 1, 0 }, { 0, 0, 0, 1, 1, 1 } } },
	{ 8, 2, { { 1, 0, 0, 0, 0, 0 }, { 0, 1, 0, 0, 0, 0 } } },
	{ 8,
	  5,
	  { { 1, 0, 1, 0, 1, 0 },
	    { 1, 0, 0, 0, 1, 1 },
	    { 0, 1, 0, 1, 0, 1 },
	    { 0, 1, 1, 1, 0, 0 },
	    { 1, 1, 0, 0, 0, 1 } } },
	{ 0, 0, { { 0 } } }, /* does not exist */
	{ 10, 1, { { 1, 1, 1, 0, 0, 0 } } },
};
static const int eq4_metrics[] = { SC, SI, SA };
static const struct eq_class eq4_classes[] = {
	{ 6, 1, { { 1, 0, 0 } } },
	{ 5, 1, { { 1, 1, 1 } } },
	{ 4, 1, { { 2, 2, 2 } } },
};

/* How far below the class's top the vector is, as a part of the class's depth. The first top that is at least as severe
 * in every metric counts. */
static double depth(const struct state *s, const struct eq_class *c, const int *which, int n)
{
	for (int t = 0; t < c->n_tops; t++) {
		int sum = 0, i = 0;
		for (; i < n && s->level[which[i]] >= c->top[t][i]; i++)
			sum += s->level[which[i]] - c->top[t][i];
		if (i == n)
			return (double)sum / c->depth;
	}
	return 0;
}

static double score(const struct state *s)
{
	int eq[6];
	const int *l = s->level;
	if (l[VC] == 2 && l[VI] == 2 && l[VA] == 2 && l[SC] == 3 && l[SI] == 3 && l[SA] == 3)
		return 0;
	classify(s, eq);
	/* Within EQ5 nothing sinks, but its next lower macro-vector counts in the mean. */
	const struct {
		int below;
		double depth;
	} parts[] = {
		{ macro_below(eq, 0, 0, 0), depth(s, &eq1_classes[eq[0]], eq1_metrics, 3) },
		{ macro_below(eq, 0, 0, 1), depth(s, &eq2_classes[eq[1]], eq2_metrics, 2) },
		{ macro_below_eq36(eq), depth(s, &eq36_classes[eq[2] * 2 + eq[5]], eq36_metrics, 6) },
		{ macro_below(eq, 0, 0, 3), depth(s, &eq4_classes[eq[3]], eq4_metrics, 3) },
		{ macro_below(eq, 0, 0, 4), 0 },
	};
	double value = macro(eq) / 10.0, sum = 0;
	int n = 0;
	for (size_t i = 0; i < DD_COUNT(parts); i++) {
		if (parts[i].below == 0)
			continue;
		n++;
		sum += (value - parts[i].below / 10.0) * parts[i].depth;
	}
	value -= n ? sum / n : 0;
	/* The reference calculator's rounding: half up, with this much against binary fractions. */
	return floor((fmin(fmax(value, 0), 10) + 1e-6) * 10 + 0.5) / 10;
}

static void formula(const struct dd_cvss_values *in, double *ret_base, double *ret_overall)
{
	struct state base = base_state(in), overall = overall_state(in);
	*ret_base = score(&base);
	*ret_overall = score(&overall);
}

_Static_assert(MSA - MAV == SA - AV, "the modified metrics stand in the order of the base metrics");

const struct dd_cvss_version_spec dd_cvss_40 = { 40, "CVSS:4.0/", metrics, N_METRICS, E, S, formula };
