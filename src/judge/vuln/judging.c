/* SPDX-License-Identifier: Apache-2.0 */
/* From what the database says of one package to findings: the same for every kind of package. */
#include "judge/vuln/judging.h"

#include <stdlib.h>

#include "base/limits.h"
#include "judge/vuln/describe.h"
#include "judge/vuln/kernel.h"

/* Advisories of one package over all keys; the kernel of an old release has about 6,000. */
enum { STATEMENTS_MAX = 1000000 };
#define SCRATCH_BYTES_MAX (1 * DD_GIB)

const char dd_judging_who[] = "vulnerabilities";

struct statements {
	DD_VEC(struct dd_statement) v;
	bool known; /* some source has a word for the names */
};

static void statements_done(struct statements *s)
{
	dd_vec_done(&s->v);
}

void dd_judging_add_key(const struct dd_judging *j, struct dd_judging_place *at, struct dd_str text, enum dd_rank rank)
{
	if (text.n && at->n_keys < DD_JUDGING_KEYS_MAX && dd_db_covers(j->db, text))
		at->keys[at->n_keys++] = (struct dd_judging_key){ .text = text, .rank = rank };
}

bool dd_judging_is_version(enum dd_scheme scheme, struct dd_str v)
{
	int c;
	return v.n > 0 && dd_vercmp(scheme, v, v, &c);
}

/* Third-party advisories come from many sources of equal standing; only what drydock ships yields to all of them. */
static enum dd_rank rank_of(const struct dd_judging_place *at, const struct dd_judging_key *key, struct dd_str source)
{
	if (at->third_party)
		return dd_rank_of_source(source) == DD_RANK_STARTER ? DD_RANK_STARTER : DD_RANK_OSV;
	return key->rank == DD_RANK_DISTRIBUTION ? dd_rank_of_source(source) : key->rank;
}

/* Asks the database for one name under one key. */
static enum dd_code ask(struct dd_judging *j, const struct dd_judging_place *at, const struct dd_judging_key *key,
			const struct dd_subject *subject, const struct dd_package *p, struct dd_arena *scratch,
			struct statements *all)
{
	struct dd_advisory *found;
	const struct dd_ecosystem *e = key->ecosystem ? key->ecosystem : at->ecosystem;
	struct dd_str name;
	size_t n;

	DD_TRY(dd_ecosystem_name(e, subject->name, scratch, &name, j->err));
	DD_TRY(dd_db_find(j->db, key->text, name, scratch, &found, &n, j->err));
	all->known = all->known || n;
	for (size_t i = 0; i < n; i++) {
		struct dd_statement s = {
			.advisory = found[i],
			.order = { e->scheme, subject->ignore_epoch, subject->revisions },
			.version = subject->version,
			.place = all->v.n,
			.rank = rank_of(at, key, found[i].source),
		};
		dd_statement_judge(&s, p);
		if (s.says == DD_SAYS_NOTHING)
			continue;
		if (!dd_vec_push(&all->v, s, STATEMENTS_MAX))
			return all->v.n >= STATEMENTS_MAX
				       ? dd_fail(j->err, DD_ELIMIT, DD_NO_OFFSET,
						 "more than %d advisories for one package", STATEMENTS_MAX)
				       : dd_fail_nomem(j->err);
	}
	return DD_OK;
}

/* The vulnerability of a handle; read once, however many packages have it. */
static enum dd_code vuln_of(struct dd_judging *j, uint32_t handle, size_t *ret)
{
	uint32_t at = dd_map_get(&j->seen, (struct dd_str){ (const char *)&handle, sizeof handle });
	struct dd_vuln v;
	if (at != DD_MAP_NONE) {
		*ret = at;
		return DD_OK;
	}
	DD_TRY(dd_db_vuln(j->db, handle, j->arena, &v, j->err));
	struct dd_str key = dd_arena_str(j->arena, (struct dd_str){ (const char *)&handle, sizeof handle });
	if (!key.p || !dd_vec_push(&j->vulns, v, DD_FINDINGS_MAX) ||
	    !dd_map_set(&j->seen, key, (uint32_t)(j->vulns.n - 1)))
		return dd_fail_nomem(j->err);
	*ret = j->vulns.n - 1;
	return DD_OK;
}

static enum dd_code report_unclear(struct dd_judging *j, const struct dd_installed *in, const struct dd_statement *s)
{
	return dd_findings_problem(j->out, j->arena, dd_judging_who, in->layer, in->path,
				   "advisory %s has %s, which is no %s version: %s was not judged by it",
				   DD_QUOTE(s->advisory.id), DD_QUOTE(s->bad), dd_scheme_name(s->order.scheme),
				   DD_QUOTE(in->package.name));
}

/* All statements about one vulnerability and one package → at most one finding. */
static enum dd_code conclude(struct dd_judging *j, const struct dd_judging_place *at, size_t package,
			     struct dd_statement *s, size_t n)
{
	const struct dd_installed *in = &j->inv->packages[package];
	struct dd_decision d = dd_decide(s, n);
	size_t vuln;

	if (!d.affected && !d.unclear)
		return DD_OK;
	DD_TRY(vuln_of(j, s[0].advisory.vuln, &vuln));
	if (j->vulns.p[vuln].withdrawn)
		return DD_OK;
	if (!d.affected)
		return d.because && d.because->says == DD_SAYS_NEVER ? DD_OK : report_unclear(j, in, d.unclear);
	struct dd_case c = {
		.ecosystem = at->ecosystem,
		.installed = in,
		.package = (int)package,
		.vuln = &j->vulns.p[vuln],
		.decision = &d,
		.s = s,
		.n = n,
		.third_party = at->third_party,
		.headers_only = !at->third_party && !j->kernel_installed && dd_kernel_is_headers(&in->package),
	};
	struct dd_finding *f = dd_findings_add(j->out, DD_KIND_VULNERABILITY);
	if (!f && j->out->list.n >= DD_FINDINGS_MAX)
		return dd_fail(j->err, DD_ELIMIT, DD_NO_OFFSET, "more than %d findings", DD_FINDINGS_MAX);
	if (!f || dd_describe(f, &c, j->arena) != DD_OK)
		return dd_fail_nomem(j->err);
	return DD_OK;
}

static enum dd_code judge_names(struct dd_judging *j, const struct dd_judging_place *at, size_t package,
				const struct dd_subject *subjects, size_t n_subjects, struct dd_arena *scratch,
				bool *ret_known)
{
	const struct dd_installed *in = &j->inv->packages[package];
	DD_CLEANUP(statements_done) struct statements all = { 0 };

	const struct dd_subject binary = { .name = in->package.name, .version = in->package.version };
	for (size_t i = 0; i < n_subjects; i++)
		for (size_t k = 0; k < at->n_keys; k++)
			if (!at->keys[k].binary || i == 0)
				DD_TRY(ask(j, at, &at->keys[k], at->keys[k].binary ? &binary : &subjects[i],
					   &in->package, scratch, &all));
	if (all.v.n)
		qsort(all.v.p, all.v.n, sizeof *all.v.p, dd_statement_cmp);
	for (size_t i = 0, end; i < all.v.n; i = end) {
		for (end = i; end < all.v.n && all.v.p[end].advisory.vuln == all.v.p[i].advisory.vuln;)
			end++;
		DD_TRY(conclude(j, at, package, all.v.p + i, end - i));
	}
	if (ret_known)
		*ret_known = all.known;
	return DD_OK;
}

enum dd_code dd_judging_package(struct dd_judging *j, const struct dd_judging_place *at, size_t package,
				const struct dd_subject *subjects, size_t n_subjects, bool *ret_known)
{
	struct dd_arena scratch = DD_ARENA_INIT(SCRATCH_BYTES_MAX);
	enum dd_code code = judge_names(j, at, package, subjects, n_subjects, &scratch, ret_known);
	dd_arena_done(&scratch);
	return code;
}
