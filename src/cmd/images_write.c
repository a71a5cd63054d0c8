/* SPDX-License-Identifier: Apache-2.0 */
/* What `drydock images` says: a table for people, one row a name, and JSON, one record an image. */
#include <stdio.h>

#include "base/text.h"
#include "cmd/images.h"
#include "format/json_write.h"

enum {
	NAME_COLUMNS_MIN = 12,
	NAME_COLUMNS_MAX = 60,
	ENGINE_COLUMNS_MIN = 10,
	ENGINE_COLUMNS_MAX = 24,
	ID_DIGITS = 12,
	SIZE_COLUMNS = 10,
	AGE_COLUMNS = 10,
	AGE_BYTES = 40,
	PLATFORM_COLUMNS = 14,
};

static const char unnamed[] = "<none>";

/* "5 minutes", "3 days", "2 years". */
static const char *age_text(int64_t created, int64_t now, char out[AGE_BYTES])
{
	static const struct {
		int64_t seconds;
		const char *one, *many;
	} units[] = {
		{ 365 * 86400, "year", "years" }, { 30 * 86400, "month", "months" }, { 86400, "day", "days" },
		{ 3600, "hour", "hours" },	  { 60, "minute", "minutes" },	     { 1, "second", "seconds" },
	};
	if (created <= 0 || created > now)
		return "-";
	for (size_t i = 0; i < DD_COUNT(units); i++) {
		int64_t n = (now - created) / units[i].seconds;
		if (n == 0 && i + 1 < DD_COUNT(units))
			continue;
		(void)snprintf(out, AGE_BYTES, "%lld %s", (long long)n, n == 1 ? units[i].one : units[i].many);
		return out;
	}
	return "-";
}

/* The prefix of a target: "docker", "containerd:k8s.io". */
static void add_engine(struct dd_buf *out, const struct dd_images_row *r)
{
	(void)dd_buf_add_c(out, r->engine);
	if (r->space.n) {
		(void)dd_buf_add_char(out, ':');
		dd_sheet_add(out, r->space);
	}
}

static struct dd_str short_id(struct dd_str id)
{
	size_t colon = dd_str_find(id, ':');
	return dd_str_take(dd_str_skip(id, colon < id.n ? colon + 1 : 0), ID_DIGITS);
}

struct columns {
	size_t engine, name;
};

static void measure(const struct dd_sheet *s, const struct dd_images *all, struct columns *c)
{
	*c = (struct columns){ ENGINE_COLUMNS_MIN, NAME_COLUMNS_MIN };
	for (size_t i = 0; i < all->rows.n; i++) {
		const struct dd_images_row *r = &all->rows.p[i];
		DD_CLEANUP_BUF struct dd_buf engine = DD_BUF_INIT(1024);
		add_engine(&engine, r);
		size_t n = dd_sheet_measure(s, dd_buf_str(&engine), ENGINE_COLUMNS_MAX);
		c->engine = n > c->engine ? n : c->engine;
		for (size_t k = 0; k < r->n_names; k++) {
			n = dd_sheet_measure(s, r->names[k], NAME_COLUMNS_MAX);
			c->name = n > c->name ? n : c->name;
		}
	}
}

static void cell(const struct dd_sheet *s, struct dd_str text, size_t columns, bool right, enum dd_paint paint)
{
	dd_sheet_cell(s, text, columns, right, paint);
	dd_sheet_blanks(s, 2);
}

static void users(const struct dd_sheet *s, const struct dd_images_row *r)
{
	for (size_t i = 0; i < r->n_used_by; i++) {
		if (i)
			dd_sheet_own(s, ", ");
		(void)dd_sheet_text(s, r->used_by[i], NAME_COLUMNS_MAX);
	}
}

static void row(const struct dd_sheet *s, const struct dd_images_row *r, struct dd_str name, const struct columns *c,
		int64_t now)
{
	DD_CLEANUP_BUF struct dd_buf engine = DD_BUF_INIT(1024);
	char size[16], age[AGE_BYTES];
	add_engine(&engine, r);
	cell(s, dd_sheet_whole(s, &engine), c->engine, false, DD_PLAIN);
	cell(s, name, c->name, false, DD_BOLD);
	cell(s, short_id(r->id), ID_DIGITS, false, DD_DIM);
	cell(s, dd_str_from(r->size ? dd_human_bytes(r->size, size) : "-"), SIZE_COLUMNS, true, DD_PLAIN);
	cell(s, dd_str_from(age_text(r->created, now, age)), AGE_COLUMNS, true, DD_PLAIN);
	cell(s, r->platform.n ? r->platform : DD_STR("-"), PLATFORM_COLUMNS, false, DD_PLAIN);
	users(s, r);
	dd_sheet_end_line(s);
}

void dd_images_table(const struct dd_sheet *s, const struct dd_images *all, int64_t now)
{
	struct columns c;
	if (all->rows.n == 0) {
		dd_sheet_own(s, "no images\n");
		return;
	}
	measure(s, all, &c);
	cell(s, DD_STR("Engine"), c.engine, false, DD_BOLD);
	cell(s, DD_STR("Name"), c.name, false, DD_BOLD);
	cell(s, DD_STR("ID"), ID_DIGITS, false, DD_BOLD);
	cell(s, DD_STR("Size"), SIZE_COLUMNS, true, DD_BOLD);
	cell(s, DD_STR("Age"), AGE_COLUMNS, true, DD_BOLD);
	cell(s, DD_STR("Platform"), PLATFORM_COLUMNS, false, DD_BOLD);
	dd_sheet_cell(s, DD_STR("Used by"), 7, false, DD_BOLD);
	dd_sheet_end_line(s);
	for (size_t i = 0; i < all->rows.n; i++) {
		const struct dd_images_row *r = &all->rows.p[i];
		if (r->n_names == 0)
			row(s, r, dd_str_from(unnamed), &c, now);
		for (size_t k = 0; k < r->n_names; k++)
			row(s, r, r->names[k], &c, now);
	}
}

/* ---- JSON ---- */

/* What `drydock scan` takes: "docker:alpine:3.9", "containerd:k8s.io/NAME". */
static void target(struct dd_jsonw *j, const struct dd_images_row *r)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(1 << 17);
	(void)dd_buf_addf(&text, "%s:", r->engine);
	if (r->space.n) {
		(void)dd_buf_add_str(&text, r->space);
		(void)dd_buf_add_char(&text, '/');
	}
	(void)dd_buf_add_str(&text, r->n_names ? r->names[0] : r->id);
	dd_jsonw_member_text(j, "target", dd_buf_str(&text));
}

static void image(struct dd_jsonw *j, const struct dd_images_row *r)
{
	char created[32];
	dd_jsonw_object(j);
	dd_jsonw_member_text(j, "engine", dd_str_from(r->engine));
	dd_jsonw_member_text(j, "at", dd_str_from(r->where));
	dd_jsonw_member_known(j, "namespace", r->space);
	dd_jsonw_member_texts(j, "names", r->names, r->n_names);
	dd_jsonw_member_text(j, "id", r->id);
	dd_jsonw_key(j, "size");
	if (r->size)
		dd_jsonw_u64(j, r->size);
	else
		dd_jsonw_null(j);
	dd_jsonw_member_known(j, "created", r->created ? dd_str_from(dd_time_text(r->created, created)) : DD_STR(""));
	dd_jsonw_member_known(j, "platform", r->platform);
	dd_jsonw_member_texts(j, "usedBy", r->used_by, r->n_used_by);
	target(j, r);
	dd_jsonw_close(j);
}

void dd_images_json(struct dd_buf *out, const struct dd_images *all)
{
	struct dd_jsonw j = DD_JSONW(out, 2);
	dd_jsonw_object(&j);
	dd_jsonw_key(&j, "images");
	dd_jsonw_array(&j);
	for (size_t i = 0; i < all->rows.n; i++)
		image(&j, &all->rows.p[i]);
	dd_jsonw_close(&j);
	dd_jsonw_key(&j, "problems");
	dd_jsonw_array(&j);
	for (size_t i = 0; i < all->problems.n; i++) {
		const struct dd_images_problem *p = &all->problems.p[i];
		dd_jsonw_object(&j);
		dd_jsonw_member_text(&j, "engine", dd_str_from(p->engine));
		dd_jsonw_member_text(&j, "at", dd_str_from(p->where));
		dd_jsonw_member_text(&j, "text", p->text);
		dd_jsonw_close(&j);
	}
	dd_jsonw_close(&j);
	dd_jsonw_close(&j);
	(void)dd_buf_add_char(out, '\n');
}
