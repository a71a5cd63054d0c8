/* SPDX-License-Identifier: Apache-2.0 */
/* Maven: a pom inherits from its parent, which lies where relativePath says if it is the one that is named there, else
 * somewhere in the tree (Maven would take it from the reactor), else outside, and is then never fetched. The nearest
 * pom that sets a property or manages a version wins, and what it says is read with the properties of the pom that
 * asked: that is how a child overrides a property of its parent's managed versions. NuGet: a version that a project
 * leaves open is the one of the nearest Directory.Packages.props above it. .NET: an assembly is spoken for by a
 * *.deps.json in its folder or above. Go: a go.sum beside a go.mod adds what that does not list, which is nothing from
 * Go 1.17 on. WordPress: a plugin that does not tell its version has it in its readme.txt.
 * Bitnami: what a component's SPDX document lists needs no classifier.
 *
 * Source: maven.apache.org/pom.html "Inheritance", "Introduction to the POM" (project interpolation);
 * learn.microsoft.com/nuget "Central Package Management". Limit: PARENTS_MAX, which also ends cycles. */
#include "scan/inventory_declared.h"

#include "base/expand.h"
#include "base/limits.h"

enum { PARENTS_MAX = 32, ANCESTORS_MAX = 32 };

static struct dd_str directory_of(struct dd_str path)
{
	size_t slash = dd_str_rfind(path, '/');
	return slash < path.n ? dd_str_take(path, slash) : DD_STR("");
}

/* ---- the index ---- */

static bool put(struct dd_declared *d, uint32_t file, const struct dd_definition *def)
{
	struct dd_str key = dd_arena_printf(&d->arena, "%u %d %.*s", file, (int)def->kind, DD_FMT(def->name));
	uint32_t there;
	/* The first of several files with one name; the last of several definitions in one file. */
	if (def->kind == DD_DEFINE_SELF && !dd_map_add(&d->selves, def->name, file, &there))
		return false;
	return key.p && dd_vec_push(&d->values, def->value, DD_PACKAGES_MAX) &&
	       dd_map_set(&d->definitions, key, (uint32_t)d->values.n - 1);
}

static bool put_cover(struct dd_declared *d, struct dd_str path, const struct dd_definition *def)
{
	struct dd_str dir = directory_of(path);
	struct dd_str key = def->kind == DD_DEFINE_HOLDS
				    ? dd_arena_printf(&d->arena, "%.*s\n%.*s", DD_FMT(dir), DD_FMT(def->name))
				    : dd_arena_printf(&d->arena, "%.*s%s%.*s%s%.*s", DD_FMT(dir), dir.n ? "/" : "",
						      DD_FMT(def->name), def->value.n ? "\n" : "", DD_FMT(def->value));
	return key.p && dd_map_set(&d->covered, key, 1);
}

static bool is_cover(enum dd_define kind)
{
	return kind == DD_DEFINE_COVERS || kind == DD_DEFINE_HOLDS;
}

static bool put_file(struct dd_declared *d, uint32_t i)
{
	const struct dd_evidence *e = d->s->located.p[i].evidence;
	const struct dd_found *found = &e->found;
	bool room = found->definitions.n == 0 || dd_map_set(&d->paths, e->path, i);
	for (size_t k = 0; k < found->definitions.n && room; k++)
		room = is_cover(found->definitions.p[k].kind) ? put_cover(d, e->path, &found->definitions.p[k])
							      : put(d, i, &found->definitions.p[k]);
	if (found->packages.n && dd_str_ends(e->path, DD_STR(".deps.json")))
		room = room && dd_map_set(&d->spoken_for, directory_of(e->path), i);
	return room;
}

enum dd_code dd_declared_build(struct dd_declared *d, const struct dd_squash *s, struct dd_err *err)
{
	*d = (struct dd_declared){ .s = s, .arena = DD_ARENA_INIT(DD_FACTS_BYTES_MAX) };
	for (size_t i = 0; i < s->located.n; i++)
		if (s->located.p[i].state == DD_STATE_LIVE && !put_file(d, (uint32_t)i))
			return dd_fail_nomem(err);
	return DD_OK;
}

void dd_declared_done(struct dd_declared *d)
{
	dd_map_done(&d->paths);
	dd_map_done(&d->selves);
	dd_map_done(&d->definitions);
	dd_map_done(&d->spoken_for);
	dd_map_done(&d->covered);
	dd_vec_done(&d->values);
	dd_arena_done(&d->arena);
}

static bool get(struct dd_declared *d, uint32_t file, enum dd_define kind, struct dd_str name, struct dd_str *ret)
{
	DD_CLEANUP_BUF struct dd_buf key = DD_BUF_INIT(2 * DD_FIELD_BYTES_MAX);
	(void)dd_buf_addf(&key, "%u %d ", file, (int)kind);
	(void)dd_buf_add_str(&key, name);
	uint32_t at = key.failed ? (uint32_t)DD_MAP_NONE : dd_map_get(&d->definitions, dd_buf_str(&key));
	if (at == DD_MAP_NONE)
		return false;
	*ret = d->values.p[at];
	return true;
}

/* ---- Maven ---- */

/* One of those that come first in the list. */
static const struct dd_definition *first(const struct dd_declared *d, uint32_t file, enum dd_define kind)
{
	const struct dd_found *found = &d->s->located.p[file].evidence->found;
	for (size_t i = 0; i < found->definitions.n && found->definitions.p[i].kind <= DD_DEFINE_PARENT_VERSION; i++)
		if (found->definitions.p[i].kind == kind)
			return &found->definitions.p[i];
	return NULL;
}

/* Is the pom the one that a child calls its parent? What is not known yet ("${revision}") may be it. */
static bool is_called(const struct dd_declared *d, uint32_t file, struct dd_str name, struct dd_str version)
{
	const struct dd_definition *self = first(d, file, DD_DEFINE_SELF);
	return self && (dd_str_eq(self->name, name) || dd_str_search(self->name, DD_STR("${")) < self->name.n) &&
	       (dd_str_eq(self->value, version) || dd_str_search(self->value, DD_STR("${")) < self->value.n ||
		dd_str_search(version, DD_STR("${")) < version.n);
}

static uint32_t parent_of(struct dd_declared *d, uint32_t file)
{
	DD_CLEANUP_BUF struct dd_buf raw = DD_BUF_INIT(2 * DD_PATH_MAX), path = DD_BUF_INIT(DD_PATH_MAX);
	const struct dd_definition *parent = first(d, file, DD_DEFINE_PARENT);
	const struct dd_definition *of = first(d, file, DD_DEFINE_PARENT_VERSION);
	struct dd_str version = of ? of->value : DD_STR("");
	if (!parent)
		return DD_MAP_NONE;
	(void)dd_buf_add_str(&raw, directory_of(d->s->located.p[file].evidence->path));
	(void)dd_buf_add_char(&raw, '/');
	(void)dd_buf_add_str(&raw, parent->value);
	if (!dd_str_ends(parent->value, DD_STR(".xml")))
		(void)dd_buf_add_c(&raw, "/pom.xml");
	enum dd_clean how =
		raw.failed || parent->value.n == 0 ? DD_CLEAN_ESCAPES : dd_clean_path(dd_buf_str(&raw), &path);
	uint32_t at = how == DD_CLEAN_SAME ? dd_map_get(&d->paths, dd_buf_str(&path)) : (uint32_t)DD_MAP_NONE;
	if (at != DD_MAP_NONE && at != file && is_called(d, at, parent->name, version))
		return at;
	at = dd_map_get(&d->selves, parent->name);
	return at != DD_MAP_NONE && at != file && is_called(d, at, parent->name, version) ? at : (uint32_t)DD_MAP_NONE;
}

struct pom {
	struct dd_declared *d;
	uint32_t chain[PARENTS_MAX]; /* the pom that asks, its parent … */
	size_t n;
};

static void find_chain(struct pom *p, uint32_t file)
{
	for (p->n = 0; file != DD_MAP_NONE && p->n < PARENTS_MAX; file = parent_of(p->d, file))
		p->chain[p->n++] = file;
}

static bool inherited(const struct pom *p, enum dd_define kind, struct dd_str name, struct dd_str *ret)
{
	for (size_t i = 0; i < p->n; i++)
		if (get(p->d, p->chain[i], kind, name, ret))
			return true;
	return false;
}

static bool look_up(void *context, struct dd_str name, struct dd_str *ret)
{
	static const char *const prefixes[] = { "project.", "pom.", "" };
	const struct pom *p = context;
	const struct dd_definition *self = first(p->d, p->chain[0], DD_DEFINE_SELF);
	const struct dd_definition *parent = first(p->d, p->chain[0], DD_DEFINE_PARENT_VERSION);
	for (size_t i = 0; i < DD_COUNT(prefixes) && self; i++) {
		struct dd_str prefix = dd_str_from(prefixes[i]), field = dd_str_skip(name, prefix.n);
		if (!dd_str_starts(name, prefix))
			continue;
		size_t colon = dd_str_find(self->name, ':');
		if (dd_str_eq_c(field, "version"))
			*ret = self->value;
		else if (dd_str_eq_c(field, "parent.version") && parent)
			*ret = parent->value;
		else if (dd_str_eq_c(field, "groupId"))
			*ret = dd_str_take(self->name, colon);
		else if (dd_str_eq_c(field, "artifactId"))
			*ret = dd_str_skip(self->name, colon + 1);
		else
			continue;
		return true;
	}
	return inherited(p, DD_DEFINE_PROPERTY, name, ret);
}

/* False: memory is out. *ret_known false: *text stays as it was. */
static bool expand(struct pom *p, struct dd_str *text, bool *ret_known)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_EXPAND_BYTES_MAX);
	*ret_known = dd_expand(*text, DD_STR("${"), '}', look_up, p, &out);
	if (!*ret_known)
		return true;
	*text = dd_arena_str(&p->d->arena, dd_buf_str(&out));
	return text->p != NULL;
}

static bool resolve_maven(struct dd_declared *d, uint32_t file, struct dd_package *p, bool *ret_known)
{
	struct pom pom = { .d = d };
	bool known;
	find_chain(&pom, file);
	if (!expand(&pom, &p->name, ret_known))
		return false;
	if (p->version.n == 0 && !inherited(&pom, DD_DEFINE_MANAGED, p->name, &p->version))
		return true;
	if (!expand(&pom, &p->version, &known))
		return false;
	if (!known || !dd_str_is_word(p->version) || strchr("[(", p->version.p[0]))
		p->version = DD_STR("");
	return true;
}

/* ---- NuGet ---- */

static bool resolve_nuget(struct dd_declared *d, struct dd_str path, struct dd_package *p)
{
	struct dd_str name = dd_arena_str(&d->arena, p->name);
	char *c = (char *)(uintptr_t)name.p; /* our own copy */
	for (size_t i = 0; c && i < name.n; i++)
		c[i] = dd_lower(c[i]);
	for (unsigned up = 0; up < ANCESTORS_MAX && path.n && c; up++) {
		DD_CLEANUP_BUF struct dd_buf props = DD_BUF_INIT(DD_PATH_MAX);
		path = directory_of(path);
		(void)dd_buf_add_str(&props, path);
		(void)dd_buf_add_c(&props, path.n ? "/Directory.Packages.props" : "Directory.Packages.props");
		uint32_t at = dd_map_get(&d->paths, dd_buf_str(&props));
		if (at == DD_MAP_NONE)
			continue;
		(void)get(d, at, DD_DEFINE_MANAGED, name, &p->version);
		break; /* the nearest one only, as MSBuild does */
	}
	return c != NULL;
}

/* ---- WordPress ---- */

/* WordPress itself takes the name in any case; these are the ones that plugins have. */
static void resolve_wordpress(struct dd_declared *d, struct dd_str path, struct dd_package *p)
{
	static const char *const names[] = { "/readme.txt", "/README.txt" };
	for (size_t i = 0; i < DD_COUNT(names) && p->version.n == 0; i++) {
		DD_CLEANUP_BUF struct dd_buf readme = DD_BUF_INIT(DD_PATH_MAX + 16);
		(void)dd_buf_add_str(&readme, directory_of(path));
		(void)dd_buf_add_c(&readme, names[i]);
		uint32_t at = dd_map_get(&d->paths, dd_buf_str(&readme));
		if (at != DD_MAP_NONE)
			(void)get(d, at, DD_DEFINE_MANAGED, DD_STR("stable tag"), &p->version);
	}
}

/* ---- programs ---- */

static bool is_told(const struct dd_declared *d, struct dd_str path, struct dd_str name)
{
	DD_CLEANUP_BUF struct dd_buf key = DD_BUF_INIT(DD_PATH_MAX + DD_FIELD_BYTES_MAX + 1);
	(void)dd_buf_addf(&key, "%.*s\n%.*s", DD_FMT(path), DD_FMT(name));
	return !key.failed && dd_map_get(&d->covered, dd_buf_str(&key)) != DD_MAP_NONE;
}

/* Something in the file's directory or above lists the program itself. */
static bool is_held(const struct dd_declared *d, struct dd_str path, struct dd_str program)
{
	for (unsigned up = 0; up < ANCESTORS_MAX && path.n; up++) {
		path = directory_of(path);
		if (is_told(d, path, program))
			return true;
	}
	return false;
}

/* ---- all ---- */

enum dd_code dd_declared_resolve(struct dd_declared *d, const struct dd_located *at, struct dd_package *p,
				 bool *ret_known, struct dd_err *err)
{
	bool room = true;
	*ret_known = true;
	if (p->version.n == 0 && dd_str_eq_c(p->type, "wordpress-plugin"))
		resolve_wordpress(d, at->evidence->path, p);
	if (p->evidence != DD_PACKAGE_DECLARED)
		return DD_OK;
	bool open = p->version.n == 0 || dd_str_search(p->version, DD_STR("${")) < p->version.n ||
		    dd_str_search(p->name, DD_STR("${")) < p->name.n;
	if (open && dd_str_eq_c(p->type, "maven"))
		room = resolve_maven(d, (uint32_t)(at - d->s->located.p), p, ret_known);
	else if (open && dd_str_eq_c(p->type, "nuget"))
		room = resolve_nuget(d, at->evidence->path, p);
	return room ? DD_OK : dd_fail_nomem(err);
}

bool dd_declared_is_covered(const struct dd_declared *d, const struct dd_located *at)
{
	struct dd_str path = at->evidence->path;
	if (dd_map_get(&d->covered, path) != DD_MAP_NONE)
		return true;
	if (!dd_str_eq_c(dd_str_from(dd_analyzer_at(at->evidence->analyzer)->id), "dotnet-assembly"))
		return false;
	for (unsigned up = 0; up < ANCESTORS_MAX && path.n; up++) {
		path = directory_of(path);
		if (dd_map_get(&d->spoken_for, path) != DD_MAP_NONE)
			return true;
	}
	return false;
}

bool dd_declared_covers_package(const struct dd_declared *d, const struct dd_located *at, const struct dd_package *p)
{
	if (d->covered.n == 0)
		return false;
	if (dd_str_eq_c(p->type, "generic"))
		return is_held(d, at->evidence->path, p->name);
	return is_told(d, at->evidence->path, p->name);
}
