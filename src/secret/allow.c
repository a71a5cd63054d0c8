/* SPDX-License-Identifier: Apache-2.0 */
/* gitleaks' allow lists, Trivy's blocks, and marks that users put beside a text. Sources: gitleaks 8, config/
 * allowlist.go; Trivy, pkg/fanal/secret/scanner.go. */
#include "secret/detector_parts.h"

/* ASCII letters of any case; word is in lower case. */
static bool contains_nocase(struct dd_str text, struct dd_str word)
{
	for (size_t i = 0; word.n && i + word.n <= text.n; i++) {
		size_t k = 0;
		while (k < word.n && dd_lower(text.p[i + k]) == dd_lower(word.p[k]))
			k++;
		if (k == word.n)
			return true;
	}
	return false;
}

static enum dd_code any_matches(const struct dd_secret_detector *d, struct dd_regex_scratch *regex,
				const struct dd_strs *patterns, struct dd_regex_slot *slots, struct dd_str text,
				bool *ret, struct dd_err *err)
{
	*ret = false;
	for (size_t i = 0; i < patterns->n && !*ret; i++) {
		const struct dd_regex *p;
		struct dd_span whole;
		DD_TRY(dd_regex_get(&slots[i], d->engines, patterns->p[i], 0, &p, err));
		switch (dd_regex_find(p, regex, text, 0, 0, &whole, 1)) {
		case DD_REGEX_NOMEM:
			return dd_fail_nomem(err);
		case DD_REGEX_FOUND:
			*ret = true;
			break;
		case DD_REGEX_NONE:
		case DD_REGEX_GAVE_UP: /* nobody knows: then it counts */
			break;
		}
	}
	return DD_OK;
}

/* Kinds of conditions that are given and hold, or not. */
struct verdict {
	bool all;
	unsigned hold, fail;
};

static void count(struct verdict *v, bool given, bool holds)
{
	if (given)
		holds ? v->hold++ : v->fail++;
}

static bool decided(const struct verdict *v)
{
	return v->all ? v->fail > 0 : v->hold > 0;
}

static enum dd_code holds(const struct dd_secret_detector *d, struct dd_regex_scratch *regex,
			  const struct dd_secret_allow *a, const struct dd_allow_state *state,
			  const struct dd_allow_question *q, bool *ret, struct dd_err *err)
{
	struct verdict v = { .all = a->all };
	bool is = false;
	count(&v, a->commits.n > 0, false); /* whoever knows commits asks for them */
	for (size_t i = 0; i < a->stopwords.n && !is; i++)
		is = contains_nocase(q->secret, a->stopwords.p[i]);
	count(&v, a->stopwords.n > 0, is);
	if (!decided(&v) && a->paths.n) {
		DD_TRY(any_matches(d, regex, &a->paths, state->paths, q->path, &is, err));
		count(&v, true, is);
	}
	if (!decided(&v) && a->regexes.n) {
		struct dd_str text = a->target == DD_ALLOW_LINE	   ? q->line
				     : a->target == DD_ALLOW_MATCH ? q->match
								   : q->secret;
		DD_TRY(any_matches(d, regex, &a->regexes, state->regexes, text, &is, err));
		count(&v, true, is);
	}
	*ret = v.all ? v.hold > 0 && v.fail == 0 : v.hold > 0;
	return DD_OK;
}

static bool is_for(const struct dd_secret_allow *a, struct dd_str rule)
{
	for (size_t i = 0; i < a->target_rules.n; i++)
		if (dd_str_eq(a->target_rules.p[i], rule))
			return true;
	return a->target_rules.n == 0;
}

enum dd_code dd_allow_ask(const struct dd_secret_detector *d, struct dd_regex_scratch *regex,
			  const struct dd_allow_question *q, struct dd_str *ret_why, struct dd_err *err)
{
	const struct dd_secret_rule *r = &d->set->rules[q->rule];
	*ret_why = (struct dd_str){ 0 };
	for (size_t i = 0; i < d->set->n_allow + r->n_allow; i++) {
		bool global = i < d->set->n_allow, is;
		size_t k = global ? i : i - d->set->n_allow;
		const struct dd_secret_allow *a = global ? &d->set->allow[k] : &r->allow[k];
		if (!is_for(a, r->kind.id))
			continue;
		DD_TRY(holds(d, regex, a, global ? &d->allow[k] : &d->rules[q->rule].allow[k], q, &is, err));
		if (!is)
			continue;
		*ret_why = a->description.n ? a->description : DD_STR("allowed by a list of the rules");
		return DD_OK;
	}
	return DD_OK;
}

/* Is the secret inside of a match of the pattern? */
static enum dd_code in_block(const struct dd_regex *p, struct dd_regex_scratch *regex, struct dd_str text,
			     struct dd_span secret, bool *ret, struct dd_err *err)
{
	struct dd_span block;
	for (size_t at = 0; at <= secret.start && !*ret; at = block.end > block.start ? block.end : block.start + 1) {
		enum dd_regex_result found = dd_regex_find(p, regex, text, at, 0, &block, 1);
		if (found == DD_REGEX_NOMEM)
			return dd_fail_nomem(err);
		if (found != DD_REGEX_FOUND || block.start > secret.start)
			return DD_OK;
		*ret = secret.end <= block.end;
	}
	return DD_OK;
}

enum dd_code dd_allow_block(const struct dd_secret_detector *d, struct dd_regex_scratch *regex, size_t rule,
			    struct dd_str text, struct dd_span secret, bool *ret, struct dd_err *err)
{
	const struct dd_strs *of[] = { &d->set->exclude_blocks, &d->set->rules[rule].exclude_blocks };
	struct dd_regex_slot *slots[] = { d->exclude, d->rules[rule].exclude };
	*ret = false;
	for (size_t k = 0; k < DD_COUNT(of); k++)
		for (size_t i = 0; i < of[k]->n && !*ret; i++) {
			const struct dd_regex *p;
			DD_TRY(dd_regex_get(&slots[k][i], d->engines, of[k]->p[i], 0, &p, err));
			DD_TRY(in_block(p, regex, text, secret, ret, err));
		}
	return DD_OK;
}

struct dd_str dd_allow_mark(struct dd_str line)
{
	static const char *const marks[] = { "drydock:allow", "gitleaks:allow" };
	for (size_t i = 0; i < DD_COUNT(marks); i++) {
		struct dd_str mark = dd_str_from(marks[i]);
		if (dd_str_search(line, mark) < line.n)
			return mark;
	}
	return DD_STR("");
}
