/* SPDX-License-Identifier: Apache-2.0 */
#include "format/uuid.h"

#include <openssl/evp.h>
#include <stdio.h>

enum { UUID_BYTES = 16, SHA1_BYTES = 20 };

enum dd_code dd_uuid_of_url(struct dd_str url, char out[DD_UUID_TEXT_MAX], struct dd_err *err)
{
	static const unsigned char space[UUID_BYTES] = { 0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1,
							 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8 };
	unsigned char hash[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	unsigned n = 0;
	bool ok = md && EVP_DigestInit_ex(md, EVP_sha1(), NULL) == 1 &&
		  EVP_DigestUpdate(md, space, sizeof space) == 1 &&
		  EVP_DigestUpdate(md, url.p ? url.p : "", url.n) == 1 && EVP_DigestFinal_ex(md, hash, &n) == 1;
	EVP_MD_CTX_free(md);
	if (!ok || n != SHA1_BYTES)
		return dd_fail(err, DD_EIO, DD_NO_OFFSET, "cannot make a UUID: OpenSSL gives no SHA-1");
	hash[6] = (unsigned char)((hash[6] & 0x0f) | 0x50);
	hash[8] = (unsigned char)((hash[8] & 0x3f) | 0x80);
	for (unsigned i = 0, at = 0; i < UUID_BYTES; i++) {
		bool dash = i == 4 || i == 6 || i == 8 || i == 10;
		at += (unsigned)snprintf(out + at, DD_UUID_TEXT_MAX - at, "%s%02x", dash ? "-" : "", hash[i]);
	}
	return DD_OK;
}
