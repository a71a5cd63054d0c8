/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/rule_files.h"

void dd_secret_rule_files_done(struct dd_secret_rule_files *f)
{
	for (size_t i = 0; i < f->maps.n; i++)
		dd_map_file_done(&f->maps.p[i]);
	dd_vec_done(&f->maps);
	dd_vec_done(&f->list);
	dd_arena_done(&f->arena);
}

static enum dd_code add(struct dd_secret_rule_files *f, const char *path, bool extended, struct dd_err *err)
{
	struct dd_map_file map;
	if (f->list.n == DD_RULE_FILES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "more than %d rule files", DD_RULE_FILES_MAX);
	DD_TRY(dd_map_file_open(&map, path, DD_RULE_FILE_BYTES_MAX, err));
	if (!dd_vec_push(&f->maps, map, DD_RULE_FILES_MAX)) {
		dd_map_file_done(&map);
		return dd_fail_nomem(err);
	}
	struct dd_str name = dd_arena_str(&f->arena, dd_str_from(path));
	const struct dd_secret_rule_file file = { name, map.bytes, extended };
	if (!name.p || !dd_vec_push(&f->list, file, DD_RULE_FILES_MAX))
		return dd_fail_nomem(err);
	return DD_OK;
}

static bool is_there(const struct dd_secret_rule_files *f, struct dd_str name)
{
	for (size_t i = 0; i < f->list.n; i++)
		if (f->list.p[i].extended && dd_str_eq(f->list.p[i].name, name))
			return true;
	return false;
}

/* False: it is not there. */
static enum dd_code try_extended(struct dd_secret_rule_files *f, struct dd_str name, bool *ret, struct dd_err *err)
{
	struct dd_err why;
	*ret = true;
	if (is_there(f, name))
		return DD_OK;
	const char *path = dd_arena_c(&f->arena, name);
	if (!path)
		return dd_fail_nomem(err);
	enum dd_code code = add(f, path, true, &why);
	if (code == DD_OK)
		return DD_OK;
	*ret = false;
	if (code == DD_ENOTFOUND)
		return DD_OK;
	dd_err_copy(err, &why);
	return code;
}

static enum dd_code add_extended(struct dd_secret_rule_files *f, size_t i, struct dd_err *err)
{
	struct dd_str path = DD_STR("");
	bool found = false;
	DD_TRY(dd_secret_rule_extend_path(f->list.p[i].text, &f->arena, &path, err));
	if (!path.n || memchr(path.p, 0, path.n))
		return DD_OK;
	struct dd_str name = dd_secret_rule_extended_name(f->list.p[i].name, path, &f->arena);
	if (!name.p)
		return dd_fail_nomem(err);
	DD_TRY(try_extended(f, name, &found, err));
	return found ? DD_OK : try_extended(f, path, &found, err);
}

enum dd_code dd_secret_rule_files_read(const char *const *paths, size_t n, struct dd_secret_rule_files *ret,
				       struct dd_err *err)
{
	DD_CLEANUP(dd_secret_rule_files_done) struct dd_secret_rule_files f = { .arena = DD_ARENA_INIT(256u << 20) };
	for (size_t i = 0; i < n; i++)
		DD_TRY(add(&f, paths[i], false, err));
	for (size_t i = 0; i < f.list.n; i++) /* it grows meanwhile; a file is in it once */
		DD_TRY(add_extended(&f, i, err));
	*ret = f;
	f = (struct dd_secret_rule_files){ .arena = DD_ARENA_INIT(0) };
	return DD_OK;
}
