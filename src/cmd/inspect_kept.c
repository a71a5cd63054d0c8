/* SPDX-License-Identifier: Apache-2.0 */
/* Small documents of registries by digest: CACHE/documents/<algorithm>-<hex>. Their digest is checked when they are
 * read, so a damaged or exchanged file is none. They save pulls where pulls are counted. */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "cmd/inspect_parts.h"

enum { KEPT_SECONDS = 90 * 24 * 3600, FILES_MAX = 4000 };

static bool path_of(const struct dd_inspect *in, const struct dd_digest *digest, struct dd_buf *out)
{
	char text[DD_DIGEST_TEXT_MAX];
	struct dd_str d = dd_str_from(dd_digest_text(digest, text));
	size_t colon = dd_str_find(d, ':');
	if (!in->cache)
		return false;
	(void)dd_buf_addf(out, "%s/documents/%.*s-%.*s", in->cache, DD_FMT(dd_str_take(d, colon)),
			  DD_FMT(dd_str_skip(d, colon + 1)));
	return dd_buf_c(out) != NULL;
}

bool dd_inspect_kept(const struct dd_inspect *in, const struct dd_digest *digest, uint64_t max, struct dd_str *ret,
		     struct dd_arena *a)
{
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(DD_PATH_MAX);
	DD_CLEANUP(dd_map_file_done) struct dd_map_file m = { .base = NULL };
	struct dd_digest have;
	if (!path_of(in, digest, &path) || dd_map_file_open(&m, path.p, max, NULL) != DD_OK ||
	    dd_digest_of(digest->algorithm, m.bytes, &have, NULL) != DD_OK || !dd_digest_eq(&have, digest))
		return false;
	*ret = dd_arena_str(a, m.bytes);
	return ret->p != NULL;
}

static void sweep(const char *dir)
{
	DIR *d = opendir(dir);
	size_t n = 0;
	struct timespec now;
	if (!d)
		return;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	for (struct dirent *e; (e = readdir(d));) {
		struct stat st;
		struct dd_str name = dd_str_from(e->d_name);
		if (!dd_str_starts(name, DD_STR("sha")) || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (++n > FILES_MAX || st.st_mtim.tv_sec + KEPT_SECONDS < now.tv_sec)
			(void)unlinkat(dirfd(d), e->d_name, 0);
	}
	(void)closedir(d);
}

void dd_inspect_keep(const struct dd_inspect *in, const struct dd_digest *digest, struct dd_str bytes)
{
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(DD_PATH_MAX), dir = DD_BUF_INIT(DD_PATH_MAX);
	DD_CLEANUP(dd_atomic_done) struct dd_atomic_file f = { .fd = -1 };
	if (!path_of(in, digest, &path))
		return;
	(void)dd_buf_addf(&dir, "%s/documents", in->cache);
	if (!dd_buf_c(&dir) || dd_mkdirs(dir.p, NULL) != DD_OK)
		return;
	sweep(dir.p);
	if (dd_atomic_open(&f, path.p, 0600, NULL) == DD_OK && dd_write_full(f.fd, bytes.p, bytes.n, NULL) == DD_OK)
		(void)dd_atomic_commit(&f, NULL);
}
