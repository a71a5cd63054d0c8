/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers of the kinds share; internal to inside_*.c.
 *
 * Two sorts of failure: a reader returns an error only for what ends everything (the visitor's, memory, the spool).
 * What is wrong in the bytes goes through dd_inside_failed, and the reader returns DD_OK. */
#ifndef DD_SECRET_INSIDE_PARTS_H
#define DD_SECRET_INSIDE_PARTS_H

#include "base/buf.h"
#include "base/stream.h"
#include "secret/inside.h"

struct dd_inside {
	const struct dd_inside_visitor *visitor;
	const char *spool_dir;
	struct dd_str path;    /* of the outer file */
	struct dd_buf name;    /* the inner path of what is read now */
	struct dd_buf scratch; /* of whoever reads; nothing in it survives a call of another reader */
	uint64_t bytes_left;   /* that may still be unpacked */
	uint64_t members_left; /* … looked at */
	unsigned depth, compressions;
	unsigned problems;
	bool exhausted; /* one of the two limits was met, and told: nothing more is read */
};

/* Readers. The stream ones are for what need not be seen whole. */
enum dd_code dd_inside_compressed(struct dd_inside *in, struct dd_stream *s, struct dd_err *err);
enum dd_code dd_inside_tar(struct dd_inside *in, struct dd_stream *s, struct dd_err *err);
enum dd_code dd_inside_ar(struct dd_inside *in, struct dd_stream *s, struct dd_err *err);
enum dd_code dd_inside_cpio(struct dd_inside *in, struct dd_stream *s, struct dd_err *err);
enum dd_code dd_inside_rpm(struct dd_inside *in, struct dd_stream *s, struct dd_err *err);
enum dd_code dd_inside_zip(struct dd_inside *in, struct dd_str bytes, struct dd_err *err);
enum dd_code dd_inside_sqlite(struct dd_inside *in, struct dd_str bytes, struct dd_err *err);
enum dd_code dd_inside_pyc(struct dd_inside *in, struct dd_str bytes, struct dd_err *err);
enum dd_code dd_inside_git_object(struct dd_inside *in, struct dd_str bytes, struct dd_err *err);
enum dd_code dd_inside_git_pack(struct dd_inside *in, struct dd_str bytes, struct dd_err *err);

/* A member of what is read now, a container itself or not. Its bytes are read to the end unless a limit is met. */
enum dd_code dd_inside_member(struct dd_inside *in, struct dd_str name, uint64_t size, struct dd_stream *content,
			      struct dd_err *err);
enum dd_code dd_inside_member_bytes(struct dd_inside *in, struct dd_str name, struct dd_str content,
				    struct dd_err *err);
/* The same without a name of its own: what is in a compressed tar has the names that it has in the tar. */
enum dd_code dd_inside_content(struct dd_inside *in, uint64_t size, struct dd_stream *content, struct dd_err *err);
/* Bytes as they are, no container. name empty: of what is read now. */
enum dd_code dd_inside_raw(struct dd_inside *in, struct dd_str name, struct dd_str bytes, bool left_over,
			   struct dd_err *err);
/* A stream of bytes that are read in fields of a known length. */
struct dd_inside_reader {
	struct dd_stream base; /* what is left of the part that was begun with _part; its free does nothing */
	struct dd_stream *from;
	struct dd_str block;
	uint64_t at;   /* bytes read */
	uint64_t left; /* of the part */
};
void dd_inside_reader_init(struct dd_inside_reader *r, struct dd_stream *from, struct dd_str first);
/* Exactly n bytes, or fewer at the end: *ret_n. out NULL: passed by. */
enum dd_code dd_inside_reader_take(struct dd_inside_reader *r, char *out, uint64_t n, uint64_t *ret_n,
				   struct dd_err *err);
/* r->base now gives the next n bytes (UINT64_MAX: all) and then ends; a source that ends before is DD_EPARSE. */
void dd_inside_reader_part(struct dd_inside_reader *r, uint64_t n);
/* What stands behind the end of an archive but zero bytes, as a member of its own. */
enum dd_code dd_inside_rest(struct dd_inside *in, struct dd_inside_reader *r, struct dd_err *err);

/* Puts "!name" behind the inner path; gives its length before, for dd_inside_leave. */
size_t dd_inside_enter(struct dd_inside *in, struct dd_str name);
void dd_inside_leave(struct dd_inside *in, size_t before);
/* Counts a member; false: there were too many, which was told. */
bool dd_inside_count(struct dd_inside *in, struct dd_err *err, enum dd_code *ret);
/* Counts bytes that cost work without passing through dd_inside_member. False as above. */
bool dd_inside_spend(struct dd_inside *in, uint64_t bytes, struct dd_err *err, enum dd_code *ret);

/* What reading gave: memory and spool end everything, else it is told of the current inner path (and `what`, which may
 * be empty) and DD_OK. */
enum dd_code dd_inside_failed(struct dd_inside *in, struct dd_str what, const struct dd_err *why, struct dd_err *err);
enum dd_code dd_inside_problem(struct dd_inside *in, uint64_t at, struct dd_err *err, const char *fmt, ...)
	DD_PRINTF(4, 5);

#endif
