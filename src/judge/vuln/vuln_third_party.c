/* SPDX-License-Identifier: Apache-2.0 */
/* Packages of language and application ecosystems, by the advisories of theirs:
 *
 * 1. A package whose evidence a package of the system owns is not judged here: the distribution patches without raising
 *    upstream's version, so only its own advisories know (field rule "ownership").
 * 2. A package that is only declared (a lock file) although the image has an operating system and installed packages of
 *    the same type is judged, but its findings are suppressed with the reason: the lock file says what somebody asked
 *    for, the installed packages say what is there. Where nothing of its type is installed (a static binary beside its
 *    Cargo.lock) it is the only evidence, and counts. Declared development dependencies are suppressed likewise.
 * 3. Programs that no package manager knows (type generic, found by a classifier) are asked for by their name in
 *    Bitnami's advisories, which speak of upstream's versions, and by their CPE where the database has NVD's products.
 *    Those of which nothing there has a word are told in a warning: not known is not safe. The main module of a known
 *    program (model/program.h) is asked for by these names, too, besides its own: one package, one finding for each
 *    vulnerability, whoever speaks of it. Where it is the program of a component of Bitnami's (components.h) the
 *    component is asked for by the module's name instead.
 * 4. A jar that says nothing of itself is looked up by its SHA-1 in the index of Maven artefacts, if the database has
 * one.
 * 5. Without a version nothing can be compared: such packages are counted in a warning, and so are those of types that
 *    no source of advisories speaks of. An ecosystem that the database should have and has not is a problem. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "judge/vuln/components.h"
#include "judge/vuln/judging.h"
#include "model/program.h"

/* Types of packages in one image; purl knows about 40. More of them are counted as unknown ones. */
enum { TYPES_MAX = 64, SUBJECTS_MAX = 4 };

/* Programs of which nothing is known: as many are named in the warning. */
enum { NAMES_MAX = 8 };

static const struct dd_str none = { "", 0 };

struct type {
	struct dd_str name; /* purl type */
	struct dd_judging_place at;
	bool known, installed; /* it has an ecosystem; something of it is really installed */
	size_t n, unjudged;    /* packages; without advisories for their ecosystem */
};

struct third_party {
	struct dd_judging *j;
	struct type types[TYPES_MAX];
	size_t n_types;
	size_t without_version;
	struct dd_str without_version_name;
	size_t unknown; /* programs */
	struct dd_str unknown_names[NAMES_MAX];
	size_t n_unknown_names;
	bool more_unknown; /* names than those */
	struct dd_components components;
};

static struct type *type_of(struct third_party *t, struct dd_str name)
{
	for (size_t i = 0; i < t->n_types; i++)
		if (dd_str_eq(t->types[i].name, name))
			return &t->types[i];
	if (t->n_types == TYPES_MAX)
		return NULL;
	struct type *new = &t->types[t->n_types++];
	*new = (struct type){ .name = name, .at = { .third_party = true } };
	new->at.ecosystem = dd_ecosystem_by_purl_type(name, none);
	new->known = new->at.ecosystem != NULL;
	if (new->known)
		dd_judging_add_key(t->j, &new->at, dd_str_from(new->at.ecosystem->name), DD_RANK_DISTRIBUTION);
	return new;
}

/* Nothing that could hide in a report: printable ASCII, no blanks. Names have slashes (go, npm) and colons (maven). */
static bool name_is_valid(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return s.n > 0;
}

static enum dd_code unjudged(struct dd_judging *j, const struct dd_installed *in, const char *why)
{
	return dd_findings_problem(j->out, j->arena, dd_judging_who, in->layer, in->path,
				   "%s package %s %s: %s, not judged", DD_QUOTE(in->package.type),
				   DD_QUOTE(in->package.name), DD_QUOTE(in->package.version), why);
}

/* Why a finding of this package does not count; NULL: it does. */
static const char *rule_against(const struct third_party *t, const struct type *type, const struct dd_package *p,
				const char **ret_reason)
{
	if (p->evidence != DD_PACKAGE_DECLARED)
		return NULL;
	if (p->dev) {
		*ret_reason = "a lock file names it for development only";
		return "development";
	}
	if (t->j->inv->os_found && type->installed) {
		*ret_reason = "a lock file names it, but it is not among the installed packages of this image";
		return "declared-only";
	}
	return NULL;
}

/* "cpe:2.3:a:vendor:product:…" → "vendor/product"; empty: none. */
static struct dd_str product_of(struct dd_judging *j, struct dd_str cpe)
{
	enum { VENDOR = 3, PRODUCT = 4 };
	struct dd_str part, vendor = none, product = none;
	for (size_t i = 0; i <= PRODUCT && dd_str_next(&cpe, ':', &part); i++) {
		if (i == VENDOR)
			vendor = part;
		if (i == PRODUCT)
			product = part;
	}
	return product.n ? dd_arena_printf(j->arena, "%.*s/%.*s", DD_FMT(vendor), DD_FMT(product)) : none;
}

/* What one package is asked for by, and where. */
struct question {
	struct dd_judging_place at;
	struct dd_subject subjects[SUBJECTS_MAX];
	size_t n;
};

static void add_subject(struct question *q, struct dd_str name, struct dd_str version)
{
	if (name.n && q->n < SUBJECTS_MAX)
		q->subjects[q->n++] = (struct dd_subject){ .name = name, .version = version };
}

static void add_place(struct dd_judging *j, struct dd_judging_place *at, const char *ecosystem, struct dd_str version)
{
	const struct dd_ecosystem *e = dd_ecosystem_by_key(dd_str_from(ecosystem));
	size_t before = at->n_keys;
	if (!e || !dd_judging_is_version(e->scheme, version))
		return;
	dd_judging_add_key(j, at, dd_str_from(ecosystem), DD_RANK_DISTRIBUTION);
	if (at->n_keys > before)
		at->keys[before].ecosystem = e;
	if (!at->ecosystem)
		at->ecosystem = e;
}

/* Programs that Bitnami calls otherwise than everybody else. */
static struct dd_str bitnami_name(struct dd_str name)
{
	static const struct {
		const char *name, *bitnami;
	} others[] = { { "go", "golang" }, { "mysql", "mysql-client" }, { "openjdk", "java" } };
	for (size_t i = 0; i < DD_COUNT(others); i++)
		if (dd_str_eq_c(name, others[i].name))
			return dd_str_from(others[i].bitnami);
	return name;
}

/* Java 8 by the name that its own release has, "1.8.0_392", and by Bitnami's, "8.0.392". */
static struct dd_str bitnami_version(struct dd_judging *j, struct dd_str name, struct dd_str version)
{
	static const struct dd_str eight = { "1.8.0_", 6 };
	if (!dd_str_eq_c(name, "java") || !dd_str_starts(version, eight))
		return version;
	return dd_arena_printf(j->arena, "8.0.%.*s", DD_FMT(dd_str_skip(version, eight.n)));
}

/* A program by its name, and by its CPE name's product. */
static enum dd_code ask_program(struct dd_judging *j, struct question *q, struct dd_str name, struct dd_str cpe,
				struct dd_str version)
{
	struct dd_str product = product_of(j, cpe);
	if (!product.p)
		return DD_ENOMEM;
	struct dd_str bitnami = bitnami_version(j, name, version);
	if (!bitnami.p && version.n)
		return DD_ENOMEM;
	add_place(j, &q->at, "bitnami", bitnami);
	add_subject(q, bitnami_name(name), bitnami);
	if (product.n)
		add_place(j, &q->at, "cpe", version);
	add_subject(q, product, version);
	return DD_OK;
}

/* A program that a classifier found. */
static enum dd_code judge_program(struct third_party *t, size_t package)
{
	const struct dd_package *p = &t->j->inv->packages[package].package;
	struct question q = { .at = { .third_party = true } };
	bool known = false;
	DD_TRY(ask_program(t->j, &q, p->name, p->cpe, p->version));
	if (q.at.n_keys)
		DD_TRY(dd_judging_package(t->j, &q.at, package, q.subjects, q.n, &known));
	if (known)
		return DD_OK;
	t->unknown++;
	/* By purl in the inventory: the same name is the last one. */
	size_t n = t->n_unknown_names;
	if (n && dd_str_eq(t->unknown_names[n - 1], p->name))
		return DD_OK;
	t->more_unknown = n == NAMES_MAX;
	if (n < NAMES_MAX)
		t->unknown_names[t->n_unknown_names++] = p->name;
	return DD_OK;
}

static int hex_value(char c)
{
	return dd_is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "sha1:" and 40 hexadecimal digits. */
static bool parse_sha1(struct dd_str digest, unsigned char out[20])
{
	static const struct dd_str sha1 = { "sha1:", 5 };
	struct dd_str hex = dd_str_skip(digest, sha1.n);
	if (!dd_str_starts(digest, sha1) || hex.n != 40)
		return false;
	for (size_t i = 0; i < 20; i++) {
		int high = hex_value(hex.p[2 * i]), low = hex_value(hex.p[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		out[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

/* What is asked for: the package, or what its digest is known to be. */
static struct dd_subject subject_of(const struct dd_judging *j, const struct dd_package *p)
{
	struct dd_subject s = { p->name, p->version, .revisions = dd_str_eq_c(p->type, "bitnami") };
	unsigned char sha1[20];
	struct dd_jar jar;
	bool named = dd_str_find(p->name, ':') < p->name.n && p->version.n;
	if (dd_str_eq_c(p->type, "maven") && !named && parse_sha1(p->digest, sha1) &&
	    dd_db_java_sha1(j->db, sha1, &jar)) {
		s.name = jar.name;
		s.version = jar.version;
	}
	return s;
}

/* The findings since `before` do not count. */
static void suppress(struct dd_judging *j, size_t before, const char *rule, const char *reason)
{
	for (size_t i = before; i < j->out->list.n; i++) {
		struct dd_finding *f = &j->out->list.p[i];
		f->suppressed = true;
		f->suppression.rule = dd_str_from(rule);
		f->suppression.reason = dd_str_from(reason);
	}
}

/* What a package of a known type is asked for by; q->n == 0: nothing, and *out tells why. */
static enum dd_code ask_package(struct third_party *t, struct type *type, const struct dd_installed *in,
				struct question *q)
{
	struct dd_judging *j = t->j;
	const struct dd_package *p = &in->package;
	struct dd_subject subject = subject_of(j, p), module;
	const struct dd_program *program = dd_str_eq_c(p->type, "golang") ? dd_program_of_module(p->name) : NULL;
	*q = (struct question){ .at = type->at };
	if (subject.version.n == 0) {
		if (t->without_version++ == 0)
			t->without_version_name = p->name;
		return DD_OK;
	}
	if (!name_is_valid(subject.name))
		return unjudged(j, in, "its name is not valid");
	if (!dd_judging_is_version(type->at.ecosystem->scheme, subject.version))
		return unjudged(j, in, "its version cannot be compared");
	q->subjects[q->n++] = subject;
	if (dd_components_module(&t->components, in, &module)) {
		add_place(j, &q->at, "go", module.version);
		add_subject(q, module.name, module.version);
	}
	if (program && dd_program_has_cpe(program, p->cpe))
		DD_TRY(ask_program(j, q, dd_str_from(program->name), p->cpe, dd_program_version(p->version)));
	return DD_OK;
}

static enum dd_code judge_package(struct third_party *t, size_t package)
{
	struct dd_judging *j = t->j;
	const struct dd_package *p = &j->inv->packages[package].package;
	struct type *type = type_of(t, p->type);
	const char *rule, *reason = NULL;
	struct question q;
	size_t before = j->out->list.n;
	if (dd_str_eq_c(p->type, "generic"))
		return judge_program(t, package);
	if (dd_components_holds(&t->components, package))
		return DD_OK;
	if (!type || type->at.n_keys == 0) {
		if (type)
			type->unjudged++;
		return DD_OK;
	}
	DD_TRY(ask_package(t, type, &j->inv->packages[package], &q));
	if (q.n)
		DD_TRY(dd_judging_package(j, &q.at, package, q.subjects, q.n, NULL));
	if ((rule = rule_against(t, type, p, &reason)))
		suppress(j, before, rule, reason);
	return DD_OK;
}

static int by_name(const void *x, const void *y)
{
	const struct type *a = x, *b = y;
	return dd_str_cmp(a->name, b->name);
}

static enum dd_code tell_unknown(struct third_party *t)
{
	DD_CLEANUP_BUF struct dd_buf names = DD_BUF_INIT(NAMES_MAX * DD_FIELD_BYTES_MAX);
	if (t->unknown == 0)
		return DD_OK;
	for (size_t i = 0; i < t->n_unknown_names; i++)
		(void)dd_buf_addf(&names, "%s%s", i ? ", " : "", DD_QUOTE(t->unknown_names[i]));
	if (names.failed)
		return DD_ENOMEM;
	return dd_findings_warn(t->j->out, t->j->arena,
				"no source of advisories in the database speaks of %zu program%s (%.*s%s): not judged",
				t->unknown, t->unknown == 1 ? "" : "s", DD_FMT(dd_buf_str(&names)),
				t->more_unknown ? " …" : "");
}

static enum dd_code summarise(struct third_party *t)
{
	struct dd_judging *j = t->j;
	qsort(t->types, t->n_types, sizeof t->types[0], by_name);
	for (size_t i = 0; i < t->n_types; i++) {
		const struct type *type = &t->types[i];
		const char *plural = type->unjudged == 1 ? "" : "s";
		if (type->unjudged == 0)
			continue;
		if (type->known)
			DD_TRY(DD_JUDGING_PROBLEM(j,
						  "the database has no advisories for %s: %zu package%s not judged; "
						  "run 'drydock db update'",
						  type->at.ecosystem->title, type->unjudged, plural));
		else
			DD_TRY(dd_findings_warn(j->out, j->arena,
						"no source of advisories is known for packages of type %s: %zu "
						"package%s not judged",
						DD_QUOTE(type->name), type->unjudged, plural));
	}
	DD_TRY(tell_unknown(t));
	if (t->without_version)
		DD_TRY(dd_findings_warn(
			j->out, j->arena, "%zu third-party package%s without a version (%s …) could not be judged",
			t->without_version, t->without_version == 1 ? "" : "s", DD_QUOTE(t->without_version_name)));
	return DD_OK;
}

static bool is_to_be_judged(const struct dd_installed *in)
{
	return !in->system && in->owner < 0;
}

static enum dd_code judge_all(struct third_party *t)
{
	const struct dd_inventory *inv = t->j->inv;
	const struct type *bitnami = type_of(t, DD_STR("bitnami"));
	if (bitnami && bitnami->at.n_keys)
		DD_TRY(dd_components_build(&t->components, inv));
	for (size_t i = 0; i < inv->n_packages; i++)
		if (is_to_be_judged(&inv->packages[i]))
			DD_TRY(judge_package(t, i));
	return summarise(t);
}

enum dd_code dd_judge_third_party(struct dd_judging *j)
{
	struct third_party t = { .j = j };
	for (size_t i = 0; i < j->inv->n_packages; i++) {
		const struct dd_installed *in = &j->inv->packages[i];
		struct type *type = is_to_be_judged(in) ? type_of(&t, in->package.type) : NULL;
		if (type && in->package.evidence != DD_PACKAGE_DECLARED)
			type->installed = true;
	}
	enum dd_code code = judge_all(&t);
	dd_components_done(&t.components);
	return code;
}
