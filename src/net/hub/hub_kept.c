/* SPDX-License-Identifier: Apache-2.0 */
/* Kept answers: CACHE/hub/<SHA-256 of the URL in hex>, five lines and the body behind an empty one:
 *   drydock-hub 1 / URL / seconds since the epoch / ETag / Last-Modified
 * A file that is not so, or is another URL's, is none. Old ones go when a new one is written. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "format/digest.h"
#include "net/hub/hub_parts.h"

enum { KEPT_SECONDS = 30 * 24 * 3600, HEAD_BYTES_MAX = 16 << 10, FILES_MAX = 4000, NAME_BYTES = 64 };

static bool path_of(const struct dd_hub *h, const char *url, struct dd_buf *out)
{
	struct dd_digest d;
	char text[DD_DIGEST_TEXT_MAX];
	if (!h->cache || dd_digest_of(DD_SHA256, dd_str_from(url), &d, NULL) != DD_OK)
		return false;
	struct dd_str hex = dd_str_from(dd_digest_text(&d, text));
	hex = dd_str_skip(hex, dd_str_find(hex, ':') + 1);
	(void)dd_buf_addf(out, "%s/hub/%.*s", h->cache, DD_FMT(hex));
	return dd_buf_c(out) != NULL;
}

static bool copy(char *to, size_t size, struct dd_str s)
{
	if (s.n >= size)
		return false;
	memcpy(to, s.p ? s.p : "", s.n);
	to[s.n] = '\0';
	return true;
}

static bool parse(struct dd_str bytes, const char *url, struct dd_hub_kept *k)
{
	struct dd_str rest = bytes, line[6];
	uint64_t at;
	for (size_t i = 0; i < DD_COUNT(line); i++)
		if (!dd_str_next(&rest, '\n', &line[i]))
			return false;
	if (!dd_str_eq_c(line[0], "drydock-hub 1") || !dd_str_eq_c(line[1], url) ||
	    !dd_str_u64(line[2], INT32_MAX * UINT64_C(64), &at) || !copy(k->etag, sizeof k->etag, line[3]) ||
	    !copy(k->modified, sizeof k->modified, line[4]) || line[5].n)
		return false;
	k->at = (int64_t)at;
	return dd_buf_add_str(&k->body, rest) == DD_OK;
}

bool dd_hub_kept_read(const struct dd_hub *h, const char *url, struct dd_hub_kept *ret)
{
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(DD_PATH_MAX);
	DD_CLEANUP(dd_map_file_done) struct dd_map_file m = { .base = NULL };
	ret->body = DD_BUF_INIT(DD_HUB_ANSWER_BYTES_MAX);
	if (!path_of(h, url, &path) ||
	    dd_map_file_open(&m, path.p, DD_HUB_ANSWER_BYTES_MAX + HEAD_BYTES_MAX, NULL) != DD_OK)
		return false;
	if (parse(m.bytes, url, ret) && ret->at <= h->o.now)
		return true;
	dd_buf_done(&ret->body);
	return false;
}

/* Files that nobody asked for in a month, and all beyond a number of them that no one person needs. */
static void sweep(const struct dd_hub *h, const char *dir)
{
	DIR *d = opendir(dir);
	size_t n = 0;
	if (!d)
		return;
	for (struct dirent *e; (e = readdir(d));) {
		struct stat st;
		if (strlen(e->d_name) != NAME_BYTES || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (++n > FILES_MAX || st.st_mtim.tv_sec + KEPT_SECONDS < h->o.now)
			(void)unlinkat(dirfd(d), e->d_name, 0);
	}
	(void)closedir(d);
}

static void write_file(const char *path, const char *url, const struct dd_hub_kept *k)
{
	DD_CLEANUP(dd_atomic_done) struct dd_atomic_file f = { .fd = -1 };
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_HUB_ANSWER_BYTES_MAX + HEAD_BYTES_MAX);
	(void)dd_buf_addf(&out, "drydock-hub 1\n%s\n%lld\n%s\n%s\n\n", url, (long long)k->at, k->etag, k->modified);
	(void)dd_buf_add_str(&out, dd_buf_str(&k->body));
	if (!out.failed && dd_atomic_open(&f, path, 0600, NULL) == DD_OK &&
	    dd_write_full(f.fd, out.p, out.n, NULL) == DD_OK)
		(void)dd_atomic_commit(&f, NULL);
}

void dd_hub_kept_write(const struct dd_hub *h, const char *url, const struct dd_hub_kept *k)
{
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(DD_PATH_MAX), dir = DD_BUF_INIT(DD_PATH_MAX);
	if (!path_of(h, url, &path))
		return;
	(void)dd_buf_addf(&dir, "%s/hub", h->cache);
	if (!dd_buf_c(&dir) || dd_mkdirs(dir.p, NULL) != DD_OK)
		return;
	sweep(h, dir.p);
	write_file(path.p, url, k);
}
