/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a database file from advisory sources. Equal inputs give equal bytes, in whatever order they are added: no
 * clock, no path and no order of a directory gets into the file. */
#ifndef DD_BUILD_H
#define DD_BUILD_H

#include "base/err.h"
#include "base/str.h"

struct dd_builder; /* one thread at a time */

struct dd_build_input {
	const char *kind; /* one of the rows of build.c: "osv", "debian", "trivy" … */
	const char *path;
	const char *url;  /* official place it came from, for the provenance; NULL: not known */
	const char *date; /* for sources that do not say their own (debian, alpine): RFC 3339 or YYYY-MM-DD; NULL */
};

enum dd_code dd_builder_new(struct dd_builder **ret, struct dd_err *err);
void dd_builder_freep(struct dd_builder **b);

/* read is called with the bytes of each document that was read, for a progress line. */
void dd_builder_watch(struct dd_builder *b, void (*read)(void *ctx, uint64_t bytes), void *ctx);

/* Reads one input whole. DD_EARG: unknown kind, or a path of a wrong sort. DD_ENOTFOUND: nothing there. DD_EPARSE: the
 * document as a whole is broken; the message names file (and member) and offset. After an error the builder can only be
 * freed. A broken record inside a source is a warning, and the rest is read. */
enum dd_code dd_builder_add(struct dd_builder *b, const struct dd_build_input *in, struct dd_err *err);

/* Joins everything and replaces path atomically. May be called once, and nothing can be added after it. */
enum dd_code dd_builder_write(struct dd_builder *b, const char *path, struct dd_err *err);
/* The same into an empty, seekable file. */
enum dd_code dd_builder_write_fd(struct dd_builder *b, int fd, struct dd_err *err);

/* What could not be read so far: the first DD_BUILD_WARNINGS_MAX texts (safe for a terminal, sorted by nothing: as they
 * were met), and how many there were in all. More than 0: the database is incomplete. */
enum { DD_BUILD_WARNINGS_MAX = 50 };
const struct dd_str *dd_builder_warnings(const struct dd_builder *b, size_t *ret_n, uint64_t *ret_total);

/* `inputs` and `read` at any time, the rest after dd_builder_write(). */
struct dd_build_stats {
	uint64_t read;	     /* (record, package) pairs and rows read so far */
	uint64_t inputs;     /* documents read: files and members of archives */
	uint64_t records;    /* advisory records kept, the same one from two inputs counted once */
	uint64_t advisories; /* as in struct dd_database_info */
	uint64_t vulns;
	uint64_t packages;   /* (ecosystem, name) pairs */
	uint64_t superseded; /* records that a newer form of the same record replaced */
	uint64_t file_bytes;
};
void dd_builder_stats(const struct dd_builder *b, struct dd_build_stats *ret);

#endif
