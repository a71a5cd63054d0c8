/* SPDX-License-Identifier: Apache-2.0 */
/* A record's file: magic, length of key, length of value (little-endian 64 bits), SHA-256 of key and value, key, value.
 */
#include "scan/facts_cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/vec.h"

enum { MAGIC_BYTES = 8, HEAD_BYTES = MAGIC_BYTES + 8 + 8 + 32, NAME_BYTES = 64 };
static const char magic[MAGIC_BYTES + 1] = "ddcache1";
static const char *const kind_names[DD_CACHE_KINDS] = { "facts", "images", "secrets" };

struct dd_cache {
	int dirs[DD_CACHE_KINDS];
	uint64_t max_bytes;
};

void dd_cache_freep(struct dd_cache **c)
{
	if (!*c)
		return;
	for (size_t i = 0; i < DD_CACHE_KINDS; i++)
		dd_closep(&(*c)->dirs[i]);
	dd_freep(c);
}

enum dd_code dd_cache_open(const char *dir, uint64_t max_bytes, struct dd_cache **ret, struct dd_err *err)
{
	DD_CLEANUP(dd_cache_freep) struct dd_cache *c = dd_alloc_zero(1, sizeof *c);
	if (!c)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < DD_CACHE_KINDS; i++)
		c->dirs[i] = -1;
	c->max_bytes = max_bytes;
	for (size_t i = 0; i < DD_CACHE_KINDS; i++) {
		DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(DD_PATH_MAX);
		(void)dd_buf_addf(&path, "%s/%s", dir, kind_names[i]);
		if (!dd_buf_c(&path))
			return dd_fail_nomem(err);
		DD_TRY(dd_mkdirs(path.p, err));
		c->dirs[i] = open(path.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (c->dirs[i] < 0)
			return dd_fail_errno(err, "cannot open the cache %s", DD_QUOTE(dd_buf_str(&path)));
	}
	*ret = DD_TAKE(c);
	return DD_OK;
}

static bool digest_of_pair(struct dd_str key, struct dd_str value, struct dd_digest *ret)
{
	DD_CLEANUP(dd_hasher_freep) struct dd_hasher *h = NULL;
	return dd_hasher_new(DD_SHA256, &h, NULL) == DD_OK && dd_hasher_add(h, key, NULL) == DD_OK &&
	       dd_hasher_add(h, value, NULL) == DD_OK && dd_hasher_end(h, ret, NULL) == DD_OK;
}

static bool file_name(struct dd_str key, char out[NAME_BYTES + 1])
{
	struct dd_digest d;
	char text[DD_DIGEST_TEXT_MAX];
	if (dd_digest_of(DD_SHA256, key, &d, NULL) != DD_OK)
		return false;
	memcpy(out, dd_digest_text(&d, text) + strlen("sha256:"), NAME_BYTES + 1);
	return true;
}

static uint64_t le64(const unsigned char *p)
{
	uint64_t v = 0;
	for (int i = 7; i >= 0; i--)
		v = v << 8 | p[i];
	return v;
}

static void put_le64(unsigned char *p, uint64_t v)
{
	for (int i = 0; i < 8; i++, v >>= 8)
		p[i] = (unsigned char)v;
}

/* The value inside a record's bytes; false: damaged, or another key's. */
static bool check_record(struct dd_str bytes, struct dd_str key, struct dd_str *ret_value)
{
	const unsigned char *head = (const unsigned char *)bytes.p;
	struct dd_digest d;
	if (bytes.n < HEAD_BYTES || memcmp(head, magic, MAGIC_BYTES) != 0 || le64(head + MAGIC_BYTES) != key.n)
		return false;
	struct dd_str rest = dd_str_skip(bytes, HEAD_BYTES);
	if (rest.n < key.n || le64(head + MAGIC_BYTES + 8) != rest.n - key.n || !dd_str_starts(rest, key))
		return false;
	struct dd_str value = dd_str_skip(rest, key.n);
	if (!digest_of_pair(key, value, &d) || memcmp(d.bytes, head + MAGIC_BYTES + 16, 32) != 0)
		return false;
	*ret_value = value;
	return true;
}

bool dd_cache_get(const struct dd_cache *c, enum dd_cache_kind kind, struct dd_str key, struct dd_buf *ret)
{
	char name[NAME_BYTES + 1];
	struct dd_map_file m;
	struct dd_str value;
	if (!file_name(key, name))
		return false;
	DD_CLEANUP(dd_closep) int fd = openat(c->dirs[kind], name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || dd_map_file_fd(&m, fd, DD_FACTS_BYTES_MAX, name, NULL) != DD_OK)
		return false;
	bool ok = check_record(m.bytes, key, &value) && dd_buf_add_str(ret, value) == DD_OK;
	dd_map_file_done(&m);
	if (ok)
		(void)futimens(fd, NULL); /* used now; a read-only cache works all the same */
	return ok;
}

static enum dd_code write_record(int fd, struct dd_str key, struct dd_str value, struct dd_err *err)
{
	unsigned char head[HEAD_BYTES];
	struct dd_digest d;
	if (!digest_of_pair(key, value, &d))
		return dd_fail_nomem(err);
	memcpy(head, magic, MAGIC_BYTES);
	put_le64(head + MAGIC_BYTES, key.n);
	put_le64(head + MAGIC_BYTES + 8, value.n);
	memcpy(head + MAGIC_BYTES + 16, d.bytes, 32);
	DD_TRY(dd_write_full(fd, head, sizeof head, err));
	DD_TRY(dd_write_full(fd, key.p, key.n, err));
	return dd_write_full(fd, value.p, value.n, err);
}

enum dd_code dd_cache_put(const struct dd_cache *c, enum dd_cache_kind kind, struct dd_str key, struct dd_str value,
			  struct dd_err *err)
{
	char name[NAME_BYTES + 1], tmp[64];
	if (!file_name(key, name))
		return dd_fail_nomem(err);
	/* Unique among the threads and processes that write: process, and the address of this frame. */
	(void)snprintf(tmp, sizeof tmp, ".tmp-%ld-%llx", (long)getpid(), (unsigned long long)(uintptr_t)tmp);
	DD_CLEANUP(dd_closep)
	int fd = openat(c->dirs[kind], tmp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return dd_fail_errno(err, "cannot write to the cache");
	enum dd_code code = write_record(fd, key, value, err);
	if (code == DD_OK && renameat(c->dirs[kind], tmp, c->dirs[kind], name) < 0)
		code = dd_fail_errno(err, "cannot write to the cache");
	if (code != DD_OK)
		(void)unlinkat(c->dirs[kind], tmp, 0);
	return code;
}

/* ---- the whole ---- */

struct record {
	uint8_t kind;
	char name[NAME_BYTES + 1];
	int64_t used_s, used_ns;
	uint64_t bytes;
};
struct records {
	struct record *p;
	size_t n, cap;
};

enum { CACHE_RECORDS_MAX = 1000000, STALE_TMP_S = 3600 };

/* A record's name is 64 hex digits. Temporary files that nobody finished are removed after an hour. */
static void look_at(const struct dd_cache *c, unsigned kind, const char *name, struct records *all)
{
	struct stat st;
	struct record r = { .kind = (uint8_t)kind };
	if (fstatat(c->dirs[kind], name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
		return;
	if (strncmp(name, ".tmp-", 5) == 0) {
		if (st.st_mtim.tv_sec + STALE_TMP_S < time(NULL))
			(void)unlinkat(c->dirs[kind], name, 0);
		return;
	}
	if (strlen(name) != NAME_BYTES || strspn(name, "0123456789abcdef") != NAME_BYTES)
		return;
	memcpy(r.name, name, NAME_BYTES + 1);
	r.used_s = st.st_mtim.tv_sec;
	r.used_ns = st.st_mtim.tv_nsec;
	r.bytes = (uint64_t)st.st_size;
	(void)dd_vec_push(all, r, CACHE_RECORDS_MAX);
}

static enum dd_code list_records(const struct dd_cache *c, struct records *all, struct dd_err *err)
{
	for (unsigned kind = 0; kind < DD_CACHE_KINDS; kind++) {
		int fd = openat(c->dirs[kind], ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		DIR *d = fd < 0 ? NULL : fdopendir(fd);
		if (!d) {
			enum dd_code code = dd_fail_errno(err, "cannot list the cache");
			dd_closep(&fd);
			return code;
		}
		for (struct dirent *e; (e = readdir(d));)
			look_at(c, kind, e->d_name, all);
		(void)closedir(d);
	}
	return DD_OK;
}

static int oldest_first(const void *x, const void *y)
{
	const struct record *a = x, *b = y;
	if (a->used_s != b->used_s)
		return a->used_s < b->used_s ? -1 : 1;
	if (a->used_ns != b->used_ns)
		return a->used_ns < b->used_ns ? -1 : 1;
	return strcmp(a->name, b->name);
}

enum dd_code dd_cache_trim(const struct dd_cache *c, struct dd_err *err)
{
	struct records all = { 0 };
	uint64_t total = 0;
	enum dd_code code = list_records(c, &all, err);
	for (size_t i = 0; i < all.n; i++)
		total += all.p[i].bytes;
	if (code == DD_OK && total > c->max_bytes && all.n > 1)
		qsort(all.p, all.n, sizeof *all.p, oldest_first);
	for (size_t i = 0; code == DD_OK && i < all.n && total > c->max_bytes; i++) {
		if (unlinkat(c->dirs[all.p[i].kind], all.p[i].name, 0) == 0 || errno == ENOENT)
			total -= all.p[i].bytes;
	}
	dd_vec_done(&all);
	return code;
}

enum dd_code dd_cache_info(const struct dd_cache *c, struct dd_cache_info *ret, struct dd_err *err)
{
	struct records all = { 0 };
	struct dd_cache_info info = { 0 };
	enum dd_code code = list_records(c, &all, err);
	for (size_t i = 0; i < all.n; i++) {
		info.records[all.p[i].kind]++;
		info.bytes[all.p[i].kind] += all.p[i].bytes;
	}
	dd_vec_done(&all);
	if (code == DD_OK)
		*ret = info;
	return code;
}

enum dd_code dd_cache_clear(const struct dd_cache *c, struct dd_cache_info *ret_removed, struct dd_err *err)
{
	struct records all = { 0 };
	struct dd_cache_info info = { 0 };
	enum dd_code code = list_records(c, &all, err);
	for (size_t i = 0; code == DD_OK && i < all.n; i++) {
		if (unlinkat(c->dirs[all.p[i].kind], all.p[i].name, 0) < 0 && errno != ENOENT) {
			code = dd_fail_errno(err, "cannot remove a record of the cache");
			break;
		}
		info.records[all.p[i].kind]++;
		info.bytes[all.p[i].kind] += all.p[i].bytes;
	}
	dd_vec_done(&all);
	if (code == DD_OK)
		*ret_removed = info;
	return code;
}
