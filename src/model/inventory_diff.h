/* SPDX-License-Identifier: Apache-2.0 */
/* Two inventories beside each other, and several as one. */
#ifndef DD_INVENTORY_DIFF_H
#define DD_INVENTORY_DIFF_H

#include "base/err.h"
#include "base/vec.h"
#include "model/inventory.h"

enum dd_change_kind {
	DD_CHANGE_ADDED,
	DD_CHANGE_REMOVED,
	DD_CHANGE_VERSION, /* the same package in another version */
	DD_CHANGE_LICENCE, /* the same version under other licences */
	DD_CHANGE_COUNT
};
const char *dd_change_kind_name(enum dd_change_kind k); /* "added" "removed" "version" "licence" */

struct dd_change {
	enum dd_change_kind kind;
	const struct dd_installed *from, *to;	/* NULL where there is none */
	struct dd_str from_licence, to_licence; /* SPDX expressions, else as declared; may be empty */
};

struct dd_inventory_diff {
	struct dd_arena arena;
	DD_VEC(struct dd_change) changes; /* by type, name, kind, version */
	size_t counts[DD_CHANGE_COUNT];
	size_t same; /* packages that are in both, unchanged */
};

/* Packages are the same thing when type, name and architecture are; of several versions of one thing those that only
 * one side has are paired in their order, what is left over was added or removed. Refers to both inventories. */
enum dd_code dd_inventory_diff_make(const struct dd_inventory *from, const struct dd_inventory *to,
				    struct dd_inventory_diff *ret, struct dd_err *err);
void dd_inventory_diff_done(struct dd_inventory_diff *d);

/* All packages of the n inventories, each once, in *ret, whose arena is set by the caller; texts stay where they are.
 * Layers belong to one image and are left out. The system is the first that is known; others than that are a problem,
 * because packages of two systems cannot be told apart in one list. Problems are joined. */
enum dd_code dd_inventory_join(const struct dd_inventory *list, size_t n, struct dd_inventory *ret, struct dd_err *err);

#endif
