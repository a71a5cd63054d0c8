/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/vuln/components.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/limits.h"
#include "judge/vuln/range.h"
#include "model/program.h"

enum { ANCESTORS_MAX = 32 };

static struct dd_str directory_of(struct dd_str path)
{
	size_t slash = dd_str_rfind(path, '/');
	return slash < path.n ? dd_str_take(path, slash) : DD_STR("");
}

static bool is_component(const struct dd_installed *in)
{
	return !in->system && in->owner < 0 && dd_str_eq_c(in->package.type, "bitnami");
}

/* A component is where its document lies: each place of it, for it may be there twice. */
static bool put_component(struct dd_components *c, uint32_t at)
{
	const struct dd_installed *in = &c->inv->packages[at];
	for (size_t i = 0; i < in->n_locations; i++) {
		struct dd_str key = dd_arena_printf(
			&c->arena, "%.*s\n%.*s", DD_FMT(directory_of(in->locations[i].path)), DD_FMT(in->package.name));
		if (!key.p || !dd_map_set(&c->places, key, at))
			return false;
	}
	return true;
}

/* The component of that name in the path's directory or the nearest one above it. */
static uint32_t component_above(const struct dd_components *c, struct dd_str path, const char *name)
{
	uint32_t at = DD_MAP_NONE;
	for (unsigned up = 0; up < ANCESTORS_MAX && path.n && at == DD_MAP_NONE; up++) {
		DD_CLEANUP_BUF struct dd_buf key = DD_BUF_INIT(DD_PATH_MAX + DD_FIELD_BYTES_MAX);
		path = directory_of(path);
		(void)dd_buf_addf(&key, "%.*s\n%s", DD_FMT(path), name);
		if (!key.failed)
			at = dd_map_get(&c->places, dd_buf_str(&key));
	}
	return at;
}

/* The path itself, or with the "/v2" that modules have from their second major version on; what lies below is a part
 * that other programs link, too. */
static bool is_whole(struct dd_str path, struct dd_str module)
{
	struct dd_str rest = dd_str_skip(path, module.n);
	if (rest.n == 0)
		return true;
	if (rest.n < 3 || rest.p[1] != 'v')
		return false;
	for (size_t i = 2; i < rest.n; i++)
		if (!dd_is_digit(rest.p[i]))
			return false;
	return true;
}

/* Is it the version that a commit without a tag gets, "v0.0.0-20210222095348-6979fe12a295"? */
static bool is_no_release(struct dd_str version)
{
	return version.n == 0 || dd_str_starts(version, DD_STR("v0.0.0-"));
}

/* The component whose program the module is. */
static uint32_t component_of(const struct dd_components *c, const struct dd_installed *in)
{
	const struct dd_package *p = &in->package;
	const struct dd_program *program = dd_str_eq_c(p->type, "golang") ? dd_program_of_module(p->name) : NULL;
	uint32_t at = DD_MAP_NONE;
	int same;
	if (!program || in->system || in->owner >= 0 || !is_whole(p->name, dd_str_from(program->module)))
		return DD_MAP_NONE;
	for (size_t i = 0; i < in->n_locations; i++) {
		uint32_t here = component_above(c, in->locations[i].path, program->name);
		if (here == DD_MAP_NONE || (at != DD_MAP_NONE && here != at))
			return DD_MAP_NONE;
		at = here;
	}
	if (at == DD_MAP_NONE)
		return DD_MAP_NONE;
	struct dd_str version = dd_without_revision(c->inv->packages[at].package.version);
	if (!dd_vercmp(DD_SCHEME_GOLANG, version, version, &same))
		return DD_MAP_NONE;
	return is_no_release(p->version) || dd_str_eq(dd_program_version(p->version), version) ? at
											       : (uint32_t)DD_MAP_NONE;
}

enum dd_code dd_components_build(struct dd_components *c, const struct dd_inventory *inv)
{
	*c = (struct dd_components){ .inv = inv, .arena = DD_ARENA_INIT(DD_FACTS_BYTES_MAX) };
	for (size_t i = 0; i < inv->n_packages; i++)
		if (is_component(&inv->packages[i]) && !put_component(c, (uint32_t)i))
			return DD_ENOMEM;
	if (c->places.n == 0)
		return DD_OK;
	c->partner = dd_realloc_array(NULL, inv->n_packages, sizeof *c->partner);
	if (!c->partner)
		return DD_ENOMEM;
	for (size_t i = 0; i < inv->n_packages; i++)
		c->partner[i] = DD_MAP_NONE;
	for (size_t i = 0; i < inv->n_packages; i++) {
		uint32_t at = component_of(c, &inv->packages[i]);
		/* A second module for the same component (another major version) is judged by itself. */
		if (at == DD_MAP_NONE || c->partner[at] != DD_MAP_NONE)
			continue;
		c->partner[at] = (uint32_t)i;
		c->partner[i] = at;
	}
	return DD_OK;
}

void dd_components_done(struct dd_components *c)
{
	dd_map_done(&c->places);
	dd_free(c->partner);
	dd_arena_done(&c->arena);
}

bool dd_components_holds(const struct dd_components *c, size_t package)
{
	return c->partner && c->partner[package] != DD_MAP_NONE && !is_component(&c->inv->packages[package]);
}

bool dd_components_module(const struct dd_components *c, const struct dd_installed *component, struct dd_subject *ret)
{
	uint32_t at = c->partner && is_component(component) ? c->partner[component - c->inv->packages] : DD_MAP_NONE;
	if (at == DD_MAP_NONE)
		return false;
	*ret = (struct dd_subject){ .name = c->inv->packages[at].package.name,
				    .version = dd_without_revision(component->package.version) };
	return true;
}
