/* SPDX-License-Identifier: Apache-2.0 */
/* `analyze-file [--files] PATH-IN-IMAGE FILE …`: prints what the analyzers that want PATH-IN-IMAGE find in FILE
 * (support/found_text.h has the form). For comparing with the distributions' own tools. Exit code 0 when every
 * analyzer read the file, 1 when one gave up, 2 when none wants it or FILE cannot be read. */
#include <stdio.h>
#include <unistd.h>

#include "analyze/registry.h"
#include "base/io.h"
#include "base/limits.h"
#include "support/found_text.h"

static int analyze(const struct dd_matcher *m, const char *path, const char *file, unsigned flags)
{
	DD_CLEANUP_BUF struct dd_buf out = DD_BUF_INIT(DD_GIB);
	DD_CLEANUP(dd_map_file_done) struct dd_map_file f = { 0 };
	struct dd_err err;
	struct dd_wants wants;
	int status = 0;
	if (dd_map_file_open(&f, file, DD_EVIDENCE_BYTES_MAX, &err) != DD_OK) {
		(void)fprintf(stderr, "analyze-file: %s\n", err.message);
		return 2;
	}
	dd_matcher_path(m, dd_str_from(path), &wants);
	dd_matcher_magic(m, dd_str_take(f.bytes, DD_MAGIC_BYTES), &wants);
	for (size_t i = 0; i < wants.n; i++) {
		const struct dd_analyzer *a = dd_analyzer_at(wants.by[i].analyzer);
		if (dd_analyze_text(a, dd_str_from(path), f.bytes, flags, &out) != DD_OK)
			status = 1;
	}
	struct dd_str text = dd_buf_str(&out);
	if (dd_buf_check(&out, "output", &err) != DD_OK ||
	    dd_write_full(STDOUT_FILENO, text.p, text.n, &err) != DD_OK) {
		(void)fprintf(stderr, "analyze-file: %s\n", err.message);
		return 2;
	}
	return wants.n ? status : 2;
}

int main(int argc, char **argv)
{
	unsigned flags = 0;
	int at = 1, status = 0;
	if (at < argc && strcmp(argv[at], "--files") == 0) {
		flags |= DD_FOUND_TEXT_FILES;
		at++;
	}
	if (argc - at < 2 || (argc - at) % 2) {
		(void)fprintf(stderr, "usage: analyze-file [--files] PATH-IN-IMAGE FILE …\n");
		return 2;
	}
	DD_CLEANUP(dd_matcher_freep) struct dd_matcher *m = dd_matcher_new();
	if (!m)
		return 2;
	for (; at < argc; at += 2) {
		int one = analyze(m, argv[at], argv[at + 1], flags);
		status = one > status ? one : status;
	}
	return status;
}
