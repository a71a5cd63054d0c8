/* SPDX-License-Identifier: Apache-2.0 */
/* One run of the vulnerability judge, and what judging the system's packages and third-party ones have in common.
 * Internal to judge/vuln/. Steps return a bare DD_ENOMEM; dd_judge_vuln puts it into words. */
#ifndef DD_JUDGING_H
#define DD_JUDGING_H

#include "base/map.h"
#include "db/db.h"
#include "judge/findings.h"
#include "judge/vuln/statement.h"
#include "model/inventory.h"
#include "version/ecosystem.h"

enum { DD_JUDGING_KEYS_MAX = 4 };

/* What advisories may call a package, with the version that goes with the name. */
struct dd_subject {
	struct dd_str name, version;
	bool ignore_epoch, revisions; /* see struct dd_order */
};

/* Where advisories are asked for. */
struct dd_judging_key {
	struct dd_str text;		      /* ecosystem key: "debian:12", "npm" */
	enum dd_rank rank;		      /* DD_RANK_DISTRIBUTION: the release itself; there the source decides */
	const struct dd_ecosystem *ecosystem; /* whose names and versions are meant there; NULL: the place's */
	bool binary; /* asked by the package's own name and version, whatever the others are asked by */
};

/* Of the packages that are judged alike. */
struct dd_judging_place {
	const struct dd_ecosystem *ecosystem;
	struct dd_judging_key keys[DD_JUDGING_KEYS_MAX];
	size_t n_keys;
	bool third_party;
};

struct dd_judging {
	const struct dd_inventory *inv;
	const struct dd_db *db;
	struct dd_arena *arena; /* findings */
	struct dd_findings *out;
	struct dd_err *err;
	struct dd_str os_text; /* "debian 12", safe to print */
	bool kernel_installed;
	struct dd_map seen; /* vulnerability handle (4 bytes) → index into vulns */
	DD_VEC(struct dd_vuln) vulns;
};

/* The `who` of problems. */
extern const char dd_judging_who[];

/* A problem that is of no package. */
#define DD_JUDGING_PROBLEM(j, ...)                                                                                     \
	dd_findings_problem((j)->out, (j)->arena, dd_judging_who, DD_NO_LAYER, DD_STR(""), __VA_ARGS__)

/* Adds the key unless the database has nothing for it. */
void dd_judging_add_key(const struct dd_judging *j, struct dd_judging_place *at, struct dd_str text, enum dd_rank rank);
/* A version that the ecosystem can compare. */
bool dd_judging_is_version(enum dd_scheme scheme, struct dd_str v);
/* Everything the database says under `at` of the package by its subjects (checked by the caller) → findings.
 * *ret_known (may be NULL): some source has a word for one of the names, whatever the version. */
enum dd_code dd_judging_package(struct dd_judging *j, const struct dd_judging_place *at, size_t package,
				const struct dd_subject *subjects, size_t n_subjects, bool *ret_known);

/* vuln_system.c: packages of the image's own distribution. */
enum dd_code dd_judge_system(struct dd_judging *j);
/* vuln_third_party.c: packages of language and application ecosystems. */
enum dd_code dd_judge_third_party(struct dd_judging *j);

#endif
