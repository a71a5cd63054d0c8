/* SPDX-License-Identifier: Apache-2.0 */
/* The confined side's end of the conversation (protocol.h): queries go out, documents come in, in any order. */
#ifndef DD_FRESH_ASK_H
#define DD_FRESH_ASK_H

#include "base/buf.h"
#include "base/io.h"
#include "fresh/protocol.h"

#define DD_FRESH_DOCUMENT_MAX (256 * DD_MIB) /* unpacked */

/* DD_EARG: name or part is too long or holds a NUL: nobody has such a package. DD_EIO: the other side is gone. */
enum dd_code dd_fresh_ask(int channel, uint32_t id, enum dd_fresh_service service, struct dd_str name,
			  struct dd_str part, struct dd_err *err);

struct dd_fresh_heard {
	struct dd_fresh_reply reply;
	struct dd_map_file file; /* the document as it came, when reply.code is DD_OK */
};
/* Waits for the next reply. Release it with dd_fresh_heard_done. */
enum dd_code dd_fresh_hear(int channel, struct dd_fresh_heard *ret, struct dd_err *err);
void dd_fresh_heard_done(struct dd_fresh_heard *h);

/* bytes without gzip, xz, bzip2 or zstd around them, at most max, in out; *ret is bytes itself where they have none. */
enum dd_code dd_fresh_unpack(struct dd_str bytes, uint64_t max, struct dd_buf *out, struct dd_str *ret,
			     struct dd_err *err);

#endif
