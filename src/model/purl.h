/* SPDX-License-Identifier: Apache-2.0 */
/* Package URLs (purl): the name of a package that other tools understand, "pkg:deb/debian/libc6@2.36-9?arch=amd64".
 * Source of all of it: ECMA-427 (package-url/purl-spec) and its type definitions. */
#ifndef DD_PURL_H
#define DD_PURL_H

#include "base/arena.h"
#include "base/err.h"
#include "model/package.h"

struct dd_purl_qualifier {
	struct dd_str key, value; /* neither is empty; the key is lower case */
};

/* The components, decoded. Empty: there is none; type and name are never empty. */
struct dd_purl {
	struct dd_str type;	 /* lower case */
	struct dd_str namespace; /* segments with "/" between them */
	struct dd_str name;
	struct dd_str version;
	struct dd_str subpath;			    /* the same */
	const struct dd_purl_qualifier *qualifiers; /* by key */
	size_t n_qualifiers;
};

/* More than these in one package URL is an attack; real ones have up to 6. */
#define DD_PURL_QUALIFIERS_MAX 128

/* Reads a package URL. Names keep their case and are not checked against the rules of their type: tools do not always
 * keep those.
 * Owns:   all text of *ret lives in `a`.
 * Errors: DD_EPARSE (err->at is the offset), DD_ELIMIT (longer than DD_FIELD_BYTES_MAX), DD_ENOMEM. */
enum dd_code dd_purl_parse(struct dd_str text, struct dd_arena *a, struct dd_purl *ret, struct dd_err *err);
/* Makes components canonical that may come from anywhere: the type's and the keys' case, the order of the keys, empty
 * parts of paths, and what the type says of the case and spelling of its names (pypi's "Foo_Bar" is "foo-bar").
 * Errors: DD_EPARSE: no or a bad type, no name, a bad or repeated key; DD_ELIMIT, DD_ENOMEM. */
enum dd_code dd_purl_canonical(struct dd_purl *p, struct dd_arena *a, struct dd_err *err);
/* DD_EPARSE when a canonical one lacks what its type requires or has what it prohibits. Unknown types have no rules. */
enum dd_code dd_purl_check(const struct dd_purl *p, struct dd_err *err);
/* Writes the components as they are: canonical when they are. *ret lives in `a` and is plain ASCII. */
enum dd_code dd_purl_build(const struct dd_purl *p, struct dd_arena *a, struct dd_str *ret, struct dd_err *err);
/* Empty when there is no such qualifier. */
struct dd_str dd_purl_qualifier(const struct dd_purl *p, const char *key);
/* The name as struct dd_package has it and advisories of the type write it: maven "group:artifact", npm "@scope/name",
 * golang the module path; for packages of distributions the name alone. In `a`. */
enum dd_code dd_purl_package_name(const struct dd_purl *p, struct dd_arena *a, struct dd_str *ret, struct dd_err *err);

/* Writes the package URL of a package.
 * In:     p->type is the purl type. For packages of distributions (deb, apk, rpm, alpm …) os tells the namespace and
 * the distro qualifier; its id may be empty (unknown system: both are left out). For all others the namespace is cut
 *         out of p->name, and os is not looked at. p->qualifiers are added.
 * Owns:   *ret lives in `a`; it is plain ASCII, whatever bytes p holds. Empty when p has no type or no name.
 * Errors: DD_ENOMEM (memory or the arena's limit), DD_ELIMIT (a field longer than DD_FIELD_BYTES_MAX). */
enum dd_code dd_purl_for(const struct dd_package *p, const struct dd_os *os, struct dd_arena *a, struct dd_str *ret);

#endif
