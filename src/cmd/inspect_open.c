/* SPDX-License-Identifier: Apache-2.0 */
/* What `inspect` and `tags` begin and end with: options, places, clients. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "cmd/broker.h"
#include "cmd/inspect_parts.h"
#include "cmd/paths.h"
#include "cmd/scan_secrets.h"

void dd_inspect_release(void *options)
{
	struct dd_inspect_options *o = options;
	dd_shared_options_done(&o->shared);
}

void dd_inspect_paths(struct dd_inspect *in)
{
	DD_CLEANUP_BUF struct dd_buf cache = DD_BUF_INIT(DD_PATH_MAX), db = DD_BUF_INIT(DD_PATH_MAX);
	const struct dd_shared_options *o = &in->o->shared;
	if (dd_path_cache(o, &cache, NULL) == DD_OK)
		in->cache = dd_arena_c(&in->arena, dd_buf_str(&cache));
	if (o->db && o->db[0]) {
		in->db_path = o->db;
	} else if (dd_path_updated_database(o, &db, NULL) == DD_OK) {
		const char *path = dd_arena_c(&in->arena, dd_buf_str(&db));
		in->db_path = path && access(path, R_OK) == 0 ? path : NULL;
	}
}

static void tell(void *ctx, enum dd_registry_notice kind, const char *text)
{
	const struct dd_inspect *in = ctx;
	if (!in->o->shared.quiet && (kind != DD_REGISTRY_RETRY || in->o->shared.verbose))
		dd_cmd_warn("%s", text);
}

static enum dd_code connect_hub(struct dd_inspect *in, struct dd_err *err)
{
	size_t slash = dd_str_find(in->ref.repository, '/');
	in->hub_space = dd_str_take(in->ref.repository, slash);
	in->hub_name = dd_str_skip(in->ref.repository, slash + 1);
	if (!dd_str_eq_c(in->ref.registry, DD_REFERENCE_HUB) || in->o->no_hub)
		return DD_OK;
	const struct dd_hub_options o = {
		.url = in->o->hub_url, .cache = in->cache, .offline = in->o->shared.offline, .now = (int64_t)time(NULL)
	};
	return dd_hub_new(in->net, &o, &in->hub, err);
}

enum dd_code dd_inspect_connect(struct dd_inspect *in, struct dd_err *err)
{
	struct dd_registry_options o;
	dd_broker_registry_options(&in->o->shared, &o);
	o.notice = tell;
	o.notice_ctx = in;
	if (!in->net)
		DD_TRY(dd_net_open(&in->net, err));
	DD_TRY(dd_registry_session_new(in->net, &o, &in->session, err));
	DD_TRY(dd_registry_new(in->session, &in->registry, err));
	return connect_hub(in, err);
}

void dd_inspect_done(struct dd_inspect *in)
{
	dd_hub_freep(&in->hub);
	dd_registry_freep(&in->registry);
	dd_registry_session_freep(&in->session);
	dd_net_closep(&in->net);
	dd_image_freep(&in->image);
	dd_scan_secrets_freep(&in->redactor);
	dd_arena_done(&in->arena);
}
