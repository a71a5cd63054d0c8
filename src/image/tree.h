/* SPDX-License-Identifier: Apache-2.0 */
/* The squashed view: layers laid over each other by the overlay rules, and the state of every entry that lies below.
 *
 * Rules (OCI image-spec v1.1, layer.md §Applying Changesets and §Whiteouts; overlayfs; path_resolution(7)):
 * - Entries apply in the order of the layers, inside a layer in the order of the tar; the last entry of a name wins.
 * - A directory over a directory merges; anything else replaces what was there, with everything below it.
 * - A whiteout hides a name of LOWER layers only, an opaque marker all lower names of its directory, wherever in the
 *   tar they stand.
 * - Parents of an entry are looked up as the kernel does inside the image: symbolic links are followed, absolute ones
 *   from the image's root, ".." never leaves it. A missing parent is made. A directory entry that names a link replaces
 *   the link (as every unpacker does); a file below a linked directory lands in the link's target.
 * - A hard link is its target's file under a second name. */
#ifndef DD_TREE_H
#define DD_TREE_H

#include "base/arena.h"
#include "image/entries.h"
#include "model/entry_state.h"

struct dd_tree;

/* An entry to remember: the caller sets entry (index in its layer), dd_tree_apply sets node. */
struct dd_tree_mark {
	uint32_t entry;
	uint32_t node; /* DD_TREE_NONE: the entry could not be placed */
};
#define DD_TREE_NONE UINT32_MAX

enum dd_code dd_tree_new(struct dd_tree **ret, struct dd_err *err);
void dd_tree_freep(struct dd_tree **t);

/* Called for an entry that cannot be placed: a parent link loops or leads to a file, a hard link without target. */
typedef void dd_tree_problem_fn(void *ctx, unsigned layer, struct dd_str path, const char *text);

/* Lays one more layer on top. marks: sorted by entry. DD_ELIMIT: over DD_IMAGE_ENTRIES_MAX; DD_EPARSE: damaged bytes.
 */
enum dd_code dd_tree_apply(struct dd_tree *t, unsigned layer, struct dd_str entries, struct dd_tree_mark *marks,
			   size_t n_marks, dd_tree_problem_fn *problem, void *ctx, struct dd_err *err);

/* What has become of (layer, entry) that was placed at node; *ret_by is the layer that deleted or overwrote it. */
enum dd_entry_state dd_tree_state(const struct dd_tree *t, uint32_t node, unsigned layer, uint32_t entry,
				  unsigned *ret_by);

/* Looks a path up inside the image, following links in the last component too if follow. DD_TREE_NONE: not there, a
 * loop (more than DD_SYMLINK_HOPS_MAX links), or a file used as a directory. */
uint32_t dd_tree_resolve(const struct dd_tree *t, struct dd_str path, bool follow);
struct dd_tree_node_info {
	enum dd_entry_type type; /* never WHITEOUT or OPAQUE */
	unsigned layer;
	uint32_t entry; /* DD_TREE_NONE: a directory that no entry made */
};
struct dd_tree_node_info dd_tree_node(const struct dd_tree *t, uint32_t node);
/* The path of a node, without links: what `realpath` inside the image says. Appends to out. */
enum dd_code dd_tree_path(const struct dd_tree *t, uint32_t node, struct dd_buf *out);
/* Live children: start with *cursor = DD_TREE_NONE, false at the end. */
bool dd_tree_child(const struct dd_tree *t, uint32_t dir, uint32_t *cursor, struct dd_str *ret_name);
uint64_t dd_tree_live_count(const struct dd_tree *t);

#endif
