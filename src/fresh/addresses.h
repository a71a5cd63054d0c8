/* SPDX-License-Identifier: Apache-2.0 */
/* Where a service has a document: the part of its address below the base. Every query is taken for hostile. */
#ifndef DD_FRESH_ADDRESSES_H
#define DD_FRESH_ADDRESSES_H

#include "base/buf.h"
#include "fresh/protocol.h"

/* Appends "/…" to url, which holds the base without a slash at its end. DD_EARG: name or part cannot be of that
 * service: odd bytes, empty or dotted segments. */
enum dd_code dd_fresh_address(const struct dd_fresh_query *q, struct dd_buf *url, struct dd_err *err);

/* The type of a row, NULL for follow-ups; its base address and variables; its host without variables. */
struct dd_fresh_service_row {
	const char *purl_type, *base, *own_variable, *variable, *accept;
	uint64_t max_bytes;
	bool raw; /* a file whose bytes have a digest or a signature: no compression on the way, no base of its own */
};
extern const struct dd_fresh_service_row dd_fresh_services[DD_FRESH_N_SERVICES];

#endif
