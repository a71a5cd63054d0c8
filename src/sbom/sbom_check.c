/* SPDX-License-Identifier: Apache-2.0 */
/* What a validator finds beyond what a reader stumbles over. Schemas of the formats are the other half: tests run them.
 */
#include "model/licence.h"
#include "model/purl.h"
#include "sbom/sbom_parts.h"

static enum dd_code check_purl(struct dd_sbom_reading *r, const struct dd_sbom_entry *e)
{
	struct dd_purl purl;
	struct dd_err why = { .code = DD_OK };
	if (e->purl.n == 0)
		return DD_OK;
	enum dd_code code = dd_purl_parse(e->purl, &r->inv->arena, &purl, &why);
	if (code == DD_OK)
		code = dd_purl_canonical(&purl, &r->inv->arena, &why);
	if (code == DD_OK)
		code = dd_purl_check(&purl, &why);
	if (code == DD_ENOMEM)
		return dd_fail_nomem(r->err);
	/* One that does not parse is a problem of its package already. */
	if (code == DD_OK ||
	    (e->role == DD_SBOM_PACKAGE && dd_purl_parse(e->purl, &r->inv->arena, &purl, NULL) != DD_OK))
		return DD_OK;
	return dd_sbom_fault(r, e->at, "component %s: %s", DD_QUOTE(e->name), why.message);
}

static enum dd_code check_version(struct dd_sbom_reading *r, const struct dd_sbom_entry *e)
{
	struct dd_purl purl;
	if (e->purl.n == 0 || e->version.n == 0 || dd_purl_parse(e->purl, &r->inv->arena, &purl, NULL) != DD_OK)
		return DD_OK;
	/* The version of an image is its digest, whatever its tag is. */
	if (dd_str_eq_c(purl.type, "oci") || dd_str_eq_c(purl.type, "docker"))
		return DD_OK;
	/* rpm writes the epoch into a qualifier, Go and others a "v" or not: what differs beyond that is another
	 * version. */
	struct dd_str a = purl.version, b = e->version;
	if (a.n == 0 || dd_str_search(a, b) < a.n || dd_str_search(b, a) < b.n)
		return DD_OK;
	return dd_sbom_fault(r, e->at, "component %s has version %s, its package URL %s", DD_QUOTE(e->name),
			     DD_QUOTE(b), DD_QUOTE(a));
}

enum dd_code dd_sbom_check(struct dd_sbom_reading *r, const struct dd_map *by_ref)
{
	for (size_t i = 0; i < r->entries.n; i++) {
		DD_TRY(check_purl(r, &r->entries.p[i]));
		DD_TRY(check_version(r, &r->entries.p[i]));
	}
	for (size_t i = 0; i < r->edges.n; i++) {
		const struct dd_sbom_edge *e = &r->edges.p[i];
		bool new_from = i == 0 || !dd_str_eq(r->edges.p[i - 1].from, e->from);
		if (new_from && dd_map_get(by_ref, e->from) == DD_MAP_NONE)
			DD_TRY(dd_sbom_fault(r, e->at, "%s is not the reference of any component", DD_QUOTE(e->from)));
		if (dd_map_get(by_ref, e->to) == DD_MAP_NONE)
			DD_TRY(dd_sbom_fault(r, e->at, "%s, which %s refers to, is not the reference of any component",
					     DD_QUOTE(e->to), DD_QUOTE(e->from)));
	}
	return DD_OK;
}
