/* SPDX-License-Identifier: Apache-2.0 */
/* `find-secrets [PATH]`: reads file names from standard input, one a line, and prints what the detector finds in each:
 * confidence, rule, file, line, secret, reason, why it does not count; apart by tabs, escaped. PATH: what the detector
 * is told that the files are called. For tests of precision; drydock itself shows no secret unless it is asked to. */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "base/lines.h"
#include "secret/detector.h"

static void print(const struct dd_secret *s, struct dd_str path)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_MIB);
	const struct dd_str columns[] = { s->clear, s->reason, s->filtered, s->coding };
	(void)dd_buf_addf(&out, "%s\t%.*s\t", dd_confidence_name(s->confidence), DD_FMT(s->rule));
	(void)dd_buf_add_escaped(&out, path);
	if (s->inner.n) {
		(void)dd_buf_add_char(&out, '!');
		(void)dd_buf_add_escaped(&out, s->inner);
	}
	(void)dd_buf_addf(&out, "\t%llu", (unsigned long long)s->line);
	for (size_t i = 0; i < DD_COUNT(columns); i++) {
		(void)dd_buf_add_char(&out, '\t');
		(void)dd_buf_add_escaped(&out, dd_str_take(columns[i], 300));
	}
	(void)dd_buf_add_char(&out, '\n');
	struct dd_err err;
	(void)dd_write_full(STDOUT_FILENO, out.p, out.n, &err);
}

static enum dd_code scan(struct dd_secret_scanner *s, struct dd_str name, const char *path, struct dd_err *err)
{
	DD_CLEANUP(dd_map_file_done) struct dd_map_file f = { 0 };
	DD_CLEANUP(dd_arena_done) struct dd_arena a = DD_ARENA_INIT(DD_GIB);
	const char *c = dd_arena_c(&a, name);
	if (!c || dd_map_file_open(&f, c, DD_GIB, err) != DD_OK)
		return DD_OK;
	struct dd_secret_found found = { .arena = &a };
	const struct dd_secret_file file = {
		.path = path		   ? dd_str_from(path)
			: name.p[0] == '/' ? dd_str_skip(name, 1)
					   : name,
		.inner = DD_STR(""),
		.size = f.bytes.n,
	};
	enum dd_code code = dd_secret_scan(s, &file, f.bytes, &found, err);
	for (size_t i = 0; i < found.list.n; i++)
		print(&found.list.p[i], name);
	dd_secret_found_done(&found);
	return code;
}

static enum dd_code run(const char *path, struct dd_err *err)
{
	DD_CLEANUP(dd_secret_engines_freep) struct dd_secret_engines *engines = NULL;
	struct dd_secret_rule_set set;
	DD_TRY(dd_secret_engines_open(false, &engines, err));
	DD_TRY(dd_secret_rule_set_new(NULL, 0, &set, err));
	const struct dd_secret_options options = { .reveal = true, .spool_dir = "/tmp" };
	DD_CLEANUP(dd_secret_detector_freep) struct dd_secret_detector *d = NULL;
	DD_CLEANUP(dd_secret_scanner_freep) struct dd_secret_scanner *s = NULL;
	DD_CLEANUP(dd_lines_done) struct dd_lines lines = { 0 };
	struct dd_str line;
	enum dd_code code = dd_secret_detector_new(engines, &set, &options, &d, err);
	if (code == DD_OK)
		code = dd_secret_scanner_new(d, &s, err);
	dd_lines_open(&lines, STDIN_FILENO, DD_LINE_BYTES_MAX);
	while (code == DD_OK && (code = dd_lines_next(&lines, &line, err)) == DD_OK && line.p)
		code = line.n ? scan(s, line, path, err) : DD_OK;
	dd_secret_scanner_freep(&s);
	dd_secret_detector_freep(&d);
	dd_secret_rule_set_done(&set);
	return code;
}

int main(int argc, char **argv)
{
	struct dd_err err;
	if (run(argc > 1 ? argv[1] : NULL, &err) == DD_OK)
		return 0;
	(void)fprintf(stderr, "find-secrets: %s\n", err.message);
	return err.code == DD_EUNSUPPORTED ? 77 : 1;
}
