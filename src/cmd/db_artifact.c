/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/db_artifact.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "db/db.h"
#include "format/json.h"

static const struct {
	const char *layer_type, *kind;
} types[] = {
	{ DD_DB_LAYER_TYPE, NULL },
	{ "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip", "trivy" },
	{ "application/vnd.aquasec.trivy.javadb.layer.v1.tar+gzip", "java" },
};

enum { LAYERS_MAX = 16 }; /* more are no artifact of ours */
#define ARTIFACT_BYTES_MAX (8 * DD_GIB)

struct layer {
	const char *kind;
	struct dd_digest digest;
	uint64_t size;
};

/* The one layer that is a database. */
static enum dd_code find_layer(struct dd_str manifest, struct layer *ret, struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	if (dd_json_parse(manifest, &doc, err) != DD_OK)
		return dd_wrap(err, "its manifest");
	const json_t *layers = dd_json_arr(doc, "layers");
	for (size_t i = 0; i < dd_json_len(layers) && i < LAYERS_MAX; i++) {
		const json_t *l = dd_json_at(layers, i);
		for (size_t t = 0; t < DD_COUNT(types); t++) {
			int64_t size;
			if (!dd_str_eq_c(dd_json_str(l, "mediaType"), types[t].layer_type))
				continue;
			if (!dd_json_int(l, "size", &size) || size <= 0 || (uint64_t)size > ARTIFACT_BYTES_MAX)
				return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET,
					       "its manifest gives the database no usable size");
			DD_TRY(dd_digest_parse(dd_json_str(l, "digest"), &ret->digest, err));
			ret->kind = types[t].kind;
			ret->size = (uint64_t)size;
			return DD_OK;
		}
	}
	if (dd_json_arr(doc, "manifests"))
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET,
			       "it is an index of images, not an advisory database");
	return dd_fail(
		err, DD_EUNSUPPORTED, DD_NO_OFFSET,
		"it is no advisory database that drydock knows (drydock's own, trivy-db, trivy-java-db); its first "
		"layer is %s",
		DD_QUOTE(dd_json_str(dd_json_at(layers, 0), "mediaType")));
}

/* ---- the file ---- */

static enum dd_code file_has(const char *path, const struct layer *l, bool *ret, struct dd_err *err)
{
	DD_CLEANUP(dd_closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	DD_CLEANUP(dd_stream_freep) struct dd_stream *in = NULL;
	DD_CLEANUP(dd_stream_freep) struct dd_stream *hash = NULL;
	struct dd_digest got;
	struct stat st;
	uint64_t n;
	*ret = false;
	if (fd < 0 || fstat(fd, &st) < 0 || (uint64_t)st.st_size != l->size)
		return DD_OK;
	DD_TRY(dd_stream_fd(fd, 0, l->size, &in, err));
	DD_TRY(dd_stream_hash(in, l->digest.algorithm, &hash, err));
	DD_TRY(dd_stream_drain(hash, &n, err));
	DD_TRY(dd_stream_hash_end(hash, &got, &n, err));
	*ret = dd_digest_eq(&got, &l->digest);
	return DD_OK;
}

struct sink {
	int fd;
	struct dd_progress *progress;
};

static enum dd_code to_file(void *ctx, struct dd_str bytes, struct dd_err *err)
{
	const struct sink *s = ctx;
	DD_TRY(dd_write_full(s->fd, bytes.p, bytes.n, err));
	dd_progress_add(s->progress, bytes.n);
	return DD_OK;
}

static enum dd_code download(const struct dd_db_artifact_fetch *f, const struct dd_reference *ref,
			     const struct layer *l, const char *part, struct dd_err *err)
{
	struct stat st;
	DD_CLEANUP(dd_closep) int fd = open(part, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || fstat(fd, &st) < 0)
		return dd_fail_errno(err, "cannot write %s", DD_QUOTE(dd_str_from(part)));
	uint64_t have = (uint64_t)st.st_size;
	if (have >= l->size) {
		have = 0;
		if (ftruncate(fd, 0) < 0)
			return dd_fail_errno(err, "cannot empty %s", DD_QUOTE(dd_str_from(part)));
	}
	if (lseek(fd, (off_t)have, SEEK_SET) < 0)
		return dd_fail_errno(err, "cannot write %s", DD_QUOTE(dd_str_from(part)));
	struct sink sink = { fd, f->progress };
	dd_progress_expect(f->progress, l->size - have);
	DD_TRY(dd_registry_blob(f->registry, ref, &l->digest, l->size, have, to_file, &sink, err));
	if (fsync(fd) < 0)
		return dd_fail_errno(err, "cannot write %s", DD_QUOTE(dd_str_from(part)));
	return DD_OK;
}

/* <dir>/<hex>, whole; fetched through <dir>/<hex>.part, which stays when the transfer breaks off. */
static enum dd_code have_file(const struct dd_db_artifact_fetch *f, const struct dd_reference *ref,
			      const struct layer *l, const char *path, bool *ret_fetched, struct dd_err *err)
{
	bool there;
	const char *part = dd_arena_printf(f->arena, "%s.part", path).p;
	if (!part)
		return dd_fail_nomem(err);
	DD_TRY(file_has(path, l, &there, err));
	*ret_fetched = !there;
	if (there)
		return DD_OK;
	DD_TRY(download(f, ref, l, part, err));
	DD_TRY(file_has(part, l, &there, err));
	if (!there) {
		(void)unlink(part);
		return dd_fail(err, DD_EDIGEST, DD_NO_OFFSET,
			       "the bytes that came do not have the digest that its manifest names");
	}
	if (rename(part, path) < 0)
		return dd_fail_errno(err, "cannot write %s", DD_QUOTE(dd_str_from(path)));
	return DD_OK;
}

enum dd_code dd_db_artifact_find(const struct dd_db_artifact_fetch *f, struct dd_str reference,
				 struct dd_db_artifact *ret, struct dd_err *err)
{
	struct dd_db_artifact a = { 0 };
	struct dd_registry_manifest m;
	struct layer l;
	char digest[DD_DIGEST_TEXT_MAX];
	DD_TRY(dd_reference_parse(reference, f->arena, &a.reference, err));
	DD_TRY(dd_registry_manifest(f->registry, &a.reference, f->arena, &m, err));
	if (find_layer(m.bytes, &l, err) != DD_OK)
		return dd_wrap(err, "%s", DD_QUOTE(reference));
	const char *hex = strchr(dd_digest_text(&l.digest, digest), ':');
	a.path = dd_arena_printf(f->arena, "%s/%s", f->dir, hex ? hex + 1 : digest).p;
	a.reference.digest = dd_arena_str(f->arena, dd_str_from(dd_digest_text(&m.digest, digest)));
	if (!a.path || !a.reference.digest.p)
		return dd_fail_nomem(err);
	a.name = dd_reference_text(&a.reference, f->arena).p;
	a.kind = l.kind;
	a.digest = l.digest;
	a.bytes = l.size;
	if (!a.name)
		return dd_fail_nomem(err);
	*ret = a;
	return DD_OK;
}

enum dd_code dd_db_artifact_download(const struct dd_db_artifact_fetch *f, struct dd_db_artifact *a, struct dd_err *err)
{
	const struct layer l = { a->kind, a->digest, a->bytes };
	if (have_file(f, &a->reference, &l, a->path, &a->fetched, err) != DD_OK)
		return dd_wrap(err, "%s", a->name);
	return DD_OK;
}
