/* SPDX-License-Identifier: Apache-2.0 */
/* Who may get a registry's credentials. The registry names the token endpoint in a header of its answers; whoever can
 * set that header (a hostile upstream behind a cache, an injected line) could have them sent anywhere. So they go to
 * the registry's own host, to hosts of its own domain (docker.io → auth.docker.io, registry.gitlab.com → gitlab.com),
 * and to those that the user names. What "its own domain" is, the Public Suffix List says, which libcurl brings along:
 * example.co.uk and evil.co.uk have different owners. Without the list: the same host, or one above or below the other
 * by whole labels where at least three labels are shared. */
#include "base/lazylib.h"
#include "net/registry/registry_parts.h"

/* libpsl, by hand: it has had these since 2014, and its header is no part of a build otherwise. */
struct psl_functions {
	const void *(*builtin)(void);
	const char *(*registrable_domain)(const void *psl, const char *domain);
};

static bool is_address(struct dd_str host)
{
	struct dd_str last = dd_str_skip(host, dd_str_rfind(host, '.') + 1);
	if (host.n == 0 || host.p[0] == '[')
		return true;
	return dd_str_rfind(host, '.') < host.n && last.n && dd_is_digit(last.p[0]);
}

static bool has_dots(struct dd_str host, size_t wanted)
{
	size_t n = 0;
	for (size_t i = 0; i < host.n; i++)
		n += host.p[i] == '.';
	return n >= wanted;
}

/* Is a the domain b, or below it? */
static bool is_below(struct dd_str a, struct dd_str b)
{
	return a.n > b.n && dd_str_ends(a, b) && a.p[a.n - b.n - 1] == '.';
}

static bool share_domain(const char *a, const char *b)
{
	static const struct dd_lazy_symbol symbols[] = {
		DD_LAZY(struct psl_functions, builtin, psl_builtin),
		DD_LAZY(struct psl_functions, registrable_domain, psl_registrable_domain),
	};
	struct psl_functions f;
	void *library = NULL;
	struct dd_str one = dd_str_from(a), other = dd_str_from(b);
	if (dd_lazylib_open("libpsl.so.5", symbols, DD_COUNT(symbols), &f, &library, NULL) != DD_OK)
		return (has_dots(other, 2) && is_below(one, other)) || (has_dots(one, 2) && is_below(other, one));
	const void *list = f.builtin();
	const char *x = list ? f.registrable_domain(list, a) : NULL, *y = list ? f.registrable_domain(list, b) : NULL;
	bool same = x && y && strcmp(x, y) == 0;
	dd_lazylib_close(library);
	return same;
}

static bool lower(struct dd_str s, char *out, size_t size)
{
	while (s.n && s.p[s.n - 1] == '.')
		s.n--;
	if (s.n == 0 || s.n >= size)
		return false;
	for (size_t i = 0; i < s.n; i++)
		out[i] = dd_lower(s.p[i]);
	out[s.n] = '\0';
	return true;
}

bool dd_realm_is_near(struct dd_str registry_host, struct dd_str realm_host)
{
	char a[256], b[256];
	if (!lower(registry_host, a, sizeof a) || !lower(realm_host, b, sizeof b))
		return false;
	if (strcmp(a, b) == 0)
		return true;
	if (is_address(dd_str_from(a)) || is_address(dd_str_from(b)))
		return false;
	return share_domain(a, b);
}
