/* SPDX-License-Identifier: Apache-2.0 */
/* containerd's images, from its metadata and its content store (github.com/containerd/containerd 1.4 to 2.1:
 * core/metadata/buckets.go, plugins/content/local):
 *
 *   ROOT/io.containerd.metadata.v1.bolt/meta.db   v1/NAMESPACE/images/NAME: createdat, updatedat,
 *                                                    target: digest, mediatype, size (varint)
 *                                                 v1/NAMESPACE/containers/ID: image (NAME), labels
 *   ROOT/io.containerd.content.v1.content/        blobs/sha256/HEX, as in an OCI image layout
 *   STATE/io.containerd.runtime.v2.task/NAMESPACE/ID   exists while the container runs
 *
 * A name may stand for an index of which only this machine's platform is there. Kubernetes names an image three times:
 * by tag, by digest, and by "sha256:" and the digest of its configuration; they are one image here. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/text.h"
#include "format/json.h"
#include "image/containerd_db.h"
#include "image/store_parts.h"

#define META	"io.containerd.metadata.v1.bolt/meta.db"
#define CONTENT "io.containerd.content.v1.content"

/* ---- the list ---- */

struct reading {
	struct dd_containerd_db db;
	struct dd_store_list *l;
	struct dd_map by_digest; /* "NAMESPACE digest" → index of images */
};

static enum dd_code open_db(const struct dd_store_place *place, struct dd_containerd_db *ret, struct dd_err *err)
{
	DD_CLEANUP(dd_closep) int root = -1;
	DD_TRY(dd_store_open_root(place->root, &root, err));
	DD_CLEANUP(dd_closep) int fd = openat(root, META, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 && errno == ENOENT)
		return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "it has no %s", META);
	if (fd < 0 && errno == EACCES) {
		(void)dd_fail_errno(err, "only its owner may read it (sudo)");
		return DD_EIO;
	}
	if (fd < 0)
		return dd_fail_errno(err, "cannot open " META);
	return dd_containerd_db_read(fd, ret, err);
}

/* One name of an image. */
static enum dd_code add_name(struct reading *r, struct dd_str space, const struct dd_bbolt_item *name,
			     struct dd_err *err)
{
	struct dd_str digest, created;
	struct dd_bbolt_bucket target;
	struct dd_store_image image = { .space = space };
	bool found;
	uint32_t at;
	if (!name->is_bucket)
		return DD_OK;
	DD_TRY(dd_containerd_bucket(&r->db, name->bucket, "target", &target, &found, err));
	if (!found)
		return DD_OK;
	DD_TRY(dd_containerd_value(&r->db, target, "digest", &digest, err));
	DD_TRY(dd_containerd_value(&r->db, name->bucket, "createdat", &created, err));
	DD_TRY(dd_digest_parse(digest, &image.id, err));
	image.manifest = image.id;
	image.has_manifest = true;
	image.created = dd_containerd_time(created);
	struct dd_str key = dd_arena_printf(r->l->a, "%.*s %.*s", DD_FMT(space), DD_FMT(digest));
	if (!key.p)
		return dd_fail_nomem(err);
	if (!dd_map_add(&r->by_digest, key, (uint32_t)r->l->images.n, &at))
		return dd_fail_nomem(err);
	if (at == r->l->images.n && !dd_vec_push(&r->l->images, image, DD_STORE_IMAGES_MAX))
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "more than %d images", DD_STORE_IMAGES_MAX);
	struct dd_store_image *known = &r->l->images.p[at];
	return dd_store_add_text(&known->names, &known->n_names, DD_STORE_NAMES_MAX, name->key, r->l->a, err);
}

static enum dd_code read_namespace(struct reading *r, const struct dd_bbolt_item *space, struct dd_err *err)
{
	struct dd_bbolt_bucket images;
	struct dd_bbolt_cursor c;
	bool found, more;
	if (!space->is_bucket)
		return DD_OK;
	DD_TRY(dd_containerd_bucket(&r->db, space->bucket, "images", &images, &found, err));
	if (!found)
		return DD_OK;
	struct dd_str name = dd_arena_str(r->l->a, dd_str_take(space->key, DD_FIELD_BYTES_MAX));
	if (!name.p)
		return dd_fail_nomem(err);
	dd_bbolt_walk(&r->db.bolt, images, &c);
	for (;;) {
		struct dd_bbolt_item item;
		DD_TRY(dd_bbolt_next(&c, &item, &more, err));
		if (!more)
			return DD_OK;
		DD_TRY(add_name(r, name, &item, err));
	}
}

/* Calls fn for each namespace. */
static enum dd_code each_namespace(struct dd_containerd_db *db,
				   enum dd_code (*fn)(void *ctx, const struct dd_bbolt_item *space, struct dd_err *err),
				   void *ctx, struct dd_err *err)
{
	struct dd_bbolt_bucket v1;
	struct dd_bbolt_cursor c;
	bool found, more;
	DD_TRY(dd_containerd_bucket(db, dd_bbolt_top(&db->bolt), "v1", &v1, &found, err));
	if (!found)
		return DD_OK; /* a store that was never used */
	dd_bbolt_walk(&db->bolt, v1, &c);
	for (;;) {
		struct dd_bbolt_item item;
		DD_TRY(dd_bbolt_next(&c, &item, &more, err));
		if (!more)
			return DD_OK;
		DD_TRY(fn(ctx, &item, err));
	}
}

static enum dd_code on_namespace(void *ctx, const struct dd_bbolt_item *space, struct dd_err *err)
{
	return read_namespace(ctx, space, err);
}

enum dd_code dd_containerd_list(const struct dd_store_place *place, struct dd_store_list *l, struct dd_err *err)
{
	struct reading r = { .l = l };
	DD_TRY(open_db(place, &r.db, err));
	enum dd_code code = each_namespace(&r.db, on_namespace, &r, err);
	dd_map_done(&r.by_digest);
	dd_containerd_db_done(&r.db);
	return code;
}

/* ---- size and platform ---- */

struct looking {
	const struct dd_store_place *place;
	struct dd_store_images *all;
	struct dd_arena *a; /* of the result */
	struct dd_arena scratch;
	struct dd_containerd_db db;
	struct dd_map by_name; /* "NAMESPACE NAME" → index of images */
	int content;	       /* directory, -1: none */
	int run;	       /* directory of the tasks, -1: none */
};

static const char *blob_path(const struct dd_digest *d, char out[DD_DIGEST_TEXT_MAX + 8])
{
	char text[DD_DIGEST_TEXT_MAX];
	(void)snprintf(out, DD_DIGEST_TEXT_MAX + 8, "blobs/%s", dd_digest_text(d, text));
	*strchr(out, ':') = '/';
	return out;
}

/* NULL: it is not there, or not what it should be. */
static json_t *document(struct looking *l, const struct dd_digest *d, uint64_t max)
{
	char path[DD_DIGEST_TEXT_MAX + 8];
	struct dd_str bytes;
	json_t *doc = NULL;
	if (dd_store_read_blob(l->content, blob_path(d, path), d, max, &l->scratch, &bytes, NULL) != DD_OK ||
	    dd_json_parse(bytes, &doc, NULL) != DD_OK)
		return NULL;
	return doc;
}

static void add_size(uint64_t *sum, const json_t *descriptor)
{
	int64_t size;
	if (dd_json_int(descriptor, "size", &size) && size > 0 && __builtin_add_overflow(*sum, (uint64_t)size, sum))
		*sum = UINT64_MAX;
}

static void look_at_manifest(struct looking *l, const json_t *manifest, struct dd_store_image *image)
{
	const json_t *layers = dd_json_arr(manifest, "layers");
	struct dd_digest d;
	add_size(&image->size, dd_json_obj(manifest, "config"));
	for (size_t i = 0; i < dd_json_len(layers) && i < DD_LAYERS_MAX; i++)
		add_size(&image->size, dd_json_at(layers, i));
	if (dd_digest_parse(dd_json_str(dd_json_obj(manifest, "config"), "digest"), &d, NULL) != DD_OK)
		return;
	DD_CLEANUP_JSON json_t *config = document(l, &d, DD_CONFIG_BYTES_MAX);
	struct dd_platform p = { dd_json_str(config, "os"), dd_json_str(config, "architecture"),
				 dd_json_str(config, "variant") };
	struct dd_str text = dd_arena_str(l->a, dd_platform_text(&p, &l->scratch));
	if (text.p)
		image->platform = text;
	int64_t created; /* when it was made: the store knows only when it was fetched */
	if (dd_time_parse(dd_json_str(config, "created"), &created) && created > 0)
		image->created = created;
}

/* An index: what is here of it. */
static void look_at_index(struct looking *l, const json_t *index, struct dd_store_image *image)
{
	const json_t *list = dd_json_arr(index, "manifests");
	unsigned here = 0;
	for (size_t i = 0; i < dd_json_len(list) && i < DD_INDEX_ENTRIES_MAX; i++) {
		const json_t *d = dd_json_at(list, i);
		struct dd_digest digest;
		if (dd_digest_parse(dd_json_str(d, "digest"), &digest, NULL) != DD_OK ||
		    dd_str_eq_c(dd_json_str(dd_json_obj(d, "platform"), "os"), "unknown"))
			continue;
		DD_CLEANUP_JSON json_t *manifest = document(l, &digest, DD_MANIFEST_BYTES_MAX);
		if (!dd_json_arr(manifest, "layers"))
			continue;
		look_at_manifest(l, manifest, image);
		here++;
	}
	if (here != 1)
		image->platform = DD_STR("");
}

static void look_at_image(struct looking *l, struct dd_store_image *image)
{
	l->scratch = DD_ARENA_INIT(64 * DD_MIB);
	DD_CLEANUP_JSON json_t *doc = document(l, &image->id, DD_MANIFEST_BYTES_MAX);
	if (dd_json_arr(doc, "manifests"))
		look_at_index(l, doc, image);
	else if (doc)
		look_at_manifest(l, doc, image);
	dd_arena_done(&l->scratch);
}

/* ---- running containers ---- */

/* Kubernetes' names where there are some: "POD/CONTAINER". */
static enum dd_code container_name(struct looking *l, const struct dd_bbolt_item *container, struct dd_str *ret,
				   struct dd_err *err)
{
	struct dd_bbolt_bucket labels;
	struct dd_str pod = { "", 0 }, name = { "", 0 }, nerdctl = { "", 0 };
	bool found;
	DD_TRY(dd_containerd_bucket(&l->db, container->bucket, "labels", &labels, &found, err));
	if (found) {
		DD_TRY(dd_containerd_value(&l->db, labels, "io.kubernetes.pod.name", &pod, err));
		DD_TRY(dd_containerd_value(&l->db, labels, "io.kubernetes.container.name", &name, err));
		DD_TRY(dd_containerd_value(&l->db, labels, "nerdctl/name", &nerdctl, err));
	}
	if (pod.n && name.n)
		*ret = dd_arena_printf(l->a, "%.*s/%.*s", DD_FMT(pod), DD_FMT(name));
	else
		*ret = pod.n ? pod : nerdctl.n ? nerdctl : container->key;
	return ret->p ? DD_OK : dd_fail_nomem(err);
}

static bool is_running(const struct looking *l, struct dd_str space, struct dd_str id)
{
	char path[1024];
	if (l->run < 0 || dd_str_find(id, '/') < id.n || dd_str_find(space, '/') < space.n ||
	    snprintf(path, sizeof path, "%.*s/%.*s", DD_FMT(space), DD_FMT(id)) >= (int)sizeof path)
		return false;
	return dd_store_has(l->run, path);
}

static struct dd_str space_and_name(struct looking *l, struct dd_str space, struct dd_str name)
{
	return dd_arena_printf(l->a, "%.*s %.*s", DD_FMT(space), DD_FMT(name));
}

static enum dd_code index_names(struct looking *l, struct dd_err *err)
{
	for (size_t i = 0; i < l->all->n; i++)
		for (size_t k = 0; k < l->all->p[i].n_names; k++) {
			struct dd_str key = space_and_name(l, l->all->p[i].space, l->all->p[i].names[k]);
			if (!key.p || !dd_map_set(&l->by_name, key, (uint32_t)i))
				return dd_fail_nomem(err);
		}
	return DD_OK;
}

static enum dd_code mark(struct looking *l, struct dd_str space, struct dd_str image, struct dd_str name,
			 struct dd_err *err)
{
	struct dd_str key = space_and_name(l, space, image);
	if (!key.p)
		return dd_fail_nomem(err);
	uint32_t at = dd_map_get(&l->by_name, key);
	if (at == DD_MAP_NONE)
		return DD_OK;
	struct dd_store_image *user = &l->all->p[at];
	return dd_store_add_text(&user->used_by, &user->n_used_by, DD_STORE_CONTAINERS_MAX, name, l->a, err);
}

static enum dd_code on_containers(void *ctx, const struct dd_bbolt_item *space, struct dd_err *err)
{
	struct looking *l = ctx;
	struct dd_bbolt_bucket containers;
	struct dd_bbolt_cursor c;
	bool found = false, more;
	if (space->is_bucket)
		DD_TRY(dd_containerd_bucket(&l->db, space->bucket, "containers", &containers, &found, err));
	if (!found)
		return DD_OK;
	dd_bbolt_walk(&l->db.bolt, containers, &c);
	for (;;) {
		struct dd_bbolt_item item;
		struct dd_str image, name;
		DD_TRY(dd_bbolt_next(&c, &item, &more, err));
		if (!more)
			return DD_OK;
		if (!item.is_bucket || !is_running(l, space->key, item.key))
			continue;
		DD_TRY(dd_containerd_value(&l->db, item.bucket, "image", &image, err));
		DD_TRY(container_name(l, &item, &name, err));
		DD_TRY(mark(l, space->key, image, name, err));
	}
}

static int open_directory(const char *root, const char *path)
{
	char whole[4096];
	if (!root || snprintf(whole, sizeof whole, "%s/%s", root, path) >= (int)sizeof whole)
		return -1;
	return open(whole, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

enum dd_code dd_containerd_look(const struct dd_store_place *place, struct dd_store_images *all, struct dd_arena *a,
				struct dd_err *err)
{
	struct looking l = { .place = place, .all = all, .a = a };
	DD_TRY(open_db(place, &l.db, err));
	l.content = open_directory(place->root, CONTENT);
	l.run = open_directory(place->run, "io.containerd.runtime.v2.task");
	for (size_t i = 0; i < all->n && l.content >= 0; i++)
		look_at_image(&l, &all->p[i]);
	enum dd_code code = index_names(&l, err);
	if (code == DD_OK)
		code = each_namespace(&l.db, on_containers, &l, err);
	for (size_t i = 0; i < all->n; i++)
		dd_store_sort_texts(all->p[i].used_by, all->p[i].n_used_by);
	dd_closep(&l.content);
	dd_closep(&l.run);
	dd_map_done(&l.by_name);
	dd_containerd_db_done(&l.db);
	return code;
}
