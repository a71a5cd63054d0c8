/* SPDX-License-Identifier: Apache-2.0 */
#include "model/program.h"

#include "base/cleanup.h"

static const struct dd_program programs[] = {
#define DD_PROGRAM(module, name, vendor, product) { module, name, vendor, product },
#include "model/programs.def"
#undef DD_PROGRAM
};

/* module itself, or what is below it. */
static bool is_of(struct dd_str path, struct dd_str module)
{
	return dd_str_starts(path, module) && (path.n == module.n || path.p[module.n] == '/');
}

const struct dd_program *dd_program_of_module(struct dd_str path)
{
	for (size_t i = 0; i < DD_COUNT(programs); i++)
		if (is_of(path, dd_str_from(programs[i].module)))
			return &programs[i];
	return NULL;
}

/* Letters, digits, dots and dashes only: what needs no backslash in a CPE name. */
struct dd_str dd_program_version(struct dd_str version)
{
	size_t n = 0;
	if (version.n && version.p[0] == 'v')
		version = dd_str_skip(version, 1);
	while (n < version.n &&
	       (dd_is_digit(version.p[n]) || dd_is_alpha(version.p[n]) || version.p[n] == '.' || version.p[n] == '-'))
		n++;
	return dd_str_take(version, n);
}

bool dd_program_has_cpe(const struct dd_program *p, struct dd_str cpe)
{
	const char *want[] = { "cpe", "2.3", "a", p->vendor, p->product };
	struct dd_str part;
	for (size_t i = 0; i < DD_COUNT(want); i++)
		if (!dd_str_next(&cpe, ':', &part) || !dd_str_eq_c(part, want[i]))
			return false;
	return true;
}
