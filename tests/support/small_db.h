/* SPDX-License-Identifier: Apache-2.0 */
/* A small advisory database for a test, built from documents written in the test. */
#ifndef DD_SMALL_DB_H
#define DD_SMALL_DB_H

#include "db/db.h"

enum { DD_SMALL_DB_DOCUMENTS = 6 };

struct dd_document;
struct dd_small_db {
	struct dd_db *db;
	char directory[64]; /* temporary; removed by done */
	const struct dd_document *documents;
	size_t n;
};

struct dd_document {
	const char *kind; /* of dd_builder_add; NULL ends the list */
	const char *text; /* NULL: path names an input that is there */
	const char *name; /* of its file, where that means something ("debian.json" for eol); NULL: any */
	const char *path;
};

/* Fails the test and returns false when the database cannot be built. */
bool dd_small_db_open(struct dd_small_db *s, const struct dd_document *documents, size_t n, const char *row);
void dd_small_db_done(struct dd_small_db *s);

#endif
