/* SPDX-License-Identifier: Apache-2.0 */
/* The chain of one layer: stored bytes → digest → inflate → diff_id → tar → walk. Bytes that are stored uncompressed
 * are hashed once: the blob's digest and the diff_id are the same then. */
#include "scan/layer_job.h"

#include <stdio.h>

#include "base/io.h"
#include "base/limits.h"
#include "format/decompress.h"

/* Raise when the facts' encoding or the walk's rules change: old records are then other keys. */
enum { FACTS_FORMAT = 3, SECRETS_FORMAT = 1, FACTS_KEY_MAX = 200 };

static struct dd_str facts_key(const struct dd_digest *diff_id, char out[FACTS_KEY_MAX])
{
	char text[DD_DIGEST_TEXT_MAX];
	(void)snprintf(out, FACTS_KEY_MAX, "facts %d %016llx %s", FACTS_FORMAT,
		       (unsigned long long)dd_analyzers_fingerprint(), dd_digest_text(diff_id, text));
	return dd_str_from(out);
}

/* Raise SECRETS_FORMAT when their encoding changes. Which entry a number means depends on the walk's rules. */
static struct dd_str secrets_key(const struct dd_secret_detector *d, const struct dd_digest *diff_id,
				 char out[FACTS_KEY_MAX])
{
	char text[DD_DIGEST_TEXT_MAX];
	(void)snprintf(out, FACTS_KEY_MAX, "secrets %d.%d %016llx %s", FACTS_FORMAT, SECRETS_FORMAT,
		       (unsigned long long)dd_secret_detector_fingerprint(d), dd_digest_text(diff_id, text));
	return dd_str_from(out);
}

static bool facts_cached(const struct dd_cache *cache, const struct dd_digest *diff_id, struct dd_layer_facts *f)
{
	char key[FACTS_KEY_MAX];
	DD_CLEANUP_BUF struct dd_buf bytes = DD_BUF_INIT(DD_FACTS_BYTES_MAX);
	return dd_cache_get(cache, DD_CACHE_FACTS, facts_key(diff_id, key), &bytes) &&
	       dd_layer_facts_decode(dd_buf_str(&bytes), f, NULL) == DD_OK && f->has_diff_id &&
	       dd_digest_eq(&f->diff_id, diff_id);
}

static bool secrets_cached(const struct dd_layer_job_env *env, const struct dd_digest *diff_id,
			   struct dd_layer_facts *f)
{
	char key[FACTS_KEY_MAX];
	DD_CLEANUP_BUF struct dd_buf bytes = DD_BUF_INIT(DD_FACTS_BYTES_MAX);
	const struct dd_secret_detector *d = env->walk.secrets;
	if (!d)
		return true;
	/* Secrets in the clear are in no cache: the layer is read again. */
	return !dd_secret_detector_keeps_clear(d) &&
	       dd_cache_get(env->cache, DD_CACHE_SECRETS, secrets_key(d, diff_id, key), &bytes) &&
	       dd_layer_secrets_decode(dd_buf_str(&bytes), f->n_entries, &f->arena, &f->secrets, NULL) == DD_OK;
}

bool dd_layer_facts_cached(const struct dd_layer_job_env *env, const struct dd_digest *diff_id,
			   struct dd_layer_facts *ret)
{
	struct dd_layer_facts f;
	dd_layer_facts_init(&f);
	bool ok = facts_cached(env->cache, diff_id, &f) && secrets_cached(env, diff_id, &f);
	if (ok)
		dd_layer_facts_move(ret, &f);
	dd_layer_facts_done(&f);
	return ok;
}

/* A cache that cannot be written costs time, not truth: ignored. */
static void keep_facts(const struct dd_layer_job_env *env, const struct dd_layer_facts *f)
{
	char key[FACTS_KEY_MAX];
	const struct dd_secret_detector *d = env->walk.secrets;
	DD_CLEANUP_BUF struct dd_buf bytes = DD_BUF_INIT(DD_FACTS_BYTES_MAX);
	if (!env->cache || !f->has_diff_id || dd_layer_facts_encode(f, &bytes, NULL) != DD_OK)
		return;
	(void)dd_cache_put(env->cache, DD_CACHE_FACTS, facts_key(&f->diff_id, key), dd_buf_str(&bytes), NULL);
	dd_buf_clear(&bytes);
	if (!d || dd_secret_detector_keeps_clear(d) || dd_layer_secrets_encode(&f->secrets, &bytes, NULL) != DD_OK)
		return;
	(void)dd_cache_put(env->cache, DD_CACHE_SECRETS, secrets_key(d, &f->diff_id, key), dd_buf_str(&bytes), NULL);
}

/* ---- streams ---- */

/* Tells progress about what is read; the first stage of every chain. */
struct counted {
	struct dd_stream base;
	struct dd_stream *in; /* owned */
	const struct dd_layer_job_env *env;
};

static enum dd_code counted_next(struct dd_stream *s, struct dd_str *ret_block, struct dd_err *err)
{
	struct counted *c = (struct counted *)s;
	DD_TRY(dd_stream_next(c->in, ret_block, err));
	if (c->env->progress)
		c->env->progress(c->env->progress_ctx, ret_block->n);
	return DD_OK;
}

static void counted_free(struct dd_stream *s)
{
	dd_stream_free(((struct counted *)s)->in);
}

struct chain {
	struct counted stored;
	struct dd_stream *blob_hash, *plain, *diff_hash; /* owned; blob_hash is NULL where diff_hash gives both */
};

static void chain_done(struct chain *c)
{
	dd_stream_freep(&c->diff_hash);
	dd_stream_freep(&c->plain);
	dd_stream_freep(&c->blob_hash);
	dd_stream_freep(&c->stored.in);
}

static enum dd_code chain_open(struct chain *c, const struct dd_layer_job_env *env, const struct dd_layer_blob *blob,
			       struct dd_err *err)
{
	static const struct dd_stream_ops ops = { .next = counted_next, .free = counted_free };
	bool compressed = dd_layer_blob_compressed(blob);
	enum dd_digest_algorithm blob_algorithm = blob->has_digest ? blob->digest.algorithm : DD_SHA256;
	enum dd_digest_algorithm diff_algorithm = blob->has_diff_id ? blob->diff_id.algorithm : DD_SHA256;
	*c = (struct chain){ .stored = { .base = { &ops }, .env = env } };
	struct dd_stream *at = &c->stored.base;
	DD_TRY(dd_layer_blob_open(blob, &c->stored.in, err));
	if (blob->has_digest && (compressed || blob_algorithm != diff_algorithm)) {
		DD_TRY(dd_stream_hash(at, blob_algorithm, &c->blob_hash, err));
		at = c->blob_hash;
	}
	if (compressed) {
		DD_TRY(dd_stream_decompress(at, DD_LAYER_BYTES_MAX, &c->plain, err));
		at = c->plain;
	}
	return dd_stream_hash(at, diff_algorithm, &c->diff_hash, err);
}

static enum dd_code mismatch(const char *what, const struct dd_digest *got, const struct dd_digest *want,
			     struct dd_err *err)
{
	char a[DD_DIGEST_TEXT_MAX], b[DD_DIGEST_TEXT_MAX];
	return dd_fail(err, DD_EDIGEST, DD_NO_OFFSET, "%s is %s, the image says %s: its bytes were changed or damaged",
		       what, dd_digest_text(got, a), dd_digest_text(want, b));
}

/* Both digests, after the whole stream went by. */
static enum dd_code chain_verify(struct chain *c, const struct dd_layer_blob *blob, struct dd_layer_facts *f,
				 struct dd_err *err)
{
	uint64_t n;
	DD_TRY(dd_stream_hash_end(c->diff_hash, &f->diff_id, &f->bytes, err));
	f->has_diff_id = true;
	f->has_digest = blob->has_digest;
	if (c->blob_hash)
		DD_TRY(dd_stream_hash_end(c->blob_hash, &f->digest, &n, err));
	else if (blob->has_digest)
		f->digest = f->diff_id;
	if (blob->has_digest && !dd_digest_eq(&f->digest, &blob->digest))
		return mismatch("digest", &f->digest, &blob->digest, err);
	if (blob->has_diff_id && !dd_digest_eq(&f->diff_id, &blob->diff_id))
		return mismatch("diff_id", &f->diff_id, &blob->diff_id, err);
	return DD_OK;
}

/* Everything behind the tar's end counts for the digests: the rest of the stream, and the stored bytes behind that. */
static enum dd_code chain_drain(struct chain *c, struct dd_err *err)
{
	uint64_t n;
	DD_TRY(dd_stream_drain(c->diff_hash, &n, err));
	return c->blob_hash ? dd_stream_drain(c->blob_hash, &n, err) : DD_OK;
}

/* ---- reading ---- */

static enum dd_code note(struct dd_layer_facts *f, const char *analyzer, const char *before, const struct dd_err *why,
			 struct dd_err *err)
{
	if (dd_layer_facts_problem(f, DD_STR(""), analyzer, why->at, "%s%s", before, why->message) != DD_OK)
		return dd_fail_nomem(err);
	return DD_OK;
}

/* The tar's faults are problems; the stream must still be read to its end, or the digests could not be told. */
static enum dd_code walk_chain(const struct dd_layer_job_env *env, struct chain *c, const struct dd_layer_blob *blob,
			       struct dd_layer_facts *f, struct dd_walk_aliases *aliases, bool *ret_whole,
			       struct dd_err *err)
{
	struct dd_err why, rest;
	bool verifiable = blob->has_digest || blob->has_diff_id;
	*ret_whole = true;
	enum dd_code code = dd_walk_tar(&env->walk, c->diff_hash, f, aliases, &why);
	if (code == DD_ENOMEM || code == DD_EIO) {
		dd_err_copy(err, &why);
		return code;
	}
	enum dd_code drained = chain_drain(c, &rest);
	if (drained == DD_ELIMIT || (drained != DD_OK && !verifiable)) {
		/* A bomb, or a cut archive without a digest: what was read stands, the layer is incomplete. */
		*ret_whole = false;
		return note(f, "layer", "not read to its end: ", &rest, err);
	}
	if (drained != DD_OK) {
		dd_err_copy(err, &rest);
		return drained;
	}
	return code == DD_OK ? DD_OK : note(f, "tar", "not read to its end: ", &why, err);
}

static enum dd_code read_aliases(const struct dd_layer_job_env *env, const struct dd_layer_blob *blob,
				 const struct dd_walk_aliases *aliases, struct dd_layer_facts *f, struct dd_err *err)
{
	struct dd_layer_job_env quiet = *env;
	struct dd_err why;
	struct chain c;
	quiet.progress = NULL;
	enum dd_code code = chain_open(&c, &quiet, blob, &why);
	if (code == DD_OK)
		code = dd_walk_tar_aliases(&env->walk, c.diff_hash, aliases, f, &why);
	chain_done(&c);
	if (code == DD_ENOMEM)
		return dd_fail_nomem(err);
	return code == DD_OK ? DD_OK : note(f, "tar", "linked files were not read: ", &why, err);
}

static enum dd_code read_blob(const struct dd_layer_job_env *env, const struct dd_layer_blob *blob,
			      struct dd_layer_facts *f, struct dd_err *err)
{
	struct dd_walk_aliases aliases = { 0 };
	struct chain c;
	bool whole = false;
	enum dd_code code = chain_open(&c, env, blob, err);
	if (code == DD_OK)
		code = walk_chain(env, &c, blob, f, &aliases, &whole, err);
	if (code == DD_OK && whole)
		code = chain_verify(&c, blob, f, err);
	chain_done(&c);
	if (code == DD_OK && aliases.n)
		code = read_aliases(env, blob, &aliases, f, err);
	dd_walk_aliases_done(&aliases);
	return code;
}

/* As a finding shows it: the name that the user wrote, without what only leads there. */
static struct dd_str file_name(const struct dd_image *img)
{
	struct dd_str name = img->target.name;
	if (dd_str_starts(name, DD_STR("file:")))
		name = dd_str_skip(name, 5);
	for (;;) {
		if (dd_str_starts(name, DD_STR("./")))
			name = dd_str_skip(name, 2);
		else if (dd_str_starts(name, DD_STR("/")))
			name = dd_str_skip(name, 1);
		else
			return name;
	}
}

/* A directory, a build context or a single file. */
static enum dd_code read_tree(const struct dd_layer_job_env *env, const struct dd_image *img, struct dd_layer_facts *f,
			      struct dd_err *err)
{
	struct dd_walk_aliases none = { 0 };
	struct dd_walk walk = env->walk;
	walk.ignore = img->ignore;
	enum dd_code code = dd_str_eq_c(img->target.kind, "file")
				    ? dd_walk_file(&walk, img->rootfs_fd, file_name(img), f, &none, err)
				    : dd_walk_directory(&walk, img->rootfs_fd, f, &none, err);
	dd_walk_aliases_done(&none);
	return code;
}

/* The second pass over them. A single file has one name only: what is wanted under others is elsewhere. */
static enum dd_code read_tree_aliases(const struct dd_layer_job_env *env, const struct dd_image *img,
				      const struct dd_walk_aliases *aliases, struct dd_layer_facts *f,
				      struct dd_err *err)
{
	struct dd_walk walk = env->walk;
	walk.ignore = img->ignore;
	return dd_str_eq_c(img->target.kind, "file")
		       ? DD_OK
		       : dd_walk_directory_aliases(&walk, img->rootfs_fd, aliases, f, err);
}

/* The stored bytes, hashed now, have this digest. Hashing is several times faster than reading. */
static bool prove(const struct dd_layer_job_env *env, const struct dd_layer_blob *blob, const struct dd_digest *want)
{
	struct chain c = { .stored = { .env = env } };
	struct dd_stream *hash = NULL;
	struct dd_digest got;
	uint64_t n;
	bool ok = dd_layer_blob_open(blob, &c.stored.in, NULL) == DD_OK &&
		  dd_stream_hash(c.stored.in, want->algorithm, &hash, NULL) == DD_OK &&
		  dd_stream_drain(hash, &n, NULL) == DD_OK && dd_stream_hash_end(hash, &got, &n, NULL) == DD_OK &&
		  dd_digest_eq(&got, want);
	dd_stream_freep(&hash);
	chain_done(&c);
	return ok;
}

/* Known facts count only for bytes that were seen before to have the blob's digest and to unpack to this diff_id. Bytes
 * that lie in a file are proven now; those that would have to be fetched are named by the digest alone: whoever fetched
 * them would get the same or an error. (The configuration's word that a digest unpacks to a diff_id is not enough: it
 * could name a harmless layer's.) */
static bool use_cached(const struct dd_layer_job_env *env, const struct dd_layer_blob *blob, struct dd_layer_facts *ret)
{
	struct dd_layer_facts f;
	bool ok = false;
	if (!env->cache || !blob->has_diff_id)
		return false;
	dd_layer_facts_init(&f);
	bool compressed = dd_layer_blob_compressed(blob);
	bool same = blob->has_digest && dd_digest_eq(&blob->digest, &blob->diff_id);
	if (dd_layer_facts_cached(env, &blob->diff_id, &f)) {
		bool seen = blob->has_digest && f.has_digest && dd_digest_eq(&f.digest, &blob->digest);
		if (blob->open)
			ok = seen || same;
		else if (compressed)
			ok = seen && prove(env, blob, &blob->digest);
		else
			ok = (!blob->has_digest || same) && prove(env, blob, &blob->diff_id);
	}
	if (ok)
		dd_layer_facts_move(ret, &f);
	if (ok && env->progress)
		env->progress(env->progress_ctx, blob->at.size);
	dd_layer_facts_done(&f);
	return ok;
}

enum dd_code dd_layer_job_run(const struct dd_layer_job_env *env, const struct dd_image *img, size_t layer,
			      struct dd_layer_facts *ret, bool *ret_from_cache, struct dd_err *err)
{
	const struct dd_layer_blob *blob = &img->blobs[layer];
	*ret_from_cache = false;
	if (dd_image_is_tree(&img->target)) {
		DD_TRY(read_tree(env, img, ret, err));
		dd_layer_facts_finish(ret);
		return DD_OK;
	}
	if (blob->unreadable.n) {
		if (dd_layer_facts_problem(ret, DD_STR(""), "layer", DD_NO_OFFSET, "not read: %.*s",
					   DD_FMT(blob->unreadable)) != DD_OK)
			return dd_fail_nomem(err);
		return DD_OK;
	}
	if (use_cached(env, blob, ret)) {
		*ret_from_cache = true;
		return DD_OK;
	}
	if (read_blob(env, blob, ret, err) != DD_OK)
		return dd_wrap(err, "layer %zu", layer);
	dd_layer_facts_finish(ret);
	keep_facts(env, ret);
	return DD_OK;
}

enum dd_code dd_layer_job_aliases(const struct dd_layer_job_env *env, const struct dd_image *img, size_t layer,
				  const struct dd_walk_aliases *aliases, struct dd_layer_facts *f, struct dd_err *err)
{
	if (dd_image_is_tree(&img->target))
		DD_TRY(read_tree_aliases(env, img, aliases, f, err));
	else
		DD_TRY(read_aliases(env, &img->blobs[layer], aliases, f, err));
	dd_layer_facts_finish(f);
	return DD_OK;
}
