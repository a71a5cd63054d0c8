/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets that are known already: a report of an earlier run says which, and only new ones count. The forms that are
 * read are described at the head of secret_baseline.c. */
#ifndef DD_SECRET_BASELINE_H
#define DD_SECRET_BASELINE_H

#include "base/buf.h"
#include "base/map.h"
#include "judge/findings.h"
#include "model/secret.h"

enum { DD_BASELINE_ENTRIES_MAX = 1000000 };

struct dd_baseline_entry {
	struct dd_str path, rule; /* either may be empty */
	struct dd_str secret;	  /* gitleaks' only; empty: not told */
	uint64_t line;
	uint32_t next; /* of the same key, DD_MAP_NONE: last */
};

/* Zero-initialised is empty. Texts live in the arena that dd_baseline_add was given. */
struct dd_baseline {
	struct dd_str name; /* of the file, as in messages */
	DD_VEC(struct dd_baseline_entry) entries;
	struct dd_map by_key; /* "FINGERPRINT RULE" of drydock's, "LINE PATH" of gitleaks' → first entry */
	DD_VEC(uint32_t) last;
};

/* DD_EARG: none of the forms; names the file. DD_ELIMIT: too many entries. On failure nothing of it may be used. */
enum dd_code dd_baseline_add(struct dd_baseline *b, struct dd_str bytes, struct dd_str name, struct dd_arena *a,
			     struct dd_err *err);
/* Suppresses the secrets among the findings that are in it, by the file's name. DD_ENOMEM. */
enum dd_code dd_baseline_apply(const struct dd_baseline *b, struct dd_arena *a, struct dd_findings *f,
			       struct dd_err *err);
void dd_baseline_done(struct dd_baseline *b);

#endif
