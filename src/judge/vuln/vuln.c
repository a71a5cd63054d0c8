/* SPDX-License-Identifier: Apache-2.0 */
/* For each package of the image's own distribution:
 *
 * 1. Names. Debian, Ubuntu and Alpine advisories speak of source packages (apk: origin), Red Hat's family of binary
 * ones; dd_ecosystem.names says which, and the version compared is that of the name: the source's version, which a
 * binary rebuild (+bN) does not change. A source rpm records no epoch, so there epochs are left out on both sides.
 * 2. Releases. The release's own key, for Ubuntu the Pro pocket beside it (told as such), for Debian unstable as the
 *    fallback where the tracker is silent about the release.
 * 3. Statements about one vulnerability are weighed against each other in statement.c; ranges are evaluated in range.c.
 * 4. One finding for each vulnerability and package. Withdrawn vulnerabilities never match.
 *
 * What cannot be judged is said: no or unknown operating system, no package database, no advisories for the release,
 * packages of another packaging system, names and versions that their scheme does not allow. */
#include "judge/vuln/vuln.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/map.h"
#include "judge/vuln/describe.h"
#include "judge/vuln/kernel.h"
#include "judge/vuln/vendor.h"
#include "version/ecosystem.h"

enum { SUBJECTS_MAX = 2, KEYS_MAX = 3 };

/* Advisories of one package over all keys; the kernel of an old release has about 6,000. */
enum { STATEMENTS_MAX = 1000000 };
#define SCRATCH_BYTES_MAX (1 * DD_GIB)
#define OS_TEXT_MAX	  ((size_t)256)

static const char who[] = "vulnerabilities";
static const struct dd_str none = { "", 0 };

struct subject {
	struct dd_str name, version;
	bool ignore_epoch;
};

struct key {
	struct dd_str text;
	enum dd_rank rank; /* DD_RANK_DISTRIBUTION: the release itself; there the source decides */
};

struct statements {
	DD_VEC(struct dd_statement) v;
};

struct judging {
	const struct dd_inventory *inv;
	const struct dd_db *db;
	struct dd_arena *arena; /* findings */
	struct dd_findings *out;
	struct dd_err *err;
	const struct dd_ecosystem *ecosystem;
	struct dd_str os_text;
	struct key keys[KEYS_MAX];
	size_t n_keys;
	bool kernel_installed;
	struct dd_map seen; /* vulnerability handle (4 bytes) → index into vulns */
	DD_VEC(struct dd_vuln) vulns;
	size_t foreign, alien; /* packages of other vendors; of other packaging systems */
	struct dd_str foreign_name, alien_name;
};

static void judging_done(struct judging *j)
{
	dd_map_done(&j->seen);
	dd_vec_done(&j->vulns);
}

static void statements_done(struct statements *s)
{
	dd_vec_done(&s->v);
}

/* "debian 12", safe to print. */
static struct dd_str text_of_os(const struct dd_os *os, struct dd_arena *a)
{
	DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(8 * OS_TEXT_MAX);
	(void)dd_buf_add_escaped(&b, dd_str_take(os->id, OS_TEXT_MAX / 2));
	if (os->version.n) {
		(void)dd_buf_add_char(&b, ' ');
		(void)dd_buf_add_escaped(&b, dd_str_take(os->version, OS_TEXT_MAX / 2));
	}
	return dd_arena_str(a, dd_buf_str(&b));
}

static void add_key(struct judging *j, struct dd_str text, enum dd_rank rank)
{
	if (text.n && j->n_keys < KEYS_MAX && dd_db_covers(j->db, text))
		j->keys[j->n_keys++] = (struct key){ text, rank };
}

/* The keys to ask for: the release, then what stands in for it. */
static enum dd_code find_keys(struct judging *j, struct dd_str release)
{
	struct dd_str more = none;
	add_key(j, release, DD_RANK_DISTRIBUTION);
	if (j->n_keys == 0)
		return DD_OK;
	if (dd_str_eq_c(dd_str_from(j->ecosystem->name), "ubuntu")) {
		struct dd_str number = dd_str_skip(release, dd_str_find(release, ':'));
		more = dd_arena_printf(j->arena, "ubuntu-pro%.*s", DD_FMT(number));
		add_key(j, more, DD_RANK_PRO);
	} else if (dd_str_eq_c(dd_str_from(j->ecosystem->name), "debian")) {
		more = DD_STR("debian:sid");
		if (!dd_str_eq(release, more))
			add_key(j, more, DD_RANK_UNSTABLE);
	}
	return more.p ? DD_OK : DD_ENOMEM;
}

/* Finds out whose advisories to ask for. *ret_go is false when nothing can be judged; then a problem says why. */
static enum dd_code prepare(struct judging *j, bool *ret_go)
{
	const struct dd_inventory *inv = j->inv;
	struct dd_str release = none;
	const char *plural = inv->n_packages == 1 ? "" : "s";

	*ret_go = false;
	if (!inv->package_database_found)
		DD_TRY(dd_findings_problem(
			j->out, j->arena, who, DD_NO_LAYER, none,
			"no package database found%s%.*s: operating system packages were not judged, which "
			"does not mean that none is vulnerable",
			inv->os.id.n ? " in " : "", DD_FMT(j->os_text)));
	if (inv->n_packages == 0)
		return DD_OK;
	if (inv->os.id.n == 0)
		return dd_findings_problem(
			j->out, j->arena, who, DD_NO_LAYER, none,
			"operating system unknown (no os-release or the like): %zu package%s not judged",
			inv->n_packages, plural);
	j->ecosystem = dd_ecosystem_by_os(inv->os.id);
	if (j->ecosystem)
		DD_TRY(dd_ecosystem_from_os(inv->os.id, inv->os.version, j->arena, &release, j->err));
	if (!j->ecosystem || release.n == 0)
		return dd_findings_problem(j->out, j->arena, who, DD_NO_LAYER, none,
					   "no source of advisories is known for %.*s: %zu package%s not judged",
					   DD_FMT(j->os_text), inv->n_packages, plural);
	DD_TRY(find_keys(j, release));
	*ret_go = j->n_keys > 0;
	if (*ret_go)
		return DD_OK;
	return dd_findings_problem(j->out, j->arena, who, DD_NO_LAYER, none,
				   "the database has no advisories for %.*s: %zu package%s of this system not judged; "
				   "run 'drydock db update'",
				   DD_FMT(j->os_text), inv->n_packages, plural);
}

/* Names as dpkg and rpm allow them, and nothing that could hide in a report: printable ASCII, no blanks. */
static bool name_is_valid(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '/')
			return false;
	return s.n > 0;
}

static bool version_is_valid(enum dd_scheme scheme, struct dd_str v)
{
	int c;
	return v.n > 0 && dd_vercmp(scheme, v, v, &c);
}

/* What advisories may call the package, with the version that goes with the name. */
static size_t find_subjects(const struct judging *j, const struct dd_package *p, struct subject out[SUBJECTS_MAX])
{
	struct subject binary = { p->name, p->version, false };
	struct subject source = { p->source_name.n ? p->source_name : p->name,
				  p->source_version.n ? p->source_version : p->version, false };
	if (j->ecosystem->scheme == DD_SCHEME_RPM)
		source.ignore_epoch = p->source_version.n && dd_str_find(p->source_version, ':') == p->source_version.n;
	switch (j->ecosystem->names) {
	case DD_NAMES_BINARY:
		out[0] = binary;
		return 1;
	case DD_NAMES_SOURCE:
		out[0] = source;
		return 1;
	case DD_NAMES_BOTH:
		out[0] = binary;
		out[1] = source;
		return dd_str_eq(binary.name, source.name) ? 1 : 2;
	}
	return 0;
}

/* Problems for a package whose name or version its scheme does not allow; *ret_ok false then. */
static enum dd_code check_package(struct judging *j, const struct dd_installed *in, const struct subject *s,
				  bool *ret_ok)
{
	const struct dd_package *p = &in->package;
	*ret_ok = false;
	if (!name_is_valid(p->name) || !name_is_valid(s->name))
		return dd_findings_problem(j->out, j->arena, who, in->layer, in->path,
					   "package %s (source %s) %s: not a valid package name, not judged",
					   DD_QUOTE(p->name), DD_QUOTE(s->name), DD_QUOTE(p->version));
	if (!version_is_valid(j->ecosystem->scheme, s->version))
		return dd_findings_problem(j->out, j->arena, who, in->layer, in->path,
					   "package %s has version %s, which is no %s version: not judged",
					   DD_QUOTE(p->name), DD_QUOTE(s->version),
					   dd_scheme_name(j->ecosystem->scheme));
	*ret_ok = true;
	return DD_OK;
}

/* Asks the database for one name under one key. */
static enum dd_code ask(struct judging *j, const struct key *key, const struct subject *subject,
			const struct dd_package *p, struct dd_arena *scratch, struct statements *all)
{
	struct dd_advisory *found;
	struct dd_str name;
	size_t n;

	DD_TRY(dd_ecosystem_name(j->ecosystem, subject->name, scratch, &name, j->err));
	DD_TRY(dd_db_find(j->db, key->text, name, scratch, &found, &n, j->err));
	for (size_t i = 0; i < n; i++) {
		struct dd_statement s = {
			.advisory = found[i],
			.order = { j->ecosystem->scheme, subject->ignore_epoch },
			.version = subject->version,
			.place = all->v.n,
			.rank = key->rank == DD_RANK_DISTRIBUTION ? dd_rank_of_source(found[i].source) : key->rank,
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
static enum dd_code vuln_of(struct judging *j, uint32_t handle, size_t *ret)
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

static enum dd_code report_unclear(struct judging *j, const struct dd_installed *in, const struct dd_statement *s)
{
	return dd_findings_problem(j->out, j->arena, who, in->layer, in->path,
				   "advisory %s has %s, which is no %s version: %s was not judged by it",
				   DD_QUOTE(s->advisory.id), DD_QUOTE(s->bad), dd_scheme_name(s->order.scheme),
				   DD_QUOTE(in->package.name));
}

/* All statements about one vulnerability and one package → at most one finding. */
static enum dd_code conclude(struct judging *j, size_t package, struct dd_statement *s, size_t n)
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
		.ecosystem = j->ecosystem,
		.installed = in,
		.package = (int)package,
		.vuln = &j->vulns.p[vuln],
		.decision = &d,
		.s = s,
		.n = n,
		.headers_only = !j->kernel_installed && dd_kernel_is_headers(&in->package),
	};
	struct dd_finding *f = dd_findings_add(j->out, DD_KIND_VULNERABILITY);
	if (!f && j->out->list.n >= DD_FINDINGS_MAX)
		return dd_fail(j->err, DD_ELIMIT, DD_NO_OFFSET, "more than %d findings", DD_FINDINGS_MAX);
	if (!f || dd_describe(f, &c, j->arena) != DD_OK)
		return dd_fail_nomem(j->err);
	return DD_OK;
}

static enum dd_code judge_names(struct judging *j, size_t package, struct dd_arena *scratch)
{
	const struct dd_installed *in = &j->inv->packages[package];
	DD_CLEANUP(statements_done) struct statements all = { 0 };
	struct subject subjects[SUBJECTS_MAX];
	size_t n_subjects = find_subjects(j, &in->package, subjects);
	bool ok;

	for (size_t i = 0; i < n_subjects; i++) {
		DD_TRY(check_package(j, in, &subjects[i], &ok));
		for (size_t k = 0; ok && k < j->n_keys; k++)
			DD_TRY(ask(j, &j->keys[k], &subjects[i], &in->package, scratch, &all));
	}
	if (all.v.n)
		qsort(all.v.p, all.v.n, sizeof *all.v.p, dd_statement_cmp);
	for (size_t i = 0, end; i < all.v.n; i = end) {
		for (end = i; end < all.v.n && all.v.p[end].advisory.vuln == all.v.p[i].advisory.vuln;)
			end++;
		DD_TRY(conclude(j, package, all.v.p + i, end - i));
	}
	return DD_OK;
}

static enum dd_code judge_package(struct judging *j, size_t package)
{
	const struct dd_package *p = &j->inv->packages[package].package;
	if (!dd_str_eq_c(p->type, j->ecosystem->purl_type)) {
		if (j->alien++ == 0)
			j->alien_name = p->name;
		return DD_OK;
	}
	if (dd_vendor_is_foreign(j->ecosystem, p)) {
		if (j->foreign++ == 0)
			j->foreign_name = p->name;
		return DD_OK;
	}
	struct dd_arena scratch = DD_ARENA_INIT(SCRATCH_BYTES_MAX);
	enum dd_code code = judge_names(j, package, &scratch);
	dd_arena_done(&scratch);
	return code;
}

static enum dd_code summarise(struct judging *j)
{
	if (j->alien)
		DD_TRY(dd_findings_problem(j->out, j->arena, who, DD_NO_LAYER, none,
					   "%zu package%s of another packaging system than %.*s uses (%s …) not judged",
					   j->alien, j->alien == 1 ? "" : "s", DD_FMT(j->os_text),
					   DD_QUOTE(j->alien_name)));
	if (j->foreign)
		DD_TRY(dd_findings_warn(
			j->out, j->arena,
			"%zu package%s built by others than the distribution (%s …): its advisories do not "
			"speak of them, so they were not judged",
			j->foreign, j->foreign == 1 ? "" : "s", DD_QUOTE(j->foreign_name)));
	return DD_OK;
}

/* Steps below return a bare DD_ENOMEM; the caller puts it into words. */
static enum dd_code judge_all(struct judging *j)
{
	bool go;
	DD_TRY(prepare(j, &go));
	j->kernel_installed = dd_kernel_image_installed(j->inv);
	for (size_t i = 0; go && i < j->inv->n_packages; i++)
		DD_TRY(judge_package(j, i));
	return go ? summarise(j) : DD_OK;
}

enum dd_code dd_judge_vuln(const struct dd_inventory *inv, const struct dd_db *db, struct dd_arena *a,
			   struct dd_findings *out, struct dd_err *err)
{
	DD_CLEANUP(judging_done)
	struct judging j = {
		.inv = inv,
		.db = db,
		.arena = a,
		.out = out,
		.err = err,
		.os_text = text_of_os(&inv->os, a),
	};
	enum dd_code code = j.os_text.p ? judge_all(&j) : DD_ENOMEM;
	return code == DD_ENOMEM ? dd_fail_nomem(err) : code;
}
