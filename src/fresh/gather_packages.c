/* SPDX-License-Identifier: Apache-2.0 */
/* One task for each name of a type, however many versions of it there are; DD_FRESH_WINDOW of them under way. */
#include "base/limits.h"
#include "base/map.h"
#include "fresh/addresses.h"
#include "fresh/gather_parts.h"
#include "version/ecosystem.h"

struct task {
	enum dd_fresh_service service; /* of its row in the table; later documents come from others */
	struct dd_str name;
	enum dd_scheme scheme;
	uint32_t first; /* package; further ones of the same name follow in `next` */
	struct dd_releases releases;
	bool open; /* releases is initialised */
};

/* Failures of one service are told once. */
struct failures {
	size_t n;
	char first[DD_ERR_MESSAGE_MAX];
};

struct tasks {
	struct dd_gathering *g;
	DD_VEC(struct task) list;
	uint32_t *next; /* for each package the next of its task, DD_MAP_NONE: none */
	struct dd_map by_name;
	struct failures failures[DD_FRESH_N_SERVICES];
	size_t left_out; /* names beyond the limit */
	size_t under_way;
};

static enum dd_fresh_service service_of(struct dd_str type)
{
	for (size_t i = 0; i < DD_FRESH_N_SERVICES; i++)
		if (dd_fresh_services[i].purl_type && dd_str_eq_c(type, dd_fresh_services[i].purl_type))
			return (enum dd_fresh_service)i;
	return DD_FRESH_N_SERVICES;
}

/* A package that no registry can know: Go's standard library, what comes from version control or a directory, or what
 * the distribution built (its repository is asked). */
static bool has_registry(const struct dd_installed *in)
{
	const struct dd_package *p = &in->package;
	size_t scheme = dd_str_search(p->url, DD_STR("://"));
	int c;
	const struct dd_ecosystem *e = dd_ecosystem_by_purl_type(p->type, DD_STR(""));
	if (in->system || in->owner >= 0 || !p->name.n || !p->version.n || !e)
		return false;
	if (dd_str_eq_c(p->type, "golang") && dd_str_eq_c(p->name, "stdlib"))
		return false;
	if (p->url.n && (scheme == p->url.n || dd_str_starts(p->url, DD_STR("git")) ||
			 dd_str_starts(p->url, DD_STR("ssh")) || dd_str_starts(p->url, DD_STR("file"))))
		return false;
	return p->evidence != DD_PACKAGE_GUESSED && dd_vercmp(e->scheme, p->version, p->version, &c);
}

static enum dd_code add_package(struct tasks *t, uint32_t i, struct dd_err *err)
{
	const struct dd_installed *in = &t->g->inv->packages[i];
	enum dd_fresh_service service = service_of(in->package.type);
	uint64_t max = t->g->wish->max_packages ? t->g->wish->max_packages : DD_FRESH_PACKAGES_MAX;
	t->next[i] = DD_MAP_NONE;
	if (service == DD_FRESH_N_SERVICES || !has_registry(in))
		return DD_OK;
	struct dd_str key = dd_arena_printf(t->g->arena, "%d/%.*s", (int)service, DD_FMT(in->package.name));
	if (!key.p)
		return dd_fail_nomem(err);
	uint32_t at = dd_map_get(&t->by_name, key);
	if (at == DD_MAP_NONE && t->list.n >= max) {
		t->left_out++;
		return DD_OK;
	}
	if (at == DD_MAP_NONE) {
		struct task one = { .service = service, .name = in->package.name, .first = i };
		one.scheme = dd_ecosystem_by_purl_type(in->package.type, DD_STR(""))->scheme;
		if (!dd_map_set(&t->by_name, key, (uint32_t)t->list.n) || !dd_vec_push(&t->list, one, DD_PACKAGES_MAX))
			return dd_fail_nomem(err);
		return DD_OK;
	}
	t->next[i] = t->list.p[at].first;
	t->list.p[at].first = i;
	return DD_OK;
}

/* ---- what came ---- */

static void for_all(struct tasks *t, const struct task *task, enum dd_upstream_state state)
{
	for (uint32_t i = task->first; i != DD_MAP_NONE; i = t->next[i])
		t->g->out->packages[i].state = state;
}

static void fail(struct tasks *t, struct task *task, const char *why)
{
	struct failures *f = &t->failures[task->service];
	if (f->n++ == 0)
		(void)memccpy(f->first, why, 0, sizeof f->first - 1);
	for_all(t, task, DD_UPSTREAM_FAILED);
}

static void close_task(struct task *task)
{
	if (task->open)
		dd_releases_done(&task->releases);
	task->open = false;
}

static enum dd_code conclude(struct tasks *t, struct task *task, const char *origin, struct dd_err *err)
{
	struct dd_str said = dd_arena_str(t->g->arena, dd_str_from(origin));
	if (!said.p)
		return dd_fail_nomem(err);
	for (uint32_t i = task->first; i != DD_MAP_NONE; i = t->next[i]) {
		struct dd_upstream *u = &t->g->out->packages[i];
		DD_TRY(dd_releases_standing(&task->releases, task->scheme, t->g->inv->packages[i].package.version,
					    t->g->arena, u, err));
		u->origin = said;
	}
	return DD_OK;
}

static enum dd_code ask(struct tasks *t, uint32_t id, enum dd_fresh_service service, struct dd_str part,
			struct dd_err *err)
{
	struct dd_err why;
	enum dd_code code = dd_fresh_ask(t->g->wish->channel, id, service, t->list.p[id].name, part, &why);
	if (code == DD_OK) {
		t->under_way++;
	} else if (code == DD_EARG) {
		for_all(t, &t->list.p[id], DD_UPSTREAM_ABSENT);
		close_task(&t->list.p[id]);
		code = DD_OK;
	} else {
		dd_err_copy(err, &why);
	}
	return code;
}

/* Reads a document; asks for the next one, or ends the task. */
static enum dd_code take(struct tasks *t, const struct dd_fresh_heard *h, struct dd_err *err)
{
	struct task *task = &t->list.p[h->reply.id];
	struct dd_releases *r = &task->releases;
	DD_CLEANUP_BUF struct dd_buf unpacked = DD_BUF_INIT(DD_FRESH_DOCUMENT_MAX);
	struct dd_str doc;
	struct dd_err why = { .at = DD_NO_OFFSET };
	enum dd_fresh_service service = task->open ? r->next : task->service;
	enum dd_code code = (enum dd_code)h->reply.code;
	if (!task->open) {
		dd_releases_init(r);
		task->open = true;
	}
	if (code == DD_OK) {
		r->next = service == DD_FRESH_NUGET_PAGE ? service : DD_FRESH_N_SERVICES;
		code = dd_fresh_unpack(h->file.bytes, DD_FRESH_DOCUMENT_MAX, &unpacked, &doc, &why);
		if (code == DD_OK)
			code = dd_releases_read(service, doc, task->name, r, &why);
		if (code != DD_OK)
			(void)dd_wrap(&why, "%s", h->reply.origin);
	} else if (code == DD_ENOTFOUND && service != task->service) {
		/* a follow-up that is not there: what is known already counts */
		code = DD_OK;
		r->n_parts = 0;
	} else {
		memcpy(why.message, h->reply.text, sizeof why.message);
	}
	if (code == DD_OK && r->next != DD_FRESH_N_SERVICES && r->n_parts)
		return ask(t, h->reply.id, r->next, r->parts[--r->n_parts], err);
	if (code == DD_OK)
		code = conclude(t, task, h->reply.origin, &why);
	else if (code == DD_ENOTFOUND || h->reply.code == DD_EARG)
		for_all(t, task, DD_UPSTREAM_ABSENT), code = DD_OK;
	else if (code != DD_ENOMEM)
		fail(t, task, why.message), code = DD_OK;
	close_task(task);
	if (code != DD_OK)
		dd_err_copy(err, &why);
	return code;
}

static enum dd_code converse(struct tasks *t, struct dd_err *err)
{
	size_t next = 0;
	while (next < t->list.n || t->under_way) {
		struct dd_fresh_heard h;
		while (next < t->list.n && t->under_way < DD_FRESH_WINDOW) {
			DD_TRY(ask(t, (uint32_t)next, t->list.p[next].service, DD_STR(""), err));
			next++;
		}
		if (!t->under_way)
			continue;
		DD_TRY(dd_fresh_hear(t->g->wish->channel, &h, err));
		t->under_way--;
		enum dd_code code = DD_OK;
		if (h.reply.id < next)
			code = take(t, &h, err);
		dd_fresh_heard_done(&h);
		DD_TRY(code);
	}
	return DD_OK;
}

static enum dd_code tell(struct tasks *t)
{
	for (size_t i = 0; i < DD_FRESH_N_SERVICES; i++) {
		const struct failures *f = &t->failures[i];
		if (f->n)
			DD_TRY(dd_gathering_problem(t->g, "nothing is known of %zu package%s of %s: %.380s", f->n,
						    f->n == 1 ? "" : "s", dd_fresh_services[i].purl_type, f->first));
	}
	if (t->left_out)
		return dd_gathering_warn(t->g,
					 "registries were asked about %zu packages; %zu more were not asked about "
					 "(--upstream-packages sets the limit)",
					 t->list.n, t->left_out);
	return DD_OK;
}

enum dd_code dd_gather_packages(struct dd_gathering *g, struct dd_err *err)
{
	struct tasks t = { .g = g, .next = dd_arena_array(g->arena, g->inv->n_packages, sizeof *t.next) };
	enum dd_code code = t.next ? DD_OK : dd_fail_nomem(err);
	for (size_t i = 0; i < g->inv->n_packages && code == DD_OK; i++)
		code = add_package(&t, (uint32_t)i, err);
	if (code == DD_OK)
		code = converse(&t, err);
	if (code == DD_OK && tell(&t) != DD_OK)
		code = dd_fail_nomem(err);
	for (size_t i = 0; i < t.list.n; i++)
		close_task(&t.list.p[i]);
	dd_vec_done(&t.list);
	dd_map_done(&t.by_name);
	return code;
}
