/* SPDX-License-Identifier: Apache-2.0 */
/* Objects of a git pack in memory, without its index: every one is found, deltas are applied to their bases in the same
 * pack, and every id is computed from the object's own bytes. */
#ifndef DD_GIT_PACK_H
#define DD_GIT_PACK_H

#include "base/stream.h"

enum dd_git_type { DD_GIT_NONE, DD_GIT_COMMIT, DD_GIT_TREE, DD_GIT_BLOB, DD_GIT_TAG };
const char *dd_git_type_name(enum dd_git_type t); /* "commit" "tree" "blob" "tag" */

enum {
	DD_GIT_OBJECTS_MAX = 4000000,	     /* of one pack: 96 bytes of memory each */
	DD_GIT_DELTA_BYTES_MAX = 64 << 20,   /* of an object that deltas are applied to, or that one gives: it is in
						memory   (git makes none of files over 512 MiB, core.bigFileThreshold) */
	DD_GIT_DELTA_MEMORY_MAX = 128 << 20, /* of all bases that are in use at one time */
	DD_GIT_DELTA_DEPTH_MAX = 4096,	     /* git's own limit is 4095 */
	DD_GIT_ID_BYTES_MAX = 32,
};

struct dd_git_object {
	enum dd_git_type type;
	uint64_t size;
	uint64_t at;	  /* of its entry in the pack */
	struct dd_str id; /* 20 bytes, or 32 in a repository of SHA-256; not hexadecimal */
};

struct dd_git_pack;
/* Finds all entries; this inflates everything once. *bytes_left bounds what may be inflated by this and by _each, and
 * goes down. bytes stay the caller's and alive. DD_EPARSE: no pack of version 2 or 3. */
enum dd_code dd_git_pack_open(struct dd_str bytes, uint64_t *bytes_left, struct dd_git_pack **ret, struct dd_err *err);
void dd_git_pack_freep(struct dd_git_pack **p);
/* What is wrong with the pack as a whole (its checksum, a damaged entry: those behind it cannot be found), code DD_OK:
 * nothing. */
const struct dd_err *dd_git_pack_damage(const struct dd_git_pack *p);
uint64_t dd_git_pack_objects(const struct dd_git_pack *p); /* that were found, deltas without a base too */

struct dd_git_visitor {
	void *ctx;
	/* content gives the object's bytes; it and o are good until return. An error ends everything. */
	enum dd_code (*object)(void *ctx, const struct dd_git_object *o, struct dd_stream *content, struct dd_err *err);
	/* One object, and what is made of it by deltas, cannot be read. */
	enum dd_code (*problem)(void *ctx, const struct dd_err *why, struct dd_err *err);
};
/* All objects of a type, in an order that depends on the pack only. */
enum dd_code dd_git_pack_each(struct dd_git_pack *p, enum dd_git_type type, const struct dd_git_visitor *visitor,
			      struct dd_err *err);
/* Deltas that no call of _each has reached, because their base is not in the pack (a thin pack, a partial clone);
 * *ret_at is the first one's offset. Meaningful when all types were visited. */
uint64_t dd_git_pack_unreached(const struct dd_git_pack *p, uint64_t *ret_at);

/* The next entry of a tree's content; false: it ends here, or *ret_bad. Names may be hostile. */
bool dd_git_tree_next(struct dd_str *rest, size_t id_bytes, struct dd_str *ret_mode, struct dd_str *ret_name,
		      struct dd_str *ret_id, bool *ret_bad);

#endif
