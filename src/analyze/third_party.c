/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/third_party.h"

#include "base/base64.h"
#include "base/limits.h"

enum { DIGEST_HEX_MAX = 128 /* of SHA-512 */, DIGEST_TEXT_MAX = DIGEST_HEX_MAX + 8 };

static bool is_name(struct dd_str s)
{
	return dd_str_is_word(s) && s.n <= DD_FIELD_BYTES_MAX;
}

struct dd_package *dd_third_party(struct dd_found *out, enum dd_package_evidence evidence, const char *type,
				  struct dd_str name, struct dd_str version, uint64_t at)
{
	bool valid = is_name(name) && is_name(version);
	if (name.n == 0)
		dd_found_problem(out, at, "package without a name");
	else if (!is_name(name))
		dd_found_problem(out, at, "package name is not valid: %s", DD_QUOTE(name));
	else if (version.n == 0)
		dd_found_problem(out, at, "package without a version: %s", DD_QUOTE(name));
	else if (!valid)
		dd_found_problem(out, at, "version of %s is not valid: %s", DD_QUOTE(name), DD_QUOTE(version));
	struct dd_package *p = valid ? dd_found_package(out) : NULL;
	if (!p)
		return NULL;
	p->name = dd_found_str(out, name);
	p->version = dd_found_str(out, version);
	p->type = dd_str_from(type);
	p->evidence = evidence;
	return p;
}

static bool is_system(struct dd_str type)
{
	return dd_str_eq_c(type, "deb") || dd_str_eq_c(type, "rpm") || dd_str_eq_c(type, "apk");
}

struct dd_package *dd_third_party_purl(struct dd_found *out, enum dd_package_evidence evidence, struct dd_str purl,
				       struct dd_str version, uint64_t at, struct dd_purl *ret)
{
	struct dd_err err = { 0 };
	struct dd_str name;
	if (dd_purl_parse(purl, out->arena, ret, &err) != DD_OK ||
	    dd_purl_package_name(ret, out->arena, &name, &err) != DD_OK) {
		out->failed = out->failed || err.code == DD_ENOMEM;
		dd_found_problem(out, at, "not a package URL: %s", DD_QUOTE(purl));
		return NULL;
	}
	if (is_system(ret->type))
		return NULL;
	struct dd_package *p = dd_third_party(out, evidence, "", name, ret->version.n ? ret->version : version, at);
	if (p)
		p->type = ret->type;
	return p;
}

enum dd_code dd_third_party_end(const struct dd_found *out, struct dd_err *err)
{
	if (!out->failed)
		return DD_OK;
	if (out->packages.n >= DD_PACKAGES_MAX)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "more than %d packages in one file", DD_PACKAGES_MAX);
	return dd_fail_nomem(err);
}

static bool ends_in_version(struct dd_str name)
{
	for (size_t i = 1; i + 1 < name.n; i++)
		if (name.p[i] == '-' && dd_is_digit(name.p[i + 1]))
			return true;
	return false;
}

bool dd_third_party_inside_package(struct dd_str path)
{
	static const char *const libraries[] = { "site-packages", "dist-packages", "node_modules" };
	struct dd_str before = { "", 0 }, one;
	for (struct dd_str rest = path; dd_str_next(&rest, '/', &one) && rest.p; before = one) {
		/* rest: what lies below `one`; a file directly in a library is no package's. */
		bool below = dd_str_find(rest, '/') < rest.n;
		for (size_t i = 0; i < DD_COUNT(libraries) && below; i++)
			if (dd_str_eq_c(one, libraries[i]))
				return true;
		if (dd_str_eq_c(before, "gems") && ends_in_version(one))
			return true;
		if (dd_str_eq_c(before, "vendor") && below)
			return true;
	}
	return false;
}

struct dd_str dd_third_party_url(struct dd_found *out, struct dd_str url)
{
	DD_CLEANUP_BUF struct dd_buf clean = DD_BUF_INIT(DD_FIELD_BYTES_MAX);
	url = dd_str_take(url, dd_str_find(url, '#'));
	if (!is_name(url))
		return DD_STR("");
	size_t scheme = dd_str_search(url, DD_STR("://"));
	size_t host = scheme < url.n ? scheme + 3 : 0;
	struct dd_str authority = dd_str_skip(url, host);
	authority = dd_str_take(authority, dd_str_find(authority, '/'));
	authority = dd_str_take(authority, dd_str_find(authority, '?'));
	/* The last "@": a password may hold one, too. Without a scheme only "git@host:path" is a host at all. */
	size_t user = dd_str_rfind(authority, '@');
	if (user < authority.n && !dd_str_eq_c(dd_str_take(authority, user), "git")) {
		(void)dd_buf_add_str(&clean, dd_str_take(url, host));
		host += user + 1;
	} else {
		host = 0;
	}
	(void)dd_buf_add_str(&clean, dd_str_skip(url, host));
	if (clean.failed)
		out->failed = true;
	return dd_found_str(out, dd_buf_str(&clean));
}

static const struct {
	const char *name;
	size_t hex;
} algorithms[] = {
	{ "md5", 32 },	  { "sha1", 40 },   { "sha224", 56 },
	{ "sha256", 64 }, { "sha384", 96 }, { "sha512", DIGEST_HEX_MAX },
};

static bool is_hex(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!dd_is_digit(s.p[i]) && !(dd_lower(s.p[i]) >= 'a' && dd_lower(s.p[i]) <= 'f'))
			return false;
	return true;
}

/* The name of the algorithm whose digests have so many hexadecimal digits; NULL: there is none of that name and size.
 */
static const char *algorithm_of(struct dd_str name, size_t hex)
{
	for (size_t i = 0; i < DD_COUNT(algorithms); i++)
		if (hex == algorithms[i].hex && dd_str_eq_nocase(name, dd_str_from(algorithms[i].name)))
			return algorithms[i].name;
	return NULL;
}

struct dd_str dd_third_party_digest(struct dd_found *out, struct dd_str algorithm, struct dd_str hex)
{
	const char *name = algorithm_of(algorithm, hex.n);
	char text[DIGEST_TEXT_MAX];
	if (!name || !is_hex(hex))
		return DD_STR("");
	size_t n = strlen(name);
	memcpy(text, name, n);
	text[n++] = ':';
	for (size_t k = 0; k < hex.n; k++)
		text[n++] = dd_lower(hex.p[k]);
	return dd_found_str(out, (struct dd_str){ text, n });
}

struct dd_str dd_third_party_digest_base64(struct dd_found *out, struct dd_str algorithm, struct dd_str base64)
{
	static const char digits[] = "0123456789abcdef";
	DD_CLEANUP_BUF struct dd_buf bytes = DD_BUF_INIT(DIGEST_HEX_MAX / 2);
	const char *name = dd_base64_decode(base64, &bytes) ? algorithm_of(algorithm, 2 * bytes.n) : NULL;
	char text[DIGEST_TEXT_MAX];
	if (!name)
		return DD_STR("");
	size_t n = strlen(name);
	memcpy(text, name, n);
	text[n++] = ':';
	for (size_t i = 0; i < bytes.n; i++) {
		text[n++] = digits[(unsigned char)bytes.p[i] >> 4];
		text[n++] = digits[(unsigned char)bytes.p[i] & 15];
	}
	return dd_found_str(out, (struct dd_str){ text, n });
}

struct dd_str dd_third_party_digest_of(struct dd_found *out, struct dd_str text)
{
	size_t cut = dd_str_find(text, ':');
	if (cut == text.n)
		cut = dd_str_find(text, '=');
	return dd_third_party_digest(out, dd_str_take(text, cut), dd_str_skip(text, cut + 1));
}

struct dd_str dd_third_party_text(struct dd_found *out, struct dd_str text)
{
	DD_CLEANUP_BUF struct dd_buf line = DD_BUF_INIT(DD_FIELD_BYTES_MAX);
	text = dd_str_trim(text);
	for (size_t i = 0; i < text.n && line.n < line.max; i++) {
		bool blank = dd_is_blank(text.p[i]);
		if (blank && line.n && line.p[line.n - 1] == ' ')
			continue;
		(void)dd_buf_add_char(&line, blank ? ' ' : text.p[i]);
	}
	if (line.failed)
		out->failed = true;
	return dd_found_str(out, dd_buf_str(&line));
}

void dd_depends_add(struct dd_buf *list, struct dd_str name, struct dd_str version)
{
	size_t end = list->n, cut = dd_str_rfind(dd_buf_str(list), '\n');
	size_t last = cut < end ? cut + 1 : 0, start = end ? end + 1 : 0;
	if (!is_name(name) || (version.n && !is_name(version)) || list->max - end < name.n + version.n + 2)
		return;
	if (end)
		(void)dd_buf_add_char(list, '\n');
	(void)dd_buf_add_str(list, name);
	if (version.n) {
		(void)dd_buf_add_char(list, '@');
		(void)dd_buf_add_str(list, version);
	}
	/* Once in a row: dependencies for several systems stand beside each other. */
	struct dd_str text = dd_buf_str(list);
	if (!list->failed && end && dd_str_eq(dd_str_skip(dd_str_take(text, end), last), dd_str_skip(text, start)))
		list->n = end;
}

void dd_qualifiers_add(struct dd_buf *list, const char *key, struct dd_str value)
{
	if (!is_name(value) || list->max - list->n < strlen(key) + value.n + 2)
		return;
	if (list->n)
		(void)dd_buf_add_char(list, '\n');
	(void)dd_buf_addf(list, "%s=", key);
	(void)dd_buf_add_str(list, value);
}

void dd_licences_add(struct dd_buf *list, const char *how, struct dd_str licence)
{
	enum { NAME_MAX_BYTES = 200 };
	licence = dd_str_trim(licence);
	if (licence.n == 0 || licence.n > NAME_MAX_BYTES || list->max - list->n < strlen(how) + licence.n + 1)
		return;
	if (list->n)
		(void)dd_buf_add_c(list, how);
	(void)dd_buf_add_str(list, licence);
}

struct dd_str dd_lines_take(struct dd_found *out, struct dd_buf *list)
{
	if (list->failed)
		out->failed = true;
	struct dd_str text = list->n ? dd_found_str(out, dd_buf_str(list)) : DD_STR("");
	dd_buf_clear(list);
	return text;
}
