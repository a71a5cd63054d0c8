/* SPDX-License-Identifier: Apache-2.0 */
/* What the sources say of one installed package, and who wins when they disagree. */
#ifndef DD_STATEMENT_H
#define DD_STATEMENT_H

#include "judge/vuln/range.h"
#include "model/package.h"

/* Whose word it is, best first: a better one's statement about a vulnerability, whatever it says, silences the others.
 */
enum dd_rank {
	DD_RANK_SUBSCRIPTION, /* Ubuntu Pro's pocket, for a system that takes updates from there */
	DD_RANK_DISTRIBUTION, /* the distribution's own feed for this release (security tracker, secdb) */
	DD_RANK_OSV,	      /* the same release in OSV's export */
	DD_RANK_MIRROR,	      /* databases that others made of all these: Trivy's, Grype's */
	DD_RANK_STARTER,      /* the few advisories that come with drydock */
	DD_RANK_PRO,	      /* Ubuntu Pro's pocket, for a system that has no Pro */
	DD_RANK_UNSTABLE,     /* Debian unstable: the default where the release has no statement */
};

/* Ascending: among statements of one rank the greatest decides. */
enum dd_says {
	DD_SAYS_NOTHING,    /* about other architectures or another module */
	DD_SAYS_UNCLEAR,    /* a version cannot be compared */
	DD_SAYS_UNDECIDED,  /* the source has not made up its mind: no finding */
	DD_SAYS_UNAFFECTED, /* by its versions: fixed already, or not yet introduced */
	DD_SAYS_AFFECTED,
	DD_SAYS_NEVER, /* not affected, in so many words */
};

struct dd_statement {
	struct dd_advisory advisory;
	struct dd_order order;
	struct dd_str version; /* of the installed package, as the advisory counts: binary or source */
	enum dd_rank rank;
	enum dd_says says;
	struct dd_str bad; /* UNCLEAR: the text that is no version */
	size_t place;	   /* in the order of asking: makes the sorting total */
};

/* The rank of a database source for the release itself, by its name: "debian", "osv:Debian", "starter". */
enum dd_rank dd_rank_of_source(struct dd_str source);

/* Fills says and bad from the other members. */
void dd_statement_judge(struct dd_statement *s, const struct dd_package *p);

/* Orders by vulnerability, rank, advisory id, source; then by place. */
int dd_statement_cmp(const void *a, const void *b);

struct dd_decision {
	bool affected;
	const struct dd_statement *because; /* the statement that decided (affected or not); NULL: nothing was said */
	struct dd_str fixed;		    /* affected: lowest version that no statement of that rank calls affected */
	enum dd_fix_state state;
	struct dd_str pro_fixed;	    /* the fix is only in Ubuntu Pro, in this version */
	const struct dd_statement *unclear; /* nothing decided, and this one could not be evaluated */
};

/* Decides from all statements about one vulnerability and one package, sorted by dd_statement_cmp:
 * - the best rank that says anything decides;
 * - in it, an explicit "not affected" wins; then "affected"; a record that names the installed version itself as fixed
 *   does not count as affected;
 * - fixed is found by climbing: the end of every range that holds the version, again from there, until none does. So of
 *   several advisories for one vulnerability the highest fix is named;
 * - a fix in Ubuntu Pro alone is told, and one that is installed already counts. */
struct dd_decision dd_decide(struct dd_statement *s, size_t n);

#endif
