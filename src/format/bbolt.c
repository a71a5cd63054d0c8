/* SPDX-License-Identifier: Apache-2.0 */
/* bbolt's file (go.etcd.io/bbolt 1.3, 1.4: internal/common/{page,meta,bucket,inode}.go), a B+tree of pages, written by
 * Trivy for its database:
 *
 *   page      id u64, flags u16, count u16, overflow u32; `overflow` more pages follow it without a head of their own
 *   meta      pages 0 and 1: magic u32, version u32 (2), page size u32, flags u32, root {page u64, sequence u64},
 *             freelist u64, pages u64 (high water mark), txid u64, checksum u64 (FNV-1a of what is before it)
 *   branch    flags 1: count × { pos u32, key size u32, page u64 }, then the keys; pos counts from its own element
 *   leaf      flags 2: count × { flags u32, pos u32, key size u32, value size u32 }, then keys and values
 *   bucket    a leaf element with flags 1: value is { root page u64, sequence u64 }; with root 0 a leaf page follows
 *             right there (an inline bucket)
 *
 * Numbers are in the writer's byte order: little-endian everywhere where Trivy's database is made. The page size is the
 * writer's too (4096, on some machines 16384 or 65536). Keys ascend within a bucket.
 *
 * Hostile files: each page is checked for its own number, kind and size; keys must ascend, so that a page that comes
 * twice gives nothing twice; every page looked at counts against DD_BBOLT_STEPS_RATIO times the file's pages. */
#include "format/bbolt.h"

#include "base/bytes.h"
#include "base/cleanup.h"

enum {
	PAGE_HEAD_BYTES = 16,
	META_BYTES = 64, /* with its checksum */
	META_CHECKED_BYTES = 56,
	ELEMENT_BYTES = 16,
	BUCKET_BYTES = 16,
	PAGE_BRANCH = 1,
	PAGE_LEAF = 2,
	LEAF_BUCKET = 1,
	META_VERSION = 2,
	PAGE_BYTES_MIN = 512,
	PAGE_BYTES_MAX = 1 << 24,
	STEPS_RATIO = 4, /* walks over one file */
	STEPS_GRACE = 64,
};
#define META_MAGIC UINT32_C(0xed0cdaed)

struct meta {
	uint32_t page_bytes;
	uint64_t root, pages, txid;
};

static uint64_t fnv1a(const char *p, size_t n)
{
	uint64_t h = UINT64_C(14695981039346656037);
	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)p[i]) * UINT64_C(1099511628211);
	return h;
}

static bool read_meta(struct dd_str data, uint64_t at, struct meta *ret)
{
	if (data.n < PAGE_HEAD_BYTES + META_BYTES || at > data.n - PAGE_HEAD_BYTES - META_BYTES)
		return false;
	const char *p = data.p + at + PAGE_HEAD_BYTES;
	if (dd_le32(p) != META_MAGIC || dd_le32(p + 4) != META_VERSION ||
	    dd_le64(p + META_CHECKED_BYTES) != fnv1a(p, META_CHECKED_BYTES))
		return false;
	*ret = (struct meta){ dd_le32(p + 8), dd_le64(p + 16), dd_le64(p + 40), dd_le64(p + 48) };
	return ret->page_bytes >= PAGE_BYTES_MIN && ret->page_bytes <= PAGE_BYTES_MAX &&
	       (ret->page_bytes & (ret->page_bytes - 1)) == 0;
}

/* The second meta page lies one page in: by the first one's word, or where a page size would put it. */
static bool read_second(struct dd_str data, const struct meta *first, struct meta *ret)
{
	if (first)
		return read_meta(data, first->page_bytes, ret) && ret->page_bytes == first->page_bytes;
	for (uint64_t size = PAGE_BYTES_MIN; size <= PAGE_BYTES_MAX; size *= 2)
		if (read_meta(data, size, ret) && ret->page_bytes == size)
			return true;
	return false;
}

enum dd_code dd_bbolt_open(struct dd_str data, struct dd_bbolt *ret, struct dd_err *err)
{
	struct meta metas[2], *meta;
	bool first = read_meta(data, 0, &metas[0]), second = read_second(data, first ? &metas[0] : NULL, &metas[1]);
	if (!first && !second)
		return dd_fail(err, DD_EPARSE, 0, "no bbolt database: neither of its two meta pages is whole");
	meta = first && (!second || metas[0].txid > metas[1].txid) ? &metas[0] : &metas[1];
	*ret = (struct dd_bbolt){
		.data = data,
		.page_bytes = meta->page_bytes,
		.pages = data.n / meta->page_bytes,
		.pages_said = meta->pages,
		.root = meta->root,
	};
	ret->steps_left = ret->pages * STEPS_RATIO + STEPS_GRACE;
	return DD_OK;
}

struct dd_bbolt_bucket dd_bbolt_top(const struct dd_bbolt *b)
{
	return (struct dd_bbolt_bucket){ .page = b->root };
}

static uint64_t offset_in(const struct dd_bbolt *b, const char *p)
{
	return (uint64_t)(p - b->data.p);
}

/* The bytes of a page with what overflows from it. */
static enum dd_code page_at(struct dd_bbolt *b, uint64_t id, struct dd_str *ret, struct dd_err *err)
{
	if (b->steps_left == 0)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "bbolt: more pages to read than the file has");
	b->steps_left--;
	if (id < 2 || id >= b->pages)
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "bbolt: page %llu is not there, the file has %llu",
			       (unsigned long long)id, (unsigned long long)b->pages);
	uint64_t at = id * b->page_bytes; /* < data.n: id < pages */
	const char *p = b->data.p + at;
	uint64_t overflow = dd_le32(p + 12);
	if (dd_le64(p) != id)
		return dd_fail(err, DD_EPARSE, at, "bbolt: page %llu says that it is page %llu", (unsigned long long)id,
			       (unsigned long long)dd_le64(p));
	if (overflow >= b->pages - id)
		return dd_fail(err, DD_EPARSE, at, "bbolt: page %llu goes on beyond the end of the file",
			       (unsigned long long)id);
	b->steps_left -= overflow < b->steps_left ? overflow : b->steps_left;
	*ret = (struct dd_str){ p, (size_t)((overflow + 1) * b->page_bytes) };
	return DD_OK;
}

/* Puts a page onto the cursor's stack. */
static enum dd_code enter(struct dd_bbolt_cursor *c, struct dd_str page, struct dd_err *err)
{
	uint64_t at = offset_in(c->db, page.p);
	unsigned flags = page.n >= PAGE_HEAD_BYTES ? dd_le16(page.p + 8) : 0;
	if (flags != PAGE_BRANCH && flags != PAGE_LEAF)
		return dd_fail(err, DD_EPARSE, at, "bbolt: a page with flags %#x, neither branch nor leaf", flags);
	uint32_t count = dd_le16(page.p + 10);
	if (count > (page.n - PAGE_HEAD_BYTES) / ELEMENT_BYTES)
		return dd_fail(err, DD_EPARSE, at, "bbolt: a page of %zu bytes with %u elements", page.n, count);
	if (c->depth == DD_BBOLT_DEPTH_MAX)
		return dd_fail(err, DD_EPARSE, at, "bbolt: more than %d levels of pages", DD_BBOLT_DEPTH_MAX);
	c->levels[c->depth].page = page;
	c->levels[c->depth].next = 0;
	c->levels[c->depth].count = count;
	c->levels[c->depth].leaf = flags == PAGE_LEAF;
	c->depth++;
	return DD_OK;
}

static enum dd_code enter_page(struct dd_bbolt_cursor *c, uint64_t id, struct dd_err *err)
{
	struct dd_str page;
	DD_TRY(page_at(c->db, id, &page, err));
	return enter(c, page, err);
}

static enum dd_code enter_bucket(struct dd_bbolt_cursor *c, struct dd_err *err)
{
	return c->bucket.inside.n ? enter(c, c->bucket.inside, err) : enter_page(c, c->bucket.page, err);
}

/* The n bytes at `pos` behind the start of element i, and what follows them. False: not in the page. */
static bool cut(struct dd_str page, uint32_t i, uint32_t pos, uint32_t n, uint32_t m, struct dd_str *ret_first,
		struct dd_str *ret_second)
{
	uint64_t from = PAGE_HEAD_BYTES + (uint64_t)i * ELEMENT_BYTES + pos, end = from + n + m;
	if (end > page.n)
		return false;
	*ret_first = (struct dd_str){ page.p + from, n };
	*ret_second = (struct dd_str){ page.p + from + n, m };
	return true;
}

static enum dd_code read_bucket(const struct dd_bbolt *b, struct dd_bbolt_item *item, struct dd_err *err)
{
	struct dd_str v = item->value;
	if (v.n < BUCKET_BYTES)
		return dd_fail(err, DD_EPARSE, item->at, "bbolt: a bucket's head of %zu bytes", v.n);
	item->is_bucket = true;
	item->value = (struct dd_str){ v.p, 0 };
	item->bucket.page = dd_le64(v.p);
	if (item->bucket.page == 0)
		item->bucket.inside = dd_str_skip(v, BUCKET_BYTES);
	if (item->bucket.page == 0 && item->bucket.inside.n < PAGE_HEAD_BYTES)
		return dd_fail(err, DD_EPARSE, offset_in(b, v.p), "bbolt: a bucket without its page");
	return DD_OK;
}

static enum dd_code leaf_item(const struct dd_bbolt *b, struct dd_str page, uint32_t i, struct dd_bbolt_item *ret,
			      struct dd_err *err)
{
	const char *e = page.p + PAGE_HEAD_BYTES + (size_t)i * ELEMENT_BYTES;
	struct dd_bbolt_item item = { .at = offset_in(b, e) };
	if (!cut(page, i, dd_le32(e + 4), dd_le32(e + 8), dd_le32(e + 12), &item.key, &item.value))
		return dd_fail(err, DD_EPARSE, item.at, "bbolt: element %u lies outside of its page", i);
	item.at = offset_in(b, item.key.p);
	if (dd_le32(e) & LEAF_BUCKET)
		DD_TRY(read_bucket(b, &item, err));
	*ret = item;
	return DD_OK;
}

static enum dd_code branch_item(const struct dd_bbolt *b, struct dd_str page, uint32_t i, struct dd_str *ret_key,
				uint64_t *ret_page, struct dd_err *err)
{
	const char *e = page.p + PAGE_HEAD_BYTES + (size_t)i * ELEMENT_BYTES;
	struct dd_str rest;
	if (!cut(page, i, dd_le32(e), dd_le32(e + 4), 0, ret_key, &rest))
		return dd_fail(err, DD_EPARSE, offset_in(b, e), "bbolt: element %u lies outside of its page", i);
	*ret_page = dd_le64(e + 8);
	return DD_OK;
}

/* --- walking --- */

void dd_bbolt_walk(struct dd_bbolt *b, struct dd_bbolt_bucket bucket, struct dd_bbolt_cursor *ret)
{
	ret->db = b;
	ret->depth = 0;
	ret->bucket = bucket;
	ret->last = (struct dd_str){ NULL, 0 };
	ret->started = ret->ended = false;
}

static enum dd_code step(struct dd_bbolt_cursor *c, struct dd_bbolt_item *ret, bool *ret_item, struct dd_err *err)
{
	unsigned top = c->depth - 1;
	struct dd_str page = c->levels[top].page, key;
	uint32_t i = c->levels[top].next;
	uint64_t child;
	*ret_item = false;
	if (i == c->levels[top].count) {
		c->depth--;
		return DD_OK;
	}
	c->levels[top].next++;
	if (!c->levels[top].leaf) {
		DD_TRY(branch_item(c->db, page, i, &key, &child, err));
		return enter_page(c, child, err);
	}
	struct dd_bbolt_item item;
	DD_TRY(leaf_item(c->db, page, i, &item, err));
	if (c->last.p && dd_str_cmp(item.key, c->last) <= 0)
		return dd_fail(err, DD_EPARSE, item.at, "bbolt: key %s is out of order", DD_QUOTE(item.key));
	c->last = item.key;
	*ret = item;
	*ret_item = true;
	return DD_OK;
}

enum dd_code dd_bbolt_next(struct dd_bbolt_cursor *c, struct dd_bbolt_item *ret, bool *ret_more, struct dd_err *err)
{
	bool item = false;
	enum dd_code code = DD_OK;
	if (!c->started) {
		c->started = true;
		code = enter_bucket(c, err);
	}
	while (code == DD_OK && !item && !c->ended && c->depth > 0)
		code = step(c, ret, &item, err);
	if (code == DD_ELIMIT)
		c->ended = true;
	if (code == DD_OK)
		*ret_more = item;
	return code;
}

/* --- looking up --- */

/* Index of the last element whose key is not above `key`; 0 when all are: the first key of a branch may be stale. */
static enum dd_code child_of(const struct dd_bbolt *b, struct dd_str page, uint32_t count, struct dd_str key,
			     uint64_t *ret, struct dd_err *err)
{
	uint32_t low = 0, high = count;
	struct dd_str at;
	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;
		DD_TRY(branch_item(b, page, mid, &at, ret, err));
		if (dd_str_cmp(at, key) <= 0)
			low = mid;
		else
			high = mid;
	}
	return branch_item(b, page, low, &at, ret, err);
}

static enum dd_code find_in_leaf(const struct dd_bbolt *b, struct dd_str page, uint32_t count, struct dd_str key,
				 struct dd_bbolt_item *ret, bool *ret_found, struct dd_err *err)
{
	struct dd_bbolt_item item;
	uint32_t low = 0, high = count;
	*ret_found = false;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		DD_TRY(leaf_item(b, page, mid, &item, err));
		int order = dd_str_cmp(item.key, key);
		if (order == 0) {
			*ret = item;
			*ret_found = true;
			return DD_OK;
		}
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return DD_OK;
}

static enum dd_code go_down(struct dd_bbolt_cursor *c, struct dd_str key, struct dd_bbolt_item *ret, bool *ret_found,
			    struct dd_err *err)
{
	DD_TRY(enter_bucket(c, err));
	while (!c->levels[c->depth - 1].leaf) {
		struct dd_str page = c->levels[c->depth - 1].page;
		uint32_t count = c->levels[c->depth - 1].count;
		uint64_t child;
		if (count == 0) {
			*ret_found = false;
			return DD_OK;
		}
		DD_TRY(child_of(c->db, page, count, key, &child, err));
		DD_TRY(enter_page(c, child, err));
	}
	return find_in_leaf(c->db, c->levels[c->depth - 1].page, c->levels[c->depth - 1].count, key, ret, ret_found,
			    err);
}

enum dd_code dd_bbolt_find(struct dd_bbolt *b, struct dd_bbolt_bucket bucket, struct dd_str key,
			   struct dd_bbolt_item *ret, bool *ret_found, struct dd_err *err)
{
	struct dd_bbolt_cursor c;
	uint64_t steps = b->steps_left;
	/* At most DD_BBOLT_DEPTH_MAX pages: looking up does not eat what walks may take. */
	b->steps_left = UINT64_MAX;
	dd_bbolt_walk(b, bucket, &c);
	enum dd_code code = go_down(&c, key, ret, ret_found, err);
	b->steps_left = steps;
	return code;
}
