/* SPDX-License-Identifier: Apache-2.0 */
/* Licences: what package data declares, as SPDX licence expressions. */
#ifndef DD_LICENCE_H
#define DD_LICENCE_H

#include "base/arena.h"
#include "base/err.h"

/* A name that the SPDX list does not have, and the identifier that an expression calls it by. */
struct dd_licence_ref {
	struct dd_str id;   /* "LicenseRef-Public-Domain" */
	struct dd_str text; /* as declared: "Public Domain"; may hold any byte */
};

struct dd_licence {
	struct dd_str expression;    /* canonical; empty: nothing was declared, or it is beyond the limits */
	bool single;		     /* the expression is one identifier of the SPDX list, and nothing else */
	bool late;		     /* … that came to the list after CycloneDX's schema took its copy */
	struct dd_licence_ref *refs; /* in the order of the expression, each once; none: everything is known */
	size_t n_refs;
};

/* An expression of SPDX specification 2.3 annex D (3.0.1 annex B): the operators AND, OR, WITH (3.0 also takes them in
 * small letters), +, LicenseRef-, DocumentRef-, AdditionRef-; identifiers without regard to case. *ret is canonical:
 * the list's own spelling, one blank, no needless parentheses, no operand twice in one chain, GNU licences with -only
 * or -or-later. It lives in a. Errors: DD_EPARSE (err->at is the offset in text; names the identifier that the list
 * does not have), DD_ELIMIT (deeper than 64 parentheses, longer than DD_FIELD_BYTES_MAX), DD_ENOMEM. */
enum dd_code dd_licence_parse(struct dd_str text, struct dd_arena *a, struct dd_str *ret, struct dd_err *err);

/* What package managers and people write, in any of their ways: SPDX expressions, Fedora's and Debian's short names,
 * PyPI classifiers, full names, addresses of licence texts; joined by and, or, with, "/", commas, semicolons, lines.
 * A name that no table has becomes a LicenseRef- of its own, never a guess. Errors: DD_ENOMEM only. */
enum dd_code dd_licence_normalise(struct dd_str declared, struct dd_arena *a, struct dd_licence *ret);

#endif
