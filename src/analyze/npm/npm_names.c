/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/npm/npm_names.h"

#include "analyze/third_party.h"
#include "base/limits.h"

bool dd_npm_split(struct dd_str ident, struct dd_str *ret_name, struct dd_str *ret_rest)
{
	if (ident.n < 2)
		return false;
	size_t at = 1 + dd_str_find(dd_str_skip(ident, 1), '@');
	if (at >= ident.n || (ident.p[0] == '@' && at < 3))
		return false;
	*ret_name = dd_str_take(ident, at);
	*ret_rest = dd_str_skip(ident, at + 1);
	return true;
}

bool dd_npm_is_version(struct dd_str s)
{
	if (!s.n || !dd_is_digit(s.p[0]))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!dd_is_digit(s.p[i]) && !dd_is_alpha(s.p[i]) && (!s.p[i] || !strchr(".+-", s.p[i])))
			return false;
	return true;
}

struct dd_str dd_npm_clean_version(struct dd_str s)
{
	s = dd_str_trim(s);
	while (s.n && (s.p[0] == '=' || s.p[0] == 'v' || s.p[0] == ' '))
		s = dd_str_skip(s, 1);
	return s;
}

/* Archives that they make of a commit; their package registries have other names. */
static const char *const code_hosts[] = { "codeload.github.com", "github.com", "api.github.com", "bitbucket.org" };

bool dd_npm_is_registry_url(struct dd_str resolved)
{
	size_t colon = dd_str_find(resolved, ':');
	struct dd_str scheme = dd_str_take(resolved, colon), rest = dd_str_skip(resolved, colon + 1);
	if (colon == resolved.n)
		return true;
	if ((!dd_str_eq_c(scheme, "https") && !dd_str_eq_c(scheme, "http")) || !dd_str_starts(rest, DD_STR("//")))
		return false;
	rest = dd_str_skip(rest, 2);
	struct dd_str host = dd_str_take(rest, dd_str_find(rest, '/'));
	host = dd_str_skip(host, dd_str_rfind(host, '@') < host.n ? dd_str_rfind(host, '@') + 1 : 0);
	for (size_t i = 0; i < DD_COUNT(code_hosts); i++)
		if (dd_str_eq_nocase(host, dd_str_from(code_hosts[i])))
			return false;
	return dd_str_search(rest, DD_STR("/-/archive/")) == rest.n && !dd_str_ends(rest, DD_STR(".git"));
}

struct dd_str dd_npm_digest(struct dd_found *out, struct dd_str integrity)
{
	static const char *const strongest[] = { "sha512", "sha384", "sha256", "sha1" };
	for (size_t i = 0; i < DD_COUNT(strongest); i++) {
		struct dd_str rest = integrity, part;
		while (dd_str_next(&rest, ' ', &part)) {
			size_t dash = dd_str_find(part, '-');
			struct dd_str value = dd_str_skip(part, dash + 1);
			value = dd_str_take(value, dd_str_find(value, '?')); /* options */
			struct dd_str digest =
				dd_str_eq_c(dd_str_take(part, dash), strongest[i])
					? dd_third_party_digest_base64(out, dd_str_take(part, dash), value)
					: DD_STR("");
			if (digest.n)
				return digest;
		}
	}
	return DD_STR("");
}

void dd_npm_set_source(struct dd_found *out, struct dd_package *p, struct dd_str resolved, struct dd_str integrity)
{
	p->url = dd_str_search(resolved, DD_STR("://")) < resolved.n ? dd_third_party_url(out, resolved) : DD_STR("");
	p->digest = dd_npm_digest(out, integrity);
	size_t hash = dd_str_find(resolved, '#');
	if (!p->digest.n && hash < resolved.n)
		p->digest = dd_third_party_digest(out, DD_STR("sha1"), dd_str_skip(resolved, hash + 1));
}

/* "MIT", or {"type": "MIT", "url": …}; some have a name there. */
static struct dd_str licence(const json_t *value)
{
	struct dd_str text = dd_json_text(value);
	if (!text.n)
		text = dd_json_str(value, "type");
	return dd_str_trim(text.n ? text : dd_json_str(value, "name"));
}

static void add_licence(struct dd_buf *list, struct dd_str text)
{
	if (!text.n || list->max - list->n < text.n + 4)
		return;
	if (list->n)
		(void)dd_buf_add_c(list, " OR ");
	(void)dd_buf_add_str(list, text);
}

struct dd_str dd_npm_licences(struct dd_found *out, const json_t *package)
{
	DD_CLEANUP_BUF struct dd_buf list = DD_BUF_INIT(DD_FIELD_BYTES_MAX);
	static const char *const keys[] = { "license", "licenses" };
	for (size_t k = 0; k < DD_COUNT(keys) && !list.n; k++) {
		const json_t *value = dd_json_get(package, keys[k]);
		add_licence(&list, licence(value));
		for (size_t i = 0; i < dd_json_len(value); i++)
			add_licence(&list, licence(dd_json_at(value, i)));
	}
	return dd_third_party_text(out, dd_buf_str(&list));
}

static struct dd_str depends(struct dd_found *out, const json_t *package)
{
	static const char *const keys[] = { "dependencies", "optionalDependencies" };
	DD_CLEANUP_BUF struct dd_buf list = DD_BUF_INIT(DD_DEPENDS_BYTES_MAX);
	for (size_t k = 0; k < DD_COUNT(keys); k++) {
		const json_t *needs = dd_json_obj(package, keys[k]);
		for (void *it = dd_json_first(needs); it; it = dd_json_next(needs, it))
			dd_depends_add(&list, dd_json_name(it), DD_STR(""));
	}
	return dd_lines_take(out, &list);
}

struct dd_package *dd_npm_add_installed(struct dd_found *out, const json_t *package)
{
	struct dd_str name = dd_json_str(package, "name"), resolved = dd_json_str(package, "_resolved");
	struct dd_str version = dd_npm_clean_version(dd_json_str(package, "version"));
	struct dd_package *p = dd_third_party(out, DD_PACKAGE_INSTALLED, "npm", name, version, 0);
	if (!p)
		return NULL;
	p->licences = dd_npm_licences(out, package);
	p->depends = depends(out, package);
	if (dd_npm_is_registry_url(resolved))
		dd_npm_set_source(out, p, resolved, dd_json_str(package, "_integrity"));
	return p;
}
