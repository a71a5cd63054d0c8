/* SPDX-License-Identifier: Apache-2.0 */
/* Records of a pax extended header.
 *
 * header = record…; record = LENGTH ' ' KEY '=' VALUE '\n'; LENGTH: decimal, bytes of the whole record with itself
 * The key ends at the first '='; the value is any bytes up to the last one, which is the newline. An empty value means
 * that the header block counts. Of equal keys the last one counts, but GNU.sparse.offset and .numbytes (format 0.0)
 * come in pairs, once a segment. Keys that no reader here needs (atime, uname, comment, hdrcharset, LIBARCHIVE.*: its
 * writer gives SCHILY.xattr too) are skipped; names stay the bytes that they are, whatever hdrcharset says.
 * Strict as Go's archive/tar, which is what container runtimes unpack with: no NUL in keys and names.
 * Limits: DD_PAX_BYTES_MAX (tar.c), DD_PAX_RECORDS_MAX but for sparse segments, DD_XATTRS_MAX.
 * Source: POSIX.1-2017 pax §pax Extended Header; GNU tar manual "Storing Sparse Files"; star(5) for SCHILY. */
#include "base/limits.h"
#include "format/tar_parts.h"

static const struct dd_str keys[PAX_KEY_COUNT] = {
	[PAX_PATH] = { "path", 4 },
	[PAX_LINKPATH] = { "linkpath", 8 },
	[PAX_SIZE] = { "size", 4 },
	[PAX_UID] = { "uid", 3 },
	[PAX_GID] = { "gid", 3 },
	[PAX_MTIME] = { "mtime", 5 },
	[PAX_SPARSE_MAJOR] = { "GNU.sparse.major", 16 },
	[PAX_SPARSE_MINOR] = { "GNU.sparse.minor", 16 },
	[PAX_SPARSE_NAME] = { "GNU.sparse.name", 15 },
	[PAX_SPARSE_SIZE] = { "GNU.sparse.size", 15 },
	[PAX_SPARSE_REALSIZE] = { "GNU.sparse.realsize", 19 },
	[PAX_SPARSE_NUMBLOCKS] = { "GNU.sparse.numblocks", 20 },
	[PAX_SPARSE_MAP] = { "GNU.sparse.map", 14 },
};

void dd_tar_pax_clear(struct dd_tar_pax *p)
{
	memset(p->value, 0, sizeof p->value);
	p->xattrs.n = 0;
	p->segments.n = 0;
	p->offset_pending = false;
}

void dd_tar_pax_done(struct dd_tar_pax *p)
{
	dd_vec_done(&p->xattrs);
	dd_vec_done(&p->segments);
}

struct record {
	struct dd_str key, value;
	uint64_t at;
};

static bool has_nul(struct dd_str s)
{
	return dd_str_find(s, '\0') < s.n;
}

/* Cuts one record off *rest. */
static enum dd_code next_record(struct dd_str *rest, uint64_t at, struct record *ret, struct dd_err *err)
{
	size_t space = dd_str_find(*rest, ' ');
	uint64_t n;
	if (space == rest->n || !dd_str_u64(dd_str_take(*rest, space), rest->n, &n) || n < space + 2)
		return dd_fail(err, DD_EPARSE, at, "pax header: bad record length");
	struct dd_str body = { rest->p + space + 1, (size_t)n - space - 1 };
	size_t equals = dd_str_find(body, '=');
	if (body.p[body.n - 1] != '\n' || equals == body.n)
		return dd_fail(err, DD_EPARSE, at, "pax header: record without '=' or newline");
	ret->key = dd_str_take(body, equals);
	ret->value = (struct dd_str){ body.p + equals + 1, body.n - equals - 2 };
	ret->at = at;
	if (!ret->key.n || has_nul(ret->key))
		return dd_fail(err, DD_EPARSE, at, "pax header: bad key %s", DD_QUOTE(ret->key));
	*rest = dd_str_skip(*rest, (size_t)n);
	return DD_OK;
}

static enum dd_code add_xattr(struct dd_tar_pax *p, const struct record *r, struct dd_str name, struct dd_err *err)
{
	for (size_t i = 0; i < p->xattrs.n; i++)
		if (dd_str_eq(p->xattrs.p[i].name, name)) {
			p->xattrs.p[i].value = r->value;
			return DD_OK;
		}
	if (p->xattrs.n == DD_XATTRS_MAX)
		return dd_fail(err, DD_ELIMIT, r->at, "more than %d extended attributes", DD_XATTRS_MAX);
	if (!dd_vec_push(&p->xattrs, ((struct dd_tar_xattr){ name, r->value }), DD_XATTRS_MAX))
		return dd_fail_nomem(err);
	return DD_OK;
}

static enum dd_code add_sparse(struct dd_tar_pax *p, const struct record *r, bool is_offset, struct dd_err *err)
{
	uint64_t v;
	if (is_offset == p->offset_pending || !dd_tar_pax_size(r->value, &v))
		return dd_fail(err, DD_EPARSE, r->at, "pax header: bad sparse segment");
	p->offset_pending = is_offset;
	if (!is_offset)
		return dd_tar_segment_add(&p->segments, p->offset, v, r->at, err);
	p->offset = v;
	return DD_OK;
}

static enum dd_code add_record(struct dd_tar_pax *p, const struct record *r, struct dd_err *err)
{
	static const struct dd_str xattr = { "SCHILY.xattr.", 13 };
	for (size_t i = 0; i < PAX_KEY_COUNT; i++) {
		if (!dd_str_eq(r->key, keys[i]))
			continue;
		if (has_nul(r->value) && (i == PAX_PATH || i == PAX_LINKPATH || i == PAX_SPARSE_NAME))
			return dd_fail(err, DD_EPARSE, r->at, "pax header: NUL in the value of %.*s", DD_FMT(r->key));
		p->value[i] = r->value;
		return DD_OK;
	}
	if (dd_str_starts(r->key, xattr))
		return add_xattr(p, r, dd_str_skip(r->key, xattr.n), err);
	return DD_OK;
}

enum dd_code dd_tar_pax_parse(struct dd_tar_pax *p, struct dd_str bytes, uint64_t at, struct dd_err *err)
{
	struct dd_str rest = bytes;
	size_t records = 0;
	while (rest.n) {
		struct record r;
		DD_TRY(next_record(&rest, at + (bytes.n - rest.n), &r, err));
		bool offset = dd_str_eq(r.key, DD_STR("GNU.sparse.offset"));
		if (offset || dd_str_eq(r.key, DD_STR("GNU.sparse.numbytes"))) {
			DD_TRY(add_sparse(p, &r, offset, err));
			continue;
		}
		if (++records > DD_PAX_RECORDS_MAX)
			return dd_fail(err, DD_ELIMIT, r.at, "pax header has more than %d records", DD_PAX_RECORDS_MAX);
		DD_TRY(add_record(p, &r, err));
	}
	if (p->offset_pending)
		return dd_fail(err, DD_EPARSE, at, "pax header: sparse segment without its length");
	return DD_OK;
}

bool dd_tar_pax_size(struct dd_str s, uint64_t *ret)
{
	return dd_str_u64(s, INT64_MAX, ret);
}

bool dd_tar_pax_id(struct dd_str s, uint64_t *ret)
{
	bool negative = s.n && s.p[0] == '-';
	uint64_t v;
	if (!dd_str_u64(dd_str_skip(s, negative), INT64_MAX, &v))
		return false;
	*ret = dd_tar_id(negative ? -(int64_t)v : (int64_t)v);
	return true;
}

/* [-]SECONDS[.FRACTION], rounded down. */
bool dd_tar_pax_time(struct dd_str s, int64_t *ret)
{
	bool negative = s.n && s.p[0] == '-', rest = false;
	uint64_t v;
	s = dd_str_skip(s, negative);
	size_t dot = dd_str_find(s, '.');
	if (!dd_str_u64(dd_str_take(s, dot), INT64_MAX - 1, &v))
		return false;
	for (size_t i = dot + 1; i < s.n; i++) {
		if (!dd_is_digit(s.p[i]))
			return false;
		rest = rest || s.p[i] != '0';
	}
	*ret = negative ? -(int64_t)v - rest : (int64_t)v;
	return true;
}
