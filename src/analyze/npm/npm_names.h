/* SPDX-License-Identifier: Apache-2.0 */
/* What the analyzers of JavaScript's package managers have in common: names, versions, where a package comes from. */
#ifndef DD_NPM_NAMES_H
#define DD_NPM_NAMES_H

#include "format/json.h"
#include "model/facts.h"

/* Cuts "name@rest" and "@scope/name@rest" at the first "@" behind the name; false when there is none or no name. */
bool dd_npm_split(struct dd_str ident, struct dd_str *ret_name, struct dd_str *ret_rest);
/* A version as a registry has it, told from URLs, paths, tags and ranges: a digit, then letters, digits, ".", "-", "+".
 */
bool dd_npm_is_version(struct dd_str s);
/* Without blanks around it and the "v" or "=" that npm passes over ("=v1.2.3"). */
struct dd_str dd_npm_clean_version(struct dd_str s);
/* Could the package with this "resolved" be one of a registry? Yes for http(s) but archives of code-hosting sites, for
 * a bare file name (an offline mirror) and for nothing at all (bundled in another one, or not written); no for git,
 * file, link, and every other scheme. */
bool dd_npm_is_registry_url(struct dd_str resolved);
/* Digest of Subresource Integrity text ("sha512-<base64> sha1-…"): the strongest; empty when there is none. */
struct dd_str dd_npm_digest(struct dd_found *out, struct dd_str integrity);
/* "resolved" as url and, where it holds one, as digest (yarn classic: "https://…#<sha1>"). */
void dd_npm_set_source(struct dd_found *out, struct dd_package *p, struct dd_str resolved, struct dd_str integrity);
/* The forms of package.json: "license": "MIT" or {"type": "MIT"}, "licenses": [either]; several are joined by OR, as
 * npm's documentation translates them. */
struct dd_str dd_npm_licences(struct dd_found *out, const json_t *package);

/* The installed package that this package.json is of; as dd_third_party(). */
struct dd_package *dd_npm_add_installed(struct dd_found *out, const json_t *package);

/* Is this directory one that a package manager installs a package into? See the head of npm_places.c. */
bool dd_npm_is_install_dir(struct dd_str dir);
/* Could it be one that a package keeps a copy of another in? */
bool dd_npm_is_copy_dir(struct dd_str dir);
/* Lies the file in an installed package? Its lock file then is its author's, and says nothing about this image. */
bool dd_npm_in_modules(struct dd_str path);

#endif
