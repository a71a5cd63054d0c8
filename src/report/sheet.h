/* SPDX-License-Identifier: Apache-2.0 */
/* Lines for people: hostile text made safe, cut, padded and wrapped by terminal columns, painted when colour is on. */
#ifndef DD_SHEET_H
#define DD_SHEET_H

#include "base/buf.h"
#include "report/formats.h"

enum dd_paint { DD_PLAIN, DD_BOLD, DD_DIM, DD_ALARM, DD_RED, DD_YELLOW, DD_CYAN, DD_GREEN, DD_PAINT_COUNT };

struct dd_sheet {
	struct dd_buf *out;
	const struct dd_report_style *style;
};

#define DD_COLUMNS_ALL SIZE_MAX

/* Appends s escaped, in at most `columns`; what does not fit is replaced by "...". Returns the columns taken. */
size_t dd_sheet_text(const struct dd_sheet *s, struct dd_str text, size_t columns);
/* The columns that dd_sheet_text would take with room for all of it, but at most `max`. */
size_t dd_sheet_measure(const struct dd_sheet *s, struct dd_str text, size_t max);
/* The same for text of the program's own, which needs no care. */
void dd_sheet_own(const struct dd_sheet *s, const char *fmt, ...) DD_PRINTF(2, 3);
void dd_sheet_blanks(const struct dd_sheet *s, size_t n);
/* Paint lasts until dd_sheet_paint(s, DD_PLAIN); never over a line's end. */
void dd_sheet_paint(const struct dd_sheet *s, enum dd_paint paint);
/* A painted cell of exactly `columns`, blanks at its right end (or left, for numbers). */
void dd_sheet_cell(const struct dd_sheet *s, struct dd_str text, size_t columns, bool right, enum dd_paint paint);
/* Text from column `at` on, broken at blanks; later lines begin at column `indent`. A dozen lines are shown
 * of it. Ends the line. */
void dd_sheet_wrap(const struct dd_sheet *s, struct dd_str text, size_t at, size_t indent, enum dd_paint paint);
/* Takes blanks from the end of what was written and ends the line. */
void dd_sheet_end_line(const struct dd_sheet *s);

/* A text that was put together in a buffer of its own: when memory ran out there, the report has failed too. */
struct dd_str dd_sheet_whole(const struct dd_sheet *s, const struct dd_buf *text);
/* Adds what a report shows of a text at most; the rest of an overlong one is in the JSON. */
void dd_sheet_add(struct dd_buf *out, struct dd_str text);

enum dd_paint dd_severity_paint(enum dd_severity s);

#endif
