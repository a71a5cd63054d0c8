/* SPDX-License-Identifier: Apache-2.0 */
/* End-of-life dates from endoflife.date, in the shapes of its two APIs:
 *
 * /api/PRODUCT.json        [ { "cycle", "codename", "eol": DATE | bool, "extendedSupport": DATE | bool, "latest",
 *                              "latestReleaseDate" … } ]; the product is the name of the file
 * /api/v1/products/full    { "last_modified", "result": [ { "name", "releases": [ { "name", "codename", "isEol",
 *                              "eolFrom", "eoesFrom", "latest": { "name", "date" } } ] } ] }
 * /api/v1/products/PRODUCT the same with one product as "result"
 *
 * eol true: ended, nobody says when; false: not yet known. Met: cycles and latest as numbers, null for anything. */
#include <stdio.h>

#include "base/limits.h"
#include "db/builder.h"
#include "format/json.h"

struct cycles {
	struct dd_builder *b;
	const struct dd_build_document *doc;
	uint32_t source;
	struct dd_str product;
};

/* Text, or a number as text. */
static uint32_t text_of(struct dd_builder *b, const json_t *v, char number[32])
{
	struct dd_str s = dd_build_cut(dd_json_text(v), DD_DB_EOL_BYTES_MAX);
	if (json_is_integer(v) || json_is_real(v)) {
		(void)snprintf(number, 32, "%.15g", json_number_value(v));
		s = dd_str_from(number);
	}
	return dd_build_text(b, s);
}

static void add(struct cycles *c, const struct dd_build_eol *e)
{
	if (dd_intern_text(&c->b->strings, e->text[1]).n == 0) {
		dd_build_warn(c->b, "%s: %s: a cycle without a name", DD_QUOTE(dd_str_from(c->doc->name)),
			      DD_QUOTE(c->product));
		return;
	}
	if (!dd_vec_push(&c->b->eol, *e, DD_DB_ROWS_MAX) && c->b->failed == DD_OK)
		c->b->failed = DD_ELIMIT;
	else
		c->b->sources.p[c->source].rows++;
}

static void add_legacy(struct cycles *c, const json_t *j)
{
	char number[32];
	const struct dd_build_eol e = {
		.text = { dd_build_text(c->b, c->product), text_of(c->b, dd_json_get(j, "cycle"), number),
			  text_of(c->b, dd_json_get(j, "codename"), number),
			  text_of(c->b, dd_json_get(j, "eol"), number),
			  text_of(c->b, dd_json_get(j, "extendedSupport"), number),
			  text_of(c->b, dd_json_get(j, "latest"), number) },
		.ended = dd_json_bool(j, "eol"),
	};
	dd_build_date(c->b, c->source, dd_build_cut(dd_json_str(j, "latestReleaseDate"), DD_DB_DATE_BYTES_MAX));
	add(c, &e);
}

static void add_release(struct cycles *c, const json_t *j)
{
	char number[32];
	const json_t *latest = dd_json_get(j, "latest"), *from = dd_json_get(j, "eolFrom");
	const struct dd_build_eol e = {
		.text = { dd_build_text(c->b, c->product), text_of(c->b, dd_json_get(j, "name"), number),
			  text_of(c->b, dd_json_get(j, "codename"), number), text_of(c->b, from, number),
			  text_of(c->b, dd_json_get(j, "eoesFrom"), number),
			  text_of(c->b, dd_json_get(latest, "name"), number) },
		.ended = dd_json_bool(j, "isEol") && !dd_json_text(from).n,
	};
	add(c, &e);
}

/* File name without directories, member names and ".json". */
static struct dd_str product_of(const char *name)
{
	struct dd_str s = dd_str_from(name);
	size_t slash = dd_str_rfind(s, '/');
	if (slash < s.n)
		s = dd_str_skip(s, slash + 1);
	size_t blank = dd_str_rfind(s, ' '); /* "all.zip: debian.json" */
	if (blank < s.n)
		s = dd_str_skip(s, blank + 1);
	return dd_str_ends(s, DD_STR(".json")) ? dd_str_take(s, s.n - 5) : s;
}

static enum dd_code add_product(struct cycles *c, const json_t *product, struct dd_err *err)
{
	const json_t *releases = dd_json_arr(product, "releases");
	c->product = dd_build_cut(dd_json_str(product, "name"), DD_DB_EOL_BYTES_MAX);
	if (!c->product.n || !releases)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "a product without name or releases");
	for (size_t i = 0; i < dd_json_len(releases); i++)
		add_release(c, dd_json_at(releases, i));
	return DD_OK;
}

static enum dd_code add_products(struct cycles *c, const json_t *result, struct dd_err *err)
{
	if (json_is_object(result))
		return add_product(c, result, err);
	for (size_t i = 0; i < dd_json_len(result); i++) {
		struct dd_err local = { .at = DD_NO_OFFSET };
		if (add_product(c, dd_json_at(result, i), &local) != DD_OK)
			dd_build_warn(c->b, "%s: result[%zu]: %.200s", DD_QUOTE(dd_str_from(c->doc->name)), i,
				      local.message);
	}
	return DD_OK;
}

enum dd_code dd_from_eol(struct dd_builder *b, const struct dd_build_document *doc, struct dd_err *err)
{
	json_t *j DD_CLEANUP_JSON = NULL;
	struct cycles c = { .b = b, .doc = doc };
	DD_TRY(dd_json_parse(doc->bytes, &j, err));
	const json_t *result = dd_json_get(j, "result");
	if (!json_is_array(j) && !json_is_array(result) && !json_is_object(result))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET,
			       "neither a list of cycles nor a 'result': not from endoflife.date");
	c.source = dd_build_source(b, DD_STR("eol"), DD_STR("eol"), doc);
	DD_TRY(dd_build_check(b, err));
	if (json_is_array(j)) {
		c.product = product_of(doc->name);
		for (size_t i = 0; i < dd_json_len(j); i++)
			add_legacy(&c, dd_json_at(j, i));
		return dd_build_check(b, err);
	}
	static const char *const dates[] = { "last_modified", "generated_at" };
	for (size_t i = 0; i < DD_COUNT(dates); i++)
		dd_build_date(b, c.source, dd_build_cut(dd_json_str(j, dates[i]), DD_DB_DATE_BYTES_MAX));
	DD_TRY(add_products(&c, result, err));
	return dd_build_check(b, err);
}
