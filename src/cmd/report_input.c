/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/report_input.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/report_output.h"

/* A pipe's bytes; a file is mapped instead. */
static enum dd_code read_pipe(int fd, struct dd_buf *out, struct dd_err *err)
{
	enum { CHUNK = 1 << 20 };
	for (size_t got = CHUNK; got == CHUNK;) {
		if (out->max - out->n < CHUNK)
			return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "standard input: more than %llu bytes",
				       (unsigned long long)DD_REPORT_FILE_BYTES_MAX);
		if (dd_buf_reserve(out, CHUNK) != DD_OK)
			return dd_fail_nomem(err);
		DD_TRY(dd_read_full(fd, out->p + out->n, CHUNK, &got, err));
		out->n += got;
	}
	return DD_OK;
}

static enum dd_code read_document(const char *path, struct dd_str json, int64_t now, struct dd_report_document *ret,
				  struct dd_err *err)
{
	if (dd_report_read(json, now, ret, err) != DD_OK) {
		if (err->at == DD_NO_OFFSET)
			return dd_wrap(err, "%s", DD_QUOTE(dd_str_from(path)));
		return dd_wrap(err, "%s at byte %llu", DD_QUOTE(dd_str_from(path)), (unsigned long long)err->at);
	}
	ret->report.created_fixed = dd_report_now_is_fixed();
	return DD_OK;
}

enum dd_code dd_report_input_read(const char *path, int64_t now, struct dd_report_document *ret, struct dd_err *err)
{
	struct stat st;
	bool standard = strcmp(path, "-") == 0;
	if (standard &&
	    (fstat(STDIN_FILENO, &st) != 0 || !S_ISREG(st.st_mode) || lseek(STDIN_FILENO, 0, SEEK_CUR) != 0)) {
		DD_CLEANUP_BUF struct dd_buf bytes = DD_BUF_INIT(DD_REPORT_FILE_BYTES_MAX);
		DD_TRY(read_pipe(STDIN_FILENO, &bytes, err));
		return read_document(path, dd_buf_str(&bytes), now, ret, err);
	}
	DD_CLEANUP(dd_map_file_done) struct dd_map_file m = { .base = NULL };
	if (standard)
		DD_TRY(dd_map_file_fd(&m, STDIN_FILENO, DD_REPORT_FILE_BYTES_MAX, "standard input", err));
	else
		DD_TRY(dd_map_file_open(&m, path, DD_REPORT_FILE_BYTES_MAX, err));
	return read_document(path, m.bytes, now, ret, err);
}
