/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cache_sources.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/io.h"
#include "base/limits.h"
#include "db/feeds.h"

/* Of one fetched file: itself, what is there of a transfer that broke, and where both came from (net/download.h). */
static const struct {
	const char *suffix;
	bool counts;
} kinds[] = { { "", true }, { ".part", true }, { ".json", false } };

/* Directories that became empty, up to and with `sources`. path is cut on the way. */
static void remove_directories(char *path, size_t sources_n)
{
	for (char *slash = strrchr(path, '/'); slash && (size_t)(slash - path) >= sources_n;
	     slash = strrchr(path, '/')) {
		*slash = '\0';
		if (rmdir(path) < 0)
			return;
	}
}

static enum dd_code one_file(const char *path, bool counts, bool clear, struct dd_cache_sources *sum,
			     struct dd_err *err)
{
	struct stat st;
	if (lstat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return DD_OK;
	if (clear && unlink(path) < 0 && errno != ENOENT)
		return dd_fail_errno(err, "cannot remove %s", DD_QUOTE(dd_str_from(path)));
	sum->files += counts;
	sum->bytes += counts ? (uint64_t)st.st_size : 0;
	return DD_OK;
}

static enum dd_code each_file(const char *cache, bool clear, struct dd_cache_sources *ret, struct dd_err *err)
{
	struct dd_buf path DD_CLEANUP_BUF = DD_BUF_INIT(DD_PATH_MAX);
	struct dd_cache_sources sum = { 0 };
	const struct dd_feed *f;
	for (size_t i = 0; (f = dd_feed_at(i)); i++) {
		for (size_t k = 0; k < DD_COUNT(kinds); k++) {
			dd_buf_clear(&path);
			(void)dd_buf_addf(&path, "%s/sources/%s%s", cache, f->path, kinds[k].suffix);
			if (!dd_buf_c(&path))
				return dd_buf_check(&path, "path", err);
			DD_TRY(one_file(path.p, kinds[k].counts, clear, &sum, err));
		}
		if (clear)
			remove_directories(path.p, strlen(cache) + strlen("/sources"));
	}
	*ret = sum;
	return DD_OK;
}

enum dd_code dd_cache_sources_info(const char *cache, struct dd_cache_sources *ret, struct dd_err *err)
{
	return each_file(cache, false, ret, err);
}

/* The lock of an update: its work directory. *ret_fd stays -1 where there never was one. */
static enum dd_code lock(const char *cache, int *ret_fd, struct dd_err *err)
{
	struct dd_buf path DD_CLEANUP_BUF = DD_BUF_INIT(DD_PATH_MAX);
	(void)dd_buf_addf(&path, "%s/update", cache);
	if (!dd_buf_c(&path))
		return dd_buf_check(&path, "path", err);
	*ret_fd = open(path.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (*ret_fd < 0)
		return errno == ENOENT ? DD_OK : dd_fail_errno(err, "cannot open %s", DD_QUOTE(dd_buf_str(&path)));
	if (flock(*ret_fd, LOCK_EX | LOCK_NB) == 0)
		return DD_OK;
	if (errno == EWOULDBLOCK)
		return dd_fail(err, DD_EIO, DD_NO_OFFSET,
			       "'drydock db update' is at work in this cache: its sources are not removed");
	return dd_fail_errno(err, "cannot lock %s", DD_QUOTE(dd_buf_str(&path)));
}

enum dd_code dd_cache_sources_clear(const char *cache, struct dd_cache_sources *ret_removed, struct dd_err *err)
{
	DD_CLEANUP(dd_closep) int fd = -1;
	DD_TRY(lock(cache, &fd, err));
	return each_file(cache, true, ret_removed, err);
}
