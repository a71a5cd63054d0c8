/* SPDX-License-Identifier: Apache-2.0 */
#include "format/digest.h"

#include <openssl/evp.h>

#include "base/alloc.h"

static const struct algorithm {
	struct dd_str prefix;
	const char *evp_name;
	size_t bytes;
	bool registered; /* in the image specification: may vouch for content */
} algorithms[] = {
	[DD_SHA256] = { { "sha256:", 7 }, "SHA2-256", 32, true },
	[DD_SHA512] = { { "sha512:", 7 }, "SHA2-512", 64, true },
	[DD_SHA1] = { { "sha1:", 5 }, "SHA1", 20, false },
};

static int hex_value(char c)
{
	if (dd_is_digit(c))
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool parse_hex(struct dd_str hex, unsigned char *out)
{
	for (size_t i = 0; i < hex.n; i += 2) {
		int high = hex_value(hex.p[i]), low = hex_value(hex.p[i + 1]);
		if (high < 0 || low < 0)
			return false;
		out[i / 2] = (unsigned char)(high << 4 | low);
	}
	return true;
}

enum dd_code dd_digest_parse(struct dd_str text, struct dd_digest *ret, struct dd_err *err)
{
	for (size_t i = 0; i < DD_COUNT(algorithms); i++) {
		const struct algorithm *a = &algorithms[i];
		struct dd_digest d = { .algorithm = (enum dd_digest_algorithm)i };
		if (!a->registered || !dd_str_starts(text, a->prefix))
			continue;
		struct dd_str hex = dd_str_skip(text, a->prefix.n);
		if (hex.n != 2 * a->bytes || !parse_hex(hex, d.bytes))
			break;
		*ret = d;
		return DD_OK;
	}
	return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "%s is not a digest (sha256: or sha512: and lower-case hex)",
		       DD_QUOTE(text));
}

const char *dd_digest_text(const struct dd_digest *d, char out[DD_DIGEST_TEXT_MAX])
{
	static const char hex[] = "0123456789abcdef";
	const struct algorithm *a = &algorithms[d->algorithm];
	char *p = out;
	memcpy(p, a->prefix.p, a->prefix.n);
	p += a->prefix.n;
	for (size_t i = 0; i < a->bytes; i++) {
		*p++ = hex[d->bytes[i] >> 4];
		*p++ = hex[d->bytes[i] & 15];
	}
	*p = '\0';
	return out;
}

bool dd_digest_eq(const struct dd_digest *a, const struct dd_digest *b)
{
	return a->algorithm == b->algorithm && memcmp(a->bytes, b->bytes, algorithms[a->algorithm].bytes) == 0;
}

struct dd_hasher {
	EVP_MD *md; /* fetched once: an implicit fetch takes a lock and a look-up at every init */
	EVP_MD_CTX *ctx;
	enum dd_digest_algorithm algorithm;
};

static enum dd_code fail_openssl(struct dd_err *err)
{
	return dd_fail(err, DD_EIO, DD_NO_OFFSET, "OpenSSL cannot compute a digest");
}

void dd_hasher_freep(struct dd_hasher **h)
{
	if (*h) {
		EVP_MD_CTX_free((*h)->ctx);
		EVP_MD_free((*h)->md);
		dd_free(*h);
	}
	*h = NULL;
}

enum dd_code dd_hasher_new(enum dd_digest_algorithm algorithm, struct dd_hasher **ret, struct dd_err *err)
{
	DD_CLEANUP(dd_hasher_freep) struct dd_hasher *h = dd_alloc_zero(1, sizeof *h);
	if (!h)
		return dd_fail_nomem(err);
	h->algorithm = algorithm;
	h->md = EVP_MD_fetch(NULL, algorithms[algorithm].evp_name, NULL);
	h->ctx = EVP_MD_CTX_new();
	if (!h->md || !h->ctx || !EVP_DigestInit_ex2(h->ctx, h->md, NULL))
		return fail_openssl(err);
	*ret = DD_TAKE(h);
	return DD_OK;
}

enum dd_code dd_hasher_add(struct dd_hasher *h, struct dd_str bytes, struct dd_err *err)
{
	if (bytes.n && !EVP_DigestUpdate(h->ctx, bytes.p, bytes.n))
		return fail_openssl(err);
	return DD_OK;
}

enum dd_code dd_hasher_end(struct dd_hasher *h, struct dd_digest *ret, struct dd_err *err)
{
	struct dd_digest d = { .algorithm = h->algorithm };
	if (!EVP_DigestFinal_ex(h->ctx, d.bytes, NULL))
		return fail_openssl(err);
	*ret = d;
	return DD_OK;
}

enum dd_code dd_digest_of(enum dd_digest_algorithm algorithm, struct dd_str bytes, struct dd_digest *ret,
			  struct dd_err *err)
{
	DD_CLEANUP(dd_hasher_freep) struct dd_hasher *h = NULL;
	DD_TRY(dd_hasher_new(algorithm, &h, err));
	DD_TRY(dd_hasher_add(h, bytes, err));
	return dd_hasher_end(h, ret, err);
}

struct hash_stream {
	struct dd_stream base;
	struct dd_stream *in; /* borrowed */
	struct dd_hasher *hasher;
	uint64_t bytes;
};

static enum dd_code hash_next(struct dd_stream *base, struct dd_str *ret_block, struct dd_err *err)
{
	struct hash_stream *s = (struct hash_stream *)base;
	struct dd_str block;
	DD_TRY(dd_stream_next(s->in, &block, err));
	DD_TRY(dd_hasher_add(s->hasher, block, err));
	s->bytes += block.n;
	*ret_block = block;
	return DD_OK;
}

static void hash_free(struct dd_stream *base)
{
	struct hash_stream *s = (struct hash_stream *)base;
	dd_hasher_freep(&s->hasher);
	dd_free(s);
}

enum dd_code dd_stream_hash(struct dd_stream *in, enum dd_digest_algorithm algorithm, struct dd_stream **ret,
			    struct dd_err *err)
{
	static const struct dd_stream_ops ops = { hash_next, hash_free };
	DD_CLEANUP(dd_hasher_freep) struct dd_hasher *hasher = NULL;
	DD_TRY(dd_hasher_new(algorithm, &hasher, err));
	struct hash_stream *s = dd_alloc(sizeof *s);
	if (!s)
		return dd_fail_nomem(err);
	*s = (struct hash_stream){ { &ops }, in, DD_TAKE(hasher), 0 };
	*ret = &s->base;
	return DD_OK;
}

enum dd_code dd_stream_hash_end(struct dd_stream *base, struct dd_digest *ret, uint64_t *ret_bytes, struct dd_err *err)
{
	struct hash_stream *s = (struct hash_stream *)base;
	dd_assert(base->ops->next == hash_next);
	DD_TRY(dd_hasher_end(s->hasher, ret, err));
	*ret_bytes = s->bytes;
	return DD_OK;
}
