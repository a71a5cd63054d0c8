/* SPDX-License-Identifier: Apache-2.0 */
/* Debian's control data.
 *
 *   file      = *( paragraph / empty )
 *   paragraph = 1*field
 *   field     = name *blank ":" value LF *( blank value LF )     blank: space or tab
 *   name      = 1*( "!" … "~" without ":" ), not starting with "#" or "-"
 *   empty     = LF
 *
 * A line may end in CR LF. A line of nothing but blanks continues a field, as dpkg itself reads it (with a warning);
 * where it was meant to end a paragraph, the next paragraph's first field comes a second time: who reads the items must
 * see to that. "#" lines are comments in source control files only, but harmless everywhere: they are passed over.
 * Lines that are neither are faults, a run of them one fault. NULs are bytes like others: a block of them, as a crashed
 * machine leaves at the end of a status file, is a fault. No limits of its own: nothing is copied.
 * Source: deb822(5) of dpkg 1.21; lib/dpkg/parse.c for what real files may hold. */
#include "format/deb822.h"

static bool continues(struct dd_str rest)
{
	return rest.n && (rest.p[0] == ' ' || rest.p[0] == '\t');
}

/* Takes the lines that continue the one just read; returns the bytes from *from to their end. */
static struct dd_str take_continuation(struct dd_str *rest, const char *from)
{
	struct dd_str line;
	while (continues(*rest))
		(void)dd_str_line(rest, &line);
	return (struct dd_str){ from, (size_t)(rest->p - from) };
}

static bool is_field(struct dd_str line, struct dd_str *ret_name)
{
	size_t colon = dd_str_find(line, ':');
	*ret_name = dd_str_trim(dd_str_take(line, colon));
	return colon < line.n && !continues(line) && dd_str_is_word(*ret_name) && ret_name->p[0] != '-';
}

/* What the next line starts, without taking it. */
static bool is_fault(struct dd_str rest)
{
	struct dd_str line, name;
	return dd_str_line(&rest, &line) && line.n && line.p[0] != '#' && !is_field(line, &name) && dd_str_trim(line).n;
}

bool dd_deb822_next(struct dd_deb822_reader *r, struct dd_deb822_item *ret)
{
	for (;;) {
		struct dd_deb822_item item = { .at = r->all.n - r->rest.n };
		bool fault = is_fault(r->rest);
		struct dd_str line;
		if (!dd_str_line(&r->rest, &line))
			return false;
		if (fault) {
			item.kind = DD_DEB822_FAULT;
			item.name = line;
			while (is_fault(r->rest))
				(void)dd_str_line(&r->rest, &line);
		} else if (line.n == 0) {
			item.kind = DD_DEB822_BREAK;
		} else if (is_field(line, &item.name)) {
			const char *value = line.p + dd_str_find(line, ':') + 1;
			item.kind = DD_DEB822_FIELD;
			item.value = dd_str_trim(take_continuation(&r->rest, value));
		} else {
			continue; /* a comment, or blanks that continue nothing */
		}
		*ret = item;
		return true;
	}
}
