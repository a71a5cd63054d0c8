/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests to a registry (distribution-spec 1.1 §Pushing Manifests, §Pushing Manifests with Subject). A registry that
 * looks at subjects answers with OCI-Subject, or has the referrers API; for any other the client lists the manifest in
 * the index under the fallback tag itself. */
#include <stdio.h>

#include "base/limits.h"
#include "format/json.h"
#include "net/registry/push.h"
#include "net/registry/registry_parts.h"

enum { RACES_MAX = 5, ETAG_BYTES_MAX = 512 };

static const char actions[] = "pull,push";
static const char index_type[] = "application/vnd.oci.image.index.v1+json";

struct push {
	struct dd_registry *r;
	const struct dd_endpoint *e;
	struct dd_str media_type, bytes;
	struct dd_digest digest, subject;
	struct dd_registry_pushed got;
};

/* --- one PUT --- */

/* condition: a header, or NULL. */
static enum dd_code put(struct push *p, struct dd_str name, struct dd_str media_type, struct dd_str bytes,
			const char *condition, struct dd_answer *answer, struct dd_err *err)
{
	char type[200];
	const char *const headers[] = { type, condition, NULL };
	struct dd_buf path DD_CLEANUP_BUF = DD_BUF_INIT(1024);
	(void)snprintf(type, sizeof type, "Content-Type: %.*s", DD_FMT(media_type));
	(void)dd_buf_add_c(&path, "/manifests/");
	(void)dd_buf_add_str(&path, name); /* a tag or digest: nothing to encode */
	DD_TRY(dd_buf_check(&path, "a registry's address", err));
	const struct dd_call c = { .method = "PUT",
				   .actions = actions,
				   .path = dd_buf_str(&path),
				   .headers = headers,
				   .body = bytes,
				   .document = true };
	return dd_registry_try(p->r, p->e, &c, p->r->s->o.retries, answer, err);
}

static enum dd_code check_digest(const struct push *p, const struct dd_answer *answer, const struct dd_digest *own,
				 struct dd_err *err)
{
	struct dd_digest said;
	char text[DD_DIGEST_TEXT_MAX];
	if (dd_digest_parse(dd_http_header(answer->response, "Docker-Content-Digest"), &said, NULL) != DD_OK ||
	    said.algorithm != own->algorithm || dd_digest_eq(&said, own))
		return DD_OK;
	return dd_fail(err, DD_EDIGEST, DD_NO_OFFSET, "%s says that it stored %s, another manifest than was sent",
		       DD_QUOTE(p->e->host->name), dd_digest_text(&said, text));
}

/* --- the index under the fallback tag --- */

static int add_bytes(const char *bytes, size_t n, void *ctx)
{
	return dd_buf_add(ctx, bytes, n) == DD_OK ? 0 : -1;
}

static json_t *text(struct dd_str s)
{
	return json_stringn(s.p ? s.p : "", s.n);
}

/* What stands in the list for the manifest. NULL: no memory. */
static json_t *make_descriptor(const struct push *p, const json_t *manifest)
{
	char digest[DD_DIGEST_TEXT_MAX];
	json_t *d = json_object();
	struct dd_str type = dd_json_str(manifest, "artifactType");
	const json_t *notes = dd_json_obj(manifest, "annotations");
	if (type.n == 0)
		type = dd_json_str(dd_json_obj(manifest, "config"), "mediaType");
	(void)dd_digest_text(&p->digest, digest);
	int failed = json_object_set_new(d, "mediaType", text(p->media_type)) ||
		     json_object_set_new(d, "digest", json_string(digest)) ||
		     json_object_set_new(d, "size", json_integer((json_int_t)p->bytes.n));
	if (!failed && type.n)
		failed = json_object_set_new(d, "artifactType", text(type));
	if (!failed && notes)
		failed = json_object_set_new(d, "annotations", json_deep_copy(notes));
	if (failed)
		dd_json_freep(&d);
	return d;
}

/* *ret_listed: it is in the list already. */
static enum dd_code add_to_index(const struct push *p, json_t *index, const json_t *manifest, bool *ret_listed,
				 struct dd_err *err)
{
	json_t *list = json_object_get(index, "manifests");
	struct dd_digest one;
	for (size_t i = 0; i < json_array_size(list); i++)
		if (dd_digest_parse(dd_json_str(json_array_get(list, i), "digest"), &one, NULL) == DD_OK &&
		    dd_digest_eq(&one, &p->digest)) {
			*ret_listed = true;
			return DD_OK;
		}
	json_t *d = make_descriptor(p, manifest);
	return d && json_array_append_new(list, d) == 0 ? DD_OK : dd_fail_nomem(err);
}

static json_t *new_index(void)
{
	json_t *index = json_object();
	int failed = json_object_set_new(index, "schemaVersion", json_integer(2)) ||
		     json_object_set_new(index, "mediaType", json_string(index_type)) ||
		     json_object_set_new(index, "manifests", json_array());
	if (failed)
		dd_json_freep(&index);
	return index;
}

/* The index that is there, or a new one, and the condition under which it may be replaced; "" where the registry gives
 * no ETag. */
static enum dd_code read_index(const struct push *p, const char *tag, json_t **ret, char condition[ETAG_BYTES_MAX + 16],
			       struct dd_err *err)
{
	char path[DD_REGISTRY_FALLBACK_TAG_MAX + 16];
	struct dd_answer answer;
	(void)snprintf(path, sizeof path, "/manifests/%s", tag);
	struct dd_call c = { .actions = actions, .path = dd_str_from(path), .headers = dd_manifest_headers };
	DD_TRY(dd_registry_fetch(p->r, p->e, &c, p->r->s->o.retries, &answer, err));
	condition[0] = '\0';
	if (answer.status == 404) {
		*ret = new_index();
		return *ret ? DD_OK : dd_fail_nomem(err);
	}
	if (answer.status != 200)
		return dd_answer_fail(p->r, p->e, &answer, tag, err);
	struct dd_str etag = dd_http_header(answer.response, "ETag");
	if (etag.n && etag.n < ETAG_BYTES_MAX && dd_str_is_word(etag))
		(void)snprintf(condition, ETAG_BYTES_MAX + 16, "If-Match: %.*s", DD_FMT(etag));
	json_t *doc = NULL;
	if (dd_json_parse(dd_buf_str(&p->r->body), &doc, NULL) != DD_OK || !dd_json_arr(doc, "manifests")) {
		dd_json_freep(&doc);
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET,
			       "%s: what is at the tag %s is no index: it is not replaced", DD_QUOTE(p->e->host->name),
			       tag);
	}
	*ret = doc;
	return DD_OK;
}

/* *ret_raced: another client was first. */
static enum dd_code update_index(struct push *p, const json_t *manifest, const char *tag, bool *ret_raced,
				 struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *index = NULL;
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_MANIFEST_BYTES_MAX);
	char condition[ETAG_BYTES_MAX + 16];
	struct dd_answer answer;
	struct dd_digest digest;
	bool listed = false;
	*ret_raced = false;
	DD_TRY(read_index(p, tag, &index, condition, err));
	DD_TRY(add_to_index(p, index, manifest, &listed, err));
	if (listed)
		return DD_OK;
	if (json_dump_callback(index, add_bytes, &out, JSON_COMPACT) != 0)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "%s: the list of referrers under %s is too large",
			       DD_QUOTE(p->e->host->name), tag);
	struct dd_str type = dd_json_str(index, "mediaType");
	DD_TRY(put(p, dd_str_from(tag), type.n ? type : dd_str_from(index_type), dd_buf_str(&out),
		   condition[0] ? condition : NULL, &answer, err));
	*ret_raced = answer.status == 412;
	if (*ret_raced)
		return DD_OK;
	if (answer.status < 200 || answer.status >= 300)
		return dd_answer_fail(p->r, p->e, &answer, tag, err);
	DD_TRY(dd_digest_of(DD_SHA256, dd_buf_str(&out), &digest, err));
	return check_digest(p, &answer, &digest, err);
}

static enum dd_code list_in_fallback(struct push *p, const json_t *manifest, struct dd_err *err)
{
	char tag[DD_REGISTRY_FALLBACK_TAG_MAX];
	bool raced = true;
	(void)dd_registry_fallback_tag(&p->subject, tag);
	for (int i = 0; i < RACES_MAX && raced; i++)
		DD_TRY(update_index(p, manifest, tag, &raced, err));
	if (raced)
		return dd_fail(err, DD_ENET, DD_NO_OFFSET,
			       "%s: other clients change the list of referrers under %s all the time; try again",
			       DD_QUOTE(p->e->host->name), tag);
	p->got.subject_listed = p->got.fallback = true;
	return DD_OK;
}

static enum dd_code list_subject(struct push *p, const json_t *manifest, bool registry_did, struct dd_err *err)
{
	struct dd_answer answer;
	char path[DD_DIGEST_TEXT_MAX + 16], digest[DD_DIGEST_TEXT_MAX];
	p->got.subject_listed = registry_did;
	if (registry_did)
		return DD_OK;
	(void)snprintf(path, sizeof path, "/referrers/%s", dd_digest_text(&p->subject, digest));
	struct dd_call c = { .actions = actions, .path = dd_str_from(path) };
	DD_TRY(dd_registry_fetch(p->r, p->e, &c, p->r->s->o.retries, &answer, err));
	p->got.subject_listed = answer.status == 200;
	return answer.status == 200 ? DD_OK : list_in_fallback(p, manifest, err);
}

/* --- the manifest --- */

static enum dd_code push(struct push *p, const struct dd_reference *ref, struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *manifest = NULL;
	struct dd_answer answer;
	char digest[DD_DIGEST_TEXT_MAX];
	if (dd_json_parse(p->bytes, &manifest, err) != DD_OK)
		return dd_wrap(err, "the manifest to push");
	const json_t *subject = dd_json_obj(manifest, "subject");
	if (subject)
		DD_TRY(dd_digest_parse(dd_json_str(subject, "digest"), &p->subject, err));
	(void)dd_digest_text(&p->digest, digest);
	DD_TRY(put(p, ref->tag.n ? ref->tag : dd_str_from(digest), p->media_type, p->bytes, NULL, &answer, err));
	if (answer.status < 200 || answer.status >= 300)
		return dd_answer_fail(p->r, p->e, &answer, ref->tag.n ? "the manifest" : digest, err);
	DD_TRY(check_digest(p, &answer, &p->digest, err));
	p->got.digest = p->digest;
	bool did = dd_http_header(answer.response, "OCI-Subject").n > 0;
	return subject ? list_subject(p, manifest, did, err) : DD_OK;
}

enum dd_code dd_registry_manifest_push(struct dd_registry *r, const struct dd_reference *ref, struct dd_str media_type,
				       struct dd_str bytes, struct dd_registry_pushed *ret, struct dd_err *err)
{
	struct dd_endpoints e DD_CLEANUP(dd_endpoints_done) = { .n = 0 };
	struct push p = { .r = r, .media_type = media_type, .bytes = bytes };
	struct dd_digest wanted = { .algorithm = DD_SHA256 };
	if (!dd_str_is_word(media_type) || media_type.n > 150)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s is no media type", DD_QUOTE(media_type));
	if (bytes.n > DD_MANIFEST_BYTES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "the manifest has %zu bytes, the limit is %llu", bytes.n,
			       (unsigned long long)DD_MANIFEST_BYTES_MAX);
	if (ref->digest.n)
		DD_TRY(dd_digest_parse(ref->digest, &wanted, err));
	DD_TRY(dd_digest_of(wanted.algorithm, bytes, &p.digest, err));
	if (ref->digest.n && !dd_digest_eq(&p.digest, &wanted))
		return dd_fail(err, DD_EDIGEST, DD_NO_OFFSET, "the manifest to push does not have the digest %s",
			       DD_QUOTE(ref->digest));
	DD_TRY(dd_endpoints_find(r->s, ref, true, &e, err));
	p.e = &e.at[0];
	DD_TRY(push(&p, ref, err));
	*ret = p.got;
	return DD_OK;
}
