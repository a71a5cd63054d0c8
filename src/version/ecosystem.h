/* SPDX-License-Identifier: Apache-2.0 */
/* Ecosystems: what each is called by OSV, by os-release and by us, how its versions compare, and how names are written.
 * One table (ecosystems.c). The canonical key is "<name>" or "<name>:<release>", lower case: "debian:12",
 * "alpine:3.18", "alpine:edge", "almalinux:9", "ubuntu:22.04", "ubuntu-pro:18.04", "redhat:9", "npm", "pypi". */
#ifndef DD_ECOSYSTEM_H
#define DD_ECOSYSTEM_H

#include "base/arena.h"
#include "base/err.h"
#include "version/version.h"

/* Which name of an installed package advisories of the ecosystem speak of. */
enum dd_advisory_names { DD_NAMES_SOURCE, DD_NAMES_BINARY, DD_NAMES_BOTH };

struct dd_ecosystem {
	const char *name;	    /* canonical: "debian" */
	const char *osv;	    /* OSV's name before the colon: "Debian"; NULL: OSV has none */
	const char *os_id;	    /* os-release ID, NULL for language ecosystems */
	const char *purl_type;	    /* "deb" */
	const char *purl_namespace; /* "debian"; NULL: none */
	enum dd_scheme scheme;
	enum dd_advisory_names names;
	const char *eol_product; /* endoflife.date's name: "debian", "alpine-linux"; NULL: none */
	const char *title;	 /* for people: "Debian" */
};

/* NULL when unknown. `key` may carry a release. */
const struct dd_ecosystem *dd_ecosystem_by_key(struct dd_str key);
const struct dd_ecosystem *dd_ecosystem_by_os(struct dd_str os_id);
/* Of a package URL's type, and of its namespace where several distributions share a type (deb, rpm, apk; else it is not
 * looked at): ("gem", "") → rubygems, ("golang", "github.com/x") → go, ("deb", "ubuntu") → ubuntu. NULL when unknown,
 * and for "generic". */
const struct dd_ecosystem *dd_ecosystem_by_purl_type(struct dd_str type, struct dd_str namespace);
/* OSV's "Debian:12", "Alpine:v3.18", "Red Hat:enterprise_linux:9::appstream", "Ubuntu:Pro:18.04:LTS", "npm" → canonical
 * key in a. *ret.n == 0: not an ecosystem that drydock knows. */
enum dd_code dd_ecosystem_from_osv(struct dd_str osv, struct dd_arena *a, struct dd_str *ret, struct dd_err *err);
/* os-release ID and VERSION_ID → key: ("debian", "12") → "debian:12", ("alpine", "3.19.1") → "alpine:3.19",
 * ("almalinux", "9.3") → "almalinux:9", ("wolfi", "20230201") → "wolfi", ("centos", "7") → "redhat:7", whose advisories
 * hold for it; ("debian", "bookworm") → "debian:12", ("debian", "trixie/sid" or "") → "debian:sid". *ret.n == 0:
 * unknown distribution, or not a release of it. */
enum dd_code dd_ecosystem_from_os(struct dd_str os_id, struct dd_str version, struct dd_arena *a, struct dd_str *ret,
				  struct dd_err *err);
/* A package name as the ecosystem compares it (PyPI: PEP 503; NuGet, Packagist: lower case; most: as it is, also npm,
 * whose older names differ by case alone: JSONStream and jsonstream), in a. */
enum dd_code dd_ecosystem_name(const struct dd_ecosystem *e, struct dd_str name, struct dd_arena *a, struct dd_str *ret,
			       struct dd_err *err);

#endif
