/* SPDX-License-Identifier: Apache-2.0 */
/* The facts of one layer: its entries, and what the analyzers learnt from the files they wanted. */
#ifndef DD_LAYER_FACTS_H
#define DD_LAYER_FACTS_H

#include "analyze/registry.h"
#include "format/digest.h"
#include "image/entries.h"
#include "scan/layer_secrets.h"

/* One analyzer's result for one file. */
struct dd_evidence {
	unsigned analyzer;  /* index in the registry */
	uint32_t entry;	    /* index of the entry in the layer */
	struct dd_str path; /* the entry's */
	struct dd_found found;
};

struct dd_layer_facts {
	struct dd_arena arena; /* owns all text */
	struct dd_buf entries; /* image/entries.h */
	uint64_t n_entries;
	DD_VEC(struct dd_evidence) evidence; /* ascending by entry, then analyzer, after dd_layer_facts_finish */
	DD_VEC(struct dd_problem) problems;  /* .layer is DD_NO_LAYER: the layer does not know its place */
	uint64_t problems_dropped;
	struct dd_layer_secrets secrets; /* kept apart from the rest, see there */
	uint64_t bytes;			 /* uncompressed */
	/* What the bytes turned out to be. */
	bool has_digest, has_diff_id;
	struct dd_digest digest, diff_id;
};

void dd_layer_facts_init(struct dd_layer_facts *f);
void dd_layer_facts_done(struct dd_layer_facts *f);
/* Puts *from in the place of *to, whose old content is freed; *from is empty afterwards. */
void dd_layer_facts_move(struct dd_layer_facts *to, struct dd_layer_facts *from);
/* A problem with a path of this layer; text is formatted and copied. DD_ENOMEM only. Beyond DD_PROBLEMS_MAX it is
 * counted. */
enum dd_code dd_layer_facts_problem(struct dd_layer_facts *f, struct dd_str path, const char *analyzer, uint64_t at,
				    const char *fmt, ...) DD_PRINTF(5, 6);
/* Runs an analyzer over one file's content and keeps what it says as the evidence of entry `entry` at `path`. */
enum dd_code dd_layer_facts_analyze(struct dd_layer_facts *f, unsigned analyzer, uint32_t entry, struct dd_str path,
				    struct dd_str content, bool mapped, struct dd_err *err);
/* Brings evidence into its order. */
void dd_layer_facts_finish(struct dd_layer_facts *f);

/* The bytes that the cache keeps, without the secrets, and back. decode checks everything: the file may be damaged or
 * hostile (DD_EPARSE). *ret is initialised by the caller; its old content goes on success. */
enum dd_code dd_layer_facts_encode(const struct dd_layer_facts *f, struct dd_buf *out, struct dd_err *err);
enum dd_code dd_layer_facts_decode(struct dd_str bytes, struct dd_layer_facts *ret, struct dd_err *err);

#endif
