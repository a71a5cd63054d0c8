/* SPDX-License-Identifier: Apache-2.0 */
/* Finds a version in the bytes of a program by the text around it. A pattern is written as it stands in the program:
 *
 *   bytes    themselves            %0  a NUL      %n  a line feed     %%  a percent sign
 *   <…>      around the version: exactly one pair, which is what is given back
 *   %v       a version of numbers: 1.2, 1.2.3, 10.0.0.1; dots at its ends are not part of it
 *   %V       the same with what people hang on it: 1.2.3-rc.1+git~2
 *   %d       digits    %s  blanks     %t  nothing, or what may follow a version's numbers
 *   %N…x     exactly N characters of class x: d (digits) or a (digits and small letters); N is two digits: %12a
 *   %p       the numbers in the file's name: 3.11 of libpython3.11.so.1.0
 *
 * Every part but bytes takes as many as it can and gives none back, at most DD_PATTERN_RUN_MAX; matching begins at the
 * longest run of bytes (before the first %t, where there is one) and goes forwards and backwards from there. Time is
 * that of one memmem over the data, and at most DD_PATTERN_HITS_MAX tries. Two neighbouring parts must therefore not
 * want the same characters. */
#ifndef DD_CLASSIFIER_PATTERN_H
#define DD_CLASSIFIER_PATTERN_H

#include "base/str.h"

enum {
	DD_PATTERN_PARTS_MAX = 16,
	DD_PATTERN_BYTES_MAX = 128, /* of all literal bytes of one pattern */
	DD_PATTERN_RUN_MAX = 64,    /* of a version, and of every other part */
	DD_PATTERN_HITS_MAX = 20000,
};

struct dd_pattern_part {
	enum dd_pattern_kind {
		DD_PATTERN_LITERAL,
		DD_PATTERN_NUMBERS,
		DD_PATTERN_VERSION,
		DD_PATTERN_DIGITS,
		DD_PATTERN_BLANKS,
		DD_PATTERN_TAIL,
		DD_PATTERN_WORD, /* of a fixed length only */
	} kind;
	uint16_t at, n; /* of the literal in bytes[]; n: the fixed length of others, 0: any */
};

struct dd_pattern {
	struct dd_pattern_part parts[DD_PATTERN_PARTS_MAX];
	size_t n, from, to; /* the version is parts[from] … parts[to - 1] */
	size_t anchor;	    /* the literal that is searched */
	char bytes[DD_PATTERN_BYTES_MAX];
};

/* False: text is no pattern, or it uses %p and numbers is empty. */
bool dd_pattern_read(struct dd_pattern *p, struct dd_str text, struct dd_str numbers);
/* The version at the first place that fits, a view of data; empty: none. */
struct dd_str dd_pattern_search(const struct dd_pattern *p, struct dd_str data);

#endif
