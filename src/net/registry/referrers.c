/* SPDX-License-Identifier: Apache-2.0 */
/* What refers to a manifest (distribution-spec 1.1 §Listing Referrers): the API, or where a registry has none the index
 * under the fallback tag. A registry that has the API and does not know the subject gives an empty list, so 404 is
 * "no API". Met in the wild: 400, 405 and 501 instead; artifactType filters that are not applied. */
#include <stdio.h>

#include "base/limits.h"
#include "format/json.h"
#include "net/registry/registry_parts.h"

enum { EMPTY_PAGES_MAX = 3 };

const char *dd_registry_fallback_tag(const struct dd_digest *subject, char out[DD_REGISTRY_FALLBACK_TAG_MAX])
{
	char text[DD_DIGEST_TEXT_MAX];
	struct dd_str whole = dd_str_from(dd_digest_text(subject, text));
	size_t colon = dd_str_find(whole, ':');
	(void)snprintf(out, DD_REGISTRY_FALLBACK_TAG_MAX, "%.*s-%.*s",
		       DD_FMT(dd_str_take(dd_str_take(whole, colon), 32)),
		       DD_FMT(dd_str_take(dd_str_skip(whole, colon + 1), 64)));
	return out;
}

struct search {
	struct dd_arena *a;
	struct dd_str artifact_type; /* wanted, empty: all */
	DD_VEC(struct dd_registry_descriptor) found;
	struct dd_registry_referrers got;
};

/* --- one list --- */

static enum dd_code read_annotations(struct search *s, const json_t *notes, struct dd_registry_descriptor *d,
				     struct dd_err *err)
{
	size_t n = notes ? json_object_size(notes) : 0;
	n = n < DD_LABELS_MAX ? n : DD_LABELS_MAX;
	d->annotations = dd_arena_array(s->a, n + 1, sizeof *d->annotations);
	if (!d->annotations)
		return dd_fail_nomem(err);
	for (void *it = dd_json_first(notes); it && d->n_annotations < n; it = dd_json_next(notes, it)) {
		struct dd_registry_annotation *to = &d->annotations[d->n_annotations++];
		to->key = dd_arena_str(s->a, dd_json_name(it));
		to->value = dd_arena_str(s->a, dd_json_text(dd_json_value(it)));
		if (!to->key.p || !to->value.p)
			return dd_fail_nomem(err);
	}
	return DD_OK;
}

static enum dd_code read_descriptor(struct search *s, const json_t *from, struct dd_err *err)
{
	struct dd_registry_descriptor d = { 0 };
	int64_t size = -1;
	if (dd_digest_parse(dd_json_str(from, "digest"), &d.digest, NULL) != DD_OK ||
	    !dd_json_int(from, "size", &size) || size < 0 || dd_json_str(from, "mediaType").n == 0) {
		s->got.odd++;
		return DD_OK;
	}
	d.size = (uint64_t)size;
	d.media_type = dd_json_str(from, "mediaType");
	d.artifact_type = dd_json_str(from, "artifactType");
	/* Whether the registry has filtered or not. */
	if (s->artifact_type.n && !dd_str_eq(d.artifact_type, s->artifact_type))
		return DD_OK;
	if (s->found.n == DD_REGISTRY_REFERRERS_MAX) {
		s->got.incomplete = true;
		return DD_OK;
	}
	d.media_type = dd_arena_str(s->a, d.media_type);
	d.artifact_type = dd_arena_str(s->a, d.artifact_type);
	if (!d.media_type.p || !d.artifact_type.p)
		return dd_fail_nomem(err);
	DD_TRY(read_annotations(s, dd_json_obj(from, "annotations"), &d, err));
	return dd_vec_push(&s->found, d, DD_REGISTRY_REFERRERS_MAX) ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code read_list(struct search *s, const struct dd_registry *r, const struct dd_endpoint *e, size_t *ret_n,
			      struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	if (dd_json_parse(dd_buf_str(&r->body), &doc, NULL) != DD_OK || !dd_json_arr(doc, "manifests"))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "%s: its list of referrers is no image index",
			       DD_QUOTE(e->host->name));
	const json_t *list = dd_json_arr(doc, "manifests");
	*ret_n = dd_json_len(list);
	for (size_t i = 0; i < *ret_n && !s->got.incomplete; i++)
		DD_TRY(read_descriptor(s, dd_json_at(list, i), err));
	return DD_OK;
}

/* --- one host --- */

static enum dd_code read_pages(struct search *s, struct dd_registry *r, const struct dd_endpoint *e,
			       struct dd_answer *answer, struct dd_err *err)
{
	struct dd_buf url DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX);
	unsigned empty = 0;
	bool more = true;
	for (unsigned page = 1;; page++) {
		size_t n = 0;
		DD_TRY(read_list(s, r, e, &n, err));
		DD_TRY(dd_registry_next_page(r, e, answer, &url, &more, err));
		empty = n ? 0 : empty + 1;
		if (more && (page == DD_REGISTRY_PAGES_MAX || empty == EMPTY_PAGES_MAX))
			s->got.incomplete = true;
		if (!more || s->got.incomplete)
			return DD_OK;
		struct dd_call c = { .actions = "pull", .url = dd_buf_c(&url) };
		DD_TRY(dd_registry_fetch(r, e, &c, r->s->o.retries, answer, err));
		if (answer->status != 200)
			return dd_answer_fail(r, e, answer, "the next page of its referrers", err);
	}
}

static enum dd_code read_fallback(struct search *s, struct dd_registry *r, const struct dd_endpoint *e,
				  const struct dd_digest *subject, unsigned retries, struct dd_answer *answer,
				  struct dd_err *err)
{
	char tag[DD_REGISTRY_FALLBACK_TAG_MAX], path[DD_REGISTRY_FALLBACK_TAG_MAX + 16];
	size_t n;
	(void)snprintf(path, sizeof path, "/manifests/%s", dd_registry_fallback_tag(subject, tag));
	struct dd_call c = { .actions = "pull", .path = dd_str_from(path), .headers = dd_manifest_headers };
	s->got.fallback = true;
	DD_TRY(dd_registry_fetch(r, e, &c, retries, answer, err));
	if (answer->status == 404)
		return DD_OK;
	return answer->status == 200 ? read_list(s, r, e, &n, err) : dd_answer_fail(r, e, answer, tag, err);
}

static bool has_no_api(unsigned status)
{
	return status == 404 || status == 400 || status == 405 || status == 501;
}

static enum dd_code ask(struct search *s, struct dd_registry *r, const struct dd_endpoint *e,
			const struct dd_digest *subject, unsigned retries, struct dd_answer *answer, struct dd_err *err)
{
	static const char *const headers[] = { "Accept: application/vnd.oci.image.index.v1+json", NULL };
	struct dd_buf path DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX);
	char text[DD_DIGEST_TEXT_MAX];
	s->found.n = 0;
	s->got = (struct dd_registry_referrers){ 0 };
	(void)dd_buf_addf(&path, "/referrers/%s", dd_digest_text(subject, text));
	if (s->artifact_type.n) {
		(void)dd_buf_add_c(&path, "?artifactType=");
		(void)dd_http_add_path(&path, s->artifact_type);
	}
	DD_TRY(dd_buf_check(&path, "a registry's address", err));
	struct dd_call c = { .actions = "pull", .path = dd_buf_str(&path), .headers = headers };
	DD_TRY(dd_registry_fetch(r, e, &c, retries, answer, err));
	if (answer->status == 200)
		return read_pages(s, r, e, answer, err);
	if (has_no_api(answer->status))
		return read_fallback(s, r, e, subject, retries, answer, err);
	return dd_answer_fail(r, e, answer, "a list of referrers", err);
}

/* A cache that has none may have none of its own: the registry is asked, too. */
static enum dd_code ask_all(struct search *s, struct dd_registry *r, const struct dd_endpoints *e,
			    const struct dd_digest *subject, struct dd_err *err)
{
	struct dd_err why = { .at = DD_NO_OFFSET };
	enum dd_code code = DD_ENET;
	for (size_t i = 0; i < e->n; i++) {
		struct dd_answer answer = { .cause = DD_HTTP_OWN };
		bool last = i + 1 == e->n;
		if (!last && atomic_load(&e->at[i].host->down))
			continue;
		code = ask(s, r, &e->at[i], subject, dd_registry_retries(r, e, i), &answer, &why);
		if (last || code == DD_EIO || code == DD_ENOMEM || (code == DD_OK && s->found.n))
			break;
		if (code != DD_OK)
			dd_registry_pass_over(r, &e->at[i], answer.cause, &why);
	}
	if (code != DD_OK)
		dd_err_copy(err, &why);
	return code;
}

static enum dd_code hand_over(struct search *s, struct dd_registry_referrers *ret, struct dd_err *err)
{
	s->got.n = s->found.n;
	s->got.p = dd_arena_array(s->a, s->found.n + 1, sizeof *s->got.p);
	if (!s->got.p)
		return dd_fail_nomem(err);
	if (s->found.n)
		memcpy(s->got.p, s->found.p, s->found.n * sizeof *s->got.p);
	*ret = s->got;
	return DD_OK;
}

enum dd_code dd_registry_referrers(struct dd_registry *r, const struct dd_reference *repo,
				   const struct dd_digest *subject, struct dd_str artifact_type, struct dd_arena *a,
				   struct dd_registry_referrers *ret, struct dd_err *err)
{
	struct dd_endpoints e DD_CLEANUP(dd_endpoints_done) = { .n = 0 };
	struct search s = { .a = a, .artifact_type = artifact_type };
	struct dd_reference ref = { .registry = repo->registry, .repository = repo->repository };
	DD_TRY(dd_endpoints_find(r->s, &ref, false, &e, err));
	enum dd_code code = ask_all(&s, r, &e, subject, err);
	if (code == DD_OK)
		code = hand_over(&s, ret, err);
	dd_vec_done(&s.found);
	return code;
}
