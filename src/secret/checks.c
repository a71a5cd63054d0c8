/* SPDX-License-Identifier: Apache-2.0 */
/* Checksums and small structures. Sources:
 * - GitHub: github.blog/2021-04-05-behind-githubs-new-authentication-token-formats: the last six characters are the
 *   CRC-32 (IEEE 802.3, as zlib's) of those between the prefix and them, in base 62 (digits, upper, lower case) filled
 *   with zeros on the left. npm's tokens are the same (github.blog/2021-09-23-announcing-npms-new-access-token-format).
 * - Grafana: pkg/components/satokengen/satokengen.go: "glsa_", 32 characters, "_", CRC-32 of all before in hexadecimal.
 * - AWS: the 16 characters behind the kind are base 32 (RFC 4648 §6, no padding); bits 1 to 40 are the account's
 *   number, twelve decimal digits. Ids made before 2019 (I or J at the fifth place) name none.
 * - Docker: "auth" is base64 of user name, colon, password (docs.docker.com/reference/cli/docker/login). */
#include "secret/checks.h"

#include <isa-l/crc.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/base64.h"
#include "base/text.h"
#include "secret/check_parts.h"

static const char base62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

bool dd_check_says(struct dd_check_job *job, enum dd_secret_verdict verdict, const char *fmt, ...)
{
	char text[400];
	va_list args;
	va_start(args, fmt);
	int n = vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	size_t length = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
	job->result.verdict = verdict;
	job->result.reason = dd_arena_str(job->arena, (struct dd_str){ text, length });
	return job->result.reason.p != NULL;
}

static bool says_checksum(struct dd_check_job *job, bool right)
{
	return right ? dd_check_says(job, DD_CHECKED_RIGHT, "its checksum is right")
		     : dd_check_says(job, DD_CHECKED_WRONG, "its checksum is wrong: damaged or invented");
}

static uint32_t crc32_of(struct dd_str s)
{
	return crc32_gzip_refl(0, (const unsigned char *)s.p, s.n);
}

static bool check_crc32_base62(struct dd_check_job *job)
{
	struct dd_str s = job->secret;
	size_t bar = dd_str_rfind(s, '_');
	struct dd_str body = bar < s.n ? dd_str_skip(s, bar + 1) : s;
	if (body.n <= 6)
		return says_checksum(job, false);
	char want[6];
	uint32_t crc = crc32_of(dd_str_take(body, body.n - 6));
	for (size_t i = sizeof want; i-- > 0; crc /= 62)
		want[i] = base62[crc % 62];
	return says_checksum(job, memcmp(want, body.p + body.n - 6, 6) == 0);
}

static bool check_grafana(struct dd_check_job *job)
{
	struct dd_str s = job->secret;
	size_t bar = dd_str_rfind(s, '_');
	char want[9];
	(void)snprintf(want, sizeof want, "%08x", crc32_of(dd_str_take(s, bar < s.n ? bar : 0)));
	return says_checksum(job, bar < s.n && dd_str_eq_c(dd_str_skip(s, bar + 1), want));
}

static int base32_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

static bool is_base64(char c)
{
	return dd_is_alpha(c) || dd_is_digit(c) || c == '+' || c == '/';
}

/* A run of exactly 40 characters of base64 with letters of both cases and digits: what a secret access key looks like.
 * Paths and digests in lower-case hexadecimal are none. */
static bool has_secret_access_key(struct dd_str text)
{
	size_t at = 0;
	while (at < text.n) {
		size_t from = at;
		unsigned seen = 0;
		for (; at < text.n && is_base64(text.p[at]); at++)
			seen |= dd_is_digit(text.p[at]) ? 1U : text.p[at] >= 'a' ? 2U : text.p[at] >= 'A' ? 4U : 0U;
		if (at - from == 40 && seen == 7)
			return true;
		at += at == from;
	}
	return false;
}

/* The text near the id: within NEAR bytes on both sides. */
static struct dd_str near_secret(const struct dd_check_job *job)
{
	enum { NEAR = 600 };
	size_t at = dd_str_search(job->around, job->secret);
	size_t from = at > NEAR ? at - NEAR : 0;
	return at == job->around.n ? (struct dd_str){ "", 0 }
				   : dd_str_take(dd_str_skip(job->around, from), at - from + job->secret.n + NEAR);
}

static bool check_aws_key_id(struct dd_check_job *job)
{
	struct dd_str s = job->secret;
	const char *pair = has_secret_access_key(near_secret(job)) ? "; a secret access key stands beside it" : "";
	if (s.n != 20)
		return dd_check_says(job, DD_CHECKED_WRONG, "it has %zu characters, key ids have 20", s.n);
	if (s.p[4] == 'I' || s.p[4] == 'J')
		return dd_check_says(job, DD_CHECKED_NOT, "of before 2019: it names no account%s", pair);
	uint64_t bits = 0;
	for (size_t i = 4; i < 14; i++) { /* ten characters: 50 bits, of which 48 are whole bytes */
		int v = base32_value(s.p[i]);
		if (v < 0)
			return dd_check_says(job, DD_CHECKED_WRONG, "it is no base 32: invented");
		bits = bits << 5 | (uint64_t)v;
	}
	for (size_t i = 14; i < 20; i++)
		if (base32_value(s.p[i]) < 0)
			return dd_check_says(job, DD_CHECKED_WRONG, "it is no base 32: invented");
	uint64_t account = bits >> 9 & ((UINT64_C(1) << 40) - 1);
	if (account >= UINT64_C(1000000000000))
		return dd_check_says(job, DD_CHECKED_WRONG, "no account has the number that is in it: invented");
	return dd_check_says(job, DD_CHECKED_RIGHT, "of account %012llu%s", (unsigned long long)account, pair);
}

/* Text without control characters, in UTF-8. */
static bool is_printable(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return dd_str_valid_utf8(s);
}

static bool check_userpass(struct dd_check_job *job)
{
	if (!dd_base64_decode(job->secret, &job->bytes))
		return dd_check_says(job, DD_CHECKED_WRONG, "it is no base64");
	struct dd_str s = dd_buf_str(&job->bytes);
	size_t colon = dd_str_find(s, ':');
	if (!is_printable(s) || colon == s.n || colon == 0)
		return dd_check_says(job, DD_CHECKED_WRONG, "no user name and password are in it");
	if (colon + 1 == s.n)
		return dd_check_says(job, DD_CHECKED_WRONG, "its password is empty");
	return dd_check_says(job, DD_CHECKED_RIGHT, "user name and password of %s",
			     DD_QUOTE(dd_str_take(s, colon < 64 ? colon : 64)));
}

static bool (*const checks[DD_CHECK_COUNT])(struct dd_check_job *job) = {
	[DD_CHECK_GITHUB_CRC32] = check_crc32_base62,
	[DD_CHECK_NPM_CRC32] = check_crc32_base62,
	[DD_CHECK_GRAFANA_CRC32] = check_grafana,
	[DD_CHECK_AWS_KEY_ID] = check_aws_key_id,
	[DD_CHECK_PYPI_MACAROON] = dd_check_macaroon,
	[DD_CHECK_JWT] = dd_check_jwt,
	[DD_CHECK_PEM] = dd_check_pem,
	[DD_CHECK_USERPASS] = check_userpass,
};

enum dd_code dd_secret_check_run(enum dd_secret_check check, struct dd_str secret, struct dd_str around,
				 struct dd_arena *a, struct dd_secret_checked *ret, struct dd_err *err)
{
	struct dd_check_job job = {
		secret, around, a, DD_BUF_INIT(DD_CHECK_BYTES_MAX), { DD_CHECKED_NOT, DD_STR("") }
	};
	bool enough = true;
	if ((unsigned)check < DD_CHECK_COUNT && checks[check] && secret.n && secret.n <= DD_CHECK_BYTES_MAX)
		enough = checks[check](&job);
	dd_buf_done(&job.bytes);
	if (!enough)
		return dd_fail_nomem(err);
	*ret = job.result;
	return DD_OK;
}
