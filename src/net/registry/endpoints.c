/* SPDX-License-Identifier: Apache-2.0 */
/* Which hosts are asked for a reference, and by which name the repository goes there. */
#include "base/limits.h"
#include "net/registry/registry_parts.h"

static enum dd_code add(struct dd_registry_session *s, struct dd_endpoints *e, struct dd_str location,
			struct dd_str rest, bool insecure, bool mirror, struct dd_err *err)
{
	size_t slash = dd_str_find(location, '/');
	struct dd_str host = dd_str_take(location, slash), path = dd_str_skip(location, slash + 1);
	struct dd_endpoint to = { .mirror = mirror };
	while (rest.n && rest.p[0] == '/')
		rest = dd_str_skip(rest, 1);
	to.repository =
		dd_arena_printf(&e->arena, "%.*s%s%.*s", DD_FMT(path), path.n && rest.n ? "/" : "", DD_FMT(rest));
	if (!to.repository.p)
		return dd_fail_nomem(err);
	if (!dd_reference_is_repository(to.repository))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s is no name of a repository (at %s)",
			       DD_QUOTE(to.repository), DD_QUOTE(host));
	if (e->n == DD_COUNT(e->at))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "more than %zu mirrors", DD_COUNT(e->at) - 1);
	DD_TRY(dd_session_host(s, host, insecure, &to.host, err));
	e->at[e->n++] = to;
	return DD_OK;
}

/* "MIRROR" stands for Docker Hub, "REGISTRY=MIRROR" for that registry. */
static enum dd_code add_option(struct dd_registry_session *s, const struct dd_reference *ref, const char *option,
			       struct dd_endpoints *e, struct dd_err *err)
{
	struct dd_str text = dd_str_from(option), of = DD_STR(DD_REFERENCE_HUB);
	size_t equals = dd_str_find(text, '=');
	if (equals < text.n) {
		of = dd_str_take(text, equals);
		text = dd_str_skip(text, equals + 1);
	}
	if (dd_str_starts(text, DD_STR("https://")))
		text = dd_str_skip(text, 8);
	while (text.n && text.p[text.n - 1] == '/')
		text.n--;
	if (!dd_reference_is_registry(of) || !dd_reference_is_registry(dd_str_take(text, dd_str_find(text, '/'))))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "--mirror: %s is no [REGISTRY=]HOST[:PORT][/PATH]",
			       DD_QUOTE(dd_str_from(option)));
	return dd_str_eq_nocase(of, ref->registry) ? add(s, e, text, ref->repository, false, true, err) : DD_OK;
}

static bool pulls(const struct dd_registry_location *l, const struct dd_reference *ref)
{
	return l->pulls == DD_MIRROR_ALL || (l->pulls == DD_MIRROR_DIGESTS) == (ref->digest.n > 0);
}

static enum dd_code find(struct dd_registry_session *s, const struct dd_reference *ref, bool to_push,
			 struct dd_endpoints *e, struct dd_err *err)
{
	size_t length = 0;
	struct dd_str whole = dd_reference_text(ref, &e->arena);
	struct dd_str name = dd_str_take(whole, ref->registry.n + 1 + ref->repository.n);
	if (!whole.p)
		return dd_fail_nomem(err);
	const struct dd_registry_rule *rule = dd_registries_conf_find(&s->conf, whole, &length);
	if (rule && rule->blocked)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s is blocked by registries.conf (prefix %s)",
			       DD_QUOTE(name), DD_QUOTE(rule->prefix));
	struct dd_str rest = dd_str_skip(name, length);
	for (size_t i = 0; i < s->o.n_mirrors && !to_push; i++)
		DD_TRY(add_option(s, ref, s->o.mirrors[i], e, err));
	for (size_t i = 0; rule && i < rule->n_mirrors && !to_push; i++)
		if (pulls(&rule->mirrors[i], ref))
			DD_TRY(add(s, e, rule->mirrors[i].name, rest, rule->mirrors[i].insecure, true, err));
	if (rule && rule->location.name.n)
		return add(s, e, rule->location.name, rest, rule->location.insecure, false, err);
	return add(s, e, name, DD_STR(""), rule && rule->location.insecure, false, err);
}

enum dd_code dd_endpoints_find(struct dd_registry_session *s, const struct dd_reference *ref, bool to_push,
			       struct dd_endpoints *ret, struct dd_err *err)
{
	ret->n = 0;
	ret->arena = DD_ARENA_INIT((size_t)64 * DD_KIB);
	enum dd_code code = find(s, ref, to_push, ret, err);
	if (code != DD_OK)
		dd_endpoints_done(ret);
	return code;
}

void dd_endpoints_done(struct dd_endpoints *e)
{
	dd_arena_done(&e->arena);
	e->n = 0;
}
