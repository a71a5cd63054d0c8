/* SPDX-License-Identifier: Apache-2.0 */
/* Packages of the system: every repository that the image names is read, one after the other, and what it offers is
 * held against what is installed. */
#include <stdio.h>

#include "base/glob.h"
#include "base/limits.h"
#include "fresh/gather_parts.h"
#include "version/ecosystem.h"

enum { REPOSITORIES_MAX = 64, REFUSED_MAX = 16, HELD_MAX = 1024 };

static const struct {
	const char *type;
	dd_repository_fn *read;
} readers[] = {
	{ "apk", dd_repository_apk },
	{ "deb", dd_repository_deb },
	{ "rpm", dd_repository_rpm },
};

enum dd_code dd_gather_file(struct dd_gathering *g, enum dd_fresh_service service, struct dd_str base,
			    struct dd_str part, struct dd_fresh_heard *ret, struct dd_err *err)
{
	DD_TRY(dd_fresh_ask(g->wish->channel, 0, service, base, part, err));
	DD_TRY(dd_fresh_hear(g->wish->channel, ret, err));
	enum dd_code code = (enum dd_code)ret->reply.code;
	if (code == DD_OK)
		return DD_OK;
	dd_fresh_heard_done(ret);
	(void)dd_fail(err, code, DD_NO_OFFSET, "%.*s", (int)sizeof ret->reply.text - 1, ret->reply.text);
	return code;
}

/* ---- offers ---- */

static enum dd_code raise(struct dd_offers *o, struct dd_str *to, struct dd_str version, bool *ret_raised)
{
	int c;
	*ret_raised = false;
	if (to->n ? !dd_vercmp(o->scheme, version, *to, &c) || c <= 0 : !dd_vercmp(o->scheme, version, version, &c))
		return DD_OK;
	*to = dd_arena_str(o->g->arena, version);
	*ret_raised = true;
	return to->p ? DD_OK : DD_ENOMEM;
}

enum dd_code dd_offers_add(struct dd_offers *o, uint32_t i, struct dd_str version, const struct dd_offer_kind *kind)
{
	struct dd_offer *of = &o->of[i];
	bool raised;
	if (kind->security)
		DD_TRY(raise(o, &of->security, version, &raised));
	if (kind->announced)
		return DD_OK;
	DD_TRY(raise(o, kind->optional ? &of->optional : &of->best, version, &raised));
	if (raised && (!kind->optional || !of->origin.n))
		of->origin = kind->origin;
	return DD_OK;
}

static bool newer(const struct dd_offers *o, struct dd_str a, struct dd_str b)
{
	int c;
	return a.n && dd_vercmp(o->scheme, a, b, &c) && c > 0;
}

/* Settings of the image that an upgrade honours and this does not: told beside the update, which waits all the same. A
 * pin of everything ("*") sets an order, and says nothing of one package. */
static struct dd_str held(const struct dd_offers *o, const struct dd_package *p)
{
	const struct dd_inventory *inv = o->g->inv;
	char type[16], with_arch[DD_GLOB_BYTES_MAX];
	(void)snprintf(type, sizeof type, "%.*s-held", DD_FMT(o->type));
	(void)snprintf(with_arch, sizeof with_arch, "%.*s%c%.*s", DD_FMT(p->name),
		       dd_str_eq_c(o->type, "deb") ? ':' : '.', DD_FMT(p->arch));
	for (size_t i = 0, n = 0; i < inv->n_repositories && n < HELD_MAX; i++) {
		const struct dd_repository *r = &inv->repositories[i];
		if (!dd_str_eq_c(r->type, type) || dd_str_eq_c(r->url, "*"))
			continue;
		n++;
		if (dd_glob_match(r->url, p->name) || dd_glob_match(r->url, dd_str_from(with_arch)))
			return r->suite;
	}
	return DD_STR("");
}

/* What an upgrade would do: take the best; what is newer than that came from an optional repository, or from elsewhere,
 * and is compared with the optional one (apt_preferences(5): priorities 500 and 100). */
static void conclude(struct dd_offers *o, uint32_t i)
{
	const struct dd_installed *in = &o->g->inv->packages[i];
	const struct dd_offer *of = &o->of[i];
	struct dd_upstream *u = &o->g->out->packages[i];
	struct dd_str installed = in->package.version;
	u->state = of->best.n || of->optional.n ? DD_UPSTREAM_KNOWN : DD_UPSTREAM_ABSENT;
	if (u->state == DD_UPSTREAM_ABSENT)
		return;
	bool beyond = !of->best.n || newer(o, installed, of->best);
	u->latest = beyond && of->optional.n ? of->optional : of->best;
	u->behind = newer(o, u->latest, installed);
	u->security = u->behind && newer(o, of->security, installed);
	u->origin = of->origin;
	if (u->behind)
		u->held = held(o, &in->package);
}

/* ---- repositories ---- */

struct refused {
	char hosts[REFUSED_MAX][DD_FRESH_ORIGIN_MAX];
	size_t n;
};

static enum dd_code tell(struct dd_offers *o, const struct dd_repository *r, enum dd_code code,
			 const struct dd_err *why, struct refused *refused)
{
	struct dd_str host = dd_str_from(why->message);
	host = dd_str_take(host, dd_str_find(host, ' '));
	if (code != DD_EARG)
		return dd_gathering_problem(o->g, "repository %s%s%s: %.320s", DD_QUOTE(r->url), r->suite.n ? " " : "",
					    r->suite.n ? DD_QUOTE(r->suite) : "", why->message);
	for (size_t i = 0; i < refused->n; i++)
		if (dd_str_eq_c(host, refused->hosts[i]))
			return DD_OK;
	if (refused->n < REFUSED_MAX && host.n < DD_FRESH_ORIGIN_MAX) {
		memcpy(refused->hosts[refused->n], host.p, host.n);
		refused->hosts[refused->n++][host.n] = 0;
	}
	return dd_gathering_warn(o->g, "the image's repository %s was not asked: %.200s", DD_QUOTE(r->url),
				 why->message);
}

static bool same(const struct dd_repository *a, const struct dd_repository *b)
{
	return dd_str_eq(a->url, b->url) && dd_str_eq(a->suite, b->suite) && dd_str_eq(a->components, b->components) &&
	       dd_str_eq(a->architectures, b->architectures);
}

static bool seen_before(const struct dd_inventory *inv, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (same(&inv->repositories[k], &inv->repositories[i]))
			return true;
	return false;
}

static enum dd_code read_all(struct dd_offers *o, dd_repository_fn *read, struct dd_err *err)
{
	const struct dd_inventory *inv = o->g->inv;
	struct refused refused = { .n = 0 };
	size_t n = 0;
	for (size_t i = 0; i < inv->n_repositories; i++) {
		const struct dd_repository *r = &inv->repositories[i];
		struct dd_err why = { .at = DD_NO_OFFSET };
		if (!dd_str_eq(r->type, o->type) || seen_before(inv, i))
			continue;
		if (++n > REPOSITORIES_MAX)
			return dd_gathering_problem(o->g, "more than %d repositories are named", REPOSITORIES_MAX);
		enum dd_code code = read(o, r, &why);
		if (code == DD_ENOMEM)
			return dd_fail_nomem(err);
		if (code != DD_OK && tell(o, r, code, &why, &refused) != DD_OK)
			return dd_fail_nomem(err);
		o->read += code == DD_OK;
	}
	if (n == 0)
		return dd_gathering_warn(o->g,
					 "the image names no repository: nothing is known of updates of its system");
	return DD_OK;
}

static enum dd_code tell_modules(struct dd_offers *o)
{
	const struct dd_inventory *inv = o->g->inv;
	size_t n = 0;
	for (size_t i = 0; i < inv->n_packages; i++)
		n += inv->packages[i].system && inv->packages[i].package.module.n > 0;
	return n ? dd_gathering_warn(o->g, "%zu packages of modules were not looked at for updates", n) : DD_OK;
}

static enum dd_code tell_pins(struct dd_offers *o)
{
	const struct dd_inventory *inv = o->g->inv;
	for (size_t i = 0; i < inv->n_repositories; i++)
		if (dd_str_eq_c(inv->repositories[i].type, "deb-held") && dd_str_eq_c(inv->repositories[i].url, "*"))
			return dd_gathering_warn(o->g,
						 "priorities that %s gives to all packages were not looked at: apt may "
						 "take other versions",
						 DD_QUOTE(inv->repositories[i].path));
	return DD_OK;
}

static enum dd_code index_packages(struct dd_offers *o, size_t *ret_n)
{
	const struct dd_inventory *inv = o->g->inv;
	*ret_n = 0;
	for (uint32_t i = (uint32_t)inv->n_packages; i-- > 0;) {
		const struct dd_installed *in = &inv->packages[i];
		o->next[i] = DD_MAP_NONE;
		if (!in->system || !dd_str_eq(in->package.type, o->type))
			continue;
		o->next[i] = dd_map_get(&o->by_name, in->package.name);
		if (!dd_map_set(&o->by_name, in->package.name, i))
			return DD_ENOMEM;
		++*ret_n;
	}
	return DD_OK;
}

static enum dd_code gather_type(struct dd_gathering *g, const char *type, dd_repository_fn *read, struct dd_err *err)
{
	const struct dd_inventory *inv = g->inv;
	struct dd_offers o = { .g = g,
			       .type = dd_str_from(type),
			       .of = dd_arena_array(g->arena, inv->n_packages, sizeof *o.of),
			       .next = dd_arena_array(g->arena, inv->n_packages, sizeof *o.next) };
	size_t n = 0;
	if (!o.of || !o.next || !dd_scheme_parse(o.type, &o.scheme))
		return dd_fail_nomem(err);
	enum dd_code code = index_packages(&o, &n);
	if (code == DD_OK && n)
		code = read_all(&o, read, err);
	for (uint32_t i = 0; code == DD_OK && o.read && i < inv->n_packages; i++)
		if (inv->packages[i].system && dd_str_eq(inv->packages[i].package.type, o.type))
			conclude(&o, i);
	if (code == DD_OK && o.read && dd_str_eq_c(o.type, "rpm"))
		code = tell_modules(&o);
	if (code == DD_OK && o.read && dd_str_eq_c(o.type, "deb"))
		code = tell_pins(&o);
	dd_map_done(&o.by_name);
	return code == DD_ENOMEM ? dd_fail_nomem(err) : code;
}

/* Systems whose repositories nobody here can read: said, not passed over. */
static enum dd_code tell_others(struct dd_gathering *g)
{
	const struct dd_inventory *inv = g->inv;
	for (size_t i = 0; i < inv->n_packages; i++) {
		bool known = !inv->packages[i].system;
		for (size_t k = 0; k < DD_COUNT(readers) && !known; k++)
			known = dd_str_eq_c(inv->packages[i].package.type, readers[k].type);
		if (!known)
			return dd_gathering_warn(
				g, "repositories of %.*s packages are not asked: nothing is known of updates",
				DD_FMT(inv->packages[i].package.type));
	}
	return DD_OK;
}

enum dd_code dd_gather_system(struct dd_gathering *g, struct dd_err *err)
{
	for (size_t i = 0; i < DD_COUNT(readers); i++)
		DD_TRY(gather_type(g, readers[i].type, readers[i].read, err));
	return tell_others(g) == DD_OK ? DD_OK : dd_fail_nomem(err);
}
