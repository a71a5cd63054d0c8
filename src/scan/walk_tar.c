/* SPDX-License-Identifier: Apache-2.0 */
/* A layer's tar → facts. Whiteouts are names: ".wh.NAME" hides NAME, ".wh..wh..opq" the directory's lower content (OCI
 * image-spec layer.md §Whiteouts); other ".wh..wh." names are book-keeping of aufs and mean nothing. */
#include "base/limits.h"
#include "format/tar.h"
#include "scan/walk_parts.h"

static const struct dd_str whiteout = { ".wh.", 4 }, aufs = { ".wh..wh.", 8 }, opaque = { ".wh..wh..opq", 12 };

static const struct {
	enum dd_tar_type tar;
	enum dd_entry_type entry;
} types[] = {
	{ DD_TAR_FILE, DD_ENTRY_FILE },		{ DD_TAR_DIR, DD_ENTRY_DIR },	{ DD_TAR_SYMLINK, DD_ENTRY_SYMLINK },
	{ DD_TAR_HARDLINK, DD_ENTRY_HARDLINK }, { DD_TAR_CHAR, DD_ENTRY_CHAR }, { DD_TAR_BLOCK, DD_ENTRY_BLOCK },
	{ DD_TAR_FIFO, DD_ENTRY_FIFO },
};

static bool has_capability(const struct dd_tar_entry *t)
{
	for (size_t i = 0; i < t->n_xattrs; i++)
		if (dd_str_eq(t->xattrs[i].name, DD_STR("security.capability")))
			return true;
	return false;
}

/* Cleans the names of t into s; false: the entry is left out, with a problem. */
static enum dd_code clean_names(struct dd_walk_state *s, const struct dd_tar_entry *t, bool *ret_use,
				struct dd_err *err)
{
	enum dd_clean how = dd_clean_path(t->path, &s->path), link_how = DD_CLEAN_SAME;
	const char *text = NULL;
	if (t->type == DD_TAR_HARDLINK)
		link_how = dd_clean_path(t->link, &s->link);
	if (how == DD_CLEAN_NO_MEMORY || link_how == DD_CLEAN_NO_MEMORY)
		return dd_fail_nomem(err);
	*ret_use = how != DD_CLEAN_TOO_DEEP && link_how != DD_CLEAN_TOO_DEEP;
	if (!*ret_use)
		text = "left out: its path has too many components";
	else if (how == DD_CLEAN_ESCAPES || link_how == DD_CLEAN_ESCAPES)
		text = "its name leads out of the image; it was kept inside the root";
	if (text && dd_layer_facts_problem(s->f, dd_str_take(t->path, 4096), "tar", t->offset, "%s", text) != DD_OK)
		return dd_fail_nomem(err);
	return DD_OK;
}

/* Turns ".wh." names into what they mean; false: nothing to enter. */
static bool take_whiteout(struct dd_walk_state *s, struct dd_entry *e)
{
	size_t slash = dd_str_rfind(e->path, '/');
	size_t base = slash < e->path.n ? slash + 1 : 0;
	struct dd_str name = dd_str_skip(e->path, base);
	if (!dd_str_starts(name, whiteout))
		return true;
	if (dd_str_eq(name, opaque)) {
		e->type = DD_ENTRY_OPAQUE;
		e->path = dd_str_take(e->path, slash < e->path.n ? slash : 0);
		return true;
	}
	if (dd_str_starts(name, aufs) || name.n == whiteout.n)
		return false;
	e->type = DD_ENTRY_WHITEOUT;
	memmove(s->path.p + base, s->path.p + base + whiteout.n, name.n - whiteout.n);
	s->path.n -= whiteout.n;
	e->path = dd_buf_str(&s->path);
	return true;
}

/* *ret_use false: the entry is not entered. */
static enum dd_code make_entry(struct dd_walk_state *s, const struct dd_tar_entry *t, struct dd_entry *ret,
			       bool *ret_use, struct dd_err *err)
{
	struct dd_entry e = { .mode = t->mode & 07777,
			      .uid = t->uid,
			      .gid = t->gid,
			      .size = t->size,
			      .capabilities = has_capability(t) };
	size_t i = 0;
	while (i < DD_COUNT(types) && types[i].tar != t->type)
		i++;
	*ret_use = i < DD_COUNT(types);
	if (!*ret_use) {
		if (dd_layer_facts_problem(s->f, dd_str_take(t->path, 4096), "tar", t->offset,
					   "left out: entry type %s means nothing in a layer",
					   DD_QUOTE(((struct dd_str){ &t->typeflag, 1 }))) != DD_OK)
			return dd_fail_nomem(err);
		return DD_OK;
	}
	DD_TRY(clean_names(s, t, ret_use, err));
	if (!*ret_use)
		return DD_OK;
	e.type = types[i].entry;
	e.path = dd_buf_str(&s->path);
	e.link = t->type == DD_TAR_HARDLINK ? dd_buf_str(&s->link) : t->type == DD_TAR_SYMLINK ? t->link : DD_STR("");
	*ret_use = take_whiteout(s, &e);
	*ret = e;
	return DD_OK;
}

/* The current entry's content: to s->content if keep, and past the detector if it looks. */
static enum dd_code read_content(struct dd_walk_state *s, struct dd_tar *tar, struct dd_str head, bool keep,
				 struct dd_err *err)
{
	struct dd_str block = head;
	do {
		if (keep)
			DD_TRY(dd_content_add(&s->content, block, err));
		DD_TRY(dd_walk_secrets_feed(&s->secrets, block, err));
		DD_TRY(dd_tar_read(tar, &block, err));
	} while (block.n);
	return DD_OK;
}

static enum dd_code gather(struct dd_walk_state *s, struct dd_tar *tar, struct dd_err *err)
{
	dd_content_clear(&s->content);
	return read_content(s, tar, DD_STR(""), true, err);
}

/* The first bytes. A block may end anywhere, so that what tells a file by its beginning must not see less of it. */
static enum dd_code read_head(struct dd_walk_state *s, struct dd_tar *tar, uint64_t size, struct dd_str *ret,
			      struct dd_err *err)
{
	size_t want = size < DD_SECRET_HEAD_BYTES ? (size_t)size : DD_SECRET_HEAD_BYTES;
	struct dd_str block = { "", 0 };
	if (want)
		DD_TRY(dd_tar_read(tar, &block, err));
	if (block.n >= want) {
		*ret = block;
		return DD_OK;
	}
	dd_buf_clear(&s->head);
	while (block.n) {
		if (dd_buf_add_str(&s->head, block) != DD_OK)
			return dd_fail_nomem(err);
		if (s->head.n >= want)
			break;
		DD_TRY(dd_tar_read(tar, &block, err));
	}
	*ret = dd_buf_str(&s->head);
	return DD_OK;
}

static uint64_t holes_of(const struct dd_tar_entry *t)
{
	return t->size > t->stored_bytes ? t->size - t->stored_bytes : 0;
}

/* entry: of the file, or DD_NO_ENTRY; analyzers see files with an entry only. */
static enum dd_code walk_file(struct dd_walk_state *s, struct dd_tar *tar, const struct dd_tar_entry *t,
			      struct dd_str path, uint32_t entry, struct dd_wants *wants, struct dd_err *err)
{
	struct dd_str head;
	struct dd_err why;
	DD_TRY(read_head(s, tar, t->size, &head, err));
	if (entry != DD_NO_ENTRY && head.n)
		dd_matcher_magic(s->w->matcher, head, wants);
	DD_TRY(dd_walk_drop_large(s, path, t->size, holes_of(t), wants, err));
	DD_TRY(dd_walk_secrets_begin(&s->secrets, path, t->size, holes_of(t), head, err));
	if (wants->n == 0 && !s->secrets.open)
		return DD_OK;
	dd_content_clear(&s->content);
	enum dd_code code = read_content(s, tar, head, wants->n || s->secrets.whole, &why);
	/* What came of a file that broke off is searched all the same. */
	DD_TRY(dd_walk_secrets_end(&s->secrets, entry, &s->content, err));
	if (code != DD_OK) {
		dd_err_copy(err, &why);
		return code;
	}
	return wants->n ? dd_walk_analyze(s, wants, entry, path, err) : DD_OK;
}

static enum dd_code walk_entry(struct dd_walk_state *s, struct dd_tar *tar, const struct dd_tar_entry *t,
			       struct dd_err *err)
{
	struct dd_entry e;
	bool use;
	DD_UNINITIALIZED struct dd_wants wants;
	wants.n = 0;
	DD_TRY(make_entry(s, t, &e, &use, err));
	/* Bytes are bytes: those behind a name that means something else, or nothing, are searched for secrets, too. */
	if (!use)
		return walk_file(s, tar, t, dd_str_take(t->path, 4096), DD_NO_ENTRY, &wants, err);
	DD_TRY(dd_walk_enter(s, &e, err));
	if (e.type == DD_ENTRY_WHITEOUT || e.type == DD_ENTRY_OPAQUE)
		return walk_file(s, tar, t, dd_str_take(t->path, 4096), DD_NO_ENTRY, &wants, err);
	DD_TRY(dd_walk_tell_name(s, e.path, err));
	if (e.type == DD_ENTRY_HARDLINK)
		return dd_walk_note_hardlink(s, e.path, e.link, (uint32_t)s->f->n_entries - 1, err);
	if (e.type != DD_ENTRY_FILE)
		return DD_OK;
	dd_matcher_path(s->w->matcher, e.path, &wants);
	return walk_file(s, tar, t, e.path, (uint32_t)s->f->n_entries - 1, &wants, err);
}

/* The one recoverable error of the tar reader: a name over DD_PATH_MAX. */
static enum dd_code next_entry(struct dd_walk_state *s, struct dd_tar *tar, struct dd_tar_entry *ret,
			       struct dd_err *err)
{
	for (;;) {
		struct dd_err why;
		enum dd_code code = dd_tar_next(tar, ret, &why);
		if (code == DD_OK)
			return DD_OK;
		bool again = code == DD_ELIMIT && dd_str_starts(dd_str_from(why.message), DD_STR("path or link"));
		if (!again) {
			dd_err_copy(err, &why);
			return code;
		}
		if (dd_layer_facts_problem(s->f, DD_STR(""), "tar", why.at, "left out: %s", why.message) != DD_OK)
			return dd_fail_nomem(err);
	}
}

static enum dd_code walk_all(struct dd_walk_state *s, struct dd_tar *tar, struct dd_err *err)
{
	for (;;) {
		struct dd_tar_entry t;
		DD_TRY(next_entry(s, tar, &t, err));
		if (t.type == DD_TAR_END)
			return DD_OK;
		DD_TRY(walk_entry(s, tar, &t, err));
	}
}

enum dd_code dd_walk_tar(const struct dd_walk *w, struct dd_stream *in, struct dd_layer_facts *f,
			 struct dd_walk_aliases *ret_aliases, struct dd_err *err)
{
	DD_CLEANUP(dd_tar_freep) struct dd_tar *tar = NULL;
	struct dd_walk_state s;
	DD_TRY(dd_tar_new(in, &tar, err));
	DD_TRY(dd_walk_begin(&s, w, f, ret_aliases));
	enum dd_code code = walk_all(&s, tar, err);
	dd_walk_end(&s);
	return code;
}

static enum dd_code walk_wanted(struct dd_walk_state *s, struct dd_tar *tar, const struct dd_walk_aliases *aliases,
				struct dd_err *err)
{
	for (;;) {
		struct dd_tar_entry t;
		DD_UNINITIALIZED struct dd_wants wants;
		DD_TRY(next_entry(s, tar, &t, err));
		if (t.type == DD_TAR_END)
			return DD_OK;
		enum dd_clean how = dd_clean_path(t.path, &s->path);
		if (how == DD_CLEAN_NO_MEMORY)
			return dd_fail_nomem(err);
		if (t.type != DD_TAR_FILE || how == DD_CLEAN_TOO_DEEP ||
		    !dd_walk_aliases_want(aliases, dd_buf_str(&s->path), &wants))
			continue;
		DD_TRY(dd_walk_drop_large(s, dd_buf_str(&s->path), t.size, holes_of(&t), &wants, err));
		if (wants.n == 0)
			continue;
		DD_TRY(gather(s, tar, err));
		DD_TRY(dd_walk_aliases_of(aliases, dd_buf_str(&s->path), s, err));
	}
}

enum dd_code dd_walk_tar_aliases(const struct dd_walk *w, struct dd_stream *in, const struct dd_walk_aliases *aliases,
				 struct dd_layer_facts *f, struct dd_err *err)
{
	DD_CLEANUP(dd_tar_freep) struct dd_tar *tar = NULL;
	struct dd_walk_state s;
	DD_TRY(dd_tar_new(in, &tar, err));
	DD_TRY(dd_walk_begin(&s, w, f, NULL));
	enum dd_code code = walk_wanted(&s, tar, aliases, err);
	dd_walk_end(&s);
	return code;
}
