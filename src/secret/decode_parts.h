/* SPDX-License-Identifier: Apache-2.0 */
/* Between decode.c and what finds and reads one coding each. */
#ifndef DD_SECRET_DECODE_PARTS_H
#define DD_SECRET_DECODE_PARTS_H

#include "secret/decode.h"

enum dd_coding {
	DD_CODING_BASE64,
	DD_CODING_HEX,
	DD_CODING_PERCENT,
	DD_CODING_BACKSLASH,
	DD_CODING_HTML,
	DD_CODING_COUNT
};

/* The first wrapped text at or behind *at. True: its bounds, and *at is where to look for the next one. */
typedef bool dd_coding_find(struct dd_str text, size_t *at, size_t *ret_from, size_t *ret_to);
/* Appends what wrapped stands for, up to out's maximum. False: noise. */
typedef bool dd_coding_read(struct dd_str wrapped, struct dd_buf *out);

dd_coding_find dd_base64_find, dd_hex_find, dd_percent_find, dd_backslash_find, dd_html_find;
dd_coding_read dd_base64_read, dd_hex_read, dd_percent_read, dd_backslash_read, dd_html_read;

/* One step of an escape reader: the bytes at the start of s (not empty) → out (at most 4 bytes); *ret_used are read.
 * Returns how many were written. */
typedef size_t dd_escape_step(struct dd_str s, char out[4], size_t *ret_used);
dd_escape_step dd_percent_step, dd_backslash_step, dd_html_step;

/* How many bytes at the start of s are text: printable ASCII, tab, line ends, valid UTF-8. A sequence that is cut at
 * the end counts. */
size_t dd_text_prefix(struct dd_str s);
/* Writes c as UTF-8; 0: no character. */
size_t dd_utf8_put(uint32_t c, char out[4]);

#endif
