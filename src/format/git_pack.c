/* SPDX-License-Identifier: Apache-2.0 */
/* pack    = "PACK" version(4, big-endian: 2 or 3) count(4) count*entry checksum(of all before: SHA-1, or SHA-256)
 * entry   = type-and-size [base] zlib-data
 * type-and-size: the first byte has a continuation bit, 3 bits of type, 4 bits of size; each further byte 7 more bits
 * of size, low ones first. Types: 1 commit, 2 tree, 3 blob, 4 tag, 6 delta by offset, 7 delta by id base    = offset
 * back to its entry (big-endian base 128 with 1 added at every continuation) | id delta   = base's size, result's size
 * (base 128, low first), then copies (bit 7: which of 4 offset and 3 size bytes follow; size 0 is 65536) and inserts (1
 * to 127 bytes follow); 0 is reserved id      = hash of "TYPE SIZE\0CONTENT"
 *
 * Nothing says how long an entry is in the pack but inflating it; the index would, but it is another file and as
 * hostile as this one. First pass: every entry is inflated, the ids of whole objects are computed. Then deltas hang on
 * their bases as trees, and each tree is walked from its root with one buffer a level; the last child of a base takes
 * its buffer away, so that a long chain costs two. A delta by id waits until an object of that id is there, so that
 * deltas in a circle are never reached. Behind a damaged entry no other is found.
 *
 * Limits: git_pack.h; deltas can make 64 MiB of some bytes, so that all of it counts against the caller's budget.
 * Source: git 2.39 Documentation/gitformat-pack.txt, packfile.c, patch-delta.c. */
#include "format/git_pack.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/bytes.h"
#include "base/map.h"
#include "base/vec.h"
#include "format/digest.h"
#include "format/zlib_stream.h"

enum {
	HEADER_BYTES = 12,
	SHA1_BYTES = 20,
	SHA256_BYTES = 32,
	OFS_DELTA = 6,
	REF_DELTA = 7,
	TYPE_HEAD_BYTES = 32,
	COPY_BYTES_DEFAULT = 0x10000
};
#define NO_ENTRY UINT32_MAX

struct entry {
	uint64_t at, size;    /* size: what the entry inflates to */
	uint32_t head_bytes;  /* before the zlib data */
	uint32_t next;	      /* sibling: another delta on the same base, or waiting for the same id */
	uint32_t first, last; /* children */
	uint8_t type;	      /* of the entry; a delta keeps its own */
	bool reached;
	unsigned char id[DD_GIT_ID_BYTES_MAX];
};

struct dd_git_pack {
	struct dd_str bytes; /* without the checksum */
	size_t id_bytes;
	enum dd_digest_algorithm algorithm;
	uint64_t *bytes_left;
	struct dd_err damage;
	DD_VEC(struct entry) entries; /* ascending by at */
	struct dd_map waiting;	      /* id → first delta that waits for it, NO_ENTRY - 1: none any more */
	struct dd_zlib *zlib;
};

const char *dd_git_type_name(enum dd_git_type t)
{
	static const char *const names[] = { "object", "commit", "tree", "blob", "tag" };
	return (size_t)t < DD_COUNT(names) ? names[t] : names[0];
}

const struct dd_err *dd_git_pack_damage(const struct dd_git_pack *p)
{
	return &p->damage;
}

uint64_t dd_git_pack_objects(const struct dd_git_pack *p)
{
	return p->entries.n;
}

/* ---- entries ---- */

static enum dd_code fail_cut(uint64_t at, struct dd_err *err)
{
	return dd_fail(err, DD_EPARSE, at, "git pack is cut in the header of an object");
}

/* 7 bits a byte, low ones first, on top of what is there already. */
static bool take_size(struct dd_str *rest, unsigned shift, uint64_t *size)
{
	unsigned char c = 0x80;
	while (c & 0x80) {
		if (rest->n == 0 || shift > 57)
			return false;
		c = (unsigned char)rest->p[0];
		*rest = dd_str_skip(*rest, 1);
		*size |= (uint64_t)(c & 0x7f) << shift;
		shift += 7;
	}
	return true;
}

static bool take_back_offset(struct dd_str *rest, uint64_t *ret)
{
	uint64_t v = 0;
	for (unsigned i = 0; i < 9 && i < rest->n; i++) {
		unsigned char c = (unsigned char)rest->p[i];
		v = (i ? (v + 1) << 7 : 0) | (c & 0x7f);
		if (c & 0x80)
			continue;
		*rest = dd_str_skip(*rest, i + 1);
		*ret = v;
		return true;
	}
	return false;
}

static uint32_t entry_at(const struct dd_git_pack *p, uint64_t at)
{
	size_t low = 0, high = p->entries.n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (p->entries.p[mid].at < at)
			low = mid + 1;
		else
			high = mid;
	}
	return low < p->entries.n && p->entries.p[low].at == at ? (uint32_t)low : NO_ENTRY;
}

static void add_child(struct dd_git_pack *p, uint32_t base, uint32_t child)
{
	struct entry *b = &p->entries.p[base];
	if (b->first == NO_ENTRY)
		b->first = child;
	else
		p->entries.p[b->last].next = child;
	b->last = child;
}

static struct dd_str id_of(const struct dd_git_pack *p, const struct entry *e)
{
	return (struct dd_str){ (const char *)e->id, p->id_bytes };
}

/* Deltas that have waited for the object's id become its children. */
static enum dd_code adopt(struct dd_git_pack *p, uint32_t base, struct dd_err *err)
{
	struct dd_str id = id_of(p, &p->entries.p[base]);
	uint32_t child = dd_map_get(&p->waiting, id);
	if (child == DD_MAP_NONE || child == NO_ENTRY - 1)
		return DD_OK;
	if (!dd_map_set(&p->waiting, id, NO_ENTRY - 1))
		return dd_fail_nomem(err);
	while (child != NO_ENTRY) {
		uint32_t next = p->entries.p[child].next;
		p->entries.p[child].next = NO_ENTRY;
		add_child(p, base, child);
		child = next;
	}
	return DD_OK;
}

static enum dd_code wait_for(struct dd_git_pack *p, struct dd_str id, uint32_t child, struct dd_err *err)
{
	uint32_t first = dd_map_get(&p->waiting, id);
	p->entries.p[child].next = first == DD_MAP_NONE ? NO_ENTRY : first;
	return dd_map_set(&p->waiting, id, child) ? DD_OK : dd_fail_nomem(err);
}

/* The entry's own bytes, in blocks to `add`, which may be a hasher. Checks the size; *ret_used are the bytes in the
 * pack. */
static enum dd_code inflate_entry(struct dd_git_pack *p, const struct entry *e, struct dd_hasher *hasher,
				  struct dd_buf *out, size_t *ret_used, struct dd_err *err)
{
	struct dd_stream *s = dd_zlib_begin(p->zlib, dd_str_skip(p->bytes, (size_t)(e->at + e->head_bytes)));
	struct dd_str block;
	uint64_t n = 0;
	enum dd_code code;
	while ((code = dd_stream_next(s, &block, err)) == DD_OK && block.n) {
		n += block.n;
		if (n > e->size)
			break;
		if (block.n > *p->bytes_left)
			return dd_fail(err, DD_ELIMIT, e->at, "git pack: unpacks to more than is allowed");
		*p->bytes_left -= block.n;
		if (hasher)
			DD_TRY(dd_hasher_add(hasher, block, err));
		if (out && dd_buf_add_str(out, block) != DD_OK)
			return dd_fail_nomem(err);
	}
	if (code != DD_OK && err)
		err->at = e->at;
	DD_TRY(code);
	if (n != e->size)
		return dd_fail(err, DD_EPARSE, e->at, "git pack: an object is not as long as it says");
	*ret_used = dd_zlib_used(p->zlib);
	return DD_OK;
}

static enum dd_code begin_id(const struct dd_git_pack *p, unsigned type, uint64_t size, struct dd_hasher **ret,
			     struct dd_err *err)
{
	char head[TYPE_HEAD_BYTES];
	int n = snprintf(head, sizeof head, "%s %llu", dd_git_type_name((enum dd_git_type)type),
			 (unsigned long long)size);
	DD_TRY(dd_hasher_new(p->algorithm, ret, err));
	return dd_hasher_add(*ret, (struct dd_str){ head, (size_t)n + 1 }, err);
}

static enum dd_code end_id(struct dd_hasher *hasher, struct entry *e, struct dd_err *err)
{
	struct dd_digest d;
	DD_TRY(dd_hasher_end(hasher, &d, err));
	memcpy(e->id, d.bytes, sizeof e->id);
	return DD_OK;
}

/* Header of the entry at e->at; base: index, or NO_ENTRY and *ret_wanted for a delta by id. */
static enum dd_code parse_entry(const struct dd_git_pack *p, struct entry *e, uint32_t *ret_base,
				struct dd_str *ret_wanted, struct dd_err *err)
{
	struct dd_str rest = dd_str_skip(p->bytes, (size_t)e->at);
	uint64_t back;
	if (!rest.n)
		return fail_cut(e->at, err);
	unsigned char c = (unsigned char)rest.p[0];
	rest = dd_str_skip(rest, 1);
	e->type = (c >> 4) & 7;
	e->size = c & 15;
	if ((c & 0x80) && !take_size(&rest, 4, &e->size))
		return fail_cut(e->at, err);
	*ret_base = NO_ENTRY;
	*ret_wanted = DD_STR("");
	if (e->type == OFS_DELTA) {
		if (!take_back_offset(&rest, &back))
			return fail_cut(e->at, err);
		*ret_base = back && back < e->at ? entry_at(p, e->at - back) : NO_ENTRY;
		if (*ret_base == NO_ENTRY)
			return dd_fail(err, DD_EPARSE, e->at, "git pack: the base of a delta is no object");
	} else if (e->type == REF_DELTA) {
		if (rest.n < p->id_bytes)
			return fail_cut(e->at, err);
		*ret_wanted = dd_str_take(rest, p->id_bytes);
		rest = dd_str_skip(rest, p->id_bytes);
	} else if (e->type == 0 || e->type == 5) {
		return dd_fail(err, DD_EPARSE, e->at, "git pack: there is no object type %d", e->type);
	}
	e->head_bytes = (uint32_t)(p->bytes.n - e->at - rest.n);
	return DD_OK;
}

static enum dd_code read_entry(struct dd_git_pack *p, uint64_t *at, struct dd_err *err)
{
	DD_CLEANUP(dd_hasher_freep) struct dd_hasher *hasher = NULL;
	struct entry e = { .at = *at, .next = NO_ENTRY, .first = NO_ENTRY, .last = NO_ENTRY };
	uint32_t base, me = (uint32_t)p->entries.n;
	struct dd_str wanted;
	size_t used;
	DD_TRY(parse_entry(p, &e, &base, &wanted, err));
	bool whole = e.type < OFS_DELTA;
	if (whole)
		DD_TRY(begin_id(p, e.type, e.size, &hasher, err));
	DD_TRY(inflate_entry(p, &e, hasher, NULL, &used, err));
	if (whole)
		DD_TRY(end_id(hasher, &e, err));
	if (!dd_vec_push(&p->entries, e, DD_GIT_OBJECTS_MAX))
		return p->entries.n >= DD_GIT_OBJECTS_MAX
			       ? dd_fail(err, DD_ELIMIT, e.at, "git pack: more than %d objects", DD_GIT_OBJECTS_MAX)
			       : dd_fail_nomem(err);
	if (base != NO_ENTRY)
		add_child(p, base, me);
	else if (wanted.n)
		DD_TRY(wait_for(p, wanted, me, err));
	*at += e.head_bytes + used;
	return DD_OK;
}

/* Whose ids the pack has, by the checksum at its end. */
static enum dd_code find_algorithm(struct dd_git_pack *p, struct dd_str bytes, struct dd_err *err)
{
	static const struct {
		size_t n;
		enum dd_digest_algorithm algorithm;
	} kinds[] = { { SHA1_BYTES, DD_SHA1 }, { SHA256_BYTES, DD_SHA256 } };
	for (size_t i = 0; i < DD_COUNT(kinds); i++) {
		struct dd_digest d;
		p->id_bytes = kinds[i].n;
		p->algorithm = kinds[i].algorithm;
		if (bytes.n < HEADER_BYTES + p->id_bytes)
			break;
		p->bytes = dd_str_take(bytes, bytes.n - p->id_bytes);
		DD_TRY(dd_digest_of(p->algorithm, p->bytes, &d, err));
		if (memcmp(d.bytes, bytes.p + p->bytes.n, p->id_bytes) == 0)
			return DD_OK;
	}
	p->id_bytes = SHA1_BYTES;
	p->algorithm = DD_SHA1;
	p->bytes = bytes; /* it may be cut: all of it may be objects */
	(void)dd_fail(&p->damage, DD_EPARSE, bytes.n, "git pack: its checksum is wrong");
	return DD_OK;
}

static enum dd_code read_entries(struct dd_git_pack *p, uint32_t count, struct dd_err *err)
{
	struct dd_err why = { .code = DD_OK };
	uint64_t at = HEADER_BYTES;
	while (p->entries.n < count && read_entry(p, &at, &why) == DD_OK)
		;
	if (why.code == DD_ENOMEM) {
		dd_err_copy(err, &why);
		return why.code;
	}
	if (why.code != DD_OK)
		p->damage = why;
	for (uint32_t i = 0; i < p->entries.n; i++)
		if (p->entries.p[i].type < OFS_DELTA)
			DD_TRY(adopt(p, i, err));
	return DD_OK;
}

enum dd_code dd_git_pack_open(struct dd_str bytes, uint64_t *bytes_left, struct dd_git_pack **ret, struct dd_err *err)
{
	if (bytes.n < HEADER_BYTES || memcmp(bytes.p, "PACK", 4) != 0)
		return dd_fail(err, DD_EPARSE, 0, "no git pack");
	uint32_t version = dd_be32(bytes.p + 4);
	if (version != 2 && version != 3)
		return dd_fail(err, DD_EPARSE, 4, "git pack of version %u, which is not read", version);
	DD_CLEANUP(dd_git_pack_freep) struct dd_git_pack *p = dd_alloc_zero(1, sizeof *p);
	if (!p)
		return dd_fail_nomem(err);
	p->bytes_left = bytes_left;
	DD_TRY(dd_zlib_new(&p->zlib, err));
	DD_TRY(find_algorithm(p, bytes, err));
	DD_TRY(read_entries(p, dd_be32(bytes.p + 8), err));
	*ret = DD_TAKE(p);
	return DD_OK;
}

void dd_git_pack_freep(struct dd_git_pack **pack)
{
	struct dd_git_pack *p = DD_TAKE(*pack);
	if (!p)
		return;
	dd_vec_done(&p->entries);
	dd_map_done(&p->waiting);
	dd_zlib_freep(&p->zlib);
	dd_free(p);
}

/* ---- deltas ---- */

static enum dd_code fail_delta(uint64_t at, struct dd_err *err)
{
	return dd_fail(err, DD_EPARSE, at, "git pack: damaged delta");
}

static bool take_copy(struct dd_str *delta, unsigned char op, size_t *ret_from, size_t *ret_n)
{
	uint32_t field[2] = { 0, 0 };
	for (unsigned bit = 0; bit < 7; bit++) {
		if (!(op & (1u << bit)))
			continue;
		if (!delta->n)
			return false;
		field[bit / 4] |= (uint32_t)(unsigned char)delta->p[0] << (8 * (bit % 4));
		*delta = dd_str_skip(*delta, 1);
	}
	*ret_from = field[0];
	*ret_n = field[1] ? field[1] : COPY_BYTES_DEFAULT;
	return true;
}

/* Appends what the commands give; never more than *out takes. */
static enum dd_code run_delta(struct dd_str delta, struct dd_str base, uint64_t at, struct dd_buf *out,
			      struct dd_err *err)
{
	while (delta.n) {
		unsigned char op = (unsigned char)delta.p[0];
		struct dd_str part;
		delta = dd_str_skip(delta, 1);
		if (op & 0x80) {
			size_t from, n;
			if (!take_copy(&delta, op, &from, &n) || from > base.n || n > base.n - from)
				return fail_delta(at, err);
			part = dd_str_take(dd_str_skip(base, from), n);
		} else {
			if (op == 0 || op > delta.n)
				return fail_delta(at, err);
			part = dd_str_take(delta, op);
			delta = dd_str_skip(delta, op);
		}
		enum dd_code code = dd_buf_add_str(out, part);
		if (code != DD_OK)
			return code == DD_ELIMIT ? fail_delta(at, err) : dd_fail_nomem(err);
	}
	return DD_OK;
}

/* out: what the delta entry makes of base. */
static enum dd_code apply(struct dd_git_pack *p, const struct entry *e, struct dd_str base, struct dd_buf *out,
			  struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf bytes = DD_BUF_INIT(DD_GIT_DELTA_BYTES_MAX);
	uint64_t from = 0, to = 0;
	size_t used;
	if (e->size > DD_GIT_DELTA_BYTES_MAX)
		return dd_fail(err, DD_ELIMIT, e->at, "git pack: a delta of more than %d bytes",
			       DD_GIT_DELTA_BYTES_MAX);
	DD_TRY(inflate_entry(p, e, NULL, &bytes, &used, err));
	struct dd_str delta = dd_buf_str(&bytes);
	if (!take_size(&delta, 0, &from) || !take_size(&delta, 0, &to) || from != base.n)
		return fail_delta(e->at, err);
	if (to > DD_GIT_DELTA_BYTES_MAX)
		return dd_fail(err, DD_ELIMIT, e->at, "git pack: an object of more than %d bytes that is a delta",
			       DD_GIT_DELTA_BYTES_MAX);
	if (to > *p->bytes_left)
		return dd_fail(err, DD_ELIMIT, e->at, "git pack: unpacks to more than is allowed");
	*p->bytes_left -= to;
	out->max = (size_t)to;
	if (to && dd_buf_reserve(out, (size_t)to) != DD_OK)
		return dd_fail_nomem(err);
	DD_TRY(run_delta(delta, base, e->at, out, err));
	return out->n == to ? DD_OK : fail_delta(e->at, err);
}

/* ---- the walk over a base and all that is made of it ---- */

struct level {
	uint32_t entry, next_child;
	struct dd_buf data;
};

struct walk {
	struct dd_git_pack *p;
	const struct dd_git_visitor *visitor;
	enum dd_git_type type;
	DD_VEC(struct level) levels;
	uint64_t memory;
};

static enum dd_code show(struct walk *w, const struct entry *e, uint64_t size, struct dd_stream *content,
			 struct dd_err *err)
{
	const struct dd_git_object o = { w->type, size, e->at, id_of(w->p, e) };
	return w->visitor->object(w->visitor->ctx, &o, content, err);
}

static void pop(struct walk *w)
{
	struct level *l = &w->levels.p[--w->levels.n];
	w->memory -= l->data.n;
	dd_buf_done(&l->data);
}

/* Takes data over. */
static enum dd_code push(struct walk *w, uint32_t entry, struct dd_buf *data, struct dd_err *err)
{
	struct level l = { entry, w->p->entries.p[entry].first, *data };
	if (!dd_vec_push(&w->levels, l, DD_GIT_DELTA_DEPTH_MAX))
		return w->levels.n >= DD_GIT_DELTA_DEPTH_MAX
			       ? dd_fail(err, DD_ELIMIT, w->p->entries.p[entry].at,
					 "git pack: more than %d deltas in a chain", DD_GIT_DELTA_DEPTH_MAX)
			       : dd_fail_nomem(err);
	w->memory += data->n;
	*data = DD_BUF_INIT(0);
	return DD_OK;
}

/* What the bytes did wrong is told, the rest is passed on. */
static enum dd_code told(struct walk *w, const struct dd_err *why, struct dd_err *err)
{
	if (why->code == DD_EPARSE || why->code == DD_ELIMIT)
		return w->visitor->problem(w->visitor->ctx, why, err);
	dd_err_copy(err, why);
	return why->code;
}

/* The object of a delta on the topmost level's base. why: of the bytes; the rest of the family goes on. */
static enum dd_code make_child(struct walk *w, uint32_t child, struct dd_buf *data, struct dd_err *why)
{
	DD_CLEANUP(dd_hasher_freep) struct dd_hasher *hasher = NULL;
	const struct level *top = &w->levels.p[w->levels.n - 1];
	struct entry *e = &w->p->entries.p[child];
	if (w->memory > DD_GIT_DELTA_MEMORY_MAX)
		return dd_fail(why, DD_ELIMIT, e->at, "git pack: deltas need more than %d bytes of bases at once",
			       DD_GIT_DELTA_MEMORY_MAX);
	e->reached = true;
	DD_TRY(apply(w->p, e, top->data.n ? dd_buf_str(&top->data) : DD_STR(""), data, why));
	DD_TRY(begin_id(w->p, w->type, data->n, &hasher, why));
	DD_TRY(dd_hasher_add(hasher, data->n ? dd_buf_str(data) : DD_STR(""), why));
	DD_TRY(end_id(hasher, e, why));
	return adopt(w->p, child, why);
}

static enum dd_code walk_child(struct walk *w, uint32_t child, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf data = DD_BUF_INIT(0);
	DD_CLEANUP(dd_stream_freep) struct dd_stream *s = NULL;
	struct dd_err why;
	if (make_child(w, child, &data, &why) != DD_OK)
		return told(w, &why, err);
	struct level *top = &w->levels.p[w->levels.n - 1];
	if (top->next_child == NO_ENTRY) /* its last: the base is not needed any more */
		pop(w);
	DD_TRY(dd_stream_memory(data.n ? dd_buf_str(&data) : DD_STR(""), DD_STREAM_BLOCK_BYTES, &s, err));
	DD_TRY(show(w, &w->p->entries.p[child], data.n, s, err));
	if (w->p->entries.p[child].first == NO_ENTRY)
		return DD_OK;
	if (push(w, child, &data, &why) != DD_OK)
		return told(w, &why, err);
	return DD_OK;
}

/* A whole object that deltas hang on. */
static enum dd_code walk_family(struct walk *w, uint32_t root, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf data = DD_BUF_INIT(DD_GIT_DELTA_BYTES_MAX);
	struct entry *e = &w->p->entries.p[root];
	struct dd_err why;
	size_t used;
	enum dd_code code = DD_OK;
	if (e->size > DD_GIT_DELTA_BYTES_MAX)
		code = dd_fail(&why, DD_ELIMIT, e->at, "git pack: deltas on an object of more than %d bytes",
			       DD_GIT_DELTA_BYTES_MAX);
	else
		code = inflate_entry(w->p, e, NULL, &data, &used, &why);
	if (code == DD_OK)
		code = push(w, root, &data, &why);
	if (code != DD_OK)
		return told(w, &why, err);
	while (w->levels.n) {
		struct level *top = &w->levels.p[w->levels.n - 1];
		uint32_t child = top->next_child;
		if (child == NO_ENTRY) {
			pop(w);
			continue;
		}
		top->next_child = w->p->entries.p[child].next;
		DD_TRY(walk_child(w, child, err));
	}
	return DD_OK;
}

static enum dd_code walk_root(struct walk *w, uint32_t root, struct dd_err *err)
{
	struct entry *e = &w->p->entries.p[root];
	struct dd_stream *s = dd_zlib_begin(w->p->zlib, dd_str_skip(w->p->bytes, (size_t)(e->at + e->head_bytes)));
	struct dd_err why;
	if (e->size > *w->p->bytes_left) {
		(void)dd_fail(&why, DD_ELIMIT, e->at, "git pack: unpacks to more than is allowed");
		return told(w, &why, err);
	}
	*w->p->bytes_left -= e->size;
	DD_TRY(show(w, e, e->size, s, err));
	return e->first == NO_ENTRY ? DD_OK : walk_family(w, root, err);
}

enum dd_code dd_git_pack_each(struct dd_git_pack *p, enum dd_git_type type, const struct dd_git_visitor *visitor,
			      struct dd_err *err)
{
	struct walk w = { .p = p, .visitor = visitor, .type = type };
	enum dd_code code = DD_OK;
	for (uint32_t i = 0; i < p->entries.n && code == DD_OK; i++)
		if (p->entries.p[i].type == type)
			code = walk_root(&w, i, err);
	while (w.levels.n)
		pop(&w);
	dd_vec_done(&w.levels);
	return code;
}

uint64_t dd_git_pack_unreached(const struct dd_git_pack *p, uint64_t *ret_at)
{
	uint64_t n = 0;
	for (size_t i = p->entries.n; i-- > 0;)
		if (p->entries.p[i].type >= OFS_DELTA && !p->entries.p[i].reached) {
			n++;
			*ret_at = p->entries.p[i].at;
		}
	return n;
}

bool dd_git_tree_next(struct dd_str *rest, size_t id_bytes, struct dd_str *ret_mode, struct dd_str *ret_name,
		      struct dd_str *ret_id, bool *ret_bad)
{
	size_t blank = dd_str_find(*rest, ' '), end = dd_str_find(*rest, 0);
	*ret_bad = rest->n && (blank >= end || end >= rest->n || rest->n - end - 1 < id_bytes);
	if (!rest->n || *ret_bad)
		return false;
	*ret_mode = dd_str_take(*rest, blank);
	*ret_name = (struct dd_str){ rest->p + blank + 1, end - blank - 1 };
	*ret_id = (struct dd_str){ rest->p + end + 1, id_bytes };
	*rest = dd_str_skip(*rest, end + 1 + id_bytes);
	return true;
}
