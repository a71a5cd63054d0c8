/* SPDX-License-Identifier: Apache-2.0 */
/* What every bill of materials says, computed once for all of its formats: references, licences, digests, suppliers,
 * the dependency graph and drydock's own properties. Nothing here depends on when or where it is made. */
#ifndef DD_BOM_H
#define DD_BOM_H

#include "base/arena.h"
#include "format/uuid.h"
#include "model/licence.h"
#include "model/report.h"

#define DD_BOM_TOOL_URL "https://github.com/drydock/drydock"

/* A digest that its algorithm's name and length agree with. */
struct dd_bom_hash {
	const char *cyclonedx; /* "SHA-256"; NULL: there is none */
	const char *spdx2;     /* "SHA256" */
	const char *spdx3;     /* "sha256" */
	struct dd_str hex;     /* small letters */
};

/* One of several declared licences. */
struct dd_bom_licence {
	struct dd_str text; /* an identifier of the SPDX list, or as declared */
	bool id;
};

struct dd_bom_item {
	const struct dd_installed *in;
	struct dd_str ref;     /* unique in the document: the purl where there is one */
	struct dd_str spdx_id; /* unique: "Package-deb-libc6-0123456789abcdef" */
	struct dd_licence licence;
	/* Where it has names that the SPDX list does not have: what was declared, line by line. */
	const struct dd_bom_licence *licence_lines;
	size_t n_licence_lines;
	struct dd_bom_hash hash;
	struct dd_str purl;	/* as the inventory has it, where it is one; else empty */
	struct dd_str supplier; /* name without the address; may be empty */
	struct dd_str email;	/* a plain mail address, or empty */
	struct dd_str url;	/* with everything that a URL cannot hold percent-encoded; may be empty */
	struct dd_str cpe;	/* a valid CPE 2.3 name, or empty */
	const uint32_t *needs;	/* items, ascending: what it depends on … */
	size_t n_needs;
	const uint32_t *owns; /* … and third-party packages that its files are evidence of */
	size_t n_owns;
};

struct dd_bom {
	struct dd_arena arena;
	const struct dd_report *report;
	const struct dd_target *target;
	const struct dd_os *os;	   /* NULL: unknown */
	struct dd_bom_item *items; /* one for each of the inventory's packages, in its order */
	size_t n_items;
	struct dd_licence_ref *licence_refs; /* of all items, each id once, in the order of the items */
	size_t n_licence_refs;
	struct dd_str root_ref, os_ref;	       /* os_ref is empty without a known system */
	struct dd_str root_name, root_version; /* the image without its tag, or the path; tag or digest, may be empty */
	struct dd_str root_purl;	       /* pkg:oci/…; empty for what is no image */
	struct dd_bom_hash root_hash;
	char uuid[DD_UUID_TEXT_MAX]; /* of what the document says */
	char stamp[32];		     /* RFC 3339; of SOURCE_DATE_EPOCH, else when the image was made, else empty */
};

/* ret is the caller's after success: dd_bom_done. It refers to r. */
enum dd_code dd_bom_make(const struct dd_report *r, struct dd_bom *ret, struct dd_err *err);
void dd_bom_done(struct dd_bom *bom);

/* drydock's own properties, "drydock:layer:digest" and so on, in a fixed order; those without a value are left out.
 * They are what the format has no place for and what it takes to get the inventory back: docs/sbom.md. */
typedef void dd_bom_property_fn(void *ctx, const char *name, struct dd_str value);
void dd_bom_root_properties(const struct dd_bom *bom, dd_bom_property_fn *fn, void *ctx);
void dd_bom_os_properties(const struct dd_bom *bom, dd_bom_property_fn *fn, void *ctx);
void dd_bom_item_properties(const struct dd_bom *bom, const struct dd_bom_item *item, dd_bom_property_fn *fn,
			    void *ctx);

/* "library", "application" */
const char *dd_bom_item_type(const struct dd_bom_item *item);
/* RFC 3339 for the formats that cannot go without a date: the stamp or 1970-01-01T00:00:00Z. */
const char *dd_bom_date(const struct dd_bom *bom);

#endif
