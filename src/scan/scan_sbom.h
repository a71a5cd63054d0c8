/* SPDX-License-Identifier: Apache-2.0 */
/* A target that is a bill of materials instead of an image; internal to scan/. */
#ifndef DD_SCAN_SBOM_H
#define DD_SCAN_SBOM_H

#include "scan/scan_image.h"

/* *ret_is false: the target is no bill of materials, and nothing was read but the beginning of a file. */
enum dd_code dd_scan_sbom(const struct dd_image_request *req, bool *ret_is, struct dd_inventory *ret,
			  struct dd_err *err);

#endif
