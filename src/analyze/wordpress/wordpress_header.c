/* SPDX-License-Identifier: Apache-2.0 */
/* Headers of WordPress plugins and themes: lines of a comment at the start of a file.
 *
 *   line   = [ blanks "<?php" ] *( blank / "/" / "*" / "#" / "@" ) NAME ":" value        NAME in any case
 *   value  ends at the line's end (CR, LF or both), a comment's end or that of PHP
 *
 * In the first HEAD_BYTES of the file; of several lines with one name the first counts, even an empty one.
 *
 * Source: get_file_data() and _cleanup_header_comment() of wp-includes/functions.php. */
#include "analyze/wordpress/wordpress_header.h"

enum { HEAD_BYTES = 8192 };

static bool is_indent(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_ornament(char c)
{
	return is_indent(c) || c == '/' || c == '*' || c == '#' || c == '@';
}

static struct dd_str skip_run(struct dd_str s, bool (*is)(char))
{
	size_t n = 0;
	while (n < s.n && is(s.p[n]))
		n++;
	return dd_str_skip(s, n);
}

static struct dd_str skip_start(struct dd_str line)
{
	struct dd_str php = skip_run(line, is_indent);
	if (dd_str_starts(php, DD_STR("<?php")))
		line = dd_str_skip(php, 5);
	return skip_run(line, is_ornament);
}

/* Up to LF or CR; false at the end. */
static bool next_line(struct dd_str *rest, struct dd_str *ret)
{
	size_t n = 0;
	if (rest->n == 0)
		return false;
	while (n < rest->n && rest->p[n] != '\n' && rest->p[n] != '\r')
		n++;
	*ret = dd_str_take(*rest, n);
	*rest = dd_str_skip(*rest, n + 1);
	return true;
}

struct dd_str dd_wordpress_header(struct dd_str data, struct dd_str name)
{
	struct dd_str rest = dd_str_take(data, HEAD_BYTES), line;
	while (next_line(&rest, &line)) {
		line = skip_start(line);
		struct dd_str value = dd_str_skip(line, name.n + 1);
		if (line.n <= name.n || line.p[name.n] != ':' || !dd_str_eq_nocase(dd_str_take(line, name.n), name))
			continue;
		value = dd_str_take(value, dd_str_search(value, DD_STR("*/")));
		return dd_str_trim(dd_str_take(value, dd_str_search(value, DD_STR("?>"))));
	}
	return DD_STR("");
}
