/* SPDX-License-Identifier: Apache-2.0 */
/* What the analyzers of third-party packages have in common: a checked record, and texts in the forms that
 * model/package.h asks for. Everything lives in the arena of *out. */
#ifndef DD_ANALYZE_THIRD_PARTY_H
#define DD_ANALYZE_THIRD_PARTY_H

#include "model/facts.h"
#include "model/purl.h"

/* A lock file is read whatever its size: in one pass, in the memory of one package. */
#define DD_LOCK_BYTES_MAX (512 * DD_MIB)
/* depends and qualifiers of one package: real ones have some hundred lines at most */
#define DD_DEPENDS_BYTES_MAX (256 * DD_KIB)

/* A package of a purl type, with name, version, type and evidence set. NULL: name or version are no names that a
 * package manager would write (empty, blanks, control bytes, not ASCII, over DD_FIELD_BYTES_MAX), which is a problem at
 * `at` now; or memory is out, and out->failed is set. `type` is a literal. */
struct dd_package *dd_third_party(struct dd_found *out, enum dd_package_evidence evidence, const char *type,
				  struct dd_str name, struct dd_str version, uint64_t at);

/* A package that a package URL names, with its type; a version that it lacks is `version`. *ret (in the arena of *out)
 * are its components. NULL: as above (what is no package URL is a problem), or it is of a distribution (deb, rpm, apk),
 * which the image's own database speaks for. */
struct dd_package *dd_third_party_purl(struct dd_found *out, enum dd_package_evidence evidence, struct dd_str purl,
				       struct dd_str version, uint64_t at, struct dd_purl *ret);

/* What parse returns at its end: DD_OK, or why *out has failed: DD_ELIMIT when there are more than DD_PACKAGES_MAX
 * packages in the file, else DD_ENOMEM. */
enum dd_code dd_third_party_end(const struct dd_found *out, struct dd_err *err);

/* Whether the file lies inside of an installed package: a gem or a module that ships the lock file or the requirements
 * of its own development says nothing about what this image runs. Such directories are site-packages, dist-packages,
 * node_modules, gems/NAME-VERSION and vendor/VENDOR/NAME. */
bool dd_third_party_inside_package(struct dd_str path);

/* The URL without user and password ("git" alone stays: it is the name of a service) and without a fragment. Empty when
 * it holds blanks, control bytes or is over DD_FIELD_BYTES_MAX. */
struct dd_str dd_third_party_url(struct dd_found *out, struct dd_str url);

/* "sha256:<hex>" in lower case; empty unless `hex` are the digits that a digest of that algorithm has. Algorithms: md5
 * sha1 sha224 sha256 sha384 sha512, in any case. */
struct dd_str dd_third_party_digest(struct dd_found *out, struct dd_str algorithm, struct dd_str hex);
/* The same from the digest in base64, as package managers of JavaScript and .NET write it. */
struct dd_str dd_third_party_digest_base64(struct dd_found *out, struct dd_str algorithm, struct dd_str base64);
/* The same from "sha256:<hex>" or "sha256=<hex>". */
struct dd_str dd_third_party_digest_of(struct dd_found *out, struct dd_str text);

/* One free text on one line: blanks and line ends are one blank each. Cut at DD_FIELD_BYTES_MAX. */
struct dd_str dd_third_party_text(struct dd_found *out, struct dd_str text);

/* dd_package.depends and .qualifiers while they grow: lines, each one once as long as they come in a row.
 * `struct dd_buf list = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX)`. What is no word, or too much, is left out. */
void dd_depends_add(struct dd_buf *list, struct dd_str name, struct dd_str version); /* version may be empty */
void dd_qualifiers_add(struct dd_buf *list, const char *key, struct dd_str value);   /* nothing for an empty value */
/* dd_package.licences from several: "MIT OR BSD"; how is " OR " or " AND ". Names over 200 bytes are left out. */
void dd_licences_add(struct dd_buf *list, const char *how, struct dd_str licence);
/* Into the arena; the list is empty afterwards. */
struct dd_str dd_lines_take(struct dd_found *out, struct dd_buf *list);

#endif
