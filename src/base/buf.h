/* SPDX-License-Identifier: Apache-2.0 */
/* A growing byte string that knows its maximum (curl's dynbuf idea): input can never make it larger than its owner
 * said at creation. Owns its bytes; dd_buf_done releases them. */
#ifndef DD_BUF_H
#define DD_BUF_H

#include "base/err.h"
#include "base/str.h"

struct dd_buf {
	char *p;
	size_t n, cap;
	size_t max;  /* DD_ELIMIT beyond it */
	bool failed; /* sticky: set by a failed append, so that a writer can check once at the end */
};

#define DD_BUF_INIT(max_bytes) ((struct dd_buf){ NULL, 0, 0, (max_bytes), false })

/* Appends; DD_ELIMIT beyond max, DD_ENOMEM. After a failure nothing more is appended. */
enum dd_code dd_buf_add(struct dd_buf *b, const void *p, size_t n);
enum dd_code dd_buf_add_str(struct dd_buf *b, struct dd_str s);
enum dd_code dd_buf_add_c(struct dd_buf *b, const char *c);
static inline enum dd_code dd_buf_add_char(struct dd_buf *b, char c)
{
	if (b->n < b->cap && b->n < b->max && !b->failed) {
		b->p[b->n++] = c;
		return DD_OK;
	}
	return dd_buf_add(b, &c, 1);
}
enum dd_code dd_buf_addf(struct dd_buf *b, const char *fmt, ...) DD_PRINTF(2, 3);
/* Escaped by dd_escape_one: safe for a terminal and a log. */
enum dd_code dd_buf_add_escaped(struct dd_buf *b, struct dd_str s);
/* Room for at least n more bytes behind p + n; the caller then sets b->n. */
enum dd_code dd_buf_reserve(struct dd_buf *b, size_t n);
/* LEB128. */
enum dd_code dd_buf_add_varint(struct dd_buf *b, uint64_t v);
void dd_buf_clear(struct dd_buf *b); /* empty, keeps memory */
void dd_buf_done(struct dd_buf *b);
/* The bytes as a view, valid until the next append. */
struct dd_str dd_buf_str(const struct dd_buf *b);
/* NUL-terminated view of the bytes; NULL when memory is out. */
const char *dd_buf_c(struct dd_buf *b);
/* Fails err with DD_ELIMIT or DD_ENOMEM if b has failed, naming `what`. */
enum dd_code dd_buf_check(const struct dd_buf *b, const char *what, struct dd_err *err);

#define DD_CLEANUP_BUF DD_CLEANUP(dd_buf_done)

#endif
