/* SPDX-License-Identifier: Apache-2.0 */
#include "fresh/kept.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "base/limits.h"
#include "format/digest.h"
#include "net/download.h"

enum { DAY_S = 24 * 60 * 60 };

/* Removes the directory's files that are older than `before` (INT64_MAX: all); the names are our own, there are no
 * directories in it. */
static void sweep(const char *dir, int64_t before)
{
	struct stat st;
	DIR *d = opendir(dir);
	for (struct dirent *e; d && (e = readdir(d));) {
		if (e->d_name[0] == '.' || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (S_ISREG(st.st_mode) && (int64_t)st.st_mtime < before)
			(void)unlinkat(dirfd(d), e->d_name, 0);
	}
	if (d)
		(void)closedir(d);
}

/* Downloads of two processes into one file would mix: whoever comes second does without the cache. */
static bool take_lock(struct dd_fresh_kept *k, const char *dir)
{
	DD_CLEANUP_BUF struct dd_buf name = DD_BUF_INIT(DD_PATH_MAX);
	(void)dd_buf_addf(&name, "%s/.lock", dir);
	k->lock = dd_buf_c(&name) ? open(name.p, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
	if (k->lock >= 0 && flock(k->lock, LOCK_EX | LOCK_NB) == 0)
		return true;
	dd_closep(&k->lock);
	return false;
}

static enum dd_code take_directory(struct dd_fresh_kept *k, const char *dir, struct dd_err *err)
{
	size_t n = strlen(dir) + 1;
	k->dir = dd_alloc(n);
	if (!k->dir)
		return dd_fail_nomem(err);
	memcpy(k->dir, dir, n);
	return DD_OK;
}

enum dd_code dd_fresh_kept_open(struct dd_fresh_kept *k, const char *cache_dir, const char *spool_dir,
				uint64_t recheck_s, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(DD_PATH_MAX);
	k->lock = -1;
	k->recheck_s = recheck_s;
	if (cache_dir) {
		(void)dd_buf_addf(&b, "%s/upstream", cache_dir);
		if (!dd_buf_c(&b))
			return dd_fail_nomem(err);
		DD_TRY(dd_mkdirs(b.p, err));
		if (take_lock(k, b.p)) {
			sweep(b.p, (int64_t)time(NULL) - DD_FRESH_KEPT_DAYS * DAY_S);
			return take_directory(k, b.p, err);
		}
		dd_buf_clear(&b);
	}
	(void)dd_buf_addf(&b, "%s/drydock-XXXXXX", spool_dir);
	if (!dd_buf_c(&b))
		return dd_fail_nomem(err);
	if (!mkdtemp(b.p))
		return dd_fail_errno(err, "cannot make a directory in %s", DD_QUOTE(dd_str_from(spool_dir)));
	k->temporary = true;
	return take_directory(k, b.p, err);
}

void dd_fresh_kept_done(struct dd_fresh_kept *k)
{
	if (k->dir && k->temporary) {
		sweep(k->dir, INT64_MAX);
		(void)rmdir(k->dir);
	}
	dd_free(k->dir);
	k->dir = NULL;
	dd_closep(&k->lock);
}

enum dd_code dd_fresh_kept_path(const struct dd_fresh_kept *k, const char *url, const char *accept, struct dd_buf *ret,
				struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf key = DD_BUF_INIT(DD_PATH_MAX);
	struct dd_digest digest;
	char text[DD_DIGEST_TEXT_MAX];
	(void)dd_buf_addf(&key, "%s\n%s", url, accept ? accept : "");
	DD_TRY(dd_buf_check(&key, "the URL", err));
	DD_TRY(dd_digest_of(DD_SHA256, dd_buf_str(&key), &digest, err));
	struct dd_str hex = dd_str_from(dd_digest_text(&digest, text));
	dd_buf_clear(ret);
	(void)dd_buf_addf(ret, "%s/%.*s", k->dir, DD_FMT(dd_str_skip(hex, dd_str_find(hex, ':') + 1)));
	return dd_buf_c(ret) ? dd_buf_check(ret, "the path", err) : dd_fail_nomem(err);
}

/* The times of its companions say when a file was last asked for. */
static bool young(const struct dd_fresh_kept *k, const char *path, const char *suffix)
{
	char name[4096];
	struct stat st;
	int64_t now = (int64_t)time(NULL);
	int n = snprintf(name, sizeof name, "%s%s", path, suffix);
	return n > 0 && (size_t)n < sizeof name && lstat(name, &st) == 0 && S_ISREG(st.st_mode) &&
	       (int64_t)st.st_mtime <= now && (uint64_t)(now - (int64_t)st.st_mtime) < k->recheck_s;
}

enum dd_fresh_keeping dd_fresh_kept_look(const struct dd_fresh_kept *k, const char *path)
{
	struct dd_downloaded kept;
	if (young(k, path, ".none"))
		return DD_FRESH_KEPT_ABSENT;
	if (young(k, path, ".json") && dd_download_kept(path, &kept, NULL) == DD_OK)
		return DD_FRESH_KEPT_GOOD;
	return DD_FRESH_KEPT_NOT;
}

void dd_fresh_kept_note(const struct dd_fresh_kept *k, const char *path, enum dd_code code)
{
	char name[4096];
	(void)k;
	int n = snprintf(name, sizeof name, "%s.none", path);
	if (n < 0 || (size_t)n >= sizeof name)
		return;
	if (code == DD_ENOTFOUND) {
		int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd >= 0) {
			(void)futimens(fd, NULL);
			(void)close(fd);
		}
		return;
	}
	if (code != DD_OK)
		return;
	(void)unlink(name);
	(void)snprintf(name, sizeof name, "%s.json", path);
	(void)utimensat(AT_FDCWD, name, NULL, AT_SYMLINK_NOFOLLOW);
	(void)utimensat(AT_FDCWD, path, NULL, AT_SYMLINK_NOFOLLOW);
}
