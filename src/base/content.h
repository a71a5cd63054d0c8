/* SPDX-License-Identifier: Apache-2.0 */
/* The whole content of one wanted file, gathered from blocks: in memory while it is small, else in an unlinked file
 * that is mapped, so that a package database of a gigabyte does not become a gigabyte of heap. Used again for the next
 * file. */
#ifndef DD_CONTENT_H
#define DD_CONTENT_H

#include "base/buf.h"
#include "base/io.h"

struct dd_content {
	const char *spool_dir;
	struct dd_buf memory;
	int fd; /* -1: still in memory */
	uint64_t n;
	struct dd_map_file map;
};

void dd_content_init(struct dd_content *c, const char *spool_dir);
void dd_content_done(struct dd_content *c);
void dd_content_clear(struct dd_content *c);
enum dd_code dd_content_add(struct dd_content *c, struct dd_str block, struct dd_err *err);
/* Everything that was added, good until the next clear or done. */
enum dd_code dd_content_get(struct dd_content *c, struct dd_str *ret, struct dd_err *err);

#endif
