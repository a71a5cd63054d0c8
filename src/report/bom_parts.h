/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of making a bill of materials, internal to bom*.c. */
#ifndef DD_BOM_PARTS_H
#define DD_BOM_PARTS_H

#include "format/digest.h"
#include "report/bom.h"

/* bom_fields.c: digest, supplier, address, CPE of one item; what the document is about. */
enum dd_code dd_bom_fields(struct dd_bom *bom, struct dd_bom_item *item, struct dd_err *err);
enum dd_code dd_bom_root(struct dd_bom *bom, struct dd_err *err);
/* bom_graph.c: needs and owns of every item. */
enum dd_code dd_bom_graph(struct dd_bom *bom, struct dd_err *err);

#endif
