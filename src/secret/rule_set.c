/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/rule_set.h"

#include <stdio.h>

#include "format/digest.h"
#include "secret/builtin_rules.h"
#include "secret/rule_merge.h"

enum { ARENA_MAX = 256 << 20, EXTEND_DEPTH_MAX = 2 /* as gitleaks */ };

void dd_secret_rule_set_done(struct dd_secret_rule_set *s)
{
	dd_arena_done(&s->arena);
	*s = (struct dd_secret_rule_set){ 0 };
}

struct building {
	const struct dd_secret_rule_file *files;
	size_t n;
	struct dd_rule_merge merge;
	struct dd_rule_notes notes;
};

static void building_done(struct building *b)
{
	dd_rule_merge_done(&b->merge);
	dd_vec_done(&b->notes.list);
}

/* A path is meant from the directory of the file that has it, as dd_secret_rule_extends says it. */
static const struct dd_secret_rule_file *find_extended(const struct building *b, struct dd_str name)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->files[i].extended && dd_str_eq(b->files[i].name, name))
			return &b->files[i];
	return NULL;
}

struct dd_str dd_secret_rule_extended_name(struct dd_str file, struct dd_str path, struct dd_arena *a)
{
	const size_t slash = dd_str_rfind(file, '/');
	if (slash == file.n || dd_str_starts(path, DD_STR("/")))
		return path;
	return dd_arena_printf(a, "%.*s/%.*s", DD_FMT(dd_str_take(file, slash)), DD_FMT(path));
}

static enum dd_code add_file(struct building *b, const struct dd_secret_rule_file *f, unsigned depth,
			     struct dd_err *err);

static enum dd_code add_extended(struct building *b, struct dd_rule_doc *d, unsigned depth, struct dd_err *err)
{
	struct dd_str name = dd_secret_rule_extended_name(d->name, d->extend_path, b->merge.arena);
	if (!name.p)
		return dd_fail_nomem(err);
	if (depth == EXTEND_DEPTH_MAX)
		return dd_rule_doc_warn(d, DD_NO_OFFSET, err,
					"extend.path %s is passed over: %d files in a row at most",
					DD_QUOTE(d->extend_path), EXTEND_DEPTH_MAX + 1);
	const struct dd_secret_rule_file *f = find_extended(b, name);
	if (!f)
		f = find_extended(b, d->extend_path);
	if (!f)
		return dd_rule_doc_fail(d, DD_NO_OFFSET, err, "extend.path names %s, which was not given",
					DD_QUOTE(name));
	return add_file(b, f, depth + 1, err);
}

static enum dd_code add_file(struct building *b, const struct dd_secret_rule_file *f, unsigned depth,
			     struct dd_err *err)
{
	DD_CLEANUP(dd_rule_doc_done) struct dd_rule_doc d = { .name = f->name, .text = f->text };
	d.arena = b->merge.arena;
	d.notes = &b->notes;
	DD_TRY(dd_rule_doc_read(&d, err));
	/* What it extends comes first, so that its own word is the last. */
	if (d.extend_path.n)
		DD_TRY(add_extended(b, &d, depth, err));
	return dd_rule_merge_add(&b->merge, &d, d.extend_path.n || d.use_default, err);
}

static enum dd_code hash_file(struct dd_hasher *h, const struct dd_secret_rule_file *f, struct dd_err *err)
{
	char head[64];
	int n = snprintf(head, sizeof head, "\n%d %zu\n", f->extended, f->text.n);
	DD_TRY(dd_hasher_add(h, (struct dd_str){ head, (size_t)n }, err));
	return dd_hasher_add(h, f->text, err);
}

static enum dd_code make_digest(const struct dd_secret_rule_file *files, size_t n, struct dd_secret_rule_set *set,
				struct dd_err *err)
{
	memcpy(set->digest, dd_builtin_rules_sha256, sizeof set->digest);
	if (!n)
		return DD_OK;
	DD_CLEANUP(dd_hasher_freep) struct dd_hasher *h = NULL;
	struct dd_digest digest;
	DD_TRY(dd_hasher_new(DD_SHA256, &h, err));
	DD_TRY(dd_hasher_add(h, (struct dd_str){ (const char *)set->digest, sizeof set->digest }, err));
	for (size_t i = 0; i < n; i++)
		DD_TRY(hash_file(h, &files[i], err));
	DD_TRY(dd_hasher_end(h, &digest, err));
	memcpy(set->digest, digest.bytes, sizeof set->digest);
	return DD_OK;
}

static enum dd_code build(const struct dd_secret_rule_file *files, size_t n, struct dd_secret_rule_set *set,
			  struct dd_err *err)
{
	DD_TRY(dd_rules_decode((struct dd_str){ (const char *)dd_builtin_rules, dd_builtin_rules_n }, set, err));
	DD_TRY(make_digest(files, n, set, err));
	if (!n)
		return DD_OK;
	if (n > DD_RULE_FILES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "more than %d rule files", DD_RULE_FILES_MAX);
	DD_CLEANUP(building_done) struct building b = { .files = files, .n = n, .merge = { .arena = &set->arena } };
	DD_TRY(dd_rule_merge_add_set(&b.merge, set, err));
	for (size_t i = 0; i < n; i++)
		if (!files[i].extended)
			DD_TRY(add_file(&b, &files[i], 0, err));
	return dd_rule_merge_end(&b.merge, &b.notes, set, err);
}

enum dd_code dd_secret_rule_extend_path(struct dd_str text, struct dd_arena *a, struct dd_str *ret, struct dd_err *err)
{
	struct dd_rule_notes notes = { .dropped = 0 };
	DD_CLEANUP(dd_rule_doc_done) struct dd_rule_doc d = { .text = text, .arena = a, .notes = &notes };
	enum dd_code code = dd_rule_doc_is_toml(text) ? dd_rule_doc_read(&d, err) : DD_OK;
	dd_vec_done(&notes.list);
	if (code == DD_ENOMEM)
		return code;
	*ret = code == DD_OK ? d.extend_path : DD_STR("");
	return DD_OK;
}

enum dd_code dd_secret_rule_set_new(const struct dd_secret_rule_file *files, size_t n, struct dd_secret_rule_set *ret,
				    struct dd_err *err)
{
	struct dd_secret_rule_set set = { .arena = DD_ARENA_INIT(ARENA_MAX) };
	enum dd_code code = build(files, n, &set, err);
	if (code != DD_OK) {
		dd_secret_rule_set_done(&set);
		return code;
	}
	*ret = set;
	return DD_OK;
}
