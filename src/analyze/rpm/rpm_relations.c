/* SPDX-License-Identifier: Apache-2.0 */
/* What an rpm package requires and provides: three lists of equal length each, NAME, VERSION and FLAGS (the sense bits
 * LESS, GREATER, EQUAL among others).
 *   name     a package, a library "libc.so.6(GLIBC_2.34)(64bit)", a file "/bin/sh", any word "pkgconfig(zlib)"
 *   "rpmlib(…)"     what rpm itself can do; no package's
 *   rich     "(A or B >= 2)", "((A and B) if C)": every operand is named, but not the conditions (behind if, unless
 *            and without, up to the end of their parentheses or "else") and not their versions: which alternative is
 *            there shows in what gives it
 * Old packages have no FLAGS or VERSION: then no version is asked for. Recommendations are left out: nothing breaks
 * without them.
 * Source: rpm 4.18 docs/manual/{dependencies,more_dependencies,boolean_dependencies}.md, lib/rpmds.c. */
#include "analyze/rpm/rpm_package.h"
#include "base/limits.h"

struct tags {
	uint32_t name, version, flags;
};

typedef void add_fn(struct dd_relations *r, size_t package, struct dd_relation n);

/* A word of a rich dependency: up to a blank, or a parenthesis that it did not open. */
static struct dd_str rich_word(struct dd_str *rest)
{
	size_t n = 0, depth = 0;
	while (n < rest->n && !dd_is_blank(rest->p[n]) && (rest->p[n] != ')' || depth)) {
		depth += rest->p[n] == '(';
		depth -= rest->p[n] == ')';
		n++;
	}
	struct dd_str word = dd_str_take(*rest, n);
	*rest = dd_str_skip(*rest, n);
	return word;
}

static bool is_comparison(struct dd_str word)
{
	return word.n > 0 && strchr("<>=", word.p[0]);
}

static void need_rich(struct dd_relations *r, size_t package, struct dd_str text)
{
	size_t depth = 0, condition = SIZE_MAX; /* depth of the parentheses whose rest is a condition */
	bool version = false;			/* the next word is one */
	while (text.n) {
		char c = text.p[0];
		if (c == '(' || c == ')' || dd_is_blank(c)) {
			depth += c == '(';
			depth -= c == ')' && depth;
			if (condition != SIZE_MAX && depth < condition)
				condition = SIZE_MAX;
			text = dd_str_skip(text, 1);
			continue;
		}
		struct dd_str word = rich_word(&text);
		if (dd_str_eq_c(word, "if") || dd_str_eq_c(word, "unless") || dd_str_eq_c(word, "without"))
			condition = depth < condition ? depth : condition;
		else if (dd_str_eq_c(word, "else") && condition == depth)
			condition = SIZE_MAX;
		else if (is_comparison(word))
			version = true;
		else if (version)
			version = false;
		else if (condition == SIZE_MAX && !dd_str_eq_c(word, "and") && !dd_str_eq_c(word, "or") &&
			 !dd_str_eq_c(word, "with") && !dd_str_eq_c(word, "else"))
			dd_relations_need(r, package, (struct dd_relation){ .name = word });
	}
}

static void need(struct dd_relations *r, size_t package, struct dd_relation n)
{
	if (dd_str_starts(n.name, DD_STR("rpmlib(")))
		return;
	if (dd_str_starts(n.name, DD_STR("(")))
		need_rich(r, package, n.name);
	else
		dd_relations_need(r, package, n);
}

static enum dd_code read_list(struct dd_relations *r, const struct dd_rpm_header *h, size_t package,
			      const struct tags *tags, add_fn *add, struct dd_err *err)
{
	struct dd_rpm_strings names, versions;
	struct dd_rpm_numbers flags;
	struct dd_relation one = { { "", 0 }, DD_RELATION_ANY, { "", 0 } };
	DD_TRY(dd_rpm_header_strings(h, tags->name, &names, err));
	DD_TRY(dd_rpm_header_strings(h, tags->version, &versions, err));
	DD_TRY(dd_rpm_header_numbers(h, tags->flags, &flags, err));
	for (uint32_t i = 0; dd_rpm_strings_next(&names, &one.name); i++) {
		one.op = DD_RELATION_ANY;
		if (dd_rpm_strings_next(&versions, &one.version) && i < flags.n)
			one.op = dd_rpm_numbers_at(&flags, i) &
				 (DD_RELATION_LESS | DD_RELATION_GREATER | DD_RELATION_EQUAL);
		add(r, package, one);
	}
	if (names.left)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "the last %u names are cut off", names.left);
	return DD_OK;
}

enum dd_code dd_rpm_relations_read(struct dd_relations *relations, const struct dd_rpm_header *h, size_t package,
				   struct dd_err *err)
{
	static const struct tags requires = { DD_RPM_REQUIRENAME, DD_RPM_REQUIREVERSION, DD_RPM_REQUIREFLAGS };
	static const struct tags provides = { DD_RPM_PROVIDENAME, DD_RPM_PROVIDEVERSION, DD_RPM_PROVIDEFLAGS };
	DD_TRY(read_list(relations, h, package, &requires, need, err));
	return read_list(relations, h, package, &provides, dd_relations_give, err);
}
