/* SPDX-License-Identifier: Apache-2.0 */
#include "format/der.h"

#include "base/cleanup.h"
#include "support/test.h"

/* X.690 8.1.3 and 8.3: lengths and integers, in shortest form only. */
TEST(der_elements)
{
	static const struct {
		const char *name;
		struct dd_str in;
		int tag; /* -1: refused */
		size_t n, left;
	} rows[] = {
		{ "empty", { "", 0 }, -1, 0, 0 },
		{ "no length", { "\x30", 1 }, -1, 0, 0 },
		{ "NULL", { "\x05\0", 2 }, 5, 0, 0 },
		{ "one behind", { "\x05\0z", 3 }, 5, 0, 1 },
		{ "cut", { "\x04\2a", 3 }, -1, 0, 0 },
		{ "long tag", { "\x1f\x81\1\0", 4 }, -1, 0, 0 },
		{ "indefinite", { "\x30\x80\0\0", 4 }, -1, 0, 0 },
		{ "length not shortest", { "\x04\x81\1a", 4 }, -1, 0, 0 },
		{ "length with a zero", { "\x04\x82\0\x80", 4 }, -1, 0, 0 },
		{ "length beyond", { "\x04\x84\xff\xff\xff\xff", 6 }, -1, 0, 0 },
		{ "length of five bytes", { "\x04\x85\1\1\1\1\1", 7 }, -1, 0, 0 },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_str s = rows[i].in, value;
		unsigned tag;
		bool ok = dd_der_next(&s, &tag, &value);
		CHECK_ROW(ok == (rows[i].tag >= 0), rows[i].name);
		if (ok) {
			CHECK_INT_ROW(tag, rows[i].tag, rows[i].name);
			CHECK_INT_ROW(value.n, rows[i].n, rows[i].name);
			CHECK_INT_ROW(s.n, rows[i].left, rows[i].name);
		}
	}
}

TEST(der_numbers)
{
	static const struct {
		const char *name;
		struct dd_str in;
		int n; /* bytes of the magnitude; -1: refused */
	} rows[] = {
		{ "zero", { "\2\1\0", 3 }, 0 },		{ "one", { "\2\1\1", 3 }, 1 },
		{ "128", { "\2\2\0\x80", 4 }, 1 },	{ "negative", { "\2\1\x80", 3 }, -1 },
		{ "empty", { "\2\0", 2 }, -1 },		{ "not shortest", { "\2\2\0\1", 4 }, -1 },
		{ "another tag", { "\4\1\1", 3 }, -1 },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_str s = rows[i].in, value;
		bool ok = dd_der_number(&s, &value);
		CHECK_INT_ROW(ok ? (int)value.n : -1, rows[i].n, rows[i].name);
		CHECK_INT_ROW(s.n, ok ? 0 : rows[i].in.n, rows[i].name);
	}
}
