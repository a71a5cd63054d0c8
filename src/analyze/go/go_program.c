/* SPDX-License-Identifier: Apache-2.0 */
/* Programs with a name of their own (programs.def): besides the main module, a package of type generic with that name
 * and a CPE name, for advisories that do not speak of modules. It is told by the module's path, never by a file's name,
 * and only where the version is known and no pseudo-version. */
#include "analyze/go/go.h"

static const struct {
	const char *module, *name, *vendor, *product;
} programs[] = {
#define DD_GO_PROGRAM(module, name, vendor, product) { module, name, vendor, product },
#include "analyze/go/programs.def"
#undef DD_GO_PROGRAM
};

/* module itself, or what is below it. */
static bool is_of(struct dd_str path, struct dd_str module)
{
	return dd_str_starts(path, module) && (path.n == module.n || path.p[module.n] == '/');
}

struct dd_str dd_go_program_module(struct dd_str command)
{
	for (size_t i = 0; i < DD_COUNT(programs); i++)
		if (is_of(command, dd_str_from(programs[i].module)))
			return dd_str_from(programs[i].module);
	return DD_STR("");
}

/* Letters, digits and dots only: what needs no backslash in a CPE name. Else the part up to there. */
static struct dd_str plain(struct dd_str version)
{
	size_t n = 0;
	while (n < version.n &&
	       (dd_is_digit(version.p[n]) || dd_is_alpha(version.p[n]) || version.p[n] == '.' || version.p[n] == '-'))
		n++;
	return dd_str_take(version, n);
}

void dd_go_add_program(struct dd_found *out, const struct dd_go_module *main, struct dd_str command)
{
	struct dd_str version = main->version;
	if (version.n < 2 || version.p[0] != 'v' || dd_go_is_pseudo(version))
		return;
	version = plain(dd_str_skip(version, 1));
	for (size_t i = 0; i < DD_COUNT(programs); i++) {
		if (!is_of(main->path, dd_str_from(programs[i].module)))
			continue;
		size_t slash = dd_str_rfind(command, '/');
		struct dd_str name = dd_str_from(programs[i].name);
		if (name.n == 0)
			name = slash < command.n ? dd_str_skip(command, slash + 1) : command;
		if (!dd_str_is_word(name) || version.n == 0)
			return;
		struct dd_package *p = dd_found_package(out);
		if (!p)
			return;
		p->name = dd_found_str(out, name);
		p->version = dd_found_str(out, version);
		p->type = DD_STR("generic");
		p->evidence = DD_PACKAGE_GUESSED;
		p->cpe = dd_arena_printf(out->arena, "cpe:2.3:a:%s:%s:%.*s:*:*:*:*:*:*:*", programs[i].vendor,
					 programs[i].product, DD_FMT(version));
		out->failed = out->failed || !p->cpe.p;
		return;
	}
}
