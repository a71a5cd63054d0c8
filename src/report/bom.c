/* SPDX-License-Identifier: Apache-2.0 */
#include "report/bom.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/text.h"
#include "base/vec.h"
#include "report/bom_parts.h"

#define BOM_BYTES_MAX (4 * DD_GIB)
enum { ID_NAME_MAX = 64 };

static const struct dd_str none = { "", 0 };

/* ---- references ---- */

/* The purl, or what stands in for it; a second package with the same one gets a number behind '#', which no purl of
 * ours has. */
static enum dd_code make_ref(struct dd_bom *bom, struct dd_map *seen, uint32_t i, struct dd_err *err)
{
	struct dd_bom_item *item = &bom->items[i];
	const struct dd_package *p = &item->in->package;
	DD_CLEANUP_BUF struct dd_buf plain = DD_BUF_INIT(8 * DD_FIELD_BYTES_MAX);
	struct dd_str ref = item->in->purl;
	if (ref.n == 0) {
		(void)dd_buf_add_c(&plain, "package:");
		(void)dd_buf_add_escaped(&plain, p->type);
		(void)dd_buf_add_char(&plain, '/');
		(void)dd_buf_add_escaped(&plain, p->name);
		(void)dd_buf_add_char(&plain, '@');
		(void)dd_buf_add_escaped(&plain, p->version);
		DD_TRY(dd_buf_check(&plain, "a reference", err));
		ref = dd_arena_str(&bom->arena, dd_buf_str(&plain));
	}
	uint32_t first;
	if (!ref.p || !dd_map_add(seen, ref, i, &first))
		return dd_fail_nomem(err);
	if (first != i) {
		/* Packages are sorted: those with one purl are rare, and their index is as stable as the list. */
		ref = dd_arena_printf(&bom->arena, "%.*s#%u", DD_FMT(ref), i - first);
		if (!ref.p || !dd_map_add(seen, ref, i, &first))
			return dd_fail_nomem(err);
		if (first != i)
			ref = dd_arena_printf(&bom->arena, "%.*s#%u", DD_FMT(ref), i);
	}
	item->ref = ref;
	return ref.p ? DD_OK : dd_fail_nomem(err);
}

/* SPDX 2.3 §3.2 and §7.2: letters, digits, dots, hyphens. The digest of the reference makes it unique. */
static enum dd_code make_spdx_id(struct dd_bom *bom, struct dd_bom_item *item, struct dd_err *err)
{
	const struct dd_package *p = &item->in->package;
	struct dd_str parts[] = { p->type, p->name };
	struct dd_digest digest;
	char name[2 * ID_NAME_MAX + 2], hex[DD_DIGEST_TEXT_MAX];
	size_t n = 0;
	for (size_t k = 0; k < DD_COUNT(parts); k++) {
		name[n++] = '-';
		for (size_t i = 0; i < parts[k].n && i < ID_NAME_MAX; i++) {
			char c = parts[k].p[i];
			bool stays = dd_is_digit(c) || dd_is_alpha(c) || c == '.';
			name[n++] = stays ? c : '-';
		}
	}
	DD_TRY(dd_digest_of(DD_SHA256, item->ref, &digest, err));
	(void)dd_digest_text(&digest, hex);
	item->spdx_id = dd_arena_printf(&bom->arena, "Package%.*s-%.16s", (int)n, name, hex + strlen("sha256:"));
	return item->spdx_id.p ? DD_OK : dd_fail_nomem(err);
}

/* ---- licences ---- */

struct known_licence {
	struct dd_licence licence;
	const struct dd_bom_licence *lines;
	size_t n_lines;
};

/* Many packages declare the same: each text is looked at once. */
struct licences {
	struct dd_map by_text, by_id;
	DD_VEC(struct known_licence) known;
	DD_VEC(struct dd_licence_ref) refs;
};

static void licences_done(struct licences *l)
{
	dd_map_done(&l->by_text);
	dd_map_done(&l->by_id);
	dd_vec_done(&l->known);
	dd_vec_done(&l->refs);
}

static enum dd_code add_licence_refs(struct licences *l, const struct dd_licence *one, struct dd_err *err)
{
	for (size_t i = 0; i < one->n_refs; i++) {
		uint32_t at;
		if (!dd_map_add(&l->by_id, one->refs[i].id, (uint32_t)l->refs.n, &at))
			return dd_fail_nomem(err);
		if (at == l->refs.n && !dd_vec_push(&l->refs, one->refs[i], DD_PACKAGES_MAX))
			return dd_fail_nomem(err);
	}
	return DD_OK;
}

/* CycloneDX takes no expression with names that are not SPDX's, but a list. */
static enum dd_code split_licence(struct dd_bom *bom, struct dd_str declared, struct known_licence *k,
				  struct dd_err *err)
{
	size_t max = 1;
	for (size_t i = 0; i < declared.n; i++)
		max += declared.p[i] == '\n';
	struct dd_bom_licence *lines = dd_arena_array(&bom->arena, max, sizeof *lines);
	struct dd_str line;
	if (!lines)
		return dd_fail_nomem(err);
	k->lines = lines;
	while (dd_str_line(&declared, &line)) {
		struct dd_licence one;
		line = dd_str_trim(line);
		if (line.n == 0)
			continue;
		if (dd_licence_normalise(line, &bom->arena, &one) != DD_OK)
			return dd_fail_nomem(err);
		bool id = one.single && !one.late;
		lines[k->n_lines++] = (struct dd_bom_licence){ id ? one.expression : line, id };
	}
	return DD_OK;
}

static enum dd_code make_licence(struct dd_bom *bom, struct licences *l, struct dd_bom_item *item, struct dd_err *err)
{
	struct dd_str declared = item->in->package.licences;
	uint32_t at;
	if (!dd_map_add(&l->by_text, declared, (uint32_t)l->known.n, &at))
		return dd_fail_nomem(err);
	if (at == l->known.n) {
		struct known_licence one = { .n_lines = 0 };
		if (dd_licence_normalise(declared, &bom->arena, &one.licence) != DD_OK)
			return dd_fail_nomem(err);
		if (one.licence.n_refs || one.licence.expression.n == 0)
			DD_TRY(split_licence(bom, declared, &one, err));
		if (!dd_vec_push(&l->known, one, DD_PACKAGES_MAX))
			return dd_fail_nomem(err);
		DD_TRY(add_licence_refs(l, &one.licence, err));
	}
	item->licence = l->known.p[at].licence;
	item->licence_lines = l->known.p[at].lines;
	item->n_licence_lines = l->known.p[at].n_lines;
	return DD_OK;
}

static enum dd_code keep_licence_refs(struct dd_bom *bom, const struct licences *l, struct dd_err *err)
{
	bom->n_licence_refs = l->refs.n;
	bom->licence_refs = dd_arena_array(&bom->arena, l->refs.n, sizeof *l->refs.p);
	if (!bom->licence_refs)
		return dd_fail_nomem(err);
	if (l->refs.n)
		memcpy(bom->licence_refs, l->refs.p, l->refs.n * sizeof *l->refs.p);
	return DD_OK;
}

/* ---- the whole ---- */

static enum dd_code make_items(struct dd_bom *bom, struct licences *l, struct dd_map *seen, struct dd_err *err)
{
	const struct dd_inventory *inv = bom->report->inventory;
	bom->n_items = inv->n_packages;
	bom->items = dd_arena_array(&bom->arena, inv->n_packages, sizeof *bom->items);
	if (!bom->items)
		return dd_fail_nomem(err);
	if (!dd_map_set(seen, bom->root_ref, UINT32_MAX - 1) || !dd_map_set(seen, bom->os_ref, UINT32_MAX - 1))
		return dd_fail_nomem(err);
	for (size_t i = 0; i < bom->n_items; i++) {
		struct dd_bom_item *item = &bom->items[i];
		item->in = &inv->packages[i];
		DD_TRY(make_ref(bom, seen, (uint32_t)i, err));
		DD_TRY(make_spdx_id(bom, item, err));
		DD_TRY(make_licence(bom, l, item, err));
		DD_TRY(dd_bom_fields(bom, item, err));
	}
	DD_TRY(keep_licence_refs(bom, l, err));
	return dd_bom_graph(bom, err);
}

static int known(int index, size_t n)
{
	return index >= 0 && (size_t)index < n ? index : -1;
}

/* The document's UUID stands for what it says: the target, every package with its place, every finding. */
static enum dd_code make_uuid(struct dd_bom *bom, struct dd_err *err)
{
	const struct dd_report *r = bom->report;
	DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(BOM_BYTES_MAX);
	struct dd_digest digest;
	char hex[DD_DIGEST_TEXT_MAX];
	(void)dd_buf_addf(&b, "%.*s\n%.*s\n%.*s\n%s\n", DD_FMT(r->version), DD_FMT(bom->target->name),
			  DD_FMT(bom->target->digest), bom->stamp);
	if (bom->os)
		(void)dd_buf_addf(&b, "%.*s %.*s\n", DD_FMT(bom->os->id), DD_FMT(bom->os->version));
	for (size_t i = 0; i < bom->n_items; i++)
		(void)dd_buf_addf(&b, "%.*s %d %.*s\n", DD_FMT(bom->items[i].ref),
				  known(bom->items[i].in->layer, bom->target->n_layers),
				  DD_FMT(bom->items[i].in->path));
	for (size_t i = 0; i < r->n_findings; i++)
		(void)dd_buf_addf(&b, "%.*s %d %d\n", DD_FMT(r->findings[i].id),
				  known(r->findings[i].package, bom->n_items), r->findings[i].suppressed);
	DD_TRY(dd_buf_check(&b, "a bill of materials", err));
	DD_TRY(dd_digest_of(DD_SHA256, dd_buf_str(&b), &digest, err));
	char url[sizeof DD_BOM_TOOL_URL "/bom/" + DD_DIGEST_TEXT_MAX];
	(void)snprintf(url, sizeof url, DD_BOM_TOOL_URL "/bom/%s", dd_digest_text(&digest, hex));
	return dd_uuid_of_url(dd_str_from(url), bom->uuid, err);
}

static void make_stamp(struct dd_bom *bom)
{
	int64_t when;
	bom->stamp[0] = '\0';
	if (bom->report->created_fixed)
		(void)dd_time_text(bom->report->created, bom->stamp);
	else if (dd_time_parse(bom->target->created, &when) && when > 0)
		(void)dd_time_text(when, bom->stamp);
}

const char *dd_bom_date(const struct dd_bom *bom)
{
	return bom->stamp[0] ? bom->stamp : "1970-01-01T00:00:00Z";
}

const char *dd_bom_item_type(const struct dd_bom_item *item)
{
	return dd_str_eq_c(item->in->package.type, "generic") ? "application" : "library";
}

static enum dd_code make_all(struct dd_bom *bom, struct licences *l, struct dd_map *seen, struct dd_err *err)
{
	make_stamp(bom);
	DD_TRY(dd_bom_root(bom, err));
	bom->os_ref = none;
	if (bom->os) {
		bom->os_ref = dd_arena_printf(&bom->arena, "operating-system:%.*s@%.*s", DD_FMT(bom->os->id),
					      DD_FMT(bom->os->version));
		if (!bom->os_ref.p)
			return dd_fail_nomem(err);
	}
	DD_TRY(make_items(bom, l, seen, err));
	return make_uuid(bom, err);
}

enum dd_code dd_bom_make(const struct dd_report *r, struct dd_bom *ret, struct dd_err *err)
{
	struct dd_bom bom = { .arena = DD_ARENA_INIT(BOM_BYTES_MAX), .report = r, .target = &r->inventory->target };
	DD_CLEANUP(licences_done) struct licences l = { 0 };
	DD_CLEANUP(dd_map_done) struct dd_map seen = { 0 };
	if (r->inventory->os_found && r->inventory->os.id.n)
		bom.os = &r->inventory->os;
	enum dd_code code = make_all(&bom, &l, &seen, err);
	if (code == DD_OK)
		*ret = bom;
	else
		dd_bom_done(&bom);
	return code;
}

void dd_bom_done(struct dd_bom *bom)
{
	dd_arena_done(&bom->arena);
}
