/* SPDX-License-Identifier: Apache-2.0 */
/* Lock files in YAML, TOML and XML, one package at a time (format/yaml.h, toml.h, xml.h): the memory of one, whatever
 * the size of the document. Each calls a function for item after item in the order of the document and stops when
 * out->failed is set, which is no error here: the analyzer's end tells. */
#ifndef DD_ANALYZE_DOCUMENT_ITEMS_H
#define DD_ANALYZE_DOCUMENT_ITEMS_H

#include "format/toml.h"
#include "format/xml.h"
#include "format/yaml.h"
#include "model/facts.h"

/* The entries of the mappings and sequences that the document's own mapping has ("section"). Errors: those of
 * dd_yaml_walk_next; what comes before the fault was given. */
typedef void dd_yaml_item_fn(void *context, const struct dd_yaml_item *item);
enum dd_code dd_yaml_each(struct dd_found *out, struct dd_str doc, dd_yaml_item_fn *fn, void *context,
			  struct dd_err *err);

/* The tables. One that is broken is a problem in *out. DD_ENOMEM. */
typedef void dd_toml_part_fn(void *context, const struct dd_toml_part *part);
enum dd_code dd_toml_each(struct dd_found *out, struct dd_str doc, dd_toml_part_fn *fn, void *context,
			  struct dd_err *err);

/* The elements called `name` at a depth (the root element has 1). Errors: those of dd_xml_walk_next. */
typedef void dd_xml_item_fn(void *context, const struct dd_xml_item *item);
enum dd_code dd_xml_each(struct dd_found *out, struct dd_str doc, unsigned depth, const char *name, dd_xml_item_fn *fn,
			 void *context, struct dd_err *err);

#endif
