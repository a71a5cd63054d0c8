/* SPDX-License-Identifier: Apache-2.0 */
/* For tests and fuzz targets: a database from documents in memory, and what it says as text. */
#ifndef DD_DB_FIXTURE_H
#define DD_DB_FIXTURE_H

#include "base/buf.h"
#include "db/builder.h"
#include "db/db.h"

struct dd_db_fixture {
	struct dd_builder *b;
	struct dd_db *db;
	int fd; /* of a memory file */
};

/* False: no memory. */
bool dd_fixture_new(struct dd_db_fixture *f);
void dd_fixture_done(struct dd_db_fixture *f);
/* Adds a document as its kind's reader sees it; each is an input of its own. */
enum dd_code dd_fixture_add(struct dd_db_fixture *f, const char *kind, const char *name, struct dd_str bytes,
			    struct dd_err *err);
/* Writes it all and opens it: f->db. */
enum dd_code dd_fixture_open(struct dd_db_fixture *f, struct dd_err *err);
/* Bytes of the file, to be freed with dd_free. */
struct dd_str dd_fixture_bytes(const struct dd_db_fixture *f);
/* A memory file with these bytes, opened as a database. */
enum dd_code dd_fixture_open_bytes(struct dd_str bytes, struct dd_db **ret, struct dd_err *err);

/* A line an advisory:
 *   VULN ID source status fix-state severity {module} [arches] (note) [0,1.2) [3,4] =1.0 =1.1
 * in the order in which dd_db_find gives them. */
void dd_fixture_advisories(const struct dd_db *db, const char *ecosystem, const char *package, struct dd_buf *out);
/* "ID aliases… | title | published | modified | severity source | vectors… | flags" of all that id means. */
void dd_fixture_vulns(const struct dd_db *db, const char *id, struct dd_buf *out);

/* A fuzz target: whatever kind's reader accepts must give a database that verifies. */
int dd_fixture_fuzz(const char *kind, const uint8_t *data, size_t size);

#endif
