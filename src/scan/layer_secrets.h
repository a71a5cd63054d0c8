/* SPDX-License-Identifier: Apache-2.0 */
/* The secrets in the files of one layer. Like all facts they depend on the layer's bytes, and on the rules that they
 * were looked for by: they are kept apart from the other facts, under those rules' fingerprint. */
#ifndef DD_LAYER_SECRETS_H
#define DD_LAYER_SECRETS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "model/problem.h"
#include "model/secret.h"
#include "secret/detector.h"

/* Of a file that no entry stands for: a name that means something else to the overlay rules, or too deep a one. */
#define DD_NO_ENTRY UINT32_MAX

struct dd_layer_secret {
	uint32_t entry;	    /* index of the file's entry in the layer, or DD_NO_ENTRY */
	struct dd_str path; /* the file's, as its entry has it */
	struct dd_secret secret;
};

struct dd_layer_secrets {
	bool looked_for;
	DD_VEC(struct dd_layer_secret) list; /* as found: entries ascend, those with DD_NO_ENTRY are among them */
	uint64_t n_filtered;		     /* of them, see dd_secret.filtered */
	uint64_t dropped;		     /* found beyond the limits */
	size_t text_bytes;		     /* of all texts */
	DD_VEC(struct dd_problem) problems;  /* .layer is DD_NO_LAYER */
	uint64_t problems_dropped;
};
void dd_layer_secrets_done(struct dd_layer_secrets *s); /* the lists; texts are in the layer's arena */

/* Adds what was found in one file, with all text copied into a; beyond DD_SECRETS_LAYER_MAX and its like it is counted.
 * DD_ENOMEM. */
enum dd_code dd_layer_secrets_add(struct dd_layer_secrets *s, struct dd_arena *a, uint32_t entry, struct dd_str path,
				  const struct dd_secret_found *found, struct dd_err *err);
/* text is formatted and copied. DD_ENOMEM. */
enum dd_code dd_layer_secrets_problem(struct dd_layer_secrets *s, struct dd_arena *a, struct dd_str path,
				      struct dd_err *err, const char *fmt, ...) DD_PRINTF(5, 6);

/* The bytes that the cache keeps, and back; clear texts are not written. n_entries: of the layer. decode checks
 * everything (DD_EPARSE); *ret must be empty, on failure too what it holds must be released. */
enum dd_code dd_layer_secrets_encode(const struct dd_layer_secrets *s, struct dd_buf *out, struct dd_err *err);
enum dd_code dd_layer_secrets_decode(struct dd_str bytes, uint64_t n_entries, struct dd_arena *a,
				     struct dd_layer_secrets *ret, struct dd_err *err);

/* A secret as a record has it. */
struct dd_record_reader;
void dd_record_put_secret(struct dd_buf *out, const struct dd_secret *s);
void dd_record_secret(struct dd_record_reader *r, struct dd_secret *ret);
/* Copies of all texts in a. DD_ENOMEM. */
enum dd_code dd_secret_copy(const struct dd_secret *from, struct dd_arena *a, struct dd_secret *ret,
			    struct dd_err *err);

#endif
