/* SPDX-License-Identifier: Apache-2.0 */
/* A rule file of either kind, laid over another one, makes rules that keep their promises and survive the way into
 * bytes and back, or says what is wrong with it. Without drydock's own rules, for speed. */
#include "secret/rule_merge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char base[] =
	"[[rules]]\nid='a'\nregex='b'\n[[rules]]\nid='github-personal-token'\npath='c'\n[[rules]]\nid='jwt'\n"
	"regex='d'\n";

static enum dd_code add(struct dd_rule_merge *m, struct dd_rule_notes *notes, struct dd_str text, struct dd_err *err)
{
	DD_CLEANUP(dd_rule_doc_done) struct dd_rule_doc d = { .name = DD_STR("dir/f"), .text = text };
	d.arena = m->arena;
	d.notes = notes;
	DD_TRY(dd_rule_doc_read(&d, err));
	return dd_rule_merge_add(m, &d, d.use_default, err);
}

static void check_set(const struct dd_secret_rule_set *set)
{
	for (size_t i = 0; i < set->n_rules; i++) {
		const struct dd_secret_rule *r = &set->rules[i];
		dd_assert(i == 0 || dd_str_cmp(set->rules[i - 1].kind.id, r->kind.id) < 0);
		dd_assert((r->regex.n || r->path.n) && r->kind.id.n && r->kind.severity && r->kind.confidence);
		dd_assert(r->where.n && r->kind.user);
	}
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(64u << 20), again = DD_BUF_INIT(64u << 20);
	DD_CLEANUP(dd_secret_rule_set_done) struct dd_secret_rule_set back = { .arena = DD_ARENA_INIT(256u << 20) };
	dd_assert(dd_rules_encode(set, &out, NULL) == DD_OK);
	dd_assert(dd_rules_decode(dd_buf_str(&out), &back, NULL) == DD_OK);
	dd_assert(dd_rules_encode(&back, &again, NULL) == DD_OK);
	dd_assert(dd_str_eq(dd_buf_str(&out), dd_buf_str(&again)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	DD_CLEANUP(dd_arena_done) struct dd_arena arena = DD_ARENA_INIT(64u << 20);
	DD_CLEANUP(dd_rule_merge_done) struct dd_rule_merge m = { .arena = &arena };
	struct dd_rule_notes notes = { .dropped = 0 };
	struct dd_secret_rule_set set = { .n_rules = 0 };
	struct dd_str extended = DD_STR(""), text = { (const char *)data, size };
	struct dd_err err = { 0 };
	(void)dd_secret_rule_extend_path(text, &arena, &extended, &err);
	dd_assert(add(&m, &notes, dd_str_from(base), &err) == DD_OK);
	if (add(&m, &notes, text, &err) == DD_OK && dd_rule_merge_end(&m, &notes, &set, &err) == DD_OK)
		check_set(&set);
	else
		dd_assert(err.message[0]);
	dd_vec_done(&notes.list);
	return 0;
}
