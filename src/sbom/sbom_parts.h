/* SPDX-License-Identifier: Apache-2.0 */
/* What all readers of bills of materials share; internal to sbom/. A reader fills entries, edges and notes in the order
 * of its document; sbom_finish.c makes the inventory of them. */
#ifndef DD_SBOM_PARTS_H
#define DD_SBOM_PARTS_H

#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"
#include "format/json.h"
#include "sbom/sbom.h"

enum { DD_SBOM_NESTING_MAX = 64 };
#define DD_SBOM_ENTRIES_MAX    ((size_t)2000000)
#define DD_SBOM_EDGES_MAX      ((size_t)16000000)
#define DD_SBOM_PROPERTIES_MAX ((size_t)64000000)
#define DD_SBOM_MEMORY_MAX     (8 * DD_GIB)

enum dd_sbom_role {
	DD_SBOM_PACKAGE, /* something that may be a package */
	DD_SBOM_ROOT,	 /* what the document is about */
	DD_SBOM_SYSTEM,	 /* the operating system */
	DD_SBOM_OTHER,	 /* files, containers, devices … */
};

/* One component. All text lives in the reading's arena; empty: not said. */
struct dd_sbom_entry {
	enum dd_sbom_role role;
	struct dd_str ref; /* what the document calls it */
	uint64_t at;
	struct dd_str type; /* the document's word: "library" */
	struct dd_str group, name, version, purl, cpe, description;
	struct dd_str licences, maintainer, digest, url;
	bool optional;
	struct dd_str source_name, source_version, arch, module; /* where the format has fields for them */
	size_t first_property, n_properties;			 /* in the reading's list */
};

struct dd_sbom_property {
	struct dd_str name, value;
};

enum dd_sbom_edge_kind { DD_SBOM_DEPENDS, DD_SBOM_OWNS, DD_SBOM_CONTAINS };
struct dd_sbom_edge {
	enum dd_sbom_edge_kind kind;
	struct dd_str from, to;
	uint64_t at;
};

/* Properties that come apart from their entry. */
struct dd_sbom_note {
	struct dd_str ref, name, value;
};

struct dd_sbom_reading {
	struct dd_inventory *inv; /* its arena owns all text */
	struct dd_str doc;
	bool strict; /* validating */
	struct dd_err *err;
	DD_VEC(struct dd_sbom_entry) entries;
	DD_VEC(struct dd_sbom_property) properties;
	DD_VEC(struct dd_sbom_edge) edges;
	DD_VEC(struct dd_sbom_note) notes;
	DD_VEC(struct dd_problem) problems;
	size_t problems_dropped;
	struct dd_str root_ref; /* where the document names it by reference */
	/* Licence texts that the document defines itself, for the check of expressions. */
	DD_VEC(struct dd_str) own_licences;
	bool faithful; /* drydock wrote it: its properties are complete */
};

/* A copy in the arena; sets r->err. */
enum dd_code dd_sbom_copy(struct dd_sbom_reading *r, struct dd_str s, struct dd_str *ret);
/* Appends an entry with copies of nothing: the caller has put its text into the arena. */
enum dd_code dd_sbom_add_entry(struct dd_sbom_reading *r, const struct dd_sbom_entry *e);
/* A property of the entry that is added next; both texts are copied. */
enum dd_code dd_sbom_add_property(struct dd_sbom_reading *r, struct dd_str name, struct dd_str value);
enum dd_code dd_sbom_add_edge(struct dd_sbom_reading *r, enum dd_sbom_edge_kind kind, struct dd_str from,
			      struct dd_str to, uint64_t at);
/* Lines "name=value", escaped as dd_escape_one does, belong to the entry `ref`. */
enum dd_code dd_sbom_add_notes(struct dd_sbom_reading *r, struct dd_str ref, struct dd_str lines);
/* What could not be read. DD_ENOMEM only. */
enum dd_code dd_sbom_problem(struct dd_sbom_reading *r, uint64_t at, const char *fmt, ...) DD_PRINTF(3, 4);
/* A fault that does not matter for reading: kept when validating only. */
enum dd_code dd_sbom_fault(struct dd_sbom_reading *r, uint64_t at, const char *fmt, ...) DD_PRINTF(3, 4);

/* Calls fn for each element of a JSON array that stands at `at` in the document. An element that is no JSON is a
 * problem; the others are read. */
typedef enum dd_code dd_sbom_element_fn(struct dd_sbom_reading *r, const json_t *element, uint64_t at);
enum dd_code dd_sbom_each(struct dd_sbom_reading *r, struct dd_str array, uint64_t at, const char *what,
			  dd_sbom_element_fn *fn);
/* Calls the row's function for each member of the document that has one. */
struct dd_sbom_member {
	const char *name;
	dd_sbom_element_fn *each;  /* of a list */
	dd_sbom_element_fn *whole; /* of everything else */
	bool required;
};
enum dd_code dd_sbom_members(struct dd_sbom_reading *r, const struct dd_sbom_member *rows, size_t n);

/* The readers: one a kind. */
typedef enum dd_code dd_sbom_reader_fn(struct dd_sbom_reading *r);
dd_sbom_reader_fn dd_sbom_read_cyclonedx, dd_sbom_read_cyclonedx_xml, dd_sbom_read_spdx, dd_sbom_read_spdx_tv,
	dd_sbom_read_spdx3, dd_sbom_read_syft, dd_sbom_read_trivy, dd_sbom_read_purls;

/* sbom_finish.c: entries → inventory. */
enum dd_code dd_sbom_finish(struct dd_sbom_reading *r);
/* sbom_package.c: one entry → package; *ret_found false: it is none. */
enum dd_code dd_sbom_to_package(struct dd_sbom_reading *r, const struct dd_sbom_entry *e, struct dd_installed *ret,
				bool *ret_found);
/* Does the document say that a package is not the system's, whatever its type? The Debian packages that a snap was made
 * of are of type deb, too: drydock says which ones are the system's, Syft what its reader of snaps found. */
bool dd_sbom_says_third_party(const struct dd_sbom_reading *r, const struct dd_sbom_entry *e);
/* The value of an entry's property, empty: none. */
struct dd_str dd_sbom_property_of(const struct dd_sbom_reading *r, const struct dd_sbom_entry *e, const char *name);
/* sbom_check.c: rules for validating, over all entries. `by_ref` finds entries. */
enum dd_code dd_sbom_check(struct dd_sbom_reading *r, const struct dd_map *by_ref);

#endif
