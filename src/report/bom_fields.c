/* SPDX-License-Identifier: Apache-2.0 */
/* Fields whose form a schema prescribes: what does not have it is left out here, and stays in drydock's properties. */
#include "base/buf.h"
#include "base/limits.h"
#include "report/bom_parts.h"

static const struct dd_str none = { "", 0 };

/* The words of CycloneDX 1.4 hash-alg, SPDX 2.2 checksum algorithm, SPDX 3.0 HashAlgorithm; hex digits of each. */
static const struct {
	const char *ours;
	size_t digits;
	struct dd_bom_hash words;
} algorithms[] = {
	{ "md5", 32, { "MD5", "MD5", "md5", { NULL, 0 } } },
	{ "sha1", 40, { "SHA-1", "SHA1", "sha1", { NULL, 0 } } },
	{ "sha256", 64, { "SHA-256", "SHA256", "sha256", { NULL, 0 } } },
	{ "sha384", 96, { "SHA-384", "SHA384", "sha384", { NULL, 0 } } },
	{ "sha512", 128, { "SHA-512", "SHA512", "sha512", { NULL, 0 } } },
};

static enum dd_code make_hash(struct dd_bom *bom, struct dd_str digest, struct dd_bom_hash *ret, struct dd_err *err)
{
	size_t colon = dd_str_find(digest, ':');
	struct dd_str hex = dd_str_skip(digest, colon + 1);
	*ret = (struct dd_bom_hash){ 0 };
	for (size_t i = 0; i < DD_COUNT(algorithms); i++) {
		if (!dd_str_eq_c(dd_str_take(digest, colon), algorithms[i].ours) || hex.n != algorithms[i].digits)
			continue;
		char *copy = dd_arena_alloc(&bom->arena, hex.n + 1);
		if (!copy)
			return dd_fail_nomem(err);
		for (size_t k = 0; k < hex.n; k++) {
			copy[k] = dd_lower(hex.p[k]);
			if (!dd_is_digit(copy[k]) && (copy[k] < 'a' || copy[k] > 'f'))
				return DD_OK;
		}
		*ret = algorithms[i].words;
		ret->hex = (struct dd_str){ copy, hex.n };
	}
	return DD_OK;
}

static bool in_mail(char c)
{
	return dd_is_digit(c) || dd_is_alpha(c) || c == '.' || c == '-' || c == '_' || c == '+';
}

static bool is_mail(struct dd_str s)
{
	size_t at = dd_str_find(s, '@');
	for (size_t i = 0; i < s.n; i++)
		if (i != at && !in_mail(s.p[i]))
			return false;
	return at > 0 && at + 1 < s.n && s.p[at + 1] != '.' && s.p[s.n - 1] != '.' && s.n < 255;
}

/* One line of text: what no line can hold is escaped. */
static enum dd_code make_line(struct dd_bom *bom, struct dd_str *text, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(SIZE_MAX);
	bool plain = true;
	for (size_t i = 0; i < text->n; i++)
		plain = plain && (unsigned char)text->p[i] >= ' ';
	if (plain)
		return DD_OK;
	(void)dd_buf_add_escaped(&b, *text);
	DD_TRY(dd_buf_check(&b, "a supplier", err));
	*text = dd_arena_str(&bom->arena, dd_buf_str(&b));
	return text->p ? DD_OK : dd_fail_nomem(err);
}

/* A report that was read from a file may hold anything in place of a package URL; ours are plain ASCII. */
static bool is_purl(struct dd_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || strchr("\"<>\\^`{|}", s.p[i]))
			return false;
	return dd_str_starts(s, DD_STR("pkg:"));
}

/* "Name <address>" is taken apart only where putting it together again gives the same. */
static void make_supplier(struct dd_bom_item *item)
{
	struct dd_str who = item->in->package.maintainer;
	size_t open = dd_str_rfind(who, '<');
	item->supplier = who;
	item->email = none;
	if (open < 2 || open >= who.n || who.p[who.n - 1] != '>' || who.p[open - 1] != ' ')
		return;
	struct dd_str name = dd_str_take(who, open - 1);
	struct dd_str mail = { who.p + open + 1, who.n - open - 2 };
	if (!is_mail(mail) || !dd_str_eq(dd_str_trim(name), name))
		return;
	item->supplier = name;
	item->email = mail;
}

/* RFC 3986: everything that no part of a URL can hold is percent-encoded; what has no scheme is no address. */
static enum dd_code make_url(struct dd_bom *bom, struct dd_bom_item *item, struct dd_err *err)
{
	static const char hex[] = "0123456789ABCDEF";
	struct dd_str url = item->in->package.url;
	DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(4 * DD_FIELD_BYTES_MAX);
	size_t colon = dd_str_find(url, ':');
	item->url = none;
	for (size_t i = 0; i < colon; i++)
		if (!dd_is_alpha(url.p[i]) && (i == 0 || (!dd_is_digit(url.p[i]) && url.p[i] != '+')))
			return DD_OK;
	if (colon == 0 || colon + 1 >= url.n)
		return DD_OK;
	for (size_t i = 0; i < url.n; i++) {
		char c = url.p[i];
		bool escape = c == '%' && i + 2 < url.n && strchr("0123456789abcdefABCDEF", url.p[i + 1]) &&
			      strchr("0123456789abcdefABCDEF", url.p[i + 2]) && url.p[i + 1] && url.p[i + 2];
		/* Brackets are legal around an IPv6 address only, and a second '#' nowhere: both are encoded. */
		bool stays = c && (dd_is_digit(c) || dd_is_alpha(c) || strchr("-._~:/?@!$&'()*+,;=", c));
		if (c == '#')
			stays = dd_str_find(url, '#') == i;
		if (stays || escape) {
			(void)dd_buf_add_char(&b, c);
			continue;
		}
		char out[3] = { '%', hex[(unsigned char)c >> 4], hex[(unsigned char)c & 15] };
		(void)dd_buf_add(&b, out, sizeof out);
	}
	DD_TRY(dd_buf_check(&b, "an address", err));
	item->url = dd_arena_str(&bom->arena, dd_buf_str(&b));
	return item->url.p ? DD_OK : dd_fail_nomem(err);
}

/* NISTIR 7695 §6.2: eleven components behind "cpe:2.3:", each letters, digits and ._- or quoted punctuation, with * and
 * ? at its ends, or * or - alone. */
static bool is_cpe(struct dd_str s)
{
	struct dd_str prefix = DD_STR("cpe:2.3:");
	size_t parts = 1, length = 0;
	if (!dd_str_starts(s, prefix) || s.n > 1024 || s.n < prefix.n + 2 || !strchr("aho*-", s.p[prefix.n]) ||
	    s.p[prefix.n + 1] != ':')
		return false;
	for (size_t i = prefix.n; i < s.n; i++) {
		char c = s.p[i];
		if (c == ':') {
			if (length == 0)
				return false;
			parts++;
			length = 0;
			continue;
		}
		length++;
		if (c == '\\') {
			if (++i == s.n || s.p[i] <= ' ' || s.p[i] > '~' || dd_is_digit(s.p[i]) || dd_is_alpha(s.p[i]) ||
			    s.p[i] == '_')
				return false;
		} else if (c == '*' || c == '?') {
			bool first = s.p[i - 1] == ':', last = i + 1 == s.n || s.p[i + 1] == ':';
			if (!first && !last)
				return false;
		} else if (!dd_is_digit(c) && !dd_is_alpha(c) && c != '.' && c != '_' && c != '-') {
			return false;
		}
	}
	return parts == 11 && length > 0;
}

enum dd_code dd_bom_fields(struct dd_bom *bom, struct dd_bom_item *item, struct dd_err *err)
{
	make_supplier(item);
	DD_TRY(make_line(bom, &item->supplier, err));
	item->purl = is_purl(item->in->purl) ? item->in->purl : none;
	item->cpe = is_cpe(item->in->package.cpe) ? item->in->package.cpe : none;
	DD_TRY(make_url(bom, item, err));
	return make_hash(bom, item->in->package.digest, &item->hash, err);
}

/* ---- what the document is about ---- */

static void add_encoded(struct dd_buf *b, struct dd_str s)
{
	static const char hex[] = "0123456789ABCDEF";
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (dd_is_digit(c) || dd_is_alpha(c) || c == '.' || c == '-' || c == '_' || c == '~' || c == ':') {
			(void)dd_buf_add_char(b, c);
			continue;
		}
		char out[3] = { '%', hex[(unsigned char)c >> 4], hex[(unsigned char)c & 15] };
		(void)dd_buf_add(b, out, sizeof out);
	}
}

/* "registry:5000/team/app:1.0@sha256:…" → "registry:5000/team/app", "1.0". */
static void split_image(struct dd_str image, struct dd_str *ret_repository, struct dd_str *ret_tag)
{
	image = dd_str_take(image, dd_str_find(image, '@'));
	size_t slash = dd_str_rfind(image, '/'), colon = dd_str_rfind(image, ':');
	bool tagged = colon < image.n && (slash == image.n || colon > slash);
	*ret_repository = tagged ? dd_str_take(image, colon) : image;
	*ret_tag = tagged ? dd_str_skip(image, colon + 1) : none;
}

/* PURL-TYPES oci: the name is the last part of the repository, small letters; the version is the digest. */
static enum dd_code make_oci_purl(struct dd_bom *bom, struct dd_str repository, struct dd_str tag, struct dd_err *err)
{
	const struct dd_target *t = bom->target;
	DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(16 * DD_FIELD_BYTES_MAX), name = DD_BUF_INIT(DD_FIELD_BYTES_MAX);
	size_t slash = dd_str_rfind(repository, '/'), arch = dd_str_find(t->platform, '/');
	bom->root_purl = none;
	struct dd_str last = slash < repository.n ? dd_str_skip(repository, slash + 1) : repository;
	if (last.n == 0 || t->digest.n == 0)
		return DD_OK;
	for (size_t i = 0; i < last.n; i++)
		(void)dd_buf_add_char(&name, dd_lower(last.p[i]));
	DD_TRY(dd_buf_check(&name, "the image's name", err));
	(void)dd_buf_add_c(&b, "pkg:oci/");
	add_encoded(&b, dd_buf_str(&name));
	(void)dd_buf_add_char(&b, '@');
	add_encoded(&b, t->digest);
	char sign = '?';
	struct dd_str values[] = { dd_str_skip(t->platform, arch + 1), slash < repository.n ? repository : none, tag };
	static const char *const keys[] = { "arch", "repository_url", "tag" };
	for (size_t i = 0; i < DD_COUNT(values); i++) {
		if (values[i].n == 0)
			continue;
		(void)dd_buf_addf(&b, "%c%s=", sign, keys[i]);
		add_encoded(&b, values[i]);
		sign = '&';
	}
	DD_TRY(dd_buf_check(&b, "the image's package URL", err));
	bom->root_purl = dd_arena_str(&bom->arena, dd_buf_str(&b));
	return bom->root_purl.p ? DD_OK : dd_fail_nomem(err);
}

enum dd_code dd_bom_root(struct dd_bom *bom, struct dd_err *err)
{
	const struct dd_target *t = bom->target;
	struct dd_str repository, tag;
	split_image(t->image, &repository, &tag);
	DD_TRY(make_oci_purl(bom, repository, tag, err));
	DD_TRY(make_hash(bom, t->digest, &bom->root_hash, err));
	bom->root_name = repository.n ? repository : t->name;
	if (bom->root_name.n == 0)
		bom->root_name = DD_STR("unnamed");
	bom->root_version = tag.n ? tag : t->digest;
	bom->root_ref = bom->root_purl;
	if (bom->root_ref.n == 0)
		bom->root_ref =
			dd_arena_printf(&bom->arena, "target:%.*s", DD_FMT(t->digest.n ? t->digest : bom->root_name));
	return bom->root_ref.p ? DD_OK : dd_fail_nomem(err);
}
