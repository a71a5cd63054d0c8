/* SPDX-License-Identifier: Apache-2.0 */
/* The reference grammar of the distribution project:
 *
 *   reference      = name [ ":" tag ] [ "@" digest ]
 *   name           = [ registry "/" ] repository
 *   registry       = host [ ":" digits ]
 *   host           = component *( "." component ) | "[" IPv6 "]"
 *   component      = letters, digits and, not at its ends, "-"
 *   repository     = path *( "/" path )
 *   path           = alnum *( separator alnum )        alnum: lower-case letters and digits
 *   separator      = "_" | "." | "__" | 1*"-"
 *   tag            = ( letter | digit | "_" ) up to 127 *( letter | digit | "_" | "." | "-" )
 *
 * The first part is the registry when it has a "." or ":", is "localhost" or has a capital letter; else the name is one
 * of Docker Hub, where a name of one part lies below library/. index.docker.io is an older name of Docker Hub. 64
 * hexadecimal digits are an image's ID and no name.
 * Source: github.com/distribution/reference, reference.go and normalize.go. */
#include "net/registry/reference.h"

#include "format/digest.h"

enum { ID_DIGITS = 64, PORT_DIGITS_MAX = 5 };

static bool is_lower_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || dd_is_digit(c);
}

static bool is_alnum(char c)
{
	return dd_is_alpha(c) || dd_is_digit(c);
}

static bool is_port(struct dd_str s)
{
	uint64_t port;
	return s.n && s.n <= PORT_DIGITS_MAX && dd_str_u64(s, UINT16_MAX, &port);
}

static bool is_ipv6(struct dd_str s)
{
	if (s.n < 4 || s.p[0] != '[' || s.p[s.n - 1] != ']')
		return false;
	for (size_t i = 1; i + 1 < s.n; i++)
		if (!dd_is_digit(s.p[i]) && s.p[i] != ':' && !(dd_lower(s.p[i]) >= 'a' && dd_lower(s.p[i]) <= 'f'))
			return false;
	return true;
}

static bool is_host(struct dd_str s)
{
	struct dd_str rest = s, part;
	if (s.n == 0)
		return false;
	if (s.p[0] == '[')
		return is_ipv6(s);
	while (dd_str_next(&rest, '.', &part)) {
		if (part.n == 0 || part.p[0] == '-' || part.p[part.n - 1] == '-')
			return false;
		for (size_t i = 0; i < part.n; i++)
			if (!is_alnum(part.p[i]) && part.p[i] != '-')
				return false;
	}
	return true;
}

bool dd_reference_is_registry(struct dd_str s)
{
	size_t colon = dd_str_rfind(s, ':');
	if (s.n > DD_REFERENCE_REGISTRY_MAX)
		return false;
	if (colon < s.n && s.p[s.n - 1] != ']')
		return is_host(dd_str_take(s, colon)) && is_port(dd_str_skip(s, colon + 1));
	return is_host(s);
}

/* Length of the separator at the start of s, 0: none. */
static size_t separator(struct dd_str s)
{
	size_t n = 0;
	if (s.n && s.p[0] == '-') {
		while (n < s.n && s.p[n] == '-')
			n++;
		return n;
	}
	if (s.n && s.p[0] == '.')
		return 1;
	while (n < s.n && n < 2 && s.p[n] == '_')
		n++;
	return n;
}

static bool is_path(struct dd_str s)
{
	for (;;) {
		size_t n = 0;
		while (n < s.n && is_lower_alnum(s.p[n]))
			n++;
		if (n == 0)
			return false;
		s = dd_str_skip(s, n);
		if (s.n == 0)
			return true;
		n = separator(s);
		if (n == 0)
			return false;
		s = dd_str_skip(s, n);
	}
}

bool dd_reference_is_repository(struct dd_str s)
{
	struct dd_str rest = s, part;
	if (s.n == 0 || s.n > DD_REFERENCE_REPOSITORY_MAX)
		return false;
	while (dd_str_next(&rest, '/', &part))
		if (!is_path(part))
			return false;
	return true;
}

bool dd_reference_is_tag(struct dd_str s)
{
	if (s.n == 0 || s.n > DD_REFERENCE_TAG_MAX || s.p[0] == '.' || s.p[0] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_alnum(s.p[i]) && s.p[i] != '_' && s.p[i] != '.' && s.p[i] != '-')
			return false;
	return true;
}

/* --- taking one apart --- */

static bool names_registry(struct dd_str first)
{
	if (dd_str_eq_c(first, "localhost"))
		return true;
	for (size_t i = 0; i < first.n; i++)
		if (first.p[i] == '.' || first.p[i] == ':' || (first.p[i] >= 'A' && first.p[i] <= 'Z'))
			return true;
	return false;
}

static bool is_image_id(struct dd_str s)
{
	if (s.n != ID_DIGITS)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!dd_is_digit(s.p[i]) && !(s.p[i] >= 'a' && s.p[i] <= 'f'))
			return false;
	return true;
}

/* Views into text; registry and tag are filled in, repository may still lack "library/". Gives what is wrong. */
static const char *split(struct dd_str text, struct dd_reference *r)
{
	struct dd_digest digest;
	size_t at = dd_str_find(text, '@');
	struct dd_str name = dd_str_take(text, at);
	*r = (struct dd_reference){ .registry = DD_STR(DD_REFERENCE_HUB) };
	if (text.n == 0)
		return "it is empty";
	if (text.n > DD_REFERENCE_BYTES_MAX)
		return "it is too long";
	if (is_image_id(text))
		return "64 hexadecimal digits are an image's ID, not a name";
	if (at < text.n) {
		r->digest = dd_str_skip(text, at + 1);
		if (dd_digest_parse(r->digest, &digest, NULL) != DD_OK)
			return "behind '@' there must be sha256: or sha512: and lower-case hexadecimal digits";
	}
	size_t slash = dd_str_find(name, '/');
	if (slash < name.n && names_registry(dd_str_take(name, slash))) {
		r->registry = dd_str_take(name, slash);
		name = dd_str_skip(name, slash + 1);
		if (!dd_reference_is_registry(r->registry))
			return "the part before the first '/' is no HOST or HOST:PORT";
	}
	size_t colon = dd_str_find(name, ':');
	r->repository = dd_str_take(name, colon);
	if (colon < name.n) {
		r->tag = dd_str_skip(name, colon + 1);
		if (!dd_reference_is_tag(r->tag))
			return "a tag has up to 128 letters, digits, '_', '.' and '-', and begins with none of the "
			       "last two";
	} else if (r->digest.n == 0) {
		r->tag = DD_STR("latest");
	}
	if (dd_str_eq_c(r->registry, "index.docker.io"))
		r->registry = DD_STR(DD_REFERENCE_HUB);
	if (!dd_reference_is_repository(r->repository))
		return "a repository has lower-case letters and digits, between them single '.', '_', '__' or '-', and "
		       "'/'";
	return NULL;
}

static bool below_library(const struct dd_reference *r)
{
	return dd_str_eq_c(r->registry, DD_REFERENCE_HUB) && dd_str_find(r->repository, '/') == r->repository.n;
}

bool dd_reference_looks_like(struct dd_str text)
{
	struct dd_reference r;
	return split(text, &r) == NULL;
}

enum dd_code dd_reference_parse(struct dd_str text, struct dd_arena *a, struct dd_reference *ret, struct dd_err *err)
{
	struct dd_reference r;
	const char *wrong = split(text, &r);
	if (wrong)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s is no reference to an image: %s", DD_QUOTE(text), wrong);
	r.repository = below_library(&r) ? dd_arena_printf(a, "library/%.*s", DD_FMT(r.repository))
					 : dd_arena_str(a, r.repository);
	r.registry = dd_arena_str(a, r.registry);
	r.tag = dd_arena_str(a, r.tag);
	r.digest = dd_arena_str(a, r.digest);
	if (!r.repository.p || !r.registry.p || !r.tag.p || !r.digest.p)
		return dd_fail_nomem(err);
	*ret = r;
	return DD_OK;
}

/* --- and together --- */

static struct dd_str put(struct dd_str before, const char *slash, struct dd_str repository,
			 const struct dd_reference *r, struct dd_arena *a)
{
	return dd_arena_printf(a, "%.*s%s%.*s%s%.*s%s%.*s", DD_FMT(before), slash, DD_FMT(repository),
			       r->tag.n ? ":" : "", DD_FMT(r->tag), r->digest.n ? "@" : "", DD_FMT(r->digest));
}

struct dd_str dd_reference_text(const struct dd_reference *r, struct dd_arena *a)
{
	return put(r->registry, "/", r->repository, r, a);
}

struct dd_str dd_reference_familiar(const struct dd_reference *r, struct dd_arena *a)
{
	struct dd_str library = DD_STR("library/"), rest = dd_str_skip(r->repository, library.n);
	if (!dd_str_eq_c(r->registry, DD_REFERENCE_HUB))
		return dd_reference_text(r, a);
	if (dd_str_starts(r->repository, library) && dd_str_find(rest, '/') == rest.n)
		return put(DD_STR(""), "", rest, r, a);
	return put(DD_STR(""), "", r->repository, r, a);
}
