/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by go_regex*.c only. */
#ifndef DD_GO_REGEX_PARTS_H
#define DD_GO_REGEX_PARTS_H

#include "base/buf.h"
#include "base/str.h"

/* A set of characters: the 128 of ASCII, ranges of others, and bytes that are no ASCII whichever they are. */
enum { DD_GO_RANGES_MAX = 256 };
struct dd_go_class {
	uint64_t ascii[2];
	struct {
		uint32_t first, last;
	} ranges[DD_GO_RANGES_MAX];
	size_t n;
	bool all_others; /* every byte from 0x80 */
};

struct dd_go_reader {
	struct dd_str pattern;
	size_t at;
};

/* Behind the backslash, which was read. Characters only: what stands for several is dd_go_named_class. */
enum dd_code dd_go_read_escape(struct dd_go_reader *r, uint32_t *ret, struct dd_err *err);
/* The next character, which is not at the end: UTF-8, or a single byte where it is none. */
uint32_t dd_go_read_char(struct dd_go_reader *r);
/* \d \S \pL \P{Greek} behind the backslash; false (nothing read) when it is none of these. */
bool dd_go_named_class(struct dd_go_reader *r, struct dd_go_class *c);
/* [:word:] at the bracket; false when it is none. DD_EPARSE for an unknown name. */
enum dd_code dd_go_posix_class(struct dd_go_reader *r, struct dd_go_class *c, bool *ret_is, struct dd_err *err);
/* "[…]", from behind the bracket to behind the closing one. */
enum dd_code dd_go_read_class(struct dd_go_reader *r, struct dd_buf *out, struct dd_err *err);
enum dd_code dd_go_class_add(struct dd_go_class *c, uint32_t first, uint32_t last, struct dd_err *err);
void dd_go_class_write(const struct dd_go_class *c, bool negated, struct dd_buf *out);
void dd_go_write_char(uint32_t c, struct dd_buf *out);

#endif
