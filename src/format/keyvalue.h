/* SPDX-License-Identifier: Apache-2.0 */
/* Files of shell-like assignments: os-release, lsb-release, buildinfo. */
#ifndef DD_KEYVALUE_H
#define DD_KEYVALUE_H

#include "base/buf.h"

struct dd_keyvalue_reader {
	struct dd_str all, rest;
	struct dd_buf value; /* the value of the last line, unquoted */
};
#define DD_KEYVALUE_READER(bytes) ((struct dd_keyvalue_reader){ (bytes), (bytes), DD_BUF_INIT(DD_FIELD_BYTES_MAX) })

struct dd_keyvalue {
	struct dd_str key;   /* a view into the input */
	struct dd_str value; /* lives in the reader until the next call */
	uint64_t at;	     /* byte offset of the line */
	const char *fault;   /* NULL, or what is wrong with the line; key and value are then the best reading of it */
};

/* The next assignment; blank lines and comments are passed over. False at the end of the input or of memory
 * (r->value.failed tells them apart: it is never set by a long value, which is cut and has a fault).
 * Source: os-release(5), "FORMAT"; POSIX.1-2017 XCU 2.2 "Quoting". */
bool dd_keyvalue_next(struct dd_keyvalue_reader *r, struct dd_keyvalue *ret);
void dd_keyvalue_done(struct dd_keyvalue_reader *r);

#endif
