/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock db push`: the database as an artifact of a registry, for `drydock db pull`. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "cmd/broker.h"
#include "cmd/db_artifact.h"
#include "cmd/db_cmds.h"
#include "cmd/progress.h"
#include "format/compress.h"
#include "format/json_write.h"
#include "net/registry/push.h"

/* What stands for "no configuration" in an artifact: OCI image-spec v1.1, manifest.md, "Guidance for an Empty
 * Descriptor". */
#define EMPTY_TYPE    "application/vnd.oci.empty.v1+json"
#define EMPTY_BYTES   "{}"
#define EMPTY_DIGEST  "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
#define MANIFEST_TYPE "application/vnd.oci.image.manifest.v1+json"

enum { ZSTD_LEVEL = 9, CHUNK_BYTES = 16 << 20 };

struct push {
	struct dd_arena arena;
	struct dd_registry *registry;
	const struct dd_shared_options *o;
	struct dd_database_info info;
	int fd; /* the compressed file */
	struct dd_digest digest;
	uint64_t bytes;
	struct dd_progress progress;
};

static void release(void *options)
{
	dd_shared_options_done(options);
}

/* ---- the file ---- */

static enum dd_code compress(struct push *p, const char *path, struct dd_err *err)
{
	DD_CLEANUP(dd_closep) int from = open(path, O_RDONLY | O_CLOEXEC);
	DD_CLEANUP(dd_stream_freep) struct dd_stream *in = NULL;
	DD_CLEANUP(dd_stream_freep) struct dd_stream *packed = NULL;
	DD_CLEANUP(dd_stream_freep) struct dd_stream *hash = NULL;
	const char *tmp = getenv("TMPDIR");
	if (from < 0)
		return dd_fail_errno(err, "cannot open %s", DD_QUOTE(dd_str_from(path)));
	DD_TRY(dd_tmpfile(tmp && tmp[0] ? tmp : "/tmp", &p->fd, err));
	DD_TRY(dd_stream_fd(from, 0, UINT64_MAX, &in, err));
	DD_TRY(dd_stream_compress_zstd(in, ZSTD_LEVEL, &packed, err));
	DD_TRY(dd_stream_hash(packed, DD_SHA256, &hash, err));
	for (;;) {
		struct dd_str block;
		DD_TRY(dd_stream_next(hash, &block, err));
		if (block.n == 0)
			break;
		DD_TRY(dd_write_full(p->fd, block.p, block.n, err));
	}
	return dd_stream_hash_end(hash, &p->digest, &p->bytes, err);
}

static enum dd_code open_database(struct push *p, struct dd_err *err)
{
	struct dd_db *db DD_CLEANUP(dd_db_closep) = NULL;
	struct dd_buf path DD_CLEANUP_BUF = DD_BUF_INIT(DD_PATH_MAX);
	DD_TRY(dd_db_cmd_open(p->o, NULL, &db, &path, err));
	/* A damaged one must not travel. */
	if (dd_db_verify(db, err) != DD_OK)
		return dd_wrap(err, "%s", DD_QUOTE(dd_buf_str(&path)));
	DD_TRY(dd_db_info(db, &p->arena, &p->info, err));
	p->info.digest = dd_arena_str(&p->arena, p->info.digest); /* the rest is not used, and db goes */
	if (!p->info.digest.p || !dd_buf_c(&path))
		return dd_fail_nomem(err);
	return compress(p, dd_buf_c(&path), err);
}

/* ---- the manifest ---- */

static void add_descriptor(struct dd_jsonw *j, const char *type, const char *digest, uint64_t size)
{
	dd_jsonw_member_text(j, "mediaType", dd_str_from(type));
	dd_jsonw_member_text(j, "digest", dd_str_from(digest));
	dd_jsonw_member_u64(j, "size", size);
}

/* The same database gives the same manifest. */
static enum dd_code make_manifest(const struct push *p, struct dd_buf *out, struct dd_err *err)
{
	struct dd_jsonw j = DD_JSONW(out, 1);
	char digest[DD_DIGEST_TEXT_MAX], date[32], number[24];
	(void)snprintf(number, sizeof number, "%llu", (unsigned long long)p->info.advisories);
	dd_jsonw_object(&j);
	dd_jsonw_key(&j, "schemaVersion");
	dd_jsonw_u64(&j, 2);
	dd_jsonw_member_text(&j, "mediaType", DD_STR(MANIFEST_TYPE));
	dd_jsonw_member_text(&j, "artifactType", DD_STR(DD_DB_ARTIFACT_TYPE));
	dd_jsonw_key(&j, "config");
	dd_jsonw_object(&j);
	add_descriptor(&j, EMPTY_TYPE, EMPTY_DIGEST, strlen(EMPTY_BYTES));
	dd_jsonw_close(&j);
	dd_jsonw_key(&j, "layers");
	dd_jsonw_array(&j);
	dd_jsonw_object(&j);
	add_descriptor(&j, DD_DB_LAYER_TYPE, dd_digest_text(&p->digest, digest), p->bytes);
	dd_jsonw_key(&j, "annotations");
	dd_jsonw_object(&j);
	dd_jsonw_member_text(&j, "org.opencontainers.image.title", DD_STR("advisories.db.zst"));
	dd_jsonw_close(&j);
	dd_jsonw_close(&j);
	dd_jsonw_close(&j);
	dd_jsonw_key(&j, "annotations");
	dd_jsonw_object(&j);
	dd_jsonw_member_text(&j, "org.opencontainers.image.created", dd_str_from(dd_time_text(p->info.built, date)));
	dd_jsonw_member_text(&j, DD_DB_NOTE_BUILT, dd_str_from(date));
	dd_jsonw_member_text(&j, DD_DB_NOTE_DIGEST, p->info.digest);
	dd_jsonw_member_text(&j, DD_DB_NOTE_ADVISORIES, dd_str_from(number));
	dd_jsonw_close(&j);
	dd_jsonw_close(&j);
	return dd_buf_check(out, "the manifest", err);
}

/* ---- pushing ---- */

static enum dd_code read_file(void *ctx, uint64_t offset, char *out, size_t n, size_t *ret_n, struct dd_err *err)
{
	struct push *p = ctx;
	DD_TRY(dd_pread_full(p->fd, out, n, offset, ret_n, err));
	dd_progress_add(&p->progress, *ret_n);
	return DD_OK;
}

static enum dd_code read_empty(void *ctx, uint64_t offset, char *out, size_t n, size_t *ret_n, struct dd_err *err)
{
	(void)ctx;
	(void)err;
	struct dd_str rest = dd_str_skip(DD_STR(EMPTY_BYTES), (size_t)offset);
	*ret_n = rest.n < n ? rest.n : n;
	memcpy(out, rest.p, *ret_n);
	return DD_OK;
}

static enum dd_code push_blob(struct push *p, const struct dd_reference *ref, const struct dd_digest *digest,
			      const struct dd_registry_source *source, struct dd_err *err)
{
	bool there;
	DD_TRY(dd_registry_blob_exists(p->registry, ref, digest, &there, err));
	if (there)
		return DD_OK;
	dd_progress_expect(&p->progress, source->size);
	return dd_registry_blob_push(p->registry, ref, digest, source, source->size > CHUNK_BYTES ? CHUNK_BYTES : 0,
				     err);
}

static enum dd_code push_to(struct push *p, const char *name, struct dd_str manifest, struct dd_err *err)
{
	struct dd_reference ref;
	struct dd_digest empty;
	struct dd_registry_pushed pushed;
	char digest[DD_DIGEST_TEXT_MAX];
	const struct dd_registry_source file = { p->bytes, read_file, p };
	const struct dd_registry_source nothing = { strlen(EMPTY_BYTES), read_empty, NULL };
	DD_TRY(dd_reference_parse(dd_str_from(name), &p->arena, &ref, err));
	if (ref.digest.n)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s: push to a tag; the digest comes of the content",
			       DD_QUOTE(dd_str_from(name)));
	DD_TRY(dd_digest_parse(DD_STR(EMPTY_DIGEST), &empty, err));
	DD_TRY(push_blob(p, &ref, &empty, &nothing, err));
	DD_TRY(push_blob(p, &ref, &p->digest, &file, err));
	DD_TRY(dd_registry_manifest_push(p->registry, &ref, DD_STR(MANIFEST_TYPE), manifest, &pushed, err));
	ref.digest = dd_str_from(dd_digest_text(&pushed.digest, digest));
	struct dd_str text = dd_reference_text(&ref, &p->arena);
	if (!text.p)
		return dd_fail_nomem(err);
	/* The one line that a pipeline wants: what it pulls by. */
	(void)printf("%.*s\n", DD_FMT(text));
	return DD_OK;
}

static enum dd_code push_all(struct push *p, char *const *names, size_t n, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf manifest = DD_BUF_INIT(DD_MANIFEST_BYTES_MAX);
	DD_TRY(make_manifest(p, &manifest, err));
	dd_progress_start(&p->progress, DD_STR("pushing advisories"), p->o->quiet);
	enum dd_code code = DD_OK;
	for (size_t i = 0; i < n && code == DD_OK; i++)
		code = push_to(p, names[i], dd_buf_str(&manifest), err);
	dd_progress_done(&p->progress);
	return code;
}

static enum dd_code push(struct push *p, char *const *names, size_t n, struct dd_err *err)
{
	struct dd_net *net DD_CLEANUP(dd_net_closep) = NULL;
	struct dd_registry_session *session DD_CLEANUP(dd_registry_session_freep) = NULL;
	struct dd_registry *r DD_CLEANUP(dd_registry_freep) = NULL;
	struct dd_registry_options options;
	if (p->o->offline)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "--offline: the purpose of this command is the network");
	DD_TRY(open_database(p, err));
	DD_TRY(dd_net_open(&net, err));
	dd_broker_registry_options(p->o, &options);
	DD_TRY(dd_registry_session_new(net, &options, &session, err));
	DD_TRY(dd_registry_new(session, &r, err));
	p->registry = r;
	return push_all(p, names, n, err);
}

static enum dd_exit run(const struct dd_invocation *in)
{
	struct push p = { .arena = DD_ARENA_INIT(DD_MIB * 64), .o = in->options, .fd = -1 };
	struct dd_err err = { .at = DD_NO_OFFSET };
	enum dd_code code = push(&p, in->argv, (size_t)in->argc, &err);
	if (code == DD_OK && fflush(stdout) != 0)
		code = dd_fail_errno(&err, "cannot write to standard output");
	if (code != DD_OK)
		dd_cmd_error(&err);
	dd_closep(&p.fd);
	dd_arena_done(&p.arena);
	return code == DD_OK ? DD_EXIT_CLEAN : dd_cmd_exit(&err);
}

const struct dd_cmd dd_cmd_db_push = {
	.name = "push",
	.summary = "write the database to a registry, for 'drydock db pull'",
	.operands = "REFERENCE [REFERENCE…]",
	.description =
		"Reads the database as a whole, compresses it and pushes it under each REFERENCE. Prints each with its "
		"digest: a 'drydock db pull' of that gets exactly these bytes. The same database gives the same "
		"digest. "
		"Registries want a login: 'drydock login'.",
	.examples =
		(const struct dd_example[]){
			{ "drydock db push registry.example/security/drydock-db:2", "the one that scans use" },
			{ "drydock db push --db my.db registry.example/security/drydock-db:2", "another one" },
			{ NULL } },
	.shared = DD_SHARE_OUTPUT | DD_SHARE_CACHE | DD_SHARE_DB | DD_SHARE_OFFLINE | DD_SHARE_REGISTRY,
	.options_size = sizeof(struct dd_shared_options),
	.release = release,
	.min_args = 1,
	.max_args = 16,
	.run = run,
};
