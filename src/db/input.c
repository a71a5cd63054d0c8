/* SPDX-License-Identifier: Apache-2.0 */
#include "db/input.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/limits.h"
#include "format/decompress.h"
#include "format/tar.h"
#include "format/zip.h"

enum { DIGEST_PIECE_BYTES = 32 << 20 };

struct reader {
	struct dd_builder *b;
	const struct dd_build_input *in;
	const struct dd_build_kind *kind;
	uint64_t documents;
	struct dd_buf member; /* bytes of one member, reused */
};

/* A broken document among others is a warning; memory, limits of the whole and the system's errors end everything. */
static enum dd_code forgive(struct reader *r, const struct dd_build_document *doc, enum dd_code code,
			    struct dd_err *err)
{
	bool at = err->at != DD_NO_OFFSET;
	if (code == DD_OK)
		return dd_build_check(r->b, err);
	if (code == DD_ENOMEM || code == DD_EIO)
		return code;
	if (doc->whole && at)
		return dd_wrap(err, "%s: byte %llu", DD_QUOTE(dd_str_from(doc->name)), (unsigned long long)err->at);
	if (doc->whole)
		return dd_wrap(err, "%s", DD_QUOTE(dd_str_from(doc->name)));
	if (at)
		dd_build_warn(r->b, "%s: byte %llu: %.300s", DD_QUOTE(dd_str_from(doc->name)),
			      (unsigned long long)err->at, err->message);
	else
		dd_build_warn(r->b, "%s: %.300s", DD_QUOTE(dd_str_from(doc->name)), err->message);
	return dd_build_check(r->b, err);
}

/* file: the map that bytes are the whole of, or NULL. */
static enum dd_code one_document(struct reader *r, const char *name, struct dd_str bytes, bool whole,
				 const struct dd_map_file *file, struct dd_err *err)
{
	struct dd_err local = { .at = DD_NO_OFFSET };
	const struct dd_build_document doc = {
		.name = name,
		.bytes = bytes,
		.input = (uint32_t)r->b->inputs.n - 1,
		.whole = whole,
		.url = dd_str_from(r->in->url),
		.date = dd_str_from(r->in->date),
		.kind = dd_str_from(r->in->kind),
		.file = file,
	};
	if (r->documents++ >= DD_DB_DOCUMENTS_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "%s: more than %d files",
			       DD_QUOTE(dd_str_from(r->in->path)), DD_DB_DOCUMENTS_MAX);
	r->b->stats.inputs++;
	if (r->b->watch)
		r->b->watch(r->b->watch_ctx, bytes.n);
	enum dd_code code = forgive(r, &doc, r->kind->read(r->b, &doc, &local), &local);
	if (code != DD_OK && err)
		dd_err_copy(err, &local);
	return code;
}

/* Has the name one of the kind's suffixes, maybe with that of a compression behind it? */
static bool is_document(const struct dd_build_kind *kind, struct dd_str name)
{
	static const char *const compressed[] = { ".gz", ".xz", ".zst", ".bz2" };
	struct dd_str rest = dd_str_from(kind->suffixes), suffix;
	for (size_t i = 0; i < DD_COUNT(compressed); i++)
		if (dd_str_ends(name, dd_str_from(compressed[i]))) {
			name = dd_str_take(name, name.n - strlen(compressed[i]));
			break;
		}
	while (dd_str_next(&rest, ' ', &suffix))
		if (dd_str_ends(name, suffix))
			return true;
	return false;
}

/* --- zip --- */

/* DD_EPARSE, DD_EUNSUPPORTED: this member cannot be read, the next ones may be. */
static enum dd_code read_member(struct reader *r, struct dd_zip *zip, uint64_t *budget, struct dd_err *err)
{
	dd_buf_clear(&r->member);
	for (;;) {
		struct dd_str block;
		DD_TRY(dd_zip_block(zip, &block, err));
		if (block.n == 0)
			return DD_OK;
		if (block.n > *budget)
			return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "zip: unpacks to far more than its size");
		*budget -= block.n;
		if (dd_buf_add_str(&r->member, block) != DD_OK)
			return dd_buf_check(&r->member, "member", err);
	}
}

static enum dd_code one_member(struct reader *r, const char *path, struct dd_zip *zip, const struct dd_zip_member *m,
			       uint64_t *budget, struct dd_err *err)
{
	struct dd_buf name DD_CLEANUP_BUF = DD_BUF_INIT(2 * DD_PATH_MAX);
	struct dd_err local = { .at = DD_NO_OFFSET };
	if (m->directory || !is_document(r->kind, m->name))
		return DD_OK;
	(void)dd_buf_addf(&name, "%s: ", path);
	(void)dd_buf_add_str(&name, m->name);
	if (!dd_buf_c(&name))
		return dd_fail_nomem(err);
	enum dd_code code = read_member(r, zip, budget, &local);
	if (code == DD_OK)
		return one_document(r, dd_buf_c(&name), dd_buf_str(&r->member), false, NULL, err);
	if (code == DD_EPARSE || code == DD_EUNSUPPORTED) {
		dd_build_warn(r->b, "%s: %.300s", DD_QUOTE(dd_buf_str(&name)), local.message);
		return dd_build_check(r->b, err);
	}
	return dd_fail(err, code, DD_NO_OFFSET, "%s: %.300s", DD_QUOTE(dd_buf_str(&name)), local.message);
}

static enum dd_code read_zip(struct reader *r, const char *path, struct dd_str bytes, struct dd_err *err)
{
	struct dd_zip *zip DD_CLEANUP(dd_zip_closep) = NULL;
	uint64_t budget, before = r->documents;
	if (__builtin_mul_overflow((uint64_t)bytes.n, (uint64_t)DD_EXPANSION_RATIO_MAX, &budget) ||
	    __builtin_add_overflow(budget, DD_EXPANSION_GRACE_BYTES, &budget))
		budget = UINT64_MAX;
	if (dd_zip_open(bytes, &zip, err) != DD_OK)
		return dd_wrap(err, "%s", DD_QUOTE(dd_str_from(path)));
	for (;;) {
		struct dd_zip_member member;
		bool more = false;
		if (dd_zip_next(zip, &member, &more, err) != DD_OK)
			return dd_wrap(err, "%s", DD_QUOTE(dd_str_from(path)));
		if (!more)
			break;
		DD_TRY(one_member(r, path, zip, &member, &budget, err));
	}
	if (r->documents == before)
		dd_build_warn(r->b, "%s: no %s member", DD_QUOTE(dd_str_from(path)), r->kind->suffixes);
	return dd_build_check(r->b, err);
}

/* A stream to its end into r->member. */
static enum dd_code gather(struct reader *r, enum dd_code (*next)(void *from, struct dd_str *ret, struct dd_err *err),
			   void *from, struct dd_err *err)
{
	dd_buf_clear(&r->member);
	for (;;) {
		struct dd_str block;
		DD_TRY(next(from, &block, err));
		if (block.n == 0)
			return DD_OK;
		if (dd_buf_add_str(&r->member, block) != DD_OK)
			return dd_buf_check(&r->member, "document", err);
	}
}

static enum dd_code next_of_stream(void *from, struct dd_str *ret, struct dd_err *err)
{
	return dd_stream_next(from, ret, err);
}

static enum dd_code next_of_tar(void *from, struct dd_str *ret, struct dd_err *err)
{
	return dd_tar_read(from, ret, err);
}

/* --- tar --- */

static enum dd_code one_entry(struct reader *r, const char *path, struct dd_tar *tar, const struct dd_tar_entry *entry,
			      struct dd_err *err)
{
	struct dd_buf name DD_CLEANUP_BUF = DD_BUF_INIT(2 * DD_PATH_MAX);
	size_t slash = dd_str_rfind(entry->path, '/');
	struct dd_str base = slash < entry->path.n ? dd_str_skip(entry->path, slash + 1) : entry->path;
	if (entry->type != DD_TAR_FILE || entry->sparse || dd_str_starts(base, DD_STR(".")) ||
	    !is_document(r->kind, base))
		return DD_OK;
	(void)dd_buf_addf(&name, "%s: ", path);
	(void)dd_buf_add_str(&name, entry->path);
	if (!dd_buf_c(&name))
		return dd_fail_nomem(err);
	if (gather(r, next_of_tar, tar, err) != DD_OK)
		return dd_wrap(err, "%s", DD_QUOTE(dd_buf_str(&name)));
	return one_document(r, dd_buf_c(&name), dd_buf_str(&r->member), false, NULL, err);
}

/* The files of an archive that are documents of the kind. What is behind damage is lost, and said. */
static enum dd_code read_tar(struct reader *r, const char *path, struct dd_stream *stream, struct dd_err *err)
{
	struct dd_tar *tar DD_CLEANUP(dd_tar_freep) = NULL;
	uint64_t before = r->documents;
	DD_TRY(dd_tar_new(stream, &tar, err));
	for (;;) {
		struct dd_tar_entry entry;
		enum dd_code code = dd_tar_next(tar, &entry, err);
		if (code != DD_OK)
			return dd_wrap(err, "%s", DD_QUOTE(dd_str_from(path)));
		if (entry.type == DD_TAR_END)
			break;
		DD_TRY(one_entry(r, path, tar, &entry, err));
	}
	if (r->documents == before)
		dd_build_warn(r->b, "%s: no %s file in the archive", DD_QUOTE(dd_str_from(path)), r->kind->suffixes);
	return dd_build_check(r->b, err);
}

/* --- compressed files --- */

/* What the bytes unpack to, from the start. The two streams are the caller's. */
static enum dd_code unpack(struct dd_str bytes, struct dd_stream **ret_raw, struct dd_stream **ret, struct dd_err *err)
{
	DD_TRY(dd_stream_memory(bytes, DD_STREAM_BLOCK_BYTES, ret_raw, err));
	return dd_stream_decompress(*ret_raw, DD_DB_INPUT_BYTES_MAX, ret, err);
}

static bool holds_tar(struct dd_str bytes)
{
	struct dd_stream *raw DD_CLEANUP(dd_stream_freep) = NULL, *plain DD_CLEANUP(dd_stream_freep) = NULL;
	struct dd_str block;
	return unpack(bytes, &raw, &plain, NULL) == DD_OK && dd_stream_next(plain, &block, NULL) == DD_OK &&
	       dd_tar_detect(block);
}

static enum dd_code read_packed(struct reader *r, const char *path, struct dd_str bytes, bool whole, struct dd_err *err)
{
	struct dd_stream *raw DD_CLEANUP(dd_stream_freep) = NULL, *plain DD_CLEANUP(dd_stream_freep) = NULL;
	bool tar = holds_tar(bytes);
	DD_TRY(unpack(bytes, &raw, &plain, err));
	if (tar)
		return read_tar(r, path, plain, err);
	if (gather(r, next_of_stream, plain, err) != DD_OK)
		return dd_wrap(err, "%s", DD_QUOTE(dd_str_from(path)));
	return one_document(r, path, dd_buf_str(&r->member), whole, NULL, err);
}

static enum dd_code read_plain_tar(struct reader *r, const char *path, struct dd_str bytes, struct dd_err *err)
{
	struct dd_stream *raw DD_CLEANUP(dd_stream_freep) = NULL;
	DD_TRY(dd_stream_memory(bytes, DD_STREAM_BLOCK_BYTES, &raw, err));
	return read_tar(r, path, raw, err);
}

/* --- one file --- */

/* Piece by piece: a database of gigabytes need not be in memory for it. */
static enum dd_code digest_of(const struct dd_map_file *file, struct dd_digest *ret, struct dd_err *err)
{
	struct dd_hasher *h DD_CLEANUP(dd_hasher_freep) = NULL;
	struct dd_str rest = file->bytes;
	DD_TRY(dd_hasher_new(DD_SHA256, &h, err));
	for (; rest.n; rest = dd_str_skip(rest, DIGEST_PIECE_BYTES)) {
		DD_TRY(dd_hasher_add(h, dd_str_take(rest, DIGEST_PIECE_BYTES), err));
		if (file->bytes.n > DIGEST_PIECE_BYTES)
			dd_map_forget(file->bytes);
	}
	return dd_hasher_end(h, ret, err);
}

static enum dd_code read_file(struct reader *r, const char *path, bool whole, struct dd_err *err)
{
	struct dd_map_file file DD_CLEANUP(dd_map_file_done) = { 0 };
	struct dd_digest digest;
	DD_TRY(dd_map_file_open(&file, path, DD_DB_INPUT_BYTES_MAX, err));
	DD_TRY(digest_of(&file, &digest, err));
	if (!dd_vec_push(&r->b->inputs, digest, DD_DB_DOCUMENTS_MAX))
		return dd_fail_nomem(err);
	if (dd_str_starts(file.bytes, DD_STR("PK\x03\x04")) || dd_str_starts(file.bytes, DD_STR("PK\x05\x06")))
		return read_zip(r, path, file.bytes, err);
	if (dd_compression_detect(file.bytes) != DD_COMPRESSION_NONE)
		return read_packed(r, path, file.bytes, whole, err);
	if (dd_tar_detect(file.bytes))
		return read_plain_tar(r, path, file.bytes, err);
	return one_document(r, path, file.bytes, whole, &file, err);
}

/* --- directories --- */

static int visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static bool wanted(const struct dd_build_kind *kind, const char *name)
{
	struct dd_str s = dd_str_from(name);
	static const char *const archives[] = { ".zip",	    ".tar",    ".tar.gz", ".tgz",
						".tar.zst", ".tar.xz", ".txz",	  ".tar.bz2" };
	for (size_t i = 0; i < DD_COUNT(archives); i++)
		if (dd_str_ends(s, dd_str_from(archives[i])))
			return true;
	return is_document(kind, s) || dd_str_eq_c(s, "json");
}

static enum dd_code read_tree(struct reader *r, const char *path, unsigned depth, struct dd_err *err);

static enum dd_code read_entry(struct reader *r, const char *dir, const char *name, unsigned depth, struct dd_err *err)
{
	struct dd_buf path DD_CLEANUP_BUF = DD_BUF_INIT(DD_PATH_MAX);
	struct stat st;
	(void)dd_buf_addf(&path, "%s/%s", dir, name);
	const char *p = dd_buf_c(&path);
	if (!p)
		return dd_buf_check(&path, "path", err);
	if (lstat(p, &st) < 0)
		return dd_fail_errno(err, "%s", DD_QUOTE(dd_buf_str(&path)));
	if (S_ISDIR(st.st_mode))
		return read_tree(r, p, depth + 1, err);
	return S_ISREG(st.st_mode) && wanted(r->kind, name) ? read_file(r, p, false, err) : DD_OK;
}

/* In the order of names, so that messages come in the same order everywhere. */
static enum dd_code read_tree(struct reader *r, const char *path, unsigned depth, struct dd_err *err)
{
	struct dirent **list;
	enum dd_code code = DD_OK;
	if (depth > DD_DB_DIRECTORY_DEPTH_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "%s: more than %d directories inside each other",
			       DD_QUOTE(dd_str_from(path)), DD_DB_DIRECTORY_DEPTH_MAX);
	int n = scandir(path, &list, visible, alphasort);
	if (n < 0)
		return dd_fail_errno(err, "%s", DD_QUOTE(dd_str_from(path)));
	for (int i = 0; i < n; i++) {
		if (code == DD_OK)
			code = read_entry(r, path, list[i]->d_name, depth, err);
		dd_free(list[i]);
	}
	dd_free(list);
	return code;
}

enum dd_code dd_input_read(struct dd_builder *b, const struct dd_build_input *in, const struct dd_build_kind *kind,
			   struct dd_err *err)
{
	struct reader r = { .b = b, .in = in, .kind = kind, .member = DD_BUF_INIT((size_t)DD_DB_MEMORY_BYTES_MAX) };
	struct stat st;
	enum dd_code code;
	if (stat(in->path, &st) < 0)
		return errno == ENOENT ? dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "%s: no such file or directory",
						 DD_QUOTE(dd_str_from(in->path)))
				       : dd_fail_errno(err, "%s", DD_QUOTE(dd_str_from(in->path)));
	code = S_ISDIR(st.st_mode) ? read_tree(&r, in->path, 0, err) : read_file(&r, in->path, true, err);
	dd_buf_done(&r.member);
	if (code == DD_OK && r.documents == 0 && S_ISDIR(st.st_mode))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s: no %s or .zip file in this directory",
			       DD_QUOTE(dd_str_from(in->path)), kind->suffixes);
	return code;
}
