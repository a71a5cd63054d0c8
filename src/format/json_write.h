/* SPDX-License-Identifier: Apache-2.0 */
/* Writes JSON (RFC 8259) into a buffer, front to back, in one pass and without a tree. The outer levels are indented by
 * two blanks a level, one member a line; below `lines` levels a container stays on its line, so that a list of records
 * has one record a line. Failures are the buffer's: check it once at the end.
 * Text that is not UTF-8 cannot be in JSON: each such byte is written as the four characters \xNN. Everything that
 * could repaint a terminal (C0, C1, bidi marks) is written as \uNNNN, which readers turn back into itself. */
#ifndef DD_JSON_WRITE_H
#define DD_JSON_WRITE_H

#include "base/buf.h"

enum { DD_JSONW_DEPTH_MAX = 32 };

struct dd_jsonw {
	struct dd_buf *out; /* the caller's */
	unsigned lines;	    /* levels that are broken into lines */
	unsigned depth;
	bool after_key;
	/* A text that reads like one of the \xNN below is kept apart from it: its backslash is written as \x5c, so that
	 * dd_jsonw_original() gives back the very bytes. */
	bool reversible;
	bool filled[DD_JSONW_DEPTH_MAX]; /* the container of that depth has a member already */
	char closer[DD_JSONW_DEPTH_MAX];
};
#define DD_JSONW(buf, levels) ((struct dd_jsonw){ .out = (buf), .lines = (levels) })

void dd_jsonw_object(struct dd_jsonw *j); /* closed by dd_jsonw_close */
void dd_jsonw_array(struct dd_jsonw *j);  /* the same */
void dd_jsonw_close(struct dd_jsonw *j);
/* The next value is the member's. Keys are the program's own words: ASCII, nothing to escape. */
void dd_jsonw_key(struct dd_jsonw *j, const char *key);
void dd_jsonw_key_text(struct dd_jsonw *j, struct dd_str key); /* of input: any bytes, written as a text is */
void dd_jsonw_text(struct dd_jsonw *j, struct dd_str s);
/* Turns a text that was written reversibly and read as JSON back into the bytes that it was. Writes s.n bytes or fewer
 * to out, which may be s.p; returns how many. */
size_t dd_jsonw_original(struct dd_str s, char *out);
void dd_jsonw_u64(struct dd_jsonw *j, uint64_t v);
void dd_jsonw_i64(struct dd_jsonw *j, int64_t v);
void dd_jsonw_bool(struct dd_jsonw *j, bool v);
void dd_jsonw_null(struct dd_jsonw *j);
/* With up to `digits` significant digits and no useless zeros; null for what is not a finite number. */
void dd_jsonw_real(struct dd_jsonw *j, double v, int digits);
/* With as many digits as it takes to read the same number again. */
void dd_jsonw_exact(struct dd_jsonw *j, double v);

/* A key and its value. */
void dd_jsonw_member_text(struct dd_jsonw *j, const char *key, struct dd_str s);
/* null when s is empty: not known. */
void dd_jsonw_member_known(struct dd_jsonw *j, const char *key, struct dd_str s);
void dd_jsonw_member_u64(struct dd_jsonw *j, const char *key, uint64_t v);
void dd_jsonw_member_bool(struct dd_jsonw *j, const char *key, bool v);
void dd_jsonw_member_texts(struct dd_jsonw *j, const char *key, const struct dd_str *p, size_t n);

#endif
