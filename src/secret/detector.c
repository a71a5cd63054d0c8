/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "secret/detector_parts.h"

/* Counted up when the same rules would find something else: what was found before is not taken from a cache then. */
#define DETECTOR_VERSION UINT64_C(1)

static void slots_done(struct dd_regex_slot *slots, size_t n)
{
	for (size_t i = 0; slots && i < n; i++)
		dd_regex_slot_done(&slots[i]);
	dd_free(slots);
}

static void allow_done(struct dd_allow_state *s, const struct dd_secret_allow *a, size_t n)
{
	for (size_t i = 0; s && i < n; i++) {
		slots_done(s[i].regexes, a[i].regexes.n);
		slots_done(s[i].paths, a[i].paths.n);
	}
	dd_free(s);
}

static enum dd_code slots_new(const struct dd_strs *patterns, struct dd_regex_slot **ret, struct dd_err *err)
{
	if (patterns->n && !(*ret = dd_alloc_zero(patterns->n, sizeof **ret)))
		return dd_fail_nomem(err);
	return DD_OK;
}

static enum dd_code allow_new(const struct dd_secret_allow *a, size_t n, struct dd_allow_state **ret,
			      struct dd_err *err)
{
	struct dd_allow_state *s = n ? dd_alloc_zero(n, sizeof *s) : NULL;
	if (n && !s)
		return dd_fail_nomem(err);
	*ret = s; /* the owner releases what is there, whatever comes */
	for (size_t i = 0; i < n; i++) {
		DD_TRY(slots_new(&a[i].regexes, &s[i].regexes, err));
		DD_TRY(slots_new(&a[i].paths, &s[i].paths, err));
	}
	return DD_OK;
}

void dd_secret_detector_freep(struct dd_secret_detector **at)
{
	struct dd_secret_detector *d = DD_TAKE(*at);
	if (!d)
		return;
	allow_done(d->allow, d->set->allow, d->set->n_allow);
	slots_done(d->exclude, d->set->exclude_blocks.n);
	for (size_t i = 0; d->rules && i < d->set->n_rules; i++) {
		dd_regex_slot_done(&d->rules[i].regex);
		dd_regex_slot_done(&d->rules[i].path);
		slots_done(d->rules[i].exclude, d->set->rules[i].exclude_blocks.n);
		allow_done(d->rules[i].allow, d->set->rules[i].allow, d->set->rules[i].n_allow);
	}
	dd_free(d->rules);
	dd_free(d->path_rules);
	dd_finder_freep(&d->finder);
	dd_free(d);
}

static enum dd_code rules_new(struct dd_secret_detector *d, struct dd_err *err)
{
	size_t n = d->set->n_rules;
	d->rules = dd_alloc_zero(n + 1, sizeof *d->rules);
	d->path_rules = dd_alloc((n + 1) * sizeof *d->path_rules);
	if (!d->rules || !d->path_rules)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < n; i++) {
		const struct dd_secret_rule *r = &d->set->rules[i];
		d->rules[i].generic = dd_str_starts(r->kind.id, DD_STR("generic-"));
		if (r->path.n)
			d->path_rules[d->n_path_rules++] = (uint32_t)i;
		DD_TRY(slots_new(&r->exclude_blocks, &d->rules[i].exclude, err));
		DD_TRY(allow_new(r->allow, r->n_allow, &d->rules[i].allow, err));
	}
	return DD_OK;
}

enum dd_code dd_secret_detector_new(const struct dd_secret_engines *engines, const struct dd_secret_rule_set *set,
				    const struct dd_secret_options *options, struct dd_secret_detector **ret,
				    struct dd_err *err)
{
	DD_CLEANUP(dd_secret_detector_freep) struct dd_secret_detector *d = dd_alloc_zero(1, sizeof *d);
	if (!d)
		return dd_fail_nomem(err);
	d->engines = engines;
	d->set = set;
	d->options = *options;
	struct dd_str digest = { (const char *)set->digest, sizeof set->digest };
	d->fingerprint = dd_str_hash(options->salt, dd_str_hash(digest, DETECTOR_VERSION));
	DD_TRY(rules_new(d, err));
	DD_TRY(slots_new(&set->exclude_blocks, &d->exclude, err));
	DD_TRY(allow_new(set->allow, set->n_allow, &d->allow, err));
	DD_TRY(dd_finder_new(engines, set, &d->finder, err));
	*ret = DD_TAKE(d);
	return DD_OK;
}

uint64_t dd_secret_detector_fingerprint(const struct dd_secret_detector *d)
{
	return d->fingerprint;
}

bool dd_secret_detector_keeps_clear(const struct dd_secret_detector *d)
{
	return d->options.reveal || d->options.keep_clear;
}

const struct dd_secret_options *dd_secret_detector_options(const struct dd_secret_detector *d)
{
	return &d->options;
}

const struct dd_secret_rule_set *dd_secret_detector_rules(const struct dd_secret_detector *d)
{
	return d->set;
}

void dd_secret_found_done(struct dd_secret_found *f)
{
	dd_vec_done(&f->list);
	dd_vec_done(&f->problems);
}
