/* SPDX-License-Identifier: Apache-2.0 */
/* For each package of the image's own distribution:
 *
 * 1. Names. Debian, Ubuntu and Alpine advisories speak of source packages (apk: origin), Red Hat's family of binary
 * ones; dd_ecosystem.names says which, and the version compared is that of the name: the source's version, which a
 * binary rebuild (+bN) does not change. A source rpm records no epoch, so there epochs are left out on both sides.
 * 2. Releases. The release's own key, for Ubuntu the Pro pocket beside it (told as such; its fixes count where the
 *    system takes updates from there: inventory.os.subscription), for Debian unstable as the
 *    fallback where the tracker is silent about the release.
 *
 * What cannot be judged is said: no or unknown operating system, no package database, no advisories for the release,
 * packages of another packaging system, names and versions that their scheme does not allow. */
#include "judge/vuln/judging.h"
#include "judge/vuln/vendor.h"

enum { SUBJECTS_MAX = 2 };

static const struct dd_str none = { "", 0 };

struct system {
	struct dd_judging *j;
	struct dd_judging_place at;
	size_t n;	       /* packages of the system's package manager */
	size_t third_party;    /* others */
	size_t foreign, alien; /* packages of other vendors; of other packaging systems */
	struct dd_str foreign_name, alien_name;
};

/* Beside the release itself: binary packages, and the Pro pocket of both. number: ":22.04". */
static enum dd_code find_ubuntu_keys(struct system *y, struct dd_str number)
{
	static const struct {
		const char *name;
		enum dd_rank rank;
		bool binary;
	} rows[] = {
		{ "ubuntu-binary", DD_RANK_DISTRIBUTION, true },
		{ "ubuntu-pro", DD_RANK_PRO, false },
		{ "ubuntu-pro-binary", DD_RANK_PRO, true },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		size_t before = y->at.n_keys;
		/* The pocket alone says nothing of what the release itself fixed. */
		if (rows[i].rank == DD_RANK_PRO && before == 0)
			return DD_OK;
		struct dd_str key = dd_arena_printf(y->j->arena, "%s%.*s", rows[i].name, DD_FMT(number));
		if (!key.p)
			return DD_ENOMEM;
		bool subscribed = rows[i].rank == DD_RANK_PRO && y->j->inv->os.subscription.n;
		dd_judging_add_key(y->j, &y->at, key, subscribed ? DD_RANK_SUBSCRIPTION : rows[i].rank);
		if (y->at.n_keys > before)
			y->at.keys[before].binary = rows[i].binary;
	}
	return DD_OK;
}

/* The keys to ask for: the release, then what stands in for it. */
static enum dd_code find_keys(struct system *y, struct dd_str release)
{
	struct dd_judging *j = y->j;
	struct dd_str more = release;
	dd_judging_add_key(j, &y->at, release, DD_RANK_DISTRIBUTION);
	if (dd_str_eq_c(dd_str_from(y->at.ecosystem->name), "ubuntu"))
		return find_ubuntu_keys(y, dd_str_skip(release, dd_str_find(release, ':')));
	if (y->at.n_keys == 0)
		return DD_OK;
	if (dd_str_eq_c(dd_str_from(y->at.ecosystem->name), "debian")) {
		more = DD_STR("debian:sid");
		if (!dd_str_eq(release, more))
			dd_judging_add_key(j, &y->at, more, DD_RANK_UNSTABLE);
	}
	return more.p ? DD_OK : DD_ENOMEM;
}

/* Finds out whose advisories to ask for. *ret_go is false when nothing can be judged; then a problem says why. */
static enum dd_code prepare(struct system *y, bool *ret_go)
{
	struct dd_judging *j = y->j;
	const struct dd_inventory *inv = j->inv;
	struct dd_str release = none;
	const char *plural = y->n == 1 ? "" : "s";

	*ret_go = false;
	/* An image from scratch with one program in it, or a source tree: nothing speaks of a system. */
	if (!inv->package_database_found && !inv->os_found && y->third_party)
		return dd_findings_warn(j->out, j->arena,
					"no operating system and no package database found: only third-party packages "
					"were judged");
	if (!inv->package_database_found)
		DD_TRY(DD_JUDGING_PROBLEM(
			j,
			"no package database found%s%.*s: operating system packages were not judged, which "
			"does not mean that none is vulnerable",
			inv->os.id.n ? " in " : "", DD_FMT(j->os_text)));
	if (y->n == 0)
		return DD_OK;
	if (inv->os.id.n == 0)
		return DD_JUDGING_PROBLEM(
			j, "operating system unknown (no os-release or the like): %zu package%s not judged", y->n,
			plural);
	y->at.ecosystem = dd_ecosystem_by_os(inv->os.id);
	if (y->at.ecosystem)
		DD_TRY(dd_ecosystem_from_os(inv->os.id, inv->os.version, j->arena, &release, j->err));
	if (!y->at.ecosystem || release.n == 0)
		return DD_JUDGING_PROBLEM(j, "no source of advisories is known for %.*s: %zu package%s not judged",
					  DD_FMT(j->os_text), y->n, plural);
	DD_TRY(find_keys(y, release));
	*ret_go = y->at.n_keys > 0;
	if (*ret_go)
		return DD_OK;
	return DD_JUDGING_PROBLEM(j,
				  "the database has no advisories for %.*s: %zu package%s of this system not judged; "
				  "run 'drydock db update'",
				  DD_FMT(j->os_text), y->n, plural);
}

/* Names as dpkg and rpm allow them, and nothing that could hide in a report: printable ASCII, no blanks. */
static bool name_is_valid(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '/')
			return false;
	return s.n > 0;
}

/* What advisories may call the package, with the version that goes with the name. */
static size_t find_subjects(const struct dd_ecosystem *e, const struct dd_package *p,
			    struct dd_subject out[SUBJECTS_MAX])
{
	struct dd_subject binary = { p->name, p->version, false };
	struct dd_subject source = { p->source_name.n ? p->source_name : p->name,
				     p->source_version.n ? p->source_version : p->version, false };
	if (e->scheme == DD_SCHEME_RPM)
		source.ignore_epoch = p->source_version.n && dd_str_find(p->source_version, ':') == p->source_version.n;
	switch (e->names) {
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
static enum dd_code check_package(struct system *y, const struct dd_installed *in, const struct dd_subject *s,
				  bool *ret_ok)
{
	struct dd_judging *j = y->j;
	const struct dd_package *p = &in->package;
	*ret_ok = false;
	if (!name_is_valid(p->name) || !name_is_valid(s->name))
		return dd_findings_problem(j->out, j->arena, dd_judging_who, in->layer, in->path,
					   "package %s (source %s) %s: not a valid package name, not judged",
					   DD_QUOTE(p->name), DD_QUOTE(s->name), DD_QUOTE(p->version));
	if (!dd_judging_is_version(y->at.ecosystem->scheme, s->version))
		return dd_findings_problem(j->out, j->arena, dd_judging_who, in->layer, in->path,
					   "package %s has version %s, which is no %s version: not judged",
					   DD_QUOTE(p->name), DD_QUOTE(s->version),
					   dd_scheme_name(y->at.ecosystem->scheme));
	*ret_ok = true;
	return DD_OK;
}

static enum dd_code judge_package(struct system *y, size_t package)
{
	const struct dd_installed *in = &y->j->inv->packages[package];
	const struct dd_package *p = &in->package;
	struct dd_subject subjects[SUBJECTS_MAX];
	size_t n = 0;
	if (!dd_str_eq_c(p->type, y->at.ecosystem->purl_type)) {
		if (y->alien++ == 0)
			y->alien_name = p->name;
		return DD_OK;
	}
	if (dd_vendor_is_foreign(y->at.ecosystem, p)) {
		if (y->foreign++ == 0)
			y->foreign_name = p->name;
		return DD_OK;
	}
	size_t all = find_subjects(y->at.ecosystem, p, subjects);
	for (size_t i = 0; i < all; i++) {
		bool ok;
		DD_TRY(check_package(y, in, &subjects[i], &ok));
		if (ok)
			subjects[n++] = subjects[i];
	}
	return dd_judging_package(y->j, &y->at, package, subjects, n, NULL);
}

static enum dd_code summarise(struct system *y)
{
	struct dd_judging *j = y->j;
	if (y->alien)
		DD_TRY(DD_JUDGING_PROBLEM(
			j, "%zu package%s of another packaging system than %.*s uses (%s …) not judged", y->alien,
			y->alien == 1 ? "" : "s", DD_FMT(j->os_text), DD_QUOTE(y->alien_name)));
	if (y->foreign)
		DD_TRY(dd_findings_warn(
			j->out, j->arena,
			"%zu package%s built by others than the distribution (%s …): its advisories do not "
			"speak of them, so they were not judged",
			y->foreign, y->foreign == 1 ? "" : "s", DD_QUOTE(y->foreign_name)));
	return DD_OK;
}

enum dd_code dd_judge_system(struct dd_judging *j)
{
	struct system y = { .j = j };
	bool go;
	for (size_t i = 0; i < j->inv->n_packages; i++)
		y.n += j->inv->packages[i].system;
	y.third_party = j->inv->n_packages - y.n;
	DD_TRY(prepare(&y, &go));
	for (size_t i = 0; go && i < j->inv->n_packages; i++)
		if (j->inv->packages[i].system)
			DD_TRY(judge_package(&y, i));
	return go ? summarise(&y) : DD_OK;
}
