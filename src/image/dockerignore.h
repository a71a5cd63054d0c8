/* SPDX-License-Identifier: Apache-2.0 */
/* .dockerignore: which files of a build context are not sent to the builder. What counts is what BuildKit does
 * (github.com/moby/patternmatcher 0.6 and its ignorefile; github.com/tonistiigi/fsutil, filter.go), which is more than
 * docs.docker.com/build/concepts/context/#dockerignore-files says:
 *
 *   file     lines; a byte order mark before the first is no part of it; "#" in the first column is a comment, blanks
 *            around a pattern are not part of it, empty lines say nothing
 *   pattern  ["!"] path; cleaned as Go's filepath.Clean does, a leading "/" means nothing
 *   "!"      what matched before is sent after all; the last pattern that matches decides
 *   *        any text without "/"; ? one character but "/"; [a-z] [^a] classes; "\" takes the next as it is
 *   **       with a "/" behind it: any number of directories, none too; at the end: all that begins so
 *   a pattern that matches a directory matches all below it
 *
 * Oddities that are kept: "**" in front followed by plain text is a suffix of the whole path ("**a" matches "xa"); "^"
 * is the beginning of the path where the pattern has wildcards. Not kept: a "|" or a letter behind a backslash in a
 * pattern with wildcards, which BuildKit hands to its regular expressions by accident, are themselves here. What makes
 * BuildKit refuse the file (a pattern that is malformed, "!" alone, a line of 64 KiB) is a fault, and that line is
 * passed over. */
#ifndef DD_DOCKERIGNORE_H
#define DD_DOCKERIGNORE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"

struct dd_dockerignore_pattern; /* opaque */

struct dd_dockerignore_fault {
	size_t line; /* from 1 */
	const char *what;
};

struct dd_dockerignore {
	struct dd_arena arena; /* owns everything */
	struct dd_dockerignore_pattern *patterns;
	size_t n;
	bool exceptions; /* any pattern has "!" */
	DD_VEC(struct dd_dockerignore_fault) faults;
	/* Files that are sent whatever the patterns say: the Dockerfile, its ignore file, .dockerignore. */
	struct dd_str always[3];
};

/* *ret is released with dd_dockerignore_done, also after an error. DD_ENOMEM; DD_ELIMIT: a limit of base/limits.h. */
enum dd_code dd_dockerignore_parse(struct dd_str text, struct dd_dockerignore *ret, struct dd_err *err);
void dd_dockerignore_done(struct dd_dockerignore *d);

/* Is the file or directory (path relative to the context, no slash in front) kept back? above: what ret_matched was for
 * its directory, NULL for the context itself; ret_matched: d->n bytes, good for what is below. The files of `always`
 * are for the caller to tell. */
bool dd_dockerignore_match(const struct dd_dockerignore *d, struct dd_str path, const uint8_t *above,
			   uint8_t *ret_matched);
bool dd_dockerignore_always(const struct dd_dockerignore *d, struct dd_str path);

#endif
