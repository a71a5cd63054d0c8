/* SPDX-License-Identifier: Apache-2.0 */
/* The walk through levels. Containers that can be read from front to back are a chain of streams; those that cannot are
 * gathered first. The depth of the chain is bounded, and so is what all levels of one outer file may unpack to: members
 * may be bombs, overlap, or hold themselves (quines), and all of these end at the same two counters. */
#include "secret/inside.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/content.h"
#include "base/limits.h"
#include "secret/inside_parts.h"

static const struct {
	const char *name;
	enum dd_code (*stream)(struct dd_inside *in, struct dd_stream *s, struct dd_err *err);
	enum dd_code (*bytes)(struct dd_inside *in, struct dd_str bytes, struct dd_err *err);
} readers[DD_INSIDE_COUNT] = {
	[DD_INSIDE_NONE] = { "file", NULL, NULL },
	[DD_INSIDE_COMPRESSED] = { "compressed file", dd_inside_compressed, NULL },
	[DD_INSIDE_TAR] = { "tar archive", dd_inside_tar, NULL },
	[DD_INSIDE_AR] = { "ar archive", dd_inside_ar, NULL },
	[DD_INSIDE_CPIO] = { "cpio archive", dd_inside_cpio, NULL },
	[DD_INSIDE_RPM] = { "RPM package", dd_inside_rpm, NULL },
	[DD_INSIDE_ZIP] = { "zip archive", NULL, dd_inside_zip },
	[DD_INSIDE_SQLITE] = { "SQLite database", NULL, dd_inside_sqlite },
	[DD_INSIDE_PYC] = { "compiled Python", NULL, dd_inside_pyc },
	[DD_INSIDE_GIT_OBJECT] = { "git object", NULL, dd_inside_git_object },
	[DD_INSIDE_GIT_PACK] = { "git pack", NULL, dd_inside_git_pack },
};

/* ---- what is told ---- */

enum dd_code dd_inside_problem(struct dd_inside *in, uint64_t at, struct dd_err *err, const char *fmt, ...)
{
	char text[DD_ERR_MESSAGE_MAX];
	DD_CLEANUP_BUF struct dd_buf line = DD_BUF_INIT(2 * DD_ERR_MESSAGE_MAX);
	va_list args;
	if (in->problems++ > DD_INSIDE_PROBLEMS_MAX)
		return DD_OK;
	va_start(args, fmt);
	(void)vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	if (in->problems > DD_INSIDE_PROBLEMS_MAX)
		(void)dd_buf_add_c(&line, "more than this could not be read");
	else if (in->name.n)
		(void)dd_buf_addf(&line, "in %s: %s", DD_QUOTE(dd_buf_str(&in->name)), text);
	else
		(void)dd_buf_add_c(&line, text);
	if (line.failed)
		return dd_fail_nomem(err);
	return in->visitor->problem(in->visitor->ctx, in->depth > 1 ? DD_NO_OFFSET : at, dd_buf_str(&line), err);
}

enum dd_code dd_inside_failed(struct dd_inside *in, struct dd_str what, const struct dd_err *why, struct dd_err *err)
{
	if (why->code == DD_ENOMEM || why->code == DD_EIO) {
		dd_err_copy(err, why);
		return why->code;
	}
	if (in->exhausted)
		return DD_OK;
	if (what.n)
		return dd_inside_problem(in, why->at, err, "%s: %s", DD_QUOTE(what), why->message);
	return dd_inside_problem(in, why->at, err, "%s", why->message);
}

static bool exhaust(struct dd_inside *in, const char *what, struct dd_err *err, enum dd_code *ret)
{
	*ret = in->exhausted ? DD_OK : dd_inside_problem(in, DD_NO_OFFSET, err, "%s; the rest was not searched", what);
	in->exhausted = true;
	return false;
}

bool dd_inside_spend(struct dd_inside *in, uint64_t bytes, struct dd_err *err, enum dd_code *ret)
{
	*ret = DD_OK;
	if (in->exhausted || bytes > in->bytes_left)
		return exhaust(in, "unpacks to more than a file of its size may", err, ret);
	in->bytes_left -= bytes;
	return true;
}

bool dd_inside_count(struct dd_inside *in, struct dd_err *err, enum dd_code *ret)
{
	*ret = DD_OK;
	if (in->exhausted || in->members_left == 0)
		return exhaust(in, "has too many members", err, ret);
	in->members_left--;
	return true;
}

size_t dd_inside_enter(struct dd_inside *in, struct dd_str name)
{
	size_t before = in->name.n, room = in->name.max - before;
	if (room && before)
		(void)dd_buf_add_char(&in->name, '!');
	room = in->name.max - in->name.n;
	(void)dd_buf_add_str(&in->name, dd_str_take(name, room));
	return before;
}

void dd_inside_leave(struct dd_inside *in, size_t before)
{
	in->name.n = before;
}

/* ---- a stream whose first bytes can be looked at ---- */

struct peeking {
	struct dd_stream base;
	struct dd_stream *from; /* borrowed */
	struct dd_inside *in;
	struct dd_str ready, after; /* blocks that were pulled and not handed out yet */
	bool ended;
	struct dd_err failure; /* .code != DD_OK: sticky */
	char head[DD_INSIDE_HEAD_BYTES];
};

static enum dd_code pull_block(struct peeking *p, struct dd_str *ret, struct dd_err *err)
{
	enum dd_code code;
	DD_TRY(dd_stream_next(p->from, ret, err));
	if (dd_inside_spend(p->in, ret->n, err, &code))
		return DD_OK;
	DD_TRY(code);
	return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "unpacks to more than a file of its size may");
}

static enum dd_code pull(struct peeking *p, struct dd_str *ret, struct dd_err *err)
{
	*ret = DD_STR("");
	if (p->ended)
		return DD_OK;
	if (p->failure.code == DD_OK && pull_block(p, ret, &p->failure) == DD_OK) {
		p->ended = ret->n == 0;
		return DD_OK;
	}
	*ret = DD_STR("");
	dd_err_copy(err, &p->failure);
	return p->failure.code;
}

static enum dd_code peeking_next(struct dd_stream *base, struct dd_str *ret_block, struct dd_err *err)
{
	struct peeking *p = (struct peeking *)base;
	if (p->ready.n) {
		*ret_block = p->ready;
		p->ready = p->after;
		p->after.n = 0;
		return DD_OK;
	}
	return pull(p, ret_block, err);
}

static void peeking_free(struct dd_stream *base)
{
	(void)base; /* on the stack */
}

static void peeking_init(struct peeking *p, struct dd_inside *in, struct dd_stream *from)
{
	static const struct dd_stream_ops ops = { peeking_next, peeking_free };
	p->base.ops = &ops;
	p->from = from;
	p->in = in;
	p->ready = p->after = DD_STR("");
	p->ended = false;
	p->failure.code = DD_OK;
}

/* The first bytes; they will be handed out all the same. */
static enum dd_code peek(struct peeking *p, struct dd_str *ret_head, struct dd_err *err)
{
	size_t n = 0;
	struct dd_str block;
	DD_TRY(pull(p, &block, err));
	while (block.n && n + block.n < sizeof p->head) {
		memcpy(p->head + n, block.p, block.n);
		n += block.n;
		(void)pull(p, &block, NULL); /* what came before a failure counts; it will be told behind it */
	}
	if (n == 0) {
		p->ready = block;
	} else {
		size_t part = sizeof p->head - n < block.n ? sizeof p->head - n : block.n;
		memcpy(p->head + n, block.p, part);
		p->ready = (struct dd_str){ p->head, n + part };
		p->after = dd_str_skip(block, part);
	}
	*ret_head = p->ready;
	return DD_OK;
}

/* ---- one piece ---- */

static enum dd_code feed_bytes(struct dd_inside *in, struct dd_str bytes, struct dd_err *err)
{
	while (bytes.n) {
		struct dd_str block = dd_str_take(bytes, DD_STREAM_BLOCK_BYTES);
		DD_TRY(in->visitor->feed(in->visitor->ctx, block, err));
		bytes = dd_str_skip(bytes, block.n);
	}
	return DD_OK;
}

static enum dd_code show(struct dd_inside *in, uint64_t size, struct dd_stream *s, struct dd_err *err)
{
	const struct dd_inside_visitor *v = in->visitor;
	struct dd_str block;
	struct dd_err why;
	enum dd_code code;
	DD_TRY(v->open(v->ctx, dd_buf_str(&in->name), size, false, err));
	while ((code = dd_stream_next(s, &block, &why)) == DD_OK && block.n)
		DD_TRY(v->feed(v->ctx, block, err));
	DD_TRY(v->close(v->ctx, err));
	return code == DD_OK ? DD_OK : dd_inside_failed(in, DD_STR(""), &why, err);
}

enum dd_code dd_inside_raw(struct dd_inside *in, struct dd_str name, struct dd_str bytes, bool left_over,
			   struct dd_err *err)
{
	const struct dd_inside_visitor *v = in->visitor;
	enum dd_code code;
	if (bytes.n == 0 || !dd_inside_count(in, err, &code))
		return bytes.n ? code : DD_OK;
	size_t before = name.n ? dd_inside_enter(in, name) : in->name.n;
	DD_TRY(v->open(v->ctx, dd_buf_str(&in->name), bytes.n, left_over, err));
	DD_TRY(feed_bytes(in, bytes, err));
	DD_TRY(v->close(v->ctx, err));
	dd_inside_leave(in, before);
	return DD_OK;
}

/* ---- one level ---- */

static enum dd_code read_bytes(struct dd_inside *in, enum dd_inside_kind kind, struct dd_str bytes, struct dd_err *err)
{
	if (readers[kind].bytes)
		return readers[kind].bytes(in, bytes, err);
	DD_CLEANUP(dd_stream_freep) struct dd_stream *s = NULL;
	DD_TRY(dd_stream_memory(bytes, DD_STREAM_BLOCK_BYTES, &s, err));
	return readers[kind].stream(in, s, err);
}

/* A container that must be seen whole. */
static enum dd_code gather(struct dd_inside *in, enum dd_inside_kind kind, struct dd_stream *s, struct dd_err *err)
{
	DD_CLEANUP(dd_content_done) struct dd_content content;
	struct dd_str block, bytes;
	struct dd_err why;
	enum dd_code code;
	dd_content_init(&content, in->spool_dir);
	while ((code = dd_stream_next(s, &block, &why)) == DD_OK && block.n) {
		if (!in->spool_dir && content.n + block.n > DD_EVIDENCE_MEMORY_BYTES)
			return dd_inside_problem(in, DD_NO_OFFSET, err,
						 "%s is too large to be read without a place for it",
						 readers[kind].name);
		DD_TRY(dd_content_add(&content, block, err));
	}
	if (code != DD_OK)
		DD_TRY(dd_inside_failed(in, DD_STR(""), &why, err));
	DD_TRY(dd_content_get(&content, &bytes, err));
	return read_bytes(in, kind, bytes, err);
}

/* May one more level be opened? False: told. */
static bool descend(struct dd_inside *in, enum dd_inside_kind kind, struct dd_err *err, enum dd_code *ret)
{
	bool deep = in->depth >= DD_INSIDE_DEPTH_MAX;
	bool compressed = kind == DD_INSIDE_COMPRESSED;
	*ret = DD_OK;
	if (!deep && !(compressed && in->compressions >= DD_INSIDE_COMPRESSIONS_MAX)) {
		in->depth++;
		in->compressions += compressed;
		return true;
	}
	*ret = dd_inside_problem(in, DD_NO_OFFSET, err, "%s lies too deep in others and was not opened",
				 readers[kind].name);
	return false;
}

static void ascend(struct dd_inside *in, enum dd_inside_kind kind)
{
	in->depth--;
	in->compressions -= kind == DD_INSIDE_COMPRESSED;
}

static enum dd_code content(struct dd_inside *in, uint64_t size, struct peeking *p, struct dd_err *err)
{
	struct dd_str head;
	struct dd_err why;
	enum dd_code code;
	code = peek(p, &head, &why);
	if (code != DD_OK)
		return dd_inside_failed(in, DD_STR(""), &why, err);
	enum dd_inside_kind kind = dd_inside_kind(dd_buf_str(&in->name), head);
	if (kind != DD_INSIDE_NONE && descend(in, kind, err, &code)) {
		code = readers[kind].stream ? readers[kind].stream(in, &p->base, err) : gather(in, kind, &p->base, err);
		ascend(in, kind);
		return code;
	}
	if (kind != DD_INSIDE_NONE)
		DD_TRY(code);
	return head.n ? show(in, size, &p->base, err) : DD_OK;
}

enum dd_code dd_inside_content(struct dd_inside *in, uint64_t size, struct dd_stream *s, struct dd_err *err)
{
	struct peeking p;
	peeking_init(&p, in, s);
	return content(in, size, &p, err);
}

enum dd_code dd_inside_member(struct dd_inside *in, struct dd_str name, uint64_t size, struct dd_stream *s,
			      struct dd_err *err)
{
	enum dd_code code;
	if (!dd_inside_count(in, err, &code))
		return code;
	size_t before = dd_inside_enter(in, name);
	code = dd_inside_content(in, size, s, err);
	dd_inside_leave(in, before);
	return code;
}

enum dd_code dd_inside_member_bytes(struct dd_inside *in, struct dd_str name, struct dd_str bytes, struct dd_err *err)
{
	enum dd_inside_kind kind = dd_inside_kind(name, dd_str_take(bytes, DD_INSIDE_HEAD_BYTES));
	enum dd_code code;
	if (!dd_inside_spend(in, bytes.n, err, &code))
		return code;
	if (kind == DD_INSIDE_NONE)
		return dd_inside_raw(in, name, bytes, false, err);
	if (!dd_inside_count(in, err, &code))
		return code;
	size_t before = dd_inside_enter(in, name);
	if (descend(in, kind, err, &code)) {
		code = read_bytes(in, kind, bytes, err);
		ascend(in, kind);
	} else if (code == DD_OK) {
		code = dd_inside_raw(in, DD_STR(""), bytes, false, err);
	}
	dd_inside_leave(in, before);
	return code;
}

enum dd_code dd_inside_each(struct dd_str path, struct dd_str content, enum dd_inside_kind kind, const char *spool_dir,
			    const struct dd_inside_visitor *visitor, struct dd_err *err)
{
	uint64_t budget;
	if (__builtin_mul_overflow((uint64_t)content.n, DD_INSIDE_RATIO_MAX, &budget) ||
	    budget > DD_INSIDE_BYTES_MAX - DD_INSIDE_GRACE_BYTES)
		budget = DD_INSIDE_BYTES_MAX - DD_INSIDE_GRACE_BYTES;
	struct dd_inside in = {
		.visitor = visitor,
		.spool_dir = spool_dir,
		.path = path,
		.name = DD_BUF_INIT(DD_INSIDE_NAME_BYTES_MAX),
		.scratch = DD_BUF_INIT(DD_MIB),
		.bytes_left = budget + DD_INSIDE_GRACE_BYTES,
		.members_left = DD_INSIDE_MEMBERS_MAX,
		.depth = 1,
		.compressions = kind == DD_INSIDE_COMPRESSED,
	};
	dd_assert(kind != DD_INSIDE_NONE);
	enum dd_code code = read_bytes(&in, kind, content, err);
	dd_buf_done(&in.name);
	dd_buf_done(&in.scratch);
	return code;
}
