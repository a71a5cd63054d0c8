/* SPDX-License-Identifier: Apache-2.0 */
/* containers-storage on disk (github.com/containers/storage 1.20 to 1.58: images.go, layers.go, containers.go,
 * drivers/overlay). DRIVER is overlay, vfs or btrfs:
 *
 *   DRIVER-images/images.json      [ { id, digest, names, layer, created } ]; layer: id of the uppermost one
 *   DRIVER-images/ID/NAME          "big data": "manifest", "manifest-" and its digest (an index, too), and the
 * configuration under its digest. NAME is the name itself when it has only digits, "a" to "z" and
 *                                  ".", else "=" and its base64
 *   DRIVER-layers/layers.json      [ { id, parent, diff-digest, diff-size } ]; volatile-layers.json: those of
 * containers DRIVER-layers/ID.tar-split.gz  what a layer's tar had besides its files (format/tar_split.c)
 *   overlay/ID/diff, vfs/dir/ID, btrfs/subvolumes/ID   the files
 *   DRIVER-containers/containers.json  [ { id, names, image, metadata } ]
 *
 * These documents are replaced by rename(2): a file that is open is whole. Layers of images are never written to. An
 * image that is being removed loses its parts one by one: what is missing then is told as missing. */
#include "image/storage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"

enum { ID_DIGITS = 64, PATH_BYTES = 512 };

static const struct dd_storage_driver drivers[] = {
	{ "overlay", "overlay/", "/diff" },
	{ "vfs", "vfs/dir/", "" },
	{ "btrfs", "btrfs/subvolumes/", "" },
};

bool dd_storage_is_id(struct dd_str s)
{
	if (s.n != ID_DIGITS)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!dd_is_digit(s.p[i]) && !(s.p[i] >= 'a' && s.p[i] <= 'f'))
			return false;
	return true;
}

/* ---- documents ---- */

/* A list. *ret NULL: there is no such file. */
static enum dd_code read_list(int root, const char *path, json_t **ret, struct dd_err *err)
{
	struct dd_arena a = DD_ARENA_INIT((size_t)DD_JSON_BYTES_MAX + DD_KIB);
	struct dd_str bytes;
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct dd_err why = { .at = DD_NO_OFFSET };
	enum dd_code code = dd_store_read(root, path, DD_JSON_BYTES_MAX, &a, &bytes, &why);
	*ret = NULL;
	if (code == DD_OK)
		code = dd_json_parse(bytes, &doc, &why);
	dd_arena_done(&a);
	if (code == DD_ENOTFOUND)
		return DD_OK;
	if (code != DD_OK) {
		dd_err_copy(err, &why);
		return dd_wrap(err, "%s", path);
	}
	if (!json_is_array(doc))
		return dd_fail(err, DD_EPARSE, 0, "%s is not a list", path);
	*ret = DD_TAKE(doc);
	return DD_OK;
}

static enum dd_code read_driver(struct dd_storage *s, const char *name, const char *file, json_t **ret,
				struct dd_err *err)
{
	char path[PATH_BYTES];
	(void)snprintf(path, sizeof path, "%s-%s/%s", s->driver->name, name, file);
	return read_list(s->root, path, ret, err);
}

static enum dd_code index_layers(struct dd_storage *s, struct dd_err *err)
{
	for (size_t i = 0; i < dd_json_len(s->layers); i++)
		if (!dd_map_set(&s->layer_at, dd_json_str(dd_json_at(s->layers, i), "id"), (uint32_t)i))
			return dd_fail_nomem(err);
	return DD_OK;
}

static enum dd_code open_storage(const char *root, struct dd_storage *s, struct dd_err *err)
{
	DD_TRY(dd_store_open_root(root, &s->root, err));
	for (size_t i = 0; i < DD_COUNT(drivers) && !s->images; i++) {
		s->driver = &drivers[i];
		DD_TRY(read_driver(s, "images", "images.json", &s->images, err));
	}
	if (!s->images)
		return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "it has no images.json of overlay, vfs or btrfs");
	DD_TRY(read_driver(s, "layers", "layers.json", &s->layers, err));
	return index_layers(s, err);
}

enum dd_code dd_storage_open(const char *root, struct dd_storage *ret, struct dd_err *err)
{
	struct dd_storage s = { .root = -1 };
	struct dd_err why = { .at = DD_NO_OFFSET };
	enum dd_code code = open_storage(root, &s, &why);
	if (code == DD_OK) {
		*ret = s;
		return DD_OK;
	}
	dd_storage_done(&s);
	dd_err_copy(err, &why);
	return code;
}

void dd_storage_done(struct dd_storage *s)
{
	dd_map_done(&s->layer_at);
	dd_json_freep(&s->images);
	dd_json_freep(&s->layers);
	dd_closep(&s->root);
}

enum dd_code dd_storage_chain(const struct dd_storage *s, struct dd_str top, const json_t *ret[DD_LAYERS_MAX],
			      size_t *ret_n, struct dd_err *err)
{
	size_t n = 0;
	for (struct dd_str id = top; id.n; n++) {
		uint32_t at = dd_map_get(&s->layer_at, id);
		if (at == DD_MAP_NONE || !dd_storage_is_id(id))
			return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "its layer %s is not in the store", DD_QUOTE(id));
		if (n == DD_LAYERS_MAX)
			return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "more than %d layers lie on each other (a cycle?)",
				       DD_LAYERS_MAX);
		ret[n] = dd_json_at(s->layers, at);
		id = dd_json_str(ret[n], "parent");
	}
	for (size_t i = 0; i < n / 2; i++) {
		const json_t *upper = ret[i];
		ret[i] = ret[n - 1 - i];
		ret[n - 1 - i] = upper;
	}
	*ret_n = n;
	return DD_OK;
}

/* ---- big data ---- */

static enum dd_code big_data_path(const struct dd_storage *s, struct dd_str id, struct dd_str name, struct dd_buf *out,
				  struct dd_err *err)
{
	bool plain = name.n > 0;
	for (size_t i = 0; i < name.n; i++)
		plain = plain && (dd_is_digit(name.p[i]) || (name.p[i] >= 'a' && name.p[i] <= 'z') || name.p[i] == '.');
	if (!dd_storage_is_id(id))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "an image's id %s is none", DD_QUOTE(id));
	(void)dd_buf_addf(out, "%s-images/%.*s/%s", s->driver->name, DD_FMT(id), plain ? "" : "=");
	if (plain)
		(void)dd_buf_add_str(out, name);
	else
		(void)dd_base64_encode(name, out);
	return dd_buf_c(out) ? DD_OK : dd_fail_nomem(err);
}

static enum dd_code read_big_data(const struct dd_storage *s, struct dd_str id, struct dd_str name,
				  const struct dd_digest *digest, uint64_t max, struct dd_arena *a, struct dd_str *ret,
				  struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT((size_t)PATH_BYTES);
	DD_TRY(big_data_path(s, id, name, &path, err));
	return dd_store_read_blob(s->root, path.p, digest, max, a, ret, err);
}

enum dd_code dd_storage_manifest(const struct dd_storage *s, struct dd_str id, const struct dd_digest *digest,
				 struct dd_arena *a, struct dd_str *ret, struct dd_err *err)
{
	char name[DD_DIGEST_TEXT_MAX + 16], text[DD_DIGEST_TEXT_MAX];
	(void)snprintf(name, sizeof name, "manifest-%s", dd_digest_text(digest, text));
	if (read_big_data(s, id, dd_str_from(name), digest, DD_MANIFEST_BYTES_MAX, a, ret, NULL) == DD_OK)
		return DD_OK;
	return read_big_data(s, id, DD_STR("manifest"), digest, DD_MANIFEST_BYTES_MAX, a, ret, err);
}

enum dd_code dd_storage_config(const struct dd_storage *s, struct dd_str id, const struct dd_digest *digest,
			       struct dd_arena *a, struct dd_str *ret, struct dd_err *err)
{
	char name[DD_DIGEST_TEXT_MAX];
	return read_big_data(s, id, dd_str_from(dd_digest_text(digest, name)), digest, DD_CONFIG_BYTES_MAX, a, ret,
			     err);
}

/* ---- the list ---- */

static enum dd_code add_image(const json_t *doc, struct dd_store_list *l, struct dd_err *err)
{
	struct dd_store_image image = { .space = DD_STR("") };
	const json_t *names = dd_json_arr(doc, "names");
	struct dd_str id = dd_json_str(doc, "id");
	if (!dd_storage_is_id(id))
		return DD_OK; /* such ones have no directory either */
	struct dd_str digest = dd_arena_printf(l->a, "sha256:%.*s", DD_FMT(id));
	image.top = dd_arena_str(l->a, dd_str_take(dd_json_str(doc, "layer"), ID_DIGITS + 1));
	if (!digest.p || !image.top.p)
		return dd_fail_nomem(err);
	DD_TRY(dd_digest_parse(digest, &image.id, err));
	image.has_manifest = dd_digest_parse(dd_json_str(doc, "digest"), &image.manifest, NULL) == DD_OK;
	if (!dd_time_parse(dd_json_str(doc, "created"), &image.created) || image.created < 0)
		image.created = 0;
	for (size_t i = 0; i < dd_json_len(names); i++)
		DD_TRY(dd_store_add_text(&image.names, &image.n_names, DD_STORE_NAMES_MAX,
					 dd_json_text(dd_json_at(names, i)), l->a, err));
	if (!dd_vec_push(&l->images, image, DD_STORE_IMAGES_MAX))
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "more than %d images", DD_STORE_IMAGES_MAX);
	return DD_OK;
}

enum dd_code dd_storage_list(const struct dd_store_place *place, struct dd_store_list *l, struct dd_err *err)
{
	struct dd_storage s;
	enum dd_code code = DD_OK;
	DD_TRY(dd_storage_open(place->root, &s, err));
	for (size_t i = 0; i < dd_json_len(s.images) && code == DD_OK; i++)
		code = add_image(dd_json_at(s.images, i), l, err);
	dd_storage_done(&s);
	return code;
}

/* ---- size and platform ---- */

static void look_at_image(const struct dd_storage *s, struct dd_store_image *image, struct dd_arena *a)
{
	struct dd_arena scratch = DD_ARENA_INIT(64 * DD_MIB);
	const json_t *layers[DD_LAYERS_MAX];
	char text[DD_DIGEST_TEXT_MAX];
	struct dd_str bytes, id = dd_str_skip(dd_str_from(dd_digest_text(&image->id, text)), 7);
	struct dd_digest config;
	DD_CLEANUP_JSON json_t *manifest = NULL, *doc = NULL;
	size_t n = 0;
	if (dd_storage_chain(s, image->top, layers, &n, NULL) != DD_OK)
		n = 0;
	for (size_t i = 0; i < n; i++) {
		int64_t size;
		if (dd_json_int(layers[i], "diff-size", &size) && size > 0 &&
		    __builtin_add_overflow(image->size, (uint64_t)size, &image->size))
			image->size = UINT64_MAX;
	}
	if (image->has_manifest && dd_storage_manifest(s, id, &image->manifest, &scratch, &bytes, NULL) == DD_OK &&
	    dd_json_parse(bytes, &manifest, NULL) == DD_OK &&
	    dd_digest_parse(dd_json_str(dd_json_obj(manifest, "config"), "digest"), &config, NULL) == DD_OK &&
	    dd_storage_config(s, id, &config, &scratch, &bytes, NULL) == DD_OK &&
	    dd_json_parse(bytes, &doc, NULL) == DD_OK) {
		struct dd_platform p = { dd_json_str(doc, "os"), dd_json_str(doc, "architecture"),
					 dd_json_str(doc, "variant") };
		struct dd_str platform = dd_arena_str(a, dd_platform_text(&p, &scratch));
		if (platform.p)
			image->platform = platform;
	}
	dd_arena_done(&scratch);
}

/* ---- running containers ---- */

/* Its first process lives: the process id in its pid file is one in a control group of the container's id. */
static bool is_running(int run, const struct dd_storage *s, struct dd_str id)
{
	struct dd_arena a = DD_ARENA_INIT(DD_MIB);
	char path[PATH_BYTES], groups[64];
	struct dd_str text;
	uint64_t pid;
	bool running = false;
	(void)snprintf(path, sizeof path, "%s-containers/%.*s/userdata/pidfile", s->driver->name, DD_FMT(id));
	if (dd_store_read(run, path, 64, &a, &text, NULL) == DD_OK && dd_str_u64(dd_str_trim(text), INT32_MAX, &pid)) {
		(void)snprintf(groups, sizeof groups, "/proc/%llu/cgroup", (unsigned long long)pid);
		DD_CLEANUP(dd_closep) int fd = open(groups, O_RDONLY | O_CLOEXEC);
		char bytes[16384];
		size_t n;
		running = fd >= 0 && dd_read_full(fd, bytes, sizeof bytes, &n, NULL) == DD_OK &&
			  dd_str_search((struct dd_str){ bytes, n }, id) < n;
	}
	dd_arena_done(&a);
	return running;
}

/* CRI-O keeps Kubernetes' names in a document inside the document. */
static struct dd_str container_name(const json_t *container, struct dd_arena *a)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct dd_str name = dd_json_text(dd_json_at(dd_json_arr(container, "names"), 0));
	(void)dd_json_parse(dd_json_str(container, "metadata"), &doc, NULL);
	struct dd_str pod = dd_json_str(doc, "pod-name"), inner = dd_json_str(doc, "metadata-name");
	if (pod.n && inner.n)
		return dd_arena_printf(a, "%.*s/%.*s", DD_FMT(pod), DD_FMT(inner));
	return name.n ? name : dd_json_str(container, "id");
}

static enum dd_code look_at_containers(const struct dd_storage *s, int run, struct dd_store_images *all,
				       struct dd_arena *a, struct dd_err *err)
{
	DD_CLEANUP_JSON json_t *containers = NULL;
	char path[PATH_BYTES];
	(void)snprintf(path, sizeof path, "%s-containers/containers.json", s->driver->name);
	DD_TRY(read_list(s->root, path, &containers, err));
	for (size_t i = 0; i < dd_json_len(containers) && i < DD_STORE_CONTAINERS_MAX; i++) {
		const json_t *c = dd_json_at(containers, i);
		struct dd_str id = dd_json_str(c, "id"), image = dd_json_str(c, "image");
		struct dd_store_wanted w = { .hex = image };
		if (!dd_storage_is_id(id) || !dd_storage_is_id(image) || !is_running(run, s, id))
			continue;
		struct dd_str name = container_name(c, a);
		for (size_t k = 0; k < all->n && name.p; k++)
			if (dd_store_is_wanted(&all->p[k], &w))
				DD_TRY(dd_store_add_text(&all->p[k].used_by, &all->p[k].n_used_by,
							 DD_STORE_CONTAINERS_MAX, name, a, err));
	}
	return DD_OK;
}

enum dd_code dd_storage_look(const struct dd_store_place *place, struct dd_store_images *all, struct dd_arena *a,
			     struct dd_err *err)
{
	struct dd_storage s;
	enum dd_code code = DD_OK;
	DD_TRY(dd_storage_open(place->root, &s, err));
	DD_CLEANUP(dd_closep) int run = place->run ? open(place->run, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
	for (size_t i = 0; i < all->n; i++)
		look_at_image(&s, &all->p[i], a);
	if (run >= 0)
		code = look_at_containers(&s, run, all, a, err);
	for (size_t i = 0; i < all->n; i++)
		dd_store_sort_texts(all->p[i].used_by, all->p[i].n_used_by);
	dd_storage_done(&s);
	return code;
}
