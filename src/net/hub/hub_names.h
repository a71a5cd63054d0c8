/* SPDX-License-Identifier: Apache-2.0 */
/* Names on Docker Hub, without asking it: which are official, and which only look like a well-known one. A badge
 * belongs to one exact name and is never passed on to one that is like it. */
#ifndef DD_HUB_NAMES_H
#define DD_HUB_NAMES_H

#include "base/str.h"

struct dd_official_image {
	const char *name;
	bool deprecated;     /* given up: no more updates */
	const char *instead; /* what its description names in its place; "" none */
};
/* An official image by its exact name below library/; NULL: none is known. */
const struct dd_official_image *dd_hub_official(struct dd_str name);
/* "" none, else a sentence on a namespace that was given up ("bitnamilegacy"). */
const char *dd_hub_namespace_note(struct dd_str name);
/* An exact name of a publisher that is known to many. */
bool dd_hub_known_publisher(struct dd_str name);

enum dd_lookalike_kind {
	DD_LOOKALIKE_NONE,
	DD_LOOKALIKE_SAME_NAME, /* acme/nginx: another publisher's image of an official one's name; not a trick by
				   itself */
	DD_LOOKALIKE_IMAGE,	/* library/ngimx, nginx-official/nginx */
	DD_LOOKALIKE_PUBLISHER, /* bitnamy/redis */
	DD_LOOKALIKE_REGISTRY,	/* ghrc.io/… */
};
const char *dd_lookalike_kind_name(enum dd_lookalike_kind kind); /* "none", "same-name", "image" … */

struct dd_lookalike {
	enum dd_lookalike_kind kind;
	struct dd_str of; /* "nginx", "bitnami", "ghcr.io" */
	const char *how;  /* "one letter differs", "letters that look alike" … */
};
/* registry and repository as struct dd_reference has them. More names than those known here: `known`, names of
 * repositories ("bitnami/redis") that have a badge. `of` is a view into what was given, or lives forever. */
struct dd_lookalike dd_hub_lookalike(struct dd_str registry, struct dd_str repository, const struct dd_str *known,
				     size_t n_known);

#endif
