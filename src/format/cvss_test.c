/* SPDX-License-Identifier: Apache-2.0 */
#include "format/cvss.h"

#include <archive.h>
#include <archive_entry.h>
#include <math.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/io.h"
#include "support/test.h"

static int tenths(double score)
{
	return (int)lround(score * 10);
}

static void check_scores(struct dd_str vector, double base, double overall)
{
	struct dd_cvss c = { .base = -1, .overall = -1 };
	struct dd_err err = { .message = "" };
	CHECK_ROW(dd_cvss_parse(vector, &c, &err) == DD_OK, err.message);
	CHECK_INT_ROW(tenths(c.base), tenths(base), DD_QUOTE(vector));
	CHECK_INT_ROW(tenths(c.overall), tenths(overall), DD_QUOTE(vector));
	CHECK_ROW(!signbit(c.base) && !signbit(c.overall), DD_QUOTE(vector));
}

/* What FIRST prints in its own documents. */
TEST(cvss_examples_of_the_specifications)
{
	static const struct {
		const char *vector;
		double base, overall;
	} rows[] = {
		/* A Complete Guide to CVSS v2.0, section 3.3 */
		{ "AV:N/AC:L/Au:N/C:N/I:N/A:C", 7.8, 7.8 },
		{ "AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C", 7.8, 6.4 },
		{ "AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H", 7.8, 9.2 },
		{ "AV:N/AC:L/Au:N/C:C/I:C/A:C", 10.0, 10.0 },
		{ "AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C", 10.0, 8.3 },
		{ "AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L", 10.0, 9.0 },
		{ "AV:L/AC:H/Au:N/C:C/I:C/A:C", 6.2, 6.2 },
		{ "AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C", 6.2, 4.9 },
		{ "AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:M", 6.2, 7.5 },
		/* CVSS v3.1 Examples */
		{ "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1, 6.1 },
		{ "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4, 6.4 },
		{ "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1, 3.1 },
		{ "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", 9.9, 9.9 },
		{ "CVSS:3.1/AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", 4.2, 4.2 },
		{ "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 8.8, 8.8 },
		{ "CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", 7.8, 7.8 },
		{ "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5, 7.5 },
		{ "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, 9.8 },
		{ "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:N/I:H/A:N", 6.8, 6.8 },
		{ "CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 6.8, 6.8 },
		{ "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:L/I:N/A:N", 5.8, 5.8 },
		{ "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:C/C:H/I:N/A:H", 9.3, 9.3 },
		{ "CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:N", 5.4, 5.4 },
		{ "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 8.8, 8.8 },
		{ "CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N", 4.6, 4.6 },
		{ "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:N", 7.4, 7.4 },
		{ "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H", 9.6, 9.6 },
		/* CVSS v4.0 Examples */
		{ "CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.3, 7.3 },
		{ "CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.7, 7.7 },
		{ "CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N", 8.3, 8.3 },
		{ "CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N/CR:H/IR:L/AR:L/MAV:N/MAC:H/MVC:H/"
		  "MVI:L/"
		  "MVA:L",
		  8.3, 8.1 },
		{ "CVSS:4.0/AV:L/AC:L/AT:N/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N", 4.6, 4.6 },
		{ "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N", 5.1, 5.1 },
		{ "CVSS:4.0/AV:L/AC:L/AT:N/PR:H/UI:N/VC:N/VI:N/VA:N/SC:H/SI:N/SA:N", 5.9, 5.9 },
		{ "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N", 8.7, 8.7 },
		{ "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 10.0, 10.0 },
		{ "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 9.3, 9.3 },
		{ "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0.0, 0.0 },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++)
		check_scores(dd_str_from(rows[i].vector), rows[i].base, rows[i].overall);
}

static bool read_score(struct dd_str s, double *ret)
{
	uint64_t whole, tenth;
	size_t dot = dd_str_find(s, '.');
	if (!dd_str_u64(dd_str_take(s, dot), 10, &whole) || !dd_str_u64(dd_str_skip(s, dot + 1), 9, &tenth))
		return false;
	*ret = (double)whole + (double)tenth / 10;
	return true;
}

TEST(cvss_agrees_with_an_independent_implementation)
{
	char path[4200];
	struct dd_map_file DD_CLEANUP(dd_map_file_done) m = { 0 };
	struct dd_err err;
	size_t n = 0;
	(void)snprintf(path, sizeof path, "%s/src/format/testdata/cvss-vectors.txt", dd_test_root());
	if (dd_map_file_open(&m, path, 1 << 20, &err) != DD_OK) {
		dd_check(false, err.message, NULL, __FILE__, __LINE__);
		return;
	}
	struct dd_str rest = m.bytes;
	for (struct dd_str line; dd_str_line(&rest, &line);) {
		struct dd_str vector, word;
		double base = 0, overall = 0;
		if (line.n == 0 || line.p[0] == '#')
			continue;
		(void)dd_str_next(&line, ' ', &vector);
		CHECK_ROW(dd_str_next(&line, ' ', &word) && read_score(word, &base), DD_QUOTE(vector));
		CHECK_ROW(dd_str_next(&line, ' ', &word) && read_score(word, &overall), DD_QUOTE(vector));
		check_scores(vector, base, overall);
		n++;
	}
	CHECK_INT(n, 360);
}

TEST(cvss_rating)
{
	static const struct {
		const char *vector, *rating;
		int version;
		bool has_overall;
	} rows[] = {
		{ "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", "none", 31, false },
		{ "CVSS:3.0/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N", "low", 30, false },
		{ "CVSS:3.0/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N/E:X", "low", 30, false },
		{ "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N/E:U", "medium", 31, true },
		{ "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", "high", 31, false },
		{ "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "critical", 31, false },
		{ "AV:L/AC:H/Au:M/C:N/I:N/A:N", "low", 20, false },
		{ "AV:N/AC:M/Au:N/C:N/I:P/A:N", "medium", 20, false },
		{ "(AV:N/AC:L/Au:N/C:C/I:C/A:C)", "high", 20, false },
		{ "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/S:P/AU:Y/U:Red", "critical", 40,
		  false },
		{ "CVSS:4.0/SA:N/SI:N/SC:N/VA:H/VI:H/VC:H/UI:N/PR:N/AT:N/AC:L/AV:N/E:U", "critical", 40, true },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_cvss c;
		struct dd_err err;
		CHECK_ROW(dd_cvss_parse(dd_str_from(rows[i].vector), &c, &err) == DD_OK, rows[i].vector);
		CHECK_STR_ROW(dd_str_from(dd_cvss_rating_name(c.rating)), rows[i].rating, rows[i].vector);
		CHECK_INT_ROW(c.version, rows[i].version, rows[i].vector);
		CHECK_INT_ROW(c.has_overall, rows[i].has_overall, rows[i].vector);
		CHECK_ROW(c.has_overall || tenths(c.base) == tenths(c.overall), rows[i].vector);
	}
}

TEST(cvss_refused)
{
	static const struct {
		struct dd_str vector;
		const char *message;
		uint64_t at;
	} rows[] = {
		{ DD_STR(""), "cvss vector '': the vector is empty", 0 },
		{ DD_STR("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H"),
		  "cvss vector 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H': metric 'A' is missing", DD_NO_OFFSET },
		{ DD_STR("CVSS:3.1/AV:N/AC:L/AV:N"),
		  "cvss vector 'CVSS:3.1/AV:N/AC:L/AV:N': metric 'AV' is given twice", 19 },
		{ DD_STR("CVSS:3.1/AV:X"), "cvss vector 'CVSS:3.1/AV:X': metric 'AV' has no value 'X'", 9 },
		{ DD_STR("CVSS:3.1/AV:"), "cvss vector 'CVSS:3.1/AV:': metric 'AV' has no value ''", 9 },
		{ DD_STR("CVSS:3.1/av:N"), "cvss vector 'CVSS:3.1/av:N': unknown metric 'av'", 9 },
		{ DD_STR("CVSS:3.1/AV:N/ZZ:N"), "cvss vector 'CVSS:3.1/AV:N/ZZ:N': unknown metric 'ZZ'", 14 },
		{ DD_STR("CVSS:3.1/AV:N/"), "cvss vector 'CVSS:3.1/AV:N/': no metric of the form NAME:VALUE at ''",
		  14 },
		{ DD_STR("CVSS:3.1/"), "cvss vector 'CVSS:3.1/': no metric of the form NAME:VALUE at ''", 9 },
		{ DD_STR("AV:N/AC:L/Au:N/C:N/I:N/A:C/PR:N"),
		  "cvss vector 'AV:N/AC:L/Au:N/C:N/I:N/A:C/PR:N': unknown metric 'PR'", 27 },
		{ DD_STR("AV:N\x1b[2J"), "cvss vector 'AV:N\\x1b[2J': metric 'AV' has no value 'N\\x1b[2J'", 0 },
		{ DD_STR("AV:N/AC:L/Au:N/C:N/I:N/A:C\0"),
		  "cvss vector 'AV:N/AC:L/Au:N/C:N/I:N/A:C\\x00': metric 'A' has no value 'C\\x00'", 23 },
		{ DD_STR("9.8"), "cvss vector '9.8': no metric of the form NAME:VALUE at '9.8'", 0 },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_cvss c = { .version = 77 };
		struct dd_err err;
		CHECK_INT_ROW(dd_cvss_parse(rows[i].vector, &c, &err), DD_EPARSE, rows[i].message);
		CHECK_STR_ROW(dd_str_from(err.message), rows[i].message, rows[i].message);
		CHECK_INT_ROW(err.at, rows[i].at, rows[i].message);
		CHECK_INT_ROW(c.version, 77, rows[i].message);
		CHECK_INT_ROW(dd_cvss_parse(rows[i].vector, &c, NULL), DD_EPARSE, rows[i].message);
	}
	static const char *const other[] = { "CVSS:5.0/AV:N", "CVSS:3.2/AV:N", "CVSS:4.0",
					     "CVSS",	      "CVSS:2.0/AV:N", "cvss:3.1/AV:N" };
	for (size_t i = 0; i < DD_COUNT(other); i++) {
		struct dd_cvss c;
		struct dd_err err;
		CHECK_INT_ROW(dd_cvss_parse(dd_str_from(other[i]), &c, &err), i < 5 ? DD_EUNSUPPORTED : DD_EPARSE,
			      other[i]);
	}
}

TEST(cvss_truncated_at_every_byte)
{
	static const char *const whole[] = {
		"(AV:N/AC:L/Au:N/C:C/I:C/A:C)",
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
		"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H",
	};
	for (size_t i = 0; i < DD_COUNT(whole); i++)
		for (size_t n = 0; n <= strlen(whole[i]); n++) {
			struct dd_cvss c;
			struct dd_err err;
			bool ok = dd_cvss_parse((struct dd_str){ whole[i], n }, &c, &err) == DD_OK;
			CHECK_ROW(ok == (n == strlen(whole[i])), whole[i]);
		}
	static char big[1 << 20];
	memset(big, '/', sizeof big);
	struct dd_cvss c;
	struct dd_err err;
	CHECK(dd_cvss_parse((struct dd_str){ big, sizeof big }, &c, &err) == DD_EPARSE);
	memset(big, 'A', sizeof big);
	CHECK(dd_cvss_parse((struct dd_str){ big, sizeof big }, &c, &err) == DD_EPARSE);
}

/* What somebody wrote wrongly and a database published: version 3.3, value "U" of I. */
static const char *const published_but_wrong[] = {
	"CVSS:3.3/AV:N/AC:H/PR:H/UI:N/S:U/C:L/I:L/A:N\\",
	"CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:U/A:U",
};

static bool is_published_but_wrong(struct dd_str vector)
{
	for (size_t i = 0; i < DD_COUNT(published_but_wrong); i++)
		if (dd_str_eq_c(vector, published_but_wrong[i]))
			return true;
	return false;
}

/* Every "CVSS:…" string of the JSON text. */
static size_t parse_all_vectors(struct dd_str json)
{
	size_t n = 0;
	for (size_t at; (at = dd_str_search(json, DD_STR("\"CVSS:"))) < json.n; n++) {
		json = dd_str_skip(json, at + 1);
		struct dd_str vector = dd_str_take(json, dd_str_find(json, '"'));
		struct dd_cvss c;
		struct dd_err err;
		CHECK_ROW((dd_cvss_parse(vector, &c, &err) == DD_OK) != is_published_but_wrong(vector),
			  DD_QUOTE(vector));
	}
	return n;
}

TEST(cvss_of_all_shared_advisories)
{
	static const struct {
		const char *ecosystem;
		size_t vectors; /* at least */
	} rows[] = { { "Bitnami", 7000 }, { "npm", 450 }, { "PyPI", 200 }, { "crates.io", 400 } };
	if (!dd_test_shared()) {
		dd_test_skip("no shared data");
		return;
	}
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		char path[4300];
		size_t n = 0;
		struct archive *zip = archive_read_new();
		struct archive_entry *entry;
		(void)snprintf(path, sizeof path, "%s/advisories/osv/%s/all.zip", dd_test_shared(), rows[i].ecosystem);
		CHECK_ROW(archive_read_support_format_zip(zip) == ARCHIVE_OK &&
				  archive_read_open_filename(zip, path, 65536) == ARCHIVE_OK,
			  path);
		while (archive_read_next_header(zip, &entry) == ARCHIVE_OK) {
			struct dd_buf DD_CLEANUP_BUF b = DD_BUF_INIT(16 << 20);
			la_ssize_t got = 0;
			do {
				b.n += (size_t)got;
				if (dd_buf_reserve(&b, 65536) != DD_OK)
					break;
			} while ((got = archive_read_data(zip, b.p + b.n, 65536)) > 0);
			n += parse_all_vectors(dd_buf_str(&b));
		}
		CHECK_ROW(n >= rows[i].vectors, path);
		(void)archive_read_free(zip);
	}
}
