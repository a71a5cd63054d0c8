/* SPDX-License-Identifier: Apache-2.0 */
/* Inside src/version/ only: the prototype of each order and what several of them need.
 * Every order is a total preorder over the texts it accepts (tested: reflexive, antisymmetric, transitive), takes time
 * linear in the texts, allocates nothing and never overflows: numbers are compared as digit strings of any length. */
#ifndef DD_VERCMP_H
#define DD_VERCMP_H

#include "version/version.h"

#define DD_SCHEME(NAME, name) dd_vercmp_fn dd_vercmp_##name;
#include "version/schemes.def"
#undef DD_SCHEME

/* An upstream version or revision as Debian compares them (vercmp_deb.c); -1, 0, 1. */
int dd_deb_part_cmp(struct dd_str a, struct dd_str b);

static inline int dd_sign(int v)
{
	return (v > 0) - (v < 0);
}

/* Takes the longest run of bytes that `is` accepts off the front of *rest. */
static inline struct dd_str dd_take_run(struct dd_str *rest, bool (*is)(char))
{
	size_t n = 0;
	while (n < rest->n && is(rest->p[n]))
		n++;
	struct dd_str run = dd_str_take(*rest, n);
	*rest = dd_str_skip(*rest, n);
	return run;
}

/* Byte order of the lower-case forms (ASCII). -1, 0, 1. */
static inline int dd_lower_cmp(struct dd_str a, struct dd_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	for (size_t i = 0; i < n; i++) {
		unsigned char x = (unsigned char)dd_lower(a.p[i]), y = (unsigned char)dd_lower(b.p[i]);
		if (x != y)
			return x < y ? -1 : 1;
	}
	return (a.n > b.n) - (a.n < b.n);
}

/* Two runs of decimal digits by their value; leading zeros do not count and the empty run is 0. -1, 0, 1. */
static inline int dd_digits_cmp(struct dd_str a, struct dd_str b)
{
	while (a.n && a.p[0] == '0')
		a = dd_str_skip(a, 1);
	while (b.n && b.p[0] == '0')
		b = dd_str_skip(b, 1);
	if (a.n != b.n)
		return a.n < b.n ? -1 : 1;
	return a.n ? dd_sign(memcmp(a.p, b.p, a.n)) : 0;
}

#endif
