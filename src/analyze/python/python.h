/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the analyzers of this folder. */
#ifndef DD_PYTHON_H
#define DD_PYTHON_H

#include "analyze/analyzer.h"
#include "format/node.h"

/* Core metadata (python_metadata.c) → a package; NULL when it names none, which is a problem then. */
struct dd_package *dd_python_metadata(struct dd_found *out, enum dd_package_evidence evidence, struct dd_str text);

/* Where a requirement's environment marker (PEP 508) surely says no on Linux (python_marker.c). What cannot be told
 * here – the version of Python, extras – or cannot be read counts as yes. */
bool dd_python_marker_excludes(struct dd_str marker);

/* "requests" of "requests[socks] >=2 ; marker": the name of a requirement; empty when it starts with none. */
struct dd_str dd_python_requirement_name(struct dd_str requirement);

/* Calls each for the [[name]] tables of a TOML document, one in memory at a time; tables of other names and what stands
 * before all tables go to other, if that is not NULL. What cannot be read is a problem. */
typedef void dd_python_table_fn(void *context, struct dd_str name, const struct dd_node *table, uint64_t at);
enum dd_code dd_python_tables(const struct dd_input *in, struct dd_found *out, const char *name,
			      dd_python_table_fn *each, dd_python_table_fn *other, void *context, struct dd_err *err);

/* The digest of a lock file's package, when all its files are one: elements with `hash` ("sha256:…"). */
struct dd_str dd_python_only_digest(struct dd_found *out, const struct dd_node *files);

#endif
