/* SPDX-License-Identifier: Apache-2.0 */
/* Where a command's result goes: --format FORMAT[=FILE], standard output or a file that appears whole or not at all. */
#ifndef DD_OUTPUT_H
#define DD_OUTPUT_H

#include "base/buf.h"
#include "base/opt.h"

/* What a text may look like on a file descriptor. */
struct dd_terminal {
	bool terminal;	/* it is one */
	bool colour;	/* a terminal that can, and NO_COLOR is not set (https://no-color.org) */
	bool utf8;	/* LC_ALL, LC_CTYPE or LANG says so */
	unsigned width; /* columns: COLUMNS, else the terminal's own, else 80; 20 to 1000 */
};
struct dd_terminal dd_terminal_of(int fd);

/* One --format. */
struct dd_output {
	const char *format; /* one of the known names */
	const char *path;   /* NULL: standard output; else a view into the option's text */
};
enum { DD_OUTPUTS_MAX = 16 };
struct dd_outputs {
	struct dd_output at[DD_OUTPUTS_MAX];
	size_t n;
};
/* Reads what --format was given; nothing given: one output in the format `otherwise`. DD_EARG: unknown format, empty or
 * repeated FILE, standard output twice. "FORMAT=-" is standard output. `known` is NULL-terminated. */
enum dd_code dd_outputs_parse(const struct dd_opt_list *formats, const char *const *known, const char *otherwise,
			      struct dd_outputs *ret, struct dd_err *err);
/* Writes all bytes: to standard output, or atomically to the file. */
enum dd_code dd_output_write(const struct dd_output *o, struct dd_str bytes, struct dd_err *err);

#endif
