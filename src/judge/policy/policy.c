/* SPDX-License-Identifier: Apache-2.0 */
/* What each rule of a policy says of the findings and of the report as a whole. */
#include "judge/policy/policy.h"

#include "base/buf.h"
#include "base/glob.h"
#include "base/limits.h"
#include "base/text.h"

enum { DAY_S = 24 * 60 * 60, TEXT_BYTES_MAX = 4096 };

static const char *const check_names[DD_POLICY_CHECK_COUNT] = {
	[DD_POLICY_COMPLETE] = "complete",	   [DD_POLICY_PACKAGE_DATABASE] = "package-database",
	[DD_POLICY_SUPPORTED_OS] = "supported-os", [DD_POLICY_FRESH_DATABASE] = "fresh-database",
	[DD_POLICY_NON_ROOT] = "non-root",	   [DD_POLICY_KNOWN_BASE] = "known-base",
};

const char *dd_policy_check_name(enum dd_policy_check c)
{
	return check_names[c];
}

static bool any_check(const struct dd_policy *p)
{
	for (int i = 0; i < DD_POLICY_CHECK_COUNT; i++)
		if (p->required[i])
			return true;
	return false;
}

static bool any_package_list(const struct dd_policy *p)
{
	return p->packages_deny.n || p->packages_allow.n;
}

static bool any_licence_list(const struct dd_policy *p)
{
	return p->licences_deny.n || p->licences_allow.n || p->licences_unknown_denied;
}

void dd_policy_keep_kind(struct dd_policy *p, enum dd_kind kind)
{
	static const struct dd_policy_list none;
	size_t kept = 0;
	for (size_t i = 0; i < p->rules.n; i++)
		if (p->rules.p[i].kinds == 0 || p->rules.p[i].kinds >> kind & 1)
			p->rules.p[kept++] = p->rules.p[i];
	p->rules.n = kept;
	p->packages_deny = p->packages_allow = p->licences_deny = p->licences_allow = none;
	p->licences_unknown_denied = false;
	for (int i = 0; i < DD_POLICY_CHECK_COUNT; i++)
		p->required[i] = p->required[i] && i == DD_POLICY_COMPLETE;
}

bool dd_policy_any(const struct dd_policy *p)
{
	return p->rules.n || any_package_list(p) || any_licence_list(p) || any_check(p);
}

void dd_policy_done(struct dd_policy *p)
{
	dd_vec_done(&p->rules);
}

/* ---- findings against a rule ---- */

static bool in_list(const struct dd_policy_list *list, struct dd_str text)
{
	for (size_t i = 0; i < list->n; i++)
		if (dd_glob_match(list->p[i], text))
			return true;
	return false;
}

static bool id_in_list(const struct dd_policy_list *list, const struct dd_finding *f)
{
	if (in_list(list, f->id))
		return true;
	for (size_t i = 0; i < f->n_aliases; i++)
		if (in_list(list, f->aliases[i]))
			return true;
	return false;
}

static bool answer_fits(enum dd_policy_answer wanted, bool is)
{
	return wanted == DD_POLICY_ANY || (wanted == DD_POLICY_YES) == is;
}

static const struct dd_package *package_of(const struct dd_inventory *inv, const struct dd_finding *f)
{
	return f->package >= 0 && (size_t)f->package < inv->n_packages ? &inv->packages[f->package].package : NULL;
}

/* Names, types and paths: a finding without a package meets no condition on one. */
static bool place_fits(const struct dd_policy_rule *rule, const struct dd_inventory *inv, const struct dd_finding *f)
{
	const struct dd_package *p = package_of(inv, f);
	if (rule->packages.n && !(p && (in_list(&rule->packages, p->name) ||
					(p->source_name.n && in_list(&rule->packages, p->source_name)))))
		return false;
	if (rule->types.n && !(p && in_list(&rule->types, p->type)))
		return false;
	return !rule->paths.n || in_list(&rule->paths, f->path);
}

/* The day the fix came out; where no source says it, the day the vulnerability was published, which is not later. */
static bool fix_is_older(const struct dd_finding *f, uint64_t days, int64_t now)
{
	int64_t day;
	if (f->fix.state != DD_FIX_FIXED || !dd_time_parse(f->fix_date.n ? f->fix_date : f->published, &day))
		return false;
	return now - day > (int64_t)days * DAY_S;
}

static bool meets(const struct dd_policy_rule *rule, const struct dd_inventory *inv, const struct dd_finding *f,
		  int64_t now)
{
	if (f->suppressed || (rule->kinds && !(rule->kinds >> f->kind & 1)))
		return false;
	if (rule->by_severity && f->severity < rule->severity)
		return false;
	if (!answer_fits(rule->fixed, f->fix.state == DD_FIX_FIXED) || !answer_fits(rule->kev, f->kev))
		return false;
	if (rule->confidence && (f->kind != DD_KIND_SECRET || f->confidence < rule->confidence))
		return false;
	if ((rule->origin && rule->origin != f->origin) || (rule->exposure && rule->exposure != f->exposure))
		return false;
	if ((rule->epss >= 0 && f->epss < rule->epss) || (rule->risk >= 0 && f->risk < rule->risk))
		return false;
	if (rule->by_fix_age && !fix_is_older(f, rule->fix_age_days, now))
		return false;
	return (!rule->ids.n || id_in_list(&rule->ids, f)) && place_fits(rule, inv, f);
}

/* ---- results ---- */

struct results {
	struct dd_policy_result *p;
	size_t n;
	struct dd_arena *arena;
	bool failed; /* memory */
};

static void add_result(struct results *to, struct dd_str rule, bool failed, size_t findings, struct dd_str text)
{
	to->failed = to->failed || !rule.p || !text.p;
	to->p[to->n++] = (struct dd_policy_result){ rule, text, failed, findings };
}

/* "3 findings, 0 allowed: CVE-2023-1 (openssl), CVE-2023-2 (curl) and 1 more" */
static struct dd_str describe(const struct dd_policy_rule *rule, const struct dd_report *r,
			      const struct dd_finding *findings, size_t n, int64_t now, size_t count,
			      struct dd_arena *a)
{
	enum { NAMED = 3 };
	DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(TEXT_BYTES_MAX);
	size_t named = 0;
	(void)dd_buf_addf(&b, "%zu finding%s", count, count == 1 ? "" : "s");
	if (rule->max)
		(void)dd_buf_addf(&b, ", %llu allowed", (unsigned long long)rule->max);
	for (size_t i = 0; i < n && named < NAMED; i++) {
		const struct dd_package *p = package_of(r->inventory, &findings[i]);
		if (!meets(rule, r->inventory, &findings[i], now))
			continue;
		(void)dd_buf_add_c(&b, named++ ? ", " : ": ");
		(void)dd_buf_add_escaped(&b, dd_str_take(findings[i].id, 64));
		if (!p)
			continue;
		(void)dd_buf_add_c(&b, " (");
		(void)dd_buf_add_escaped(&b, dd_str_take(p->name, 64));
		(void)dd_buf_add_char(&b, ')');
	}
	if (count > named)
		(void)dd_buf_addf(&b, " and %zu more", count - named);
	return dd_arena_str(a, dd_buf_str(&b));
}

static void apply_rule(const struct dd_policy_rule *rule, const struct dd_report *r, const struct dd_finding *findings,
		       size_t n, int64_t now, struct results *to)
{
	size_t count = 0;
	for (size_t i = 0; i < n; i++)
		count += meets(rule, r->inventory, &findings[i], now);
	struct dd_str name = dd_arena_printf(to->arena, "%.*s (%.*s)%s", DD_FMT(rule->name), DD_FMT(rule->where),
					     rule->warn ? " [warn]" : "");
	add_result(to, name, count > rule->max && !rule->warn, count,
		   describe(rule, r, findings, n, now, count, to->arena));
}

static bool user_is_root(struct dd_str user)
{
	struct dd_str name = dd_str_take(user, dd_str_find(user, ':'));
	return name.n == 0 || dd_str_eq_c(name, "root") || dd_str_eq_c(name, "0");
}

static void apply_check(enum dd_policy_check c, const struct dd_report *r, const struct dd_policy *p,
			struct results *to)
{
	const struct dd_inventory *inv = r->inventory;
	const char *text = "holds";
	bool holds = true;
	switch (c) {
	case DD_POLICY_COMPLETE:
		holds = r->n_problems == 0;
		text = "something could not be read: see the problems";
		break;
	case DD_POLICY_PACKAGE_DATABASE:
		holds = inv->package_database_found;
		text = "the image has no package database";
		break;
	case DD_POLICY_SUPPORTED_OS:
		holds = inv->os_found && !r->os_eol;
		text = inv->os_found ? "the distribution release gets no more security updates"
				     : "the operating system is not known";
		break;
	case DD_POLICY_FRESH_DATABASE:
		holds = r->database.present && !r->database.stale;
		text = "the advisory database is too old";
		break;
	case DD_POLICY_NON_ROOT:
		holds = !user_is_root(inv->target.user);
		text = "the image runs as root";
		break;
	case DD_POLICY_KNOWN_BASE:
		holds = inv->target.base.name.n > 0;
		text = "the image does not name its base (label org.opencontainers.image.base.name)";
		break;
	case DD_POLICY_CHECK_COUNT:
		break;
	}
	add_result(to, dd_arena_printf(to->arena, "require %s (%.*s)", check_names[c], DD_FMT(p->where)), !holds, 0,
		   holds ? DD_STR("holds") : dd_str_from(text));
}

/* The lists made findings (policy_lists.c); here they are counted. */
static void apply_list(const char *id, const char *name, const struct dd_policy *p, const struct dd_finding *findings,
		       size_t n, struct results *to)
{
	size_t count = 0;
	for (size_t i = 0; i < n; i++)
		count += !findings[i].suppressed && dd_str_starts(findings[i].id, dd_str_from(id));
	add_result(to, dd_arena_printf(to->arena, "%s (%.*s)", name, DD_FMT(p->where)), count > 0, count,
		   dd_arena_printf(to->arena, "%zu not allowed", count));
}

enum dd_code dd_policy_apply(const struct dd_policy *p, struct dd_report *r, const struct dd_finding *findings,
			     size_t n, int64_t now, struct dd_arena *a, struct dd_err *err)
{
	size_t most = p->rules.n + DD_POLICY_CHECK_COUNT + 2;
	struct results results = { .p = dd_arena_array(a, most, sizeof *results.p), .arena = a };
	if (!results.p)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < p->rules.n; i++)
		apply_rule(&p->rules.p[i], r, findings, n, now, &results);
	if (any_package_list(p))
		apply_list("package-not-allowed:", "packages", p, findings, n, &results);
	if (any_licence_list(p))
		apply_list("licence-not-allowed:", "licences", p, findings, n, &results);
	for (int i = 0; i < DD_POLICY_CHECK_COUNT; i++)
		if (p->required[i])
			apply_check((enum dd_policy_check)i, r, p, &results);
	if (results.failed)
		return dd_fail_nomem(err);
	r->policy = results.p;
	r->n_policy = results.n;
	return DD_OK;
}
