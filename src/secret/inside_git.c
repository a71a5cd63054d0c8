/* SPDX-License-Identifier: Apache-2.0 */
/* Objects of a git repository: loose ones, and packs (format/git_pack.h).
 *
 * loose object = zlib("blob" | "tree" | "commit" | "tag", " ", decimal size, NUL, content)
 * Trees are names and ids, nothing to search. Source: git 2.39 Documentation/gitformat-pack.txt, object-file.c. */
#include "base/arena.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/vec.h"
#include "format/git_pack.h"
#include "format/zlib_stream.h"
#include "secret/inside_parts.h"

enum { LOOSE_HEAD_MAX = 32 };

static enum dd_code read_loose(struct dd_inside *in, struct dd_inside_reader *r, struct dd_err *err)
{
	char head[LOOSE_HEAD_MAX];
	struct dd_err why = { .code = DD_OK };
	uint64_t n = 0, got = 1, size;
	enum dd_code code = DD_OK;
	do
		code = dd_inside_reader_take(r, head + n, 1, &got, &why);
	while (code == DD_OK && got && head[n] && ++n < sizeof head);
	struct dd_str text = { head, (size_t)n };
	size_t blank = dd_str_find(text, ' ');
	if (code == DD_OK && (!got || n == sizeof head || !dd_str_u64(dd_str_skip(text, blank + 1), UINT64_MAX, &size)))
		code = dd_fail(&why, DD_EPARSE, n, "git object: impossible header");
	if (code != DD_OK)
		return dd_inside_failed(in, DD_STR(""), &why, err);
	if (dd_str_starts(text, DD_STR("tree")))
		return DD_OK;
	dd_inside_reader_part(r, size);
	return dd_inside_member(in, dd_str_take(text, blank), size, &r->base, err);
}

enum dd_code dd_inside_git_object(struct dd_inside *in, struct dd_str bytes, struct dd_err *err)
{
	DD_CLEANUP(dd_zlib_freep) struct dd_zlib *z = NULL;
	struct dd_inside_reader r;
	DD_TRY(dd_zlib_new(&z, err));
	dd_inside_reader_init(&r, dd_zlib_begin(z, bytes), DD_STR(""));
	return read_loose(in, &r, err);
}

/* ---- packs ---- */

enum { TREES_BYTES_MAX = 256 << 20, PATH_HOPS_MAX = 256, PATH_BYTES_MAX = 4096, SHOWN_TREE_BYTES_MAX = 16 << 20 };

/* Where an object was seen first in a tree. */
struct place {
	struct dd_str name;
	struct dd_str tree; /* id */
};

/* Paths are a help, not a promise: a blob has many, and the pack may lack trees. The one that is told is by the first
 * tree of the pack that has it, and so on up to a tree that is in no other. */
struct packed {
	struct dd_inside *in;
	struct dd_arena arena;
	struct dd_map by_id; /* → index into places */
	DD_VEC(struct place) places;
	bool full; /* no further places are kept */
	struct dd_buf tree, name;
};

static void note_place(struct packed *k, struct dd_str id, struct dd_str name, struct dd_str tree)
{
	struct place place = { .tree = tree };
	if (dd_map_get(&k->by_id, id) != DD_MAP_NONE)
		return;
	struct dd_str key = dd_arena_str(&k->arena, id);
	place.name = dd_arena_str(&k->arena, name);
	k->full = !key.p || !place.name.p || !dd_vec_push(&k->places, place, DD_GIT_OBJECTS_MAX) ||
		  !dd_map_set(&k->by_id, key, (uint32_t)k->places.n - 1);
}

static enum dd_code see_tree(void *ctx, const struct dd_git_object *o, struct dd_stream *content, struct dd_err *err)
{
	struct packed *k = ctx;
	struct dd_str block, rest, mode, name, id;
	bool bad;
	(void)err;
	dd_buf_clear(&k->tree);
	while (!k->full && dd_stream_next(content, &block, NULL) == DD_OK && block.n)
		k->full = dd_buf_add_str(&k->tree, block) == DD_ENOMEM;
	struct dd_str tree = k->full ? DD_STR("") : dd_arena_str(&k->arena, o->id);
	k->tree.failed = false;
	rest = k->tree.n ? dd_buf_str(&k->tree) : DD_STR("");
	while (tree.p && !k->full && dd_git_tree_next(&rest, o->id.n, &mode, &name, &id, &bad))
		note_place(k, id, name, tree);
	return DD_OK;
}

static bool add_hex(struct dd_buf *out, struct dd_str id)
{
	for (size_t i = 0; i < id.n; i++)
		(void)dd_buf_addf(out, "%02x", (unsigned char)id.p[i]);
	return !out->failed;
}

/* Appends "/path" from the outermost tree down. */
static void add_path(struct packed *k, struct dd_str id)
{
	struct dd_str names[PATH_HOPS_MAX];
	size_t n = 0;
	uint32_t at = dd_map_get(&k->by_id, id);
	while (at != DD_MAP_NONE && n < DD_COUNT(names)) {
		names[n++] = k->places.p[at].name;
		at = dd_map_get(&k->by_id, k->places.p[at].tree);
	}
	while (n-- > 0 && k->name.n < PATH_BYTES_MAX) {
		(void)dd_buf_add_char(&k->name, '/');
		(void)dd_buf_add_str(&k->name, dd_str_take(names[n], PATH_BYTES_MAX));
	}
}

static enum dd_code see_object(void *ctx, const struct dd_git_object *o, struct dd_stream *content, struct dd_err *err)
{
	struct packed *k = ctx;
	dd_buf_clear(&k->name);
	(void)dd_buf_addf(&k->name, "%s ", dd_git_type_name(o->type));
	(void)add_hex(&k->name, o->id);
	add_path(k, o->id);
	if (k->name.failed)
		return dd_fail_nomem(err);
	return dd_inside_member(k->in, dd_buf_str(&k->name), o->size, content, err);
}

static enum dd_code tell(void *ctx, const struct dd_err *why, struct dd_err *err)
{
	struct packed *k = ctx;
	return dd_inside_failed(k->in, DD_STR(""), why, err);
}

static enum dd_code read_pack(struct packed *k, struct dd_git_pack *p, struct dd_err *err)
{
	static const enum dd_git_type shown[] = { DD_GIT_COMMIT, DD_GIT_TAG, DD_GIT_BLOB };
	const struct dd_git_visitor trees = { k, see_tree, tell }, others = { k, see_object, tell };
	const struct dd_err *damage = dd_git_pack_damage(p);
	uint64_t at = 0;
	if (damage->code != DD_OK)
		DD_TRY(dd_inside_failed(k->in, DD_STR(""), damage, err));
	DD_TRY(dd_git_pack_each(p, DD_GIT_TREE, &trees, err));
	for (size_t i = 0; i < DD_COUNT(shown); i++)
		DD_TRY(dd_git_pack_each(p, shown[i], &others, err));
	uint64_t unreached = dd_git_pack_unreached(p, &at);
	if (unreached == 0)
		return DD_OK;
	return dd_inside_problem(k->in, at, err, "git pack: %llu objects are changes of others that it does not have",
				 (unsigned long long)unreached);
}

enum dd_code dd_inside_git_pack(struct dd_inside *in, struct dd_str bytes, struct dd_err *err)
{
	DD_CLEANUP(dd_git_pack_freep) struct dd_git_pack *p = NULL;
	struct packed k = {
		.in = in,
		.arena = DD_ARENA_INIT(TREES_BYTES_MAX),
		.tree = DD_BUF_INIT(SHOWN_TREE_BYTES_MAX),
		.name = DD_BUF_INIT(2 * PATH_BYTES_MAX + 128),
	};
	struct dd_err why;
	/* Objects are inflated up to three times and shown once. */
	uint64_t left = in->bytes_left < UINT64_MAX / 4 ? in->bytes_left * 4 : UINT64_MAX, before = left;
	enum dd_code code = dd_git_pack_open(bytes, &left, &p, &why), spent;
	if (code == DD_OK)
		code = read_pack(&k, p, err);
	else
		code = dd_inside_failed(in, DD_STR(""), &why, err);
	if (code == DD_OK && !in->exhausted && !dd_inside_spend(in, (before - left) / 8, err, &spent))
		code = spent;
	dd_arena_done(&k.arena);
	dd_map_done(&k.by_id);
	dd_vec_done(&k.places);
	dd_buf_done(&k.tree);
	dd_buf_done(&k.name);
	return code;
}
