/* SPDX-License-Identifier: Apache-2.0 */
#include "base/lines.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

enum { CHUNK_BYTES = 64 * 1024 };

void dd_lines_open(struct dd_lines *l, int fd, size_t max)
{
	/* Room for the longest line with its CRLF and for the chunk behind it. */
	*l = (struct dd_lines){ .fd = fd, .buf = DD_BUF_INIT(max + 2 + CHUNK_BYTES) };
}

void dd_lines_done(struct dd_lines *l)
{
	dd_buf_done(&l->buf);
}

static struct dd_str waiting(const struct dd_lines *l)
{
	return dd_str_skip(dd_buf_str(&l->buf), l->at);
}

bool dd_lines_would_read(const struct dd_lines *l)
{
	struct dd_str rest = waiting(l);
	return !l->ended && dd_str_find(rest, '\n') == rest.n;
}

static enum dd_code fill(struct dd_lines *l, struct dd_err *err)
{
	struct dd_str rest = waiting(l);
	if (l->at)
		memmove(l->buf.p, rest.p, rest.n);
	l->buf.n = rest.n;
	l->at = 0;
	if (dd_buf_reserve(&l->buf, CHUNK_BYTES) != DD_OK)
		return dd_buf_check(&l->buf, "the input's lines", err);
	ssize_t n;
	do
		n = read(l->fd, l->buf.p + l->buf.n, CHUNK_BYTES);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return dd_fail_errno(err, "cannot read standard input");
	l->ended = n == 0;
	l->buf.n += (size_t)n;
	return DD_OK;
}

enum dd_code dd_lines_next(struct dd_lines *l, struct dd_str *ret_line, struct dd_err *err)
{
	const size_t max = l->buf.max - 2 - CHUNK_BYTES;
	struct dd_str rest, line;
	while (dd_lines_would_read(l)) {
		if (waiting(l).n > max + 1)
			break;
		DD_TRY(fill(l, err));
	}
	rest = waiting(l);
	if (rest.n == 0) {
		*ret_line = (struct dd_str){ NULL, 0 };
		return DD_OK;
	}
	(void)dd_str_line(&rest, &line);
	if (line.n > max)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "line %" PRIu64 " is longer than %zu bytes", l->number + 1,
			       max);
	l->at = l->buf.n - rest.n;
	l->number++;
	*ret_line = line;
	return DD_OK;
}
