/* SPDX-License-Identifier: Apache-2.0 */
/* Lists that come in pages: tags (distribution-spec §Listing Tags). The next page is named by Link: <…>; rel="next"
 * (RFC 8288); it must be on the same host, as the token for this one goes along. */
#include <stdio.h>

#include "base/limits.h"
#include "format/json.h"
#include "net/registry/registry_parts.h"

enum { EMPTY_PAGES_MAX = 3 };

/* --- Link --- */

static bool is_next(struct dd_str parameters)
{
	struct dd_str rest = parameters, one;
	while (dd_str_next(&rest, ';', &one)) {
		one = dd_str_trim(one);
		if (!dd_str_eq_nocase(dd_str_take(one, 4), DD_STR("rel=")))
			continue;
		one = dd_str_skip(one, 4);
		if (one.n >= 2 && one.p[0] == '"' && one.p[one.n - 1] == '"')
			one = (struct dd_str){ one.p + 1, one.n - 2 };
		if (dd_str_eq_nocase(one, DD_STR("next")))
			return true;
	}
	return false;
}

/* The target of the link whose relation is "next"; empty: there is none. */
static struct dd_str next_target(const struct dd_http_response *response)
{
	struct dd_str fields = response->fields, value;
	while (dd_http_next_header(&fields, "Link", &value)) {
		while (value.n) {
			size_t open = dd_str_find(value, '<'), close = dd_str_find(value, '>');
			if (open > close || close == value.n)
				break;
			struct dd_str target = { value.p + open + 1, close - open - 1 };
			value = dd_str_skip(value, close + 1);
			/* Parameters may hold a comma inside quotes, but none that is followed by "<". */
			struct dd_str rest = dd_str_take(value, dd_str_find(value, '<'));
			size_t comma = dd_str_rfind(rest, ',');
			bool last = rest.n == value.n;
			if (is_next(last ? rest : dd_str_take(rest, comma)))
				return target;
			value = dd_str_skip(value, rest.n);
		}
	}
	return DD_STR("");
}

enum dd_code dd_registry_next_page(struct dd_registry *r, const struct dd_endpoint *e, const struct dd_answer *a,
				   struct dd_buf *url, bool *ret_more, struct dd_err *err)
{
	struct dd_buf next DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX);
	struct dd_str target = next_target(a->response);
	bool own = false;
	*ret_more = false;
	if (target.n == 0)
		return DD_OK;
	DD_TRY(dd_http_resolve(r->s->net, a->response->url, target, &next, err));
	DD_TRY(dd_endpoint_owns(r, e, dd_buf_c(&next), &own, err));
	if (!own)
		return dd_fail(err, DD_ENET, DD_NO_OFFSET, "%s: the next page of its list is on another host: %s",
			       DD_QUOTE(e->host->name), DD_QUOTE_URL(dd_buf_str(&next)));
	if (dd_str_eq_c(dd_buf_str(&next), a->response->url))
		return dd_fail(err, DD_ENET, DD_NO_OFFSET, "%s: the next page of its list is the same one again",
			       DD_QUOTE(e->host->name));
	dd_buf_clear(url);
	(void)dd_buf_add_str(url, dd_buf_str(&next));
	*ret_more = true;
	return dd_buf_c(url) ? DD_OK : dd_fail_nomem(err);
}

/* --- tags --- */

struct listing {
	struct dd_arena *a;
	DD_VEC(struct dd_str) tags;
	struct dd_registry_tags got;
};

static enum dd_code read_page(struct listing *l, const struct dd_registry *r, const struct dd_endpoint *e,
			      size_t *ret_n, struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct dd_err why;
	if (dd_json_parse(dd_buf_str(&r->body), &doc, &why) != DD_OK || !json_is_object(doc))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET,
			       "%s: its list of tags is no JSON object: is it a registry?", DD_QUOTE(e->host->name));
	const json_t *tags = dd_json_arr(doc, "tags");
	*ret_n = dd_json_len(tags);
	for (size_t i = 0; i < *ret_n; i++) {
		struct dd_str tag = dd_json_text(dd_json_at(tags, i));
		if (!dd_reference_is_tag(tag)) {
			l->got.odd++;
			continue;
		}
		if (l->tags.n == DD_REGISTRY_TAGS_MAX) {
			l->got.incomplete = true;
			return DD_OK;
		}
		struct dd_str copy = dd_arena_str(l->a, tag);
		if (!copy.p || !dd_vec_push(&l->tags, copy, DD_REGISTRY_TAGS_MAX))
			return dd_fail_nomem(err);
	}
	return DD_OK;
}

static enum dd_code read_pages(void *ctx, struct dd_registry *r, const struct dd_endpoint *e,
			       const struct dd_answer *answer, struct dd_err *err)
{
	struct dd_buf url DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX);
	struct listing *l = ctx;
	struct dd_answer now = *answer;
	unsigned empty = 0;
	bool more = true;
	l->tags.n = 0; /* a mirror may have begun */
	l->got = (struct dd_registry_tags){ 0 };
	for (unsigned page = 1;; page++) {
		size_t n = 0;
		DD_TRY(read_page(l, r, e, &n, err));
		DD_TRY(dd_registry_next_page(r, e, &now, &url, &more, err));
		empty = n ? 0 : empty + 1;
		if (more && (page == DD_REGISTRY_PAGES_MAX || empty == EMPTY_PAGES_MAX))
			l->got.incomplete = true;
		if (!more || l->got.incomplete)
			return DD_OK;
		struct dd_call c = { .actions = "pull", .url = dd_buf_c(&url) };
		DD_TRY(dd_registry_fetch(r, e, &c, r->s->o.retries, &now, err));
		if (now.status != 200)
			return dd_answer_fail(r, e, &now, "the next page of its tags", err);
	}
}

enum dd_code dd_registry_tags(struct dd_registry *r, const struct dd_reference *repo, struct dd_arena *a,
			      struct dd_registry_tags *ret, struct dd_err *err)
{
	struct listing l = { .a = a };
	char what[200];
	const struct dd_document d = { what, read_pages, &l };
	struct dd_reference ref = { .registry = repo->registry, .repository = repo->repository };
	struct dd_call c = { .actions = "pull", .path = DD_STR("/tags/list?n=1000") };
	struct dd_answer answer;
	(void)snprintf(what, sizeof what, "the tags of %.*s", DD_FMT(dd_str_take(repo->repository, 150)));
	enum dd_code code = dd_registry_document(r, &ref, &c, &d, &answer, err);
	if (code == DD_OK) {
		l.got.n = l.tags.n;
		l.got.p = dd_arena_array(a, l.tags.n + 1, sizeof *l.got.p);
		if (l.got.p && l.tags.n)
			memcpy(l.got.p, l.tags.p, l.tags.n * sizeof *l.got.p);
		code = l.got.p ? DD_OK : dd_fail_nomem(err);
	}
	if (code == DD_OK)
		*ret = l.got;
	dd_vec_done(&l.tags);
	return code;
}
