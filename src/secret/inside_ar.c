/* SPDX-License-Identifier: Apache-2.0 */
/* ar archives: static libraries and Debian packages.
 *
 * archive = "!<arch>\n" *( header content [pad to 2] )
 * header  = name(16) mtime(12) uid(6) gid(6) mode(8) size(10) "`\n": text, filled with blanks
 * name    = "NAME/" (GNU) | "NAME" (BSD, dpkg) | "/N": at N of the member "//" (GNU) | "#1/N": the first N bytes of the
 *           content (BSD) | "/" and "/SYM64/": tables of symbols, which are not shown
 * Sources: ar(5) of FreeBSD; binutils 2.40 bfd/archive.c; deb(5). */
#include "base/limits.h"
#include "secret/inside_parts.h"

enum {
	HEADER_BYTES = 60,
	NAME_BYTES = 16,
	SIZE_AT = 48,
	SIZE_BYTES = 10,
	NAMES_BYTES_MAX = 1 << 20,
	BSD_NAME_MAX = 4096
};

struct ar {
	struct dd_inside_reader reader;
	struct dd_buf names; /* the member "//" */
	char name[BSD_NAME_MAX];
};

static enum dd_code take_all(struct ar *a, char *out, uint64_t n, struct dd_err *err)
{
	uint64_t got;
	DD_TRY(dd_inside_reader_take(&a->reader, out, n, &got, err));
	return got == n ? DD_OK : dd_fail(err, DD_EPARSE, a->reader.at, "ar archive is cut");
}

static enum dd_code take_names(struct ar *a, uint64_t size, struct dd_err *err)
{
	if (size > NAMES_BYTES_MAX)
		return dd_fail(err, DD_ELIMIT, a->reader.at, "ar archive has a list of names of %llu bytes",
			       (unsigned long long)size);
	dd_buf_clear(&a->names);
	if (dd_buf_reserve(&a->names, (size_t)size) != DD_OK)
		return dd_fail_nomem(err);
	DD_TRY(take_all(a, a->names.p, size, err));
	a->names.n = (size_t)size;
	return DD_OK;
}

/* The name that the header means; *size loses what the name takes of the content. */
static enum dd_code find_name(struct ar *a, struct dd_str field, uint64_t *size, struct dd_str *ret, struct dd_err *err)
{
	uint64_t n;
	*ret = field;
	if (dd_str_starts(field, DD_STR("#1/")) && dd_str_u64(dd_str_skip(field, 3), sizeof a->name, &n) &&
	    n <= *size) {
		DD_TRY(take_all(a, a->name, n, err));
		*size -= n;
		*ret = (struct dd_str){ a->name, strnlen(a->name, (size_t)n) };
	} else if (field.n > 1 && field.p[0] == '/' && dd_str_u64(dd_str_skip(field, 1), a->names.n, &n)) {
		struct dd_str rest = dd_str_skip(dd_buf_str(&a->names), (size_t)n);
		*ret = dd_str_take(rest, dd_str_find(rest, '\n'));
	}
	if (ret->n > 1 && dd_str_ends(*ret, DD_STR("/")))
		ret->n--;
	return DD_OK;
}

/* One member; *ret_more false: there is none. Failures of the bytes are in why, with code DD_OK. */
static enum dd_code read_one(struct dd_inside *in, struct ar *a, bool *ret_more, struct dd_err *why, struct dd_err *err)
{
	char header[HEADER_BYTES];
	uint64_t got, size, after;
	struct dd_str name;
	*ret_more = false;
	if (dd_inside_reader_take(&a->reader, header, sizeof header, &got, why) != DD_OK)
		return DD_OK;
	if (got == 0)
		return DD_OK;
	if (got < sizeof header || memcmp(header + 58, "`\n", 2) != 0 ||
	    !dd_str_u64(dd_str_trim((struct dd_str){ header + SIZE_AT, SIZE_BYTES }), UINT64_MAX, &size)) {
		(void)dd_fail(why, DD_EPARSE, a->reader.at - got, "ar archive: no header where one should be");
		return DD_OK;
	}
	struct dd_str field = dd_str_trim((struct dd_str){ header, NAME_BYTES });
	after = size & 1;
	if (dd_str_eq_c(field, "//")) {
		if (take_names(a, size, why) != DD_OK)
			return DD_OK;
	} else if (dd_str_eq_c(field, "/") || dd_str_eq_c(field, "/SYM64/") || size == 0) {
		after += size;
	} else {
		if (find_name(a, field, &size, &name, why) != DD_OK)
			return DD_OK;
		dd_inside_reader_part(&a->reader, size);
		DD_TRY(dd_inside_member(in, name.n ? name : DD_STR("(no name)"), size, &a->reader.base, err));
		after += a->reader.left; /* what its reader had no use for */
	}
	*ret_more = dd_inside_reader_take(&a->reader, NULL, after, &got, why) == DD_OK;
	return DD_OK;
}

enum dd_code dd_inside_ar(struct dd_inside *in, struct dd_stream *s, struct dd_err *err)
{
	struct ar a = { .names = DD_BUF_INIT(NAMES_BYTES_MAX) };
	struct dd_err why = { .code = DD_OK };
	uint64_t got;
	bool more = true;
	enum dd_code code = DD_OK;
	dd_inside_reader_init(&a.reader, s, DD_STR(""));
	more = dd_inside_reader_take(&a.reader, NULL, 8, &got, &why) == DD_OK;
	while (more && code == DD_OK && !in->exhausted)
		code = read_one(in, &a, &more, &why, err);
	dd_buf_done(&a.names);
	if (code != DD_OK || why.code == DD_OK)
		return code;
	DD_TRY(dd_inside_failed(in, DD_STR(""), &why, err));
	return dd_inside_rest(in, &a.reader, err);
}
