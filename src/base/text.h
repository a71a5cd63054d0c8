/* SPDX-License-Identifier: Apache-2.0 */
/* Text for people: escaping of hostile bytes, sizes, times, column widths. */
#ifndef DD_TEXT_H
#define DD_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* Length in bytes of the valid UTF-8 sequence at the start of s (RFC 3629: no surrogates, no overlong forms, at most
 * U+10FFFF), 0 when there is none. */
size_t dd_utf8_len(struct dd_str s);
/* The code point at the start of s, for which dd_utf8_len(s) is not 0. */
uint32_t dd_utf8_decode(struct dd_str s);

/* Writes the safe form of the first character of s (s.n >= 1) to out: itself when it is printable UTF-8, else \xNN (or
 * \n, \t, \r). Bytes in `also` and the backslash are escaped too. C1 controls, bidi overrides and line separators are
 * not printable: a name must not repaint a terminal. Returns the bytes written (<= 8), *ret_used those consumed. */
size_t dd_escape_one(struct dd_str s, const char *also, char out[8], size_t *ret_used);

/* "12.3 MiB"; "0 B" to "16.0 EiB". out needs 16 bytes. */
const char *dd_human_bytes(uint64_t bytes, char out[16]);

/* RFC 3339 in UTC, seconds: "2026-11-21T20:00:00Z". Seconds since the epoch, may be negative. out needs 32 bytes. */
const char *dd_time_text(int64_t unix_s, char out[32]);
/* Reads "YYYY-MM-DD" with an optional "Thh:mm:ss[.frac](Z|±hh:mm)"; false when it is not one. */
bool dd_time_parse(struct dd_str s, int64_t *ret_unix_s);

/* Columns that a valid UTF-8 text takes on a terminal: combining marks 0, wide East Asian and emoji 2. */
size_t dd_text_width(struct dd_str s);

#endif
