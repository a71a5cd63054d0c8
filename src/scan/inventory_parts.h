/* SPDX-License-Identifier: Apache-2.0 */
/* Shared pieces of building an inventory, internal to scan/. */
#ifndef DD_INVENTORY_PARTS_H
#define DD_INVENTORY_PARTS_H

#include "base/map.h"
#include "base/vec.h"
#include "scan/inventory_build.h"
#include "scan/inventory_declared.h"
#include "scan/inventory_diversions.h"
#include "scan/inventory_licences.h"

enum { DD_ENTRY_NODES_MAX = 32 };

/* A package on its way into the inventory. Serials are given in the order of arrival; sorting moves packages around. */
struct dd_filling {
	struct dd_installed in;
	uint32_t serial;
	uint32_t owner; /* serial of the package that owns the evidence, DD_MAP_NONE: none */
};

/* A file that is evidence of a third-party package belongs to a package of the system. */
struct dd_owned_node {
	uint32_t node, serial;
};

/* A list of owned files that is kept apart from its package. Several records may be of the package that it belongs to:
 * what it holds is looked up once. */
struct dd_fill_list {
	struct dd_str paths;
	unsigned analyzer;
	bool counted;
	uint64_t files, live;
};

struct dd_fill {
	const struct dd_squash *s;
	struct dd_secret_name *secret_names; /* of s: their owners are filled in */
	struct dd_inventory *inv;
	bool layer_known;
	DD_VEC(struct dd_filling) packages;
	DD_VEC(struct dd_problem) problems;
	struct dd_map ownership; /* "name", "name:arch" or "name@version" → index into lists */
	DD_VEC(struct dd_fill_list) lists;
	uint32_t *before; /* for each located evidence the one below it of the same analyzer and path, DD_MAP_NONE */
	/* Bit set of the nodes below n_nodes whose owner matters: evidence of third-party packages, entry_nodes, files
	 * with secrets. */
	uint8_t *marked;
	uint32_t n_nodes;
	DD_VEC(struct dd_owned_node) owned;
	struct dd_declared declared;
	struct dd_licence_files licences;
	struct dd_diversions diversions;
	uint32_t entry_nodes[DD_ENTRY_NODES_MAX]; /* files that the image's command names */
	size_t n_entry_nodes;
};

/* Copies *s into the inventory's arena. */
enum dd_code dd_fill_copy(struct dd_fill *f, struct dd_str *s, struct dd_err *err);
enum dd_code dd_fill_problem(struct dd_fill *f, const struct dd_problem *p, struct dd_err *err);
int dd_fill_layer(const struct dd_fill *f, unsigned layer);
/* inventory_packages.c: packages of every live evidence into f->packages, in no order yet. */
enum dd_code dd_fill_packages(struct dd_fill *f, struct dd_err *err);
/* inventory_command.c: fills entry_nodes. */
void dd_fill_command(struct dd_fill *f);
/* inventory_merge.c: sorts them, makes one of several locations of the same package, and fills inv->packages. */
enum dd_code dd_fill_merge(struct dd_fill *f, struct dd_err *err);

#endif
