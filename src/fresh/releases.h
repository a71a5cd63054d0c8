/* SPDX-License-Identifier: Apache-2.0 */
/* What a registry's document says of one package: its releases, and what is abnormal of them. One parser a kind of
 * document (services.def), all pure; what follows for an installed version is decided once, in standing.c. */
#ifndef DD_FRESH_RELEASES_H
#define DD_FRESH_RELEASES_H

#include "base/arena.h"
#include "base/vec.h"
#include "fresh/protocol.h"
#include "model/upstream.h"
#include "version/version.h"

struct dd_release {
	struct dd_str version;
	struct dd_str released; /* RFC 3339, may be empty */
	unsigned marks;		/* DD_UPSTREAM_* bits of this version */
	struct dd_str words, instead;
	bool unlisted; /* there, but not offered */
};

enum { DD_RELEASES_MAX = 100000, DD_RELEASES_PAGES_MAX = 16 };

struct dd_releases {
	struct dd_arena arena; /* owns all texts */
	DD_VEC(struct dd_release) list;
	struct dd_str latest; /* as the registry says; empty: the newest of the list is */
	/* Of the package as a whole. */
	unsigned marks;
	struct dd_str words, instead;
	bool complete; /* a version that is not in the list was taken back */
	/* What is to be asked next before this is whole; DD_FRESH_N_SERVICES: nothing. */
	enum dd_fresh_service next;
	struct dd_str parts[DD_RELEASES_PAGES_MAX]; /* the last one first */
	size_t n_parts;
};

void dd_releases_init(struct dd_releases *r);
void dd_releases_done(struct dd_releases *r);

/* Adds what a document of that service says. name: the package's. DD_EPARSE, DD_ELIMIT, DD_EUNSUPPORTED: it is not what
 * it should be (an HTML page of a captive portal); what was found before the fault stays. */
enum dd_code dd_releases_read(enum dd_fresh_service service, struct dd_str doc, struct dd_str name,
			      struct dd_releases *r, struct dd_err *err);

/* Of one installed version. Fills all but state and origin; texts live in a. DD_ENOMEM. */
enum dd_code dd_releases_standing(const struct dd_releases *r, enum dd_scheme scheme, struct dd_str installed,
				  struct dd_arena *a, struct dd_upstream *ret, struct dd_err *err);
/* Not meant for everybody, by the form of the version: alpha, beta, rc, dev, snapshot. */
bool dd_release_is_pre(enum dd_scheme scheme, struct dd_str version);
/* The newest release that is meant for use: neither taken back nor unlisted nor a pre-release, unless there are only
 * those. NULL: none that can be compared. */
const struct dd_release *dd_releases_newest(const struct dd_releases *r, enum dd_scheme scheme);

/* For parsers: */
/* A zeroed release with this version (copied); NULL: memory or DD_RELEASES_MAX. Good until the next call. */
struct dd_release *dd_releases_add(struct dd_releases *r, struct dd_str version);
/* A copy in r's arena, cut at a length for people; the empty text when memory is out. */
struct dd_str dd_releases_words(struct dd_releases *r, struct dd_str s);

typedef enum dd_code dd_releases_fn(struct dd_str doc, struct dd_str name, struct dd_releases *r, struct dd_err *err);
dd_releases_fn dd_releases_npm, dd_releases_pypi, dd_releases_cargo, dd_releases_go_list, dd_releases_go_latest,
	dd_releases_go_mod, dd_releases_maven, dd_releases_gem, dd_releases_nuget, dd_releases_nuget_page,
	dd_releases_composer;

#endif
