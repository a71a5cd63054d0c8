/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes → the secrets in them. One detector for the whole program, read-only and shared by threads; one scanner a
 * thread. What is found does not depend on how the bytes are cut into blocks, nor on threads. */
#ifndef DD_SECRET_DETECTOR_H
#define DD_SECRET_DETECTOR_H

#include "base/vec.h"
#include "model/problem.h"
#include "secret/engines.h"
#include "secret/rule_set.h"

struct dd_secret_options {
	/* Mixed into every fingerprint, so that reports of different owners cannot be compared or guessed from; may be
	 * empty. */
	struct dd_str salt;
	bool reveal;	       /* fill dd_secret.clear, for reports; its findings must not be cached */
	bool keep_clear;       /* fill dd_secret.clear, for what this process does with it; the same */
	const char *cache_dir; /* not used: finder_compile.c says why */
	const char *spool_dir; /* for what is unpacked and too large for memory */
};

struct dd_secret_detector;
/* engines and set are borrowed and must outlive it. */
enum dd_code dd_secret_detector_new(const struct dd_secret_engines *engines, const struct dd_secret_rule_set *set,
				    const struct dd_secret_options *options, struct dd_secret_detector **ret,
				    struct dd_err *err);
void dd_secret_detector_freep(struct dd_secret_detector **d);
/* What cached results depend on: rules, salt, version of the detector. */
uint64_t dd_secret_detector_fingerprint(const struct dd_secret_detector *d);
/* Do its findings have their secrets in the clear? */
bool dd_secret_detector_keeps_clear(const struct dd_secret_detector *d);
const struct dd_secret_options *dd_secret_detector_options(const struct dd_secret_detector *d);
const struct dd_secret_rule_set *dd_secret_detector_rules(const struct dd_secret_detector *d);

/* Where findings go. Filled in the order of the file: by inner, offset, rule. */
struct dd_secret_found {
	struct dd_arena *arena; /* owns all text */
	DD_VEC(struct dd_secret) list;
	uint64_t dropped;     /* beyond DD_SECRETS_FILE_MAX of a file: counted only */
	uint64_t passed_over; /* filtered ones beyond their share, and poor values of generic rules: counted only */
	DD_VEC(struct dd_problem) problems; /* layer and path are filled in by the caller; what could not be unpacked */
};
void dd_secret_found_done(struct dd_secret_found *f); /* the vectors; the arena is the caller's */

enum { DD_SECRETS_FILE_MAX = 1000 };

struct dd_secret_scanner;
enum dd_code dd_secret_scanner_new(const struct dd_secret_detector *d, struct dd_secret_scanner **ret,
				   struct dd_err *err);
void dd_secret_scanner_freep(struct dd_secret_scanner **s);

struct dd_secret_file {
	struct dd_str path;  /* without the leading slash; rules' and allow lists' path patterns see it (inner:
				"path!inner") */
	struct dd_str inner; /* empty for the file itself */
	uint64_t size;	     /* UINT64_MAX: not known yet (standard input) */
};
/* Must this file be seen whole (an archive, a pack, a database: it is unpacked and its content searched)? head: its
 * first bytes, at least 512 where it has them. Files that need not are fed as they come. */
bool dd_secret_wants_whole(const struct dd_secret_detector *d, const struct dd_secret_file *file, struct dd_str head);

/* A file in blocks of any size; found stays the caller's. Memory is bounded whatever comes. */
enum dd_code dd_secret_open(struct dd_secret_scanner *s, const struct dd_secret_file *file,
			    struct dd_secret_found *found, struct dd_err *err);
enum dd_code dd_secret_feed(struct dd_secret_scanner *s, struct dd_str block, struct dd_err *err);
enum dd_code dd_secret_close(struct dd_secret_scanner *s, struct dd_err *err);
/* A file whole, unpacked where it is an archive. Errors are of memory only: what is wrong in the bytes is a problem. */
enum dd_code dd_secret_scan(struct dd_secret_scanner *s, const struct dd_secret_file *file, struct dd_str content,
			    struct dd_secret_found *found, struct dd_err *err);

#endif
