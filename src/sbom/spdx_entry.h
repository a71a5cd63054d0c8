/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers of SPDX 2 share; internal to sbom/. */
#ifndef DD_SPDX_ENTRY_H
#define DD_SPDX_ENTRY_H

#include "sbom/sbom_parts.h"

/* One package as views into the document; NOASSERTION and NONE are empty already. */
struct dd_spdx_fields {
	struct dd_str id, name, version, supplier, originator, declared, concluded, location, purpose, source_info;
	struct dd_str checksum; /* "sha256:…" */
	struct dd_str purl, cpe;
	uint64_t at;
};

/* Empty for the two words that say that nothing is known. */
struct dd_str dd_spdx_known(struct dd_str s);
enum dd_code dd_spdx_add(struct dd_sbom_reading *r, const struct dd_spdx_fields *f);
/* A relationship by its name; the ones that say nothing about packages are passed over. */
enum dd_code dd_spdx_relate(struct dd_sbom_reading *r, struct dd_str from, struct dd_str type, struct dd_str to,
			    struct dd_str comment, uint64_t at);
/* "SHA256" → "sha256"; NULL: none of ours. */
const char *dd_spdx_algorithm(struct dd_str name);

#endif
