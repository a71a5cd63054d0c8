/* SPDX-License-Identifier: Apache-2.0 */
/* The version information of a PE file. It is a resource of type 16, found through three levels of directories (type,
 * name, language); its bytes are a tree of blocks:
 *
 *   resources = directory: 12 bytes, n_named, n_ids (16 bits each), then entries of 8 bytes, named ones first:
 *               id (or name), offset (bit 31: of a further directory, else of a data entry: rva size codepage 0)
 *   block     = length value_length type key (UTF-16, NUL) pad32 value pad32 *children       (lengths: 16 bits)
 *   VS_VERSION_INFO > VS_FIXEDFILEINFO as its value
 *                   > StringFileInfo > StringTable ("040904b0") > String: key, value (type 1: UTF-16)
 *                   > VarFileInfo (not read)
 *
 * Oddities: value_length of a string counts 16-bit units by the specification and bytes by some linkers, so a value is
 * read up to its first NUL inside its block; blocks of length 0 end their list; several StringTables (languages): all
 * strings are given, the first of a name counts; texts in other code pages do not exist here (type 1 is always UTF-16).
 * Limits: DD_PE_STRINGS_MAX strings, a resource of RESOURCE_BYTES_MAX; entries looked at per directory are those that
 * lie in the resource section, three directories in all, so nothing is a cycle. */
#include "format/pe.h"

#include "base/bytes.h"
#include "base/limits.h"

enum { RT_VERSION = 16, ENTRY_BYTES = 8, DIRECTORY_BYTES = 16, RESOURCE_BYTES_MAX = 64 * 1024 };
#define FIXED_SIGNATURE UINT32_C(0xfeef04bd)
#define SUBDIRECTORY	UINT32_C(0x80000000)

struct block {
	struct dd_str key;	/* UTF-16LE without its NUL */
	struct dd_str value;	/* from the value's place on, to the end of the block */
	struct dd_str children; /* behind the value */
};

/* The offset of directory's entry for id (UINT32_MAX: its first one); false: there is none. */
static bool find_entry(struct dd_str resources, uint32_t directory, uint32_t id, uint32_t *ret)
{
	struct dd_str d = dd_str_skip(resources, directory);
	if (d.n < DIRECTORY_BYTES)
		return false;
	uint32_t n = (uint32_t)dd_le16(d.p + 12) + dd_le16(d.p + 14);
	d = dd_str_skip(d, DIRECTORY_BYTES);
	for (uint32_t i = 0; i < n && d.n >= ENTRY_BYTES; i++, d = dd_str_skip(d, ENTRY_BYTES))
		if (id == UINT32_MAX || dd_le32(d.p) == id) {
			*ret = dd_le32(d.p + 4);
			return true;
		}
	return false;
}

/* The bytes of the version resource; empty: none. *ret_damaged: it is named but not there. */
static struct dd_str find_resource(const struct dd_pe *pe, bool *ret_damaged)
{
	/* The directory's own size is often wrong in packed files; its section's end is the limit. */
	struct dd_str r = pe->directories[DD_PE_RESOURCES].size ? dd_pe_at_rva(pe, pe->directories[DD_PE_RESOURCES].rva)
								: DD_STR("");
	uint32_t at;
	*ret_damaged = false;
	if (!find_entry(r, 0, RT_VERSION, &at))
		return DD_STR("");
	*ret_damaged = true;
	for (int level = 0; level < 2 && (at & SUBDIRECTORY); level++)
		if (!find_entry(r, at & ~SUBDIRECTORY, UINT32_MAX, &at))
			return DD_STR("");
	struct dd_str entry = dd_str_skip(r, at);
	if ((at & SUBDIRECTORY) || entry.n < 16)
		return DD_STR("");
	struct dd_str data = dd_pe_at_rva(pe, dd_le32(entry.p));
	data = dd_str_take(data, dd_le32(entry.p + 4));
	*ret_damaged = data.n == 0;
	return dd_str_take(data, RESOURCE_BYTES_MAX);
}

static struct dd_str pad4(struct dd_str from, struct dd_str s)
{
	return dd_str_skip(s, (4 - (size_t)(s.p - from.p) % 4) % 4);
}

/* Up to the first 16-bit NUL, or all of s. */
static struct dd_str until_nul(struct dd_str s)
{
	size_t i = 0;
	while (i + 1 < s.n && dd_le16(s.p + i) != 0)
		i += 2;
	return dd_str_take(s, i);
}

/* Cuts the next block off *rest; whole is the resource, which alignment counts from. False: no more. */
static bool next_block(struct dd_str whole, struct dd_str *rest, struct block *ret)
{
	*rest = pad4(whole, *rest);
	if (rest->n < 6)
		return false;
	uint16_t length = dd_le16(rest->p), value = dd_le16(rest->p + 2), type = dd_le16(rest->p + 4);
	if (length < 6)
		return false;
	struct dd_str b = dd_str_take(*rest, length);
	*rest = dd_str_skip(*rest, length);
	b = dd_str_skip(b, 6);
	ret->key = until_nul(b);
	b = pad4(whole, dd_str_skip(b, ret->key.n + 2));
	ret->value = b;
	ret->children = pad4(whole, dd_str_skip(b, (size_t)value * (type == 1 ? 2 : 1)));
	return true;
}

static bool key_is(struct dd_str utf16, const char *ascii)
{
	size_t n = strlen(ascii);
	if (utf16.n != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (dd_le16(utf16.p + 2 * i) != (unsigned char)ascii[i])
			return false;
	return true;
}

/* One character of s at *i, which moves behind it. */
static uint32_t utf16_char(struct dd_str s, size_t *i)
{
	uint32_t c = dd_le16(s.p + *i);
	*i += 2;
	if (c < 0xd800 || c > 0xdfff)
		return c;
	if (c < 0xdc00 && *i + 1 < s.n) {
		uint32_t low = dd_le16(s.p + *i);
		if (low >= 0xdc00 && low <= 0xdfff) {
			*i += 2;
			return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		}
	}
	return 0xfffd;
}

static size_t put_utf8(char *p, uint32_t c)
{
	if (c < 0x80) {
		p[0] = (char)c;
		return 1;
	}
	size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		p[i] = (char)(0x80 | (c & 0x3f));
	p[0] = (char)((n == 2 ? 0xc0 : n == 3 ? 0xe0 : 0xf0) | c);
	return n;
}

/* p == NULL when memory is out. */
static struct dd_str to_utf8(struct dd_str utf16, struct dd_arena *a)
{
	/* 2 bytes become 3 at most, 4 become 4. */
	char *p = dd_arena_alloc(a, utf16.n / 2 * 3 + 1);
	size_t n = 0;
	if (!p)
		return (struct dd_str){ NULL, 0 };
	for (size_t i = 0; i + 1 < utf16.n;)
		n += put_utf8(p + n, utf16_char(utf16, &i));
	return dd_str_trim((struct dd_str){ p, n });
}

static void read_fixed(struct dd_str value, struct dd_pe_version *v)
{
	if (value.n < 24 || dd_le32(value.p) != FIXED_SIGNATURE)
		return;
	v->fixed = true;
	for (int i = 0; i < 4; i++) { /* most significant half of MS, then its other half, then LS */
		int from = i < 2 ? 0 : 4, half = i % 2 ? 0 : 2;
		v->file[i] = dd_le16(value.p + 8 + from + half);
		v->product[i] = dd_le16(value.p + 16 + from + half);
	}
}

static enum dd_code read_strings(struct dd_str whole, struct dd_str table, struct dd_arena *a, struct dd_pe_version *v,
				 struct dd_err *err)
{
	struct block s;
	while (v->n < DD_PE_STRINGS_MAX && next_block(whole, &table, &s)) {
		struct dd_pe_version_string *to = &v->strings[v->n];
		to->name = to_utf8(s.key, a);
		to->value = to_utf8(until_nul(s.value), a);
		if (!to->name.p || !to->value.p)
			return dd_fail_nomem(err);
		v->n++;
	}
	return DD_OK;
}

enum dd_code dd_pe_version(const struct dd_pe *pe, struct dd_arena *a, struct dd_pe_version *ret, bool *ret_found,
			   struct dd_err *err)
{
	struct dd_pe_version v = { 0 };
	struct block root, info, table;
	bool damaged;
	struct dd_str whole = find_resource(pe, &damaged), rest = whole;
	if (whole.n == 0 && !damaged) {
		*ret_found = false;
		return DD_OK;
	}
	uint64_t at = whole.n ? (uint64_t)(whole.p - pe->bytes.p) : DD_NO_OFFSET;
	if (!next_block(whole, &rest, &root) || !key_is(root.key, "VS_VERSION_INFO"))
		return dd_fail(err, DD_EPARSE, at, "damaged version information resource");
	read_fixed(root.value, &v);
	v.strings = dd_arena_array(a, DD_PE_STRINGS_MAX, sizeof *v.strings);
	if (!v.strings)
		return dd_fail_nomem(err);
	while (next_block(whole, &root.children, &info)) {
		if (!key_is(info.key, "StringFileInfo"))
			continue;
		while (next_block(whole, &info.children, &table))
			DD_TRY(read_strings(whole, table.children, a, &v, err));
	}
	*ret = v;
	*ret_found = true;
	return DD_OK;
}

struct dd_str dd_pe_version_string(const struct dd_pe_version *v, struct dd_str name)
{
	for (size_t i = 0; i < v->n; i++)
		if (dd_str_eq_nocase(v->strings[i].name, name))
			return v->strings[i].value;
	return DD_STR("");
}
