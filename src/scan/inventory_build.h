/* SPDX-License-Identifier: Apache-2.0 */
/* Layer facts laid over each other → inventory: which evidence is live, which system it is, which packages are there,
 * and which layer first brought each one's version. */
#ifndef DD_INVENTORY_BUILD_H
#define DD_INVENTORY_BUILD_H

#include "image/tree.h"
#include "model/inventory.h"
#include "scan/walk.h"

/* A piece of evidence in its place. */
struct dd_located {
	unsigned layer;
	const struct dd_evidence *evidence;
	uint32_t node; /* DD_TREE_NONE: it could not be placed */
	enum dd_entry_state state;
	unsigned by; /* layer that deleted or overwrote it */
};

/* A name of a file that holds secrets. */
struct dd_secret_name {
	unsigned layer;
	uint32_t file;	    /* entry that its bytes came with */
	uint32_t entry;	    /* the name's own: the file's, or a hard link's to it */
	uint32_t node;	    /* DD_TREE_NONE: it could not be placed */
	struct dd_str path; /* the entry's */
	/* Filled by dd_inventory_fill: "NAME VERSION" of the package of the system that brought the file as it is, in
	 * the inventory's arena; empty: none, or the file may be another than the package's. */
	struct dd_str owner;
};

struct dd_squash {
	struct dd_tree *tree;
	struct dd_layer_facts *layers; /* borrowed; evidence must not grow any more, except by dd_squash_locate */
	size_t n_layers;
	DD_VEC(struct dd_located) located;	    /* by layer, then as in the facts */
	DD_VEC(struct dd_secret_name) secret_names; /* by layer, file, entry */
	struct dd_layer_facts notes;		    /* its problems are those of the squash, with their layer set */
};

enum dd_code dd_squash_new(struct dd_squash *s, struct dd_layer_facts *layers, size_t n_layers, struct dd_err *err);
void dd_squash_done(struct dd_squash *s);
/* Files that are wanted by a path that leads through symbolic links to a file with another name, and that no analyzer
 * has seen under any: aliases[layer] says what to read again. True when there are any. */
enum dd_code dd_squash_unseen(struct dd_squash *s, struct dd_walk_aliases *aliases, bool *ret_any, struct dd_err *err);
/* Looks the evidence of all layers up anew (after more was added). */
enum dd_code dd_squash_locate(struct dd_squash *s, struct dd_err *err);
/* squash_secrets.c: the names of a layer's files that hold secrets, added to secret_names; their nodes are not known
 * yet. */
enum dd_code dd_squash_secret_names(struct dd_squash *s, unsigned layer, struct dd_err *err);
/* What has become of a file that holds secrets: the best of what became of its names, and that one's path. */
struct dd_secret_fate {
	struct dd_str path;
	enum dd_entry_state state;
	unsigned by;
	struct dd_str owner; /* of that name */
};
struct dd_secret_fate dd_squash_secret_fate(const struct dd_squash *s, unsigned layer,
					    const struct dd_layer_secret *secret);
/* Fills os, packages, secrets and problems of inv (target and arena are set). layer_known false: a root directory has
 * no layers.
 */
enum dd_code dd_inventory_fill(struct dd_squash *s, bool layer_known, struct dd_inventory *inv, struct dd_err *err);
/* inventory_secrets.c: fills secrets, secrets_dropped and secrets_looked_for: those of the layers' files and those of
 * the image's documents, described by the rules that found them. */
struct dd_config_secrets;
enum dd_code dd_inventory_secrets(const struct dd_squash *s, bool layer_known, const struct dd_config_secrets *config,
				  const struct dd_secret_rule_set *rules, struct dd_inventory *inv, struct dd_err *err);
/* The same of any list, which is sorted; its texts are copied. */
enum dd_code dd_inventory_list_secrets(struct dd_secret_at *secrets, size_t n, const struct dd_secret_rule_set *rules,
				       struct dd_inventory *inv, struct dd_err *err);

#endif
