/* SPDX-License-Identifier: Apache-2.0 */
#include "net/registry/conf_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "base/io.h"

enum { DROP_INS_MAX = 256 };

static enum dd_code read_file(const char *path, bool required, struct dd_arena *a, struct dd_registries_conf *c,
			      bool *ret_there, struct dd_err *err)
{
	struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
	if (!path)
		return dd_fail_nomem(err);
	enum dd_code code = dd_map_file_open(&file, path, DD_REGISTRIES_BYTES_MAX, err);
	*ret_there = code == DD_OK;
	if (code == DD_ENOTFOUND && !required)
		return DD_OK;
	DD_TRY(code);
	code = dd_registries_conf_add(c, file.bytes, a, err);
	return code == DD_OK ? DD_OK : dd_wrap(err, "%s", DD_QUOTE(dd_str_from(path)));
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void close_dir(DIR **d)
{
	if (*d)
		(void)closedir(*d);
}

static enum dd_code read_drop_ins(const char *dir, struct dd_arena *a, struct dd_registries_conf *c, struct dd_err *err)
{
	const char *paths[DROP_INS_MAX];
	size_t n = 0;
	bool there;
	if (!dir)
		return dd_fail_nomem(err);
	DIR *d DD_CLEANUP(close_dir) = opendir(dir);
	if (!d)
		return errno == ENOENT || errno == ENOTDIR
			       ? DD_OK
			       : dd_fail_errno(err, "cannot open %s", DD_QUOTE(dd_str_from(dir)));
	for (struct dirent *e; (e = readdir(d));) {
		if (!dd_str_ends(dd_str_from(e->d_name), DD_STR(".conf")))
			continue;
		if (n == DROP_INS_MAX)
			return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s has more than %d files",
				       DD_QUOTE(dd_str_from(dir)), DROP_INS_MAX);
		paths[n] = dd_arena_printf(a, "%s/%s", dir, e->d_name).p;
		if (!paths[n++])
			return dd_fail_nomem(err);
	}
	qsort(paths, n, sizeof *paths, by_name);
	for (size_t i = 0; i < n; i++)
		DD_TRY(read_file(paths[i], true, a, c, &there, err));
	return DD_OK;
}

static const char *at_home(const char *home, const char *name, struct dd_arena *a)
{
	return dd_arena_printf(a, "%s/.config/containers/%s", home, name).p;
}

enum dd_code dd_conf_files_read(const char *path, char *(*get)(const char *name), struct dd_arena *a,
				struct dd_registries_conf *c, struct dd_err *err)
{
	const char *given = get("CONTAINERS_REGISTRIES_CONF"), *home = get("HOME");
	bool there = false;
	home = home && home[0] ? home : NULL;
	if (!path && given && given[0])
		path = given;
	if (path)
		return path[0] ? read_file(path, true, a, c, &there, err) : DD_OK;
	if (home)
		DD_TRY(read_file(at_home(home, "registries.conf", a), false, a, c, &there, err));
	if (!there)
		DD_TRY(read_file("/etc/containers/registries.conf", false, a, c, &there, err));
	DD_TRY(read_drop_ins("/etc/containers/registries.conf.d", a, c, err));
	return home ? read_drop_ins(at_home(home, "registries.conf.d", a), a, c, err) : DD_OK;
}
