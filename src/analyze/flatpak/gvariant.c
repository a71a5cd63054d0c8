/* SPDX-License-Identifier: Apache-2.0 */
/* GVariant, as flatpak writes its deploy files: the type is known, (ssasta{sv}); numbers of framing are little-endian.
 *
 *   container = children, each aligned, then framing offsets: the end of each child that has no fixed size, as bytes
 *               from the container's begin; they take 1, 2, 4 or 8 bytes, the least that can count the container's own
 *               size. Of a tuple the last child has none, and they stand in reverse order; of an array each has one, in
 *               order, and the last one ends where the offsets begin.
 *   s         = bytes NUL        {sv}: s, v aligned to 8, one offset     v = value NUL type
 *
 * Source: "GVariant Specification" (A. Cruz, 2010), sections 2.4 and 3.2; flatpak 1.14 common/flatpak-dir.c
 * (flatpak_dir_new_deploy_data). */
#include "analyze/flatpak/gvariant.h"

enum { VARIANT_ALIGNMENT = 8, NUMBER_BYTES = 8, DEPLOY_OFFSETS = 3 };

static unsigned offset_bytes(size_t size)
{
	return size <= UINT8_MAX ? 1 : size <= UINT16_MAX ? 2 : size <= UINT32_MAX ? 4 : 8;
}

/* at + width is inside of s. */
static uint64_t offset_at(struct dd_str s, size_t at, unsigned width)
{
	uint64_t v = 0;
	for (unsigned i = width; i-- > 0;)
		v = v << 8 | (unsigned char)s.p[at + i];
	return v;
}

static size_t aligned(size_t at)
{
	return (at + VARIANT_ALIGNMENT - 1) & ~(size_t)(VARIANT_ALIGNMENT - 1);
}

/* The bytes from begin to end are a string with its NUL at the end. */
static bool take_string(struct dd_str s, size_t begin, uint64_t end, struct dd_str *ret)
{
	if (end <= begin || end > s.n || s.p[end - 1] != '\0')
		return false;
	*ret = dd_str_take(dd_str_skip(s, begin), (size_t)end - 1 - begin);
	return memchr(ret->p, '\0', ret->n) == NULL;
}

static bool open_dict(struct dd_str bytes, struct dd_gvariant_dict *ret)
{
	*ret = (struct dd_gvariant_dict){ .bytes = bytes, .offset_bytes = offset_bytes(bytes.n) };
	if (bytes.n == 0)
		return true;
	if (bytes.n < ret->offset_bytes)
		return false;
	uint64_t table = offset_at(bytes, bytes.n - ret->offset_bytes, ret->offset_bytes);
	if (table > bytes.n || (bytes.n - table) % ret->offset_bytes)
		return false;
	ret->count = (bytes.n - (size_t)table) / ret->offset_bytes;
	return true;
}

bool dd_gvariant_deploy(struct dd_str data, struct dd_str *ret_origin, struct dd_gvariant_dict *ret)
{
	unsigned width = offset_bytes(data.n);
	struct dd_str commit;
	if (data.n < (size_t)DEPLOY_OFFSETS * width)
		return false;
	size_t table = data.n - (size_t)DEPLOY_OFFSETS * width;
	uint64_t origin_end = offset_at(data, table + (size_t)2 * width, width);
	uint64_t commit_end = offset_at(data, table + width, width), paths_end = offset_at(data, table, width);
	if (!take_string(data, 0, origin_end, ret_origin) ||
	    !take_string(data, (size_t)origin_end, commit_end, &commit) || paths_end < commit_end || paths_end > table)
		return false;
	size_t dict = aligned((size_t)paths_end) + NUMBER_BYTES;
	return dict <= table && open_dict(dd_str_take(dd_str_skip(data, dict), table - dict), ret);
}

/* A {sv} of its own bytes. */
static bool read_member(struct dd_str s, struct dd_str *ret_key, struct dd_str *ret_text)
{
	unsigned width = offset_bytes(s.n);
	if (s.n < width)
		return false;
	uint64_t key_end = offset_at(s, s.n - width, width);
	if (!take_string(s, 0, key_end, ret_key) || aligned((size_t)key_end) > s.n - width)
		return false;
	struct dd_str value = dd_str_take(s, s.n - width);
	value = dd_str_skip(value, aligned((size_t)key_end));
	*ret_text = (struct dd_str){ "", 0 };
	static const struct dd_str string = { "\0s", 2 };
	if (dd_str_ends(value, string) && !take_string(value, 0, value.n - string.n, ret_text))
		*ret_text = (struct dd_str){ "", 0 };
	return true;
}

bool dd_gvariant_next(struct dd_gvariant_dict *d, struct dd_str *ret_key, struct dd_str *ret_text)
{
	size_t table = d->bytes.n - d->count * d->offset_bytes;
	while (d->next < d->count) {
		uint64_t end = offset_at(d->bytes, table + d->next++ * d->offset_bytes, d->offset_bytes);
		size_t begin = aligned(d->at);
		if (end < begin || end > table)
			continue;
		d->at = (size_t)end;
		if (read_member(dd_str_take(dd_str_skip(d->bytes, begin), (size_t)end - begin), ret_key, ret_text))
			return true;
	}
	return false;
}
