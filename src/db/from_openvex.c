/* SPDX-License-Identifier: Apache-2.0 */
/* OpenVEX documents of distributions, read as advisories: one a CVE or a notice, as Ubuntu publishes them
 * (security-metadata.canonical.com/vex/vex-all.tar.xz). Source: github.com/openvex/spec, OPENVEX-SPEC.md 0.2.0.
 * What a user or a vendor says of a product beside the advisories is another thing: judge/vex/.
 *
 *   { "@context": "https://openvex.dev/ns…", timestamp, statements: [{ vulnerability: { name, aliases } or text,
 *     timestamp, status: not_affected | affected | fixed | under_investigation, justification, status_notes,
 *     products: [{ "@id" or identifiers.purl: purl }] or [text] }] }
 *
 * A product counts when its purl is a package of a distribution's release: "distro" is a codename ("jammy"), the pocket
 * of Ubuntu Pro and a codename ("esm-infra/focal", "fips-updates/jammy"), or the purl specification's "debian-12";
 * distributions without releases need none. Source packages ("arch=source") speak for all that is built from them: when
 * a statement has one for a release, its binary packages there say nothing more.
 * - fixed names the version in the purl; without one nothing can be compared, and the product is left out.
 * - Times are written as RFC 3339 and as "2024-06-19 13:37:57".
 * A newer form of a document does not take back what an older one said: give one form of each.
 * Limits: DD_JSON_BYTES_MAX a document, NAMES_MAX aliases. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "db/builder.h"
#include "db/osv_words.h"
#include "format/json.h"
#include "model/purl.h"
#include "version/ecosystem.h"

enum { DOCUMENT_MEMORY_MAX = 256 << 20, NAMES_MAX = 64 };

struct product {
	struct dd_str key, name, version;
	bool source; /* a source package */
};

struct openvex {
	struct dd_builder *b;
	const struct dd_build_document *doc;
	struct dd_arena arena;
	DD_VEC(struct product) products; /* of the statement at hand */
};

/* Source: wiki.ubuntu.com/Releases */
static const struct {
	const char *codename, *release;
} ubuntu_codenames[] = {
	{ "precise", "12.04" },	 { "trusty", "14.04" },	  { "utopic", "14.10" },   { "vivid", "15.04" },
	{ "wily", "15.10" },	 { "xenial", "16.04" },	  { "yakkety", "16.10" },  { "zesty", "17.04" },
	{ "artful", "17.10" },	 { "bionic", "18.04" },	  { "cosmic", "18.10" },   { "disco", "19.04" },
	{ "eoan", "19.10" },	 { "focal", "20.04" },	  { "groovy", "20.10" },   { "hirsute", "21.04" },
	{ "impish", "21.10" },	 { "jammy", "22.04" },	  { "kinetic", "22.10" },  { "lunar", "23.04" },
	{ "mantic", "23.10" },	 { "noble", "24.04" },	  { "oracular", "24.10" }, { "plucky", "25.04" },
	{ "questing", "25.10" }, { "resolute", "26.04" },
};

/* --- products --- */

/* "jammy", "esm-infra/focal", "fips-updates/jammy". Empty: not one of them. */
static enum dd_code ubuntu_key(struct openvex *o, struct dd_str distro, struct dd_str *ret, struct dd_err *err)
{
	size_t slash = dd_str_find(distro, '/');
	struct dd_str pocket = slash < distro.n ? dd_str_take(distro, slash) : DD_STR("");
	struct dd_str codename = slash < distro.n ? dd_str_skip(distro, slash + 1) : distro;
	*ret = DD_STR("");
	for (size_t i = 0; i < DD_COUNT(ubuntu_codenames); i++) {
		if (!dd_str_eq_c(codename, ubuntu_codenames[i].codename) || pocket.n > 40)
			continue;
		bool esm = dd_str_starts(pocket, DD_STR("esm"));
		struct dd_str key = dd_arena_printf(&o->arena, "ubuntu%s%s%.*s:%s", pocket.n ? "-pro" : "",
						    pocket.n && !esm ? "-" : "", DD_FMT(esm ? DD_STR("") : pocket),
						    ubuntu_codenames[i].release);
		if (!key.p)
			return dd_fail_nomem(err);
		if (dd_ecosystem_by_key(key))
			*ret = key;
	}
	return DD_OK;
}

/* The ecosystem of a distribution's package; empty: another kind of package, or which release is not said. */
static enum dd_code key_of(struct openvex *o, const struct dd_purl *p, struct dd_str *ret, struct dd_err *err)
{
	const struct dd_ecosystem *e = dd_ecosystem_by_purl_type(p->type, p->namespace);
	struct dd_str distro = dd_purl_qualifier(p, "distro");
	*ret = DD_STR("");
	if (!e || !e->os_id)
		return DD_OK;
	if (dd_str_eq_c(dd_str_from(e->name), "ubuntu"))
		DD_TRY(ubuntu_key(o, distro, ret, err));
	if (ret->n)
		return DD_OK;
	struct dd_str id = dd_str_from(e->os_id);
	if (dd_str_starts(distro, id) && distro.n > id.n && distro.p[id.n] == '-')
		distro = dd_str_skip(distro, id.n + 1);
	return dd_ecosystem_from_os(id, distro, &o->arena, ret, err);
}

static enum dd_code read_product(struct openvex *o, const json_t *j, struct dd_err *err)
{
	struct dd_str id = dd_json_text(j);
	struct product out = { .source = false };
	struct dd_purl p;
	if (!id.n)
		id = dd_json_str(dd_json_obj(j, "identifiers"), "purl");
	if (!id.n)
		id = dd_json_str(j, "@id");
	if (!dd_str_starts(id, DD_STR("pkg:")))
		return DD_OK; /* an image, a program: not said of a distribution's packages */
	DD_TRY(dd_purl_parse(id, &o->arena, &p, err));
	DD_TRY(key_of(o, &p, &out.key, err));
	if (!out.key.n)
		return DD_OK;
	out.name = p.name;
	out.version = p.version;
	out.source = dd_str_eq_c(dd_purl_qualifier(&p, "arch"), "source");
	if (!dd_vec_push(&o->products, out, DD_JSON_VALUES_MAX))
		return dd_fail_nomem(err);
	return DD_OK;
}

static int by_product(const void *a, const void *b)
{
	const struct product *x = a, *y = b;
	int c = dd_str_cmp(x->key, y->key);
	c = c ? c : y->source - x->source;
	c = c ? c : dd_str_cmp(x->name, y->name);
	return c ? c : dd_str_cmp(x->version, y->version);
}

/* Ubuntu's advisories are asked for by source; a binary package's name goes where such names are asked for. */
static enum dd_code binary_key(struct openvex *o, struct dd_str *key, struct dd_err *err)
{
	size_t colon = dd_str_find(*key, ':');
	struct dd_str name = dd_str_take(*key, colon);
	struct dd_str binary =
		dd_arena_printf(&o->arena, "%.*s-binary%.*s", DD_FMT(name), DD_FMT(dd_str_skip(*key, colon)));
	if (!binary.p)
		return dd_fail_nomem(err);
	if (dd_ecosystem_by_key(binary))
		*key = binary;
	return DD_OK;
}

/* --- statements --- */

static bool read_status(struct openvex *o, const json_t *statement, struct dd_build_entry *e)
{
	static const struct {
		const char *word;
		enum dd_advisory_status status;
		enum dd_fix_state state;
	} rows[] = {
		{ "not_affected", DD_ADV_NOT_AFFECTED, DD_FIX_UNKNOWN },
		{ "affected", DD_ADV_AFFECTED, DD_FIX_NOT_FIXED },
		{ "fixed", DD_ADV_AFFECTED, DD_FIX_FIXED },
		{ "under_investigation", DD_ADV_UNDETERMINED, DD_FIX_UNKNOWN },
	};
	struct dd_str status = dd_json_str(statement, "status"), note = dd_json_str(statement, "justification");
	if (!note.n)
		note = dd_json_str(statement, "status_notes");
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		if (dd_str_eq_c(status, rows[i].word)) {
			e->status = (uint8_t)rows[i].status;
			e->fix_state = (uint8_t)rows[i].state;
			e->note = dd_build_text(o->b, dd_build_cut(dd_str_trim(note), DD_DB_NOTE_BYTES_MAX));
			return true;
		}
	return false;
}

static uint32_t source_of(struct openvex *o, struct dd_str key, struct dd_str date)
{
	struct dd_buf name DD_CLEANUP_BUF = DD_BUF_INIT(128);
	struct dd_str base = dd_str_take(key, dd_str_find(key, ':'));
	const struct dd_ecosystem *e = dd_ecosystem_by_key(key);
	/* Pockets are the distribution's, too. */
	if (e && e->purl_namespace)
		base = dd_str_from(e->purl_namespace);
	(void)dd_buf_addf(&name, "openvex:%.*s", DD_FMT(base));
	uint32_t source = dd_build_source(o->b, DD_STR("openvex"), dd_buf_str(&name), o->doc);
	dd_build_date(o->b, source, date);
	return source;
}

static enum dd_code add_product(struct openvex *o, const struct product *p, uint32_t vuln, struct dd_str date,
				const struct dd_build_entry *said, struct dd_err *err)
{
	struct dd_build_entry e = *said;
	bool fixed = e.fix_state == DD_FIX_FIXED;
	struct dd_str key = p->key;
	if (fixed && !p->version.n)
		return DD_OK;
	if (!p->source)
		DD_TRY(binary_key(o, &key, err));
	DD_TRY(dd_build_check_text(p->name, "package name", err));
	DD_TRY(dd_build_check_text(p->version, "version", err));
	DD_TRY(dd_build_package(o->b, &e, key, p->name, err));
	e.affects = dd_build_affects_below(o->b, fixed ? p->version : DD_STR(""));
	e.source = (uint16_t)source_of(o, p->key, date);
	e.record = dd_build_pair(o->b, e.source, vuln, vuln, false);
	DD_TRY(dd_build_check(o->b, err));
	dd_build_entry(o->b, &e);
	return dd_build_check(o->b, err);
}

static bool same_key(const struct product *a, const struct product *b)
{
	return dd_str_eq(a->key, b->key);
}

/* Each product once; binary packages only of releases without a source package. */
static enum dd_code add_products(struct openvex *o, uint32_t vuln, struct dd_str date,
				 const struct dd_build_entry *said, struct dd_err *err)
{
	const struct product *p = o->products.p;
	size_t n = o->products.n, first = 0;
	if (n)
		qsort(o->products.p, n, sizeof *p, by_product);
	for (size_t i = 0; i < n; i++) {
		if (!same_key(&p[i], &p[first]))
			first = i;
		if ((p[first].source && !p[i].source) || (i > first && by_product(&p[i], &p[i - 1]) == 0))
			continue;
		/* of one binary for several architectures: in equal versions once */
		DD_TRY(add_product(o, &p[i], vuln, date, said, err));
	}
	return DD_OK;
}

/* The CVE: the name, else the first alias that is one; else the name as it is. */
static struct dd_str name_of(const json_t *vulnerability)
{
	const json_t *aliases = dd_json_arr(vulnerability, "aliases");
	struct dd_str name = dd_json_text(vulnerability);
	if (!name.n)
		name = dd_json_str(vulnerability, "name");
	for (size_t i = 0; i < dd_json_len(aliases) && i < NAMES_MAX && dd_cve_len(name) != name.n; i++) {
		struct dd_str alias = dd_json_text(dd_json_at(aliases, i));
		if (alias.n && dd_cve_len(alias) == alias.n)
			return alias;
	}
	return name;
}

static enum dd_code read_statement(struct openvex *o, const json_t *statement, struct dd_str date, struct dd_err *err)
{
	const json_t *products = dd_json_arr(statement, "products");
	struct dd_str name = dd_str_trim(name_of(dd_json_get(statement, "vulnerability")));
	struct dd_str own = dd_json_str(statement, "timestamp");
	struct dd_build_entry e = { .record = 0 };
	DD_TRY(dd_build_check_text(name, "id", err));
	if (!dd_str_is_word(name))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no vulnerability");
	if (!read_status(o, statement, &e))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "%s is no status",
			       DD_QUOTE(dd_json_str(statement, "status")));
	o->products.n = 0;
	for (size_t i = 0; i < dd_json_len(products); i++)
		DD_TRY(read_product(o, dd_json_at(products, i), err));
	return add_products(o, dd_build_text(o->b, name), dd_str_take(own.n ? own : date, 10), &e, err);
}

static enum dd_code read_document(struct openvex *o, const json_t *j, struct dd_err *err)
{
	const json_t *statements = dd_json_arr(j, "statements");
	struct dd_str context = dd_json_str(j, "@context"), date = dd_json_str(j, "timestamp");
	if (!statements || dd_str_search(context, DD_STR("openvex")) == context.n)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "no '@context' of OpenVEX with 'statements'");
	for (size_t i = 0; i < dd_json_len(statements); i++) {
		struct dd_err local = { .at = DD_NO_OFFSET };
		enum dd_code code = read_statement(o, dd_json_at(statements, i), date, &local);
		if (code == DD_ENOMEM || code == DD_ELIMIT)
			return dd_fail(err, code, DD_NO_OFFSET, "%s", local.message);
		if (code != DD_OK)
			dd_build_warn(o->b, "%s: statement %zu: %.200s", DD_QUOTE(dd_str_from(o->doc->name)), i,
				      local.message);
		DD_TRY(dd_build_check(o->b, err));
	}
	return DD_OK;
}

enum dd_code dd_from_openvex(struct dd_builder *b, const struct dd_build_document *doc, struct dd_err *err)
{
	json_t *j DD_CLEANUP_JSON = NULL;
	struct openvex o = { .b = b, .doc = doc, .arena = DD_ARENA_INIT(DOCUMENT_MEMORY_MAX) };
	DD_TRY(dd_json_parse(doc->bytes, &j, err));
	enum dd_code code = read_document(&o, j, err);
	dd_vec_done(&o.products);
	dd_arena_done(&o.arena);
	return code;
}
