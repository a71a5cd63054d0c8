/* SPDX-License-Identifier: Apache-2.0 */
/* VEX documents: what somebody found out about a vulnerability in a product. A statement that a product is not
 * affected, or fixed, suppresses the findings it speaks of, with its words; others are shown beside them. */
#ifndef DD_VEX_H
#define DD_VEX_H

#include "base/map.h"
#include "base/vec.h"
#include "judge/findings.h"
#include "model/inventory.h"
#include "model/purl.h"

enum dd_vex_status {
	DD_VEX_NOT_AFFECTED,
	DD_VEX_FIXED,
	DD_VEX_AFFECTED,
	DD_VEX_UNDER_INVESTIGATION,
	DD_VEX_STATUS_COUNT
};
const char *dd_vex_status_name(enum dd_vex_status s); /* OpenVEX's words: "not_affected" … */
bool dd_vex_status_parse(struct dd_str s, enum dd_vex_status *ret);
/* OpenVEX's justifications, NULL-terminated. */
extern const char *const dd_vex_justifications[];

/* Something a statement speaks of: a package, or an image. */
struct dd_vex_component {
	struct dd_str id; /* as written: a purl, an image name, an IRI */
	bool has_purl;
	struct dd_purl purl;
};

/* One product of a statement. With subcomponents the product is the whole that holds them. */
struct dd_vex_product {
	struct dd_vex_component whole;
	struct dd_str platform; /* CSAF: CPE of the product that the component is part of; empty: any */
	struct dd_vex_component *parts;
	size_t n_parts;
};

struct dd_vex_statement {
	enum dd_vex_status status;
	struct dd_str justification, text; /* text: impact, action or notes, for people; may be empty */
	struct dd_str where;		   /* "FILE#3": the third statement */
	struct dd_str timestamp;	   /* RFC 3339, may be empty: older than all others */
	struct dd_vex_product *products;
	size_t n_products;
};

/* A vulnerability's name → a statement; names of one vulnerability form a chain. */
struct dd_vex_mention {
	uint32_t statement, next;
};

/* Statements of all documents read so far. Zero-initialised is empty. */
struct dd_vex {
	DD_VEC(struct dd_vex_statement) statements;
	DD_VEC(struct dd_vex_mention) mentions;
	struct dd_map by_id; /* lower-case id or alias → first mention */
};

/* Adds the statements of one document: OpenVEX, CSAF 2.0 (profile VEX or security advisory) or CycloneDX, told by its
 * content. `name` is for messages and `where`; texts are copied into `a`.
 * DD_EARG: not JSON, none of the three, or a statement without what its specification demands (names which). DD_ELIMIT:
 * DD_VEX_STATEMENTS_MAX. After a failure vex may not be used. */
enum dd_code dd_vex_add(struct dd_vex *vex, struct dd_str bytes, struct dd_str name, struct dd_arena *a,
			struct dd_err *err);
/* Marks findings: of the statements about a finding's vulnerability (by id or alias) and package, the one with the
 * latest timestamp counts, of equal ones the last read. Findings that something else suppressed stay as they are.
 * DD_ENOMEM. */
enum dd_code dd_vex_apply(const struct dd_vex *vex, const struct dd_inventory *inv, struct dd_arena *a,
			  struct dd_findings *f, struct dd_err *err);
void dd_vex_done(struct dd_vex *vex);

#endif
