/* SPDX-License-Identifier: Apache-2.0 */
/* What may be said of a secret to everyone who reads a report. */
#include <math.h>
#include <openssl/evp.h>

#include "base/buf.h"
#include "secret/detector_parts.h"

/* Shown: this many characters at most, and this part of the whole at most. */
enum { SHOWN_MAX = 4, SHOWN_PART = 4 };
/* A password of a word list must not be found by trying the list on the fingerprints of a report at speed. */
enum { ROUNDS = 2000, MARK_BYTES = 16 };

/* The first line of "-----BEGIN RSA PRIVATE KEY-----": its kind is no secret. */
static struct dd_str armour(struct dd_str secret)
{
	struct dd_str begin = DD_STR("-----BEGIN "), rest = dd_str_skip(secret, begin.n);
	if (!dd_str_starts(secret, begin))
		return DD_STR("");
	size_t n = 0;
	while (n < rest.n && n < 60 &&
	       (rest.p[n] == ' ' || dd_is_digit(rest.p[n]) || (rest.p[n] >= 'A' && rest.p[n] <= 'Z')))
		n++;
	return dd_str_starts(dd_str_skip(rest, n), DD_STR("-----")) ? dd_str_take(secret, begin.n + n + 5) : DD_STR("");
}

struct dd_str dd_redact(struct dd_arena *a, struct dd_str secret)
{
	struct dd_str shown = armour(secret);
	size_t most = secret.n / SHOWN_PART < SHOWN_MAX ? secret.n / SHOWN_PART : SHOWN_MAX, n = 0;
	while (n < most && secret.p[n] > ' ' && secret.p[n] < 0x7f)
		n++;
	if (shown.n == 0)
		shown = dd_str_take(secret, n);
	return dd_arena_printf(a, "%.*s… (%zu character%s)", DD_FMT(shown), secret.n, secret.n == 1 ? "" : "s");
}

struct dd_str dd_secret_mark(struct dd_arena *a, struct dd_str salt, struct dd_str rule, struct dd_str secret)
{
	static const char hex[] = "0123456789abcdef";
	const struct dd_str none = { 0 };
	unsigned char key[MARK_BYTES];
	/* The rule's id has no NUL: what stands before and behind it cannot be confused. */
	struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(SIZE_MAX), with DD_CLEANUP_BUF = DD_BUF_INIT(SIZE_MAX);
	(void)dd_buf_add_str(&text, rule);
	(void)dd_buf_add(&text, "", 1);
	(void)dd_buf_add_str(&text, secret);
	(void)dd_buf_add_c(&with, "drydock secret 1");
	(void)dd_buf_add_str(&with, salt);
	if (text.failed || with.failed || text.n > INT32_MAX || with.n > INT32_MAX ||
	    PKCS5_PBKDF2_HMAC(text.p, (int)text.n, (const unsigned char *)with.p, (int)with.n, ROUNDS, EVP_sha256(),
			      sizeof key, key) != 1)
		return none;
	char *out = dd_arena_alloc(a, 2 * sizeof key + 1);
	if (!out)
		return none;
	for (size_t i = 0; i < sizeof key; i++)
		out[2 * i] = hex[key[i] >> 4], out[2 * i + 1] = hex[key[i] & 15];
	return (struct dd_str){ out, 2 * sizeof key };
}

double dd_entropy(struct dd_str s)
{
	unsigned count[256] = { 0 };
	double bits = 0;
	for (size_t i = 0; i < s.n; i++)
		count[(unsigned char)s.p[i]]++;
	for (size_t i = 0; i < DD_COUNT(count); i++)
		if (count[i])
			bits -= (double)count[i] / (double)s.n * log2((double)count[i] / (double)s.n);
	return bits;
}
