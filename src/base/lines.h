/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of a file descriptor, for commands that answer line by line. */
#ifndef DD_LINES_H
#define DD_LINES_H

#include "base/buf.h"

struct dd_lines {
	int fd;		   /* the caller's */
	struct dd_buf buf; /* read, but not given out yet */
	size_t at;	   /* where that begins */
	bool ended;
	uint64_t number; /* of the line given last, from 1 */
};

/* `fd` stays the caller's. A line longer than max bytes is an error. */
void dd_lines_open(struct dd_lines *l, int fd, size_t max);
/* The next line without its LF or CRLF; it lives until the next call. *ret_line.p == NULL at the end. A last line
 * without LF counts. Errors: DD_EIO, DD_ELIMIT (names the line), DD_ENOMEM. */
enum dd_code dd_lines_next(struct dd_lines *l, struct dd_str *ret_line, struct dd_err *err);
/* The next call has to read: whoever talks to a program at the other end flushes its answers first. */
bool dd_lines_would_read(const struct dd_lines *l);
void dd_lines_done(struct dd_lines *l);

#endif
