/* SPDX-License-Identifier: Apache-2.0 */
/* Private keys in PEM (RFC 7468, RFC 1421):
 *   -----BEGIN KIND----- [header lines, an empty line] base64 in lines -----END KIND-----
 * As they are met: the line ends as "\n" or "\r\n" of a program's string, lines indented, all on one line. What is
 * inside:
 *   RSA PRIVATE KEY        RFC 8017 A.1.2: version, n, e, d, p, q, d mod p-1, d mod q-1, 1/q mod p
 *   EC PRIVATE KEY         RFC 5915 §3: 1, the key, [0] curve, [1] public point
 *   DSA PRIVATE KEY        OpenSSL's: 0, p, q, g, y, x
 *   PRIVATE KEY            RFC 5958 §2: version, algorithm, the key in its own form
 *   ENCRYPTED PRIVATE KEY  RFC 5958 §3: algorithm, bytes
 *   OPENSSH PRIVATE KEY    OpenSSH, PROTOCOL.key
 * The first three may also be encrypted as RFC 1421 does it ("Proc-Type: 4,ENCRYPTED").
 * Read here and not by OpenSSL's decoders: these take much that is no key, and say little of what is wrong. */
#include <openssl/bn.h>
#include <openssl/evp.h>

#include "base/base64.h"
#include "base/bytes.h"
#include "format/der.h"
#include "format/digest.h"
#include "secret/check_parts.h"

enum {
	NUMBER_BYTES_MAX = 2048, /* of a modulus: 16384 bits, the largest that OpenSSL makes */
	CERTIFICATES_MAX = 16,	 /* looked at beside a key */
};

struct key {
	struct dd_str kind; /* between BEGIN and dashes */
	bool encrypted;
	struct dd_str der;
	struct dd_str publics; /* what stands in its certificate too; empty where it is not known */
	char raw_public[64];
	char what[64]; /* "RSA key of 2048 bits" */
};

static bool number_fits(struct dd_str n)
{
	return n.n > 0 && n.n <= NUMBER_BYTES_MAX;
}

static unsigned bits_of(struct dd_str n)
{
	unsigned bits = (unsigned)n.n * 8;
	for (unsigned char top = (unsigned char)n.p[0]; top && !(top & 0x80); top = (unsigned char)(top << 1))
		bits--;
	return bits;
}

/* n == p * q; unknown memory counts as no. */
static bool is_product(struct dd_str n, struct dd_str p, struct dd_str q)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *bn = BN_bin2bn((const unsigned char *)n.p, (int)n.n, NULL);
	BIGNUM *bp = BN_bin2bn((const unsigned char *)p.p, (int)p.n, NULL);
	BIGNUM *bq = BN_bin2bn((const unsigned char *)q.p, (int)q.n, NULL);
	BIGNUM *product = BN_new();
	bool same = ctx && bn && bp && bq && product && BN_mul(product, bp, bq, ctx) && BN_cmp(product, bn) == 0;
	BN_clear_free(product);
	BN_clear_free(bq);
	BN_clear_free(bp);
	BN_free(bn);
	BN_CTX_free(ctx);
	return same;
}

/* Each reads what is inside the kind's form and returns NULL, or what is wrong. */
static const char *read_rsa(struct dd_str der, struct key *key)
{
	struct dd_str body, numbers[9];
	if (!dd_der_expect(&der, DD_DER_SEQUENCE, &body) || der.n)
		return "it is no whole RSA key";
	for (size_t i = 0; i < DD_COUNT(numbers); i++)
		if (!dd_der_number(&body, &numbers[i]) || (i && !number_fits(numbers[i])))
			return "it is no whole RSA key";
	if (!is_product(numbers[1], numbers[4], numbers[5]))
		return "its numbers do not belong together";
	key->publics = numbers[1];
	(void)snprintf(key->what, sizeof key->what, "RSA key of %u bits", bits_of(numbers[1]));
	return NULL;
}

static const char *read_ec(struct dd_str der, struct key *key)
{
	struct dd_str body, version, secret, extra;
	if (!dd_der_expect(&der, DD_DER_SEQUENCE, &body) || der.n || !dd_der_number(&body, &version) ||
	    version.n != 1 || version.p[0] != 1 || !dd_der_expect(&body, DD_DER_OCTET_STRING, &secret) ||
	    secret.n < 14 || secret.n > 72)
		return "it is no whole EC key";
	(void)dd_der_expect(&body, DD_DER_CONTEXT_0, &extra);
	if (dd_der_expect(&body, DD_DER_CONTEXT_1, &extra)) {
		struct dd_str point;
		if (!dd_der_expect(&extra, DD_DER_BIT_STRING, &point) || point.n < 2 * 14)
			return "its public point is damaged";
		key->publics = point;
	}
	if (body.n)
		return "it is no whole EC key";
	(void)snprintf(key->what, sizeof key->what, "EC key of %zu bytes", secret.n);
	return NULL;
}

static const char *read_dsa(struct dd_str der, struct key *key)
{
	struct dd_str body, numbers[6];
	if (!dd_der_expect(&der, DD_DER_SEQUENCE, &body) || der.n)
		return "it is no whole DSA key";
	for (size_t i = 0; i < DD_COUNT(numbers); i++)
		if (!dd_der_number(&body, &numbers[i]) || (i && !number_fits(numbers[i])))
			return "it is no whole DSA key";
	key->publics = numbers[4];
	(void)snprintf(key->what, sizeof key->what, "DSA key of %u bits", bits_of(numbers[1]));
	return body.n ? "it is no whole DSA key" : NULL;
}

static const char *read_curve(struct dd_str inner, struct key *key, const char *name, size_t bytes, int type)
{
	struct dd_str secret;
	if (!dd_der_expect(&inner, DD_DER_OCTET_STRING, &secret) || inner.n || secret.n != bytes)
		return "its key is not as long as such keys are";
	EVP_PKEY *k = EVP_PKEY_new_raw_private_key(type, NULL, (const unsigned char *)secret.p, secret.n);
	size_t n = sizeof key->raw_public;
	if (k && EVP_PKEY_get_raw_public_key(k, (unsigned char *)key->raw_public, &n) == 1)
		key->publics = (struct dd_str){ key->raw_public, n };
	EVP_PKEY_free(k);
	(void)snprintf(key->what, sizeof key->what, "%s key", name);
	return NULL;
}

static const char *read_pkcs8(struct dd_str der, struct key *key)
{
	/* RFC 8017, RFC 5480, RFC 8410; without tag and length. */
	static const struct dd_str rsa = { "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", 9 },
				   pss = { "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a", 9 },
				   ec = { "\x2a\x86\x48\xce\x3d\x02\x01", 7 };
	static const struct curve {
		struct dd_str oid;
		const char *name;
		size_t bytes;
		int type;
	} curves[] = {
		{ { "\x2b\x65\x6e", 3 }, "X25519", 32, EVP_PKEY_X25519 },
		{ { "\x2b\x65\x6f", 3 }, "X448", 56, EVP_PKEY_X448 },
		{ { "\x2b\x65\x70", 3 }, "Ed25519", 32, EVP_PKEY_ED25519 },
		{ { "\x2b\x65\x71", 3 }, "Ed448", 57, EVP_PKEY_ED448 },
	};
	struct dd_str body, version, algorithm, oid, inner;
	if (!dd_der_expect(&der, DD_DER_SEQUENCE, &body) || der.n || !dd_der_number(&body, &version) || version.n > 1 ||
	    !dd_der_expect(&body, DD_DER_SEQUENCE, &algorithm) || !dd_der_expect(&algorithm, DD_DER_OID, &oid) ||
	    !dd_der_expect(&body, DD_DER_OCTET_STRING, &inner) || !inner.n)
		return "it is no whole PKCS #8 key";
	if (dd_str_eq(oid, rsa) || dd_str_eq(oid, pss))
		return read_rsa(inner, key);
	if (dd_str_eq(oid, ec))
		return read_ec(inner, key);
	for (size_t i = 0; i < DD_COUNT(curves); i++)
		if (dd_str_eq(oid, curves[i].oid))
			return read_curve(inner, key, curves[i].name, curves[i].bytes, curves[i].type);
	(void)snprintf(key->what, sizeof key->what, "private key (PKCS #8)");
	return NULL;
}

static const char *read_encrypted(struct dd_str der, struct key *key)
{
	struct dd_str body, algorithm, bytes, oid;
	if (!dd_der_expect(&der, DD_DER_SEQUENCE, &body) || der.n ||
	    !dd_der_expect(&body, DD_DER_SEQUENCE, &algorithm) || !dd_der_expect(&algorithm, DD_DER_OID, &oid) ||
	    !dd_der_expect(&body, DD_DER_OCTET_STRING, &bytes) || body.n || bytes.n < 16)
		return "it is no whole encrypted PKCS #8 key";
	key->encrypted = true;
	(void)snprintf(key->what, sizeof key->what, "private key");
	return NULL;
}

/* uint32 length and bytes, as SSH writes strings (RFC 4251 §5). */
static bool ssh_string(struct dd_str *s, struct dd_str *ret)
{
	if (s->n < 4)
		return false;
	uint32_t n = dd_be32(s->p);
	if (n > s->n - 4)
		return false;
	*ret = dd_str_take(dd_str_skip(*s, 4), n);
	*s = dd_str_skip(*s, 4 + (size_t)n);
	return true;
}

static const char *read_openssh(struct dd_str s, struct key *key)
{
	static const char wrong[] = "it is no whole OpenSSH key";
	static const struct dd_str magic = { "openssh-key-v1", 15 }; /* with its NUL */
	struct dd_str cipher, kdf, options, pub, type = { "", 0 }, secret;
	if (!dd_str_starts(s, magic))
		return wrong;
	s = dd_str_skip(s, magic.n);
	if (!ssh_string(&s, &cipher) || !ssh_string(&s, &kdf) || !ssh_string(&s, &options) || s.n < 4)
		return wrong;
	uint32_t keys = dd_be32(s.p);
	s = dd_str_skip(s, 4);
	if (keys < 1 || keys > 16)
		return wrong;
	for (uint32_t i = 0; i < keys; i++)
		if (!ssh_string(&s, &pub) || !ssh_string(&pub, &type))
			return wrong;
	if (!ssh_string(&s, &secret) || secret.n < 8)
		return wrong;
	key->encrypted = !dd_str_eq_c(cipher, "none");
	if (!key->encrypted && (s.n || memcmp(secret.p, secret.p + 4, 4) != 0))
		return "its two check numbers differ: damaged";
	(void)snprintf(key->what, sizeof key->what, "OpenSSH key (%.30s)", DD_QUOTE(dd_str_take(type, 20)));
	return NULL;
}

static const struct reader {
	const char *kind;
	const char *(*read)(struct dd_str der, struct key *key);
} readers[] = {
	{ "RSA PRIVATE KEY", read_rsa },
	{ "EC PRIVATE KEY", read_ec },
	{ "DSA PRIVATE KEY", read_dsa },
	{ "PRIVATE KEY", read_pkcs8 },
	{ "ENCRYPTED PRIVATE KEY", read_encrypted },
	{ "OPENSSH PRIVATE KEY", read_openssh },
};

/* Line ends of programs' strings become real ones; "\/" of JSON its slash. */
static bool unescape(struct dd_str s, struct dd_buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '\\' && i + 1 < s.n)
			c = s.p[++i] == 'n' ? '\n' : s.p[i] == 'r' || s.p[i] == 't' ? ' ' : s.p[i];
		(void)dd_buf_add_char(out, c);
	}
	return !out->failed;
}

/* Cuts "-----BEGIN KIND-----body-----END KIND-----"; false when it is none, or the kinds differ. */
static bool split_frame(struct dd_str text, struct dd_str *ret_kind, struct dd_str *ret_body)
{
	static const struct dd_str begin = { "-----BEGIN ", 11 }, end = { "-----END ", 9 }, dashes = { "-----", 5 };
	size_t from = dd_str_search(text, begin);
	struct dd_str rest = dd_str_skip(text, from + begin.n);
	size_t n = dd_str_search(rest, dashes);
	if (from == text.n || n == rest.n)
		return false;
	*ret_kind = dd_str_take(rest, n);
	rest = dd_str_skip(rest, n + dashes.n);
	size_t to = dd_str_search(rest, end);
	*ret_body = dd_str_take(rest, to);
	rest = dd_str_skip(rest, to + end.n);
	return dd_str_starts(rest, *ret_kind) && dd_str_starts(dd_str_skip(rest, ret_kind->n), dashes);
}

/* Base64 characters of the body's lines; *ret_encrypted of its header lines. */
static bool join_body(struct dd_str body, struct dd_buf *out, bool *ret_encrypted)
{
	struct dd_str line;
	*ret_encrypted = false;
	while (dd_str_line(&body, &line)) {
		if (dd_str_find(line, ':') < line.n) {
			*ret_encrypted |= dd_str_search(line, DD_STR("ENCRYPTED")) < line.n;
			continue;
		}
		for (size_t i = 0; i < line.n; i++)
			if (!dd_is_blank(line.p[i]))
				(void)dd_buf_add_char(out, line.p[i]);
	}
	return !out->failed;
}

/* Does a certificate in text hold what is public of the key? */
static bool has_certificate(struct dd_str text, struct dd_str publics)
{
	struct dd_str begin = DD_STR("-----BEGIN CERTIFICATE-----"), kind, body;
	for (unsigned i = 0; i < CERTIFICATES_MAX && publics.n >= 28; i++) {
		text = dd_str_skip(text, dd_str_search(text, begin));
		if (!text.n)
			return false;
		struct dd_buf plain DD_CLEANUP_BUF = DD_BUF_INIT(DD_CHECK_BYTES_MAX);
		struct dd_buf joined DD_CLEANUP_BUF = DD_BUF_INIT(DD_CHECK_BYTES_MAX);
		struct dd_buf der DD_CLEANUP_BUF = DD_BUF_INIT(DD_CHECK_BYTES_MAX);
		bool encrypted;
		struct dd_str one = dd_str_take(text, DD_CHECK_BYTES_MAX);
		size_t end = dd_str_search(one, DD_STR("-----END CERTIFICATE-----"));
		if (unescape(dd_str_take(one, end + 25), &plain) && split_frame(dd_buf_str(&plain), &kind, &body) &&
		    join_body(body, &joined, &encrypted) && dd_base64_decode(dd_buf_str(&joined), &der) &&
		    dd_str_search(dd_buf_str(&der), publics) < der.n)
			return true;
		text = dd_str_skip(text, begin.n);
	}
	return false;
}

static const struct known {
	const char *digest; /* first 32 digits of the SHA-256 of what the base64 stands for */
	const char *whose;
} known[] = {
#include "secret/known_keys.def"
};

/* Whose it is when everyone has it, or NULL. */
static const char *known_key(struct dd_str der)
{
	struct dd_digest digest;
	char text[DD_DIGEST_TEXT_MAX];
	if (dd_digest_of(DD_SHA256, der, &digest, NULL) != DD_OK)
		return NULL;
	const char *hex = dd_digest_text(&digest, text) + strlen("sha256:");
	for (size_t i = 0; i < DD_COUNT(known); i++)
		if (memcmp(known[i].digest, hex, 32) == 0)
			return known[i].whose;
	return NULL;
}

static bool judge(struct dd_check_job *job, struct key *key)
{
	const char *whose = known_key(key->der), *wrong = "it is of an unknown kind";
	if (whose)
		return dd_check_says(job, DD_CHECKED_WRONG, "everyone has this key: %s", whose);
	if (key->encrypted) /* by RFC 1421: nothing can be seen but whole blocks */
		return key->der.n < 64 || key->der.n % 8
			       ? dd_check_says(job, DD_CHECKED_WRONG, "its encrypted bytes are no whole blocks")
			       : dd_check_says(job, DD_CHECKED_RIGHT, "a private key under a passphrase");
	for (size_t i = 0; i < DD_COUNT(readers); i++)
		if (dd_str_eq_c(key->kind, readers[i].kind))
			wrong = readers[i].read(key->der, key);
	if (wrong)
		return dd_check_says(job, DD_CHECKED_WRONG, "%s", wrong);
	if (key->encrypted)
		return dd_check_says(job, DD_CHECKED_RIGHT, "%s under a passphrase", key->what);
	return dd_check_says(job, DD_CHECKED_RIGHT, "%s without passphrase%s", key->what,
			     has_certificate(job->around, key->publics) ? ", with its certificate" : "");
}

bool dd_check_pem(struct dd_check_job *job)
{
	struct dd_buf plain DD_CLEANUP_BUF = DD_BUF_INIT(DD_CHECK_BYTES_MAX);
	struct dd_buf joined DD_CLEANUP_BUF = DD_BUF_INIT(DD_CHECK_BYTES_MAX);
	struct key key = { 0 };
	struct dd_str body;
	if (!unescape(job->secret, &plain))
		return false;
	if (!split_frame(dd_buf_str(&plain), &key.kind, &body))
		return dd_check_says(job, DD_CHECKED_WRONG, "its first and last line do not belong together");
	if (!join_body(body, &joined, &key.encrypted))
		return false;
	if (!joined.n || !dd_base64_decode(dd_buf_str(&joined), &job->bytes))
		return dd_check_says(job, DD_CHECKED_WRONG, "it is no whole base64: shortened or invented");
	key.der = dd_buf_str(&job->bytes);
	return judge(job, &key);
}
