/* SPDX-License-Identifier: Apache-2.0 */
/* Tells what a target is by its content:
 *   directory  index.json or oci-layout → OCI layout; manifest.json → unpacked docker archive; else a root file system
 *   file       gzip or zstd → unpacked into a private file first, then as below
 *              tar with manifest.json → docker archive; with index.json → OCI archive; any other tar → root file system
 */
#include "image/image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "base/limits.h"
#include "format/decompress.h"
#include "format/json.h"
#include "format/tar.h"
#include "image/opening.h"

enum { DETECT_BYTES = 1024, IDENTITY_FORMAT = 2 };

void dd_image_freep(struct dd_image **img)
{
	if (!*img)
		return;
	dd_bundle_freep(&(*img)->bundle);
	dd_closep(&(*img)->rootfs_fd);
	if ((*img)->ignore)
		dd_dockerignore_done((*img)->ignore);
	dd_freep(&(*img)->ignore);
	dd_vec_done(&(*img)->problems);
	dd_vec_done(&(*img)->attestations);
	dd_arena_done(&(*img)->arena);
	dd_freep(img);
}

enum dd_code dd_image_add_problem(struct dd_image *img, int layer, const char *fmt, ...)
{
	char text[DD_ERR_MESSAGE_MAX];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	struct dd_problem p = { .layer = layer,
				.analyzer = DD_STR("image"),
				.offset = DD_NO_OFFSET,
				.text = dd_arena_str(&img->arena, dd_str_from(text)) };
	if (!p.text.p || !dd_vec_push(&img->problems, p, DD_PROBLEMS_MAX))
		return DD_ENOMEM;
	return DD_OK;
}

bool dd_image_is_tree(const struct dd_target *t)
{
	static const char *const kinds[] = { "dir", "context", "file" };
	for (size_t i = 0; i < DD_COUNT(kinds); i++)
		if (dd_str_eq_c(t->kind, kinds[i]))
			return true;
	return false;
}

struct dd_str dd_image_digest_text(struct dd_image *img, const struct dd_digest *d)
{
	char text[DD_DIGEST_TEXT_MAX];
	struct dd_str s = dd_arena_str(&img->arena, dd_str_from(dd_digest_text(d, text)));
	return s.p ? s : DD_STR("");
}

enum dd_code dd_image_take_config(struct dd_image *img, const struct dd_image_config *config, size_t n_layers,
				  struct dd_err *err)
{
	struct dd_target *t = &img->target;
	if (config->n_diff_ids != n_layers)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET,
			       "the manifest lists %zu layers, the image configuration %zu diff_ids", n_layers,
			       config->n_diff_ids);
	t->layers = dd_arena_array(&img->arena, n_layers, sizeof *t->layers);
	img->blobs = dd_arena_array(&img->arena, n_layers, sizeof *img->blobs);
	if (!t->layers || !img->blobs)
		return dd_fail_nomem(err);
	t->n_layers = n_layers;
	t->platform = dd_platform_text(&config->platform, &img->arena);
	t->created = config->created;
	t->user = config->user;
	t->command = config->command;
	t->n_command = config->n_command;
	t->working_dir = config->working_dir;
	t->search_path = config->search_path;
	t->labels = config->labels;
	t->n_labels = config->n_labels;
	t->base = config->base;
	for (size_t i = 0; i < n_layers; i++) {
		img->blobs[i].has_diff_id = true;
		img->blobs[i].diff_id = config->diff_ids[i];
		t->layers[i].diff_id = dd_image_digest_text(img, &config->diff_ids[i]);
		t->layers[i].instruction = config->instructions[i];
		t->layers[i].from_base = i < t->base.n_layers;
	}
	return DD_OK;
}

/* ---- identity ---- */

void dd_identity_add(struct dd_identity *id, const void *p, size_t n)
{
	if (dd_hasher_add(id->h, (struct dd_str){ p, n }, NULL) != DD_OK)
		id->failed = true;
}

static void identity_add_file(struct dd_identity *id, int fd)
{
	struct stat st;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		id->failed = true;
		return;
	}
	const uint64_t words[] = { (uint64_t)st.st_dev,		 (uint64_t)st.st_ino,
				   (uint64_t)st.st_size,	 (uint64_t)st.st_mtim.tv_sec,
				   (uint64_t)st.st_mtim.tv_nsec, (uint64_t)st.st_ctim.tv_sec,
				   (uint64_t)st.st_ctim.tv_nsec };
	dd_identity_add(id, words, sizeof words);
}

void dd_identity_begin(struct dd_identity *id, const struct dd_image_request *req, const struct dd_target_spec *spec)
{
	uint32_t format = IDENTITY_FORMAT, place = (uint32_t)spec->place;
	const char *platform = req->platform ? req->platform : "";
	uint64_t n[2] = { spec->selector.n, strlen(platform) };
	dd_identity_add(id, &format, sizeof format);
	dd_identity_add(id, &place, sizeof place);
	dd_identity_add(id, n, sizeof n);
	dd_identity_add(id, spec->selector.p, spec->selector.n);
	dd_identity_add(id, platform, strlen(platform));
}

static bool file_identity(const struct dd_image_request *req, const struct dd_target_spec *spec, int fd,
			  struct dd_digest *ret)
{
	struct dd_identity id = { 0 };
	if (dd_hasher_new(DD_SHA256, &id.h, NULL) != DD_OK)
		return false;
	dd_identity_begin(&id, req, spec);
	identity_add_file(&id, fd);
	bool ok = !id.failed && dd_hasher_end(id.h, ret, NULL) == DD_OK;
	dd_hasher_freep(&id.h);
	return ok;
}

/* A layout directory: its documents were verified just now, so the digests name them; the blobs are told by their stat.
 */
static bool blobs_identity(const struct dd_image_request *req, const struct dd_target_spec *spec,
			   const struct dd_image *img, struct dd_digest *ret)
{
	struct dd_identity id = { 0 };
	if (dd_hasher_new(DD_SHA256, &id.h, NULL) != DD_OK)
		return false;
	dd_identity_begin(&id, req, spec);
	dd_identity_add(&id, img->target.digest.p, img->target.digest.n);
	dd_identity_add(&id, img->target.config_digest.p, img->target.config_digest.n);
	for (size_t i = 0; i < img->target.n_layers; i++) {
		if (img->blobs[i].unreadable.n == 0)
			identity_add_file(&id, img->blobs[i].at.fd);
	}
	bool ok = !id.failed && dd_hasher_end(id.h, ret, NULL) == DD_OK;
	dd_hasher_freep(&id.h);
	return ok;
}

/* ---- opening ---- */

static bool path_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

static enum dd_code parse_request(const struct dd_image_request *req, struct dd_arena *a, struct dd_opening *o,
				  struct dd_err *err)
{
	o->req = req;
	DD_TRY(dd_target_parse(dd_str_from(req->target), path_exists, a, &o->spec, err));
	o->choice.selector = o->spec.selector;
	o->choice.what = dd_place_is_name(o->spec.place) ? o->spec.name.p
			 : o->spec.path			 ? o->spec.path
							 : "standard input";
	o->choice.platform = dd_platform_host();
	o->choice.any_platform = req->any_platform;
	if (req->platform) {
		o->choice.platform_asked = true;
		DD_TRY(dd_platform_parse(dd_str_from(req->platform), &o->choice.platform, err));
	}
	return DD_OK;
}

/* One layer without any document around it. */
static enum dd_code take_rootfs(struct dd_opening *o, struct dd_str kind, struct dd_err *err)
{
	struct dd_image *img = o->img;
	img->target.kind = kind;
	img->target.layers = dd_arena_array(&img->arena, 1, sizeof *img->target.layers);
	img->blobs = dd_arena_array(&img->arena, 1, sizeof *img->blobs);
	if (!img->target.layers || !img->blobs)
		return dd_fail_nomem(err);
	img->target.n_layers = 1;
	return DD_OK;
}

/* Unpacks in's bytes into a private file; or copies them, where they are not compressed or not to be unpacked, since a
 * pipe cannot be mapped or shared. */
static enum dd_code spool(struct dd_opening *o, struct dd_stream *in, bool unpack, int *ret_fd, struct dd_err *err)
{
	DD_CLEANUP(dd_closep) int out = -1;
	DD_CLEANUP(dd_stream_freep) struct dd_stream *plain = NULL;
	DD_TRY(dd_tmpfile(o->req->spool_dir, &out, err));
	uint64_t total = 0;
	if (unpack)
		DD_TRY(dd_stream_decompress(in, DD_SPOOL_BYTES_MAX, &plain, err));
	for (;;) {
		struct dd_str block;
		if (dd_stream_next(unpack ? plain : in, &block, err) != DD_OK)
			return dd_wrap(err, "%s", DD_QUOTE(dd_str_from(o->choice.what)));
		total += block.n;
		if (total > DD_SPOOL_BYTES_MAX)
			return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "%s: more than %llu bytes",
				       DD_QUOTE(dd_str_from(o->choice.what)), (unsigned long long)DD_SPOOL_BYTES_MAX);
		if (block.n == 0)
			break;
		if (dd_write_full(out, block.p, block.n, err) != DD_OK)
			return dd_wrap(err, "cannot unpack %s into '%s'", DD_QUOTE(dd_str_from(o->choice.what)),
				       o->req->spool_dir);
	}
	*ret_fd = out;
	out = -1;
	return DD_OK;
}

static enum dd_code spool_fd(struct dd_opening *o, int fd, bool unpack, int *ret_fd, struct dd_err *err)
{
	DD_CLEANUP(dd_stream_freep) struct dd_stream *in = NULL;
	DD_TRY(dd_stream_fd(fd, 0, UINT64_MAX, &in, err));
	return spool(o, in, unpack, ret_fd, err);
}

static enum dd_code read_head(struct dd_opening *o, int fd, char head[DETECT_BYTES], size_t *ret_n, struct dd_err *err)
{
	if (dd_pread_full(fd, head, DETECT_BYTES, 0, ret_n, err) != DD_OK)
		return dd_wrap(err, "%s", DD_QUOTE(dd_str_from(o->choice.what)));
	return DD_OK;
}

static bool bundle_has(struct dd_bundle *b, struct dd_str name)
{
	struct dd_range_of at;
	return dd_bundle_find(b, name, &at, NULL) == DD_OK;
}

/* May it be a file that is no image? "docker-archive:" and the like say what it must be. */
static bool may_be_plain(const struct dd_opening *o)
{
	return o->req->any_file && (o->spec.place == DD_PLACE_AUTO || o->spec.place == DD_PLACE_STDIN);
}

/* Does manifest.json look like Docker's: an array of objects with layers? */
static bool lists_images(struct dd_bundle *b)
{
	struct dd_arena a = DD_ARENA_INIT(DD_MANIFEST_BYTES_MAX * 2);
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct dd_str bytes;
	bool is = dd_bundle_read(b, DD_STR("manifest.json"), DD_MANIFEST_BYTES_MAX, &a, &bytes, NULL) == DD_OK &&
		  dd_json_parse(bytes, &doc, NULL) == DD_OK && dd_json_arr(dd_json_at(doc, 0), "Layers");
	dd_arena_done(&a);
	return is;
}

/* fd: an uncompressed tar, taken over. size: of the file. */
static enum dd_code open_tar(struct dd_opening *o, int fd, uint64_t size, struct dd_err *err)
{
	DD_CLEANUP(dd_bundle_freep) struct dd_bundle *b = NULL;
	enum dd_place place = o->spec.place;
	bool cut = false;
	int second = fcntl(fd, F_DUPFD_CLOEXEC, 0); /* for the root file system, whose one "member" is the whole file */
	struct dd_err why;
	if (second < 0)
		return dd_fail_errno(err, "cannot open %s", DD_QUOTE(dd_str_from(o->choice.what)));
	DD_CLEANUP(dd_closep) int whole = second;
	enum dd_code code = dd_bundle_archive(fd, o->choice.what, &b, &cut, &why);
	bool docker = code == DD_OK && bundle_has(b, DD_STR("manifest.json"));
	bool oci = code == DD_OK && bundle_has(b, DD_STR("index.json"));
	if (may_be_plain(o)) {
		docker = docker && lists_images(b);
		oci = oci && bundle_has(b, DD_STR("oci-layout"));
	}
	if (code == DD_OK && place != DD_PLACE_ROOTFS_DIR &&
	    (docker || oci || place == DD_PLACE_DOCKER_ARCHIVE || place == DD_PLACE_OCI_ARCHIVE ||
	     place == DD_PLACE_OCI_DIR)) {
		o->img->bundle = DD_TAKE(b);
		bool as_oci = place == DD_PLACE_OCI_ARCHIVE || place == DD_PLACE_OCI_DIR ||
			      (place != DD_PLACE_DOCKER_ARCHIVE && !docker);
		code = as_oci ? dd_image_oci(o->img, &o->choice, err) : dd_image_docker(o->img, &o->choice, err);
		if (code == DD_OK && as_oci)
			o->img->target.kind = DD_STR("oci-archive");
		if (code == DD_ENOTFOUND && cut)
			return dd_wrap(err, "%s is truncated", DD_QUOTE(dd_str_from(o->choice.what)));
		return code;
	}
	/* A large root file system has more members than an archive of images may: its own walk reports what is wrong.
	 */
	if (code != DD_OK && code != DD_ELIMIT && code != DD_EPARSE) {
		dd_err_copy(err, &why);
		return code;
	}
	DD_TRY(take_rootfs(o, DD_STR("tar"), err));
	o->img->blobs[0].at = (struct dd_range_of){ whole, 0, size };
	o->img->target.layers[0].stored_bytes = size;
	o->img->rootfs_fd = whole;
	whole = -1;
	return DD_OK;
}

/* A file that is no image, as it is. *fd is taken over. */
static enum dd_code take_file(struct dd_opening *o, int *fd, struct dd_err *err)
{
	struct stat st;
	if (fstat(*fd, &st) < 0)
		return dd_fail_errno(err, "cannot examine %s", DD_QUOTE(dd_str_from(o->choice.what)));
	DD_TRY(take_rootfs(o, DD_STR("file"), err));
	o->img->target.layers[0].stored_bytes = (uint64_t)st.st_size;
	o->img->rootfs_fd = *fd;
	o->img->has_identity = false;
	*fd = -1;
	return DD_OK;
}

/* Looks no further than the first header. */
static bool unpacks_to_tar(int fd)
{
	DD_CLEANUP(dd_stream_freep) struct dd_stream *in = NULL;
	DD_CLEANUP(dd_stream_freep) struct dd_stream *plain = NULL;
	DD_CLEANUP_BUF struct dd_buf head = DD_BUF_INIT(DD_MIB);
	struct dd_str block = { "", 0 };
	if (dd_stream_fd(fd, 0, UINT64_MAX, &in, NULL) != DD_OK ||
	    dd_stream_decompress(in, DD_SPOOL_BYTES_MAX, &plain, NULL) != DD_OK)
		return false;
	while (head.n < DETECT_BYTES && dd_stream_next(plain, &block, NULL) == DD_OK && block.n)
		(void)dd_buf_add_str(&head, dd_str_take(block, DETECT_BYTES));
	return dd_tar_detect(dd_buf_str(&head));
}

static enum dd_code open_regular(struct dd_opening *o, int fd, struct dd_err *err)
{
	DD_CLEANUP(dd_closep) int at = fd;
	char head[DETECT_BYTES];
	struct stat st;
	size_t n;
	DD_TRY(read_head(o, at, head, &n, err));
	enum dd_compression c = dd_compression_detect((struct dd_str){ head, n });
	if (c != DD_COMPRESSION_NONE && may_be_plain(o) && !unpacks_to_tar(at))
		return take_file(o, &at, err);
	if (c != DD_COMPRESSION_NONE) {
		int plain;
		DD_TRY(spool_fd(o, at, true, &plain, err));
		dd_closep(&at);
		at = plain;
		DD_TRY(read_head(o, at, head, &n, err));
	}
	bool tar = dd_tar_detect((struct dd_str){ head, n });
	if (!tar && may_be_plain(o))
		return take_file(o, &at, err);
	if (n == 0)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "%s is empty: not an image",
			       DD_QUOTE(dd_str_from(o->choice.what)));
	if (!tar)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET,
			       "%s is not an image: neither a tar archive nor one compressed by gzip or zstd",
			       DD_QUOTE(dd_str_from(o->choice.what)));
	if (fstat(at, &st) < 0)
		return dd_fail_errno(err, "cannot examine %s", DD_QUOTE(dd_str_from(o->choice.what)));
	int owned = at;
	at = -1;
	return open_tar(o, owned, (uint64_t)st.st_size, err);
}

enum dd_code dd_opening_archive(struct dd_opening *o, struct dd_stream *in, struct dd_err *err)
{
	int fd;
	DD_TRY(spool(o, in, true, &fd, err));
	return open_regular(o, fd, err);
}

/* *dir is taken over. */
static enum dd_code take_context(struct dd_opening *o, int *dir, struct dd_err *err)
{
	DD_TRY(dd_image_context_ignore(o->img, *dir, o->spec.selector, err));
	DD_TRY(take_rootfs(o, DD_STR("context"), err));
	o->img->rootfs_fd = *dir;
	*dir = -1;
	return DD_OK;
}

static enum dd_code open_directory(struct dd_opening *o, int fd, struct dd_err *err)
{
	DD_CLEANUP(dd_closep) int dir = fd;
	DD_CLEANUP(dd_closep) int second = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	DD_CLEANUP(dd_bundle_freep) struct dd_bundle *b = NULL;
	if (second < 0)
		return dd_fail_errno(err, "cannot open %s", DD_QUOTE(dd_str_from(o->choice.what)));
	int owned = second;
	second = -1;
	DD_TRY(dd_bundle_directory(owned, o->choice.what, &b, err));
	if (o->spec.place == DD_PLACE_CONTEXT)
		return take_context(o, &dir, err);
	bool auto_place = o->spec.place == DD_PLACE_AUTO;
	bool docker = auto_place && bundle_has(b, DD_STR("manifest.json"));
	bool oci = o->spec.place == DD_PLACE_OCI_DIR ||
		   (auto_place && bundle_has(b, DD_STR("index.json")) && bundle_has(b, DD_STR("oci-layout")));
	/* A file manifest.json is in many directories: what is in it says whether it is this one. */
	docker = docker && (oci || !o->req->any_file || lists_images(b));
	if (oci || docker) {
		o->img->bundle = DD_TAKE(b);
		DD_TRY(oci ? dd_image_oci(o->img, &o->choice, err) : dd_image_docker(o->img, &o->choice, err));
		if (oci)
			o->img->target.kind = DD_STR("oci");
		return DD_OK;
	}
	DD_TRY(take_rootfs(o, DD_STR("dir"), err));
	o->img->rootfs_fd = dir;
	dir = -1;
	return DD_OK;
}

static enum dd_code open_stdin(struct dd_opening *o, struct dd_err *err)
{
	struct stat st;
	int fd;
	if (fstat(o->req->stdin_fd, &st) < 0)
		return dd_fail_errno(err, "cannot read standard input");
	if (isatty(o->req->stdin_fd))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "standard input is a terminal: pipe an image archive in");
	if (S_ISREG(st.st_mode) && lseek(o->req->stdin_fd, 0, SEEK_CUR) == 0) {
		fd = fcntl(o->req->stdin_fd, F_DUPFD_CLOEXEC, 0);
		if (fd < 0)
			return dd_fail_errno(err, "cannot read standard input");
	} else {
		DD_TRY(spool_fd(o, o->req->stdin_fd, !may_be_plain(o), &fd, err));
	}
	return open_regular(o, fd, err);
}

static enum dd_code open_path(struct dd_opening *o, struct dd_err *err)
{
	const char *path = o->spec.path;
	struct stat st;
	/* O_NONBLOCK: a FIFO without a writer must not hang. */
	DD_CLEANUP(dd_closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s does not exist", DD_QUOTE(dd_str_from(path)));
	if (fd < 0 || fstat(fd, &st) < 0)
		return dd_fail_errno(err, "cannot open %s", DD_QUOTE(dd_str_from(path)));
	int owned = fd;
	if (S_ISDIR(st.st_mode)) {
		if (o->spec.place == DD_PLACE_DOCKER_ARCHIVE || o->spec.place == DD_PLACE_OCI_ARCHIVE)
			return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s is a directory, not an archive",
				       DD_QUOTE(dd_str_from(path)));
		fd = -1;
		DD_TRY(open_directory(o, owned, err));
		if (o->img->bundle)
			o->img->has_identity = blobs_identity(o->req, &o->spec, o->img, &o->img->identity);
		return DD_OK;
	}
	if (!S_ISREG(st.st_mode))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s is neither a file nor a directory",
			       DD_QUOTE(dd_str_from(path)));
	if (o->spec.place == DD_PLACE_ROOTFS_DIR || o->spec.place == DD_PLACE_CONTEXT)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s is not a directory", DD_QUOTE(dd_str_from(path)));
	o->img->has_identity = file_identity(o->req, &o->spec, fd, &o->img->identity);
	fd = -1;
	return open_regular(o, owned, err);
}

enum dd_code dd_image_open(const struct dd_image_request *req, struct dd_image **ret, struct dd_err *err)
{
	DD_CLEANUP(dd_image_freep) struct dd_image *img = dd_alloc_zero(1, sizeof *img);
	struct dd_opening o = { .img = img };
	if (!img)
		return dd_fail_nomem(err);
	img->rootfs_fd = -1;
	img->arena = DD_ARENA_INIT(DD_IMAGE_DOCUMENTS_BYTES_MAX);
	DD_TRY(parse_request(req, &img->arena, &o, err));
	img->target.name = dd_arena_str(&img->arena, dd_str_from(req->target));
	if (!img->target.name.p)
		return dd_fail_nomem(err);
	if (o.spec.place == DD_PLACE_GIT)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s: a git repository is no image", DD_QUOTE(img->target.name));
	if (dd_place_is_name(o.spec.place))
		DD_TRY(dd_opening_name(&o, err));
	else
		DD_TRY(o.spec.place == DD_PLACE_STDIN ? open_stdin(&o, err) : open_path(&o, err));
	*ret = DD_TAKE(img);
	return DD_OK;
}

bool dd_image_early_identity(const struct dd_image_request *req, struct dd_digest *ret)
{
	struct dd_arena a = DD_ARENA_INIT(DD_MIB);
	struct dd_opening o = { 0 };
	bool ok = false;
	bool parsed = parse_request(req, &a, &o, NULL) == DD_OK;
	if (parsed && dd_place_is_name(o.spec.place)) {
		ok = dd_opening_name_identity(&o, ret);
	} else if (parsed && o.spec.path) {
		DD_CLEANUP(dd_closep) int fd = open(o.spec.path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
		ok = fd >= 0 && file_identity(req, &o.spec, fd, ret);
	}
	dd_arena_done(&a);
	return ok;
}

bool dd_image_unchanged(const struct dd_image_request *req, const struct dd_image *img)
{
	struct dd_arena a = DD_ARENA_INIT(DD_MIB);
	struct dd_opening o = { 0 };
	struct dd_digest now;
	bool same = img->has_identity && dd_bundle_is_directory(img->bundle)
			    ? parse_request(req, &a, &o, NULL) == DD_OK && blobs_identity(req, &o.spec, img, &now)
			    : dd_image_early_identity(req, &now);
	dd_arena_done(&a);
	return same && img->has_identity && dd_digest_eq(&now, &img->identity);
}

/* ---- layers ---- */

enum dd_code dd_layer_blob_open(const struct dd_layer_blob *b, struct dd_stream **ret, struct dd_err *err)
{
	if (b->open)
		return b->open(b->open_ctx, b, ret, err);
	return dd_stream_fd(b->at.fd, b->at.offset, b->at.size, ret, err);
}

bool dd_layer_blob_compressed(const struct dd_layer_blob *b)
{
	char head[16];
	size_t n;
	if (b->open)
		return true;
	if (dd_pread_full(b->at.fd, head, sizeof head < b->at.size ? sizeof head : (size_t)b->at.size, b->at.offset, &n,
			  NULL) != DD_OK)
		return false;
	return dd_compression_detect((struct dd_str){ head, n }) != DD_COMPRESSION_NONE;
}
