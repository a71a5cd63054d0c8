/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/vex/vex.h"

#include "base/limits.h"
#include "base/text.h"
#include "judge/vex/vex_read.h"

static const char *const status_names[DD_VEX_STATUS_COUNT] = { "not_affected", "fixed", "affected",
							       "under_investigation" };

const char *const dd_vex_justifications[] = {
	"component_not_present",
	"vulnerable_code_not_present",
	"vulnerable_code_not_in_execute_path",
	"vulnerable_code_cannot_be_controlled_by_adversary",
	"inline_mitigations_already_exist",
	NULL,
};

const char *dd_vex_status_name(enum dd_vex_status s)
{
	return status_names[s];
}

bool dd_vex_status_parse(struct dd_str s, enum dd_vex_status *ret)
{
	for (int i = 0; i < DD_VEX_STATUS_COUNT; i++) {
		if (dd_str_eq_c(s, status_names[i])) {
			*ret = (enum dd_vex_status)i;
			return true;
		}
	}
	return false;
}

/* ---- reading ---- */

enum dd_code dd_vex_text(struct dd_vex_reader *r, struct dd_str s, struct dd_str *ret)
{
	*ret = s.n ? dd_arena_str(r->arena, dd_str_take(s, DD_FIELD_BYTES_MAX)) : DD_STR("");
	return ret->p ? DD_OK : dd_fail_nomem(r->err);
}

enum dd_code dd_vex_component_of(struct dd_vex_reader *r, struct dd_str id, struct dd_vex_component *ret)
{
	struct dd_err why = { 0 };
	*ret = (struct dd_vex_component){ 0 };
	DD_TRY(dd_vex_text(r, id, &ret->id));
	if (!dd_str_starts(id, DD_STR("pkg:")))
		return DD_OK;
	enum dd_code code = dd_purl_parse(ret->id, r->arena, &ret->purl, &why);
	if (code == DD_ENOMEM)
		return dd_fail_nomem(r->err);
	if (code == DD_OK)
		code = dd_purl_canonical(&ret->purl, r->arena, &why);
	if (code == DD_ENOMEM)
		return dd_fail_nomem(r->err);
	ret->has_purl = code == DD_OK;
	return DD_OK;
}

static enum dd_code mention(struct dd_vex_reader *r, struct dd_str name, uint32_t statement)
{
	struct dd_vex *vex = r->vex;
	char *lower = dd_arena_alloc(r->arena, name.n + 1);
	uint32_t at = (uint32_t)vex->mentions.n;
	struct dd_vex_mention m = { statement, DD_MAP_NONE };
	for (size_t i = 0; lower && i < name.n; i++)
		lower[i] = dd_lower(name.p[i]);
	struct dd_str key = { lower, name.n };
	if (!lower)
		return dd_fail_nomem(r->err);
	m.next = dd_map_get(&vex->by_id, key);
	if (!dd_vec_push(&vex->mentions, m, 16 * DD_VEX_STATEMENTS_MAX) || !dd_map_set(&vex->by_id, key, at))
		return dd_fail_nomem(r->err);
	return DD_OK;
}

enum dd_code dd_vex_keep(struct dd_vex_reader *r, struct dd_vex_statement *s, const struct dd_str *names, size_t n)
{
	uint32_t at = (uint32_t)r->vex->statements.n;
	s->where = dd_arena_printf(r->arena, "%.*s#%zu", DD_FMT(r->name), ++r->n);
	if (!s->where.p)
		return dd_fail_nomem(r->err);
	if (!dd_vec_push(&r->vex->statements, *s, DD_VEX_STATEMENTS_MAX))
		return at >= DD_VEX_STATEMENTS_MAX
			       ? dd_fail(r->err, DD_ELIMIT, DD_NO_OFFSET, "%s: more than %d VEX statements",
					 DD_QUOTE(r->name), DD_VEX_STATEMENTS_MAX)
			       : dd_fail_nomem(r->err);
	for (size_t i = 0; i < n; i++)
		if (names[i].n && names[i].n <= DD_VEX_NAME_BYTES_MAX)
			DD_TRY(mention(r, names[i], at));
	return DD_OK;
}

enum dd_code dd_vex_add(struct dd_vex *vex, struct dd_str bytes, struct dd_str name, struct dd_arena *a,
			struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct dd_vex_reader r = { .vex = vex, .name = name, .arena = a, .err = err };
	struct dd_err why;
	enum dd_code code = dd_json_parse(bytes, &doc, &why);
	if (code == DD_ENOMEM)
		return dd_fail_nomem(err);
	if (code != DD_OK)
		return DD_VEX_FAIL(&r, "not a VEX document: %s", why.message);
	if (dd_str_starts(dd_json_str(doc, "@context"), DD_STR("https://openvex.dev/ns")))
		return dd_vex_read_openvex(&r, doc);
	if (dd_str_starts(dd_json_str(dd_json_obj(doc, "document"), "csaf_version"), DD_STR("2.")))
		return dd_vex_read_csaf(&r, doc);
	if (dd_str_eq_c(dd_json_str(doc, "bomFormat"), "CycloneDX"))
		return dd_vex_read_cyclonedx(&r, doc);
	return DD_VEX_FAIL(&r, "not a VEX document: neither OpenVEX (@context), CSAF 2 (document.csaf_version) nor "
			       "CycloneDX (bomFormat)");
}

/* ---- applying ---- */

/* a is later than b, or told after it. */
static bool supersedes(const struct dd_vex_statement *a, const struct dd_vex_statement *b)
{
	int64_t ta = INT64_MIN, tb = INT64_MIN;
	(void)dd_time_parse(a->timestamp, &ta);
	(void)dd_time_parse(b->timestamp, &tb);
	return ta != tb ? ta > tb : a > b;
}

struct search {
	const struct dd_vex *vex;
	const struct dd_inventory *inv;
	const struct dd_installed *in;
	struct dd_purl purl;
	const struct dd_vex_statement *best;
};

static void try_name(struct search *s, struct dd_str name)
{
	char key[DD_VEX_NAME_BYTES_MAX];
	if (name.n > sizeof key)
		return;
	for (size_t i = 0; i < name.n; i++)
		key[i] = dd_lower(name.p[i]);
	for (uint32_t at = dd_map_get(&s->vex->by_id, (struct dd_str){ key, name.n }); at != DD_MAP_NONE;
	     at = s->vex->mentions.p[at].next) {
		const struct dd_vex_statement *one = &s->vex->statements.p[s->vex->mentions.p[at].statement];
		if (dd_vex_speaks_of(one, s->inv, s->in, &s->purl) && (!s->best || supersedes(one, s->best)))
			s->best = one;
	}
}

static void mark(struct dd_finding *f, const struct dd_vex_statement *s)
{
	if (s->status == DD_VEX_AFFECTED || s->status == DD_VEX_UNDER_INVESTIGATION) {
		f->vex_status = dd_str_from(status_names[s->status]);
		return;
	}
	f->suppressed = true;
	f->suppression = (struct dd_suppression){ .rule = s->where,
						  .reason = s->text.n ? s->text : s->justification,
						  .expires = DD_STR(""),
						  .owner = DD_STR(""),
						  .status = dd_str_from(status_names[s->status]),
						  .justification = s->justification };
}

enum dd_code dd_vex_apply(const struct dd_vex *vex, const struct dd_inventory *inv, struct dd_arena *a,
			  struct dd_findings *f, struct dd_err *err)
{
	for (size_t i = 0; vex->statements.n && i < f->list.n; i++) {
		struct dd_finding *one = &f->list.p[i];
		struct search s = { .vex = vex, .inv = inv };
		struct dd_err why;
		if (one->suppressed || one->kind != DD_KIND_VULNERABILITY || one->package < 0 ||
		    (size_t)one->package >= inv->n_packages)
			continue;
		s.in = &inv->packages[one->package];
		enum dd_code code = dd_purl_parse(s.in->purl, a, &s.purl, &why);
		if (code == DD_ENOMEM)
			return dd_fail_nomem(err);
		if (code != DD_OK)
			continue;
		try_name(&s, one->id);
		for (size_t k = 0; k < one->n_aliases; k++)
			try_name(&s, one->aliases[k]);
		if (s.best)
			mark(one, s.best);
	}
	return DD_OK;
}

void dd_vex_done(struct dd_vex *vex)
{
	dd_vec_done(&vex->statements);
	dd_vec_done(&vex->mentions);
	dd_map_done(&vex->by_id);
}
