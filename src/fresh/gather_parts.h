/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of gather.c share. */
#ifndef DD_FRESH_GATHER_PARTS_H
#define DD_FRESH_GATHER_PARTS_H

#include "base/map.h"
#include "base/vec.h"
#include "fresh/ask.h"
#include "fresh/gather.h"
#include "fresh/releases.h"

struct dd_gathering {
	const struct dd_fresh_wish *wish;
	const struct dd_inventory *inv;
	struct dd_arena *arena;
	struct dd_upstreams *out;
	DD_VEC(struct dd_problem) problems;
	DD_VEC(struct dd_str) warnings;
};

enum dd_code dd_gathering_problem(struct dd_gathering *g, const char *fmt, ...) DD_PRINTF(2, 3);
enum dd_code dd_gathering_warn(struct dd_gathering *g, const char *fmt, ...) DD_PRINTF(2, 3);

/* Third-party packages, from their registries. */
enum dd_code dd_gather_packages(struct dd_gathering *g, struct dd_err *err);
/* Packages of the system, from the repositories that it names. */
enum dd_code dd_gather_system(struct dd_gathering *g, struct dd_err *err);

/* The image's own tag and its base image's. */
enum dd_code dd_gather_image(struct dd_gathering *g, struct dd_err *err);

/* ---- repositories ---- */

/* What repositories offer of one package of the system. */
struct dd_offer {
	struct dd_str best;	/* that an upgrade would take */
	struct dd_str optional; /* from a repository that is only for what came from it (backports) */
	struct dd_str security; /* the newest that the security team announced */
	struct dd_str origin;	/* of best, or of optional */
};

struct dd_offers {
	struct dd_gathering *g;
	struct dd_str type; /* "deb" */
	enum dd_scheme scheme;
	struct dd_offer *of;   /* one for each package of the inventory */
	uint32_t *next;	       /* further packages of the same name */
	struct dd_map by_name; /* the first one */
	size_t read;	       /* repositories that were */
};

struct dd_offer_kind {
	bool optional, security;
	bool announced; /* an advisory says so: the version itself is offered by an index, or not at all */
	struct dd_str origin;
};
/* A version of packages[i] is there. DD_ENOMEM. */
enum dd_code dd_offers_add(struct dd_offers *o, uint32_t i, struct dd_str version, const struct dd_offer_kind *kind);

/* A file of a repository, waited for: its bytes as they came, good until dd_fresh_heard_done(ret). Errors are the
 * reply's. */
enum dd_code dd_gather_file(struct dd_gathering *g, enum dd_fresh_service service, struct dd_str base,
			    struct dd_str part, struct dd_fresh_heard *ret, struct dd_err *err);

/* One for each type. r is one of the inventory's; an error says what is wrong with this repository. */
typedef enum dd_code dd_repository_fn(struct dd_offers *o, const struct dd_repository *r, struct dd_err *err);
dd_repository_fn dd_repository_apk, dd_repository_deb, dd_repository_rpm;

#endif
