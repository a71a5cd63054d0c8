/* SPDX-License-Identifier: Apache-2.0 */
/* A rule file of either kind makes a set that keeps its promises, or says what is wrong with it. */
#include "secret/rule_set.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	DD_CLEANUP(dd_secret_rule_set_done) struct dd_secret_rule_set set = { .n_rules = 0 };
	DD_CLEANUP(dd_arena_done) struct dd_arena a = DD_ARENA_INIT(64u << 20);
	const struct dd_secret_rule_file files[] = {
		{ DD_STR("d/a"), { (const char *)data, size }, false },
		{ DD_STR("d/b"), { (const char *)data, size }, true },
	};
	struct dd_str extended = DD_STR("");
	struct dd_err err = { 0 };
	(void)dd_secret_rule_extend_path(files[0].text, &a, &extended, &err);
	if (dd_secret_rule_set_new(files, 2, &set, &err) != DD_OK) {
		dd_assert(err.message[0]);
		return 0;
	}
	for (size_t i = 0; i < set.n_rules; i++) {
		const struct dd_secret_rule *r = &set.rules[i];
		dd_assert(i == 0 || dd_str_cmp(set.rules[i - 1].kind.id, r->kind.id) < 0);
		dd_assert((r->regex.n || r->path.n) && r->kind.id.n && r->kind.severity && r->kind.confidence);
		dd_assert(!r->kind.user || r->where.n);
	}
	return 0;
}
