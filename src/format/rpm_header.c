/* SPDX-License-Identifier: Apache-2.0 */
/* rpm header blobs, the form that all three databases hold (no lead, no magic, no padding). Big endian:
 *   index length il · data length dl · il entries of 16 bytes · dl bytes of data
 *   entry: tag · type · offset into the data · count
 *   types: 0 NULL, 1 CHAR, 2 INT8, 3 INT16, 4 INT32, 5 INT64, 6 STRING (count 1), 7 BIN, 8 STRING_ARRAY, 9 I18NSTRING;
 *          texts end in NUL, numbers are aligned to their size (not needed here: they are read byte by byte)
 * The first entry is a region tag (61 … 63): it marks the il entries that the package file was signed with. What rpm
 * adds at installation ("dribbles") follows behind them and wins over an entry of the same tag in the region: so the
 * last entry of a tag is the one that counts.
 * The region's entry points to a trailer of 16 bytes, the last of the region's data: an entry whose offset is minus the
 * bytes of the region's index. Tag 273 (added at installation) is the SHA-256, in hex, of
 *   8e ad e8 01, four zero bytes · entries of the region · bytes of its data · its index · its data
 * rpm itself refuses a header whose entries are not all in bounds; here only the tag that is asked for must be, so that
 * a damaged description does not hide a package.
 * Source: rpm 4.18 lib/header.c (headerImport, regionSwab), lib/header_internal.h; docs/manual/format.md. */
#include "format/rpm_header.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "format/digest.h"

enum { RPM_HEAD_BYTES = 8, RPM_ENTRY_BYTES = 16 };

enum rpm_type {
	RPM_INT8 = 2,
	RPM_INT16 = 3,
	RPM_INT32 = 4,
	RPM_INT64 = 5,
	RPM_STRING = 6,
	RPM_BIN = 7,
	RPM_STRING_ARRAY = 8,
	RPM_I18NSTRING = 9,
};

/* Bytes of one number of a type; 0: no number. */
static const uint8_t number_bytes[] = { [RPM_INT8] = 1, [RPM_INT16] = 2, [RPM_INT32] = 4, [RPM_INT64] = 8 };

struct entry {
	uint32_t tag, type, count;
	struct dd_str data; /* from its offset to the end of the store */
	uint64_t at;	    /* of the entry in the blob */
};

enum dd_code dd_rpm_header_open(struct dd_str blob, struct dd_rpm_header *ret, struct dd_err *err)
{
	if (blob.n < RPM_HEAD_BYTES)
		return dd_fail(err, DD_EPARSE, 0, "header of %zu bytes is too short", blob.n);
	uint32_t entries = dd_be32(blob.p), bytes = dd_be32(blob.p + 4);
	if (entries > DD_RPM_TAGS_MAX || bytes > DD_RPM_HEADER_BYTES_MAX)
		return dd_fail(err, DD_ELIMIT, 0, "header with %u tags in %u bytes is over the limit", entries, bytes);
	uint64_t want = RPM_HEAD_BYTES + (uint64_t)entries * RPM_ENTRY_BYTES + bytes;
	if (want != blob.n)
		return dd_fail(err, DD_EPARSE, 0, "header should have %llu bytes, but has %zu",
			       (unsigned long long)want, blob.n);
	size_t index_bytes = (size_t)entries * RPM_ENTRY_BYTES;
	struct dd_str rest = dd_str_skip(blob, RPM_HEAD_BYTES);
	*ret = (struct dd_rpm_header){ dd_str_take(rest, index_bytes), dd_str_skip(rest, index_bytes), entries };
	return DD_OK;
}

/* The last entry with the tag. DD_OK and ret->count == 0: there is none. */
static enum dd_code find(const struct dd_rpm_header *h, uint32_t tag, struct entry *ret, struct dd_err *err)
{
	for (uint32_t i = h->entries; i-- > 0;) {
		const char *p = h->index.p + (size_t)i * RPM_ENTRY_BYTES;
		if (dd_be32(p) != tag)
			continue;
		uint32_t offset = dd_be32(p + 8), count = dd_be32(p + 12);
		uint64_t at = RPM_HEAD_BYTES + (uint64_t)i * RPM_ENTRY_BYTES;
		if (offset >= h->store.n || count == 0)
			return dd_fail(err, DD_EPARSE, at, "tag %u points to %u of %zu data bytes, %u items", tag,
				       offset, h->store.n, count);
		*ret = (struct entry){ tag, dd_be32(p + 4), count, dd_str_skip(h->store, offset), at };
		return DD_OK;
	}
	*ret = (struct entry){ .tag = tag };
	return DD_OK;
}

static enum dd_code wrong_type(const struct entry *e, struct dd_err *err)
{
	return dd_fail(err, DD_EPARSE, e->at, "tag %u has unexpected type %u", e->tag, e->type);
}

static enum dd_code cut(const struct entry *e, struct dd_err *err)
{
	return dd_fail(err, DD_EPARSE, e->at, "tag %u reaches beyond the header's end", e->tag);
}

static bool is_text(uint32_t type)
{
	return type == RPM_STRING || type == RPM_STRING_ARRAY || type == RPM_I18NSTRING;
}

enum dd_code dd_rpm_header_str(const struct dd_rpm_header *h, uint32_t tag, struct dd_str *ret, struct dd_err *err)
{
	struct entry e;
	DD_TRY(find(h, tag, &e, err));
	if (e.count == 0) {
		*ret = DD_STR("");
		return DD_OK;
	}
	if (!is_text(e.type))
		return wrong_type(&e, err);
	size_t n = dd_str_find(e.data, '\0');
	if (n == e.data.n)
		return cut(&e, err);
	*ret = dd_str_take(e.data, n);
	return DD_OK;
}

enum dd_code dd_rpm_header_u64(const struct dd_rpm_header *h, uint32_t tag, uint64_t *ret, bool *ret_present,
			       struct dd_err *err)
{
	struct entry e;
	DD_TRY(find(h, tag, &e, err));
	if (e.count == 0) {
		*ret_present = false;
		return DD_OK;
	}
	size_t bytes = e.type < DD_COUNT(number_bytes) ? number_bytes[e.type] : 0;
	if (bytes == 0)
		return wrong_type(&e, err);
	if (e.data.n < bytes)
		return cut(&e, err);
	uint64_t v = 0;
	for (size_t i = 0; i < bytes; i++)
		v = v << 8 | (unsigned char)e.data.p[i];
	*ret = v;
	*ret_present = true;
	return DD_OK;
}

enum dd_code dd_rpm_header_strings(const struct dd_rpm_header *h, uint32_t tag, struct dd_rpm_strings *ret,
				   struct dd_err *err)
{
	struct entry e;
	DD_TRY(find(h, tag, &e, err));
	if (e.count && !is_text(e.type))
		return wrong_type(&e, err);
	if (e.count > e.data.n)
		return cut(&e, err);
	*ret = (struct dd_rpm_strings){ e.data, e.count };
	return DD_OK;
}

bool dd_rpm_strings_next(struct dd_rpm_strings *list, struct dd_str *ret)
{
	if (list->left == 0)
		return false;
	size_t n = dd_str_find(list->rest, '\0');
	if (n == list->rest.n)
		return false;
	*ret = dd_str_take(list->rest, n);
	list->rest = dd_str_skip(list->rest, n + 1);
	list->left--;
	return true;
}

enum dd_code dd_rpm_header_numbers(const struct dd_rpm_header *h, uint32_t tag, struct dd_rpm_numbers *ret,
				   struct dd_err *err)
{
	struct entry e;
	DD_TRY(find(h, tag, &e, err));
	if (e.count && e.type != RPM_INT32)
		return wrong_type(&e, err);
	if (e.count > e.data.n / 4)
		return cut(&e, err);
	*ret = (struct dd_rpm_numbers){ e.data.p, e.count };
	return DD_OK;
}

uint32_t dd_rpm_numbers_at(const struct dd_rpm_numbers *list, uint32_t i)
{
	dd_assert(i < list->n);
	return dd_be32(list->p + (size_t)i * 4);
}

/* The region as a header of its own: the first entries, and the data up to its trailer. */
static bool find_region(const struct dd_rpm_header *h, struct dd_rpm_header *ret)
{
	const char *p = h->index.p;
	if (h->entries == 0 || dd_be32(p) != DD_RPM_IMMUTABLE || dd_be32(p + 4) != RPM_BIN ||
	    dd_be32(p + 12) != RPM_ENTRY_BYTES)
		return false;
	uint32_t trailer = dd_be32(p + 8);
	if (trailer > h->store.n || h->store.n - trailer < RPM_ENTRY_BYTES)
		return false;
	uint32_t index_bytes = -dd_be32(h->store.p + trailer + 8);
	if (index_bytes == 0 || index_bytes % RPM_ENTRY_BYTES || index_bytes > h->index.n)
		return false;
	*ret = (struct dd_rpm_header){
		dd_str_take(h->index, index_bytes),
		dd_str_take(h->store, (size_t)trailer + RPM_ENTRY_BYTES),
		index_bytes / RPM_ENTRY_BYTES,
	};
	return true;
}

static enum dd_code hash_region(const struct dd_rpm_header *region, struct dd_digest *ret, struct dd_err *err)
{
	DD_CLEANUP(dd_hasher_freep) struct dd_hasher *hasher = NULL;
	char head[16] = "\x8e\xad\xe8\x01";
	dd_put_be32(head + 8, region->entries);
	dd_put_be32(head + 12, (uint32_t)region->store.n);
	DD_TRY(dd_hasher_new(DD_SHA256, &hasher, err));
	DD_TRY(dd_hasher_add(hasher, (struct dd_str){ head, sizeof head }, err));
	DD_TRY(dd_hasher_add(hasher, region->index, err));
	DD_TRY(dd_hasher_add(hasher, region->store, err));
	return dd_hasher_end(hasher, ret, err);
}

enum dd_code dd_rpm_header_verify(const struct dd_rpm_header *h, struct dd_err *err)
{
	struct dd_str said;
	struct dd_rpm_header region;
	struct dd_digest digest;
	char text[DD_DIGEST_TEXT_MAX];
	DD_TRY(dd_rpm_header_str(h, DD_RPM_SHA256HEADER, &said, err));
	if (said.n == 0)
		return DD_OK;
	if (!find_region(h, &region))
		return dd_fail(err, DD_EPARSE, 0, "header has a digest, but no region that it is of");
	DD_TRY(hash_region(&region, &digest, err));
	if (!dd_str_eq_c(said, dd_digest_text(&digest, text) + strlen("sha256:")))
		return dd_fail(err, DD_EDIGEST, 0,
			       "header is not what its digest says: damaged, or changed since its "
			       "installation");
	return DD_OK;
}
