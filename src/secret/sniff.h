/* SPDX-License-Identifier: Apache-2.0 */
/* Text or not, by a file's first bytes; lines. */
#ifndef DD_SNIFF_H
#define DD_SNIFF_H

#include "base/str.h"

enum dd_text_kind {
	DD_TEXT_UNKNOWN,
	DD_TEXT_NONE,  /* programs, images, what is compressed */
	DD_TEXT_BYTES, /* ASCII, UTF-8, Latin-1 and the like */
	DD_TEXT_UTF16LE,
	DD_TEXT_UTF16BE
};
/* head: the first bytes of a file, all that are looked at. */
enum dd_text_kind dd_sniff(struct dd_str head);
/* n units of UTF-16 → one byte each: ASCII as it is, all else something above 0x7f. Patterns are ASCII, and places
 * remain places. out may be from. */
void dd_utf16_units(enum dd_text_kind kind, const char *from, size_t n, char *out);
/* Line feeds in the text; *ret_last is the place of the last one where there is any. */
size_t dd_count_lines(struct dd_str text, size_t *ret_last);

#endif
