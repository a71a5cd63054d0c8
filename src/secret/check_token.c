/* SPDX-License-Identifier: Apache-2.0 */
/* JSON Web Tokens and macaroons. Sources:
 * - RFC 7515 §3 (three parts: header, payload, signature), RFC 7516 §3 (five parts: header, key, initialization vector,
 *   cipher text, tag), RFC 7519 §4.1 (iss, sub, exp), RFC 7518 §3 (algorithms and the lengths of what they give).
 * - libmacaroons, doc/format.txt: version 2 is the byte 2, then fields of type, length (varint) and bytes: location
 * (1), identifier (2), end (0), for each caveat location or identifier or verification id (4) and an end, an end, then
 * the signature (6) of 32 bytes. PyPI's tokens are "pypi-" and the base64url of one whose location is the host's name
 *   (warehouse/macaroons). */
#include "base/base64.h"
#include "base/text.h"
#include "format/json.h"
#include "secret/check_parts.h"

/* Signatures have one length an algorithm; of RSA as long as the key, at least 1024 bits. */
static const struct algorithm {
	const char *name;
	size_t bytes;
	bool at_least;
} algorithms[] = {
	{ "HS256", 32, false }, { "HS384", 48, false },	 { "HS512", 64, false },  { "ES256", 64, false },
	{ "ES384", 96, false }, { "ES512", 132, false }, { "ES256K", 64, false }, { "EdDSA", 64, true },
	{ "RS256", 128, true }, { "RS384", 128, true },	 { "RS512", 128, true },  { "PS256", 128, true },
	{ "PS384", 128, true }, { "PS512", 128, true },
};

enum { JWT_PARTS = 5 };

/* A part as JSON object; NULL: it is none. *ret_memory false: memory is out. */
static json_t *read_object(struct dd_str part, bool *ret_memory)
{
	struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(DD_CHECK_BYTES_MAX);
	json_t *j = NULL;
	struct dd_err err;
	*ret_memory = true;
	if (!dd_base64_decode(part, &text)) {
		*ret_memory = !text.failed || text.n > 0;
		return NULL;
	}
	if (dd_str_find(dd_buf_str(&text), '\0') < text.n) /* jansson takes it for a blank */
		return NULL;
	enum dd_code code = dd_json_parse(dd_buf_str(&text), &j, &err);
	*ret_memory = code != DD_ENOMEM;
	if (code == DD_OK && json_is_object(j))
		return j;
	dd_json_freep(&j);
	return NULL;
}

/* Is the signature as long as the algorithm's are? -1: the algorithm is not known. */
static int signature_fits(struct dd_check_job *job, struct dd_str name, struct dd_str signature)
{
	if (!dd_base64_decode(signature, &job->bytes))
		return 0;
	for (size_t i = 0; i < DD_COUNT(algorithms); i++) {
		const struct algorithm *a = &algorithms[i];
		if (dd_str_eq_c(name, a->name))
			return a->at_least ? job->bytes.n >= a->bytes : job->bytes.n == a->bytes;
	}
	return -1;
}

static bool says_claims(struct dd_check_job *job, struct dd_str algorithm, const json_t *claims)
{
	char expires[32] = "", time[32];
	int64_t exp;
	if (dd_json_int(claims, "exp", &exp) && exp > 0 && exp < INT64_C(253402300800))
		(void)snprintf(expires, sizeof expires, ", valid until %.10s", dd_time_text(exp, time));
	struct dd_str issuer = dd_json_str(claims, "iss");
	if (issuer.n)
		return dd_check_says(job, DD_CHECKED_RIGHT, "a token signed with %s, issued by %s%s",
				     DD_QUOTE(algorithm), DD_QUOTE(dd_str_take(issuer, 80)), expires);
	return dd_check_says(job, DD_CHECKED_RIGHT, "a token signed with %s%s", DD_QUOTE(algorithm), expires);
}

static bool check_signed(struct dd_check_job *job, struct dd_str algorithm, const struct dd_str parts[JWT_PARTS])
{
	bool memory;
	json_t *claims DD_CLEANUP_JSON = read_object(parts[1], &memory);
	if (!memory)
		return false;
	if (!claims)
		return dd_check_says(job, DD_CHECKED_WRONG, "its claims are no JSON object");
	if (dd_str_eq_nocase(algorithm, DD_STR("none")))
		return dd_check_says(job, DD_CHECKED_WRONG, "it is not signed");
	switch (signature_fits(job, algorithm, parts[2])) {
	case 0:
		return dd_check_says(job, DD_CHECKED_WRONG, "its signature is not as long as those of %s are",
				     DD_QUOTE(algorithm));
	case 1:
		return says_claims(job, algorithm, claims);
	default:
		return dd_check_says(job, DD_CHECKED_WRONG, "no algorithm for signatures is called %s",
				     DD_QUOTE(algorithm));
	}
}

static bool check_encrypted(struct dd_check_job *job, const json_t *header, const struct dd_str parts[JWT_PARTS])
{
	for (size_t i = 1; i < JWT_PARTS; i++) {
		job->bytes.n = 0;
		if (!dd_base64_decode(parts[i], &job->bytes))
			return dd_check_says(job, DD_CHECKED_WRONG, "a part of it is no base64");
		if (i == 4 && (job->bytes.n < 12 || job->bytes.n > 32))
			return dd_check_says(job, DD_CHECKED_WRONG, "its authentication tag cannot be so long");
	}
	if (!dd_json_str(header, "enc").n)
		return dd_check_says(job, DD_CHECKED_WRONG, "its header does not say how it is encrypted");
	return dd_check_says(job, DD_CHECKED_RIGHT, "an encrypted token (%s)", DD_QUOTE(dd_json_str(header, "enc")));
}

bool dd_check_jwt(struct dd_check_job *job)
{
	struct dd_str parts[JWT_PARTS] = { 0 }, rest = job->secret, part;
	size_t n = 0;
	for (; dd_str_next(&rest, '.', &part); n++)
		if (n < JWT_PARTS)
			parts[n] = part;
	if (n != 3 && n != JWT_PARTS)
		return dd_check_says(job, DD_CHECKED_WRONG, "it has %zu parts, tokens have 3 or 5", n);
	bool memory;
	json_t *header DD_CLEANUP_JSON = read_object(parts[0], &memory);
	if (!memory)
		return false;
	struct dd_str algorithm = dd_json_str(header, "alg");
	if (!algorithm.n)
		return dd_check_says(job, DD_CHECKED_WRONG, "its header is no JSON object with an algorithm");
	return n == 3 ? check_signed(job, algorithm, parts) : check_encrypted(job, header, parts);
}

enum field { FIELD_END = 0, FIELD_LOCATION = 1, FIELD_IDENTIFIER = 2, FIELD_VERIFICATION = 4, FIELD_SIGNATURE = 6 };

/* The field at the start of *s, which moves behind it; false when it is cut or none. */
static bool next_field(struct dd_str *s, enum field *ret_type, struct dd_str *ret_value)
{
	if (!s->n)
		return false;
	*ret_type = (enum field)(unsigned char)s->p[0];
	*s = dd_str_skip(*s, 1);
	*ret_value = (struct dd_str){ "", 0 };
	if (*ret_type == FIELD_END)
		return true;
	size_t length = 0;
	for (unsigned shift = 0; shift <= 14; shift += 7) { /* three bytes: more than any token has */
		if (!s->n)
			return false;
		unsigned char byte = (unsigned char)s->p[0];
		*s = dd_str_skip(*s, 1);
		length |= (size_t)(byte & 0x7f) << shift;
		if (byte & 0x80)
			continue;
		if (length > s->n)
			return false;
		*ret_value = dd_str_take(*s, length);
		*s = dd_str_skip(*s, length);
		return true;
	}
	return false;
}

/* Fields of one type after the other, up to an end; *ret_n counts those before it. */
static bool skip_section(struct dd_str *s, size_t *ret_n)
{
	enum field type;
	struct dd_str value;
	for (*ret_n = 0; next_field(s, &type, &value); ++*ret_n) {
		if (type == FIELD_END)
			return true;
		if (type != FIELD_LOCATION && type != FIELD_IDENTIFIER && type != FIELD_VERIFICATION)
			return false;
	}
	return false;
}

static bool macaroon_is_right(struct dd_str s, struct dd_str *ret_location)
{
	enum field type;
	struct dd_str value;
	size_t n;
	if (!s.n || s.p[0] != 2)
		return false;
	s = dd_str_skip(s, 1);
	if (!next_field(&s, &type, ret_location) || type != FIELD_LOCATION)
		return false;
	if (!next_field(&s, &type, &value) || type != FIELD_IDENTIFIER || !skip_section(&s, &n) || n != 0)
		return false;
	do { /* caveats, until one is empty */
		if (!skip_section(&s, &n))
			return false;
	} while (n);
	return next_field(&s, &type, &value) && type == FIELD_SIGNATURE && value.n == 32 && s.n == 0;
}

bool dd_check_macaroon(struct dd_check_job *job)
{
	static const struct dd_str prefix = { "pypi-", 5 };
	struct dd_str location, text = job->secret;
	if (dd_str_starts(text, prefix))
		text = dd_str_skip(text, prefix.n);
	if (!dd_base64_decode(text, &job->bytes))
		return dd_check_says(job, DD_CHECKED_WRONG, "it is no base64: cut or invented");
	if (!macaroon_is_right(dd_buf_str(&job->bytes), &location))
		return dd_check_says(job, DD_CHECKED_WRONG, "it is no whole macaroon: cut or invented");
	if (!dd_str_eq_c(location, "pypi.org") && !dd_str_eq_c(location, "test.pypi.org"))
		return dd_check_says(job, DD_CHECKED_WRONG, "it is a token of %s", DD_QUOTE(location));
	return dd_check_says(job, DD_CHECKED_RIGHT, "a whole macaroon of %s", DD_QUOTE(location));
}
