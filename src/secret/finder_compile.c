/* SPDX-License-Identifier: Apache-2.0 */
/* Tables for rules that the program does not carry: those of users, and all of them where the library is of another
 * version. What Vectorscan cannot express exactly it finds more often than needed (PREFILTER); what it cannot take at
 * all is searched for by its keywords, and PCRE2 goes over the windows that have one.
 *
 * They are not kept in a cache: a table is a program for Vectorscan's machine, which trusts it. Whoever can write to a
 * cache must not be able to give us one; 250 rules take less than a second. */
#include <stdatomic.h>

#include "base/alloc.h"
#include "secret/finder_parts.h"

struct pattern {
	const char *text;
	unsigned flags;
	uint32_t what; /* for dd_finder_database.rule_of */
};

struct compile {
	const struct dd_hs_compiler *c;
	const struct dd_secret_rule_set *set;
	struct dd_finder *f;
	struct dd_arena arena;
	DD_VEC(struct pattern) patterns;
};

static void compile_done(struct compile *c)
{
	dd_vec_done(&c->patterns);
	dd_arena_done(&c->arena);
}

struct dd_finder_width dd_finder_width(const struct dd_hs_compiler *c, const char *pattern)
{
	struct dd_finder_width w = { 0, DD_REACH_MAX, false };
	hs_expr_info_t *info = NULL;
	hs_compile_error_t *error = NULL;
	if (c->expression_info(pattern, 0, &info, &error) == HS_SUCCESS) {
		w.least = info->min_width < DD_REACH_MAX ? info->min_width : DD_REACH_MAX;
		w.reach = info->max_width < DD_REACH_MAX ? info->max_width : DD_REACH_MAX;
		dd_free(info);
	} else {
		(void)c->free_compile_error(error);
	}
	return w;
}

static enum dd_code add(struct compile *c, const char *text, unsigned flags, uint32_t what, struct dd_err *err)
{
	struct pattern p = { text, flags, what };
	return text && dd_vec_push(&c->patterns, p, DD_PATTERN_RULE) ? DD_OK : dd_fail_nomem(err);
}

/* A keyword as a pattern: every byte that is no letter or digit by its number. */
static const char *literal(struct dd_arena *a, struct dd_str word)
{
	static const char hex[] = "0123456789abcdef";
	char *out = dd_arena_alloc(a, 4 * word.n + 1), *p = out;
	for (size_t i = 0; out && i < word.n; i++) {
		unsigned char b = (unsigned char)word.p[i];
		if (dd_is_alpha((char)b) || dd_is_digit((char)b))
			*p++ = (char)b;
		else
			*p++ = '\\', *p++ = 'x', *p++ = hex[b >> 4], *p++ = hex[b & 15];
	}
	return out;
}

static enum dd_code add_keywords(struct compile *c, size_t rule, uint32_t what, struct dd_err *err)
{
	const struct dd_strs *words = &c->set->rules[rule].keywords;
	for (size_t i = 0; i < words->n; i++)
		if (words->p[i].n)
			DD_TRY(add(c, literal(&c->arena, words->p[i]), HS_FLAG_CASELESS, what | (uint32_t)rule, err));
	return DD_OK;
}

static enum dd_code collect(struct compile *c, enum dd_find_kind kind, struct dd_err *err)
{
	c->patterns.n = 0;
	for (size_t i = 0; i < c->set->n_rules; i++) {
		const struct dd_secret_rule *r = &c->set->rules[i];
		if (c->f->widths[i].ready || !(dd_find_kinds(r) & 1u << kind))
			continue;
		DD_TRY(add(c, dd_arena_c(&c->arena, r->regex), 0, (uint32_t)i, err));
		if (r->keyword_anywhere)
			DD_TRY(add_keywords(c, i, DD_PATTERN_KEYWORD, err));
	}
	return DD_OK;
}

/* Pattern `at` was refused: tries it in another way. */
static enum dd_code retry(struct compile *c, size_t at, const char *why, struct dd_err *err)
{
	struct pattern *p = &c->patterns.p[at];
	uint32_t rule = p->what & DD_PATTERN_RULE;
	if (!(p->flags & (HS_FLAG_PREFILTER | HS_FLAG_CASELESS))) {
		p->flags |= HS_FLAG_PREFILTER;
		return DD_OK;
	}
	const struct dd_secret_rule *r = &c->set->rules[rule];
	if (r->keywords.n == 0 || p->what != rule)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET,
			       "%s%srule %s cannot be searched for at speed: %.200s; give it keywords",
			       r->where.n ? DD_QUOTE(r->where) : "", r->where.n ? ": " : "", DD_QUOTE(r->kind.id), why);
	c->patterns.p[at] = c->patterns.p[--c->patterns.n];
	return add_keywords(c, rule, DD_PATTERN_ANYWHERE, err);
}

static enum dd_code compile_once(struct compile *c, hs_database_t **ret, size_t *ret_bad, struct dd_arena *bad_text,
				 const char **ret_why, struct dd_err *err)
{
	size_t n = c->patterns.n;
	DD_CLEANUP(dd_freep) const char **texts = dd_alloc(n * sizeof *texts);
	DD_CLEANUP(dd_freep) unsigned *flags = dd_alloc(n * sizeof *flags);
	DD_CLEANUP(dd_freep) unsigned *ids = dd_alloc(n * sizeof *ids);
	if (!texts || !flags || !ids)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < n; i++)
		texts[i] = c->patterns.p[i].text, flags[i] = c->patterns.p[i].flags, ids[i] = (unsigned)i;
	hs_compile_error_t *error = NULL;
	/* For any processor of this architecture: it is not slower, and tables can be carried from one to another. */
	const hs_platform_info_t any = { 0 };
	if (c->c->compile_multi(texts, flags, ids, (unsigned)n, HS_MODE_BLOCK, &any, ret, &error) == HS_SUCCESS)
		return DD_OK;
	*ret_bad = error->expression < 0 ? SIZE_MAX : (size_t)error->expression;
	*ret_why = dd_arena_c(bad_text, dd_str_from(error->message));
	(void)c->c->free_compile_error(error);
	return *ret_bad == SIZE_MAX || !*ret_why
		       ? dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "rules of secrets cannot be compiled together: %.200s",
				 *ret_why ? *ret_why : "no memory")
		       : DD_OK;
}

static enum dd_code make_database(struct compile *c, struct dd_finder_database *db, struct dd_err *err)
{
	hs_database_t *made = NULL;
	while (!made) {
		size_t bad = 0;
		const char *why = NULL;
		DD_TRY(compile_once(c, &made, &bad, &c->arena, &why, err));
		if (!made)
			DD_TRY(retry(c, bad, why, err));
	}
	atomic_store(&db->db, made);
	db->rule_of = dd_alloc(c->patterns.n * sizeof *db->rule_of);
	if (!db->rule_of)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < c->patterns.n; i++)
		db->rule_of[i] = c->patterns.p[i].what;
	db->n_patterns = c->patterns.n;
	return DD_OK;
}

enum dd_code dd_finder_compile(struct dd_finder *f, const struct dd_secret_engines *engines,
			       const struct dd_secret_rule_set *set, struct dd_err *err)
{
	DD_CLEANUP(compile_done) struct compile c = { NULL, set, f, DD_ARENA_INIT(256 << 20), { 0 } };
	for (size_t i = 0; i < set->n_rules; i++) {
		if (f->widths[i].ready || set->rules[i].regex.n == 0)
			continue;
		if (!c.c)
			DD_TRY(dd_secret_hs_compiler(engines, &c.c, err));
		const char *pattern = dd_arena_c(&c.arena, set->rules[i].regex);
		if (!pattern)
			return dd_fail_nomem(err);
		f->widths[i] = dd_finder_width(c.c, pattern);
	}
	for (enum dd_find_kind k = 0; c.c && k < DD_FIND_KINDS; k++) {
		DD_TRY(collect(&c, k, err));
		if (c.patterns.n)
			DD_TRY(make_database(&c, &f->db[DD_FIND_KINDS + k], err));
	}
	return DD_OK;
}
