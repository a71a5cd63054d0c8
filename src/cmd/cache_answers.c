/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cache_answers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"

/* Names that inspect_kept.c and net/hub/hub_kept.c give: a digest with its algorithm, or 64 hex digits. */
static bool is_ours(const char *name)
{
	size_t n = strlen(name);
	return strncmp(name, "sha", 3) == 0 || (n == 64 && strspn(name, "0123456789abcdef") == n);
}

static enum dd_code each_file(DIR *d, bool clear, struct dd_cache_answers *sum, struct dd_err *err)
{
	for (struct dirent *e; (e = readdir(d));) {
		struct stat st;
		if (!is_ours(e->d_name) || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISREG(st.st_mode))
			continue;
		if (clear && unlinkat(dirfd(d), e->d_name, 0) < 0 && errno != ENOENT)
			return dd_fail_errno(err, "cannot remove %s", DD_QUOTE(dd_str_from(e->d_name)));
		sum->files++;
		sum->bytes += (uint64_t)st.st_size;
	}
	return DD_OK;
}

enum dd_code dd_cache_answers(const char *cache, bool clear, struct dd_cache_answers *ret, struct dd_err *err)
{
	static const char *const directories[] = { "documents", "hub" };
	struct dd_cache_answers sum = { 0 };
	for (size_t i = 0; i < DD_COUNT(directories); i++) {
		DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(DD_PATH_MAX);
		(void)dd_buf_addf(&path, "%s/%s", cache, directories[i]);
		DIR *d = dd_buf_c(&path) ? opendir(path.p) : NULL;
		if (!d)
			continue;
		enum dd_code code = each_file(d, clear, &sum, err);
		(void)closedir(d);
		DD_TRY(code);
	}
	*ret = sum;
	return DD_OK;
}
