/* SPDX-License-Identifier: Apache-2.0 */
#include "format/digest.h"

#include "support/test.h"

/* FIPS 180-4 examples and the empty string. */
static const struct {
	enum dd_digest_algorithm algorithm;
	const char *in, *want;
} vectors[] = {
	{ DD_SHA256, "", "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ DD_SHA256, "abc", "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ DD_SHA256, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	  "sha256:248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	{ DD_SHA512, "abc",
	  "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	  "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f" },
};

TEST(digest_of_examples)
{
	for (size_t i = 0; i < DD_COUNT(vectors); i++) {
		struct dd_digest d, back;
		char text[DD_DIGEST_TEXT_MAX];
		CHECK(dd_digest_of(vectors[i].algorithm, dd_str_from(vectors[i].in), &d, NULL) == DD_OK);
		CHECK_STR(dd_str_from(dd_digest_text(&d, text)), vectors[i].want);
		CHECK(dd_digest_parse(dd_str_from(vectors[i].want), &back, NULL) == DD_OK);
		CHECK(dd_digest_eq(&d, &back));
		CHECK(memcmp(&d, &back, sizeof d) == 0); /* the unused bytes are zero */
	}
}

TEST(digest_stream_is_the_digest_of_the_bytes)
{
	for (size_t i = 0; i < DD_COUNT(vectors); i++)
		for (size_t block = 1; block < 70; block += 23) {
			DD_CLEANUP(dd_stream_freep) struct dd_stream *in = NULL, *hash = NULL;
			struct dd_digest d;
			char text[DD_DIGEST_TEXT_MAX];
			uint64_t n = 0, hashed = 0;
			struct dd_str bytes = dd_str_from(vectors[i].in);
			CHECK(dd_stream_memory(bytes, block, &in, NULL) == DD_OK);
			CHECK(dd_stream_hash(in, vectors[i].algorithm, &hash, NULL) == DD_OK);
			CHECK(dd_stream_drain(hash, &n, NULL) == DD_OK);
			CHECK(dd_stream_hash_end(hash, &d, &hashed, NULL) == DD_OK);
			CHECK(n == bytes.n && hashed == bytes.n);
			CHECK_STR(dd_str_from(dd_digest_text(&d, text)), vectors[i].want);
		}
}

TEST(digest_parse_refuses)
{
#define HEX_31 "00112233445566778899aabbccddeeff00112233445566778899aabbccddee"
	static const struct dd_str rows[] = {
		DD_STR(""),
		DD_STR("sha256:"),
		DD_STR("sha256"),
		DD_STR(HEX_31 "ff"),
		DD_STR("sha256:" HEX_31 "f"),
		DD_STR("sha256:" HEX_31 "fff"),
		DD_STR("sha256:" HEX_31 "FF"),
		DD_STR("sha256:" HEX_31 "fg"),
		DD_STR("sha256:" HEX_31 "f\0"),
		DD_STR("sha256:" HEX_31 "ff\n"),
		DD_STR("sha256:../../../../../../../../../../../../../../../../../../../../etc"),
		DD_STR("SHA256:" HEX_31 "ff"),
		DD_STR("sha512:" HEX_31 "ff"),
		DD_STR("sha384:" HEX_31 "ff"),
		DD_STR("md5:" HEX_31 "ff"),
		DD_STR(" sha256:" HEX_31 "ff"),
		DD_STR("\xff\xfe"),
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_digest d;
		struct dd_err err = { 0 };
		CHECK_ROW(dd_digest_parse(rows[i], &d, &err) == DD_EPARSE, DD_QUOTE(rows[i]));
	}
	struct dd_digest a, b;
	CHECK(dd_digest_parse(DD_STR("sha256:" HEX_31 "ff"), &a, NULL) == DD_OK);
	CHECK(dd_digest_parse(DD_STR("sha256:" HEX_31 "fe"), &b, NULL) == DD_OK);
	CHECK(!dd_digest_eq(&a, &b));
}
