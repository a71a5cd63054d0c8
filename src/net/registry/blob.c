/* SPDX-License-Identifier: Apache-2.0 */
/* Blobs: handed on as they come. After a break the rest is asked for by Range; a server that sends the whole all the
 * same has its start passed over. The digest stands in the address, so the same bytes come from whoever is asked, or
 * wrong ones, which the caller's check of the digest finds. */
#include <stdio.h>

#include "base/limits.h"
#include "net/registry/registry_parts.h"

struct blob {
	struct dd_registry *r;
	const struct dd_endpoint *e;
	uint64_t size;
	uint64_t at;   /* bytes handed on, with those before the caller's offset */
	uint64_t skip; /* bytes to come that were handed on already */
	enum dd_code (*sink)(void *ctx, struct dd_str bytes, struct dd_err *err);
	void *ctx;
	bool sink_failed;
	char what[DD_DIGEST_TEXT_MAX + 8];
};

static enum dd_code fail_size(const struct blob *b, uint64_t has, struct dd_err *err)
{
	return dd_fail(err, DD_EDIGEST, DD_NO_OFFSET, "%s: %s has %llu bytes there, the image says %llu",
		       DD_QUOTE(b->e->host->name), b->what, (unsigned long long)has, (unsigned long long)b->size);
}

static enum dd_code on_head(void *ctx, const struct dd_http_response *response, struct dd_err *err)
{
	struct blob *b = ctx;
	struct dd_http_range range;
	b->skip = 0;
	if (response->status == 206) {
		if (!dd_http_content_range(dd_http_header(response, "Content-Range"), &range) || range.first > b->at)
			return dd_fail(err, DD_EDIGEST, DD_NO_OFFSET, "%s: it sends another part of %s than asked for",
				       DD_QUOTE(b->e->host->name), b->what);
		if (range.total != DD_HTTP_NO_LENGTH && range.total != b->size)
			return fail_size(b, range.total, err);
		b->skip = b->at - range.first;
		return DD_OK;
	}
	if (response->status == 200 && response->length != DD_HTTP_NO_LENGTH && response->length != b->size)
		return fail_size(b, response->length, err);
	b->skip = b->at;
	return DD_OK;
}

static enum dd_code on_data(void *ctx, struct dd_str bytes, struct dd_err *err)
{
	struct blob *b = ctx;
	size_t passed = bytes.n < b->skip ? bytes.n : (size_t)b->skip;
	b->skip -= passed;
	bytes = dd_str_skip(bytes, passed);
	if (bytes.n == 0)
		return DD_OK;
	if (bytes.n > b->size - b->at)
		return dd_fail(err, DD_EDIGEST, DD_NO_OFFSET, "%s: %s has more than the %llu bytes that the image says",
			       DD_QUOTE(b->e->host->name), b->what, (unsigned long long)b->size);
	enum dd_code code = b->sink(b->ctx, bytes, err);
	if (code == DD_OK)
		b->at += bytes.n;
	b->sink_failed = code != DD_OK;
	return code;
}

/* One request for the rest. */
static enum dd_code attempt(struct blob *b, struct dd_str path, struct dd_answer *answer, struct dd_err *err)
{
	char range[64];
	const char *const headers[] = { b->at ? range : NULL, NULL };
	(void)snprintf(range, sizeof range, "Range: bytes=%llu-", (unsigned long long)b->at);
	const struct dd_call c = { .actions = "pull",
				   .path = path,
				   .headers = headers,
				   .transfer_bytes = b->size - b->at,
				   .max_bytes = INT64_MAX, /* on_head and on_data know better */
				   .head = on_head,
				   .data = on_data,
				   .ctx = b };
	DD_TRY(dd_registry_call(b->r, b->e, &c, answer, err));
	if (answer->status != 200 && answer->status != 206)
		return dd_answer_fail(b->r, b->e, answer, b->what, err);
	if (b->at != b->size)
		return dd_fail(err, DD_EDIGEST, DD_NO_OFFSET, "%s: %s ended after %llu of %llu bytes",
			       DD_QUOTE(b->e->host->name), b->what, (unsigned long long)b->at,
			       (unsigned long long)b->size);
	return DD_OK;
}

static bool may_pass(const struct dd_registry *r, const struct dd_answer *a, enum dd_code code)
{
	return code == DD_ENET && !r->s->o.offline && a->retry_after_s <= DD_HTTP_RETRY_AFTER_SECONDS_MAX &&
	       dd_http_may_pass(a->cause, a->status);
}

/* From one host, with all the attempts that it is worth. A transfer that gets on does not count as one. */
static enum dd_code from_endpoint(struct blob *b, struct dd_str path, unsigned retries, struct dd_answer *answer,
				  struct dd_err *err)
{
	unsigned fruitless = 0;
	for (unsigned i = 0;; i++) {
		uint64_t before = b->at;
		enum dd_code code = attempt(b, path, answer, err);
		if (code == DD_OK || b->sink_failed || !may_pass(b->r, answer, code) || i >= DD_REGISTRY_RESUMES_MAX)
			return code;
		fruitless = b->at > before ? 0 : fruitless + 1;
		if (fruitless > retries)
			return code;
		answer->status = answer->cause == DD_HTTP_DONE ? answer->status : 0;
		DD_TRY(dd_registry_wait(b->r, b->e, answer, fruitless ? fruitless - 1 : 0, err));
	}
}

static enum dd_code from_all(struct blob *b, const struct dd_endpoints *e, struct dd_str path, struct dd_err *err)
{
	struct dd_err why = { .at = DD_NO_OFFSET };
	enum dd_code code = DD_ENET;
	for (size_t i = 0; i < e->n; i++) {
		struct dd_answer answer = { .cause = DD_HTTP_OWN };
		bool last = i + 1 == e->n;
		if (!last && atomic_load(&e->at[i].host->down))
			continue;
		b->e = &e->at[i];
		code = from_endpoint(b, path, dd_registry_retries(b->r, e, i), &answer, &why);
		if (last || code == DD_OK || b->sink_failed || code == DD_EIO || code == DD_ENOMEM)
			break;
		dd_registry_pass_over(b->r, b->e, answer.cause, &why);
	}
	if (code != DD_OK)
		dd_err_copy(err, &why);
	return code;
}

enum dd_code dd_registry_blob(struct dd_registry *r, const struct dd_reference *repo, const struct dd_digest *digest,
			      uint64_t size, uint64_t offset,
			      enum dd_code (*sink)(void *ctx, struct dd_str bytes, struct dd_err *err), void *ctx,
			      struct dd_err *err)
{
	struct dd_buf path DD_CLEANUP_BUF = DD_BUF_INIT(512);
	struct dd_endpoints e DD_CLEANUP(dd_endpoints_done) = { .n = 0 };
	struct dd_reference ref = *repo;
	char text[DD_DIGEST_TEXT_MAX];
	struct blob b = { .r = r, .size = size, .at = offset, .sink = sink, .ctx = ctx };
	if (offset > size || size > INT64_MAX - 1)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "a blob of %llu bytes from byte %llu on",
			       (unsigned long long)size, (unsigned long long)offset);
	if (offset == size)
		return DD_OK;
	ref.tag = DD_STR("");
	ref.digest = dd_str_from(dd_digest_text(digest, text));
	(void)snprintf(b.what, sizeof b.what, "blob %s", text);
	(void)dd_buf_addf(&path, "/blobs/%s", text);
	DD_TRY(dd_buf_check(&path, "a registry's address", err));
	DD_TRY(dd_endpoints_find(r->s, &ref, false, &e, err));
	return from_all(&b, &e, dd_buf_str(&path), err);
}

/* --- small ones --- */

static enum dd_code collect(void *ctx, struct dd_str bytes, struct dd_err *err)
{
	struct dd_buf *out = ctx;
	(void)dd_buf_add_str(out, bytes);
	return dd_buf_check(out, "a blob", err);
}

enum dd_code dd_registry_blob_bytes(struct dd_registry *r, const struct dd_reference *repo,
				    const struct dd_digest *digest, uint64_t size, uint64_t max, struct dd_arena *a,
				    struct dd_str *ret, struct dd_err *err)
{
	struct dd_buf bytes DD_CLEANUP_BUF = DD_BUF_INIT((size_t)(size < max ? size : max));
	char text[DD_DIGEST_TEXT_MAX];
	struct dd_digest got;
	if (size > max)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "blob %s has %llu bytes, the limit is %llu",
			       dd_digest_text(digest, text), (unsigned long long)size, (unsigned long long)max);
	DD_TRY(dd_registry_blob(r, repo, digest, size, 0, collect, &bytes, err));
	DD_TRY(dd_digest_of(digest->algorithm, dd_buf_str(&bytes), &got, err));
	if (!dd_digest_eq(&got, digest))
		return dd_fail(err, DD_EDIGEST, DD_NO_OFFSET, "%s: what it sends as blob %s has another digest",
			       DD_QUOTE(repo->registry), dd_digest_text(digest, text));
	struct dd_str copy = dd_arena_str(a, dd_buf_str(&bytes));
	if (!copy.p)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "the documents of the image are too large");
	*ret = copy;
	return DD_OK;
}
