/* SPDX-License-Identifier: Apache-2.0 */
#include "format/zip.h"

#include <archive.h>
#include <archive_entry.h>

#include "base/alloc.h"
#include "base/lazylib.h"

struct functions {
	__typeof__(archive_read_new) *read_new;
	__typeof__(archive_read_free) *read_free;
	__typeof__(archive_read_support_format_zip_seekable) *support_zip;
	__typeof__(archive_read_open_memory) *open_memory;
	__typeof__(archive_read_next_header) *next_header;
	__typeof__(archive_read_data_block) *data_block;
	__typeof__(archive_error_string) *error_string;
	__typeof__(archive_entry_pathname_utf8) *pathname_utf8;
	__typeof__(archive_entry_pathname) *pathname;
	__typeof__(archive_entry_filetype) *filetype;
};
#define SYMBOL(member, symbol) DD_LAZY(struct functions, member, symbol)
static const struct dd_lazy_symbol symbols[] = {
	SYMBOL(read_new, archive_read_new),
	SYMBOL(read_free, archive_read_free),
	SYMBOL(support_zip, archive_read_support_format_zip_seekable),
	SYMBOL(open_memory, archive_read_open_memory),
	SYMBOL(next_header, archive_read_next_header),
	SYMBOL(data_block, archive_read_data_block),
	SYMBOL(error_string, archive_error_string),
	SYMBOL(pathname_utf8, archive_entry_pathname_utf8),
	SYMBOL(pathname, archive_entry_pathname),
	SYMBOL(filetype, archive_entry_filetype),
};

static const char library[] = "libarchive.so.13";

struct dd_zip {
	struct functions f;
	void *library;
	struct archive *archive;
};

static enum dd_code fail(struct dd_zip *z, struct dd_err *err)
{
	const char *why = z->f.error_string(z->archive);
	return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "zip: %s", DD_QUOTE(dd_str_from(why ? why : "broken")));
}

enum dd_code dd_zip_open(struct dd_str bytes, struct dd_zip **ret, struct dd_err *err)
{
	DD_CLEANUP(dd_zip_closep) struct dd_zip *z = dd_alloc_zero(1, sizeof *z);
	if (!z)
		return dd_fail_nomem(err);
	DD_TRY(dd_lazylib_open(library, symbols, DD_COUNT(symbols), &z->f, &z->library, err));
	z->archive = z->f.read_new();
	if (!z->archive || z->f.support_zip(z->archive) != ARCHIVE_OK)
		return dd_fail_nomem(err);
	if (z->f.open_memory(z->archive, bytes.p, bytes.n) != ARCHIVE_OK)
		return fail(z, err);
	*ret = DD_TAKE(z);
	return DD_OK;
}

enum dd_code dd_zip_preload(void **ret_handle, struct dd_err *err)
{
	struct functions f;
	return dd_lazylib_open(library, symbols, DD_COUNT(symbols), &f, ret_handle, err);
}

enum dd_code dd_zip_next(struct dd_zip *z, struct dd_zip_member *ret, bool *ret_more, struct dd_err *err)
{
	struct archive_entry *e;
	int code = z->f.next_header(z->archive, &e);
	if (code == ARCHIVE_EOF) {
		*ret_more = false;
		return DD_OK;
	}
	if (code != ARCHIVE_OK && code != ARCHIVE_WARN)
		return fail(z, err);
	const char *name = z->f.pathname_utf8(e);
	ret->name = name ? name : z->f.pathname(e);
	ret->directory = z->f.filetype(e) == AE_IFDIR;
	*ret_more = true;
	return DD_OK;
}

enum dd_code dd_zip_block(struct dd_zip *z, struct dd_str *ret_block, struct dd_err *err)
{
	const void *block;
	size_t n;
	la_int64_t offset;
	int code;
	/* Members are deflated or stored, never sparse: blocks follow each other. An empty one is not the end. */
	do
		code = z->f.data_block(z->archive, &block, &n, &offset);
	while (code == ARCHIVE_OK && n == 0);
	if (code == ARCHIVE_EOF) {
		*ret_block = (struct dd_str){ "", 0 };
		return DD_OK;
	}
	/* A warning, too: libarchive warns of sizes that are not those of the directory. */
	if (code != ARCHIVE_OK)
		return fail(z, err);
	*ret_block = (struct dd_str){ block, n };
	return DD_OK;
}

void dd_zip_close(struct dd_zip *z)
{
	if (!z)
		return;
	if (z->archive)
		(void)z->f.read_free(z->archive);
	dd_lazylib_close(z->library);
	dd_free(z);
}

void dd_zip_closep(struct dd_zip **z)
{
	dd_zip_close(*z);
	*z = NULL;
}
