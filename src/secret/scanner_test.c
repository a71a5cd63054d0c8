/* SPDX-License-Identifier: Apache-2.0 */
/* The engine with rules made here: what is found, where, and that neither blocks nor windows change it. The built-in
 * rules go through it in tests/secret_engine_test.py. */
#include "support/test.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "secret/detector_parts.h"

static const struct dd_str word_sk = DD_STR("sk_"), also_b[] = { DD_STR("b-token") };
static const struct dd_str stop_example[] = { DD_STR("example") }, dollar[] = { DD_STR("^\\$\\{") };
static const struct dd_secret_allow allow[] = {
	{ .description = DD_STR("a sample"), .stopwords = { (struct dd_str *)(uintptr_t)stop_example, 1 } },
	{ .description = DD_STR("a variable"), .regexes = { (struct dd_str *)(uintptr_t)dollar, 1 } },
};

#define KIND(id_, c) .kind = { .id = DD_STR(id_), .title = DD_STR(id_), .confidence = DD_CONFIDENCE_##c }
static struct dd_secret_rule rules[] = {
	{ KIND("a-token", HIGH), .regex = DD_STR("sk_[0-9a-f]{8,40}\\b"), .binary = true,
	  .also = { (struct dd_str *)(uintptr_t)also_b, 1 } },
	{ KIND("b-token", MEDIUM),
	  .regex = DD_STR("(?i:acme)[\\w.-]{0,20}[ ]{0,8}[=:][ ]{0,8}[\"']?([0-9a-z_]{11,40})(?:[^0-9a-z_]|$)"),
	  .entropy = 2.5 },
	{ KIND("block", HIGH), .regex = DD_STR("(-----BEGIN X-----[0-9A-Za-z\\n]{10,9000}-----END X-----)") },
	{ KIND("generic-key", LOW), .regex = DD_STR("(?i:key)[ ]{0,8}=[ ]{0,8}([^ \\n]{6,200})"), .entropy = 2.5 },
	{ KIND("line-of-digits", HIGH), .regex = DD_STR("(?:^|[\\r\\n])([0-9]{8})(?:[\\r\\n]|$)"),
	  .path = DD_STR("(?:^|/)pin\\.txt$") },
	{ KIND("pfx-file", MEDIUM), .path = DD_STR("\\.pfx$") },
	{ KIND("user", MEDIUM), .regex = DD_STR("zz=([0-9]{5,})"), .keyword_anywhere = true,
	  .keywords = { (struct dd_str *)(uintptr_t)&word_sk, 1 } },
};

struct fixture {
	struct dd_secret_engines *engines;
	struct dd_secret_rule_set set;
	struct dd_secret_detector *d;
	struct dd_secret_scanner *s;
	struct dd_arena arena;
	struct dd_err err;
};

static bool setup(struct fixture *f)
{
	*f = (struct fixture){ .arena = DD_ARENA_INIT(64 << 20) };
	if (dd_secret_engines_open(true, &f->engines, &f->err) != DD_OK) {
		dd_test_skip(f->err.message);
		return false;
	}
	f->set = (struct dd_secret_rule_set){ .rules = rules,
					      .n_rules = DD_COUNT(rules),
					      .allow = (struct dd_secret_allow *)(uintptr_t)allow,
					      .n_allow = DD_COUNT(allow),
					      .arena = DD_ARENA_INIT(1 << 20) };
	const struct dd_secret_options options = { .salt = DD_STR("here"), .reveal = true };
	bool ok = dd_secret_detector_new(f->engines, &f->set, &options, &f->d, &f->err) == DD_OK &&
		  dd_secret_scanner_new(f->d, &f->s, &f->err) == DD_OK;
	CHECK(ok);
	return ok;
}

static void teardown(struct fixture *f)
{
	dd_secret_scanner_freep(&f->s);
	dd_secret_detector_freep(&f->d);
	dd_secret_engines_freep(&f->engines);
	dd_arena_done(&f->arena);
}

/* One finding a line: rule offset+length line:column clear [filtered]. block: 0: in one piece. */
static void run(struct fixture *f, const char *path, struct dd_str text, size_t block, struct dd_buf *out)
{
	struct dd_secret_found found = { .arena = &f->arena };
	const struct dd_secret_file file = { .path = dd_str_from(path), .inner = DD_STR(""), .size = text.n };
	enum dd_code code = DD_OK;
	if (block == 0)
		code = dd_secret_scan(f->s, &file, text, &found, &f->err);
	else if ((code = dd_secret_open(f->s, &file, &found, &f->err)) == DD_OK) {
		for (size_t i = 0; i < text.n && code == DD_OK; i += block)
			code = dd_secret_feed(f->s, dd_str_take(dd_str_skip(text, i), block), &f->err);
		if (code == DD_OK)
			code = dd_secret_close(f->s, &f->err);
	}
	CHECK_INT(code, DD_OK);
	dd_buf_clear(out);
	for (size_t i = 0; i < found.list.n; i++) {
		const struct dd_secret *s = &found.list.p[i];
		(void)dd_buf_addf(out, "%.*s %llu+%llu %llu:%llu %.*s", DD_FMT(s->rule), (unsigned long long)s->offset,
				  (unsigned long long)s->length, (unsigned long long)s->line,
				  (unsigned long long)s->column, DD_FMT(s->clear));
		if (s->coding.n)
			(void)dd_buf_addf(out, " (%.*s)", DD_FMT(s->coding));
		if (s->filtered.n)
			(void)dd_buf_addf(out, " [%.*s]", DD_FMT(s->filtered));
		else
			CHECK_INT(s->fingerprint.n, 32);
		(void)dd_buf_add_char(out, '\n');
	}
	if (found.dropped)
		(void)dd_buf_addf(out, "and %llu more\n", (unsigned long long)found.dropped);
	for (size_t i = 0; i < found.problems.n; i++)
		(void)dd_buf_addf(out, "! %.*s\n", DD_FMT(found.problems.p[i].text));
	dd_secret_found_done(&found);
}

static const struct {
	const char *name, *path, *text, *want;
	size_t n; /* of text where it has a NUL */
} rows[] = {
	{ "nothing", "a", "", "" },
	{ "at the start and at the end", "a", "sk_8f3a9c61", "a-token 0+11 1:1 sk_8f3a9c61\n" },
	{ "lines and columns", "a", "x\ny\n  sk_8f3a9c61 z\n", "a-token 6+11 3:3 sk_8f3a9c61\n" },
	{ "greedy to its end", "a", "sk_8f3a9c61e07bd254.", "a-token 0+19 1:1 sk_8f3a9c61e07bd254\n" },
	{ "a border is asked for", "a", "sk_8f3a9c61z", "" },
	{ "two side by side share a border", "a", "acme=k7wq2xv9m4t,acme=k7wq2xv9m5t,",
	  "b-token 5+11 1:6 k7wq2xv9m4t\nb-token 22+11 1:23 k7wq2xv9m5t\n" },
	{ "the rule that knows it best", "a", "acme = 'sk_8f3a9c61'", "a-token 8+11 1:9 sk_8f3a9c61\n" },
	{ "generic gives way", "a", "key = sk_8f3a9c61", "a-token 6+11 1:7 sk_8f3a9c61\n" },
	{ "generic alone", "a", "key = Qx7!vR2#mLp", "generic-key 6+11 1:7 Qx7!vR2#mLp\n" },
	{ "poor value of a generic rule", "a", "key = aaaaaaaab", "" },
	{ "poor value of another", "a", "acme=aaaaaaaaaaaaa;",
	  "b-token 5+13 1:6 aaaaaaaaaaaaa [too regular: 0.00 bits a character, the rule asks for more than 2.50]\n" },
	{ "a stop word", "a", "acme=example8f3a9c61 ", "b-token 5+15 1:6 example8f3a9c61 [a sample]\n" },
	{ "a variable", "a", "key=${SOME_VARIABLE}", "generic-key 4+16 1:5 ${SOME_VARIABLE} [a variable]\n" },
	{ "a mark", "a", "sk_8f3a9c61 # drydock:allow\nsk_8f3a9c62 # gitleaks:allow",
	  "a-token 0+11 1:1 sk_8f3a9c61 [its line is marked drydock:allow]\n"
	  "a-token 28+11 2:1 sk_8f3a9c62 [its line is marked gitleaks:allow]\n" },
	{ "a mark is for its line only", "a", "# drydock:allow\nsk_8f3a9c61\n", "a-token 16+11 2:1 sk_8f3a9c61\n" },
	{ "for files of a name", "etc/pin.txt", "58201746\n73919264\n",
	  "line-of-digits 0+8 1:1 58201746\nline-of-digits 9+8 2:1 73919264\n" },
	{ "not for others", "etc/pin.txt.old", "73919264\n", "" },
	{ "a file by its name", "a/b.pfx", "anything", "pfx-file 0+8 0:0 a/b.pfx\n" },
	{ "an empty file is none", "a/b.pfx", "", "" },
	{ "a keyword that is there", "a", "zz=73919264 … sk_", "user 3+8 1:4 73919264\n" },
	{ "a keyword that is not", "a", "zz=73919264", "" },
	{ "no text: only what is distinctive", "a", "\0\1\2sk_8f3a9c61\0acme=k7wq2xv9m4t\0",
	  "a-token 3+11 0:0 sk_8f3a9c61\n", 32 },
	{ "UTF-16", "a",
	  "\xff\xfe"
	  "a\0\n\0s\0k\0_\0"
	  "8\0"
	  "f\0"
	  "3\0"
	  "a\0"
	  "9\0"
	  "c\0"
	  "6\0"
	  "1\0",
	  "a-token 6+22 2:1 sk_8f3a9c61\n", 28 },
	{ "UTF-16, the other order", "a",
	  "\xfe\xff\0\n\0s\0k\0_\0"
	  "8\0"
	  "f\0"
	  "3\0"
	  "a\0"
	  "9\0"
	  "c\0"
	  "6\0"
	  "1",
	  "a-token 4+22 2:1 sk_8f3a9c61\n", 26 },
	{ "UTF-16, half a unit too much", "a",
	  "\xff\xfes\0k\0_\0"
	  "8\0"
	  "f\0"
	  "3\0"
	  "a\0"
	  "9\0"
	  "c\0"
	  "6\0"
	  "1\0x",
	  "a-token 2+22 1:3 sk_8f3a9c61\n", 25 },
	{ "wrapped", "a", "x\ny b25lIHNrXzhmM2E5YzYxIHR3bw== z", "a-token 4+11 2:3 sk_8f3a9c61 (base64)\n" },
	{ "two in one wrapped text", "a", "c2tfOGYzYTljNjEsIG9yIHNrXzRiZTdkMTA5IQ==",
	  "a-token 0+11 1:1 sk_4be7d109 (base64)\na-token 0+11 1:1 sk_8f3a9c61 (base64)\n" },
	{ "escaped, once", "a", "{\"k\": \"\\nsk_8f3a9c61\\n\"}", "a-token 9+11 1:10 sk_8f3a9c61\n" },
	{ "plain is not told again as escaped", "a", "\"\\\"acme\\\" : sk_8f3a9c61\"",
	  "a-token 12+11 1:13 sk_8f3a9c61\n" },
	{ "by structure", "a.xml", "<c>\n <acme_token>k7wq2xv9m4t</acme_token>\n</c>",
	  "b-token 17+11 2:14 k7wq2xv9m4t\n" },
	{ "a mark beside what is wrapped", "a", "b25lIHNrXzhmM2E5YzYxIHR3bw== drydock:allow",
	  "a-token 0+11 1:1 sk_8f3a9c61 (base64) [its line is marked drydock:allow]\n" },
};

TEST(secret_scanner_rows)
{
	struct fixture f;
	if (!setup(&f)) {
		teardown(&f);
		return;
	}
	struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(1 << 20);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_str text = rows[i].n ? (struct dd_str){ rows[i].text, rows[i].n } : dd_str_from(rows[i].text);
		static const size_t blocks[] = { 0, 1, 7 };
		for (size_t k = 0; k < DD_COUNT(blocks); k++) {
			run(&f, rows[i].path, text, blocks[k], &out);
			CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].name);
		}
	}
	teardown(&f);
}

/* A text of several windows with secrets around the places where windows and blocks meet. */
static void plant(struct dd_buf *text, size_t n, uint64_t seed)
{
	static const char *const secrets[] = { "\nsk_8f3a9c61e07bd2546a1c ", "acme_key='k7wq2xv9m4t1' ",
					       "key = Qx7!vR2#mLp\n", "sk_4be7d109 sk_c3a05f92 " };
	(void)dd_buf_reserve(text, n);
	while (text->n < n) {
		seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
		/* Around multiples of 256 KiB one after the other, elsewhere far apart. */
		size_t to_edge = DD_WINDOW_STEP - text->n % DD_WINDOW_STEP, gap = (seed >> 33) % 4000;
		if (to_edge > 200 && to_edge < gap + 200)
			gap = to_edge - 200;
		if (to_edge <= 200 || to_edge > DD_WINDOW_STEP - 200)
			gap = (seed >> 33) % 5;
		for (size_t i = 0; i < gap; i++)
			(void)dd_buf_add_char(text, (seed >> 20) + i * i % 97 == 7 ? '\n'
										   : "abcdefg hijkl;"[(i + seed) % 14]);
		(void)dd_buf_add_c(text, secrets[(seed >> 40) % DD_COUNT(secrets)]);
		if ((seed >> 50) % 40 == 0) {
			(void)dd_buf_add_c(text, "-----BEGIN X-----");
			for (size_t i = 0; i < 9000; i++)
				(void)dd_buf_add_char(text, i % 65 == 64 ? '\n' : 'A');
			(void)dd_buf_add_c(text, "-----END X-----\n");
		}
	}
}

TEST(secret_scanner_blocks_and_windows)
{
	struct fixture f;
	if (!setup(&f)) {
		teardown(&f);
		return;
	}
	struct dd_buf whole DD_CLEANUP_BUF = DD_BUF_INIT(1 << 20), cut DD_CLEANUP_BUF = DD_BUF_INIT(1 << 20);
	static const size_t blocks[] = { 1, 7, 4096, (256 << 10) - 1, 256 << 10, (256 << 10) + 1 };
	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(8 << 20);
		plant(&text, 900000 + 1000 * seed, seed);
		run(&f, "a", dd_buf_str(&text), 0, &whole);
		CHECK(whole.n > 1000);
		for (size_t k = 0; k < DD_COUNT(blocks); k++) {
			run(&f, "a", dd_buf_str(&text), blocks[k], &cut);
			CHECK(dd_str_eq(dd_buf_str(&whole), dd_buf_str(&cut)));
		}
		/* The same in UTF-16. */
		struct dd_buf wide DD_CLEANUP_BUF = DD_BUF_INIT(16 << 20);
		(void)dd_buf_reserve(&wide, 2 * text.n);
		for (size_t i = 0; i < text.n; i++)
			(void)dd_buf_add(&wide, (const char[]){ text.p[i], 0 }, 2);
		run(&f, "a", dd_buf_str(&wide), 0, &whole);
		run(&f, "a", dd_buf_str(&wide), 4095, &cut);
		CHECK(whole.n > 1000 && dd_str_eq(dd_buf_str(&whole), dd_buf_str(&cut)));
	}
	teardown(&f);
}

/* Every secret that was planted is found, at its place: searched for by hand. */
TEST(secret_scanner_finds_all)
{
	struct fixture f;
	if (!setup(&f)) {
		teardown(&f);
		return;
	}
	struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(8 << 20), got DD_CLEANUP_BUF = DD_BUF_INIT(1 << 20);
	plant(&text, 700000, 9);
	run(&f, "a", dd_buf_str(&text), 0, &got);
	size_t n = 0;
	static const char *const needles[] = { "sk_8f3a9c61e07bd2546a1c", "sk_4be7d109", "sk_c3a05f92" };
	for (size_t k = 0; k < DD_COUNT(needles); k++) {
		struct dd_str needle = dd_str_from(needles[k]), all = dd_buf_str(&text);
		for (size_t at = 0; (at += dd_str_search(dd_str_skip(all, at), needle)) < all.n; at += needle.n, n++) {
			struct dd_buf line DD_CLEANUP_BUF = DD_BUF_INIT(1000);
			(void)dd_buf_addf(&line, "a-token %zu+%zu ", at, needle.n);
			CHECK_ROW(dd_str_search(dd_buf_str(&got), dd_buf_str(&line)) < got.n, dd_buf_c(&line));
		}
	}
	CHECK(n > 50);
	teardown(&f);
}
