/* SPDX-License-Identifier: Apache-2.0 */
/* Grype's database while it is read. Internal to from_grype.c (its tables) and grype_blobs.c (their JSON). */
#ifndef DD_GRYPE_H
#define DD_GRYPE_H

#include "db/sqlite_input.h"
#include "format/json.h"

/* A row of vulnerability_handles. */
struct dd_grype_vuln {
	int64_t id, blob;
	uint32_t name, published, modified; /* texts */
	uint32_t record;		    /* number of its own record, DD_MAP_NONE: packages get one for each CVE */
	uint32_t aliases;		    /* in dd_grype.aliases */
	uint16_t n_aliases, source;
	uint8_t severity;
	bool withdrawn, erratum, nvd, known; /* known: its blob was read, and it is not superseded */
};

/* A row of a table of affected things. */
struct dd_grype_affected {
	int64_t vuln, blob;
	int64_t system;	 /* 0: none */
	int64_t package; /* a package, or a CPE */
};

/* A row of operating_systems, packages or cpes. */
struct dd_grype_thing {
	int64_t id;
	uint32_t key, name; /* texts: of the ecosystem; of the package. key 0: not kept */
};

struct dd_grype_cwe {
	uint32_t cve, cwe; /* texts */
};

struct dd_grype {
	struct dd_builder *b;
	const struct dd_build_document *doc;
	struct dd_sqlite *sql;
	struct dd_sqlite_rows *blobs;
	uint32_t source;				       /* of the whole */
	bool known;					       /* it is of the schema that is read */
	int64_t scores;					       /* time of the EPSS list */
	DD_VEC(struct dd_grype_vuln) vulns;		       /* by id, then by blob, then by id */
	DD_VEC(struct dd_grype_affected) affected;	       /* of the table at hand, by blob */
	DD_VEC(struct dd_grype_thing) systems, packages, cpes; /* by id */
	DD_VEC(struct dd_grype_cwe) cwes;		       /* by cve */
	DD_VEC(uint32_t) aliases;			       /* texts */
};

/* The row of that id; NULL: there is none. */
struct dd_grype_vuln *dd_grype_vuln(const struct dd_grype *g, int64_t id);
const struct dd_grype_thing *dd_grype_thing(const struct dd_grype_thing *p, size_t n, int64_t id);

/* The JSON of a row of `blobs`: the value is the caller's. DD_EPARSE: no such row, or broken. */
enum dd_code dd_grype_blob(struct dd_grype *g, int64_t id, json_t **ret, struct dd_err *err);
/* A vulnerability's blob into v, and a record for it if it is one of its own. */
enum dd_code dd_grype_read_vuln(struct dd_grype *g, struct dd_grype_vuln *v, const json_t *blob, struct dd_err *err);
/* A package's blob, for all rows that share it. cpe: the rows name CPEs; unaffected: what it says holds the other way.
 */
enum dd_code dd_grype_read_package(struct dd_grype *g, const struct dd_grype_affected *rows, size_t n,
				   const json_t *blob, bool cpe, bool unaffected, struct dd_err *err);

#endif
