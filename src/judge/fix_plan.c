/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/fix_plan.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "version/ecosystem.h"

/* Names in a command line; a longer list says "upgrade everything" instead. */
enum { NAMES_MAX = 40, TITLE_NAMES = 3 };

/* How packages of a system are upgraded in a Dockerfile. */
static const struct {
	const char *type, *os_id; /* os_id NULL: any */
	const char *before, *all, *after;
} upgrades[] = {
	{ "deb", NULL, "RUN apt-get update && apt-get install -y --only-upgrade",
	  "RUN apt-get update && apt-get upgrade -y", " && rm -rf /var/lib/apt/lists/*" },
	{ "apk", NULL, "RUN apk upgrade --no-cache", "RUN apk upgrade --no-cache", "" },
	{ "rpm", "photon", "RUN tdnf upgrade -y", "RUN tdnf upgrade -y", " && tdnf clean all" },
	{ "rpm", "azurelinux", "RUN tdnf upgrade -y", "RUN tdnf upgrade -y", " && tdnf clean all" },
	{ "rpm", "mariner", "RUN tdnf upgrade -y", "RUN tdnf upgrade -y", " && tdnf clean all" },
	{ "rpm", "sles", "RUN zypper --non-interactive update", "RUN zypper --non-interactive update",
	  " && zypper clean -a" },
	{ "rpm", "opensuse-leap", "RUN zypper --non-interactive update", "RUN zypper --non-interactive update",
	  " && zypper clean -a" },
	{ "rpm", NULL, "RUN dnf upgrade -y", "RUN dnf upgrade -y", " && dnf clean all" },
	{ "alpm", NULL, "RUN pacman -Syu --noconfirm", "RUN pacman -Syu --noconfirm", "" },
};

struct plan {
	const struct dd_inventory *inv;
	struct dd_arena *arena;
	struct dd_fix_step *steps;
	size_t n;
	size_t *step_of;  /* for each package its step + 1; 0: none yet */
	uint8_t *touched; /* for each package of the system: it has a finding in its step */
};

static void count(struct dd_fix_step *s, const struct dd_finding *f)
{
	s->findings++;
	s->by_severity[f->severity]++;
	s->risk += f->risk > 0 ? f->risk : 0;
}

/* The step of a kind that takes several packages. */
static struct dd_fix_step *common_step(struct plan *p, enum dd_fix_step_kind kind)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->steps[i].kind == kind)
			return &p->steps[i];
	struct dd_fix_step *s = &p->steps[p->n++];
	*s = (struct dd_fix_step){ .kind = kind, .package = -1, .title = DD_STR(""), .command = DD_STR("") };
	s->from = s->to = DD_STR("");
	return s;
}

/* Raises the step's target so that it holds `version`, too. */
static void reach(struct dd_fix_step *s, const struct dd_package *p, struct dd_str version)
{
	const struct dd_ecosystem *e = dd_ecosystem_by_purl_type(p->type, DD_STR(""));
	int c;
	if (s->to.n == 0 || (e && dd_vercmp(e->scheme, version, s->to, &c) && c > 0))
		s->to = version;
}

static struct dd_fix_step *dependency_step(struct plan *p, const struct dd_finding *f)
{
	const struct dd_package *package = &p->inv->packages[f->package].package;
	size_t *at = &p->step_of[f->package];
	if (*at == 0) {
		*at = ++p->n;
		p->steps[p->n - 1] = (struct dd_fix_step){ .kind = DD_STEP_DEPENDENCY,
							   .package = f->package,
							   .title = DD_STR(""),
							   .command = DD_STR(""),
							   .from = package->version,
							   .to = DD_STR("") };
	}
	struct dd_fix_step *s = &p->steps[*at - 1];
	reach(s, package, f->fix.version);
	/* Of the finding with the highest fixed version: its advice names that version. */
	if (dd_str_eq(s->to, f->fix.version))
		s->command = f->fix.advice;
	return s;
}

static bool has_fix(const struct plan *p, const struct dd_finding *f)
{
	/* What is merely behind needs no plan. */
	bool counts =
		f->kind == DD_KIND_VULNERABILITY || (f->kind == DD_KIND_OUTDATED && f->severity > DD_SEV_NEGLIGIBLE);
	return counts && !f->suppressed && f->fix.state == DD_FIX_FIXED && f->package >= 0 &&
	       (size_t)f->package < p->inv->n_packages;
}

static bool is_to_revoke(const struct dd_finding *f)
{
	return f->kind == DD_KIND_SECRET && !f->suppressed;
}

static void place(struct plan *p, const struct dd_finding *f)
{
	if (!p->inv->packages[f->package].system) {
		count(dependency_step(p, f), f);
		return;
	}
	struct dd_fix_step *s = common_step(p, f->origin == DD_ORIGIN_BASE ? DD_STEP_BASE : DD_STEP_OS_PACKAGES);
	p->touched[f->package] = s->kind == DD_STEP_BASE ? 2 : 1;
	count(s, f);
}

/* ---- words ---- */

static bool is_plain(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!dd_is_alpha(s.p[i]) && !dd_is_digit(s.p[i]) && !strchr("+-._", s.p[i]))
			return false;
	return s.n > 0 && s.p[0] != '-';
}

static size_t touched_count(const struct plan *p, uint8_t mark)
{
	size_t n = 0;
	for (size_t i = 0; i < p->inv->n_packages; i++)
		n += p->touched[i] == mark;
	return n;
}

static enum dd_code write_command(const struct plan *p, struct dd_fix_step *s, size_t n)
{
	DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(DD_FIELD_BYTES_MAX);
	bool named = n <= NAMES_MAX;
	size_t row = DD_COUNT(upgrades);
	for (size_t i = 0; i < p->inv->n_packages; i++) {
		const struct dd_package *package = &p->inv->packages[i].package;
		if (p->touched[i] != 1)
			continue;
		named = named && is_plain(package->name);
		for (size_t k = 0; k < DD_COUNT(upgrades) && row == DD_COUNT(upgrades); k++)
			if (dd_str_eq_c(package->type, upgrades[k].type) &&
			    (!upgrades[k].os_id || dd_str_eq_c(p->inv->os.id, upgrades[k].os_id)))
				row = k;
	}
	if (row == DD_COUNT(upgrades))
		return DD_OK;
	(void)dd_buf_add_c(&b, named ? upgrades[row].before : upgrades[row].all);
	struct dd_str last = DD_STR("");
	for (size_t i = 0; named && i < p->inv->n_packages; i++) {
		struct dd_str name = p->inv->packages[i].package.name;
		if (p->touched[i] != 1 || dd_str_eq(name, last))
			continue;
		(void)dd_buf_addf(&b, " %.*s", DD_FMT(name));
		last = name;
	}
	(void)dd_buf_add_c(&b, upgrades[row].after);
	s->command = b.failed ? DD_STR("") : dd_arena_str(p->arena, dd_buf_str(&b));
	return s->command.p ? DD_OK : DD_ENOMEM;
}

/* "libssl3, openssl, zlib1g and 4 more" */
static void add_names(const struct plan *p, uint8_t mark, size_t n, struct dd_buf *b)
{
	size_t named = 0;
	for (size_t i = 0; i < p->inv->n_packages && named < TITLE_NAMES; i++) {
		if (p->touched[i] != mark)
			continue;
		if (named++)
			(void)dd_buf_add_c(b, ", ");
		(void)dd_buf_add_escaped(b, dd_str_take(p->inv->packages[i].package.name, 100));
	}
	if (n > named)
		(void)dd_buf_addf(b, " and %zu more", n - named);
}

static enum dd_code write_words(const struct plan *p, struct dd_fix_step *s)
{
	DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(DD_FIELD_BYTES_MAX);
	const struct dd_base_image *base = &p->inv->target.base;
	uint8_t mark = s->kind == DD_STEP_BASE ? 2 : 1;
	size_t n = touched_count(p, mark);
	switch (s->kind) {
	case DD_STEP_BASE:
		(void)dd_buf_add_c(&b, "rebuild on a newer base image");
		if (base->name.n) {
			(void)dd_buf_add_c(&b, " than ");
			(void)dd_buf_add_escaped(&b, dd_str_take(base->name, 200));
			s->from = base->name;
		}
		(void)dd_buf_add_c(&b, ": ");
		add_names(p, mark, n, &b);
		break;
	case DD_STEP_OS_PACKAGES:
		(void)dd_buf_addf(&b, "upgrade %zu package%s of the system: ", n, n == 1 ? "" : "s");
		add_names(p, mark, n, &b);
		DD_TRY(write_command(p, s, n));
		break;
	case DD_STEP_DEPENDENCY:
		(void)dd_buf_add_c(&b, "raise ");
		(void)dd_buf_add_escaped(&b, dd_str_take(p->inv->packages[s->package].package.name, 200));
		(void)dd_buf_add_c(&b, " from ");
		(void)dd_buf_add_escaped(&b, dd_str_take(s->from, 100));
		(void)dd_buf_add_c(&b, " to ");
		(void)dd_buf_add_escaped(&b, dd_str_take(s->to, 100));
		break;
	case DD_STEP_SECRETS:
		(void)dd_buf_addf(&b, "revoke %zu secret%s, then build the image without %s", s->findings,
				  s->findings == 1 ? "" : "s", s->findings == 1 ? "it" : "them");
		break;
	case DD_STEP_COUNT:
		break;
	}
	s->title = dd_arena_str(p->arena, dd_buf_str(&b));
	return s->title.p ? DD_OK : DD_ENOMEM;
}

static int by_risk(const void *x, const void *y)
{
	const struct dd_fix_step *a = x, *b = y;
	if (a->risk != b->risk)
		return a->risk > b->risk ? -1 : 1;
	if (a->findings != b->findings)
		return a->findings > b->findings ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return (a->package > b->package) - (a->package < b->package);
}

static enum dd_code make(struct plan *p, const struct dd_finding *findings, size_t n)
{
	size_t fixable = 0;
	for (size_t i = 0; i < n; i++)
		fixable += has_fix(p, &findings[i]) || is_to_revoke(&findings[i]);
	p->steps = dd_arena_array(p->arena, fixable, sizeof *p->steps);
	p->step_of = dd_arena_array(p->arena, p->inv->n_packages, sizeof *p->step_of);
	p->touched = dd_arena_array(p->arena, p->inv->n_packages, sizeof *p->touched);
	if (!p->steps || !p->step_of || !p->touched)
		return DD_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		if (has_fix(p, &findings[i]))
			place(p, &findings[i]);
		else if (is_to_revoke(&findings[i]))
			count(common_step(p, DD_STEP_SECRETS), &findings[i]);
	}
	for (size_t i = 0; i < p->n; i++)
		DD_TRY(write_words(p, &p->steps[i]));
	if (p->n > 1)
		qsort(p->steps, p->n, sizeof *p->steps, by_risk);
	return DD_OK;
}

enum dd_code dd_fix_plan_make(const struct dd_inventory *inv, const struct dd_finding *findings, size_t n,
			      struct dd_arena *a, struct dd_fix_step **ret, size_t *ret_n, struct dd_err *err)
{
	struct plan p = { .inv = inv, .arena = a };
	if (make(&p, findings, n) != DD_OK)
		return dd_fail_nomem(err);
	*ret = p.steps;
	*ret_n = p.n;
	return DD_OK;
}
