/* SPDX-License-Identifier: Apache-2.0 */
/* tar-split's metadata (github.com/vbatts/tar-split v0.11: tar/storage/{entry,packer}.go, tar/asm/assemble.go): one
 * JSON object a line, in the order of the tar:
 *
 *   { "type": 2, "payload": base64 of raw bytes, "position": n }     headers, padding, the end's zeros
 *   { "type": 1, "name": "./etc/passwd", "size": n, "payload": base64 of a CRC-64, "position": n }   a file's content
 *
 * "name_raw" (base64) stands for a name that is not UTF-8. Entries that have no content (directories, links, empty
 * files) come as type 1 too, without "size". "payload" may be null or "". "position" counts the lines; nothing depends
 * on it. The CRC is not looked at: whoever uses the layer has a digest over all of it. */
#include "format/tar_split.h"

#include <unistd.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/io.h"
#include "base/limits.h"
#include "format/json.h"

enum { TYPE_FILE = 1, TYPE_SEGMENT = 2 };

struct split {
	struct dd_stream base;
	struct dd_stream *in; /* borrowed */
	struct dd_tar_split_files files;
	struct dd_str unread; /* of in's last block */
	uint64_t at;	      /* of unread in `in` */
	bool in_ended;
	struct dd_buf line; /* one that lies in several blocks */
	struct dd_buf segment;
	size_t segment_at; /* what of it is handed out */
	struct dd_buf name;
	int fd; /* of the file that is being read, or -1 */
	uint64_t left;
	uint64_t total; /* handed out, and promised by sizes */
	enum dd_code failed;
	struct dd_err why;
	char *block; /* DD_STREAM_BLOCK_BYTES */
};

/* ---- lines ---- */

static enum dd_code more_input(struct split *s, struct dd_err *err)
{
	DD_TRY(dd_stream_next(s->in, &s->unread, err));
	s->in_ended = s->unread.n == 0;
	return DD_OK;
}

/* *ret_line.p NULL: none is left. It is good until the next call. *ret_at: where it begins. */
static enum dd_code next_line(struct split *s, struct dd_str *ret_line, uint64_t *ret_at, struct dd_err *err)
{
	*ret_at = s->at;
	dd_buf_clear(&s->line);
	for (;;) {
		size_t end = dd_str_find(s->unread, '\n');
		struct dd_str part = dd_str_take(s->unread, end);
		bool whole = end < s->unread.n;
		size_t used = whole ? end + 1 : end;
		if (part.n > DD_TAR_SPLIT_LINE_MAX - s->line.n)
			return dd_fail(err, DD_ELIMIT, *ret_at, "tar-split: a line has more than %d bytes",
				       DD_TAR_SPLIT_LINE_MAX);
		s->unread = dd_str_skip(s->unread, used);
		s->at += used;
		if (whole && s->line.n == 0) {
			*ret_line = part;
			return DD_OK;
		}
		(void)dd_buf_add_str(&s->line, part);
		DD_TRY(dd_buf_check(&s->line, "a line of tar-split", err));
		if (whole || s->in_ended) {
			*ret_line = whole || s->line.n ? dd_buf_str(&s->line) : (struct dd_str){ NULL, 0 };
			return DD_OK;
		}
		DD_TRY(more_input(s, err));
	}
}

/* ---- entries ---- */

static enum dd_code promise(struct split *s, uint64_t bytes, struct dd_err *err)
{
	if (bytes > DD_LAYER_BYTES_MAX - s->total)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "tar-split: the layer has more than %llu bytes",
			       (unsigned long long)DD_LAYER_BYTES_MAX);
	s->total += bytes;
	return DD_OK;
}

static enum dd_code take_segment(struct split *s, const json_t *entry, uint64_t at, struct dd_err *err)
{
	dd_buf_clear(&s->segment);
	s->segment_at = 0;
	if (!dd_base64_decode(dd_json_str(entry, "payload"), &s->segment)) {
		DD_TRY(dd_buf_check(&s->segment, "a segment of tar-split", err));
		return dd_fail(err, DD_EPARSE, at, "tar-split: a segment's payload is not base64");
	}
	return promise(s, s->segment.n, err);
}

static enum dd_code take_name(struct split *s, const json_t *entry, uint64_t at, struct dd_err *err)
{
	struct dd_str raw = dd_json_str(entry, "name_raw"), name = dd_json_str(entry, "name");
	dd_buf_clear(&s->name);
	bool ok = raw.n ? dd_base64_decode(raw, &s->name) : dd_buf_add_str(&s->name, name) == DD_OK;
	struct dd_str got = dd_buf_str(&s->name);
	if (!ok || got.n == 0 || memchr(got.p, '\0', got.n))
		return dd_fail(err, DD_EPARSE, at, "tar-split: a file without a usable name");
	return DD_OK;
}

static enum dd_code take_file(struct split *s, const json_t *entry, uint64_t at, struct dd_err *err)
{
	int64_t size = 0;
	const json_t *given = dd_json_get(entry, "size");
	if (given && (!dd_json_int(entry, "size", &size) || size < 0))
		return dd_fail(err, DD_EPARSE, at, "tar-split: a file's size makes no sense");
	if (size == 0)
		return DD_OK;
	DD_TRY(take_name(s, entry, at, err));
	DD_TRY(promise(s, (uint64_t)size, err));
	DD_TRY(s->files.open(s->files.ctx, dd_buf_str(&s->name), (uint64_t)size, &s->fd, err));
	s->left = (uint64_t)size;
	return DD_OK;
}

static enum dd_code take_entry(struct split *s, struct dd_str line, uint64_t at, struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *entry = NULL;
	int64_t type = 0;
	struct dd_err why;
	if (dd_str_trim(line).n == 0)
		return DD_OK;
	if (dd_json_parse(line, &entry, &why) != DD_OK)
		return dd_fail(err, DD_EPARSE, at, "tar-split: a line is not JSON: %.200s", why.message);
	(void)dd_json_int(entry, "type", &type);
	if (type == TYPE_SEGMENT)
		return take_segment(s, entry, at, err);
	if (type == TYPE_FILE)
		return take_file(s, entry, at, err);
	return dd_fail(err, DD_EPARSE, at, "tar-split: an entry of unknown type %lld", (long long)type);
}

/* ---- the stream ---- */

static size_t copy_segment(struct split *s, size_t filled)
{
	struct dd_str rest =
		dd_str_take(dd_str_skip(dd_buf_str(&s->segment), s->segment_at), DD_STREAM_BLOCK_BYTES - filled);
	if (rest.n)
		memcpy(s->block + filled, rest.p, rest.n);
	s->segment_at += rest.n;
	return rest.n;
}

static enum dd_code read_file(struct split *s, size_t filled, size_t *ret_n, struct dd_err *err)
{
	size_t room = DD_STREAM_BLOCK_BYTES - filled, want = s->left < room ? (size_t)s->left : room, got = 0;
	if (dd_read_full(s->fd, s->block + filled, want, &got, err) != DD_OK)
		return dd_wrap(err, "%s", DD_QUOTE(dd_buf_str(&s->name)));
	if (got < want)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "the unpacked file %s is cut: %llu bytes are missing",
			       DD_QUOTE(dd_buf_str(&s->name)), (unsigned long long)(s->left - got));
	s->left -= got;
	if (s->left == 0)
		dd_closep(&s->fd);
	*ret_n = got;
	return DD_OK;
}

static enum dd_code fill(struct split *s, size_t *ret_n, struct dd_err *err)
{
	*ret_n = 0;
	while (*ret_n < DD_STREAM_BLOCK_BYTES) {
		struct dd_str line;
		uint64_t at;
		size_t n = 0;
		if (s->segment_at < s->segment.n) {
			*ret_n += copy_segment(s, *ret_n);
		} else if (s->left) {
			DD_TRY(read_file(s, *ret_n, &n, err));
			*ret_n += n;
		} else {
			DD_TRY(next_line(s, &line, &at, err));
			if (!line.p)
				return DD_OK;
			DD_TRY(take_entry(s, line, at, err));
		}
	}
	return DD_OK;
}

/* A failure is told once what came before it was handed out, and ever after. */
static enum dd_code split_next(struct dd_stream *base, struct dd_str *ret_block, struct dd_err *err)
{
	struct split *s = (struct split *)base;
	size_t n = 0;
	if (s->failed == DD_OK)
		s->failed = fill(s, &n, &s->why);
	if (s->failed != DD_OK && n == 0) {
		dd_err_copy(err, &s->why);
		return s->failed;
	}
	*ret_block = (struct dd_str){ s->block, n };
	return DD_OK;
}

static void split_free(struct dd_stream *base)
{
	struct split *s = (struct split *)base;
	dd_buf_done(&s->line);
	dd_buf_done(&s->segment);
	dd_buf_done(&s->name);
	dd_closep(&s->fd);
	dd_free(s->block);
	dd_free(s);
}

enum dd_code dd_tar_split_stream(struct dd_stream *in, const struct dd_tar_split_files *files, struct dd_stream **ret,
				 struct dd_err *err)
{
	static const struct dd_stream_ops ops = { .next = split_next, .free = split_free };
	struct split *s = dd_alloc_zero(1, sizeof *s);
	char *block = dd_alloc(DD_STREAM_BLOCK_BYTES);
	if (!s || !block) {
		dd_free(s);
		dd_free(block);
		return dd_fail_nomem(err);
	}
	*s = (struct split){ .base = { &ops }, .in = in, .files = *files, .fd = -1, .block = block };
	s->line = DD_BUF_INIT((size_t)DD_TAR_SPLIT_LINE_MAX);
	s->segment = DD_BUF_INIT((size_t)DD_TAR_SPLIT_LINE_MAX);
	s->name = DD_BUF_INIT(DD_PATH_MAX);
	*ret = &s->base;
	return DD_OK;
}
