/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/suggest.h"
#include "cmd/update.h"

static int hex_digit(char c)
{
	if (dd_is_digit(c))
		return c - '0';
	char low = dd_lower(c);
	return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/* file:///dir or file://localhost/dir (RFC 8089); false when it is none. */
static bool file_url_path(struct dd_str url, struct dd_buf *out)
{
	struct dd_str s = url;
	if (!dd_str_eq_nocase(dd_str_take(s, 7), DD_STR("file://")))
		return false;
	s = dd_str_skip(s, 7);
	if (dd_str_eq_nocase(dd_str_take(s, 9), DD_STR("localhost")))
		s = dd_str_skip(s, 9);
	if (!dd_str_starts(s, DD_STR("/")))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		int high = s.p[i] == '%' && i + 2 < s.n ? hex_digit(s.p[i + 1]) : -1;
		int low = high >= 0 ? hex_digit(s.p[i + 2]) : -1;
		if (s.p[i] == '%' && (low < 0 || high * 16 + low == 0))
			return false;
		(void)dd_buf_add_char(out, s.p[i] == '%' ? (char)(high * 16 + low) : s.p[i]);
		i += s.p[i] == '%' ? 2 : 0;
	}
	return !out->failed;
}

/* A directory that is there, or something with a scheme. */
static enum dd_code plan_mirror(struct dd_update *u, struct dd_err *err)
{
	struct dd_buf dir DD_CLEANUP_BUF = DD_BUF_INIT(DD_PATH_MAX);
	struct dd_str mirror = dd_str_from(u->o->mirror);
	struct stat st;
	if (mirror.n == 0 || dd_str_eq_nocase(dd_str_take(mirror, 8), DD_STR("https://")) ||
	    dd_str_eq_nocase(dd_str_take(mirror, 7), DD_STR("http://")))
		return DD_OK;
	if (dd_str_eq_nocase(dd_str_take(mirror, 5), DD_STR("file:"))) {
		if (!file_url_path(mirror, &dir))
			return dd_fail(err, DD_EARG, DD_NO_OFFSET, "--mirror %s: not a file URL of this machine",
				       DD_QUOTE(mirror));
	} else {
		(void)dd_buf_add_str(&dir, mirror);
	}
	if (!dd_buf_c(&dir) || stat(dd_buf_c(&dir), &st) < 0 || !S_ISDIR(st.st_mode))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET,
			       "--mirror %s: neither a directory nor a URL of http or https", DD_QUOTE(mirror));
	u->mirror_dir = dd_arena_c(&u->arena, dd_buf_str(&dir));
	return u->mirror_dir ? DD_OK : dd_fail_nomem(err);
}

static bool selected(const struct dd_update *u, const struct dd_feed *f)
{
	for (size_t i = 0; i < u->o->sources.n; i++)
		if (dd_feed_matches(f, dd_str_from(u->o->sources.p[i])))
			return true;
	return u->o->sources.n == 0;
}

/* Every --source must name something. */
static enum dd_code check_selectors(struct dd_update *u, struct dd_err *err)
{
	for (size_t i = 0; i < u->o->sources.n; i++) {
		struct dd_str wanted = dd_str_from(u->o->sources.p[i]);
		struct dd_suggest near = DD_SUGGEST(wanted);
		const struct dd_feed *f;
		bool found = false;
		for (size_t k = 0; !found && (f = dd_feed_at(k)); k++) {
			struct dd_buf title DD_CLEANUP_BUF = DD_BUF_INIT(1024);
			found = dd_feed_matches(f, wanted);
			dd_feed_title(f, &title);
			const char *kept = dd_arena_c(&u->arena, dd_buf_str(&title));
			if (kept)
				dd_suggest_offer(&near, kept);
		}
		if (!found && near.best)
			return dd_fail(err, DD_EARG, DD_NO_OFFSET, "no source is called %s: did you mean '%s'?",
				       DD_QUOTE(wanted), near.best);
		if (!found)
			return dd_fail(err, DD_EARG, DD_NO_OFFSET,
				       "no source is called %s; 'drydock db update --list' shows them",
				       DD_QUOTE(wanted));
	}
	return DD_OK;
}

static enum dd_code place(struct dd_update *u, struct dd_update_item *item, struct dd_err *err)
{
	struct dd_buf url DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX);
	struct dd_str mirror = dd_str_from(u->o->mirror);
	const struct dd_feed *f = item->feed;
	if (u->mirror_dir) {
		item->path = dd_arena_printf(&u->arena, "%s/%s", u->mirror_dir, f->path).p;
		return item->path ? DD_OK : dd_fail_nomem(err);
	}
	item->path = dd_arena_printf(&u->arena, "%s/sources/%s", u->cache, f->path).p;
	if (mirror.n) {
		while (dd_str_ends(mirror, DD_STR("/")))
			mirror.n--;
		(void)dd_buf_add_str(&url, mirror);
		(void)dd_buf_add_char(&url, '/');
		(void)dd_http_add_path(&url, dd_str_from(f->path));
		DD_TRY(dd_buf_check(&url, "--mirror", err));
		item->url = dd_arena_c(&u->arena, dd_buf_str(&url));
	} else {
		item->url = f->url;
	}
	return item->path && item->url ? DD_OK : dd_fail_nomem(err);
}

enum dd_code dd_update_plan(struct dd_update *u, struct dd_err *err)
{
	size_t all = 0;
	const struct dd_feed *f;
	DD_TRY(check_selectors(u, err));
	DD_TRY(plan_mirror(u, err));
	while (dd_feed_at(all))
		all++;
	u->items = dd_arena_array(&u->arena, all, sizeof *u->items);
	if (!u->items)
		return dd_fail_nomem(err);
	for (size_t i = 0; (f = dd_feed_at(i)); i++) {
		if (!selected(u, f))
			continue;
		struct dd_update_item *item = &u->items[u->n++];
		item->feed = f;
		item->got.modified = INT64_MIN;
		DD_TRY(place(u, item, err));
	}
	return DD_OK;
}
