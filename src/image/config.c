/* SPDX-License-Identifier: Apache-2.0 */
#include "image/config.h"

#include "base/limits.h"
#include "format/json.h"

static struct dd_str copy_member(const json_t *obj, const char *key, struct dd_arena *a)
{
	struct dd_str s = dd_json_str(obj, key);
	return dd_arena_str(a, dd_str_take(s, DD_FIELD_BYTES_MAX));
}

/* ---- instructions ---- */

/* Skips "|2 A=1 B=x " of RUN with build arguments. Values may hold blanks: the shell call behind them is the mark. */
static struct dd_str skip_arguments(struct dd_str s)
{
	if (!dd_str_starts(s, DD_STR("|")) || s.n < 2 || !dd_is_digit(s.p[1]))
		return s;
	size_t at = dd_str_search(s, DD_STR("/bin/sh -c"));
	return at < s.n ? dd_str_skip(s, at) : s;
}

void dd_instruction_clean(struct dd_str created_by, struct dd_buf *out)
{
	static const struct dd_str shell = { "/bin/sh -c ", 11 }, nop = { "#(nop) ", 7 }, kit = { "# buildkit", 10 };
	struct dd_str s = dd_str_trim(created_by);
	bool run = false;
	if (dd_str_ends(s, kit))
		s = dd_str_trim(dd_str_take(s, s.n - kit.n));
	if (dd_str_starts(s, DD_STR("RUN "))) {
		run = true;
		s = dd_str_trim(dd_str_skip(s, 4));
	}
	struct dd_str behind = skip_arguments(s);
	run = run || behind.n != s.n;
	s = behind;
	if (dd_str_starts(s, shell)) {
		s = dd_str_trim(dd_str_skip(s, shell.n));
		run = true;
		if (dd_str_starts(s, nop)) {
			s = dd_str_trim(dd_str_skip(s, nop.n));
			run = false;
		}
	}
	if (run)
		(void)dd_buf_add_c(out, "RUN ");
	/* Runs of blanks (continuation lines) become one: the text is for a report's line. */
	for (size_t i = 0; i < s.n; i++) {
		bool blank = dd_is_blank(s.p[i]);
		if (!blank || !dd_is_blank(s.p[i - 1]))
			(void)dd_buf_add_char(out, blank ? ' ' : s.p[i]);
	}
}

static enum dd_code read_history(const json_t *history, struct dd_image_config *c, struct dd_arena *a,
				 struct dd_err *err)
{
	size_t layers = 0;
	for (size_t i = 0; i < dd_json_len(history); i++)
		layers += !dd_json_bool(dd_json_at(history, i), "empty_layer");
	if (layers != c->n_diff_ids)
		return DD_OK; /* flattened or hand-made: no line belongs to a layer for certain */
	for (size_t i = 0, layer = 0; i < dd_json_len(history); i++) {
		const json_t *h = dd_json_at(history, i);
		if (dd_json_bool(h, "empty_layer"))
			continue;
		DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(DD_FIELD_BYTES_MAX);
		dd_instruction_clean(dd_str_take(dd_json_str(h, "created_by"), DD_FIELD_BYTES_MAX - 16), &text);
		c->instructions[layer] = dd_arena_str(a, dd_buf_str(&text));
		if (!c->instructions[layer].p)
			return dd_fail_nomem(err);
		layer++;
	}
	return DD_OK;
}

/* ---- the document ---- */

static enum dd_code read_diff_ids(const json_t *ids, struct dd_image_config *c, struct dd_arena *a, struct dd_err *err)
{
	c->n_diff_ids = dd_json_len(ids);
	if (c->n_diff_ids > DD_LAYERS_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "the image has %zu layers, more than the limit of %d",
			       c->n_diff_ids, DD_LAYERS_MAX);
	c->diff_ids = dd_arena_array(a, c->n_diff_ids, sizeof *c->diff_ids);
	c->instructions = dd_arena_array(a, c->n_diff_ids, sizeof *c->instructions);
	if (!c->diff_ids || !c->instructions)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < c->n_diff_ids; i++) {
		if (dd_digest_parse(dd_json_text(dd_json_at(ids, i)), &c->diff_ids[i], err) != DD_OK)
			return dd_wrap(err, "diff_id of layer %zu", i);
	}
	return DD_OK;
}

enum dd_code dd_image_config_parse(struct dd_str json, struct dd_arena *a, struct dd_image_config *ret,
				   struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct dd_image_config c = { 0 };
	if (dd_json_parse(json, &doc, err) != DD_OK)
		return dd_wrap(err, "image configuration");
	const json_t *ids = dd_json_arr(dd_json_obj(doc, "rootfs"), "diff_ids");
	if (!ids)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET,
			       "image configuration: it has no rootfs.diff_ids, so it names no layers");
	c.platform = (struct dd_platform){ copy_member(doc, "os", a), copy_member(doc, "architecture", a),
					   copy_member(doc, "variant", a) };
	c.created = copy_member(doc, "created", a);
	c.user = copy_member(dd_json_obj(doc, "config"), "User", a);
	if (!c.platform.os.p || !c.platform.arch.p || !c.platform.variant.p || !c.created.p || !c.user.p)
		return dd_fail_nomem(err);
	DD_TRY(read_diff_ids(ids, &c, a, err));
	DD_TRY(read_history(dd_json_arr(doc, "history"), &c, a, err));
	if (dd_image_config_run(dd_json_obj(doc, "config"), a, &c) != DD_OK)
		return dd_fail_nomem(err);
	dd_base_image_guess(dd_json_arr(doc, "history"), &c);
	*ret = c;
	return DD_OK;
}
