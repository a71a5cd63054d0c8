/* SPDX-License-Identifier: Apache-2.0 */
#include "format/tar_split.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/limits.h"
#include "support/test.h"

/* Files of the layer: "bad" is shorter than its entry says. */
static const struct {
	const char *name, *content;
} kept[] = {
	{ "./a", "hello\n" },
	{ "b/c", "x" },
	{ "bad", "12345" },
	{ "\xff", "raw" },
};

static enum dd_code open_kept(void *ctx, struct dd_str name, uint64_t size, int *ret_fd, struct dd_err *err)
{
	int *opened = ctx;
	(void)size;
	for (size_t i = 0; i < DD_COUNT(kept); i++) {
		if (!dd_str_eq_c(name, kept[i].name))
			continue;
		int fd = memfd_create("kept", MFD_CLOEXEC);
		if (fd < 0 || dd_write_full(fd, kept[i].content, strlen(kept[i].content), err) != DD_OK)
			return DD_EIO;
		(void)lseek(fd, 0, SEEK_SET);
		*opened += 1;
		*ret_fd = fd;
		return DD_OK;
	}
	return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "no file %s", DD_QUOTE(name));
}

static enum dd_code put_together(struct dd_str lines, size_t block, struct dd_buf *out, struct dd_err *err)
{
	DD_CLEANUP(dd_stream_freep) struct dd_stream *in = NULL;
	DD_CLEANUP(dd_stream_freep) struct dd_stream *tar = NULL;
	int opened = 0;
	const struct dd_tar_split_files files = { open_kept, &opened };
	DD_TRY(dd_stream_memory(lines, block, &in, err));
	DD_TRY(dd_tar_split_stream(in, &files, &tar, err));
	for (;;) {
		struct dd_str b;
		enum dd_code code = dd_stream_next(tar, &b, err);
		if (code != DD_OK) {
			struct dd_err again;
			CHECK(dd_stream_next(tar, &b, &again) == code);
			return code;
		}
		if (b.n == 0)
			return DD_OK;
		(void)dd_buf_add_str(out, b);
	}
}

static const struct row {
	const char *name;
	struct dd_str lines;
	const char *want;
	enum dd_code code;
	uint64_t at;
} rows[] = {
	{ "nothing", DD_STR(""), "", DD_OK, 0 },
	{ "blank lines", DD_STR("\n\r\n \n"), "", DD_OK, 0 },
	{ "a segment", DD_STR("{\"type\":2,\"payload\":\"Zm9v\",\"position\":0}\n"), "foo", DD_OK, 0 },
	{ "no line end", DD_STR("{\"type\":2,\"payload\":\"Zm9v\",\"position\":0}"), "foo", DD_OK, 0 },
	{ "empty segments", DD_STR("{\"type\":2,\"payload\":\"\"}\n{\"type\":2,\"payload\":null}\n{\"type\":2}\n"), "",
	  DD_OK, 0 },
	{ "a file between",
	  DD_STR("{\"type\":2,\"payload\":\"Zm9v\"}\n{\"type\":1,\"name\":\"./a\",\"size\":6,\"payload\":\"AAA=\"}\n"
		 "{\"type\":2,\"payload\":\"Zm9v\"}\n"),
	  "foohello\nfoo", DD_OK, 0 },
	{ "part of a file: its digest tells", DD_STR("{\"type\":1,\"name\":\"./a\",\"size\":2}\n"), "he", DD_OK, 0 },
	{ "entries without content",
	  DD_STR("{\"type\":1,\"name\":\"dir/\",\"payload\":null}\n{\"type\":1,\"name\":\"none\",\"size\":0}\n"), "",
	  DD_OK, 0 },
	{ "escaped name", DD_STR("{\"type\":1,\"name\":\"b\\u002fc\",\"size\":1}\n"), "x", DD_OK, 0 },
	{ "raw name", DD_STR("{\"type\":1,\"name\":\"\",\"name_raw\":\"/w==\",\"size\":3}\n"), "raw", DD_OK, 0 },
	{ "positions are not looked at",
	  DD_STR("{\"type\":2,\"payload\":\"Zm9v\",\"position\":7}\n{\"type\":2,\"payload\":\"Zm9v\",\"position\":7}"),
	  "foofoo", DD_OK, 0 },
	{ "what came before is handed out",
	  DD_STR("{\"type\":2,\"payload\":\"Zm9v\"}\n{\"type\":1,\"name\":\"gone\",\"size\":6}\n"), "foo", DD_ENOTFOUND,
	  DD_NO_OFFSET },
	{ "cut file", DD_STR("{\"type\":1,\"name\":\"bad\",\"size\":6}\n"), "", DD_EPARSE, DD_NO_OFFSET },
	{ "no JSON", DD_STR("{\"type\":2,\"payload\":\"Zm9v\"}\nxyz\n"), "foo", DD_EPARSE, 28 },
	{ "no object", DD_STR("[]\n"), "", DD_EPARSE, 0 },
	{ "unknown type", DD_STR("{\"type\":3}\n"), "", DD_EPARSE, 0 },
	{ "type as text", DD_STR("{\"type\":\"2\"}\n"), "", DD_EPARSE, 0 },
	{ "no base64", DD_STR("\n{\"type\":2,\"payload\":\"*\"}\n"), "", DD_EPARSE, 1 },
	{ "negative size", DD_STR("{\"type\":1,\"name\":\"./a\",\"size\":-1}\n"), "", DD_EPARSE, 0 },
	{ "size as text", DD_STR("{\"type\":1,\"name\":\"./a\",\"size\":\"6\"}\n"), "", DD_EPARSE, 0 },
	{ "no name", DD_STR("{\"type\":1,\"size\":6}\n"), "", DD_EPARSE, 0 },
	{ "NUL in the name", DD_STR("{\"type\":1,\"name\":\"./a\\u0000\",\"size\":6}\n"), "", DD_EPARSE, 0 },
	{ "NUL in the raw name", DD_STR("{\"type\":1,\"name_raw\":\"YQAA\",\"size\":6}\n"), "", DD_EPARSE, 0 },
	{ "sizes over the limit of a layer", DD_STR("{\"type\":1,\"name\":\"./a\",\"size\":9223372036854775807}\n"), "",
	  DD_ELIMIT, DD_NO_OFFSET },
};

TEST(tar_split_rows)
{
	static const size_t blocks[] = { 1, 7, 4096 };
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		for (size_t k = 0; k < DD_COUNT(blocks); k++) {
			struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
			struct dd_err err;
			enum dd_code code = put_together(rows[i].lines, blocks[k], &out, &err);
			CHECK_INT_ROW(code, rows[i].code, rows[i].name);
			CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].name);
			if (rows[i].code != DD_OK && code == rows[i].code)
				CHECK_INT_ROW(err.at, rows[i].at, rows[i].name);
		}
}

/* Cut at every byte: either what is there by then, or an error, and never more than the whole gives. */
TEST(tar_split_cut)
{
	const struct row *whole = &rows[5];
	for (size_t n = 0; n < whole->lines.n; n++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
		struct dd_err err;
		(void)put_together(dd_str_take(whole->lines, n), 16, &out, &err);
		CHECK(dd_str_starts(dd_str_from(whole->want), dd_buf_str(&out)));
	}
}

TEST(tar_split_long_line)
{
	struct dd_buf line DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_TAR_SPLIT_LINE_MAX + 64);
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(DD_MIB);
	struct dd_err err;
	while (line.n <= DD_TAR_SPLIT_LINE_MAX)
		(void)dd_buf_add_char(&line, ' ');
	CHECK_INT(put_together(dd_buf_str(&line), DD_STREAM_BLOCK_BYTES, &out, &err), DD_ELIMIT);
}

/* More than one block, from segments and files by turns. */
TEST(tar_split_many)
{
	struct dd_buf lines DD_CLEANUP_BUF = DD_BUF_INIT(16 * DD_MIB), out DD_CLEANUP_BUF = DD_BUF_INIT(16 * DD_MIB);
	struct dd_err err;
	const size_t times = 60000;
	for (size_t i = 0; i < times; i++)
		(void)dd_buf_add_c(&lines, i % 100 ? "{\"type\":2,\"payload\":\"Zm9vYmE=\"}\n"
						   : "{\"type\":1,\"name\":\"./a\",\"size\":5}\n");
	CHECK_INT(put_together(dd_buf_str(&lines), 1000, &out, &err), DD_OK);
	CHECK_INT(out.n, 5 * times);
	for (size_t i = 0; i < times && out.n == 5 * times; i++)
		if (memcmp(out.p + 5 * i, i % 100 ? "fooba" : "hello", 5) != 0) {
			CHECK(!"the bytes are in their order");
			break;
		}
}
