/* SPDX-License-Identifier: Apache-2.0 */
#include "sbom/spdx_entry.h"

#include "model/licence.h"

struct dd_str dd_spdx_known(struct dd_str s)
{
	return dd_str_eq_c(s, "NOASSERTION") || dd_str_eq_c(s, "NONE") ? DD_STR("") : s;
}

const char *dd_spdx_algorithm(struct dd_str name)
{
	static const struct {
		const char *theirs, *ours;
	} rows[] = { { "SHA256", "sha256" },
		     { "SHA1", "sha1" },
		     { "SHA512", "sha512" },
		     { "SHA384", "sha384" },
		     { "MD5", "md5" } };
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		if (dd_str_eq_c(name, rows[i].theirs))
			return rows[i].ours;
	return NULL;
}

/* What a package is: the purpose of 2.3, else what tools put into the identifier (Trivy, syft). */
static enum dd_sbom_role role_of(const struct dd_spdx_fields *f)
{
	static const char *const none[] = { "CONTAINER", "FILE", "DEVICE", "SOURCE", "ARCHIVE" };
	if (dd_str_eq_c(f->purpose, "OPERATING_SYSTEM") || dd_str_eq_c(f->purpose, "OPERATING-SYSTEM") ||
	    dd_str_starts(f->id, DD_STR("SPDXRef-OperatingSystem")))
		return DD_SBOM_SYSTEM;
	for (size_t i = 0; i < DD_COUNT(none); i++)
		if (dd_str_eq_c(f->purpose, none[i]) && f->purl.n == 0)
			return DD_SBOM_OTHER;
	/* 2.2 has no purpose: a package that nothing names outside of the document is the image or a lock file. */
	return f->purpose.n == 0 && f->purl.n == 0 && f->cpe.n == 0 ? DD_SBOM_OTHER : DD_SBOM_PACKAGE;
}

/* "Person: Name (address)" → "Name <address>". */
static enum dd_code maintainer(struct dd_sbom_reading *r, struct dd_str s, struct dd_str *ret)
{
	static const char *const words[] = { "Person:", "Organization:", "Tool:" };
	s = dd_spdx_known(s);
	for (size_t i = 0; i < DD_COUNT(words); i++)
		if (dd_str_starts(s, dd_str_from(words[i])))
			s = dd_str_trim(dd_str_skip(s, strlen(words[i])));
	size_t open = dd_str_rfind(s, '(');
	struct dd_str mail = dd_str_skip(s, open + 1);
	bool has = open > 1 && mail.n > 2 && mail.p[mail.n - 1] == ')' && dd_str_find(mail, '@') < mail.n &&
		   s.p[open - 1] == ' ';
	if (!has)
		return dd_sbom_copy(r, dd_str_ends(s, DD_STR(" ()")) ? dd_str_take(s, s.n - 3) : s, ret);
	*ret = dd_arena_printf(&r->inv->arena, "%.*s <%.*s>", DD_FMT(dd_str_take(s, open - 1)),
			       DD_FMT(dd_str_take(mail, mail.n - 1)));
	return ret->p ? DD_OK : dd_fail_nomem(r->err);
}

static enum dd_code check_licence(struct dd_sbom_reading *r, const struct dd_spdx_fields *f, struct dd_str text)
{
	struct dd_str ignored;
	struct dd_err why;
	if (!r->strict || text.n == 0)
		return DD_OK;
	enum dd_code code = dd_licence_parse(text, &r->inv->arena, &ignored, &why);
	if (code == DD_ENOMEM)
		return dd_fail_nomem(r->err);
	return code == DD_OK ? DD_OK
			     : dd_sbom_fault(r, f->at, "package %s: licence %s: %s", DD_QUOTE(f->name), DD_QUOTE(text),
					     why.message);
}

/* Letters, digits, dots and hyphens behind the prefix (SPDX 2.3 §3.2). */
static bool is_spdx_id(struct dd_str id)
{
	if (!dd_str_starts(id, DD_STR("SPDXRef-")) || id.n == strlen("SPDXRef-"))
		return false;
	for (size_t i = 0; i < id.n; i++)
		if (!dd_is_digit(id.p[i]) && !dd_is_alpha(id.p[i]) && id.p[i] != '.' && id.p[i] != '-')
			return false;
	return true;
}

enum dd_code dd_spdx_add(struct dd_sbom_reading *r, const struct dd_spdx_fields *f)
{
	struct dd_sbom_entry e = { .at = f->at, .role = role_of(f) };
	if (f->name.n == 0)
		DD_TRY(dd_sbom_fault(r, f->at, "a package has no name"));
	if (!is_spdx_id(f->id))
		DD_TRY(dd_sbom_fault(r, f->at, "%s is no SPDX identifier of a package", DD_QUOTE(f->id)));
	if (f->location.n == 0)
		DD_TRY(dd_sbom_fault(r, f->at, "package %s has no download location", DD_QUOTE(f->name)));
	DD_TRY(check_licence(r, f, dd_spdx_known(f->declared)));
	DD_TRY(check_licence(r, f, dd_spdx_known(f->concluded)));
	struct dd_str declared = dd_spdx_known(f->declared);
	DD_TRY(dd_sbom_copy(r, f->id, &e.ref));
	DD_TRY(dd_sbom_copy(r, f->purpose, &e.type));
	DD_TRY(dd_sbom_copy(r, f->name, &e.name));
	DD_TRY(dd_sbom_copy(r, f->version, &e.version));
	DD_TRY(dd_sbom_copy(r, f->purl, &e.purl));
	DD_TRY(dd_sbom_copy(r, f->cpe, &e.cpe));
	DD_TRY(dd_sbom_copy(r, declared.n ? declared : dd_spdx_known(f->concluded), &e.licences));
	DD_TRY(dd_sbom_copy(r, f->checksum, &e.digest));
	DD_TRY(dd_sbom_copy(r, dd_spdx_known(f->location), &e.url));
	DD_TRY(maintainer(r, dd_spdx_known(f->supplier).n ? f->supplier : f->originator, &e.maintainer));
	/* "built package from: glibc 2.36-9" (Trivy), "acquired package info from …" (Syft). */
	struct dd_str built = DD_STR("built package from: ");
	if (dd_str_starts(f->source_info, built)) {
		struct dd_str source = dd_str_skip(f->source_info, built.n);
		size_t blank = dd_str_rfind(source, ' ');
		DD_TRY(dd_sbom_copy(r, dd_str_take(source, blank), &e.source_name));
		DD_TRY(dd_sbom_copy(r, dd_str_skip(source, blank + 1), &e.source_version));
	}
	return dd_sbom_add_entry(r, &e);
}

enum dd_code dd_spdx_relate(struct dd_sbom_reading *r, struct dd_str from, struct dd_str type, struct dd_str to,
			    struct dd_str comment, uint64_t at)
{
	static const struct {
		const char *name;
		enum dd_sbom_edge_kind kind;
		bool turned;
	} rows[] = {
		{ "DEPENDS_ON", DD_SBOM_DEPENDS, false },
		{ "DEPENDENCY_OF", DD_SBOM_DEPENDS, true },
		{ "CONTAINS", DD_SBOM_CONTAINS, false },
		{ "CONTAINED_BY", DD_SBOM_CONTAINS, true },
	};
	struct dd_str document = DD_STR("SPDXRef-DOCUMENT");
	bool describes = dd_str_eq_c(type, "DESCRIBES") && dd_str_eq(from, document);
	if (describes || (dd_str_eq_c(type, "DESCRIBED_BY") && dd_str_eq(to, document)))
		return r->root_ref.n ? DD_OK : dd_sbom_copy(r, describes ? to : from, &r->root_ref);
	/* Other documents are not here to be looked at; NOASSERTION and NONE say that nothing is known. */
	if (from.n == 0 || to.n == 0 || dd_str_starts(to, DD_STR("DocumentRef-")) || dd_spdx_known(to).n == 0)
		return DD_OK;
	if (dd_str_eq_c(type, "OTHER") && dd_str_starts(comment, DD_STR("ownership-by-file-overlap")))
		return dd_sbom_add_edge(r, DD_SBOM_OWNS, from, to, at);
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		if (dd_str_eq_c(type, rows[i].name))
			return dd_sbom_add_edge(r, rows[i].kind, rows[i].turned ? to : from, rows[i].turned ? from : to,
						at);
	return DD_OK;
}
