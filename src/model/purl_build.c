/* SPDX-License-Identifier: Apache-2.0 */
/* Components to text. Every component is percent-encoded alone: letters, digits and . - _ ~ stay, the colon stays too
 * (the specification's own exception, so that a deb epoch reads 1:2.36), every other byte is %XX with capital digits: +
 * is %2B, @ is %40, the slash of a version or a qualifier %2F. */
#include "base/buf.h"
#include "base/limits.h"
#include "model/purl.h"
#include "model/purl_types.h"

static bool stays(char c)
{
	return dd_is_digit(c) || dd_is_alpha(c) || c == '.' || c == '-' || c == '_' || c == '~' || c == ':';
}

static void add_encoded(struct dd_buf *b, struct dd_str s, bool path)
{
	static const char hex[] = "0123456789ABCDEF";
	for (size_t i = 0; i < s.n; i++) {
		if (stays(s.p[i]) || (path && s.p[i] == '/')) {
			(void)dd_buf_add_char(b, s.p[i]);
			continue;
		}
		unsigned char byte = (unsigned char)s.p[i];
		char out[3] = { '%', hex[byte >> 4], hex[byte & 15] };
		(void)dd_buf_add(b, out, sizeof out);
	}
}

static void add_component(struct dd_buf *b, const char *before, struct dd_str s, bool path)
{
	if (s.n == 0)
		return;
	(void)dd_buf_add_c(b, before);
	add_encoded(b, s, path);
}

enum dd_code dd_purl_build(const struct dd_purl *p, struct dd_arena *a, struct dd_str *ret, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf b = DD_BUF_INIT(16 * DD_FIELD_BYTES_MAX);
	(void)dd_buf_add_c(&b, "pkg:");
	(void)dd_buf_add_str(&b, p->type); /* has nothing to encode */
	add_component(&b, "/", p->namespace, true);
	add_component(&b, "/", p->name, false);
	add_component(&b, "@", p->version, false);
	for (size_t i = 0; i < p->n_qualifiers; i++) {
		add_component(&b, i ? "&" : "?", p->qualifiers[i].key, false);
		add_component(&b, "=", p->qualifiers[i].value, false);
	}
	add_component(&b, "#", p->subpath, true);
	DD_TRY(dd_buf_check(&b, "package URL", err));
	struct dd_str copy = dd_arena_str(a, dd_buf_str(&b));
	if (!copy.p)
		return dd_fail_nomem(err);
	*ret = copy;
	return DD_OK;
}

struct dd_str dd_purl_qualifier(const struct dd_purl *p, const char *key)
{
	for (size_t i = 0; i < p->n_qualifiers; i++)
		if (dd_str_eq_c(p->qualifiers[i].key, key))
			return p->qualifiers[i].value;
	return DD_STR("");
}

enum dd_code dd_purl_package_name(const struct dd_purl *p, struct dd_arena *a, struct dd_str *ret, struct dd_err *err)
{
	char separator = dd_purl_type(p->type)->separator;
	bool pod = dd_str_eq_c(p->type, "cocoapods") && p->subpath.n;
	struct dd_str name = p->name;
	if (p->namespace.n && separator)
		name = dd_arena_printf(a, "%.*s%c%.*s", DD_FMT(p->namespace), separator, DD_FMT(p->name));
	else if (pod)
		name = dd_arena_printf(a, "%.*s/%.*s", DD_FMT(p->name), DD_FMT(p->subpath));
	else
		name = dd_arena_str(a, name);
	if (!name.p)
		return dd_fail_nomem(err);
	*ret = name;
	return DD_OK;
}
