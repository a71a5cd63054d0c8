/* SPDX-License-Identifier: Apache-2.0 */
#include "format/pe.h"

#include "base/alloc.h"
#include "base/io.h"
#include "base/limits.h"
#include "support/test.h"

static bool open_file(struct dd_map_file *m)
{
	char path[4096];
	struct dd_err err;
	(void)snprintf(path, sizeof path, "%s/src/format/testdata/executables/pe64.dll", dd_test_root());
	bool ok = dd_map_file_open(m, path, DD_MIB, &err) == DD_OK;
	CHECK(ok);
	return ok;
}

TEST(pe_headers_and_version)
{
	static const char *const strings[][2] = {
		{ "CompanyName", "Example \xc3\xbc Co" },
		{ "ProductName", "Demo" },
		{ "fileversion", "1.2.3.4 (build 7)" },
		{ "ProductVersion", "5.6.7+abc" },
		{ "Comments", "" },
		{ "Absent", "" },
	};
	struct dd_map_file m DD_CLEANUP(dd_map_file_done) = { 0 };
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct dd_pe pe;
	struct dd_pe_section s;
	struct dd_pe_version v;
	struct dd_err err;
	bool found = false;
	if (!open_file(&m))
		return;
	CHECK(dd_pe_open(m.bytes, &pe, &err) == DD_OK);
	CHECK(pe.is64 && pe.machine == DD_PE_MACHINE_AMD64 && (pe.characteristics & DD_PE_DLL));
	CHECK(dd_pe_section(&pe, DD_STR(".text"), &s) && s.data.n > 0 && s.data.p[0] == '\xc3');
	CHECK(!dd_pe_section(&pe, DD_STR(".data"), &s));
	CHECK_INT(dd_pe_directory(&pe, DD_PE_CLR_HEADER).n, 0);
	CHECK(dd_pe_directory(&pe, DD_PE_EXPORTS).n > 40);
	CHECK(dd_pe_version(&pe, &a, &v, &found, &err) == DD_OK && found);
	CHECK(v.fixed && v.file[0] == 1 && v.file[1] == 2 && v.file[2] == 3 && v.file[3] == 4);
	CHECK(v.product[0] == 5 && v.product[1] == 6 && v.product[2] == 7 && v.product[3] == 65535);
	CHECK_INT(v.n, 5);
	for (size_t i = 0; i < DD_COUNT(strings); i++)
		CHECK_STR_ROW(dd_pe_version_string(&v, dd_str_from(strings[i][0])), strings[i][1], strings[i][0]);
}

static void visit(struct dd_str bytes)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct dd_pe pe;
	struct dd_pe_section s;
	struct dd_pe_version v;
	struct dd_err err;
	bool found;
	char *copy = dd_alloc(bytes.n ? bytes.n : 1);
	if (!copy)
		return;
	if (bytes.n)
		memcpy(copy, bytes.p, bytes.n);
	if (dd_pe_open((struct dd_str){ copy, bytes.n }, &pe, &err) == DD_OK) {
		for (uint32_t i = 0; dd_pe_section_at(&pe, i, &s); i++)
			CHECK(s.data.n <= bytes.n);
		for (unsigned i = 0; i < DD_PE_DIRECTORIES; i++)
			CHECK(dd_pe_directory(&pe, i).n <= bytes.n);
		if (dd_pe_version(&pe, &a, &v, &found, &err) == DD_OK && found)
			for (size_t i = 0; i < v.n; i++)
				CHECK(dd_str_valid_utf8(v.strings[i].name) && dd_str_valid_utf8(v.strings[i].value));
	}
	dd_free(copy);
}

TEST(pe_cut_and_damaged_anywhere)
{
	struct dd_map_file m DD_CLEANUP(dd_map_file_done) = { 0 };
	char copy[4096];
	if (!open_file(&m) || m.bytes.n > sizeof copy)
		return;
	for (size_t n = 0; n <= m.bytes.n; n++)
		visit(dd_str_take(m.bytes, n));
	for (size_t n = 0; n < m.bytes.n; n++) {
		memcpy(copy, m.bytes.p, m.bytes.n);
		copy[n] = (char)0xff;
		visit((struct dd_str){ copy, m.bytes.n });
		copy[n] = (char)0xd8; /* surrogates, in strings */
		visit((struct dd_str){ copy, m.bytes.n });
	}
}

TEST(pe_not_pe)
{
	char dos[64] = "MZ";
	struct dd_pe pe;
	struct dd_err err;
	CHECK(dd_pe_open(DD_STR(""), &pe, &err) == DD_EPARSE);
	CHECK(dd_pe_open(DD_STR("MZ"), &pe, &err) == DD_EPARSE);
	CHECK(dd_pe_open((struct dd_str){ dos, sizeof dos }, &pe, &err) == DD_EPARSE);
	memset(dos + 60, 0xff, 4);
	CHECK(dd_pe_open((struct dd_str){ dos, sizeof dos }, &pe, &err) == DD_EPARSE);
}
