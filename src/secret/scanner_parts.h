/* SPDX-License-Identifier: Apache-2.0 */
/* What scanner*.c share: one file's way through the engine. */
#ifndef DD_SCANNER_PARTS_H
#define DD_SCANNER_PARTS_H

#include "base/buf.h"
#include "secret/decode.h"
#include "secret/detector_parts.h"
#include "secret/sniff.h"

struct dd_lines_at {
	uint64_t counted;     /* offset up to which lines are counted */
	uint64_t line, start; /* the one that this is in, and where it begins */
};

struct dd_secret_scanner {
	const struct dd_secret_detector *d;
	struct dd_finder_scratch finder;
	struct dd_regex_scratch *regex;
	struct dd_rule_progress *progress;
	unsigned char *rule_off;
	struct dd_rule_progress *aside;	 /* as progress, for texts that are made of the file's */
	DD_VEC(struct dd_match) matches; /* of the window */
	struct dd_candidates candidates;
	struct dd_arena window_arena; /* texts that live until the window is done */

	/* the file that is open */
	struct dd_secret_found *found;
	struct dd_buf path, inner;
	struct dd_str whole_path; /* path, or path!inner */
	uint64_t size;
	bool path_search; /* a rule for files of this name has a pattern */
	enum dd_text_kind kind;

	/* bytes that wait; in units, for UTF-16 one byte each */
	char *buffer;
	size_t n, cap, ahead;
	uint64_t base; /* of buffer[0] */
	uint64_t next; /* where the next window begins */
	unsigned char half;
	bool has_half;

	struct dd_lines_at lines;

	struct dd_secret_decoder *decoder; /* made for the first text */
	bool structured;		   /* the whole text is kept in `document` */
	struct dd_buf document;
};

static inline struct dd_str dd_cut(struct dd_str text, size_t start, size_t end)
{
	return dd_str_take(dd_str_skip(text, start), end - start);
}

/* Bytes of the file that one byte of what is searched stands for. */
static inline unsigned dd_scanner_unit(const struct dd_secret_scanner *s)
{
	return s->kind == DD_TEXT_UTF16LE || s->kind == DD_TEXT_UTF16BE ? 2 : 1;
}

enum dd_code dd_scanner_tell(struct dd_secret_scanner *s, uint64_t offset, struct dd_str text, struct dd_err *err);
/* Lines up to the offset, which is inside the window and not before at->counted. */
void dd_count_lines_to(struct dd_lines_at *at, const struct dd_window *w, uint64_t to);
/* The line around [start, end), each side as far as it is looked at. */
struct dd_span dd_line_around(struct dd_str text, size_t start, size_t end);
/* All matches of a text, in s->matches; bytes [from, to) of it are shown to the finder. */
enum dd_code dd_scanner_matches(struct dd_secret_scanner *s, const struct dd_window *w, size_t from, size_t to,
				struct dd_rule_progress *progress, struct dd_err *err);
/* Makes a candidate of a match: all but its place. outer_line: where the text was made of another, the line that it
 * stands in. */
enum dd_code dd_scanner_judge(struct dd_secret_scanner *s, const struct dd_window *w, const struct dd_match *m,
			      struct dd_str outer_line, struct dd_candidate *ret, struct dd_err *err);
/* The same, to the file's candidates unless it is only counted. */
enum dd_code dd_scanner_keep(struct dd_secret_scanner *s, const struct dd_candidate *c, struct dd_err *err);
enum dd_code dd_scanner_window(struct dd_secret_scanner *s, const struct dd_window *w, struct dd_err *err);

/* What is wrapped in a window's own part; lines: at the window's first byte that is its own. */
enum dd_code dd_scanner_wrapped(struct dd_secret_scanner *s, const struct dd_window *w, struct dd_lines_at lines,
				struct dd_err *err);
/* A document read by its structure. */
enum dd_code dd_scanner_document(struct dd_secret_scanner *s, struct dd_str content, struct dd_err *err);

#endif
