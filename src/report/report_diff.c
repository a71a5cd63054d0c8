/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_diff.h"

#include "format/json_write.h"
#include "report/sheet.h"

enum { BROKEN_LEVELS = 2 };

const char *const dd_diff_formats[] = { "table", "json", NULL };

/* ---- for people ---- */

static void versions(const struct dd_sheet *s, const struct dd_change *c)
{
	struct dd_str from = c->from ? c->from->package.version : DD_STR("");
	struct dd_str to = c->to ? c->to->package.version : DD_STR("");
	if (c->from)
		(void)dd_sheet_text(s, from, DD_COLUMNS_ALL);
	if (c->kind == DD_CHANGE_VERSION) {
		dd_sheet_own(s, " -> ");
		(void)dd_sheet_text(s, to, DD_COLUMNS_ALL);
	} else if (c->kind == DD_CHANGE_ADDED) {
		(void)dd_sheet_text(s, to, DD_COLUMNS_ALL);
	}
}

static void licences(const struct dd_sheet *s, const struct dd_change *c)
{
	if (c->kind == DD_CHANGE_ADDED || c->kind == DD_CHANGE_REMOVED || dd_str_eq(c->from_licence, c->to_licence))
		return;
	dd_sheet_own(s, "  (licence ");
	(void)dd_sheet_text(s, c->from_licence.n ? c->from_licence : DD_STR("unknown"), DD_COLUMNS_ALL);
	dd_sheet_own(s, " -> ");
	(void)dd_sheet_text(s, c->to_licence.n ? c->to_licence : DD_STR("unknown"), DD_COLUMNS_ALL);
	dd_sheet_own(s, ")");
}

static void row(const struct dd_sheet *s, const struct dd_change *c, size_t name_columns)
{
	static const struct {
		const char *sign;
		enum dd_paint paint;
	} looks[DD_CHANGE_COUNT] = { { "+", DD_GREEN }, { "-", DD_RED }, { "~", DD_YELLOW }, { "~", DD_CYAN } };
	const struct dd_package *p = c->to ? &c->to->package : &c->from->package;
	dd_sheet_paint(s, looks[c->kind].paint);
	dd_sheet_own(s, "%s", looks[c->kind].sign);
	dd_sheet_paint(s, DD_PLAIN);
	dd_sheet_own(s, " ");
	dd_sheet_cell(s, p->type, 8, false, DD_DIM);
	dd_sheet_own(s, " ");
	dd_sheet_cell(s, p->name, name_columns, false, DD_PLAIN);
	dd_sheet_own(s, " ");
	versions(s, c);
	licences(s, c);
	dd_sheet_end_line(s);
}

static void table(const struct dd_diff_report *d, const struct dd_report_style *style, struct dd_buf *out)
{
	enum { NAME_MIN = 12, NAME_MAX_COLUMNS = 40 };
	const struct dd_sheet s = { out, style };
	size_t columns = NAME_MIN;
	for (size_t i = 0; i < d->diff->changes.n; i++) {
		const struct dd_change *c = &d->diff->changes.p[i];
		size_t n = dd_sheet_measure(&s, c->to ? c->to->package.name : c->from->package.name, NAME_MAX_COLUMNS);
		columns = n > columns ? n : columns;
	}
	for (size_t i = 0; i < d->diff->changes.n; i++)
		row(&s, &d->diff->changes.p[i], columns);
	if (d->diff->changes.n)
		dd_sheet_end_line(&s);
	dd_sheet_own(&s, "%zu added, %zu removed, %zu in another version, %zu under other licences, %zu unchanged",
		     d->diff->counts[DD_CHANGE_ADDED], d->diff->counts[DD_CHANGE_REMOVED],
		     d->diff->counts[DD_CHANGE_VERSION], d->diff->counts[DD_CHANGE_LICENCE], d->diff->same);
	dd_sheet_end_line(&s);
}

/* ---- JSON ---- */

static void side(struct dd_jsonw *j, const char *key, const struct dd_inventory *inv)
{
	dd_jsonw_key(j, key);
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "name", inv->target.name);
	dd_jsonw_member_text(j, "kind", inv->target.kind);
	dd_jsonw_member_known(j, "image", inv->target.image);
	dd_jsonw_member_known(j, "digest", inv->target.digest);
	dd_jsonw_member_u64(j, "packages", inv->n_packages);
	dd_jsonw_close(j);
}

static void package(struct dd_jsonw *j, const char *key, const struct dd_installed *in, struct dd_str licence)
{
	dd_jsonw_key(j, key);
	if (!in) {
		dd_jsonw_null(j);
		return;
	}
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "version", in->package.version);
	dd_jsonw_member_known(j, "purl", in->purl);
	dd_jsonw_member_known(j, "licence", licence);
	dd_jsonw_member_known(j, "path", in->path);
	dd_jsonw_close(j);
}

static void json(const struct dd_diff_report *d, struct dd_buf *out)
{
	struct dd_jsonw j = DD_JSONW(out, BROKEN_LEVELS);
	dd_jsonw_object(&j);
	dd_jsonw_member_u64(&j, "schemaVersion", 1);
	side(&j, "from", d->from);
	side(&j, "to", d->to);
	dd_jsonw_key(&j, "summary");
	dd_jsonw_object(&j);
	for (int k = 0; k < DD_CHANGE_COUNT; k++)
		dd_jsonw_member_u64(&j, dd_change_kind_name((enum dd_change_kind)k), d->diff->counts[k]);
	dd_jsonw_member_u64(&j, "unchanged", d->diff->same);
	dd_jsonw_close(&j);
	dd_jsonw_key(&j, "changes");
	dd_jsonw_array(&j);
	for (size_t i = 0; i < d->diff->changes.n; i++) {
		const struct dd_change *c = &d->diff->changes.p[i];
		const struct dd_package *p = c->to ? &c->to->package : &c->from->package;
		dd_jsonw_object(&j);
		dd_jsonw_member_text(&j, "change", dd_str_from(dd_change_kind_name(c->kind)));
		dd_jsonw_member_text(&j, "type", p->type);
		dd_jsonw_member_text(&j, "name", p->name);
		dd_jsonw_member_known(&j, "arch", p->arch);
		package(&j, "from", c->from, c->from_licence);
		package(&j, "to", c->to, c->to_licence);
		dd_jsonw_close(&j);
	}
	dd_jsonw_close(&j);
	dd_jsonw_close(&j);
	(void)dd_buf_add_char(out, '\n');
}

enum dd_code dd_diff_write(const char *format, const struct dd_diff_report *d, const struct dd_report_style *style,
			   struct dd_buf *out, struct dd_err *err)
{
	if (strcmp(format, "json") == 0)
		json(d, out);
	else if (strcmp(format, "table") == 0)
		table(d, style, out);
	else
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "unknown format %s", DD_QUOTE(dd_str_from(format)));
	return dd_buf_check(out, "the difference", err);
}
