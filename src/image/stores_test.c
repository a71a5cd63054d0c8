/* SPDX-License-Identifier: Apache-2.0 */
/* Stores made by hand in a temporary directory; real ones are read by tests/engine_test.py. */
#include "image/stores.h"

#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/io.h"
#include "base/limits.h"
#include "image/containerd_db.h"
#include "support/test.h"

enum { PAGE_BYTES = 16384, PATH_BYTES = 512 };

struct store {
	char dir[64];
};

static bool begin(struct store *s)
{
	(void)snprintf(s->dir, sizeof s->dir, "/tmp/drydock-stores-XXXXXX");
	return mkdtemp(s->dir) != NULL;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st, (void)kind, (void)at;
	return remove(path);
}

static void end(const struct store *s)
{
	CHECK(nftw(s->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0);
}

static void path_of(const struct store *s, const char *name, char out[PATH_BYTES])
{
	(void)snprintf(out, PATH_BYTES, "%s/%s", s->dir, name);
	for (char *p = out + strlen(s->dir) + 1; *p; p++)
		if (*p == '/') {
			*p = '\0';
			(void)mkdir(out, 0700);
			*p = '/';
		}
}

static void put(const struct store *s, const char *name, struct dd_str bytes)
{
	char path[PATH_BYTES];
	path_of(s, name, path);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	CHECK_ROW(fd >= 0 && dd_write_full(fd, bytes.p, bytes.n, NULL) == DD_OK, name);
	dd_closep(&fd);
}

static const char *hex_of(struct dd_str bytes, char out[DD_DIGEST_TEXT_MAX])
{
	struct dd_digest d;
	CHECK(dd_digest_of(DD_SHA256, bytes, &d, NULL) == DD_OK);
	return dd_digest_text(&d, out) + 7;
}

static char *no_variable(const char *name)
{
	(void)name;
	return NULL;
}

/* ---- containerd: a database written here ---- */

struct node {
	const char *key;
	struct dd_str value;
	const struct node *children; /* ends with a NULL key; not NULL: a bucket */
	uint64_t page;		     /* not 0: a bucket on a page of its own */
};

static void put_u16(struct dd_buf *b, unsigned v)
{
	(void)dd_buf_add(b, (const char[]){ (char)v, (char)(v >> 8) }, 2);
}

static void put_u32(struct dd_buf *b, uint32_t v)
{
	char bytes[4];
	dd_put_le32(bytes, v);
	(void)dd_buf_add(b, bytes, 4);
}

static void put_u64(struct dd_buf *b, uint64_t v)
{
	put_u32(b, (uint32_t)v);
	put_u32(b, (uint32_t)(v >> 32));
}

/* A leaf page; buckets inside it are inline ones (format/bbolt.c). */
static void put_leaf(struct dd_buf *out, uint64_t id, const struct node *children, unsigned depth)
{
	size_t n = 0;
	struct dd_buf data = DD_BUF_INIT((size_t)PAGE_BYTES);
	while (children[n].key)
		n++;
	put_u64(out, id);
	put_u16(out, 2);
	put_u16(out, (unsigned)n);
	put_u32(out, 0);
	for (size_t i = 0; i < n; i++) {
		size_t at = data.n, key = strlen(children[i].key);
		(void)dd_buf_add_c(&data, children[i].key);
		if (children[i].page) {
			put_u64(&data, children[i].page);
			put_u64(&data, 0);
		} else if (children[i].children && depth < 8) {
			put_u64(&data, 0);
			put_u64(&data, 0);
			put_leaf(&data, 0, children[i].children, depth + 1);
		} else {
			(void)dd_buf_add_str(&data, children[i].value);
		}
		put_u32(out, children[i].children || children[i].page ? 1 : 0);
		put_u32(out, (uint32_t)(16 * (n - i) + at));
		put_u32(out, (uint32_t)key);
		put_u32(out, (uint32_t)(data.n - at - key));
	}
	(void)dd_buf_add_str(out, dd_buf_str(&data));
	dd_buf_done(&data);
}

static void pad(struct dd_buf *b)
{
	while (b->n % PAGE_BYTES)
		(void)dd_buf_add_char(b, '\0');
}

static void put_meta(struct dd_buf *out, uint64_t id, uint64_t root, uint64_t pages, uint64_t txid)
{
	put_u64(out, id);
	put_u64(out, 4);
	size_t at = out->n;
	put_u32(out, UINT32_C(0xed0cdaed));
	put_u32(out, 2);
	put_u32(out, PAGE_BYTES);
	put_u32(out, 0);
	put_u64(out, root);
	put_u64(out, 0);
	put_u64(out, 2); /* freelist */
	put_u64(out, pages);
	put_u64(out, txid);
	uint64_t h = UINT64_C(14695981039346656037);
	for (size_t i = at; i < out->n; i++)
		h = (h ^ (unsigned char)out->p[i]) * UINT64_C(1099511628211);
	put_u64(out, h);
	pad(out);
}

static void put_database(const struct store *s, const struct node *top)
{
	struct dd_buf db DD_CLEANUP_BUF = DD_BUF_INIT(16 * (size_t)PAGE_BYTES);
	put_meta(&db, 0, 3, 4, 7);
	put_meta(&db, 1, 3, 4, 6);
	put_u64(&db, 2);
	put_u64(&db, 16);
	pad(&db);
	put_leaf(&db, 3, top, 0);
	CHECK(db.n <= 4 * (size_t)PAGE_BYTES);
	pad(&db);
	put(s, "io.containerd.metadata.v1.bolt/meta.db", dd_buf_str(&db));
}

static void put_blob(const struct store *s, struct dd_str bytes, char digest[DD_DIGEST_TEXT_MAX])
{
	char name[PATH_BYTES];
	(void)snprintf(name, sizeof name, "io.containerd.content.v1.content/blobs/sha256/%s", hex_of(bytes, digest));
	put(s, name, bytes);
}

#define CONFIG "{\"os\":\"linux\",\"architecture\":\"arm64\",\"created\":\"2026-01-02T03:04:05Z\"}"
/* 2026-11-22T02:51:32Z, as Go writes it */
#define TIME DD_STR("\x01\0\0\0\x0e\xe2\x94O\xb4\x1aQ\xa7\xac\xff\xff")

static void put_containerd(const struct store *s)
{
	char config[DD_DIGEST_TEXT_MAX], manifest[DD_DIGEST_TEXT_MAX], index[DD_DIGEST_TEXT_MAX];
	struct dd_buf text DD_CLEANUP_BUF = DD_BUF_INIT(4096);
	put_blob(s, DD_STR(CONFIG), config);
	(void)dd_buf_addf(&text,
			  "{\"config\":{\"digest\":\"%s\",\"size\":100},\"layers\":[{\"size\":1000},{\"size\":-5}]}",
			  config);
	put_blob(s, dd_buf_str(&text), manifest);
	dd_buf_clear(&text);
	(void)dd_buf_addf(&text,
			  "{\"manifests\":[{\"digest\":\"%s\"},{\"digest\":\"sha256:"
			  "0000000000000000000000000000000000000000000000000000000000000000\"},{}]}",
			  manifest);
	put_blob(s, dd_buf_str(&text), index);
	const struct node target[] = { { .key = "digest", .value = dd_str_from(index) }, { NULL } };
	const struct node image[] = { { .key = "createdat", .value = TIME },
				      { .key = "target", .children = target },
				      { NULL } };
	const struct node no_target[] = { { .key = "createdat", .value = TIME }, { NULL } };
	const struct node gone[] = {
		{ .key = "digest",
		  .value = DD_STR("sha256:1111111111111111111111111111111111111111111111111111111111111111") },
		{ NULL },
	};
	const struct node gone_image[] = { { .key = "target", .children = gone }, { NULL } };
	const struct node images[] = { { .key = "docker.io/library/a:1", .children = image },
				       { .key = "docker.io/library/a@sha256:x", .children = image },
				       { .key = "half", .children = no_target },
				       { NULL } };
	const struct node other[] = { { .key = "docker.io/library/a:1", .children = image },
				      { .key = "docker.io/library/gone:1", .children = gone_image },
				      { NULL } };
	const struct node labels[] = { { .key = "io.kubernetes.container.name", .value = DD_STR("web") },
				       { .key = "io.kubernetes.pod.name", .value = DD_STR("pod-1") },
				       { NULL } };
	const struct node runs[] = { { .key = "image", .value = DD_STR("docker.io/library/a:1") },
				     { .key = "labels", .children = labels },
				     { NULL } };
	const struct node rests[] = { { .key = "image", .value = DD_STR("docker.io/library/a:1") }, { NULL } };
	const struct node containers[] = { { .key = "c1", .children = runs },
					   { .key = "c2", .children = rests },
					   { NULL } };
	const struct node k8s[] = { { .key = "containers", .children = containers },
				    { .key = "images", .children = images },
				    { NULL } };
	const struct node zebra[] = { { .key = "images", .children = other }, { NULL } };
	const struct node v1[] = { { .key = "k8s.io", .children = k8s },
				   { .key = "version", .value = DD_STR("\x06") },
				   { .key = "zebra", .children = zebra },
				   { NULL } };
	const struct node top[] = { { .key = "v1", .children = v1 }, { NULL } };
	put_database(s, top);
	put(s, "state/io.containerd.runtime.v2.task/k8s.io/c1/init.pid", DD_STR("1"));
}

TEST(stores_containerd)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct dd_store_images all = { 0 };
	struct dd_err err = { .at = DD_NO_OFFSET };
	struct store s;
	char run[128];
	CHECK(begin(&s));
	put_containerd(&s);
	(void)snprintf(run, sizeof run, "%s/state", s.dir);
	const struct dd_store_place place = { DD_STORE_CONTAINERD, s.dir, run };
	CHECK_INT(dd_store_images(&place, &a, &all, &err), DD_OK);
	CHECK_INT(all.n, 3);
	if (all.n == 3) {
		CHECK_STR(all.p[0].space, "k8s.io");
		CHECK_INT(all.p[0].n_names, 2); /* two names of one target are one image */
		CHECK_STR(all.p[0].names[0], "docker.io/library/a:1");
		CHECK_STR(all.p[0].platform, "linux/arm64");
		CHECK_INT(all.p[0].size, 1100);
		CHECK_INT(all.p[0].created, 1767323045);
		CHECK_INT(all.p[0].n_used_by, 1);
		CHECK_STR(all.p[0].n_used_by ? all.p[0].used_by[0] : DD_STR(""), "pod-1/web");
		CHECK_STR(all.p[1].space, "zebra");
		CHECK_INT(all.p[1].n_used_by, 0);
		CHECK_STR(all.p[2].platform, ""); /* its documents are not there */
		CHECK_INT(all.p[2].size, 0);
	}
	end(&s);
}

/* Every byte of the database that is wrong gives an error or a shorter list, never a crash; none hangs. */
TEST(stores_containerd_damaged)
{
	struct store s;
	struct dd_map_file m;
	char path[PATH_BYTES];
	CHECK(begin(&s));
	put_containerd(&s);
	path_of(&s, "io.containerd.metadata.v1.bolt/meta.db", path);
	CHECK(dd_map_file_open(&m, path, DD_MIB, NULL) == DD_OK);
	struct dd_buf bytes DD_CLEANUP_BUF = DD_BUF_INIT((size_t)DD_MIB);
	(void)dd_buf_add_str(&bytes, m.bytes);
	dd_map_file_done(&m);
	for (size_t i = 3 * (size_t)PAGE_BYTES; i < 3 * (size_t)PAGE_BYTES + 1200 && i < bytes.n; i++) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
		const struct dd_store_place place = { DD_STORE_CONTAINERD, s.dir, NULL };
		struct dd_store_images all = { 0 };
		bytes.p[i] ^= 0x41;
		put(&s, "io.containerd.metadata.v1.bolt/meta.db", dd_buf_str(&bytes));
		bytes.p[i] ^= 0x41;
		enum dd_code code = dd_store_images(&place, &a, &all, NULL);
		CHECK(code == DD_OK || code == DD_EPARSE || code == DD_ELIMIT);
		CHECK(all.n <= 8);
	}
	for (size_t n = 0; n < bytes.n; n += 1021) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
		const struct dd_store_place place = { DD_STORE_CONTAINERD, s.dir, NULL };
		struct dd_store_images all;
		put(&s, "io.containerd.metadata.v1.bolt/meta.db", dd_str_take(dd_buf_str(&bytes), n));
		CHECK(dd_store_images(&place, &a, &all, NULL) != DD_OK || n > 3 * (size_t)PAGE_BYTES);
	}
	end(&s);
}

TEST(containerd_time)
{
	CHECK_INT(dd_containerd_time(TIME), 1795315892);
	CHECK_INT(dd_containerd_time(DD_STR("")), 0);
	CHECK_INT(dd_containerd_time(DD_STR("\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0")), 0); /* the year 1 */
	CHECK_INT(dd_containerd_time(DD_STR("\x03\0\0\0\x0e\xe2\x94O\xb4\x1aQ\xa7\xac\xff\xff")), 0);
	CHECK_INT(dd_containerd_time(DD_STR("\x01\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\0\0")), 0);
}

/* ---- a database that is written to ---- */

/* Two trees by turns, each of two pages that lie far from each other and hold the transaction's number. */
enum { FAR_PAGE = 600, PAUSE_US = 4000, READS = 60 };

struct writer {
	int fd;
	atomic_bool stop;
	uint64_t committed;
};

static void write_page(int fd, uint64_t page, struct dd_buf *bytes)
{
	pad(bytes);
	CHECK(pwrite(fd, bytes->p, bytes->n, (off_t)(page * PAGE_BYTES)) == (ssize_t)bytes->n);
	dd_buf_clear(bytes);
}

static void commit(int fd, uint64_t txid)
{
	struct dd_buf page DD_CLEANUP_BUF = DD_BUF_INIT(2 * (size_t)PAGE_BYTES);
	uint64_t odd = txid % 2;
	char number[32];
	(void)snprintf(number, sizeof number, "%llu", (unsigned long long)txid);
	const struct node far_away[] = { { .key = "number", .value = dd_str_from(number) }, { NULL } };
	const struct node top[] = { { .key = "far", .page = FAR_PAGE + odd },
				    { .key = "number", .value = dd_str_from(number) },
				    { NULL } };
	put_leaf(&page, FAR_PAGE + odd, far_away, 0);
	write_page(fd, FAR_PAGE + odd, &page);
	put_leaf(&page, 3 + odd, top, 0);
	write_page(fd, 3 + odd, &page);
	put_meta(&page, odd, 3 + odd, FAR_PAGE + 2, txid);
	write_page(fd, odd, &page);
}

static void *write_on(void *ctx)
{
	struct writer *w = ctx;
	while (!atomic_load(&w->stop)) {
		commit(w->fd, ++w->committed);
		(void)usleep(PAUSE_US);
	}
	return NULL;
}

/* False: it never stood still, as may be on a slow machine. */
static bool check_one_transaction(int fd)
{
	struct dd_containerd_db db;
	struct dd_bbolt_bucket far_away;
	struct dd_str near_number = { NULL, 0 }, far_number = { NULL, 0 };
	bool found = false;
	enum dd_code code = dd_containerd_db_read(fd, &db, NULL);
	CHECK(code == DD_OK || code == DD_EIO);
	if (code != DD_OK)
		return false;
	struct dd_bbolt_bucket top = dd_bbolt_top(&db.bolt);
	CHECK(dd_containerd_value(&db, top, "number", &near_number, NULL) == DD_OK);
	CHECK(dd_containerd_bucket(&db, top, "far", &far_away, &found, NULL) == DD_OK && found);
	CHECK(found && dd_containerd_value(&db, far_away, "number", &far_number, NULL) == DD_OK);
	CHECK(near_number.n && dd_str_eq(near_number, far_number));
	dd_containerd_db_done(&db);
	return true;
}

/* What is read is the state of one transaction, whatever came between. */
TEST(containerd_db_busy)
{
	struct store s;
	struct writer w = { 0 };
	pthread_t thread;
	char path[PATH_BYTES];
	CHECK(begin(&s));
	path_of(&s, "meta.db", path);
	w.fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	CHECK(w.fd >= 0);
	commit(w.fd, ++w.committed);
	commit(w.fd, ++w.committed);
	CHECK(pthread_create(&thread, NULL, write_on, &w) == 0);
	for (size_t i = 0; i < READS; i++)
		(void)check_one_transaction(w.fd);
	atomic_store(&w.stop, true);
	(void)pthread_join(thread, NULL);
	CHECK(check_one_transaction(w.fd));
	dd_closep(&w.fd);
	end(&s);
}

/* ---- names ---- */

TEST(stores_with_image)
{
	static const struct {
		const char *name, *space; /* space: "" not found */
		const char *preferred;
	} rows[] = {
		{ "docker.io/library/a:1", "k8s.io", NULL },
		{ "a:1", "k8s.io", NULL },
		{ "a:1", "zebra", "zebra" },
		{ "zebra/a:1", "zebra", NULL },
		{ "zebra/docker.io/library/a:1", "zebra", NULL },
		{ "docker.io/library/a@sha256:x", "k8s.io", NULL },
		{ "111111111111", "zebra", NULL },
		{ "sha256:1111111111111111111111111111111111111111111111111111111111111111", "zebra", NULL },
		{ "11111111111", "", NULL }, /* too short for an id */
		{ "a", "", NULL },	     /* that is a:latest */
		{ "half", "", NULL },
		{ "library/a", "", NULL },
		{ "zebra/", "", NULL },
		{ "nowhere/a:1", "", NULL },
		{ "a:1 ", "", NULL },
	};
	struct store s;
	CHECK(begin(&s));
	put_containerd(&s);
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
		const struct dd_store_places places = { .at = { { DD_STORE_CONTAINERD, s.dir, NULL } },
							.n = 1,
							.space = rows[i].preferred };
		struct dd_store_found f = { 0 };
		struct dd_err err = { .at = DD_NO_OFFSET };
		enum dd_code code =
			dd_stores_with_image(&places, DD_STORES_ALL, dd_str_from(rows[i].name), &a, &f, &err);
		CHECK_INT_ROW(code, rows[i].space[0] ? DD_OK : DD_ENOTFOUND, rows[i].name);
		CHECK_STR_ROW(f.image.space, rows[i].space, rows[i].name);
		CHECK_INT_ROW(
			dd_stores_with_image(&places, DD_STORES_CONTAINERS, dd_str_from(rows[i].name), &a, &f, &err),
			DD_ENOTFOUND, rows[i].name);
	}
	end(&s);
}

/* ---- containers-storage ---- */

#define ID(c)  c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c
#define LAYER1 ID("a1")
#define LAYER2 ID("b2")
#define LAYER3 ID("c3")
#define IMAGE  ID("d4")

static void put_storage(const struct store *s, const char *driver, const char *images, const char *layers)
{
	char name[PATH_BYTES];
	(void)snprintf(name, sizeof name, "%s-images/images.json", driver);
	put(s, name, dd_str_from(images));
	(void)snprintf(name, sizeof name, "%s-layers/layers.json", driver);
	if (layers)
		put(s, name, dd_str_from(layers));
}

TEST(stores_storage_list)
{
	static const struct {
		const char *name, *driver, *images, *layers;
		enum dd_code code;
		size_t n;
		uint64_t size;
	} rows[] = {
		{ "two layers", "overlay",
		  "[{\"id\":\"" IMAGE "\",\"names\":[\"localhost/x:latest\"],\"layer\":\"" LAYER2 "\"}]",
		  "[{\"id\":\"" LAYER2 "\",\"parent\":\"" LAYER1 "\",\"diff-size\":5},{\"id\":\"" LAYER1
		  "\",\"diff-size\":7}]",
		  DD_OK, 1, 12 },
		{ "vfs", "vfs", "[{\"id\":\"" IMAGE "\"}]", "[]", DD_OK, 1, 0 },
		{ "a layer that is gone", "overlay", "[{\"id\":\"" IMAGE "\",\"layer\":\"" LAYER2 "\"}]", "[]", DD_OK,
		  1, 0 },
		{ "layers in a circle", "overlay", "[{\"id\":\"" IMAGE "\",\"layer\":\"" LAYER1 "\"}]",
		  "[{\"id\":\"" LAYER1 "\",\"parent\":\"" LAYER2 "\",\"diff-size\":1},{\"id\":\"" LAYER2
		  "\",\"parent\":\"" LAYER1 "\",\"diff-size\":1}]",
		  DD_OK, 1, 0 },
		{ "ids that are none", "overlay",
		  "[{\"id\":\"../../etc\"},{\"id\":7},{},[],{\"id\":\"" IMAGE
		  "\",\"layer\":\"../../x\",\"names\":null}]",
		  "[{\"id\":\"../../x\",\"diff-size\":1}]", DD_OK, 1, 0 },
		{ "no layers.json", "overlay", "[{\"id\":\"" IMAGE "\"}]", NULL, DD_OK, 1, 0 },
		{ "no list", "overlay", "{}", "[]", DD_EPARSE, 0, 0 },
		{ "cut", "overlay", "[{\"id\":", "[]", DD_EPARSE, 0, 0 },
		{ "layers cut", "overlay", "[]", "[{", DD_EPARSE, 0, 0 },
		{ "another driver", "zfs", "[]", "[]", DD_ENOTFOUND, 0, 0 },
	};
	for (size_t i = 0; i < DD_COUNT(rows); i++) {
		struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
		struct dd_store_images all = { 0 };
		struct dd_err err = { .at = DD_NO_OFFSET };
		struct store s;
		CHECK(begin(&s));
		put_storage(&s, rows[i].driver, rows[i].images, rows[i].layers);
		const struct dd_store_place place = { DD_STORE_CONTAINERS, s.dir, NULL };
		CHECK_INT_ROW(dd_store_images(&place, &a, &all, &err), rows[i].code, rows[i].name);
		CHECK_INT_ROW(all.n, rows[i].n, rows[i].name);
		if (all.n)
			CHECK_INT_ROW(all.p[0].size, rows[i].size, rows[i].name);
		end(&s);
	}
}

/* ---- where they are ---- */

static struct store world;

static char *get_variable(const char *name)
{
	static char home[128], conf[128];
	(void)snprintf(home, sizeof home, "%s/home", world.dir);
	(void)snprintf(conf, sizeof conf, "%s/own/storage.conf", world.dir);
	if (strcmp(name, "HOME") == 0)
		return home;
	return strcmp(name, "CONTAINERS_STORAGE_CONF") == 0 ? conf : NULL;
}

TEST(stores_find)
{
	struct dd_arena a DD_CLEANUP(dd_arena_done) = DD_ARENA_INIT(DD_MIB);
	struct dd_store_places p;
	struct dd_err err;
	char path[PATH_BYTES], conf[1024];
	CHECK(begin(&world));
	const struct dd_store_search none = {
		.containerd = true, .storage = true, .get = no_variable, .root = world.dir
	};
	CHECK_INT(dd_stores_find(&none, &a, &p, &err), DD_OK);
	CHECK_INT(p.n, 0);
	put(&world, "var/lib/rancher/k3s/agent/containerd/io.containerd.metadata.v1.bolt/meta.db", DD_STR(""));
	put(&world, "opt/io.containerd.metadata.v1.bolt/meta.db", DD_STR(""));
	put(&world, "etc/containerd/config.toml", DD_STR("version = 2\nroot = \"/opt\"\n"));
	put(&world, "elsewhere/vfs-images/images.json", DD_STR("[]"));
	put(&world, "shared/overlay-images/images.json", DD_STR("[]"));
	(void)snprintf(conf, sizeof conf,
		       "[storage]\ngraphroot = \"%s/elsewhere\"\nrunroot=\"/r\"\n[storage.options]\n"
		       "additionalimagestores = [\"%s/shared\", \"/nowhere\"]\n",
		       world.dir, world.dir);
	put(&world, "own/storage.conf", dd_str_from(conf));
	struct dd_store_search all = { .containerd = true, .storage = true, .get = get_variable, .root = world.dir };
	CHECK_INT(dd_stores_find(&all, &a, &p, &err), DD_OK);
	CHECK_INT(p.n, 4);
	if (p.n == 4) {
		path_of(&world, "opt", path);
		CHECK_STR(dd_str_from(p.at[0].root), path);
		path_of(&world, "var/lib/rancher/k3s/agent/containerd", path);
		CHECK_STR(dd_str_from(p.at[1].root), path);
		path_of(&world, "elsewhere", path);
		CHECK_STR(dd_str_from(p.at[2].root), path);
		CHECK_STR(dd_str_from(p.at[2].run), "/r");
		path_of(&world, "shared", path);
		CHECK_STR(dd_str_from(p.at[3].root), path);
	}
	put(&world, "own/storage.conf", DD_STR("[storage\n"));
	CHECK_INT(dd_stores_find(&all, &a, &p, &err), DD_EPARSE);
	all.storage = false;
	CHECK_INT(dd_stores_find(&all, &a, &p, &err), DD_OK);
	CHECK_INT(p.n, 2);
	end(&world);
}
