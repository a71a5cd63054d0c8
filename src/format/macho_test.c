/* SPDX-License-Identifier: Apache-2.0 */
#include "format/macho.h"

#include "base/alloc.h"
#include "base/io.h"
#include "base/limits.h"
#include "support/test.h"

static bool open_file(const char *name, struct dd_map_file *m)
{
	char path[4096];
	struct dd_err err;
	(void)snprintf(path, sizeof path, "%s/src/format/testdata/executables/%s", dd_test_root(), name);
	bool ok = dd_map_file_open(m, path, DD_MIB, &err) == DD_OK;
	CHECK_ROW(ok, name);
	return ok;
}

TEST(macho_programs)
{
	static const struct {
		const char *name;
		uint32_t cpus[2];
		uint32_t n;
	} rows[] = {
		{ "macho64", { 0x0100000c }, 1 },
		{ "macho-universal", { 0x01000007, 0x0100000c }, 2 },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_map_file f DD_CLEANUP(dd_map_file_done) = { 0 };
		struct dd_err err;
		uint32_t n = 0;
		if (!open_file(rows[i].name, &f))
			return;
		CHECK_ROW(dd_macho_slices(f.bytes, &n, &err) == DD_OK, rows[i].name);
		CHECK_INT_ROW(n, rows[i].n, rows[i].name);
		for (uint32_t k = 0; k < n; k++) {
			struct dd_macho m;
			struct dd_macho_section s;
			CHECK_ROW(dd_macho_open(f.bytes, k, &m, &err) == DD_OK, rows[i].name);
			CHECK_INT_ROW(m.cpu, rows[i].cpus[k], rows[i].name);
			CHECK_ROW(m.is64 && !m.big, rows[i].name);
			CHECK_ROW(dd_macho_section(&m, DD_STR("__data"), &s), rows[i].name);
			CHECK_STR_ROW(s.data, "hello, world", rows[i].name);
			CHECK_STR_ROW(s.segment, "__DATA", rows[i].name);
			CHECK_STR_ROW(dd_str_take(dd_macho_at_address(&m, 0x100001007), 5), "world", rows[i].name);
			CHECK_ROW(!dd_macho_section(&m, DD_STR("__dat"), &s), rows[i].name);
		}
	}
}

static void visit(struct dd_str bytes)
{
	struct dd_err err;
	uint32_t n;
	char *copy = dd_alloc(bytes.n ? bytes.n : 1);
	if (!copy)
		return;
	if (bytes.n)
		memcpy(copy, bytes.p, bytes.n);
	struct dd_str view = { copy, bytes.n };
	if (dd_macho_slices(view, &n, &err) == DD_OK) {
		CHECK(n <= DD_MACHO_SLICES_MAX);
		for (uint32_t i = 0; i < n; i++) {
			struct dd_macho m;
			struct dd_macho_section s;
			if (dd_macho_open(view, i, &m, &err) != DD_OK)
				continue;
			(void)dd_macho_section(&m, DD_STR("__none"), &s);
			(void)dd_macho_at_address(&m, 0x100001007);
		}
	}
	dd_free(copy);
}

TEST(macho_cut_and_damaged_anywhere)
{
	static const char *const names[] = { "macho64", "macho-universal" };
	for (size_t i = 0; i < DD_COUNT(names); i++) {
		struct dd_map_file m DD_CLEANUP(dd_map_file_done) = { 0 };
		char copy[2048];
		if (!open_file(names[i], &m) || m.bytes.n > sizeof copy)
			return;
		for (size_t n = 0; n <= m.bytes.n; n++)
			visit(dd_str_take(m.bytes, n));
		for (size_t n = 0; n < m.bytes.n; n++) {
			memcpy(copy, m.bytes.p, m.bytes.n);
			copy[n] = (char)0xff;
			visit((struct dd_str){ copy, m.bytes.n });
		}
	}
}

TEST(macho_not_macho)
{
	static const struct dd_str rows[] = {
		DD_STR(""),
		DD_STR("\xcf\xfa\xed"),
		DD_STR("\xca\xfe\xba\xbe"),
		DD_STR("\xca\xfe\xba\xbe\0\0\0\64"), /* a Java class of version 52 */
		DD_STR("\xca\xfe\xba\xbe\0\0\0\0"),
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_err err;
		uint32_t n;
		CHECK(dd_macho_slices(rows[i], &n, &err) == DD_EPARSE);
	}
}
