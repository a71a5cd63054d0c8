/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests. What came is believed only as far as it can be checked: the digest of the reference, or the one that the
 * registry itself says (Docker-Content-Digest), must be that of the bytes; the type in the head and the one in the
 * document must be the same (CVE-2021-41190: a document that is two things at once). */
#include <stdio.h>

#include "base/limits.h"
#include "format/json.h"
#include "net/registry/registry_parts.h"

const char *const dd_manifest_headers[] = { "Accept: application/vnd.oci.image.index.v1+json, "
					    "application/vnd.oci.image.manifest.v1+json, "
					    "application/vnd.docker.distribution.manifest.list.v2+json, "
					    "application/vnd.docker.distribution.manifest.v2+json",
					    NULL };

static const struct {
	const char *type;
	bool index;
} media_types[] = {
	{ "application/vnd.oci.image.index.v1+json", true },
	{ "application/vnd.oci.image.manifest.v1+json", false },
	{ "application/vnd.docker.distribution.manifest.list.v2+json", true },
	{ "application/vnd.docker.distribution.manifest.v2+json", false },
};

static size_t find_type(struct dd_str type)
{
	size_t i = 0;
	while (i < DD_COUNT(media_types) && !dd_str_eq_nocase(type, dd_str_from(media_types[i].type)))
		i++;
	return i;
}

/* Without parameters ("; charset=utf-8"). */
static struct dd_str content_type(const struct dd_http_response *response)
{
	struct dd_str field = dd_http_header(response, "Content-Type");
	return dd_str_trim(dd_str_take(field, dd_str_find(field, ';')));
}

/* --- what is asked for --- */

struct manifest {
	const struct dd_reference *ref;
	struct dd_arena *a;
	struct dd_registry_manifest *ret;
	char what[200];
};

static struct dd_str wanted(const struct dd_reference *ref)
{
	return ref->digest.n ? ref->digest : ref->tag;
}

static enum dd_code make_path(const struct dd_reference *ref, struct dd_buf *path, struct dd_err *err)
{
	if (wanted(ref).n == 0)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "neither a tag nor a digest is asked for");
	(void)dd_buf_add_c(path, "/manifests/");
	(void)dd_buf_add_str(path, wanted(ref)); /* by its grammar nothing in it needs encoding */
	return dd_buf_check(path, "a registry's address", err);
}

void dd_reference_short(const struct dd_reference *ref, char *out, size_t size)
{
	(void)snprintf(out, size, "%.*s%s%.*s", DD_FMT(dd_str_take(ref->repository, 100)), ref->digest.n ? "@" : ":",
		       DD_FMT(dd_str_take(wanted(ref), 90)));
}

/* --- what came --- */

static enum dd_code check_digest(const struct manifest *m, const struct dd_registry *r, const struct dd_endpoint *e,
				 const struct dd_answer *answer, struct dd_digest *ret, struct dd_err *err)
{
	struct dd_digest promised, got;
	char promised_text[DD_DIGEST_TEXT_MAX], got_text[DD_DIGEST_TEXT_MAX];
	struct dd_str said = dd_http_header(answer->response, "Docker-Content-Digest");
	bool asked = m->ref->digest.n > 0;
	if (asked)
		DD_TRY(dd_digest_parse(m->ref->digest, &promised, err));
	/* Neither asked for nor said, or said in a way that nobody can check: the digest is that of the bytes. */
	else if (dd_digest_parse(said, &promised, NULL) != DD_OK)
		return dd_digest_of(DD_SHA256, dd_buf_str(&r->body), ret, err);
	DD_TRY(dd_digest_of(promised.algorithm, dd_buf_str(&r->body), &got, err));
	if (!dd_digest_eq(&got, &promised))
		return dd_fail(err, DD_EDIGEST, DD_NO_OFFSET, "%s: what it sends for %s has the digest %s%s%s",
			       DD_QUOTE(e->host->name), m->what, dd_digest_text(&got, got_text),
			       asked ? "" : ", not as it says ", asked ? "" : dd_digest_text(&promised, promised_text));
	*ret = got;
	return DD_OK;
}

static enum dd_code fail_type(const struct manifest *m, const struct dd_endpoint *e, struct dd_str type,
			      struct dd_err *err)
{
	if (dd_str_starts(type, DD_STR("application/vnd.docker.distribution.manifest.v1+")))
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET,
			       "%s: %s is a Docker schema 1 manifest, which names no configuration and is not read; "
			       "push the image again with a current program",
			       DD_QUOTE(e->host->name), m->what);
	if (dd_str_eq_c(type, "text/html"))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET,
			       "%s: asked for %s, it sends a web page: is it a registry, and is there no proxy that "
			       "wants a log-in?",
			       DD_QUOTE(e->host->name), m->what);
	return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET,
		       "%s: %s is of the type %s, which is no image manifest or index", DD_QUOTE(e->host->name),
		       m->what, DD_QUOTE(type));
}

/* Which of the types it is. Some registries say "application/json" or nothing in the head. */
static enum dd_code check_type(const struct manifest *m, const struct dd_endpoint *e, struct dd_str head,
			       const json_t *doc, size_t *ret, struct dd_err *err)
{
	struct dd_str own = dd_json_str(doc, "mediaType");
	bool vague = head.n == 0 || dd_str_eq_c(head, "application/json") || dd_str_eq_c(head, "text/plain") ||
		     dd_str_eq_c(head, "application/octet-stream");
	int64_t version = 0;
	if (dd_json_int(doc, "schemaVersion", &version) && version == 1 && !own.n)
		return fail_type(m, e, DD_STR("application/vnd.docker.distribution.manifest.v1+json"), err);
	size_t type = find_type(vague ? own : head);
	if (type == DD_COUNT(media_types) && vague && own.n == 0 && json_is_object(doc))
		type = dd_json_arr(doc, "manifests") ? 0 : dd_json_arr(doc, "layers") ? 1 : type;
	if (type == DD_COUNT(media_types))
		return fail_type(m, e, vague && own.n ? own : head, err);
	if (own.n && find_type(own) != type)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "%s: %s says of itself that it is %s, its head says %s",
			       DD_QUOTE(e->host->name), m->what, DD_QUOTE(own), DD_QUOTE(head));
	bool both = dd_json_get(doc, "manifests") && (dd_json_get(doc, "layers") || dd_json_get(doc, "config"));
	if (both)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "%s: %s is an index and an image at once",
			       DD_QUOTE(e->host->name), m->what);
	*ret = type;
	return DD_OK;
}

static enum dd_code read_manifest(void *ctx, struct dd_registry *r, const struct dd_endpoint *e,
				  const struct dd_answer *answer, struct dd_err *err)
{
	struct manifest *m = ctx;
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct dd_registry_manifest got;
	struct dd_err why;
	size_t type = 0;
	struct dd_str head = content_type(answer->response);
	if (dd_json_parse(dd_buf_str(&r->body), &doc, &why) != DD_OK) {
		if (dd_str_eq_c(head, "text/html") || find_type(head) == DD_COUNT(media_types))
			return fail_type(m, e, head, err);
		return dd_fail(err, DD_EPARSE, why.at, "%s: %s: %.300s", DD_QUOTE(e->host->name), m->what, why.message);
	}
	DD_TRY(check_digest(m, r, e, answer, &got.digest, err));
	DD_TRY(check_type(m, e, head, doc, &type, err));
	got.media_type = dd_str_from(media_types[type].type);
	got.bytes = dd_arena_str(m->a, dd_buf_str(&r->body));
	if (!got.bytes.p)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "%s: the documents of the image are too large",
			       DD_QUOTE(e->host->name));
	*m->ret = got;
	return DD_OK;
}

enum dd_code dd_registry_manifest(struct dd_registry *r, const struct dd_reference *ref, struct dd_arena *a,
				  struct dd_registry_manifest *ret, struct dd_err *err)
{
	struct dd_buf path DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX);
	struct manifest m = { .ref = ref, .a = a, .ret = ret };
	const struct dd_document d = { m.what, read_manifest, &m };
	struct dd_answer answer;
	DD_TRY(make_path(ref, &path, err));
	dd_reference_short(ref, m.what, sizeof m.what);
	struct dd_call c = { .actions = "pull", .path = dd_buf_str(&path), .headers = dd_manifest_headers };
	return dd_registry_document(r, ref, &c, &d, &answer, err);
}

/* --- HEAD --- */

struct head {
	struct dd_arena *a;
	struct dd_registry_head *ret;
};

static enum dd_code read_head(void *ctx, struct dd_registry *r, const struct dd_endpoint *e,
			      const struct dd_answer *answer, struct dd_err *err)
{
	struct head *h = ctx;
	struct dd_registry_head got = { .size = DD_REGISTRY_NO_SIZE };
	struct dd_str said = dd_http_header(answer->response, "Docker-Content-Digest");
	(void)r, (void)e;
	got.has_digest = dd_digest_parse(said, &got.digest, NULL) == DD_OK;
	if (answer->response->length != DD_HTTP_NO_LENGTH)
		got.size = answer->response->length;
	got.media_type = dd_arena_str(h->a, content_type(answer->response));
	if (!got.media_type.p)
		return dd_fail_nomem(err);
	*h->ret = got;
	return DD_OK;
}

enum dd_code dd_registry_head(struct dd_registry *r, const struct dd_reference *ref, struct dd_arena *a,
			      struct dd_registry_head *ret, struct dd_err *err)
{
	struct dd_buf path DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX);
	struct head h = { a, ret };
	char what[200];
	const struct dd_document d = { what, read_head, &h };
	struct dd_answer answer;
	DD_TRY(make_path(ref, &path, err));
	dd_reference_short(ref, what, sizeof what);
	struct dd_call c = {
		.method = "HEAD", .actions = "pull", .path = dd_buf_str(&path), .headers = dd_manifest_headers
	};
	return dd_registry_document(r, ref, &c, &d, &answer, err);
}
