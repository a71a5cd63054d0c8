/* SPDX-License-Identifier: Apache-2.0 */
/* CycloneDX as VEX (specification 1.4 to 1.7, `vulnerabilities`): analysis.state says the status, affects[].ref what it
 * is about: a bom-ref of this document, a purl, or a BOM-Link ("urn:cdx:SERIAL/VERSION#REF") to another document, of
 * which the part behind "#" is taken. The document's own subject (metadata.component) stands for everything in it. */
#include "base/limits.h"
#include "judge/vex/vex_read.h"

static const struct {
	const char *state;
	enum dd_vex_status status;
} states[] = {
	{ "not_affected", DD_VEX_NOT_AFFECTED },
	{ "false_positive", DD_VEX_NOT_AFFECTED },
	{ "resolved", DD_VEX_FIXED },
	{ "resolved_with_pedigree", DD_VEX_FIXED },
	{ "exploitable", DD_VEX_AFFECTED },
	{ "in_triage", DD_VEX_UNDER_INVESTIGATION },
};

/* CycloneDX's justifications in OpenVEX's words; others stay as they are. */
static const struct {
	const char *theirs, *ours;
} justifications[] = {
	{ "code_not_present", "vulnerable_code_not_present" },
	{ "code_not_reachable", "vulnerable_code_not_in_execute_path" },
	{ "protected_by_mitigating_control", "inline_mitigations_already_exist" },
	{ "protected_at_runtime", "inline_mitigations_already_exist" },
	{ "protected_at_perimeter", "inline_mitigations_already_exist" },
	{ "protected_by_compiler", "inline_mitigations_already_exist" },
	{ "requires_environment", "vulnerable_code_cannot_be_controlled_by_adversary" },
	{ "requires_configuration", "vulnerable_code_cannot_be_controlled_by_adversary" },
	{ "requires_dependency", "component_not_present" },
};

/* bom-refs of the document → purl, in the document's own text. */
struct refs {
	struct dd_map at;
	DD_VEC(struct dd_str) purls;
	bool failed;
};

enum { DEPTH_MAX = 32, REFS_MAX = 4000000 };

static void collect(struct refs *refs, const json_t *components, unsigned depth)
{
	for (size_t i = 0; depth < DEPTH_MAX && i < dd_json_len(components) && !refs->failed; i++) {
		const json_t *c = dd_json_at(components, i);
		struct dd_str ref = dd_json_str(c, "bom-ref"), purl = dd_json_str(c, "purl");
		if (ref.n && purl.n)
			refs->failed = !dd_vec_push(&refs->purls, purl, REFS_MAX) ||
				       !dd_map_set(&refs->at, ref, (uint32_t)refs->purls.n - 1);
		collect(refs, dd_json_arr(c, "components"), depth + 1);
	}
}

static struct dd_str resolve(const struct refs *refs, struct dd_str ref)
{
	if (dd_str_starts(ref, DD_STR("urn:cdx:")))
		ref = dd_str_skip(ref, dd_str_find(ref, '#') + 1);
	uint32_t at = dd_map_get(&refs->at, ref);
	return at == DD_MAP_NONE ? ref : refs->purls.p[at];
}

static enum dd_code read_products(struct dd_vex_reader *r, const json_t *affects, const struct refs *refs,
				  struct dd_vex_statement *s)
{
	size_t n = dd_json_len(affects);
	s->products = dd_arena_array(r->arena, n, sizeof *s->products);
	if (!s->products)
		return dd_fail_nomem(r->err);
	for (size_t i = 0; i < n; i++) {
		struct dd_str id = resolve(refs, dd_json_str(dd_json_at(affects, i), "ref"));
		if (id.n)
			DD_TRY(dd_vex_component_of(r, id, &s->products[s->n_products++].whole));
	}
	return DD_OK;
}

static struct dd_str our_word(struct dd_str justification)
{
	for (size_t i = 0; i < DD_COUNT(justifications); i++)
		if (dd_str_eq_c(justification, justifications[i].theirs))
			return dd_str_from(justifications[i].ours);
	return justification;
}

static enum dd_code read_vulnerability(struct dd_vex_reader *r, const json_t *v, const struct refs *refs,
				       struct dd_str document_time)
{
	enum { NAMES_MAX = 64 };
	const json_t *analysis = dd_json_obj(v, "analysis"), *references = dd_json_arr(v, "references");
	struct dd_vex_statement s = { 0 };
	struct dd_str names[NAMES_MAX], state = dd_json_str(analysis, "state"), time;
	size_t n = 0, row = 0;
	names[n++] = dd_json_str(v, "id");
	for (size_t i = 0; i < dd_json_len(references) && n < NAMES_MAX; i++)
		names[n++] = dd_json_str(dd_json_at(references, i), "id");
	/* A bill of materials may list vulnerabilities without judging them: that says nothing. */
	if (state.n == 0)
		return DD_OK;
	while (row < DD_COUNT(states) && !dd_str_eq_c(state, states[row].state))
		row++;
	if (row == DD_COUNT(states))
		return DD_VEX_FAIL(r, "vulnerability %s: %s is no analysis.state", DD_QUOTE(names[0]), DD_QUOTE(state));
	s.status = states[row].status;
	time = dd_json_str(analysis, "lastUpdated");
	DD_TRY(dd_vex_text(r, dd_json_str(analysis, "detail"), &s.text));
	DD_TRY(dd_vex_text(r, our_word(dd_json_str(analysis, "justification")), &s.justification));
	DD_TRY(dd_vex_text(r, time.n ? time : document_time, &s.timestamp));
	DD_TRY(read_products(r, dd_json_arr(v, "affects"), refs, &s));
	return dd_vex_keep(r, &s, names, n);
}

static void refs_done(struct refs *refs)
{
	dd_map_done(&refs->at);
	dd_vec_done(&refs->purls);
}

enum dd_code dd_vex_read_cyclonedx(struct dd_vex_reader *r, const json_t *doc)
{
	DD_CLEANUP(refs_done) struct refs refs = { 0 };
	const json_t *metadata = dd_json_obj(doc, "metadata"), *list = dd_json_arr(doc, "vulnerabilities");
	const json_t *subject = dd_json_obj(metadata, "component");
	struct dd_str ref = dd_json_str(subject, "bom-ref"), purl = dd_json_str(subject, "purl");
	if (!list)
		return DD_VEX_FAIL(r, "the CycloneDX document has no vulnerabilities");
	if (ref.n && purl.n)
		refs.failed = !dd_vec_push(&refs.purls, purl, REFS_MAX) || !dd_map_set(&refs.at, ref, 0);
	collect(&refs, dd_json_arr(doc, "components"), 0);
	if (refs.failed)
		return dd_fail_nomem(r->err);
	for (size_t i = 0; i < dd_json_len(list); i++)
		DD_TRY(read_vulnerability(r, dd_json_at(list, i), &refs, dd_json_str(metadata, "timestamp")));
	return DD_OK;
}
