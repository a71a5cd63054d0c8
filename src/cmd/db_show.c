/* SPDX-License-Identifier: Apache-2.0 */
/* `drydock db show`: what the database knows of a vulnerability, an advisory or a package. */
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/vec.h"
#include "cmd/db_cmds.h"
#include "version/ecosystem.h"

static int by_handle(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
	return a < b ? -1 : a > b;
}

/* An id: everything said of its vulnerabilities. */
static enum dd_code find_id(struct dd_db_shown *shown, struct dd_str id, struct dd_arena *a, struct dd_err *err)
{
	struct {
		struct dd_advisory *p;
		size_t n, cap;
	} all = { 0 };
	enum dd_code code = dd_db_lookup_all(shown->db, id, a, &shown->vulns, &shown->n_vulns, err);
	for (size_t i = 0; code == DD_OK && i < shown->n_vulns; i++) {
		struct dd_advisory *found = NULL;
		size_t n = 0;
		code = dd_db_advisories_of(shown->db, shown->vulns[i], a, &found, &n, err);
		for (size_t k = 0; code == DD_OK && k < n; k++)
			if (!dd_vec_push(&all, found[k], DD_DB_FOUND_MAX))
				code = dd_fail_nomem(err);
	}
	if (code == DD_OK && all.n) {
		shown->advisories = dd_arena_array(a, all.n, sizeof *all.p);
		if (shown->advisories)
			memcpy(shown->advisories, all.p, all.n * sizeof *all.p);
		else
			code = dd_fail_nomem(err);
	}
	shown->n = all.n;
	dd_vec_done(&all);
	return code;
}

static enum dd_code find_package(struct dd_db_shown *shown, struct dd_str name, struct dd_arena *a, struct dd_err *err)
{
	DD_TRY(dd_db_find_anywhere(shown->db, name, a, &shown->advisories, &shown->n, err));
	shown->package = true;
	shown->vulns = dd_arena_array(a, shown->n, sizeof *shown->vulns);
	if (!shown->vulns)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < shown->n; i++)
		shown->vulns[i] = shown->advisories[i].vuln;
	if (shown->n)
		qsort(shown->vulns, shown->n, sizeof *shown->vulns, by_handle);
	for (size_t i = 0; i < shown->n; i++)
		if (i == 0 || shown->vulns[i] != shown->vulns[i - 1])
			shown->vulns[shown->n_vulns++] = shown->vulns[i];
	return DD_OK;
}

/* s with its first n letters in capitals. p NULL: no memory. */
static struct dd_str capitals(struct dd_str s, size_t n, struct dd_arena *a)
{
	char *out = dd_arena_alloc(a, s.n);
	for (size_t i = 0; out && i < s.n; i++)
		out[i] = i < n && s.p[i] >= 'a' && s.p[i] <= 'z' ? (char)(s.p[i] - 32) : s.p[i];
	return (struct dd_str){ out, s.n };
}

/* An id as written, in capitals (CVE-2021-44228), with its first word in capitals (GHSA-jfh8-c2jp-5v3q); then a package
 * as written, and as PyPI compares its names. */
static enum dd_code find(struct dd_db_shown *shown, struct dd_arena *a, struct dd_err *err)
{
	struct dd_str q = shown->query, normal = q;
	const struct dd_str ids[] = { q, capitals(q, q.n, a), capitals(q, dd_str_find(q, '-'), a) };
	for (size_t i = 0; i < DD_COUNT(ids); i++) {
		if (!ids[i].p)
			return dd_fail_nomem(err);
		DD_TRY(find_id(shown, ids[i], a, err));
		if (shown->n_vulns)
			return DD_OK;
	}
	DD_TRY(dd_ecosystem_name(dd_ecosystem_by_key(DD_STR("pypi")), q, a, &normal, err));
	const struct dd_str names[] = { q, normal };
	for (size_t i = 0; i < DD_COUNT(names); i++) {
		DD_TRY(find_package(shown, names[i], a, err));
		if (shown->n_vulns)
			return DD_OK;
	}
	return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "the database knows no vulnerability, advisory or package %s",
		       DD_QUOTE(q));
}

static enum dd_code show(const struct dd_invocation *in, struct dd_err *err)
{
	static const char *const formats[] = { "table", "json", NULL };
	const struct dd_shared_options *o = in->options;
	struct dd_db *db DD_CLEANUP(dd_db_closep) = NULL;
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_DB_MEMORY_BYTES_MAX);
	struct dd_buf path DD_CLEANUP_BUF = DD_BUF_INIT(DD_PATH_MAX);
	struct dd_outputs outputs;
	DD_TRY(dd_outputs_parse(&o->formats, formats, "table", &outputs, err));
	DD_TRY(dd_db_cmd_open(o, NULL, &db, &path, err));
	struct dd_db_shown shown = { .db = db, .query = dd_str_from(in->argv[0]) };
	DD_TRY(find(&shown, &a, err));
	for (size_t i = 0; i < outputs.n; i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_GIB);
		struct dd_terminal t = dd_terminal_of(outputs.at[i].path ? -1 : STDOUT_FILENO);
		const struct dd_report_style style = { .width = t.width, .colour = t.colour, .utf8 = t.utf8 };
		const struct dd_sheet sheet = { &out, &style };
		if (strcmp(outputs.at[i].format, "json") == 0)
			DD_TRY(dd_db_show_json(&shown, &out, err));
		else
			DD_TRY(dd_db_show_text(&sheet, &shown, err));
		DD_TRY(dd_buf_check(&out, "the output", err));
		DD_TRY(dd_output_write(&outputs.at[i], dd_buf_str(&out), err));
	}
	return DD_OK;
}

static enum dd_exit run(const struct dd_invocation *in)
{
	struct dd_err err = { .at = DD_NO_OFFSET };
	if (show(in, &err) == DD_OK)
		return DD_EXIT_CLEAN;
	dd_cmd_error(&err);
	return dd_cmd_exit(&err);
}

static void release(void *options)
{
	dd_opt_list_done(&((struct dd_shared_options *)options)->formats);
}

const struct dd_cmd dd_cmd_db_show = {
	.name = "show",
	.summary = "print what is known of a vulnerability, an advisory or a package",
	.operands = "NAME",
	.examples =
		(const struct dd_example[]){
			{ "drydock db show CVE-2021-44228",
			  "the vulnerability, its other names, and every package it is in" },
			{ "drydock db show openssl", "what is known of the packages of that name" },
			{ "drydock db show ALSA-2022:9073 --format json", "an advisory, for a program" },
			{ NULL } },
	.description =
		"NAME is an id (CVE, GHSA, GO, PYSEC, RUSTSEC, ALSA …) or the name of a package, as its ecosystem "
		"writes it; for Debian and Alpine that is the source package.",
	.shared = DD_SHARE_FORMAT | DD_SHARE_DB | DD_SHARE_CACHE,
	.options_size = sizeof(struct dd_shared_options),
	.release = release,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
