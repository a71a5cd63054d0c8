/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/npm/npm_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/io.h"
#include "base/limits.h"
#include "support/test.h"

/* `npm ls --all` of it (npm-ls.json), with fsevents, which it locks and cannot install on Linux. */
const char dd_npm_project[] =
	"@sindresorhus/is@4.6.0\ndebug@2.6.9\ndebug@4.3.4\nfsevents@2.3.2\nis-number@5.0.0\n"
	"is-number@6.0.0 dev\nis-number@7.0.0\nis-odd@3.0.1 dev\njs-tokens@4.0.0\nlodash@4.17.20\n"
	"loose-envify@1.4.0\nms@2.0.0\nms@2.1.2\nms@2.1.3\nobject-assign@4.1.1\nreact@17.0.2\n"
	"use-sync-external-store@1.2.0\n";

static int compare(const void *x, const void *y)
{
	const struct dd_str *a = x, *b = y;
	return dd_str_cmp(*a, *b);
}

void dd_npm_list(const struct dd_analyzer *a, struct dd_str path, struct dd_str data, struct dd_buf *out)
{
	DD_CLEANUP(dd_arena_done) struct dd_arena arena = DD_ARENA_INIT(DD_FACTS_BYTES_MAX);
	DD_CLEANUP(dd_found_done) struct dd_found found = { .arena = &arena };
	const struct dd_input in = { path, data };
	struct dd_err err = { 0 };
	enum dd_code code = a->parse(&in, &found, &err);
	struct dd_str *lines = dd_arena_array(&arena, found.packages.n + 1, sizeof *lines);
	for (size_t i = 0; lines && i < found.packages.n; i++) {
		const struct dd_package *p = &found.packages.p[i];
		CHECK_STR(p->type, "npm");
		lines[i] = dd_arena_printf(&arena, "%.*s@%.*s%s\n", DD_FMT(p->name), DD_FMT(p->version),
					   p->dev ? " dev" : "");
	}
	if (lines && found.packages.n)
		qsort(lines, found.packages.n, sizeof *lines, compare);
	for (size_t i = 0; lines && i < found.packages.n; i++)
		if (i == 0 || !dd_str_eq(lines[i - 1], lines[i]))
			(void)dd_buf_add_str(out, lines[i]);
	for (size_t i = 0; i < found.problems.n; i++)
		(void)dd_buf_addf(out, "problem %lld\n", (long long)found.problems.p[i].offset);
	if (code != DD_OK)
		(void)dd_buf_add_c(out, "error\n");
}

bool dd_npm_list_file(const struct dd_analyzer *a, const char *path, const char *name, struct dd_buf *out)
{
	DD_CLEANUP(dd_map_file_done) struct dd_map_file f = { 0 };
	char full[4096];
	(void)snprintf(full, sizeof full, "%s/src/analyze/npm/testdata/%s", dd_test_root(), name);
	if (dd_map_file_open(&f, full, DD_GIB, NULL) != DD_OK)
		return false;
	dd_npm_list(a, dd_str_from(path), f.bytes, out);
	return true;
}
