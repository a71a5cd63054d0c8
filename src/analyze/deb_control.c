/* SPDX-License-Identifier: Apache-2.0 */
/* Relations between packages (deb-control(5), Debian policy 7.1), as names one a line:
 *     name[:arch] [ "(" relation version ")" ] [ "[" architectures "]" ] [ "<" profiles ">" ]
 * with "|" between alternatives and "," between relations. Every alternative is named: which of them is there, and
 * which package provides a virtual one, is not this file's to say. The constraint is left out: what is installed holds
 * it. */
#include "analyze/deb_control.h"

#include "base/limits.h"

/* Debian policy 5.6.7: lower case letters, digits, plus, minus, dots; dpkg also takes capitals. */
static struct dd_str name_of(struct dd_str relation)
{
	size_t n = 0;
	relation = dd_str_trim(relation);
	while (n < relation.n && (dd_is_alpha(relation.p[n]) || dd_is_digit(relation.p[n]) || relation.p[n] == '+' ||
				  relation.p[n] == '-' || relation.p[n] == '.'))
		n++;
	return dd_str_take(relation, n);
}

static void add_names(struct dd_str relations, struct dd_buf *out)
{
	struct dd_str part, one;
	while (dd_str_next(&relations, ',', &part)) {
		while (dd_str_next(&part, '|', &one)) {
			struct dd_str name = name_of(one);
			if (name.n)
				(void)dd_buf_addf(out, "%s%.*s", out->n ? "\n" : "", DD_FMT(name));
		}
	}
}

struct dd_str dd_deb_depends(struct dd_found *out, struct dd_str pre_depends, struct dd_str depends)
{
	DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(4 * DD_FIELD_BYTES_MAX);
	add_names(pre_depends, &b);
	add_names(depends, &b);
	if (b.failed)
		out->failed = true;
	return dd_found_str(out, dd_buf_str(&b));
}

static struct dd_str next_word(struct dd_str *rest)
{
	size_t n = 0;
	*rest = dd_str_trim(*rest);
	while (n < rest->n && !dd_is_blank(rest->p[n]))
		n++;
	struct dd_str word = dd_str_take(*rest, n);
	*rest = dd_str_skip(*rest, n);
	return word;
}

bool dd_deb_is_installed(struct dd_str status)
{
	struct dd_str want = next_word(&status);
	(void)next_word(&status); /* the flag: "ok" or "reinstreq" */
	struct dd_str state = next_word(&status);
	if (state.n == 0)
		return !dd_str_eq_nocase(want, DD_STR("deinstall")) && !dd_str_eq_nocase(want, DD_STR("purge"));
	return !dd_str_eq_nocase(state, DD_STR("not-installed")) && !dd_str_eq_nocase(state, DD_STR("config-files"));
}
