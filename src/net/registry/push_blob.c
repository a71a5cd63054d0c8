/* SPDX-License-Identifier: Apache-2.0 */
/* Blobs to a registry (distribution-spec 1.1 §Pushing Blobs):
 *
 *   POST uploads/ → 202, Location          an upload begins; Location may be relative, or on another host
 *   PUT Location?digest=… with the bytes   in one piece, or
 *   PATCH Location with a chunk, …         each answer has the next Location; OCI-Chunk-Min-Length asks for larger ones
 *   PUT Location?digest=…                  with nothing, at the end
 *   GET Location → 204, Range: 0-N         what came, after a break */
#include <stdio.h>

#include "base/limits.h"
#include "net/registry/push.h"
#include "net/registry/registry_parts.h"

static const char octets[] = "Content-Type: application/octet-stream";
static const char actions[] = "pull,push";

struct upload {
	struct dd_registry *r;
	struct dd_endpoints e;
	const struct dd_registry_source *source;
	char digest[DD_DIGEST_TEXT_MAX];
	uint64_t chunk, at;   /* bytes of a chunk; that the registry has */
	struct dd_buf url;    /* of the upload, as the last answer named it */
	struct dd_buf closer; /* the same with the digest */
};

static enum dd_code open_upload(struct upload *u, struct dd_registry *r, const struct dd_reference *repo,
				const struct dd_digest *digest, struct dd_err *err)
{
	u->r = r;
	(void)dd_digest_text(digest, u->digest);
	u->url = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX);
	u->closer = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX);
	struct dd_reference ref = { .registry = repo->registry, .repository = repo->repository };
	return dd_endpoints_find(r->s, &ref, true, &u->e, err);
}

static void close_upload(struct upload *u)
{
	dd_endpoints_done(&u->e);
	dd_buf_done(&u->url);
	dd_buf_done(&u->closer);
}

/* --- is it there, can it be --- */

enum dd_code dd_registry_blob_exists(struct dd_registry *r, const struct dd_reference *repo,
				     const struct dd_digest *digest, bool *ret, struct dd_err *err)
{
	struct upload u DD_CLEANUP(close_upload) = { 0 };
	char path[DD_DIGEST_TEXT_MAX + 16];
	struct dd_answer answer;
	DD_TRY(open_upload(&u, r, repo, digest, err));
	(void)snprintf(path, sizeof path, "/blobs/%s", u.digest);
	const struct dd_call c = { .method = "HEAD", .actions = actions, .path = dd_str_from(path), .document = true };
	DD_TRY(dd_registry_try(r, &u.e.at[0], &c, r->s->o.retries, &answer, err));
	if (answer.status != 200 && answer.status != 404)
		return dd_answer_fail(r, &u.e.at[0], &answer, u.digest, err);
	*ret = answer.status == 200;
	return DD_OK;
}

enum dd_code dd_registry_blob_mount(struct dd_registry *r, const struct dd_reference *repo,
				    const struct dd_digest *digest, struct dd_str from_repository, bool *ret_mounted,
				    struct dd_err *err)
{
	struct upload u DD_CLEANUP(close_upload) = { 0 };
	struct dd_buf path DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX);
	char from[DD_REFERENCE_REPOSITORY_MAX + 1];
	struct dd_answer answer;
	if (!dd_reference_is_repository(from_repository))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s is no name of a repository", DD_QUOTE(from_repository));
	DD_TRY(open_upload(&u, r, repo, digest, err));
	(void)snprintf(from, sizeof from, "%.*s", DD_FMT(from_repository));
	(void)dd_buf_addf(&path, "/blobs/uploads/?mount=%s&from=", u.digest);
	(void)dd_http_add_path(&path, from_repository);
	DD_TRY(dd_buf_check(&path, "a registry's address", err));
	const struct dd_call c = { .method = "POST",
				   .actions = actions,
				   .mount = from,
				   .path = dd_buf_str(&path),
				   .body = DD_STR(""),
				   .document = true };
	DD_TRY(dd_registry_try(r, &u.e.at[0], &c, r->s->o.retries, &answer, err));
	/* 202: an upload was begun instead, which the registry forgets in time. Some refuse what they cannot mount. */
	bool refused = answer.status == 202 || answer.status == 404 || answer.status == 400 || answer.status == 405;
	if (answer.status != 201 && !refused)
		return dd_answer_fail(r, &u.e.at[0], &answer, u.digest, err);
	*ret_mounted = answer.status == 201;
	return DD_OK;
}

/* --- the upload --- */

static enum dd_code take_location(struct upload *u, const struct dd_answer *a, bool required, struct dd_err *err)
{
	const struct dd_endpoint *e = &u->e.at[0];
	struct dd_str location = dd_http_header(a->response, "Location");
	uint64_t least;
	if (dd_str_u64(dd_http_header(a->response, "OCI-Chunk-Min-Length"), DD_LAYER_BYTES_MAX, &least) && u->chunk &&
	    least > u->chunk)
		u->chunk = least;
	if (location.n == 0 && !required)
		return DD_OK;
	if (location.n == 0)
		return dd_fail(err, DD_ENET, DD_NO_OFFSET, "%s does not say where to send %s", DD_QUOTE(e->host->name),
			       u->digest);
	struct dd_buf next DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX);
	if (dd_http_resolve(u->r->s->net, a->response->url, location, &next, err) != DD_OK)
		return dd_wrap(err, "%s: where to send %s", DD_QUOTE(e->host->name), u->digest);
	dd_buf_clear(&u->url);
	(void)dd_buf_add_str(&u->url, dd_buf_str(&next));
	return dd_buf_c(&u->url) ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code begin(struct upload *u, struct dd_err *err)
{
	struct dd_answer answer;
	const struct dd_endpoint *e = &u->e.at[0];
	const struct dd_call c = { .method = "POST",
				   .actions = actions,
				   .path = DD_STR("/blobs/uploads/"),
				   .body = DD_STR(""),
				   .document = true };
	DD_TRY(dd_registry_try(u->r, e, &c, u->r->s->o.retries, &answer, err));
	if (answer.status != 202)
		return dd_answer_fail(u->r, e, &answer, "an upload", err);
	u->at = 0;
	return take_location(u, &answer, true, err);
}

static enum dd_code make_closer(struct upload *u, struct dd_err *err)
{
	struct dd_str url = dd_buf_str(&u->url);
	dd_buf_clear(&u->closer);
	(void)dd_buf_addf(&u->closer, "%.*s%sdigest=%s", DD_FMT(url), dd_str_find(url, '?') < url.n ? "&" : "?",
			  u->digest);
	DD_TRY(dd_buf_check(&u->closer, "a registry's address", err));
	return dd_buf_c(&u->closer) ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code read_source(void *ctx, uint64_t offset, char *p, size_t n, size_t *ret_n, struct dd_err *err)
{
	const struct upload *u = ctx;
	return u->source->read(u->source->ctx, u->at + offset, p, n, ret_n, err);
}

/* The last request: with all bytes that the registry lacks. */
static enum dd_code close_with(struct upload *u, bool bytes, struct dd_answer *answer, struct dd_err *err)
{
	const char *const headers[] = { octets, NULL };
	const struct dd_endpoint *e = &u->e.at[0];
	DD_TRY(make_closer(u, err));
	struct dd_call c = { .method = "PUT", .actions = actions, .url = dd_buf_c(&u->closer), .headers = headers };
	if (bytes && u->source->size > u->at) {
		c.read = read_source;
		c.body_bytes = c.transfer_bytes = u->source->size - u->at;
		c.ctx = u;
	} else {
		c.body = DD_STR("");
	}
	DD_TRY(dd_registry_call(u->r, e, &c, answer, err));
	if (answer->status != 201 && answer->status != 204)
		return dd_answer_fail(u->r, e, answer, u->digest, err);
	return DD_OK;
}

static bool may_pass(const struct upload *u, const struct dd_answer *a, enum dd_code code)
{
	return code == DD_ENET && !u->r->s->o.offline && a->retry_after_s <= DD_HTTP_RETRY_AFTER_SECONDS_MAX &&
	       dd_http_may_pass(a->cause, a->status);
}

static enum dd_code push_whole(struct upload *u, struct dd_err *err)
{
	for (unsigned i = 0;; i++) {
		struct dd_answer answer = { .cause = DD_HTTP_OWN };
		DD_TRY(begin(u, err));
		enum dd_code code = close_with(u, true, &answer, err);
		if (code == DD_OK || i >= u->r->s->o.retries || !may_pass(u, &answer, code))
			return code;
		DD_TRY(dd_registry_wait(u->r, &u->e.at[0], &answer, i, err));
	}
}

/* --- in chunks --- */

/* Range: 0-N, N the last byte that is there; "0-0" may mean one byte or none (docker-registry), so it is believed only
 * where it is what was expected. */
static bool read_range(const struct dd_answer *a, uint64_t *ret_bytes)
{
	struct dd_str range = dd_http_header(a->response, "Range");
	size_t dash = dd_str_find(range, '-');
	uint64_t last;
	if (dd_str_starts(range, DD_STR("bytes=")))
		range = dd_str_skip(range, 6), dash = dd_str_find(range, '-');
	if (!dd_str_eq_c(dd_str_take(range, dash), "0") || !dd_str_u64(dd_str_skip(range, dash + 1), INT64_MAX, &last))
		return false;
	*ret_bytes = last ? last + 1 : 0;
	return true;
}

static enum dd_code send_chunk(struct upload *u, struct dd_answer *answer, struct dd_err *err)
{
	char range[80];
	const char *const headers[] = { octets, range, NULL };
	const struct dd_endpoint *e = &u->e.at[0];
	uint64_t left = u->source->size - u->at, n = left < u->chunk ? left : u->chunk, there;
	(void)snprintf(range, sizeof range, "Content-Range: %llu-%llu", (unsigned long long)u->at,
		       (unsigned long long)(u->at + n - 1));
	const struct dd_call c = { .method = "PATCH",
				   .actions = actions,
				   .url = dd_buf_c(&u->url),
				   .headers = headers,
				   .read = read_source,
				   .body_bytes = n,
				   .transfer_bytes = n,
				   .ctx = u };
	DD_TRY(dd_registry_call(u->r, e, &c, answer, err));
	if (answer->status != 202 && answer->status != 204 && answer->status != 201)
		return dd_answer_fail(u->r, e, answer, u->digest, err);
	DD_TRY(take_location(u, answer, false, err));
	if (read_range(answer, &there) && there && there != u->at + n)
		return dd_fail(err, DD_ENET, DD_NO_OFFSET, "%s has %llu bytes of %s, %llu were sent",
			       DD_QUOTE(e->host->name), (unsigned long long)there, u->digest,
			       (unsigned long long)(u->at + n));
	u->at += n;
	return DD_OK;
}

/* What the registry has after a break. */
static enum dd_code ask_progress(struct upload *u, struct dd_err *err)
{
	struct dd_answer answer;
	uint64_t there = 0;
	const struct dd_endpoint *e = &u->e.at[0];
	const struct dd_call c = { .actions = actions, .url = dd_buf_c(&u->url), .document = true };
	DD_TRY(dd_registry_try(u->r, e, &c, u->r->s->o.retries, &answer, err));
	if (answer.status == 404)
		return begin(u, err); /* it has forgotten the upload */
	if (answer.status != 204 && answer.status != 200 && answer.status != 202)
		return dd_answer_fail(u->r, e, &answer, u->digest, err);
	DD_TRY(take_location(u, &answer, false, err));
	if (!read_range(&answer, &there) || there > u->source->size)
		return begin(u, err);
	u->at = there;
	return DD_OK;
}

static enum dd_code push_chunks(struct upload *u, struct dd_err *err)
{
	unsigned failures = 0;
	DD_TRY(begin(u, err));
	for (;;) {
		struct dd_answer answer = { .cause = DD_HTTP_OWN };
		bool last = u->at == u->source->size;
		enum dd_code code = last ? close_with(u, false, &answer, err) : send_chunk(u, &answer, err);
		if (code == DD_OK && last)
			return DD_OK;
		if (code == DD_OK)
			continue;
		bool again = may_pass(u, &answer, code) || answer.status == 416;
		if (!again || failures >= u->r->s->o.retries)
			return code;
		DD_TRY(dd_registry_wait(u->r, &u->e.at[0], &answer, failures++, err));
		DD_TRY(ask_progress(u, err));
	}
}

enum dd_code dd_registry_blob_push(struct dd_registry *r, const struct dd_reference *repo,
				   const struct dd_digest *digest, const struct dd_registry_source *source,
				   uint64_t chunk_bytes, struct dd_err *err)
{
	struct upload u DD_CLEANUP(close_upload) = { .source = source, .chunk = chunk_bytes };
	DD_TRY(open_upload(&u, r, repo, digest, err));
	return chunk_bytes && source->size > chunk_bytes ? push_chunks(&u, err) : push_whole(&u, err);
}
