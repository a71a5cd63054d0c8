/* SPDX-License-Identifier: Apache-2.0 */
/* Content digests as the OCI image specification writes them ("sha256:<64 hex>"), over OpenSSL's EVP.
 * Source: image-spec v1.1, descriptor.md §Digests. */
#ifndef DD_DIGEST_H
#define DD_DIGEST_H

#include "base/stream.h"

/* SHA-1 only as a name that other indexes use (Maven's): dd_digest_parse does not take it. */
enum dd_digest_algorithm { DD_SHA256, DD_SHA512, DD_SHA1 };
enum { DD_DIGEST_TEXT_MAX = 7 + 128 + 1 };

struct dd_digest {
	enum dd_digest_algorithm algorithm;
	unsigned char bytes[64]; /* 32 used by SHA-256; the rest is zero */
};

/* "sha256:…" or "sha512:…", lower-case hex of the right length; anything else is DD_EPARSE (names the text). */
enum dd_code dd_digest_parse(struct dd_str text, struct dd_digest *ret, struct dd_err *err);
const char *dd_digest_text(const struct dd_digest *d, char out[DD_DIGEST_TEXT_MAX]);
bool dd_digest_eq(const struct dd_digest *a, const struct dd_digest *b);

/* Incremental. */
struct dd_hasher; /* opaque; owns an EVP context */
enum dd_code dd_hasher_new(enum dd_digest_algorithm algorithm, struct dd_hasher **ret, struct dd_err *err);
enum dd_code dd_hasher_add(struct dd_hasher *h, struct dd_str bytes, struct dd_err *err);
/* Ends it; the hasher can only be freed afterwards. */
enum dd_code dd_hasher_end(struct dd_hasher *h, struct dd_digest *ret, struct dd_err *err);
void dd_hasher_freep(struct dd_hasher **h);
enum dd_code dd_digest_of(enum dd_digest_algorithm algorithm, struct dd_str bytes, struct dd_digest *ret,
			  struct dd_err *err);

/* A stream that passes in's blocks (borrowed) through and hashes them. *ret_bytes of _end counts what went by. */
enum dd_code dd_stream_hash(struct dd_stream *in, enum dd_digest_algorithm algorithm, struct dd_stream **ret,
			    struct dd_err *err);
enum dd_code dd_stream_hash_end(struct dd_stream *s, struct dd_digest *ret, uint64_t *ret_bytes, struct dd_err *err);

#endif
