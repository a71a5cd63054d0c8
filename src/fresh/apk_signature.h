/* SPDX-License-Identifier: Apache-2.0 */
/* The signature in front of an index of apk. */
#ifndef DD_FRESH_APK_SIGNATURE_H
#define DD_FRESH_APK_SIGNATURE_H

#include "fresh/gather_parts.h"

/* *ret_index is what a known key signed, or all of bytes where there is no signature, or only by keys that nobody here
 * has. DD_EDIGEST: a signature by a known key is bad. */
enum dd_code dd_apk_signed(struct dd_gathering *g, struct dd_str bytes, struct dd_str *ret_index, struct dd_err *err);

#endif
