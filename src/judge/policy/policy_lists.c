/* SPDX-License-Identifier: Apache-2.0 */
/* Packages and licences that the policy does not allow, as findings: they have a place, can be excepted with a reason,
 * and show in every report. */
#include "base/buf.h"
#include "base/glob.h"
#include "base/limits.h"
#include "judge/policy/policy.h"
#include "model/licence.h"

enum { EXPRESSION_DEPTH_MAX = 64, TITLE_BYTES_MAX = 1024 };

/* "NAME", "TYPE:NAME", and either with "@VERSION" (a name may begin with "@": npm scopes). */
static bool package_fits(struct dd_str pattern, const struct dd_package *p)
{
	struct dd_str name = pattern, version = DD_STR("");
	size_t at = dd_str_rfind(pattern, '@');
	if (at < pattern.n && at > 0 && pattern.p[at - 1] != ':' && pattern.p[at - 1] != '/') {
		name = dd_str_take(pattern, at);
		version = dd_str_skip(pattern, at + 1);
	}
	if (version.n && !dd_glob_match(version, p->version))
		return false;
	if (dd_glob_match(name, p->name) || (p->source_name.n && dd_glob_match(name, p->source_name)))
		return true;
	return dd_str_starts(name, p->type) && name.n > p->type.n && name.p[p->type.n] == ':' &&
	       dd_glob_match(dd_str_skip(name, p->type.n + 1), p->name);
}

static bool package_in(const struct dd_policy_list *list, const struct dd_package *p)
{
	for (size_t i = 0; i < list->n; i++)
		if (package_fits(list->p[i], p))
			return true;
	return false;
}

/* ---- licences ---- */

static bool licence_in(const struct dd_policy_list *list, struct dd_str id)
{
	for (size_t i = 0; i < list->n; i++)
		if (dd_glob_match(list->p[i], id))
			return true;
	return false;
}

static bool licence_allowed(const struct dd_policy *p, struct dd_str id)
{
	if (licence_in(&p->licences_deny, id))
		return false;
	if (p->licences_unknown_denied && dd_str_starts(id, DD_STR("LicenseRef-")) &&
	    !licence_in(&p->licences_allow, id))
		return false;
	return p->licences_allow.n == 0 || licence_in(&p->licences_allow, id);
}

/* A canonical expression: identifiers, "X WITH Y", AND before OR, parentheses. One may choose between the sides of an
 * OR; all sides of an AND bind. */
struct expression {
	const struct dd_policy *policy;
	struct dd_str rest;
	unsigned depth;
	bool bad;
};

static bool allowed_or(struct expression *e);

static struct dd_str peek(const struct expression *e)
{
	struct dd_str s = dd_str_trim(e->rest);
	size_t n = 0;
	if (s.n && (s.p[0] == '(' || s.p[0] == ')'))
		return dd_str_take(s, 1);
	while (n < s.n && s.p[n] != ' ' && s.p[n] != '(' && s.p[n] != ')')
		n++;
	return dd_str_take(s, n);
}

static struct dd_str take(struct expression *e)
{
	struct dd_str word = peek(e);
	e->rest = word.n ? dd_str_skip(e->rest, (size_t)(word.p + word.n - e->rest.p)) : DD_STR("");
	return word;
}

static bool allowed_one(struct expression *e)
{
	struct dd_str word = take(e);
	if (dd_str_eq_c(word, "(")) {
		if (++e->depth > EXPRESSION_DEPTH_MAX) {
			e->bad = true;
			return false;
		}
		bool inner = allowed_or(e);
		e->depth--;
		e->bad = e->bad || !dd_str_eq_c(take(e), ")");
		return inner;
	}
	if (word.n == 0) {
		e->bad = true;
		return false;
	}
	if (!dd_str_eq_c(peek(e), "WITH"))
		return licence_allowed(e->policy, word);
	(void)take(e);
	struct dd_str exception = take(e), whole = { word.p, (size_t)(exception.p + exception.n - word.p) };
	/* "GPL-2.0-only WITH Classpath-exception-2.0" may be allowed where the licence alone is not. */
	return licence_in(&e->policy->licences_allow, whole) || licence_allowed(e->policy, word);
}

static bool allowed_and(struct expression *e)
{
	bool all = allowed_one(e);
	while (!e->bad && dd_str_eq_c(peek(e), "AND")) {
		(void)take(e);
		bool one = allowed_one(e);
		all = all && one;
	}
	return all;
}

static bool allowed_or(struct expression *e)
{
	bool any = allowed_and(e);
	while (!e->bad && dd_str_eq_c(peek(e), "OR")) {
		(void)take(e);
		bool one = allowed_and(e);
		any = any || one;
	}
	return any;
}

static bool expression_allowed(const struct dd_policy *p, struct dd_str expression)
{
	struct expression e = { .policy = p, .rest = expression };
	bool allowed = allowed_or(&e);
	return allowed && !e.bad;
}

/* ---- findings ---- */

static enum dd_code add(struct dd_findings *f, const struct dd_inventory *inv, size_t package, enum dd_kind kind,
			struct dd_str id, struct dd_str title, struct dd_err *err)
{
	struct dd_finding *new = dd_findings_add(f, kind);
	if (!new && f->list.n >= DD_FINDINGS_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "more than %d findings", DD_FINDINGS_MAX);
	if (!new || !id.p || !title.p)
		return dd_fail_nomem(err);
	new->id = id;
	new->title = title;
	new->severity = DD_SEV_HIGH;
	new->severity_source = DD_STR("policy");
	new->package = (int)package;
	new->path = inv->packages[package].path;
	new->layer = inv->packages[package].layer;
	return DD_OK;
}

static enum dd_code check_package(const struct dd_policy *p, const struct dd_inventory *inv, size_t at,
				  struct dd_arena *a, struct dd_findings *f, struct dd_err *err)
{
	const struct dd_package *package = &inv->packages[at].package;
	bool denied = package_in(&p->packages_deny, package);
	if (!denied && (p->packages_allow.n == 0 || package_in(&p->packages_allow, package)))
		return DD_OK;
	return add(
		f, inv, at, DD_KIND_CONFIG,
		dd_arena_printf(a, "package-not-allowed:%.*s", DD_FMT(dd_str_take(package->name, DD_FIELD_BYTES_MAX))),
		denied ? DD_STR("the policy denies this package") : DD_STR("the policy does not list this package"),
		err);
}

static enum dd_code check_licence(const struct dd_policy *p, const struct dd_inventory *inv, size_t at,
				  struct dd_arena *a, struct dd_findings *f, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf title = DD_BUF_INIT(TITLE_BYTES_MAX);
	struct dd_licence licence = { .expression = DD_STR("") };
	if (dd_licence_normalise(inv->packages[at].package.licences, a, &licence) != DD_OK)
		return dd_fail_nomem(err);
	bool unknown = licence.expression.n == 0;
	if (unknown ? !p->licences_unknown_denied : expression_allowed(p, licence.expression))
		return DD_OK;
	(void)dd_buf_add_c(&title, unknown ? "the package declares no licence" : "licence ");
	(void)dd_buf_add_escaped(&title, dd_str_take(licence.expression, 200));
	if (!unknown)
		(void)dd_buf_add_c(&title, " is not allowed by the policy");
	return add(
		f, inv, at, DD_KIND_LICENCE,
		unknown ? DD_STR("licence-not-allowed:unknown")
			: dd_arena_printf(a, "licence-not-allowed:%.*s", DD_FMT(dd_str_take(licence.expression, 200))),
		dd_arena_str(a, dd_buf_str(&title)), err);
}

enum dd_code dd_policy_findings(const struct dd_policy *p, const struct dd_inventory *inv, struct dd_arena *a,
				struct dd_findings *f, struct dd_err *err)
{
	bool packages = p->packages_deny.n || p->packages_allow.n;
	bool licences = p->licences_deny.n || p->licences_allow.n || p->licences_unknown_denied;
	for (size_t i = 0; i < inv->n_packages; i++) {
		if (packages)
			DD_TRY(check_package(p, inv, i, a, f, err));
		if (licences)
			DD_TRY(check_licence(p, inv, i, a, f, err));
	}
	return DD_OK;
}
