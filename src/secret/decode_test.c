/* SPDX-License-Identifier: Apache-2.0 */
/* The wrapped texts were made with Python's base64, gzip and zlib. */
#include "secret/decode.h"

#include "base/alloc.h"
#include "secret/decode_parts.h"
#include "support/test.h"

static void walk(struct dd_str text, struct dd_buf *out)
{
	struct dd_secret_decoder *d DD_CLEANUP(dd_secret_decoder_freep) = dd_secret_decoder_new();
	struct dd_secret_piece p;
	CHECK(d != NULL);
	dd_secret_decoder_open(d, text);
	while (dd_secret_decoder_next(d, &p))
		(void)dd_buf_addf(out, "%.*s @%zu+%zu: %.*s\n", DD_FMT(p.coding), p.at, p.n, DD_FMT(p.text));
	CHECK(!dd_secret_decoder_exhausted(d) && !dd_secret_decoder_nomem(d));
}

TEST(secret_decode)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
		{ "x cGFzc3dvcmQgPSBodW50ZXIyaG9yc2U= y", "base64 @2+32: password = hunter2horse\n" },
		{ "x=cGFzc3dvcmQgPSBodW50ZXIyaG9yc2U;", "base64 @2+31: password = hunter2horse\n" },
		/* "x " is a zlib header, too; behind it a word of the next line is taken along */
		{ "data eCA9IDEKdG9rZW4gPSBodW50ZXIyaG9yc2VhYmNk\nmore",
		  "base64 @5+45: x = 1\ntoken = hunter2horseabcd\n" },
		{ "u a2V5Pz1-fj4-Pj4_Pz8_IHNlY3JldA==", "base64 @2+32: key?=~~>>>>???? secret\n" },
		{ "data:\n  dGhlIHF1aWNrIGJyb3duIGZveCBhbmQgaXRzIHBhc3N3b3JkOiBodW50ZXIyaG9y\n  "
		  "c2UsIHdoaWNoIGlzIG5vdCBhIHNlY3JldCBhdCBhbGwsIGlzIGl0Pw==\nend",
		  "base64 @8+123: the quick brown fox and its password: hunter2horse, which is not a secret at all, is "
		  "it?\n" },
		{ "\"dGhlIHF1aWNrIGJyb3duIGZveCBhbmQgaXRzIHBhc3N3b3JkOiBodW50ZXIyaG9y\\nc2UsIHdoaWNoIGlzIG5vdCBhIHNlY3J"
		  "ldCBhdCBhbGwsIGlzIGl0Pw==\"",
		  "base64 @1+122: the quick brown fox and its password: hunter2horse, which is not a secret at all, is "
		  "it?\nbackslash @0+124: "
		  "\"dGhlIHF1aWNrIGJyb3duIGZveCBhbmQgaXRzIHBhc3N3b3JkOiBodW50ZXIyaG9y\nc2UsIHdoaWNoIGlzIG5vdCBhIHNlY3Jl"
		  "dCBhdCBhbGwsIGlzIGl0Pw==\"\nbackslash, base64 @0+124: the quick brown fox and its password: "
		  "hunter2horse, which is not a secret at all, is it?\n" },
		{ "k = \"dGhlIHF1aWNrIGJyb3duIGZveCBhbmQgaXRzIHBhc3N3b3JkOiBodW50ZXIy\" +\n    "
		  "\"aG9yc2UsIHdoaWNoIGlzIG5vdCBhIHNlY3JldCBhdCBhbGwsIGlzIGl0Pw==\";",
		  "base64 @5+129: the quick brown fox and its password: hunter2horse, which is not a secret at all, is "
		  "it?\n" },
		{ "h 70617373776f7264203d2068756e74657232686f727365212121212121212121 z",
		  "hex @2+64: password = hunter2horse!!!!!!!!!\n" },
		{ "sha d2c5b1f0d2c5b1f0d2c5b1f0d2c5b1f0d2c5b1f0d2c5b1f0d2c5b1f0d2c5b1f0", "" },
		{ "Y0dGemMzZHZjbVFnUFNCb2RXNTBaWEl5YUc5eWMyVT0=",
		  "base64 @0+44: cGFzc3dvcmQgPSBodW50ZXIyaG9yc2U=\nbase64, base64 @0+44: password = hunter2horse\n" },
		{ "H4sIAAAAAAACAytILC4uzy9KUbBVyCjNK0ktMsrILypOLSBJGABSw7QmRQAAAA==",
		  "base64, gzip @0+64: password = hunter2horsepassword = hunter2horsepassword = hunter2horse\n" },
		{ "eJwrSCwuLs8vSlGwVcgozStJLTLKyC8qTi0gSRgAoZ0ajA==",
		  "base64, zlib @0+48: password = hunter2horsepassword = hunter2horsepassword = hunter2horse\n" },
		{ "powershell -e JABwACAAPQAgACcAaAB1AG4AdABlAHIAMgBoAG8AcgBzAGUAJwA=",
		  "base64, utf-16 @14+52: $p = 'hunter2horse'\n" },
		{ "a line\nurl=a%3Dpassword%3Dhunter2horse&x\nmore", "percent @7+33: url=a=password=hunter2horse&x\n" },
		{ "printf(\"%d %20s\\n\", a);", "" },
		{ "{\"a\": \"{\\\"password\\\": \\\"hunter2\\\"}\"}\n",
		  "backslash @0+36: {\"a\": \"{\"password\": \"hunter2\"}\"}\n" },
		{ "s = \"x\\nAKIAIOSFODNN7ABCDEFGH\"", "backslash @0+30: s = \"x\nAKIAIOSFODNN7ABCDEFGH\"\n" },
		{ "t = \"\\u0041KIAIOSFODNN7ABCDEFGH\"", "backslash @0+32: t = \"AKIAIOSFODNN7ABCDEFGH\"\n" },
		{ "puts(\"hello world\\n\");", "" },
		{ "<a v=&quot;password&quot;:&quot;hunter2&quot;>", "html @0+46: <a v=\"password\":\"hunter2\">\n" },
		{ "<a v=\"tok&#61;hunter2horse&#x41;\">", "html @0+34: <a v=\"tok=hunter2horseA\">\n" },
		{ "R&amp;D and so on", "" },
		{ "", "" },
		{ "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/usr/share/some/path/FooBarBazQuxFooBarBaz", "" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(1 << 20);
		walk(dd_str_from(rows[i].in), &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].in);
	}
}

/* Cut anywhere: nothing is read beyond the end (the sanitizers look), and it ends. */
TEST(secret_decode_cut)
{
	static const char text[] = "a=%41KIAIOSFODNN7ABCDEFGH \\u0041\\ud83d\\ude00 &#x41;&quot;:&amp; "
				   "cGFzc3dvcmQgPSBodW50ZXIyaG9yc2U= 70617373776f7264203d2068756e74657232686f72736521";
	for (size_t n = 0; n < sizeof text; n++)
		for (size_t from = 0; from < n; from++) {
			char *copy = dd_alloc(n - from);
			struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(1 << 20);
			memcpy(copy, text + from, n - from);
			walk((struct dd_str){ copy, n - from }, &out);
			dd_free(copy);
		}
}

/* A long run comes in pieces that overlap, so that what lies across their border is whole in one of them. */
static void check_long(const char *joint, size_t line)
{
	static const struct dd_str alphabet = { "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
						64 };
	enum { N = 3 << 20 };
	struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(16 << 20);
	char block[3];
	size_t column = 0;
	for (unsigned i = 0; i < N / 3; i++) { /* "000111222…": each place can be told */
		char digits[16];
		(void)snprintf(digits, sizeof digits, "%07u;", i / 8 * 3);
		for (unsigned k = 0; k < 3; k++)
			block[k] = digits[(i % 8 * 3 + k) % 8];
		uint32_t v = (uint32_t)(unsigned char)block[0] << 16 | (uint32_t)(unsigned char)block[1] << 8 |
			     (unsigned char)block[2];
		for (int shift = 18; shift >= 0; shift -= 6)
			(void)dd_buf_add_char(&text, alphabet.p[v >> shift & 63]);
		column += 4;
		if (line && column == line) {
			(void)dd_buf_add_c(&text, joint);
			column = 0;
		}
	}
	struct dd_secret_decoder *d DD_CLEANUP(dd_secret_decoder_freep) = dd_secret_decoder_new();
	struct dd_secret_piece p;
	dd_secret_decoder_open(d, dd_buf_str(&text));
	size_t pieces = 0, end = 0;
	while (dd_secret_decoder_next(d, &p)) {
		CHECK(p.text.n <= DD_DECODE_PIECE_BYTES_MAX);
		CHECK(pieces == 0 ? p.at == 0 : p.at + 4096 < end);
		CHECK(dd_text_prefix(p.text) == p.text.n);
		end = p.at + p.n;
		pieces++;
	}
	CHECK(pieces >= 3 && pieces <= 6);
	CHECK(end >= text.n - 8);
}

TEST(secret_decode_long)
{
	check_long("", 0);
	check_long("\n", 76);
	check_long("\r\n    ", 64);
}

TEST(secret_decode_budget)
{
	struct dd_secret_decoder *d DD_CLEANUP(dd_secret_decoder_freep) = dd_secret_decoder_new();
	struct dd_secret_piece p;
	struct dd_str text = DD_STR("cGFzc3dvcmQgPSBodW50ZXIyaG9yc2U= cGFzc3dvcmQgPSBodW50ZXIyaG9yc2U=");
	dd_secret_decoder_budget(d, 30);
	dd_secret_decoder_open(d, text);
	CHECK(dd_secret_decoder_next(d, &p));
	CHECK(!dd_secret_decoder_next(d, &p) && dd_secret_decoder_exhausted(d));
	dd_secret_decoder_budget(d, 1000);
	dd_secret_decoder_open(d, text);
	CHECK(dd_secret_decoder_next(d, &p) && dd_secret_decoder_next(d, &p) && !dd_secret_decoder_next(d, &p));
	CHECK(!dd_secret_decoder_exhausted(d));
}

TEST(secret_decode_where)
{
	static const struct {
		const char *in, *coding, *what, *want; /* bytes of the piece and what stands for them */
	} rows[] = {
		{ "u=a%3Dpassword%3Dhunter%32horse", "percent", "hunter2horse", "hunter%32horse" },
		{ "u=a%3Dpassword%3Dhunter%32horse", "percent", "=hunter", "%3Dhunter" },
		{ "x cGFzc3dvcmQgPSBodW50ZXIyaG9yc2U= y", "base64", "hunter2horse",
		  "cGFzc3dvcmQgPSBodW50ZXIyaG9yc2U=" },
		{ "p=%63GFzc3dvcmQgPSBodW50ZXIyaG9yc2U%3D&z", "percent, base64", "hunter2horse",
		  "%63GFzc3dvcmQgPSBodW50ZXIyaG9yc2U%3D" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_secret_decoder *d DD_CLEANUP(dd_secret_decoder_freep) = dd_secret_decoder_new();
		struct dd_secret_piece p;
		struct dd_str in = dd_str_from(rows[i].in), what = dd_str_from(rows[i].what);
		bool found = false;
		dd_secret_decoder_open(d, in);
		while (dd_secret_decoder_next(d, &p)) {
			size_t at = dd_str_search(p.text, what), n;
			if (at == p.text.n || !dd_str_eq_c(p.coding, rows[i].coding))
				continue;
			dd_secret_piece_where(&p, at, what.n, &at, &n);
			CHECK_STR_ROW(dd_str_take(dd_str_skip(in, at), n), rows[i].want, rows[i].coding);
			found = true;
		}
		CHECK_ROW(found, rows[i].in);
	}
}

TEST(secret_utf16)
{
	static const struct {
		struct dd_str in;
		enum dd_utf16 order;
		const char *want;
	} rows[] = {
		{ { "", 0 }, DD_UTF16_NO, "" },
		{ { "text", 4 }, DD_UTF16_NO, "" },
		{ { "\xff\xfe"
		    "a\0b\0",
		    6 },
		  DD_UTF16_LE,
		  "ab" },
		{ { "\xfe\xff\0a\0b", 6 }, DD_UTF16_BE, "ab" },
		{ { "k\0e\0y\0=\0\xac\x20", 10 }, DD_UTF16_LE, "key=\xe2\x82\xac" },
		{ { "\xff\xfe\x3d\xd8\x00\xde", 6 }, DD_UTF16_LE, "\xf0\x9f\x98\x80" },
		{ { "\xff\xfe\x3d\xd8"
		    "a\0b",
		    7 },
		  DD_UTF16_LE,
		  "?a" },
		{ { "\0\0\0\0\0\0\0\0", 8 }, DD_UTF16_NO, "" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(64);
		CHECK_INT_ROW(dd_secret_utf16_detect(rows[i].in), rows[i].order, rows[i].want);
		if (rows[i].order != DD_UTF16_NO)
			dd_secret_utf16_to_utf8(rows[i].in, rows[i].order, &out);
		CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].want);
	}
}
