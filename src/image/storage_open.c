/* SPDX-License-Identifier: Apache-2.0 */
/* An image of containers-storage. Its layers lie unpacked; each is read as the tar that it came from, put together from
 * its tar-split and its files, so that it is proven by its diff_id like every other. */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "format/decompress.h"
#include "format/tar_split.h"
#include "image/entries.h"
#include "image/storage.h"

enum { PATH_BYTES = 256 };

/* What layers need to be opened; in the image's arena. */
struct source {
	int root; /* of the image's bundle */
	const struct dd_storage_driver *driver;
	const struct dd_layer_blob *blobs;
	struct dd_str ids[DD_LAYERS_MAX];
};

/* ---- a layer ---- */

struct layer_stream {
	struct dd_stream base;
	int dir;   /* of the files */
	int split; /* tar-split.gz */
	struct dd_stream *stored, *lines, *tar;
};

/* Opened twice: first so that nothing happens to what is no regular file (a device of the image's own making), then to
 * read. Links in between are the layer's own, and are followed as when it was unpacked: with its directory as root. */
static enum dd_code open_kept(void *ctx, struct dd_str name, uint64_t size, int *ret_fd, struct dd_err *err)
{
	const struct layer_stream *s = ctx;
	DD_CLEANUP_BUF struct dd_buf path = DD_BUF_INIT(DD_PATH_MAX);
	struct open_how how = { .flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
				.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV };
	struct stat st, now;
	if (dd_clean_path(name, &path) == DD_CLEAN_NO_MEMORY || !dd_buf_c(&path))
		return dd_fail_nomem(err);
	DD_CLEANUP(dd_closep) int looked = (int)syscall(SYS_openat2, s->dir, path.p, &how, sizeof how);
	if (looked < 0 || fstat(looked, &st) < 0)
		return dd_fail_errno(err, "the layer's file %s", DD_QUOTE(name));
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size != size)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET,
			       "the layer's file %s is not the regular file of %llu bytes that was unpacked",
			       DD_QUOTE(name), (unsigned long long)size);
	how.flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	DD_CLEANUP(dd_closep) int fd = (int)syscall(SYS_openat2, s->dir, path.p, &how, sizeof how);
	if (fd < 0 && errno == EACCES) {
		(void)dd_fail_errno(err,
				    "the layer's file %s (a rootless store is read whole by: podman unshare "
				    "drydock …)",
				    DD_QUOTE(name));
		return DD_EIO;
	}
	if (fd < 0 || fstat(fd, &now) < 0)
		return dd_fail_errno(err, "the layer's file %s", DD_QUOTE(name));
	if (now.st_dev != st.st_dev || now.st_ino != st.st_ino)
		return dd_fail(err, DD_EIO, DD_NO_OFFSET, "the layer's file %s is being replaced", DD_QUOTE(name));
	*ret_fd = fd;
	fd = -1;
	return DD_OK;
}

static enum dd_code layer_next(struct dd_stream *base, struct dd_str *ret_block, struct dd_err *err)
{
	return dd_stream_next(((struct layer_stream *)base)->tar, ret_block, err);
}

static void layer_free(struct dd_stream *base)
{
	struct layer_stream *s = (struct layer_stream *)base;
	dd_stream_freep(&s->tar);
	dd_stream_freep(&s->lines);
	dd_stream_freep(&s->stored);
	dd_closep(&s->split);
	dd_closep(&s->dir);
	dd_free(s);
}

static int open_below(int root, const char *path, unsigned flags)
{
	struct open_how how = { .flags = flags | O_CLOEXEC, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };
	return (int)syscall(SYS_openat2, root, path, &how, sizeof how);
}

static enum dd_code layer_open(struct layer_stream *s, const struct source *from, struct dd_str id, struct dd_err *err)
{
	const struct dd_tar_split_files files = { open_kept, s };
	char path[PATH_BYTES], text[80];
	(void)snprintf(text, sizeof text, "%.*s", DD_FMT(id));
	(void)snprintf(path, sizeof path, "%s-layers/%s.tar-split.gz", from->driver->name, text);
	s->split = open_below(from->root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (s->split < 0)
		return dd_fail_errno(err, "cannot open '%s'", path);
	(void)snprintf(path, sizeof path, "%s%s%s", from->driver->before, text, from->driver->after);
	s->dir = open_below(from->root, path, O_PATH | O_DIRECTORY);
	if (s->dir < 0)
		return dd_fail_errno(err, "cannot open '%s'", path);
	DD_TRY(dd_stream_fd(s->split, 0, UINT64_MAX, &s->stored, err));
	DD_TRY(dd_stream_decompress(s->stored, DD_LAYER_BYTES_MAX, &s->lines, err));
	return dd_tar_split_stream(s->lines, &files, &s->tar, err);
}

static enum dd_code open_layer(void *ctx, const struct dd_layer_blob *blob, struct dd_stream **ret, struct dd_err *err)
{
	static const struct dd_stream_ops ops = { .next = layer_next, .free = layer_free };
	const struct source *from = ctx;
	struct layer_stream *s = dd_alloc_zero(1, sizeof *s);
	if (!s)
		return dd_fail_nomem(err);
	*s = (struct layer_stream){ .base = { &ops }, .dir = -1, .split = -1 };
	enum dd_code code = layer_open(s, from, from->ids[blob - from->blobs], err);
	if (code == DD_OK)
		*ret = &s->base;
	else
		layer_free(&s->base);
	return code;
}

/* ---- the image ---- */

struct opening {
	struct dd_image *img;
	const struct dd_image_choice *choice;
	const struct dd_store_found *found;
	struct dd_storage s;
	struct dd_str id; /* of the image's directory */
};

static enum dd_code read_manifest(struct opening *o, const struct dd_digest *digest, json_t **ret, struct dd_err *err)
{
	struct dd_str bytes;
	DD_TRY(dd_storage_manifest(&o->s, o->id, digest, &o->img->arena, &bytes, err));
	return dd_json_parse(bytes, ret, err) == DD_OK ? DD_OK : dd_wrap(err, "manifest");
}

/* An image that was named by an index keeps that and the one manifest that was fetched. */
static enum dd_code read_listed(struct opening *o, const json_t *list, json_t **ret, struct dd_err *err)
{
	for (size_t i = 0; i < dd_json_len(list) && i < DD_INDEX_ENTRIES_MAX; i++) {
		struct dd_digest d;
		if (dd_digest_parse(dd_json_str(dd_json_at(list, i), "digest"), &d, NULL) != DD_OK ||
		    read_manifest(o, &d, ret, NULL) != DD_OK)
			continue;
		o->img->target.digest = dd_image_digest_text(o->img, &d);
		return DD_OK;
	}
	return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET,
		       "it is a list of images for several platforms: name one of them");
}

/* The digest of the configuration: the manifest says it; an image without one (of an old buildah) is named by it. */
static enum dd_code find_config(struct opening *o, struct dd_digest *ret, struct dd_err *err)
{
	const struct dd_store_image *image = &o->found->image;
	DD_CLEANUP_JSON json_t *doc = NULL, *listed = NULL;
	if (!image->has_manifest) {
		*ret = image->id;
		return DD_OK;
	}
	struct dd_err why = { .at = DD_NO_OFFSET };
	enum dd_code code = read_manifest(o, &image->manifest, &doc, &why);
	/* `podman manifest add` leaves the old digest in images.json; such a list has no layers of its own. */
	if (code == DD_EDIGEST && image->top.n == 0)
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET,
			       "it has no layers: is it a list of images ('podman manifest')? Name one of them");
	if (code != DD_OK) {
		dd_err_copy(err, &why);
		return code;
	}
	o->img->target.digest = dd_image_digest_text(o->img, &image->manifest);
	if (dd_json_arr(doc, "manifests"))
		DD_TRY(read_listed(o, dd_json_arr(doc, "manifests"), &listed, err));
	const json_t *manifest = listed ? listed : doc;
	return dd_digest_parse(dd_json_str(dd_json_obj(manifest, "config"), "digest"), ret, err);
}

static enum dd_code check_platform(const struct opening *o, const struct dd_image_config *config, struct dd_err *err)
{
	const struct dd_platform *have = &config->platform, *want = &o->choice->platform;
	if (!o->choice->platform_asked || dd_platform_serves(have, want))
		return DD_OK;
	return dd_fail(err, DD_EARG, DD_NO_OFFSET, "the image is for %.*s/%.*s, not for %.*s/%.*s", DD_FMT(have->os),
		       DD_FMT(have->arch), DD_FMT(want->os), DD_FMT(want->arch));
}

static enum dd_code take_layer(struct opening *o, struct source *from, size_t i, const json_t *layer,
			       struct dd_err *err)
{
	struct dd_layer_blob *blob = &o->img->blobs[i];
	struct dd_digest kept;
	int64_t size = 0;
	/* The store's own word; the configuration's is what counts. */
	if (dd_digest_parse(dd_json_str(layer, "diff-digest"), &kept, NULL) == DD_OK &&
	    !dd_digest_eq(&kept, &blob->diff_id))
		return dd_fail(err, DD_EDIGEST, DD_NO_OFFSET,
			       "layer %zu is kept as %s, the image's configuration says %.*s", i,
			       DD_QUOTE(dd_json_str(layer, "diff-digest")), DD_FMT(o->img->target.layers[i].diff_id));
	from->ids[i] = dd_arena_str(&o->img->arena, dd_json_str(layer, "id"));
	if (!from->ids[i].p)
		return dd_fail_nomem(err);
	if (dd_json_int(layer, "diff-size", &size) && size > 0)
		o->img->target.layers[i].stored_bytes = (uint64_t)size;
	blob->at = (struct dd_range_of){ -1, 0, size > 0 ? (uint64_t)size : 0 };
	blob->open = open_layer;
	blob->open_ctx = from;
	return DD_OK;
}

static enum dd_code open_image(struct opening *o, struct dd_err *err)
{
	struct dd_image *img = o->img;
	const json_t *layers[DD_LAYERS_MAX];
	struct dd_image_config config;
	struct dd_digest digest;
	struct dd_str bytes;
	size_t n;
	struct source *from = dd_arena_new(&img->arena, struct source);
	if (!from)
		return dd_fail_nomem(err);
	DD_TRY(find_config(o, &digest, err));
	DD_TRY(dd_storage_config(&o->s, o->id, &digest, &img->arena, &bytes, err));
	DD_TRY(dd_image_config_parse(bytes, &img->arena, &config, err));
	img->config = bytes;
	DD_TRY(check_platform(o, &config, err));
	DD_TRY(dd_storage_chain(&o->s, o->found->image.top, layers, &n, err));
	DD_TRY(dd_image_take_config(img, &config, n, err));
	img->target.config_digest = dd_image_digest_text(img, &digest);
	if (img->target.digest.n == 0)
		img->target.digest = img->target.config_digest;
	int root = fcntl(o->s.root, F_DUPFD_CLOEXEC, 0);
	if (root < 0)
		return dd_fail_errno(err, "cannot open the store");
	DD_TRY(dd_bundle_directory(root, o->choice->what, &img->bundle, err));
	*from = (struct source){ .root = root, .driver = o->s.driver, .blobs = img->blobs };
	for (size_t i = 0; i < n; i++)
		DD_TRY(take_layer(o, from, i, layers[i], err));
	return DD_OK;
}

enum dd_code dd_image_storage(struct dd_image *img, const struct dd_image_choice *c, const struct dd_store_found *found,
			      struct dd_err *err)
{
	struct opening o = { .img = img, .choice = c, .found = found };
	char text[DD_DIGEST_TEXT_MAX];
	DD_TRY(dd_storage_open(found->place.root, &o.s, err));
	o.id = dd_str_skip(dd_str_from(dd_digest_text(&found->image.id, text)), 7);
	enum dd_code code = open_image(&o, err);
	dd_storage_done(&o.s);
	return code;
}
