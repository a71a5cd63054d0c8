/* SPDX-License-Identifier: Apache-2.0 */
/* Which part of a package a vulnerability lies in, as text for a finding's note. It is shown, and decides nothing: what
 * of a package a program really calls is not known. Internal to src/db. */
#ifndef DD_OSV_EVIDENCE_H
#define DD_OSV_EVIDENCE_H

#include "base/buf.h"
#include "format/json.h"

/* An affected[] of an OSV record, of Go ("in package net/http: Client.Do, Get; in package …") or RustSec ("in functions
 * base100::decode"). Appends nothing when it does not say. */
void dd_osv_evidence(const json_t *affected, struct dd_buf *out);
/* One more name of a list that began at `start` in out, with ", " before it; false: it did not fit, and "…" says so. */
bool dd_osv_evidence_name(struct dd_buf *out, size_t start, struct dd_str name);

#endif
