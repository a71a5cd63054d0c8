/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of a tar stream.
 *
 * archive = { [meta…] header [content, padded to 512] }… zero-block zero-block
 * meta    = header with typeflag x or X (pax records for the next entry), g (for all), L or K (GNU long name or link)
 *
 * Where readers differ this one follows Go's archive/tar: container runtimes unpack with it, and a scanner must see
 * what they see, or an archive can show two faces.
 * - g (global) records are checked but not applied; an L, K or x before a g is dropped. (POSIX and GNU apply them.)
 * - L and K win over pax path and linkpath; of two x headers only the last counts.
 * - Links, devices, directories and fifos have no content, whatever their size field says. (POSIX allows a pax hard
 * link to bring the file's data; no runtime can read such an archive, here the data fail as a header.)
 * - Typeflag NUL with a name that ends in '/' is a directory; '0' never is.
 * - One zero block followed by another header is an error, one at the end of the stream is an end.
 * - Missing padding behind the last content is an end too. What follows the two zero blocks is not read.
 * Unlike it: 7 (contiguous) is a file as GNU has it, D (dump directory) a directory whose list is skipped, X (Solaris)
 * is x, old GNU sparse files are read. V, M, N and all unknown types are DD_TAR_OTHER: POSIX would have them be files,
 * runtimes refuse them, so no runtime creates a path from them; their content is skipped by its size.
 *
 * Limits: DD_PATH_MAX (recoverable), DD_PAX_BYTES_MAX, those of tar_pax.c and tar_sparse.c. The header-only path
 * allocates nothing: long names, records and maps reuse buffers that grew once.
 * Sources: POSIX.1-2017 pax; GNU tar manual "Basic Tar Format"; star(5); archive/tar of Go 1.22. */
#include "format/tar.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "format/tar_parts.h"

enum {
	ZERO_BYTES = 64 << 10,
	GNU_SPARSE_AT = 386,
	GNU_EXTENDED_AT = 482,
	GNU_REALSIZE_AT = 483,
	EXTENSION_FLAG_AT = 504
};

struct dd_tar {
	struct dd_stream *in;
	struct dd_str block; /* rest of in's block */
	uint64_t at;	     /* offset of block.p in the stream */
	bool ended;	     /* END was returned */
	bool broken;	     /* an error was returned that nothing can follow */

	char raw[TAR_BLOCK_BYTES];
	struct dd_tar_header header;

	/* From meta headers, for the next entry. Too long a name is told at the entry it belongs to. */
	struct dd_buf long_name, long_link, records;
	bool has_meta, has_long_name, has_long_link, too_long;
	struct dd_tar_pax pax;

	/* Content of the current entry. */
	uint64_t left, padding; /* stored bytes not read yet; what follows them to the next block */
	bool readable;		/* else the content is only skipped */
	bool sparse;
	struct dd_tar_segments segments;
	size_t segment;		 /* the one that is read, or before which the hole is */
	uint64_t position, size; /* in the sparse file */
};

/* --- bytes of the stream --- */

/* At most `want` bytes as a view; n == 0 only at the end of the stream. */
static enum dd_code take(struct dd_tar *t, uint64_t want, struct dd_str *ret, struct dd_err *err)
{
	if (!t->block.n)
		DD_TRY(dd_stream_next(t->in, &t->block, err));
	size_t n = t->block.n < want ? t->block.n : (size_t)want;
	*ret = dd_str_take(t->block, n);
	t->block = dd_str_skip(t->block, n);
	t->at += n;
	return DD_OK;
}

static enum dd_code fail_cut(const struct dd_tar *t, const char *where, struct dd_err *err)
{
	return dd_fail(err, DD_EPARSE, t->at, "tar archive is truncated in %s", where);
}

/* One block into t->raw. *ret_end: the stream ended before its first byte. */
static enum dd_code read_block(struct dd_tar *t, bool *ret_end, struct dd_err *err)
{
	size_t n = 0;
	while (n < TAR_BLOCK_BYTES) {
		struct dd_str part;
		DD_TRY(take(t, TAR_BLOCK_BYTES - n, &part, err));
		if (!part.n && n)
			return fail_cut(t, "a header", err);
		if (!part.n)
			break;
		memcpy(t->raw + n, part.p, part.n);
		n += part.n;
	}
	*ret_end = n == 0;
	return DD_OK;
}

static enum dd_code skip(struct dd_tar *t, uint64_t *left, struct dd_err *err)
{
	while (*left) {
		struct dd_str part;
		if (!t->block.n) {
			uint64_t n = dd_stream_skip(t->in, *left);
			t->at += n;
			*left -= n;
			if (!*left)
				break;
		}
		DD_TRY(take(t, *left, &part, err));
		if (!part.n)
			break;
		*left -= part.n;
	}
	return DD_OK;
}

/* What is left of the entry before. */
static enum dd_code skip_content(struct dd_tar *t, struct dd_err *err)
{
	DD_TRY(skip(t, &t->left, err));
	if (t->left)
		return fail_cut(t, "a file's content", err);
	return skip(t, &t->padding, err);
}

static void set_content(struct dd_tar *t, uint64_t stored)
{
	t->left = stored;
	t->padding = -stored & (TAR_BLOCK_BYTES - 1);
}

/* --- meta headers --- */

static void clear_meta(struct dd_tar *t)
{
	if (!t->has_meta)
		return;
	t->has_meta = t->has_long_name = t->has_long_link = t->too_long = false;
	dd_tar_pax_clear(&t->pax);
}

/* The content of a meta header into b, which must be empty and have room for it. */
static enum dd_code read_content(struct dd_tar *t, struct dd_buf *b, struct dd_err *err)
{
	while (t->left) {
		struct dd_str part;
		DD_TRY(take(t, t->left, &part, err));
		if (!part.n)
			return fail_cut(t, "an extended header", err);
		t->left -= part.n;
		if (dd_buf_add_str(b, part) != DD_OK)
			return dd_buf_check(b, "an extended header", err);
	}
	return skip_content(t, err);
}

static enum dd_code take_long(struct dd_tar *t, struct dd_buf *b, bool *has, struct dd_err *err)
{
	dd_buf_clear(b);
	if (t->left > DD_PATH_MAX + 1) {
		t->too_long = true;
		return skip_content(t, err);
	}
	DD_TRY(read_content(t, b, err));
	b->n = strnlen(b->n ? b->p : "", b->n);
	*has = b->n > 0;
	return DD_OK;
}

static enum dd_code take_long_name(struct dd_tar *t, struct dd_err *err)
{
	return take_long(t, &t->long_name, &t->has_long_name, err);
}

static enum dd_code take_long_link(struct dd_tar *t, struct dd_err *err)
{
	return take_long(t, &t->long_link, &t->has_long_link, err);
}

static enum dd_code take_pax(struct dd_tar *t, struct dd_err *err)
{
	uint64_t at = t->at;
	dd_tar_pax_clear(&t->pax);
	dd_buf_clear(&t->records);
	if (t->left > DD_PAX_BYTES_MAX)
		return dd_fail(err, DD_ELIMIT, at, "pax header has %llu bytes, more than the limit of %llu",
			       (unsigned long long)t->left, (unsigned long long)DD_PAX_BYTES_MAX);
	DD_TRY(read_content(t, &t->records, err));
	return dd_tar_pax_parse(&t->pax, dd_buf_str(&t->records), at, err);
}

static enum dd_code drop_global(struct dd_tar *t, struct dd_err *err)
{
	DD_TRY(take_pax(t, err));
	clear_meta(t);
	return DD_OK;
}

static const struct meta {
	char typeflag;
	enum dd_code (*take)(struct dd_tar *t, struct dd_err *err);
} metas[] = {
	{ 'x', take_pax }, { 'X', take_pax }, { 'g', drop_global }, { 'L', take_long_name }, { 'K', take_long_link },
};

static const struct meta *meta_of(char typeflag)
{
	for (size_t i = 0; i < DD_COUNT(metas); i++)
		if (metas[i].typeflag == typeflag)
			return &metas[i];
	return NULL;
}

/* --- sparse files --- */

static enum dd_code read_gnu_map(struct dd_tar *t, struct dd_err *err)
{
	uint64_t at = t->at - TAR_BLOCK_BYTES;
	struct dd_str entries = { t->raw + GNU_SPARSE_AT, GNU_EXTENDED_AT - GNU_SPARSE_AT };
	struct dd_str realsize = { t->raw + GNU_REALSIZE_AT, 12 };
	bool more = t->raw[GNU_EXTENDED_AT] != '\0';
	int64_t size;
	/* star uses the same typeflag for another layout */
	if (t->header.format != TAR_GNU || !dd_tar_number(realsize, &size) || size < 0)
		return dd_fail(err, DD_EPARSE, at, "bad GNU sparse header");
	DD_TRY(dd_tar_sparse_gnu(&t->segments, entries, at, err));
	while (more) {
		bool end;
		at = t->at;
		DD_TRY(read_block(t, &end, err));
		if (end)
			return fail_cut(t, "a sparse map", err);
		DD_TRY(dd_tar_sparse_gnu(&t->segments, (struct dd_str){ t->raw, EXTENSION_FLAG_AT }, at, err));
		more = t->raw[EXTENSION_FLAG_AT] != '\0';
	}
	t->size = (uint64_t)size;
	t->sparse = true;
	return DD_OK;
}

static enum dd_code read_content_map(struct dd_tar *t, struct dd_err *err)
{
	struct dd_tar_sparse_map map = { 0 };
	while (!map.done) {
		uint64_t at = t->at;
		bool end;
		if (t->left < TAR_BLOCK_BYTES)
			return dd_fail(err, DD_EPARSE, at, "sparse map is longer than the entry");
		DD_TRY(read_block(t, &end, err));
		if (end)
			return fail_cut(t, "a sparse map", err);
		t->left -= TAR_BLOCK_BYTES;
		DD_TRY(dd_tar_sparse_map_feed(&map, &t->segments, (struct dd_str){ t->raw, TAR_BLOCK_BYTES }, at, err));
	}
	return DD_OK;
}

/* Which of the pax forms, by its version records; 0.0 and 0.1 may lack them. */
static enum dd_code read_pax_map(struct dd_tar *t, struct dd_err *err)
{
	const struct dd_str *v = t->pax.value;
	uint64_t blocks;
	bool major1 = dd_str_eq(v[PAX_SPARSE_MAJOR], DD_STR("1")), minor1 = dd_str_eq(v[PAX_SPARSE_MINOR], DD_STR("1"));
	bool major0 = dd_str_eq(v[PAX_SPARSE_MAJOR], DD_STR("0")), minor0 = dd_str_eq(v[PAX_SPARSE_MINOR], DD_STR("0"));
	bool listed = t->pax.segments.n || v[PAX_SPARSE_MAP].n;
	bool unversioned = !v[PAX_SPARSE_MAJOR].n && !v[PAX_SPARSE_MINOR].n;
	bool in_content = major1 && minor0, in_header = (major0 && (minor0 || minor1)) || (unversioned && listed);
	if (!in_content && !in_header)
		return DD_OK;
	struct dd_str size = v[PAX_SPARSE_SIZE].n ? v[PAX_SPARSE_SIZE] : v[PAX_SPARSE_REALSIZE];
	t->size = t->left;
	if (size.n && !dd_tar_pax_size(size, &t->size))
		return dd_fail(err, DD_EPARSE, t->at, "pax header: bad sparse size");
	t->sparse = true;
	if (in_content)
		return read_content_map(t, err);
	if (t->pax.segments.n) {
		for (size_t i = 0; i < t->pax.segments.n; i++)
			DD_TRY(dd_tar_segment_add(&t->segments, t->pax.segments.p[i].offset, t->pax.segments.p[i].n,
						  t->at, err));
	} else if (v[PAX_SPARSE_MAP].n) {
		DD_TRY(dd_tar_sparse_list(&t->segments, v[PAX_SPARSE_MAP], t->at, err));
	}
	if (!dd_tar_pax_size(v[PAX_SPARSE_NUMBLOCKS], &blocks) || blocks != t->segments.n)
		return dd_fail(err, DD_EPARSE, t->at, "sparse map and its number of segments differ");
	return DD_OK;
}

/* Fills t->sparse and what belongs to it. */
static enum dd_code open_sparse(struct dd_tar *t, struct dd_err *err)
{
	t->segments.n = 0;
	t->segment = 0;
	t->position = 0;
	if (t->header.typeflag == 'S')
		DD_TRY(read_gnu_map(t, err));
	else
		DD_TRY(read_pax_map(t, err));
	return t->sparse ? dd_tar_sparse_check(&t->segments, t->size, t->left, t->at, err) : DD_OK;
}

/* --- entries --- */

enum content { CONTENT_NONE, CONTENT_SKIPPED, CONTENT_FILE };

static const struct type {
	char typeflag;
	enum dd_tar_type type;
	enum content content;
} types[] = {
	{ '0', DD_TAR_FILE, CONTENT_FILE },    { '5', DD_TAR_DIR, CONTENT_NONE },
	{ '2', DD_TAR_SYMLINK, CONTENT_NONE }, { '1', DD_TAR_HARDLINK, CONTENT_NONE },
	{ '\0', DD_TAR_FILE, CONTENT_FILE },   { '7', DD_TAR_FILE, CONTENT_FILE },
	{ 'S', DD_TAR_FILE, CONTENT_FILE },    { '3', DD_TAR_CHAR, CONTENT_NONE },
	{ '4', DD_TAR_BLOCK, CONTENT_NONE },   { '6', DD_TAR_FIFO, CONTENT_NONE },
	{ 'D', DD_TAR_DIR, CONTENT_SKIPPED },
};
static const struct type v7_directory = { '\0', DD_TAR_DIR, CONTENT_NONE };
static const struct type other_type = { '?', DD_TAR_OTHER, CONTENT_FILE };

static const struct type *type_of(char typeflag, struct dd_str path)
{
	if (typeflag == '\0' && dd_str_ends(path, DD_STR("/")))
		return &v7_directory;
	for (size_t i = 0; i < DD_COUNT(types); i++)
		if (types[i].typeflag == typeflag)
			return &types[i];
	return &other_type;
}

static struct dd_str pick(struct dd_str raw, struct dd_str pax, bool has_long, const struct dd_buf *long_text)
{
	if (has_long)
		return dd_buf_str(long_text);
	return pax.n ? pax : raw;
}

/* Values of the pax header that replace those of the header block. */
static enum dd_code apply_pax(struct dd_tar *t, struct dd_tar_entry *e, struct dd_err *err)
{
	const struct dd_str *v = t->pax.value;
	if (v[PAX_SIZE].n && !dd_tar_pax_size(v[PAX_SIZE], &e->stored_bytes))
		return dd_fail(err, DD_EPARSE, e->offset, "pax header: bad size %s", DD_QUOTE(v[PAX_SIZE]));
	if (v[PAX_UID].n && !dd_tar_pax_id(v[PAX_UID], &e->uid))
		return dd_fail(err, DD_EPARSE, e->offset, "pax header: bad uid %s", DD_QUOTE(v[PAX_UID]));
	if (v[PAX_GID].n && !dd_tar_pax_id(v[PAX_GID], &e->gid))
		return dd_fail(err, DD_EPARSE, e->offset, "pax header: bad gid %s", DD_QUOTE(v[PAX_GID]));
	if (v[PAX_MTIME].n && !dd_tar_pax_time(v[PAX_MTIME], &e->mtime))
		return dd_fail(err, DD_EPARSE, e->offset, "pax header: bad mtime %s", DD_QUOTE(v[PAX_MTIME]));
	return DD_OK;
}

static enum dd_code open_content(struct dd_tar *t, const struct type *type, struct dd_tar_entry *e, struct dd_err *err)
{
	t->readable = type->content == CONTENT_FILE;
	t->sparse = false;
	if (type->content == CONTENT_NONE)
		e->stored_bytes = 0;
	set_content(t, e->stored_bytes);
	if (type->type == DD_TAR_FILE)
		DD_TRY(open_sparse(t, err));
	e->sparse = t->sparse;
	e->data_offset = t->at;
	e->stored_bytes = t->left;
	e->size = t->readable ? t->left : 0;
	if (t->sparse) {
		e->size = t->size;
		if (t->header.typeflag != 'S' && t->pax.value[PAX_SPARSE_NAME].n)
			e->path = t->pax.value[PAX_SPARSE_NAME];
	}
	return DD_OK;
}

/* The entry of t->header with what the meta headers said. */
static enum dd_code make_entry(struct dd_tar *t, uint64_t offset, struct dd_tar_entry *e, struct dd_err *err)
{
	const struct dd_tar_header *h = &t->header;
	*e = (struct dd_tar_entry){
		.typeflag = h->typeflag,
		.path = pick((struct dd_str){ h->name, h->name_n }, t->pax.value[PAX_PATH], t->has_long_name,
			     &t->long_name),
		.mode = h->mode,
		.uid = h->uid,
		.gid = h->gid,
		.stored_bytes = h->size,
		.mtime = h->mtime,
		.dev_major = h->dev_major,
		.dev_minor = h->dev_minor,
		.offset = offset,
		.xattrs = t->pax.xattrs.p,
		.n_xattrs = t->pax.xattrs.n,
	};
	DD_TRY(apply_pax(t, e, err));
	const struct type *type = type_of(h->typeflag, e->path);
	e->type = type->type;
	if (e->type == DD_TAR_HARDLINK || e->type == DD_TAR_SYMLINK)
		e->link = pick(h->link, t->pax.value[PAX_LINKPATH], t->has_long_link, &t->long_link);
	DD_TRY(open_content(t, type, e, err));
	if (e->path.n > DD_PATH_MAX || e->link.n > DD_PATH_MAX)
		t->too_long = true;
	return DD_OK;
}

/* Headers up to the next entry's or the end. */
static enum dd_code next_header(struct dd_tar *t, uint64_t *ret_offset, bool *ret_end, struct dd_err *err)
{
	bool end, in_meta = false;
	for (;;) {
		uint64_t at = t->at;
		DD_TRY(read_block(t, &end, err));
		bool zero = !end && dd_tar_block_is_zero(t->raw);
		if (in_meta && (end || zero))
			return dd_fail(err, DD_EPARSE, at, "extended header without an entry");
		if (zero) {
			DD_TRY(read_block(t, &end, err));
			if (!end && !dd_tar_block_is_zero(t->raw))
				return dd_fail(err, DD_EPARSE, at, "one zero block in the middle of a tar archive");
		}
		if (end || zero) {
			*ret_end = true;
			return DD_OK;
		}
		if (!in_meta)
			*ret_offset = at;
		DD_TRY(dd_tar_header_parse(t->raw, at, &t->header, err));
		const struct meta *m = meta_of(t->header.typeflag);
		if (!m) {
			*ret_end = false;
			return DD_OK;
		}
		t->has_meta = true;
		set_content(t, t->header.size);
		DD_TRY(m->take(t, err));
		in_meta = m->take != drop_global;
	}
}

static enum dd_code next_entry(struct dd_tar *t, struct dd_tar_entry *e, struct dd_err *err)
{
	uint64_t offset = 0;
	bool end = false;
	DD_TRY(skip_content(t, err));
	clear_meta(t);
	DD_TRY(next_header(t, &offset, &end, err));
	if (!end)
		return make_entry(t, offset, e, err);
	t->ended = true;
	*e = (struct dd_tar_entry){ .type = DD_TAR_END, .offset = t->at };
	return DD_OK;
}

enum dd_code dd_tar_next(struct dd_tar *t, struct dd_tar_entry *ret, struct dd_err *err)
{
	struct dd_tar_entry e = { .type = DD_TAR_END, .offset = t->at };
	if (t->broken)
		return dd_fail(err, DD_EPARSE, t->at, "tar archive cannot be read behind an error");
	enum dd_code code = t->ended ? DD_OK : next_entry(t, &e, err);
	if (code != DD_OK) {
		t->broken = true;
		return code;
	}
	if (t->too_long) {
		t->readable = t->sparse = t->too_long = false;
		return dd_fail(err, DD_ELIMIT, e.offset, "path or link target has more than %zu bytes", DD_PATH_MAX);
	}
	*ret = e;
	return DD_OK;
}

static enum dd_code read_stored(struct dd_tar *t, uint64_t want, struct dd_str *ret, struct dd_err *err)
{
	struct dd_str part = { "", 0 };
	if (want) {
		DD_TRY(take(t, want, &part, err));
		if (!part.n)
			return fail_cut(t, "a file's content", err);
		t->left -= part.n;
	}
	*ret = part;
	return DD_OK;
}

static enum dd_code read_sparse(struct dd_tar *t, struct dd_str *ret, struct dd_err *err)
{
	static const char zeros[ZERO_BYTES];
	while (t->segment < t->segments.n &&
	       t->segments.p[t->segment].offset + t->segments.p[t->segment].n <= t->position)
		t->segment++;
	uint64_t hole_end = t->size;
	if (t->segment < t->segments.n) {
		const struct dd_tar_segment *s = &t->segments.p[t->segment];
		if (t->position >= s->offset) {
			DD_TRY(read_stored(t, s->offset + s->n - t->position, ret, err));
			t->position += ret->n;
			return DD_OK;
		}
		hole_end = s->offset;
	}
	uint64_t n = hole_end - t->position;
	*ret = (struct dd_str){ zeros, n < ZERO_BYTES ? (size_t)n : ZERO_BYTES };
	t->position += ret->n;
	return DD_OK;
}

struct dd_str dd_tar_rest(const struct dd_tar *t)
{
	return t->block;
}

enum dd_code dd_tar_read(struct dd_tar *t, struct dd_str *ret_block, struct dd_err *err)
{
	struct dd_str block = { "", 0 };
	enum dd_code code = DD_OK;
	if (t->broken)
		return dd_fail(err, DD_EPARSE, t->at, "tar archive cannot be read behind an error");
	if (t->sparse)
		code = read_sparse(t, &block, err);
	else if (t->readable)
		code = read_stored(t, t->left, &block, err);
	t->broken = code != DD_OK;
	if (code == DD_OK)
		*ret_block = block;
	return code;
}

enum dd_code dd_tar_new(struct dd_stream *in, struct dd_tar **ret, struct dd_err *err)
{
	struct dd_tar *t = dd_alloc_zero(1, sizeof *t);
	if (!t)
		return dd_fail_nomem(err);
	t->in = in;
	t->long_name = t->long_link = DD_BUF_INIT(DD_PATH_MAX + 1);
	t->records = DD_BUF_INIT(DD_PAX_BYTES_MAX);
	*ret = t;
	return DD_OK;
}

void dd_tar_freep(struct dd_tar **t)
{
	if (*t) {
		dd_buf_done(&(*t)->long_name);
		dd_buf_done(&(*t)->long_link);
		dd_buf_done(&(*t)->records);
		dd_tar_pax_done(&(*t)->pax);
		dd_vec_done(&(*t)->segments);
		dd_free(*t);
	}
	*t = NULL;
}
