/* SPDX-License-Identifier: Apache-2.0 */
/* Images of containers-storage, made by hand: what is read of them, and what of hostile ones is not. Real ones are read
 * by tests/engine_test.py. */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/io.h"
#include "base/limits.h"
#include "image/stores.h"
#include "support/test.h"

enum { PATH_BYTES = 512 };

#define REPEAT16(c) c c c c c c c c c c c c c c c c
#define LAYER	    REPEAT16("a1b2")
/* What the layer's tar is said to be made of; "hello\n" lies in diff/dir/file. */
#define HEAD		       "{\"type\":2,\"payload\":\"aGVhZA==\"}\n"
#define TAIL		       "{\"type\":2,\"payload\":\"dGFpbA==\"}\n"
#define FILE_ENTRY(name, size) "{\"type\":1,\"name\":\"" name "\",\"size\":" size "}\n"
#define TAR		       "headhello\ntail"

static char dir[64];

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st, (void)kind, (void)at;
	return remove(path);
}

static void path_of(const char *name, char out[PATH_BYTES])
{
	(void)snprintf(out, PATH_BYTES, "%s/%s", dir, name);
	for (char *p = out + strlen(dir) + 1; *p; p++)
		if (*p == '/') {
			*p = '\0';
			(void)mkdir(out, 0700);
			*p = '/';
		}
}

static void put(const char *name, struct dd_str bytes)
{
	char path[PATH_BYTES];
	path_of(name, path);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	CHECK_ROW(fd >= 0 && dd_write_full(fd, bytes.p, bytes.n, NULL) == DD_OK, name);
	dd_closep(&fd);
}

static void digest_of(struct dd_str bytes, char out[DD_DIGEST_TEXT_MAX])
{
	struct dd_digest d;
	CHECK(dd_digest_of(DD_SHA256, bytes, &d, NULL) == DD_OK);
	(void)dd_digest_text(&d, out);
}

static void put_big_data(const char *id, const char *name, struct dd_str bytes)
{
	struct dd_buf path DD_CLEANUP_BUF = DD_BUF_INIT((size_t)PATH_BYTES);
	bool plain = strcmp(name, "manifest") == 0;
	(void)dd_buf_addf(&path, "overlay-images/%s/%s", id + 7, plain ? name : "=");
	if (!plain)
		(void)dd_base64_encode(dd_str_from(name), &path);
	put(dd_buf_c(&path), bytes);
}

/* What is wrong with a store. */
enum {
	CONFIG_CHANGED = 1,
	MANIFEST_CHANGED = 2,
	KEPT_AS_OTHER = 4, /* diff-digest is not the configuration's diff_id */
	LAYER_MISSING = 8,
	TWO_DIFF_IDS = 16,
	BY_INDEX = 32, /* fetched by the name of an index; that is what images.json names */
	INDEX_ONLY = 64,
	NO_MANIFEST = 128,
	NO_SPLIT = 256,
	NO_LAYER = 512,
};

static void put_store(const char *split, unsigned how)
{
	char diff_id[DD_DIGEST_TEXT_MAX], config_digest[DD_DIGEST_TEXT_MAX], manifest_digest[DD_DIGEST_TEXT_MAX],
		index_digest[DD_DIGEST_TEXT_MAX];
	struct dd_buf config DD_CLEANUP_BUF = DD_BUF_INIT(4096), manifest DD_CLEANUP_BUF = DD_BUF_INIT(4096),
			     index DD_CLEANUP_BUF = DD_BUF_INIT(4096), text DD_CLEANUP_BUF = DD_BUF_INIT(8192);
	digest_of(DD_STR(TAR), diff_id);
	(void)dd_buf_addf(&config,
			  "{\"os\":\"linux\",\"architecture\":\"s390x\",\"rootfs\":{\"diff_ids\":[\"%s\"%s%s%s]}}",
			  diff_id, how & TWO_DIFF_IDS ? ",\"" : "", how & TWO_DIFF_IDS ? diff_id : "",
			  how & TWO_DIFF_IDS ? "\"" : "");
	digest_of(dd_buf_str(&config), config_digest);
	(void)dd_buf_addf(&manifest, "{\"config\":{\"digest\":\"%s\"},\"layers\":[]}", config_digest);
	digest_of(dd_buf_str(&manifest), manifest_digest);
	(void)dd_buf_addf(&index, "{\"manifests\":[{\"digest\":\"%s\"},{\"digest\":\"%s\"}]}", diff_id,
			  manifest_digest);
	digest_of(dd_buf_str(&index), index_digest);
	const char *named = how & (BY_INDEX | INDEX_ONLY) ? index_digest : manifest_digest;
	(void)dd_buf_addf(&text, "[{\"id\":\"%s\",\"names\":[\"docker.io/library/a:1\"]%s%s%s%s}]", config_digest + 7,
			  how & NO_LAYER ? "" : ",\"layer\":\"" LAYER "\"", how & NO_MANIFEST ? "" : ",\"digest\":\"",
			  how & NO_MANIFEST ? "" : named, how & NO_MANIFEST ? "" : "\"");
	put("overlay-images/images.json", dd_buf_str(&text));
	put_big_data(config_digest, config_digest, how & CONFIG_CHANGED ? DD_STR("{}") : dd_buf_str(&config));
	if (how & (BY_INDEX | INDEX_ONLY)) {
		dd_buf_clear(&text);
		(void)dd_buf_addf(&text, "manifest-%s", index_digest);
		put_big_data(config_digest, dd_buf_c(&text), dd_buf_str(&index));
	}
	if (!(how & INDEX_ONLY))
		put_big_data(config_digest, "manifest", how & MANIFEST_CHANGED ? DD_STR("{}") : dd_buf_str(&manifest));
	dd_buf_clear(&text);
	(void)dd_buf_addf(&text, "[{\"id\":\"" LAYER "\",\"diff-digest\":\"%s\",\"diff-size\":14}]",
			  how & KEPT_AS_OTHER ? config_digest : diff_id);
	put("overlay-layers/layers.json", how & LAYER_MISSING ? DD_STR("[]") : dd_buf_str(&text));
	if (!(how & NO_SPLIT))
		put("overlay-layers/" LAYER ".tar-split.gz", dd_str_from(split)); /* not compressed is read, too */
	put("overlay/" LAYER "/diff/dir/file", DD_STR("hello\n"));
}

/* Things that a hostile image leaves in its own directory. */
static void put_traps(void)
{
	char path[PATH_BYTES];
	path_of("overlay/" LAYER "/diff/x", path);
	*strrchr(path, '/') = '\0';
	int diff = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	CHECK(symlinkat("/", diff, "root") == 0 && symlinkat("../../../..", diff, "up") == 0 &&
	      symlinkat("dir", diff, "alias") == 0 && symlinkat("/etc/passwd", diff, "passwd") == 0 &&
	      symlinkat("file", diff, "dir/other") == 0 && mkfifoat(diff, "fifo", 0600) == 0);
	dd_closep(&diff);
	put("secret", DD_STR("outside"));
}

static bool begin(const char *split, unsigned how)
{
	(void)snprintf(dir, sizeof dir, "/tmp/drydock-open-XXXXXX");
	if (!mkdtemp(dir))
		return false;
	put_store(split, how);
	put_traps();
	return true;
}

static void end(void)
{
	CHECK(nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0);
}

static enum dd_code open_store(const char *platform, struct dd_image *img, struct dd_err *err)
{
	const struct dd_store_places places = { .at = { { DD_STORE_CONTAINERS, dir, NULL } }, .n = 1 };
	struct dd_image_choice choice = { .what = "a:1", .platform = dd_platform_host() };
	struct dd_store_found found;
	if (platform) {
		choice.platform_asked = true;
		DD_TRY(dd_platform_parse(dd_str_from(platform), &choice.platform, err));
	}
	DD_TRY(dd_stores_with_image(&places, DD_STORES_ALL, DD_STR("a:1"), &img->arena, &found, err));
	return dd_image_store(img, &choice, &found, err);
}

static struct dd_image *new_image(void)
{
	struct dd_image *img = dd_alloc_zero(1, sizeof *img);
	if (img) {
		img->rootfs_fd = -1;
		img->arena = DD_ARENA_INIT(16 * DD_MIB);
	}
	return img;
}

/* ---- opening ---- */

TEST(store_open)
{
	static const struct {
		const char *name;
		unsigned how;
		const char *platform;
		enum dd_code code;
		const char *message;
	} rows[] = {
		{ "as it should be", 0, NULL, DD_OK, "" },
		{ "the platform that it has", 0, "linux/s390x", DD_OK, "" },
		{ "by an index", BY_INDEX, NULL, DD_OK, "" },
		{ "named by its configuration alone", NO_MANIFEST, NULL, DD_OK, "" },
		{ "no tar-split: told when the layer is read", NO_SPLIT, NULL, DD_OK, "" },
		{ "another platform", 0, "linux/arm64", DD_EARG, "is for linux/s390x, not for linux/arm64" },
		{ "configuration changed", CONFIG_CHANGED, NULL, DD_EDIGEST, "has the digest" },
		{ "manifest changed", MANIFEST_CHANGED, NULL, DD_EDIGEST, "manifest" },
		{ "an index without its image", INDEX_ONLY, NULL, DD_EUNSUPPORTED, "several platforms" },
		{ "a list that podman makes", MANIFEST_CHANGED | NO_LAYER, NULL, DD_EUNSUPPORTED, "list of images" },
		{ "another layer", KEPT_AS_OTHER, NULL, DD_EDIGEST, "layer 0 is kept as" },
		{ "layer gone", LAYER_MISSING, NULL, DD_EPARSE, "is not in the store" },
		{ "fewer layers than diff_ids", TWO_DIFF_IDS, NULL, DD_EPARSE, "2 diff_ids" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP(dd_image_freep) struct dd_image *img = new_image();
		struct dd_err err = { .at = DD_NO_OFFSET };
		if (!img || !begin(HEAD FILE_ENTRY("dir/file", "6") TAIL, rows[i].how)) {
			CHECK(!"a place for the test");
			return;
		}
		CHECK_INT_ROW(open_store(rows[i].platform, img, &err), rows[i].code, rows[i].name);
		CHECK_ROW(strstr(err.message, rows[i].message) != NULL, err.message);
		if (rows[i].code == DD_OK) {
			CHECK_STR_ROW(img->target.kind, "storage", rows[i].name);
			CHECK_STR_ROW(img->target.image, "docker.io/library/a:1", rows[i].name);
			CHECK_STR_ROW(img->target.platform, "linux/s390x", rows[i].name);
			CHECK_INT_ROW(img->target.n_layers, 1, rows[i].name);
		}
		end();
	}
}

/* ---- layers ---- */

static enum dd_code read_layer(const struct dd_image *img, struct dd_buf *out, struct dd_err *err)
{
	DD_CLEANUP(dd_stream_freep) struct dd_stream *in = NULL;
	DD_TRY(dd_layer_blob_open(&img->blobs[0], &in, err));
	for (;;) {
		struct dd_str block;
		DD_TRY(dd_stream_next(in, &block, err));
		if (block.n == 0)
			return DD_OK;
		(void)dd_buf_add_str(out, block);
	}
}

TEST(store_layers)
{
	static const struct {
		const char *name, *split;
		unsigned how;
		enum dd_code code;
		const char *want; /* the bytes, or a part of the message */
	} rows[] = {
		{ "as it should be", HEAD FILE_ENTRY("dir/file", "6") TAIL, 0, DD_OK, TAR },
		{ "names as tars write them", HEAD FILE_ENTRY("/./dir//../dir/file", "6") TAIL, 0, DD_OK, TAR },
		{ "through a link of the layer's own", HEAD FILE_ENTRY("alias/file", "6") TAIL, 0, DD_OK, TAR },
		{ "no tar-split", "", NO_SPLIT, DD_EIO, "tar-split.gz" },
		{ "gone", HEAD FILE_ENTRY("dir/gone", "6"), 0, DD_EIO, "'dir/gone'" },
		{ "grown", HEAD FILE_ENTRY("dir/file", "5"), 0, DD_EPARSE, "not the regular file of 5 bytes" },
		{ "cut", HEAD FILE_ENTRY("dir/file", "7"), 0, DD_EPARSE, "not the regular file of 7 bytes" },
		{ "a directory", HEAD FILE_ENTRY("dir", "4096"), 0, DD_EPARSE, "not the regular file" },
		{ "a FIFO does not hang", HEAD FILE_ENTRY("fifo", "1"), 0, DD_EPARSE, "not the regular file" },
		{ "a link is no file", HEAD FILE_ENTRY("dir/other", "6"), 0, DD_EPARSE, "not the regular file" },
		{ "a link out", HEAD FILE_ENTRY("passwd", "7"), 0, DD_EPARSE, "not the regular file" },
		{ "upwards", HEAD FILE_ENTRY("../../../secret", "7"), 0, DD_EIO, "No such file" },
		{ "upwards by a link", HEAD FILE_ENTRY("up/secret", "7"), 0, DD_EIO, "No such file" },
		{ "from the root by a link", HEAD FILE_ENTRY("root/proc/self/environ", "7"), 0, DD_EIO,
		  "No such file" },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		DD_CLEANUP(dd_image_freep) struct dd_image *img = new_image();
		struct dd_buf out DD_CLEANUP_BUF = DD_BUF_INIT(4096);
		struct dd_err err = { .at = DD_NO_OFFSET };
		if (!img || !begin(rows[i].split, rows[i].how)) {
			CHECK(!"a place for the test");
			return;
		}
		CHECK_INT_ROW(open_store(NULL, img, &err), DD_OK, rows[i].name);
		if (img->blobs) {
			CHECK_INT_ROW(read_layer(img, &out, &err), rows[i].code, rows[i].name);
			if (rows[i].code == DD_OK)
				CHECK_STR_ROW(dd_buf_str(&out), rows[i].want, rows[i].name);
			else
				CHECK_ROW(strstr(err.message, rows[i].want) != NULL, err.message);
			CHECK_ROW(dd_str_search(dd_buf_str(&out), DD_STR("outside")) == out.n, rows[i].name);
		}
		end();
	}
}
