/* SPDX-License-Identifier: Apache-2.0 */
/* Sparse maps, in the four ways that GNU tar writes them.
 *
 * old GNU  typeflag 'S': 4 entries at 386 of the header, isextended at 482, realsize at 483; while isextended is set a
 *          block of 21 entries and isextended at 504 follows. An entry is offset(12) numbytes(12), both numbers as in
 *          the header; one that begins with NUL is unused and ends the list.
 * pax 0.0  records GNU.sparse.offset and GNU.sparse.numbytes, once a segment (tar_pax.c)
 * pax 0.1  GNU.sparse.map = "offset,numbytes,…", GNU.sparse.numblocks
 * pax 1.0  GNU.sparse.major=1: decimal lines before the data: count, then offset and numbytes of each, padded to 512
 * The data of all segments follow each other without padding. A last segment of no bytes at the file's end is common.
 * Checked as Go's archive/tar does: ascending, no overlap, inside the size, and exactly the stored bytes.
 * Limit: DD_SPARSE_SEGMENTS_MAX. Source: GNU tar manual "Storing Sparse Files", "Basic Tar Format". */
#include "base/limits.h"
#include "format/tar_parts.h"

enum { GNU_ENTRY_BYTES = 24, GNU_NUMBER_BYTES = 12 };

enum dd_code dd_tar_segment_add(struct dd_tar_segments *v, uint64_t offset, uint64_t n, uint64_t at, struct dd_err *err)
{
	if (v->n == DD_SPARSE_SEGMENTS_MAX)
		return dd_fail(err, DD_ELIMIT, at, "sparse file has more than %d segments", DD_SPARSE_SEGMENTS_MAX);
	if (!dd_vec_push(v, ((struct dd_tar_segment){ offset, n }), DD_SPARSE_SEGMENTS_MAX))
		return dd_fail_nomem(err);
	return DD_OK;
}

enum dd_code dd_tar_sparse_gnu(struct dd_tar_segments *v, struct dd_str entries, uint64_t at, struct dd_err *err)
{
	for (; entries.n >= GNU_ENTRY_BYTES && entries.p[0]; entries = dd_str_skip(entries, GNU_ENTRY_BYTES)) {
		struct dd_str offset = dd_str_take(entries, GNU_NUMBER_BYTES);
		struct dd_str bytes = { entries.p + GNU_NUMBER_BYTES, GNU_NUMBER_BYTES };
		int64_t o, n;
		if (!dd_tar_number(offset, &o) || !dd_tar_number(bytes, &n) || o < 0 || n < 0)
			return dd_fail(err, DD_EPARSE, at, "sparse map holds no number");
		DD_TRY(dd_tar_segment_add(v, (uint64_t)o, (uint64_t)n, at, err));
	}
	return DD_OK;
}

enum dd_code dd_tar_sparse_list(struct dd_tar_segments *v, struct dd_str map, uint64_t at, struct dd_err *err)
{
	struct dd_str rest = map, offset, bytes;
	while (dd_str_next(&rest, ',', &offset)) {
		uint64_t o, n;
		if (!dd_str_next(&rest, ',', &bytes) || !dd_tar_pax_size(offset, &o) || !dd_tar_pax_size(bytes, &n))
			return dd_fail(err, DD_EPARSE, at, "bad sparse map");
		DD_TRY(dd_tar_segment_add(v, o, n, at, err));
	}
	return DD_OK;
}

enum dd_code dd_tar_sparse_check(const struct dd_tar_segments *v, uint64_t size, uint64_t stored, uint64_t at,
				 struct dd_err *err)
{
	uint64_t end = 0, sum = 0;
	for (size_t i = 0; i < v->n; i++) {
		const struct dd_tar_segment *s = &v->p[i];
		if (s->offset < end || __builtin_add_overflow(s->offset, s->n, &end) || end > size)
			return dd_fail(err, DD_EPARSE, at, "sparse map is not in order or passes the end of the file");
		sum += s->n; /* at most size: the segments do not overlap */
	}
	if (sum != stored)
		return dd_fail(err, DD_EPARSE, at, "sparse map has %llu bytes, the archive %llu",
			       (unsigned long long)sum, (unsigned long long)stored);
	return DD_OK;
}

/* A number of the map is complete. */
static enum dd_code take_value(struct dd_tar_sparse_map *m, struct dd_tar_segments *v, uint64_t at, struct dd_err *err)
{
	if (!m->have_count) {
		if (m->value > DD_SPARSE_SEGMENTS_MAX)
			return dd_fail(err, DD_ELIMIT, at, "sparse file has more than %d segments",
				       DD_SPARSE_SEGMENTS_MAX);
		m->have_count = true;
		m->count = m->value;
	} else if (!m->have_offset) {
		m->have_offset = true;
		m->offset = m->value;
	} else {
		DD_TRY(dd_tar_segment_add(v, m->offset, m->value, at, err));
		m->have_offset = false;
	}
	m->done = v->n == m->count && !m->have_offset;
	m->value = 0;
	m->have_digit = false;
	return DD_OK;
}

enum dd_code dd_tar_sparse_map_feed(struct dd_tar_sparse_map *m, struct dd_tar_segments *v, struct dd_str block,
				    uint64_t at, struct dd_err *err)
{
	for (size_t i = 0; i < block.n && !m->done; i++) {
		char c = block.p[i];
		if (c == '\n' && m->have_digit) {
			DD_TRY(take_value(m, v, at + i, err));
			continue;
		}
		if (!dd_is_digit(c) || m->value > (INT64_MAX - 9) / 10)
			return dd_fail(err, DD_EPARSE, at + i, "sparse map holds no number");
		m->value = m->value * 10 + (uint64_t)(c - '0');
		m->have_digit = true;
	}
	return DD_OK;
}
