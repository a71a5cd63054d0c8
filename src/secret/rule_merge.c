/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/rule_merge.h"

#include <stdlib.h>

#include "secret/rule_aliases.h"

enum { ALLOW_MAX = 10000, BLOCKS_MAX = 1000 };

void dd_rule_merge_done(struct dd_rule_merge *m)
{
	dd_vec_done(&m->rules);
	dd_vec_done(&m->allow);
	dd_vec_done(&m->exclude_blocks);
	dd_map_done(&m->by_id);
}

static enum dd_code fail_room(struct dd_err *err, size_t n, size_t max, const char *what)
{
	return n < max ? dd_fail_nomem(err)
		       : dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "rule files: more than %zu %s", max, what);
}

static enum dd_code add_rule(struct dd_rule_merge *m, const struct dd_secret_rule *r, struct dd_err *err)
{
	if (!dd_vec_push(&m->rules, *r, DD_RULES_MAX))
		return fail_room(err, m->rules.n, DD_RULES_MAX, "rules");
	return dd_map_set(&m->by_id, r->kind.id, (uint32_t)(m->rules.n - 1)) ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code add_allow(struct dd_rule_merge *m, const struct dd_secret_allow *list, size_t n, struct dd_err *err)
{
	for (size_t i = 0; i < n; i++)
		if (!dd_vec_push(&m->allow, list[i], ALLOW_MAX))
			return fail_room(err, m->allow.n, ALLOW_MAX, "allowlists");
	return DD_OK;
}

enum dd_code dd_rule_merge_add_set(struct dd_rule_merge *m, const struct dd_secret_rule_set *set, struct dd_err *err)
{
	for (size_t i = 0; i < set->n_rules; i++)
		DD_TRY(add_rule(m, &set->rules[i], err));
	return add_allow(m, set->allow, set->n_allow, err);
}

/* --- one rule changed by another (gitleaks 8.30, config.go, extend) --- */

static enum dd_code join(struct dd_arena *a, struct dd_strs *into, const struct dd_strs *more, struct dd_err *err)
{
	if (!more->n)
		return DD_OK;
	struct dd_str *p = dd_arena_array(a, into->n + more->n, sizeof *p);
	if (!p)
		return dd_fail_nomem(err);
	if (into->n)
		memcpy(p, into->p, into->n * sizeof *p);
	memcpy(p + into->n, more->p, more->n * sizeof *p);
	*into = (struct dd_strs){ p, into->n + more->n };
	return DD_OK;
}

static enum dd_code join_allow(struct dd_arena *a, struct dd_secret_rule *into, const struct dd_secret_rule *more,
			       struct dd_err *err)
{
	if (!more->n_allow)
		return DD_OK;
	struct dd_secret_allow *p = dd_arena_array(a, into->n_allow + more->n_allow, sizeof *p);
	if (!p)
		return dd_fail_nomem(err);
	if (into->n_allow)
		memcpy(p, into->allow, into->n_allow * sizeof *p);
	memcpy(p + into->n_allow, more->allow, more->n_allow * sizeof *p);
	into->allow = p;
	into->n_allow += more->n_allow;
	return DD_OK;
}

static void change_text(struct dd_str *to, struct dd_str with)
{
	if (with.n)
		*to = with;
}

static void change_kind(struct dd_secret_kind *to, const struct dd_secret_kind *with)
{
	change_text(&to->title, with->title);
	change_text(&to->provider, with->provider);
	change_text(&to->revoke, with->revoke);
	change_text(&to->advice, with->advice);
	if (with->severity != DD_SEV_UNKNOWN)
		to->severity = with->severity;
	if (with->confidence != DD_CONFIDENCE_UNKNOWN)
		to->confidence = with->confidence;
	to->user = true;
}

static enum dd_code change_rule(struct dd_arena *a, struct dd_secret_rule *to, const struct dd_secret_rule *with,
				struct dd_err *err)
{
	change_kind(&to->kind, &with->kind);
	if (with->regex.n) { /* what was said of the form does not hold for another one */
		to->regex = with->regex;
		to->check = with->check;
		to->keyword_anywhere = true;
		to->secret_group = 0;
	}
	change_text(&to->path, with->path);
	change_text(&to->where, with->where);
	if (with->entropy > 0)
		to->entropy = with->entropy;
	if (with->secret_group)
		to->secret_group = with->secret_group;
	if (with->keywords.n)
		to->keyword_anywhere = true;
	to->skip_report |= with->skip_report;
	to->binary |= with->binary;
	if (with->n_required) {
		to->required = with->required;
		to->n_required = with->n_required;
	}
	DD_TRY(join(a, &to->keywords, &with->keywords, err));
	DD_TRY(join(a, &to->tags, &with->tags, err));
	DD_TRY(join(a, &to->also, &with->also, err));
	DD_TRY(join(a, &to->exclude_blocks, &with->exclude_blocks, err));
	return join_allow(a, to, with, err);
}

/* --- files --- */

static bool contains(const struct dd_strs *s, struct dd_str what)
{
	for (size_t i = 0; i < s->n; i++)
		if (dd_str_eq(s->p[i], what))
			return true;
	return false;
}

/* Keeps order: only those stay that are not named (or, with `only`, that are named or the user's). */
static enum dd_code remove_named(struct dd_rule_merge *m, const struct dd_strs *names, bool only, struct dd_err *err)
{
	size_t kept = 0;
	for (size_t i = 0; i < m->rules.n; i++) {
		const bool named = contains(names, m->rules.p[i].kind.id);
		if (only ? named || m->rules.p[i].kind.user : !named)
			m->rules.p[kept++] = m->rules.p[i];
	}
	m->rules.n = kept;
	dd_map_done(&m->by_id);
	m->by_id = (struct dd_map){ NULL, 0, 0, 0 };
	for (size_t i = 0; i < kept; i++)
		if (!dd_map_set(&m->by_id, m->rules.p[i].kind.id, (uint32_t)i))
			return dd_fail_nomem(err);
	return DD_OK;
}

/* Names that no rule has become those of drydock's rules that they stand for. Of others the user is told; they stay, as
 * a list that was not empty must not become one: it would mean all rules. */
static enum dd_code resolve(struct dd_rule_merge *m, struct dd_rule_doc *d, struct dd_strs *names, const char *what,
			    struct dd_err *err)
{
	struct dd_strs found = { NULL, 0 };
	for (size_t i = 0; i < names->n; i++) {
		struct dd_str ours;
		const struct dd_strs name = { &names->p[i], 1 }, other = { &ours, 1 };
		const size_t before = found.n;
		const bool there = dd_map_get(&m->by_id, names->p[i]) != DD_MAP_NONE;
		for (size_t at = 0; !there && (ours = dd_rule_alias_next(names->p[i], &at)).p;)
			if (dd_map_get(&m->by_id, ours) != DD_MAP_NONE)
				DD_TRY(join(m->arena, &found, &other, err));
		if (found.n > before)
			continue;
		DD_TRY(join(m->arena, &found, &name, err));
		if (!there)
			DD_TRY(dd_rule_doc_warn(d, DD_NO_OFFSET, err, "%s names %s, and there is no such rule", what,
						DD_QUOTE(names->p[i])));
	}
	*names = found;
	return DD_OK;
}

static enum dd_code switch_off(struct dd_rule_merge *m, struct dd_rule_doc *d, struct dd_err *err)
{
	const bool some = d->enabled.n || d->not_default;
	DD_TRY(resolve(m, d, &d->disabled, dd_rule_doc_is_toml(d->text) ? "extend.disabledRules" : "disable-rules",
		       err));
	DD_TRY(resolve(m, d, &d->enabled, "enable-builtin-rules", err));
	if (d->disabled.n)
		DD_TRY(remove_named(m, &d->disabled, false, err));
	if (some) /* of drydock's own only these */
		DD_TRY(remove_named(m, &d->enabled, true, err));
	return DD_OK;
}

static enum dd_code fail_rule(const struct dd_secret_rule *r, struct dd_err *err, const char *what)
{
	return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "%.*s: rule %s: %s", DD_FMT(r->where), DD_QUOTE(r->kind.id), what);
}

/* A rule of gitleaks' or Trivy's own, which drydock has under other names. */
static enum dd_code change_aliased(struct dd_rule_merge *m, struct dd_rule_doc *d, const struct dd_secret_rule *r,
				   struct dd_err *err)
{
	bool changed = false;
	size_t at = 0;
	for (struct dd_str ours; (ours = dd_rule_alias_next(r->kind.id, &at)).p;) {
		const uint32_t there = dd_map_get(&m->by_id, ours);
		if (there == DD_MAP_NONE)
			continue;
		DD_TRY(change_rule(m->arena, &m->rules.p[there], r, err));
		changed = true;
	}
	return changed ? DD_OK
		       : dd_rule_doc_warn(
				 d, DD_NO_OFFSET, err,
				 "rule %s changes a rule that is not there, and has neither regex nor path itself",
				 DD_QUOTE(r->kind.id));
}

static enum dd_code add_user_rule(struct dd_rule_merge *m, struct dd_rule_doc *d, const struct dd_secret_rule *from,
				  bool merge_same, struct dd_err *err)
{
	struct dd_secret_rule r = *from;
	const uint32_t there = dd_map_get(&m->by_id, r.kind.id);
	const bool empty = !r.regex.n && !r.path.n;
	if (there != DD_MAP_NONE && (merge_same || empty))
		return change_rule(m->arena, &m->rules.p[there], &r, err);
	if (empty && merge_same)
		return change_aliased(m, d, &r, err);
	if (empty)
		return fail_rule(&r, err, "neither regex nor path: it would find nothing");
	r.kind.user = true;
	r.keyword_anywhere = true;
	if (there == DD_MAP_NONE)
		return add_rule(m, &r, err);
	m->rules.p[there] = r;
	return DD_OK;
}

/* Of two rules with one id the last one counts, as in gitleaks. */
static enum dd_code drop_doubles(struct dd_rule_doc *d, struct dd_err *err)
{
	DD_CLEANUP(dd_map_done) struct dd_map ids = { NULL, 0, 0, 0 };
	size_t kept = 0;
	for (size_t i = 0; i < d->rules.n; i++) {
		struct dd_secret_rule *r = &d->rules.p[i];
		uint32_t first = 0;
		if (!dd_map_add(&ids, r->kind.id, (uint32_t)kept, &first))
			return dd_fail_nomem(err);
		if (first != kept)
			DD_TRY(dd_rule_doc_warn(
				d, DD_NO_OFFSET, err, "rule %s: the one at %.*s counts, not that at %.*s",
				DD_QUOTE(r->kind.id), DD_FMT(r->where), DD_FMT(d->rules.p[first].where)));
		d->rules.p[first] = *r;
		kept += first == kept;
	}
	d->rules.n = kept;
	return DD_OK;
}

enum dd_code dd_rule_merge_add(struct dd_rule_merge *m, struct dd_rule_doc *d, bool merge_same, struct dd_err *err)
{
	if (!d->own)
		DD_TRY(drop_doubles(d, err));
	DD_TRY(switch_off(m, d, err));
	for (size_t i = 0; i < d->rules.n; i++) {
		if (d->own)
			DD_TRY(add_rule(m, &d->rules.p[i], err));
		else
			DD_TRY(add_user_rule(m, d, &d->rules.p[i], merge_same, err));
	}
	for (size_t i = 0; i < d->allow.n && !d->own; i++)
		DD_TRY(resolve(m, d, &d->allow.p[i].target_rules, "targetRules", err));
	DD_TRY(add_allow(m, d->allow.p, d->allow.n, err));
	for (size_t i = 0; i < d->exclude_blocks.n; i++)
		if (!dd_vec_push(&m->exclude_blocks, d->exclude_blocks.p[i], BLOCKS_MAX))
			return fail_room(err, m->exclude_blocks.n, BLOCKS_MAX, "exclude-blocks");
	return DD_OK;
}

/* --- the whole --- */

static int by_id(const void *a, const void *b)
{
	return dd_str_cmp(((const struct dd_secret_rule *)a)->kind.id, ((const struct dd_secret_rule *)b)->kind.id);
}

/* Groups that capture: "(" without "?" behind it, as go_regex.c writes them, or "(?P<", "(?<". */
static unsigned count_groups(struct dd_str regex)
{
	unsigned n = 0;
	bool in_class = false;
	for (size_t i = 0; i < regex.n; i++) {
		const char c = regex.p[i];
		if (c == '\\')
			i++;
		else if (in_class)
			in_class = c != ']';
		else if (c == '[')
			in_class = true;
		else if (c == '(' && !(i + 1 < regex.n && regex.p[i + 1] == '?'))
			n++;
	}
	return n;
}

static enum dd_code check_rule(const struct dd_rule_merge *m, struct dd_secret_rule *r, struct dd_err *err)
{
	if (!r->regex.n && !r->path.n)
		return fail_rule(r, err, "neither regex nor path: it would find nothing");
	const unsigned groups = count_groups(r->regex);
	if (r->regex.n && r->secret_group > groups)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET,
			       "%.*s: rule %s: secretGroup is %u, the pattern has %u groups", DD_FMT(r->where),
			       DD_QUOTE(r->kind.id), r->secret_group, groups);
	for (size_t i = 0; i < r->n_required; i++)
		if (dd_map_get(&m->by_id, r->required[i].rule) == DD_MAP_NONE)
			return dd_fail(err, DD_EPARSE, DD_NO_OFFSET,
				       "%.*s: rule %s: it requires %s, and there is no such rule", DD_FMT(r->where),
				       DD_QUOTE(r->kind.id), DD_QUOTE(r->required[i].rule));
	/* gitleaks says nothing of these. What the user asks for counts; a rule that is called generic finds a name and
	 * any value, and gitleaks drops such a finding where another rule has one on the line. */
	if (r->kind.severity == DD_SEV_UNKNOWN)
		r->kind.severity = DD_SEV_HIGH;
	if (r->kind.confidence == DD_CONFIDENCE_UNKNOWN)
		r->kind.confidence =
			dd_str_starts(r->kind.id, DD_STR("generic")) ? DD_CONFIDENCE_LOW : DD_CONFIDENCE_MEDIUM;
	if (!r->kind.title.n)
		r->kind.title = r->kind.id;
	return DD_OK;
}

static void *copy(struct dd_arena *a, const void *p, size_t n, size_t size)
{
	void *out = n ? dd_arena_array(a, n, size) : NULL;
	if (out)
		memcpy(out, p, n * size);
	return out;
}

enum dd_code dd_rule_merge_end(struct dd_rule_merge *m, struct dd_rule_notes *notes, struct dd_secret_rule_set *set,
			       struct dd_err *err)
{
	for (size_t i = 0; i < m->rules.n; i++)
		DD_TRY(check_rule(m, &m->rules.p[i], err));
	if (m->rules.n)
		qsort(m->rules.p, m->rules.n, sizeof *m->rules.p, by_id);
	set->rules = copy(m->arena, m->rules.p, m->rules.n, sizeof *m->rules.p);
	set->allow = copy(m->arena, m->allow.p, m->allow.n, sizeof *m->allow.p);
	set->exclude_blocks.p = copy(m->arena, m->exclude_blocks.p, m->exclude_blocks.n, sizeof *m->exclude_blocks.p);
	if (notes->dropped) {
		struct dd_str more = dd_arena_printf(m->arena, "%zu more warnings", notes->dropped);
		if (!more.p || !dd_vec_push(&notes->list, more, DD_RULE_WARNINGS_MAX + 1))
			return dd_fail_nomem(err);
	}
	set->warnings.p = copy(m->arena, notes->list.p, notes->list.n, sizeof *notes->list.p);
	if ((m->rules.n && !set->rules) || (m->allow.n && !set->allow) ||
	    (m->exclude_blocks.n && !set->exclude_blocks.p) || (notes->list.n && !set->warnings.p))
		return dd_fail_nomem(err);
	set->n_rules = m->rules.n;
	set->n_allow = m->allow.n;
	set->exclude_blocks.n = m->exclude_blocks.n;
	set->warnings.n = notes->list.n;
	return DD_OK;
}
