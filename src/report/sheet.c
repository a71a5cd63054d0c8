/* SPDX-License-Identifier: Apache-2.0 */
#include "report/sheet.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

/* A visible column may carry this many bytes of marks that take no column (a letter with several accents). */
enum { BYTES_PER_COLUMN_MAX = 24, ESCAPED_MAX = 20 };
/* One text must not push the rest of the report off the screen (an instruction may have megabytes). */
enum { WRAP_LINES_MAX = 12, WRAP_COLUMNS_MIN = 20, TEXT_SHOWN_MAX = 4096, DOTS = 4 /* of " ..." */ };

/* The safe form of the first character of text; *ret_used bytes of text are used up, *ret_columns taken. */
static size_t safe_char(const struct dd_sheet *s, struct dd_str text, char out[ESCAPED_MAX], size_t *ret_used,
			size_t *ret_columns)
{
	if (text.p[0] >= 0x20 && text.p[0] < 0x7f) {
		/* Most text. A backslash stands as it is: what matters is that nothing is a control. */
		out[0] = text.p[0];
		return *ret_used = *ret_columns = 1;
	}
	size_t n = dd_escape_one(text, "", out, ret_used);
	if (!s->style->utf8 && (unsigned char)out[0] >= 0x80) {
		size_t all = 0;
		for (size_t i = 0; i < *ret_used; i++)
			all += (size_t)snprintf(out + all, ESCAPED_MAX - all, "\\x%02x", (unsigned char)text.p[i]);
		n = all;
	}
	*ret_columns = dd_text_width((struct dd_str){ out, n });
	return n;
}

size_t dd_sheet_measure(const struct dd_sheet *s, struct dd_str text, size_t max)
{
	size_t columns = 0;
	for (size_t i = 0; i < text.n && columns < max;) {
		char piece[ESCAPED_MAX];
		size_t used, wide;
		(void)safe_char(s, dd_str_skip(text, i), piece, &used, &wide);
		columns += wide;
		i += used;
	}
	return columns < max ? columns : max;
}

size_t dd_sheet_text(const struct dd_sheet *s, struct dd_str text, size_t columns)
{
	static const size_t dots = 3;
	size_t taken = 0, start = s->out->n, dots_at = start, dots_taken = 0;
	for (size_t i = 0; i < text.n && !s->out->failed;) {
		char piece[ESCAPED_MAX];
		size_t used, wide, n = safe_char(s, dd_str_skip(text, i), piece, &used, &wide);
		i += used;
		if (wide == 0 && s->out->n - start + n > (taken + 1) * BYTES_PER_COLUMN_MAX)
			continue;
		if (columns != DD_COLUMNS_ALL && taken + wide > columns) {
			/* Back to where the dots still fit; a cell narrower than them gets what fits. */
			size_t left = columns - dots_taken < dots ? columns - dots_taken : dots;
			s->out->n = dots_at;
			(void)dd_buf_add(s->out, "...", left);
			return dots_taken + left;
		}
		(void)dd_buf_add(s->out, piece, n);
		taken += wide;
		if (columns == DD_COLUMNS_ALL || taken + dots <= columns) {
			dots_at = s->out->n;
			dots_taken = taken;
		}
	}
	return taken;
}

void dd_sheet_own(const struct dd_sheet *s, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	(void)dd_buf_add_c(s->out, text);
}

void dd_sheet_blanks(const struct dd_sheet *s, size_t n)
{
	for (size_t i = 0; i < n && !s->out->failed; i++)
		(void)dd_buf_add_char(s->out, ' ');
}

/* ECMA-48, section 8.3.117 (SGR). */
static const char *const paints[DD_PAINT_COUNT] = {
	[DD_PLAIN] = "0", [DD_BOLD] = "1",    [DD_DIM] = "2",	[DD_ALARM] = "1;31",
	[DD_RED] = "31",  [DD_YELLOW] = "33", [DD_CYAN] = "36", [DD_GREEN] = "1;32",
};

void dd_sheet_paint(const struct dd_sheet *s, enum dd_paint paint)
{
	if (s->style->colour)
		(void)dd_buf_addf(s->out, "\x1b[%sm", paints[paint]);
}

void dd_sheet_cell(const struct dd_sheet *s, struct dd_str text, size_t columns, bool right, enum dd_paint paint)
{
	size_t width = dd_sheet_measure(s, text, columns);
	if (right)
		dd_sheet_blanks(s, columns - width);
	if (paint != DD_PLAIN && text.n)
		dd_sheet_paint(s, paint);
	size_t taken = dd_sheet_text(s, text, columns);
	if (paint != DD_PLAIN && text.n)
		dd_sheet_paint(s, DD_PLAIN);
	if (!right)
		dd_sheet_blanks(s, columns - taken);
}

/* The bytes of text that fit into `columns`: at least one character. */
static size_t fitting(const struct dd_sheet *s, struct dd_str text, size_t columns, size_t *ret_columns)
{
	size_t taken = 0, i = 0;
	while (i < text.n) {
		char piece[ESCAPED_MAX];
		size_t used, wide;
		(void)safe_char(s, dd_str_skip(text, i), piece, &used, &wide);
		if (i && taken + wide > columns)
			break;
		taken += wide;
		i += used;
	}
	*ret_columns = taken;
	return i;
}

static void break_line(const struct dd_sheet *s, size_t indent, enum dd_paint paint)
{
	if (paint != DD_PLAIN)
		dd_sheet_paint(s, DD_PLAIN);
	(void)dd_buf_add_char(s->out, '\n');
	dd_sheet_blanks(s, indent);
	if (paint != DD_PLAIN)
		dd_sheet_paint(s, paint);
}

/* The next piece that stays together: a word, or the part of a long one that fills a line. */
static struct dd_str next_piece(const struct dd_sheet *s, struct dd_str *rest, size_t room, size_t *ret_columns)
{
	struct dd_str word = dd_str_take(*rest, dd_str_find(*rest, ' '));
	word = dd_str_take(word, fitting(s, word, room, ret_columns));
	*rest = dd_str_skip(*rest, word.n);
	return word;
}

void dd_sheet_wrap(const struct dd_sheet *s, struct dd_str text, size_t at, size_t indent, enum dd_paint paint)
{
	size_t width = s->style->width > indent + WRAP_COLUMNS_MIN ? s->style->width : indent + WRAP_COLUMNS_MIN;
	size_t column = at;
	unsigned lines = 1;
	bool first = true;
	if (paint != DD_PLAIN)
		dd_sheet_paint(s, paint);
	while (text.n && !s->out->failed) {
		bool blank = text.p[0] == ' ';
		while (text.n && text.p[0] == ' ')
			text = dd_str_skip(text, 1);
		size_t wide, gap = blank && !first;
		struct dd_str piece = next_piece(s, &text, width - indent, &wide);
		if (piece.n == 0)
			break;
		if (!first && column + gap + wide > (lines == WRAP_LINES_MAX ? width - DOTS : width)) {
			if (lines == WRAP_LINES_MAX) {
				(void)dd_buf_add_c(s->out, " ...");
				break;
			}
			lines++;
			break_line(s, indent, paint);
			column = indent;
			gap = 0;
			/* A piece that fills the last line leaves no room to say that there is more. */
			if (lines == WRAP_LINES_MAX && indent + wide > width - DOTS) {
				(void)dd_sheet_text(s, piece, width - DOTS - indent);
				break;
			}
		}
		dd_sheet_blanks(s, gap);
		(void)dd_sheet_text(s, piece, DD_COLUMNS_ALL);
		column += gap + wide;
		first = false;
	}
	if (paint != DD_PLAIN)
		dd_sheet_paint(s, DD_PLAIN);
	(void)dd_buf_add_char(s->out, '\n');
}

void dd_sheet_end_line(const struct dd_sheet *s)
{
	while (s->out->n && s->out->p[s->out->n - 1] == ' ')
		s->out->n--;
	(void)dd_buf_add_char(s->out, '\n');
}

struct dd_str dd_sheet_whole(const struct dd_sheet *s, const struct dd_buf *text)
{
	if (text->failed)
		s->out->failed = true;
	return dd_buf_str(text);
}

void dd_sheet_add(struct dd_buf *out, struct dd_str text)
{
	(void)dd_buf_add_str(out, dd_str_take(text, TEXT_SHOWN_MAX));
}

enum dd_paint dd_severity_paint(enum dd_severity s)
{
	static const enum dd_paint paint[DD_SEV_COUNT] = {
		[DD_SEV_CRITICAL] = DD_ALARM, [DD_SEV_HIGH] = DD_RED,	    [DD_SEV_MEDIUM] = DD_YELLOW,
		[DD_SEV_LOW] = DD_CYAN,	      [DD_SEV_NEGLIGIBLE] = DD_DIM, [DD_SEV_UNKNOWN] = DD_PLAIN,
	};
	return paint[s];
}
