/* SPDX-License-Identifier: Apache-2.0 */
/* What Grype calls distributions and ecosystems. Internal to src/db. */
#ifndef DD_GRYPE_NAMES_H
#define DD_GRYPE_NAMES_H

#include "base/arena.h"
#include "base/err.h"

/* A row of operating_systems. */
struct dd_grype_system {
	struct dd_str name, release_id, major, minor, label, codename, channel;
};
/* Its ecosystem's key, in a. A system that is not known keeps its name in lower case. */
enum dd_code dd_grype_system_key(const struct dd_grype_system *s, struct dd_arena *a, struct dd_str *ret,
				 struct dd_err *err);
/* The key for packages.ecosystem of a package outside of a distribution ("java-archive" → "maven"), in a. */
enum dd_code dd_grype_language_key(struct dd_str ecosystem, struct dd_arena *a, struct dd_str *ret, struct dd_err *err);

#endif
