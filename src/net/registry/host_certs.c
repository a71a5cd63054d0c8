/* SPDX-License-Identifier: Apache-2.0 */
#include "net/registry/host_certs.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/io.h"
#include "net/registry/reference.h"

struct names {
	const char *at[DD_HOST_CERTS_FILES_MAX];
	size_t n;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void close_dir(DIR **d)
{
	if (*d)
		(void)closedir(*d);
}

/* *ret_there false: there is no such directory. */
static enum dd_code list(const char *path, struct dd_arena *a, struct names *names, bool *ret_there, struct dd_err *err)
{
	DIR *d DD_CLEANUP(close_dir) = opendir(path);
	*ret_there = d != NULL;
	if (!d && (errno == ENOENT || errno == ENOTDIR))
		return DD_OK;
	if (!d)
		return dd_fail_errno(err, "cannot open %s", DD_QUOTE(dd_str_from(path)));
	for (struct dirent *e; (e = readdir(d));) {
		struct dd_str name = dd_str_from(e->d_name);
		if (!dd_str_ends(name, DD_STR(".crt")) && !dd_str_ends(name, DD_STR(".cert")) &&
		    !dd_str_ends(name, DD_STR(".key")))
			continue;
		if (names->n == DD_HOST_CERTS_FILES_MAX)
			return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s has more than %d files",
				       DD_QUOTE(dd_str_from(path)), DD_HOST_CERTS_FILES_MAX);
		const char *copy = dd_arena_c(a, name);
		if (!copy)
			return dd_fail_nomem(err);
		names->at[names->n++] = copy;
	}
	qsort(names->at, names->n, sizeof *names->at, by_name);
	return DD_OK;
}

static bool has(const struct names *names, struct dd_str stem, const char *suffix)
{
	for (size_t i = 0; i < names->n; i++) {
		struct dd_str name = dd_str_from(names->at[i]);
		if (dd_str_starts(name, stem) && dd_str_eq_c(dd_str_skip(name, stem.n), suffix))
			return true;
	}
	return false;
}

static enum dd_code add_authority(const char *path, struct dd_buf *out, struct dd_err *err)
{
	struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
	DD_TRY(dd_map_file_open(&file, path, DD_HOST_CERTS_BYTES_MAX, err));
	(void)dd_buf_add_str(out, file.bytes);
	(void)dd_buf_add_char(out, '\n');
	return dd_buf_check(out, "the certificates of a host", err);
}

static enum dd_code read_one(const char *dir, const char *file, const struct names *names, struct dd_arena *a,
			     struct dd_host_certs *c, struct dd_buf *authorities, struct dd_err *err)
{
	struct dd_str name = dd_str_from(file), stem = dd_str_take(name, dd_str_rfind(name, '.'));
	const char *path = dd_arena_printf(a, "%s/%s", dir, file).p;
	const char *key = dd_arena_printf(a, "%s/%.*s.key", dir, DD_FMT(stem)).p;
	if (!path || !key)
		return dd_fail_nomem(err);
	if (dd_str_ends(name, DD_STR(".crt")))
		return add_authority(path, authorities, err);
	bool is_key = dd_str_ends(name, DD_STR(".key"));
	if (!has(names, stem, is_key ? ".cert" : ".key"))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET,
			       "%s has no %s beside it; certificates of authorities must be named *.crt",
			       DD_QUOTE(dd_str_from(path)), is_key ? "*.cert" : "*.key");
	if (!is_key && !c->cert) {
		c->cert = path;
		c->key = key;
	}
	return DD_OK;
}

static enum dd_code read_dir(const char *dir, struct dd_arena *a, struct dd_host_certs *ret, bool *ret_there,
			     struct dd_err *err)
{
	struct dd_buf authorities DD_CLEANUP_BUF = DD_BUF_INIT(DD_HOST_CERTS_BYTES_MAX);
	struct dd_host_certs c = { .authorities = DD_STR("") };
	struct names names = { .n = 0 };
	DD_TRY(list(dir, a, &names, ret_there, err));
	for (size_t i = 0; i < names.n; i++)
		DD_TRY(read_one(dir, names.at[i], &names, a, &c, &authorities, err));
	c.authorities = dd_arena_str(a, dd_buf_str(&authorities));
	if (!c.authorities.p)
		return dd_fail_nomem(err);
	*ret = c;
	return DD_OK;
}

enum dd_code dd_host_certs_read(const char *const *directories, struct dd_str host, struct dd_arena *a,
				struct dd_host_certs *ret, struct dd_err *err)
{
	bool there = false;
	struct dd_host_certs none = { .authorities = DD_STR("") };
	/* It becomes part of a path: a name or address, never "..". */
	dd_assert(dd_reference_is_registry(host));
	for (; *directories && !there; directories++) {
		const char *dir = dd_arena_printf(a, "%s/%.*s", *directories, DD_FMT(host)).p;
		if (!dir)
			return dd_fail_nomem(err);
		DD_TRY(read_dir(dir, a, &none, &there, err));
	}
	*ret = none;
	return DD_OK;
}
