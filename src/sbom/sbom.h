/* SPDX-License-Identifier: Apache-2.0 */
/* Bills of materials of any common kind → inventory, as if the image had been read. */
#ifndef DD_SBOM_H
#define DD_SBOM_H

#include "base/err.h"
#include "base/limits.h"
#include "model/inventory.h"

enum dd_sbom_kind {
	DD_SBOM_NONE,
	DD_SBOM_CYCLONEDX, /* JSON, 1.2 and later */
	DD_SBOM_CYCLONEDX_XML,
	DD_SBOM_SPDX, /* JSON, 2.2 and 2.3 */
	DD_SBOM_SPDX_TV,
	DD_SBOM_SPDX3, /* JSON-LD, 3.0 */
	DD_SBOM_SYFT,  /* syft -o syft-json */
	DD_SBOM_TRIVY, /* trivy --format json --list-all-pkgs */
	DD_SBOM_PURLS, /* one package URL a line */
	DD_SBOM_KINDS
};

/* The largest document; real ones of large images have 30 MB. */
#define DD_SBOM_BYTES_MAX (2 * DD_GIB)
/* Enough of a file's beginning to tell that it may be a bill of materials. */
enum { DD_SBOM_HEAD_BYTES = 4096 };

/* "CycloneDX JSON", "SPDX 2 tag-value" … */
const char *dd_sbom_kind_name(enum dd_sbom_kind kind);
/* Does a file that begins so look like text of one of the kinds? No image archive does. */
bool dd_sbom_maybe(struct dd_str head);
/* Told by what is in the document, never by its name. Linear; reads JSON up to the member that decides. */
enum dd_sbom_kind dd_sbom_sniff(struct dd_str doc);

/* Reads a whole document. What cannot be read in it is a problem of the inventory (analyzer "sbom", with the offset),
 * and the rest is read; DD_EPARSE and DD_EUNSUPPORTED only when there is nothing to read at all.
 * In:  target is what the user called it; it becomes the target's name.
 * Out: *ret owns everything; released by dd_arena_done(&ret->arena). */
enum dd_code dd_sbom_read(struct dd_str doc, struct dd_str target, struct dd_inventory *ret, struct dd_err *err);

/* As dd_sbom_read, and also checks the rules of the format that a reader could do without: required fields, unique and
 * resolvable references, package URLs, licences. Every fault is a problem of the inventory. */
enum dd_code dd_sbom_validate(struct dd_str doc, struct dd_str target, struct dd_inventory *ret,
			      enum dd_sbom_kind *ret_kind, struct dd_err *err);

#endif
