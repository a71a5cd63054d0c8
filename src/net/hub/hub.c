/* SPDX-License-Identifier: Apache-2.0 */
#include "net/hub/hub.h"

#include "base/limits.h"
#include "net/hub/hub_parts.h"

/* Names of references hold nothing that an URL's path could take for something else; filters and queries are encoded
 * with their slash, too. */
static void add_word(struct dd_buf *out, struct dd_str word)
{
	struct dd_str rest = word, part;
	for (bool first = true; dd_str_next(&rest, '/', &part); first = false) {
		(void)dd_buf_add_c(out, first ? "" : "%2F");
		(void)dd_http_add_path(out, part);
	}
}

static enum dd_code check_name(struct dd_str s, struct dd_err *err)
{
	for (size_t i = 0; i < s.n; i++)
		if (!dd_is_alpha(s.p[i]) && !dd_is_digit(s.p[i]) && !strchr("._-", s.p[i]))
			return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "%s is no name of Docker Hub", DD_QUOTE(s));
	if (s.n == 0 || s.p[0] == '.')
		return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "%s is no name of Docker Hub", DD_QUOTE(s));
	return DD_OK;
}

static enum dd_code repository_path(struct dd_str space, struct dd_str name, struct dd_buf *out, struct dd_err *err)
{
	DD_TRY(check_name(space, err));
	DD_TRY(check_name(name, err));
	(void)dd_buf_add_c(out, "/v2/namespaces/");
	add_word(out, space);
	(void)dd_buf_add_c(out, "/repositories/");
	add_word(out, name);
	return dd_buf_check(out, "Docker Hub's address", err);
}

enum dd_code dd_hub_repository(struct dd_hub *h, struct dd_str space, struct dd_str name, struct dd_arena *a,
			       struct dd_hub_repository *ret, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX), body = DD_BUF_INIT(0);
	DD_TRY(repository_path(space, name, &path, err));
	DD_TRY(dd_hub_ask(h, dd_buf_str(&path), &body, err));
	return dd_hub_read_repository(dd_buf_str(&body), a, ret, err);
}

enum dd_code dd_hub_tags(struct dd_hub *h, struct dd_str space, struct dd_str name, struct dd_str filter, unsigned page,
			 struct dd_arena *a, struct dd_hub_tags *ret, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX), body = DD_BUF_INIT(0);
	dd_assert(page >= 1);
	if (page > DD_HUB_PAGES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "more than %d pages of tags", DD_HUB_PAGES_MAX);
	DD_TRY(repository_path(space, name, &path, err));
	(void)dd_buf_addf(&path, "/tags?page_size=%d&page=%u&ordering=last_updated", DD_HUB_PAGE_TAGS, page);
	if (filter.n) {
		(void)dd_buf_add_c(&path, "&name=");
		add_word(&path, filter);
	}
	DD_TRY(dd_buf_check(&path, "Docker Hub's address", err));
	DD_TRY(dd_hub_ask(h, dd_buf_str(&path), &body, err));
	return dd_hub_read_tags(dd_buf_str(&body), a, ret, err);
}

enum dd_code dd_hub_search(struct dd_hub *h, struct dd_str space, struct dd_str name, struct dd_arena *a,
			   struct dd_hub_found *ret, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX), body = DD_BUF_INIT(0);
	DD_TRY(check_name(space, err));
	DD_TRY(check_name(name, err));
	(void)dd_buf_add_c(&path, "/api/search/v4?query=");
	if (!dd_str_eq_c(space, "library")) {
		add_word(&path, space);
		(void)dd_buf_add_c(&path, "%2F");
	}
	add_word(&path, name);
	(void)dd_buf_add_c(&path, "&type=image&from=0&size=25");
	DD_TRY(dd_buf_check(&path, "Docker Hub's address", err));
	DD_TRY(dd_hub_ask(h, dd_buf_str(&path), &body, err));
	return dd_hub_read_search(dd_buf_str(&body), space, name, a, ret, err);
}

enum dd_code dd_hub_org(struct dd_hub *h, struct dd_str space, struct dd_arena *a, struct dd_hub_org *ret,
			struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX), body = DD_BUF_INIT(0);
	DD_TRY(check_name(space, err));
	(void)dd_buf_add_c(&path, "/v2/orgs/");
	add_word(&path, space);
	DD_TRY(dd_buf_check(&path, "Docker Hub's address", err));
	DD_TRY(dd_hub_ask(h, dd_buf_str(&path), &body, err));
	return dd_hub_read_org(dd_buf_str(&body), a, ret, err);
}
