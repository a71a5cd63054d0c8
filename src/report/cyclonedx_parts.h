/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of the CycloneDX reports, internal to report/. */
#ifndef DD_CYCLONEDX_PARTS_H
#define DD_CYCLONEDX_PARTS_H

#include "report/bom.h"
#include "report/cyclonedx_out.h"

/* CycloneDX 1.N */
enum { DD_CDX_14 = 4, DD_CDX_15 = 5, DD_CDX_16 = 6, DD_CDX_17 = 7 };

/* cyclonedx_vulnerabilities.c: the report's vulnerabilities; nothing when it has none. */
enum dd_code dd_cdx_vulnerabilities(struct dd_cdx_out *o, const struct dd_bom *bom, unsigned version,
				    struct dd_err *err);

#endif
