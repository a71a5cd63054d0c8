/* SPDX-License-Identifier: Apache-2.0 */
/* An index is gzip members one behind the other: the first unpacks to tar entries ".SIGN.RSA.<key>" (SHA-1) or
 * ".SIGN.RSA256.<key>" with a PKCS #1 signature of all bytes behind that member; <key> is the name of a file with the
 * public key in PEM, "alpine-devel@lists.alpinelinux.org-5261cecb.rsa.pub". What stands in the first member itself is
 * not signed, and does not count once a signature was checked. SHA-1 is what Alpine signs with: a forger would need a
 * second preimage. Source: abuild-sign; apk-tools 2.14 src/package.c apk_sign_ctx_process_file. */
#include "fresh/apk_signature.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/limits.h"
#include "format/decompress.h"
#include "format/tar.h"

enum { SIGNATURE_MAX = 2048, SIGNATURES_MAX = 16 };
#define MEMBER_MAX (256 * DD_KIB)

static void bio_freep(BIO **b)
{
	BIO_free(*b);
}
static void key_freep(EVP_PKEY **k)
{
	EVP_PKEY_free(*k);
}
static void md_freep(EVP_MD_CTX **c)
{
	EVP_MD_CTX_free(*c);
}

static bool verify(struct dd_str pem, const EVP_MD *md, struct dd_str signature, struct dd_str data)
{
	DD_CLEANUP(bio_freep) BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
	DD_CLEANUP(key_freep) EVP_PKEY *key = bio ? PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL) : NULL;
	DD_CLEANUP(md_freep) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	return key && ctx && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA &&
	       EVP_DigestVerifyInit(ctx, NULL, md, NULL, key) == 1 &&
	       EVP_DigestVerify(ctx, (const unsigned char *)signature.p, signature.n, (const unsigned char *)data.p,
				data.n) == 1;
}

/* *ret_known: there is a key of that name, and it signed data. */
static enum dd_code check(struct dd_gathering *g, struct dd_str name, const EVP_MD *md, struct dd_str signature,
			  struct dd_str data, bool *ret_known, struct dd_err *err)
{
	struct dd_fresh_heard h;
	enum dd_code code = dd_gather_file(g, DD_FRESH_APK_KEY, name, DD_STR(""), &h, err);
	if (code == DD_ENOTFOUND || code == DD_EARG)
		return DD_OK;
	DD_TRY(code);
	*ret_known = verify(h.file.bytes, md, signature, data);
	dd_fresh_heard_done(&h);
	return *ret_known ? DD_OK
			  : dd_fail(err, DD_EDIGEST, DD_NO_OFFSET, "its signature by %s is bad", DD_QUOTE(name));
}

static enum dd_code read_signature(struct dd_tar *tar, const struct dd_tar_entry *e, struct dd_buf *out,
				   struct dd_err *err)
{
	if (e->size > SIGNATURE_MAX)
		return dd_fail(err, DD_EPARSE, e->offset, "its signature is too long");
	for (struct dd_str block;;) {
		DD_TRY(dd_tar_read(tar, &block, err));
		if (!block.n)
			return DD_OK;
		(void)dd_buf_add_str(out, block);
		DD_TRY(dd_buf_check(out, "the signature", err));
	}
}

static enum dd_code check_entry(struct dd_gathering *g, struct dd_tar *tar, const struct dd_tar_entry *e,
				struct dd_str data, bool *ret_known, struct dd_err *err)
{
	struct dd_str old = DD_STR(".SIGN.RSA."), new = DD_STR(".SIGN.RSA256.");
	bool is_new = dd_str_starts(e->path, new);
	DD_CLEANUP_BUF struct dd_buf signature = DD_BUF_INIT(SIGNATURE_MAX);
	if (e->type != DD_TAR_FILE || (!is_new && !dd_str_starts(e->path, old)))
		return DD_OK;
	DD_TRY(read_signature(tar, e, &signature, err));
	return check(g, dd_str_skip(e->path, is_new ? new.n : old.n), is_new ? EVP_sha256() : EVP_sha1(),
		     dd_buf_str(&signature), data, ret_known, err);
}

enum dd_code dd_apk_signed(struct dd_gathering *g, struct dd_str bytes, struct dd_str *ret_index, struct dd_err *err)
{
	static const char end[1024];
	DD_CLEANUP_BUF struct dd_buf first = DD_BUF_INIT(MEMBER_MAX);
	DD_CLEANUP(dd_stream_freep) struct dd_stream *plain = NULL;
	DD_CLEANUP(dd_tar_freep) struct dd_tar *tar = NULL;
	size_t n = 0;
	bool known = false;
	*ret_index = bytes;
	/* An index that is not signed is one member, longer than any signature. */
	if (dd_gzip_member(bytes, &first, &n, NULL) != DD_OK || n == bytes.n)
		return DD_OK;
	(void)dd_buf_add(&first, end, sizeof end); /* which the first member does not have */
	if (first.failed)
		return DD_OK;
	DD_TRY(dd_stream_memory(dd_buf_str(&first), DD_STREAM_BLOCK_BYTES, &plain, err));
	DD_TRY(dd_tar_new(plain, &tar, err));
	for (size_t i = 0; i < SIGNATURES_MAX && !known; i++) {
		struct dd_tar_entry e;
		DD_TRY(dd_tar_next(tar, &e, err));
		if (e.type == DD_TAR_END)
			break;
		DD_TRY(check_entry(g, tar, &e, dd_str_skip(bytes, n), &known, err));
	}
	if (known)
		*ret_index = dd_str_skip(bytes, n);
	return DD_OK;
}
