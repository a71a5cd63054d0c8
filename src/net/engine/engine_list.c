/* SPDX-License-Identifier: Apache-2.0 */
/* Images and containers of an engine, from three documents:
 *
 *   GET /images/NAME/json   Id, RepoTags, RepoDigests, Os, Architecture, Variant, Created (RFC 3339), Size,
 *                           RootFS.Layers; with Docker's containerd store also Descriptor (what Id is the digest of)
 *   GET /images/json        [ Id, RepoTags, RepoDigests, Created (seconds), Size ]
 *   GET /containers/json    [ Id, Names ("/name"), Image, ImageID, State ]
 *
 * Met in the wild: lists that are null where they are empty; "<none>:<none>" for an image without a tag and
 * "<none>@<none>" without a digest (Docker to 24); ids without "sha256:" (podman 3); images without RootFS (removed
 * layers). */
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "base/vec.h"
#include "net/engine/engine_parts.h"

enum { IMAGES_MAX = 100000, CONTAINERS_MAX = 100000, NAMES_MAX = 4096 };

static const struct dd_str none = { "<none>", 6 };

struct reading {
	struct dd_arena *a;
	bool failed; /* memory */
};

static struct dd_str keep(struct reading *r, struct dd_str s)
{
	struct dd_str copy = dd_arena_str(r->a, dd_str_take(s, DD_FIELD_BYTES_MAX));
	if (copy.p)
		return copy;
	r->failed = true;
	return DD_STR("");
}

/* podman's older service leaves the algorithm away. */
static struct dd_str keep_id(struct reading *r, struct dd_str id)
{
	if (id.n != 64 || dd_str_find(id, ':') < id.n)
		return keep(r, id);
	struct dd_str s = dd_arena_printf(r->a, "sha256:%.*s", DD_FMT(id));
	r->failed |= !s.p;
	return s.p ? s : DD_STR("");
}

static int by_text(const void *a, const void *b)
{
	return dd_str_cmp(*(const struct dd_str *)a, *(const struct dd_str *)b);
}

/* The texts of a list, without those that stand for nothing. */
static struct dd_str *keep_list(struct reading *r, const json_t *list, bool sorted, size_t *ret_n)
{
	size_t n = dd_json_len(list), kept = 0;
	n = n > NAMES_MAX ? NAMES_MAX : n;
	struct dd_str *p = dd_arena_array(r->a, n, sizeof *p);
	*ret_n = 0;
	if (!p) {
		r->failed = true;
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		struct dd_str s = dd_json_text(dd_json_at(list, i));
		if (s.n && !dd_str_starts(s, none))
			p[kept++] = keep(r, s);
	}
	if (sorted && kept > 1)
		qsort(p, kept, sizeof *p, by_text);
	*ret_n = kept;
	return p;
}

static uint64_t size_of(const json_t *doc)
{
	int64_t size = 0;
	return (dd_json_int(doc, "Size", &size) || dd_json_int(doc, "VirtualSize", &size)) && size > 0 ? (uint64_t)size
												       : 0;
}

static struct dd_engine_image read_image(struct reading *r, const json_t *doc)
{
	struct dd_engine_image i = { .id = keep_id(r, dd_json_str(doc, "Id")), .size = size_of(doc) };
	/* The containerd store gives an image the digest of its manifest or index, and says so by a descriptor of it.
	 */
	if (!dd_json_obj(doc, "Descriptor"))
		i.config_digest = i.id;
	i.tags = keep_list(r, dd_json_arr(doc, "RepoTags"), true, &i.n_tags);
	i.digests = keep_list(r, dd_json_arr(doc, "RepoDigests"), true, &i.n_digests);
	if (!dd_json_int(doc, "Created", &i.created) && !dd_time_parse(dd_json_str(doc, "Created"), &i.created))
		i.created = 0;
	if (i.created < 0)
		i.created = 0; /* Go's zero time: the year 1 */
	return i;
}

static int add_text(const char *p, size_t n, void *to)
{
	return dd_buf_add(to, p, n) == DD_OK ? 0 : -1;
}

/* The value as JSON again; empty when there is none. */
static struct dd_str keep_json(struct reading *r, const json_t *value)
{
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT((size_t)DD_CONFIG_BYTES_MAX);
	if (value && json_dump_callback(value, add_text, &text, JSON_COMPACT) != 0) {
		r->failed = true;
		return DD_STR("");
	}
	struct dd_str copy = dd_arena_str(r->a, dd_buf_str(&text));
	r->failed |= !copy.p;
	return copy.p ? copy : DD_STR("");
}

static void read_details(struct reading *r, const json_t *doc, struct dd_engine_image *i)
{
	i->config = keep_json(r, dd_json_obj(doc, "Config"));
	i->platform.os = keep(r, dd_json_str(doc, "Os"));
	i->platform.arch = keep(r, dd_json_str(doc, "Architecture"));
	i->platform.variant = keep(r, dd_json_str(doc, "Variant"));
	i->layers = keep_list(r, dd_json_arr(dd_json_obj(doc, "RootFS"), "Layers"), false, &i->n_layers);
}

static enum dd_code ask_image(struct dd_engine *e, struct dd_str name, const struct dd_engine_platform *platform,
			      struct dd_arena *a, struct dd_engine_image *ret, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf url = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX);
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct reading r = { .a = a };
	dd_engine_url(e, "/images/", &url);
	DD_TRY(dd_engine_add_name(&url, name, err));
	(void)dd_buf_add_c(&url, "/json");
	if (platform && e->about.api_minor >= DD_ENGINE_API_INSPECT_PLATFORM) {
		(void)dd_buf_add_char(&url, '?');
		dd_engine_add_platform(&url, platform);
	}
	DD_TRY(dd_engine_get(e, &url, &doc, err));
	struct dd_engine_image i = read_image(&r, doc);
	if (i.id.n == 0)
		return dd_fail(err, DD_ENET, DD_NO_OFFSET, "its answer describes no image");
	read_details(&r, doc, &i);
	if (r.failed)
		return dd_fail_nomem(err);
	*ret = i;
	return DD_OK;
}

enum dd_code dd_engine_image(struct dd_engine *e, struct dd_str name, const struct dd_engine_platform *platform,
			     struct dd_arena *a, struct dd_engine_image *ret, struct dd_err *err)
{
	struct dd_err why = { .at = DD_NO_OFFSET };
	return dd_engine_tell(e, ask_image(e, name, platform, a, ret, &why), &why, err);
}

/* ---- all images ---- */

static int by_name(const void *a, const void *b)
{
	const struct dd_engine_image *x = a, *y = b;
	if (!x->n_tags != !y->n_tags)
		return x->n_tags ? -1 : 1;
	int order = x->n_tags ? dd_str_cmp(x->tags[0], y->tags[0]) : 0;
	return order ? order : dd_str_cmp(x->id, y->id);
}

/* A list of the engine; DD_ENET when the answer is none. null stands for an empty one. */
static enum dd_code ask_list(struct dd_engine *e, const char *path, size_t max, json_t **ret, size_t *ret_n,
			     struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf url = DD_BUF_INIT((size_t)DD_HTTP_URL_BYTES_MAX);
	DD_CLEANUP_JSON json_t *doc = NULL;
	dd_engine_url(e, path, &url);
	DD_TRY(dd_engine_get(e, &url, &doc, err));
	if (!json_is_array(doc) && !json_is_null(doc))
		return dd_fail(err, DD_ENET, DD_NO_OFFSET, "its answer to %s is not a list", path);
	if (dd_json_len(doc) > max)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "its answer to %s has more than %zu members", path, max);
	*ret_n = dd_json_len(doc);
	*ret = DD_TAKE(doc);
	return DD_OK;
}

static enum dd_code ask_images(struct dd_engine *e, struct dd_arena *a, struct dd_engine_images *ret,
			       struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct reading r = { .a = a };
	struct dd_engine_images all = { 0 };
	size_t n;
	DD_TRY(ask_list(e, "/images/json", IMAGES_MAX, &doc, &n, err));
	all.p = dd_arena_array(a, n, sizeof *all.p);
	for (size_t i = 0; all.p && i < n; i++) {
		struct dd_engine_image image = read_image(&r, dd_json_at(doc, i));
		if (image.id.n)
			all.p[all.n++] = image;
	}
	if (!all.p || r.failed)
		return dd_fail_nomem(err);
	if (all.n > 1)
		qsort(all.p, all.n, sizeof *all.p, by_name);
	*ret = all;
	return DD_OK;
}

enum dd_code dd_engine_images(struct dd_engine *e, struct dd_arena *a, struct dd_engine_images *ret, struct dd_err *err)
{
	struct dd_err why = { .at = DD_NO_OFFSET };
	return dd_engine_tell(e, ask_images(e, a, ret, &why), &why, err);
}

/* ---- containers ---- */

static bool has_processes(struct dd_str state)
{
	return dd_str_eq_c(state, "running") || dd_str_eq_c(state, "paused") || dd_str_eq_c(state, "restarting");
}

static struct dd_engine_container read_container(struct reading *r, const json_t *doc)
{
	struct dd_str name = dd_json_text(dd_json_at(dd_json_arr(doc, "Names"), 0));
	if (dd_str_starts(name, DD_STR("/")))
		name = dd_str_skip(name, 1);
	struct dd_engine_container c = { .id = keep(r, dd_json_str(doc, "Id")),
					 .name = keep(r, name),
					 .image = keep(r, dd_json_str(doc, "Image")),
					 .image_id = keep_id(r, dd_json_str(doc, "ImageID")),
					 .state = keep(r, dd_json_str(doc, "State")) };
	c.running = has_processes(c.state);
	return c;
}

static int by_container_name(const void *a, const void *b)
{
	const struct dd_engine_container *x = a, *y = b;
	int order = dd_str_cmp(x->name, y->name);
	return order ? order : dd_str_cmp(x->id, y->id);
}

static enum dd_code ask_containers(struct dd_engine *e, struct dd_arena *a, struct dd_engine_containers *ret,
				   struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct reading r = { .a = a };
	struct dd_engine_containers all = { 0 };
	size_t n;
	DD_TRY(ask_list(e, "/containers/json?all=1", CONTAINERS_MAX, &doc, &n, err));
	all.p = dd_arena_array(a, n, sizeof *all.p);
	for (size_t i = 0; all.p && i < n; i++) {
		struct dd_engine_container c = read_container(&r, dd_json_at(doc, i));
		if (c.id.n)
			all.p[all.n++] = c;
	}
	if (!all.p || r.failed)
		return dd_fail_nomem(err);
	if (all.n > 1)
		qsort(all.p, all.n, sizeof *all.p, by_container_name);
	*ret = all;
	return DD_OK;
}

enum dd_code dd_engine_containers(struct dd_engine *e, struct dd_arena *a, struct dd_engine_containers *ret,
				  struct dd_err *err)
{
	struct dd_err why = { .at = DD_NO_OFFSET };
	return dd_engine_tell(e, ask_containers(e, a, ret, &why), &why, err);
}
