/* SPDX-License-Identifier: Apache-2.0 */
/* Records of a pax header and the numbers and maps in them. */
#include "base/limits.h"
#include "format/tar_parts.h"

static void check_view(struct dd_str s, const uint8_t *data, size_t size)
{
	dd_assert(!s.n || (s.p >= (const char *)data && s.p + s.n <= (const char *)data + size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_tar_pax p = { 0 };
	struct dd_tar_segments map = { 0 };
	struct dd_tar_sparse_map state = { 0 };
	struct dd_str in = { (const char *)data, size };
	struct dd_err err = { 0 };
	uint64_t n;
	int64_t time;
	if (dd_tar_pax_parse(&p, in, 0, &err) != DD_OK)
		dd_assert(err.at <= size);
	for (size_t i = 0; i < PAX_KEY_COUNT; i++) {
		check_view(p.value[i], data, size);
		(void)dd_tar_pax_id(p.value[i], &n);
		(void)dd_tar_pax_time(p.value[i], &time);
		dd_assert(!dd_tar_pax_size(p.value[i], &n) || n <= INT64_MAX);
	}
	for (size_t i = 0; i < p.xattrs.n; i++) {
		check_view(p.xattrs.p[i].name, data, size);
		check_view(p.xattrs.p[i].value, data, size);
	}
	(void)dd_tar_sparse_check(&p.segments, 1000, 100, 0, &err);
	if (dd_tar_sparse_list(&map, p.value[PAX_SPARSE_MAP], 0, &err) == DD_OK)
		(void)dd_tar_sparse_check(&map, 1000, 100, 0, &err);
	map.n = 0;
	if (dd_tar_sparse_map_feed(&state, &map, in, 0, &err) == DD_OK && state.done)
		dd_assert(map.n <= DD_SPARSE_SEGMENTS_MAX);
	dd_vec_done(&map);
	dd_tar_pax_done(&p);
	return 0;
}
