/* SPDX-License-Identifier: Apache-2.0 */
/* For src/secret only: rule files laid over each other. */
#ifndef DD_RULE_MERGE_H
#define DD_RULE_MERGE_H

#include "base/map.h"
#include "secret/rule_doc.h"

struct dd_rule_merge {
	struct dd_arena *arena;
	DD_VEC(struct dd_secret_rule) rules; /* ids are unique */
	DD_VEC(struct dd_secret_allow) allow;
	DD_VEC(struct dd_str) exclude_blocks;
	struct dd_map by_id; /* id → index in rules */
};

/* What d says of the rules that are there: some are switched off, others changed, its own come in. merge_same: a rule
 * that is there already is changed where d's says something (gitleaks' extend), else it is replaced unless d's has
 * neither pattern nor path. */
enum dd_code dd_rule_merge_add(struct dd_rule_merge *m, struct dd_rule_doc *d, bool merge_same, struct dd_err *err);
/* Without checks: the rules of a set. */
enum dd_code dd_rule_merge_add_set(struct dd_rule_merge *m, const struct dd_secret_rule_set *set, struct dd_err *err);
void dd_rule_merge_done(struct dd_rule_merge *m);
/* Rules sorted, allow lists and blocks: into *set, in the arena; checks what only the whole can say: rules without
 * pattern, groups that are not there, required rules that are not there. */
enum dd_code dd_rule_merge_end(struct dd_rule_merge *m, struct dd_rule_notes *notes, struct dd_secret_rule_set *set,
			       struct dd_err *err);

#endif
