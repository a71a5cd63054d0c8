/* SPDX-License-Identifier: Apache-2.0 */
/* What holds for every order: the table in front of them, the laws of an order, the tables of versions in the shared
 * data. Each order's own rows are in vercmp_<name>_test.c; tests/oracle_versions.sh asks dpkg and rpm. */
#include "base/io.h"
#include "version/vercmp_lawful_rows.h"
#include "version/vercmp_rows.h"

TEST(scheme_names)
{
	enum dd_scheme s;
	for (int i = 0; i < DD_SCHEME_COUNT; i++) {
		const char *name = dd_scheme_name((enum dd_scheme)i);
		CHECK_ROW(dd_scheme_parse(dd_str_from(name), &s) && (int)s == i, name);
	}
	CHECK(dd_scheme_parse(DD_STR("hex"), &s) && s == DD_SCHEME_SEMVER);
	CHECK(dd_scheme_parse(DD_STR("rubygems"), &s) && s == DD_SCHEME_GEM);
	CHECK(!dd_scheme_parse(DD_STR(""), &s));
	CHECK(!dd_scheme_parse(DD_STR("DEB"), &s));
	CHECK(!dd_scheme_parse(DD_STR("deb\0"), &s));
	CHECK_STR(dd_str_from(dd_scheme_name(DD_SCHEME_COUNT)), "none");
	CHECK_INT(dd_order_op(DD_SCHEME_COUNT, DD_STR("1"), DD_STR("1")), '?');
}

TEST(scheme_none_knows_only_equal_texts)
{
	CHECK_INT(dd_order_op(DD_SCHEME_NONE, DD_STR("1.0"), DD_STR("1.0")), '=');
	CHECK_INT(dd_order_op(DD_SCHEME_NONE, DD_STR("1.0"), DD_STR("1.1")), '?');
}

TEST(vercmp_leaves_ret_alone_when_refused)
{
	for (int s = 0; s < DD_SCHEME_COUNT; s++) {
		int c = 77;
		CHECK_ROW(!dd_vercmp((enum dd_scheme)s, DD_STR("1"), DD_STR(""), &c),
			  dd_scheme_name((enum dd_scheme)s));
		CHECK_INT_ROW(c, 77, dd_scheme_name((enum dd_scheme)s));
	}
}

/* Pieces that the orders treat differently; random strings of them meet every branch. */
static const char *const pieces[] = {
	"0",	"1",  "2",    "9",     "10", "01",     "00", "007",	 "123456789012345678901234567890",
	".",	"..", ".",    ".",     "-",  "-r1",    "-r", "~",	 "~ab",
	"^",	"+",  "_",    ":",     "1:", "0:",     "a",  "b",	 "z",
	"A",	"rc", "beta", "alpha", "x",  "_alpha", "_p", "_rc1",	 "_foo",
	"el8",	"p1", "git",  ".0.0",  "-0", "-rc.1",  "v",  "\xce\xb1", "_pre2",
	"_git",
};

static uint64_t rng(uint64_t *state)
{
	/* xorshift64* */
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dULL;
}

enum { POOL = 140, TEXT_MAX = 256 };
struct text {
	char bytes[TEXT_MAX];
	size_t n;
};

static void make_text(uint64_t *state, struct text *t)
{
	t->n = 0;
	t->bytes[t->n++] = (char)('0' + rng(state) % 3);
	for (uint64_t left = rng(state) % 6; left; left--) {
		const char *piece = pieces[rng(state) % DD_COUNT(pieces)];
		memcpy(t->bytes + t->n, piece, strlen(piece));
		t->n += strlen(piece);
	}
}

static signed char order_of[POOL][POOL];

/* Reflexive, antisymmetric, transitive (of < and of =) over all triples of the accepted texts. */
static void check_laws(enum dd_scheme scheme, const struct text *pool, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < n; j++) {
			int c = 99;
			bool ok = dd_vercmp(scheme, (struct dd_str){ pool[i].bytes, pool[i].n },
					    (struct dd_str){ pool[j].bytes, pool[j].n }, &c);
			CHECK_ROW(ok, dd_scheme_name(scheme));
			order_of[i][j] = (signed char)((c > 0) - (c < 0));
		}
	}
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			CHECK_ROW(order_of[i][j] == -order_of[j][i], dd_scheme_name(scheme));
			for (size_t k = 0; k < n; k++)
				if (order_of[i][j] <= 0 && order_of[j][k] <= 0) {
					int want = order_of[i][j] == 0 && order_of[j][k] == 0 ? 0 : -1;
					CHECK_ROW(order_of[i][k] == want, dd_scheme_name(scheme));
				}
		}
}

TEST(laws_of_an_order)
{
	static struct text pool[POOL];
	for (int s = DD_SCHEME_NONE + 1; s < DD_SCHEME_COUNT; s++) {
		uint64_t state = 0x9e3779b97f4a7c15ULL;
		size_t n = 0, tries = 0;
		while (n < POOL && tries++ < 100000) {
			int c;
			make_text(&state, &pool[n]);
			struct dd_str t = { pool[n].bytes, pool[n].n };
			n += dd_vercmp((enum dd_scheme)s, t, t, &c) && dd_order_is_lawful((enum dd_scheme)s, t);
		}
		CHECK_INT_ROW(n, POOL, dd_scheme_name((enum dd_scheme)s));
		check_laws((enum dd_scheme)s, pool, n);
	}
}

/* Every beginning of a long version is compared without a crash, and a text of 1 MiB in linear time. */
TEST(truncated_and_oversized)
{
	static const char whole[] = "1:2.3.4-rc.1~ab+git_p1-r5:6^7.el9_10\xff\0_x";
	static char big[1 << 20];
	for (int s = 0; s < DD_SCHEME_COUNT; s++) {
		for (size_t i = 0; i < sizeof whole; i++) {
			struct dd_str cut = { whole, i };
			char op = dd_order_op((enum dd_scheme)s, cut, cut);
			CHECK_ROW(op == '=' || op == '?', dd_scheme_name((enum dd_scheme)s));
		}
		for (size_t i = 0; i < sizeof big; i++)
			big[i] = i % 2 ? '.' : '1';
		big[sizeof big - 1] = '1';
		struct dd_str b = { big, sizeof big };
		CHECK_INT_ROW(dd_order_op((enum dd_scheme)s, b, b), '=', dd_scheme_name((enum dd_scheme)s));
		memset(big, '0', sizeof big);
		CHECK_INT_ROW(dd_order_op((enum dd_scheme)s, b, b), '=', dd_scheme_name((enum dd_scheme)s));
	}
}

/* Lines "A < B"; '#' and "//" start remarks. */
static size_t check_file(enum dd_scheme scheme, struct dd_str text)
{
	size_t rows = 0;
	for (struct dd_str line; dd_str_line(&text, &line);) {
		line = dd_str_trim(line);
		if (line.n == 0 || line.p[0] == '#' || dd_str_starts(line, DD_STR("//")))
			continue;
		size_t at = dd_str_find(line, ' ');
		CHECK_ROW(at + 3 < line.n && line.p[at + 2] == ' ', DD_QUOTE(line));
		dd_check_order(scheme, dd_str_take(line, at), line.p[at + 1], dd_str_skip(line, at + 3));
		rows++;
	}
	return rows;
}

TEST(shared_version_tables)
{
	static const struct {
		enum dd_scheme scheme;
		const char *file;
		size_t rows; /* at least */
	} rows[] = {
		{ DD_SCHEME_DEB, "debian.txt", 28 },   { DD_SCHEME_RPM, "redhat.txt", 140 },
		{ DD_SCHEME_APK, "alpine.txt", 750 },  { DD_SCHEME_SEMVER, "semver.txt", 80 },
		{ DD_SCHEME_PEP440, "pypi.txt", 35 },  { DD_SCHEME_MAVEN, "maven.txt", 90 },
		{ DD_SCHEME_GEM, "rubygems.txt", 25 }, { DD_SCHEME_COMPOSER, "packagist.txt", 90 },
		{ DD_SCHEME_NUGET, "nuget.txt", 28 },
	};
	if (!dd_test_shared()) {
		dd_test_skip("no shared data");
		return;
	}
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		char path[4200];
		struct dd_map_file DD_CLEANUP(dd_map_file_done) m = { 0 };
		struct dd_err err;
		(void)snprintf(path, sizeof path, "%s/versions/%s", dd_test_shared(), rows[i].file);
		if (dd_map_file_open(&m, path, 1 << 20, &err) != DD_OK) {
			dd_check(false, err.message, rows[i].file, __FILE__, __LINE__);
			continue;
		}
		CHECK_ROW(check_file(rows[i].scheme, m.bytes) >= rows[i].rows, rows[i].file);
	}
}
