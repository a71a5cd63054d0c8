/* SPDX-License-Identifier: Apache-2.0 */
/* compile-rules OUT.c FILE.toml…: drydock's own rules, checked and made into the bytes that the program carries. Run
 * when the program is built, by meson; the same files give the same bytes. */
#include <stdio.h>
#include <stdlib.h>

#include "base/io.h"
#include "format/digest.h"
#include "secret/regex.h"
#include "secret/rule_merge.h"

enum { OUT_MAX = 16 << 20 };

static enum dd_code read_file(struct dd_rule_merge *m, struct dd_rule_notes *notes, const char *path,
			      struct dd_err *err)
{
	DD_CLEANUP(dd_map_file_done) struct dd_map_file file = { .base = NULL };
	DD_TRY(dd_map_file_open(&file, path, DD_RULE_FILE_BYTES_MAX, err));
	DD_CLEANUP(dd_rule_doc_done) struct dd_rule_doc d = { .name = dd_str_from(path), .text = file.bytes };
	d.arena = m->arena;
	d.notes = notes;
	d.own = true;
	DD_TRY(dd_rule_doc_read_gitleaks(&d, err));
	return dd_rule_merge_add(m, &d, false, err);
}

static enum dd_code check_regex(const struct dd_secret_engines *engines, const struct dd_secret_rule *r,
				struct dd_str pattern, struct dd_err *err)
{
	DD_CLEANUP(dd_regex_freep) struct dd_regex *compiled = NULL;
	if (pattern.n && dd_regex_new(engines, pattern, 0, &compiled, err) != DD_OK)
		return dd_wrap(err, "rule %s: pattern %s", DD_QUOTE(r->kind.id), DD_QUOTE(pattern));
	return DD_OK;
}

static enum dd_code check_ids(const struct dd_rule_merge *m, const struct dd_strs *ids, const char *what,
			      struct dd_err *err)
{
	for (size_t i = 0; i < ids->n; i++)
		if (dd_map_get(&m->by_id, ids->p[i]) == DD_MAP_NONE)
			return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "%s names %s, which is not there", what,
				       DD_QUOTE(ids->p[i]));
	return DD_OK;
}

/* "also" and the rules of allow lists must be there; each id once, which sorting has put side by side. */
static enum dd_code check_names(const struct dd_rule_merge *m, const struct dd_secret_rule_set *set, struct dd_err *err)
{
	for (size_t i = 0; i < set->n_allow; i++)
		DD_TRY(check_ids(m, &set->allow[i].target_rules, "targetRules", err));
	for (size_t i = 0; i < set->n_rules; i++) {
		const struct dd_secret_rule *r = &set->rules[i];
		if (i && dd_str_eq(r->kind.id, set->rules[i - 1].kind.id))
			return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "two rules have the id %s", DD_QUOTE(r->kind.id));
		if (check_ids(m, &r->also, "also", err) != DD_OK)
			return dd_wrap(err, "rule %s", DD_QUOTE(r->kind.id));
	}
	return DD_OK;
}

static enum dd_code check_patterns(const struct dd_secret_rule_set *set, struct dd_err *err)
{
	DD_CLEANUP(dd_secret_engines_freep) struct dd_secret_engines *engines = NULL;
	if (dd_secret_engines_open(false, &engines, NULL) != DD_OK)
		return DD_OK; /* cannot be checked here; the tests do */
	for (size_t i = 0; i < set->n_rules; i++) {
		DD_TRY(check_regex(engines, &set->rules[i], set->rules[i].regex, err));
		DD_TRY(check_regex(engines, &set->rules[i], set->rules[i].path, err));
	}
	return DD_OK;
}

static void write_bytes(FILE *f, struct dd_str bytes)
{
	for (size_t i = 0; i < bytes.n; i++)
		(void)fprintf(f, "%s%u,", i % 24 ? "" : "\n\t", (unsigned char)bytes.p[i]);
}

static enum dd_code write_out(const char *path, struct dd_str bytes, struct dd_err *err)
{
	struct dd_digest digest;
	DD_TRY(dd_digest_of(DD_SHA256, bytes, &digest, err));
	FILE *f = fopen(path, "w");
	if (!f)
		return dd_fail_errno(err, "cannot write %s", path);
	(void)fprintf(f, "/* Made by tools/compile_rules.c; do not edit. */\n#include \"secret/builtin_rules.h\"\n\n");
	(void)fprintf(f, "const unsigned char dd_builtin_rules[] = {");
	write_bytes(f, bytes);
	(void)fprintf(f, "\n};\nconst size_t dd_builtin_rules_n = sizeof dd_builtin_rules;\n\n");
	(void)fprintf(f, "const unsigned char dd_builtin_rules_sha256[32] = {");
	write_bytes(f, (struct dd_str){ (const char *)digest.bytes, 32 });
	(void)fprintf(f, "\n};\n");
	const bool failed = ferror(f);
	if (fclose(f) || failed)
		return dd_fail_errno(err, "cannot write %s", path);
	return DD_OK;
}

static enum dd_code compile(struct dd_rule_merge *m, char **argv, struct dd_err *err)
{
	struct dd_rule_notes notes = { .dropped = 0 };
	struct dd_secret_rule_set set = { .n_rules = 0 };
	DD_CLEANUP(dd_buf_done) struct dd_buf out = DD_BUF_INIT(OUT_MAX);
	for (char **path = argv + 2; *path; path++)
		DD_TRY(read_file(m, &notes, *path, err));
	if (notes.list.n)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "%.*s", DD_FMT(notes.list.p[0]));
	DD_TRY(dd_rule_merge_end(m, &notes, &set, err));
	DD_TRY(check_names(m, &set, err));
	DD_TRY(check_patterns(&set, err));
	DD_TRY(dd_rules_encode(&set, &out, err));
	return write_out(argv[1], dd_buf_str(&out), err);
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		(void)fprintf(stderr, "usage: compile-rules OUT.c FILE.toml…\n");
		return 2;
	}
	DD_CLEANUP(dd_arena_done) struct dd_arena arena = DD_ARENA_INIT(256u << 20);
	DD_CLEANUP(dd_rule_merge_done) struct dd_rule_merge m = { .arena = &arena };
	struct dd_err err = { 0 };
	if (compile(&m, argv, &err) == DD_OK)
		return 0;
	(void)fprintf(stderr, "compile-rules: %s\n", err.message);
	return 1;
}
