/* SPDX-License-Identifier: Apache-2.0 */
/* The Alpine branch that an image takes its packages from, which is the branch whose security data applies.
 *
 *   file   = *( line LF )
 *   line   = *blank ( "" / "#" comment / repository / tagged )
 *   repository = [ ( "ndx" / "v2" / "v3" ) blank ] url-or-path *( blank component )       the forms of apk-tools 3
 *                                                     "https://dl-cdn.alpinelinux.org/alpine/v3.18/main"
 *   tagged = "@" name blank repository      used only by packages that ask for the tag: not counted
 *   branch = "edge" / "v" digits "." digits a component of the path
 *
 * "latest-stable" names no branch, nor do the repositories of Alpine's descendants (packages.wolfi.dev/os). Images with
 * several branches are met in the wild: packages of the newest can be there, so "edge" wins, then the highest number.
 * The record's id is Alpine's, whose branches these are; that the system itself is Alpine it does not prove.
 * Source: apk-repositories(5) of apk-tools 2.14; the order over other files: field practice of scanners. */
#include "analyze/osrelease/osrelease.h"
#include "base/limits.h"

struct branch {
	struct dd_str text; /* "3.18" or "edge" */
	uint64_t major, minor;
};

static bool parse_branch(struct dd_str component, struct branch *ret)
{
	if (dd_str_eq_c(component, "edge")) {
		*ret = (struct branch){ component, UINT64_MAX, UINT64_MAX };
		return true;
	}
	if (!dd_str_starts(component, DD_STR("v")))
		return false;
	struct branch b = { .text = dd_str_skip(component, 1) };
	size_t dot = dd_str_find(b.text, '.');
	if (!dd_str_u64(dd_str_take(b.text, dot), UINT32_MAX, &b.major) ||
	    !dd_str_u64(dd_str_skip(b.text, dot + 1), UINT32_MAX, &b.minor))
		return false;
	*ret = b;
	return true;
}

static bool newer(const struct branch *a, const struct branch *b)
{
	return a->major != b->major ? a->major > b->major : a->minor > b->minor;
}

/* Without the word that says how the repository is laid out. */
static struct dd_str without_form(struct dd_str line)
{
	static const char *const forms[] = { "ndx", "v2", "v3" };
	struct dd_str word = dd_str_take(line, dd_str_find(line, ' '));
	for (size_t i = 0; i < DD_COUNT(forms); i++)
		if (dd_str_eq_c(word, forms[i]))
			return dd_str_trim(dd_str_skip(line, word.n));
	return line;
}

bool dd_osrelease_read_repositories(struct dd_str data, struct dd_os *os, struct dd_found *out)
{
	struct branch best = { { "", 0 }, 0, 0 };
	for (struct dd_str line; dd_str_line(&data, &line);) {
		line = dd_str_trim(line);
		if (line.n == 0 || line.p[0] == '#' || line.p[0] == '@')
			continue;
		line = without_form(line);
		/* What follows a blank is not part of the address. */
		struct dd_str rest = dd_str_take(line, dd_str_find(line, ' ')), part;
		struct branch b;
		while (dd_str_next(&rest, '/', &part))
			if (parse_branch(part, &b) && newer(&b, &best))
				best = b;
	}
	if (best.text.n == 0)
		return true;
	os->id = DD_STR("alpine");
	return dd_osrelease_set(out, &os->version, best.text, false);
}
