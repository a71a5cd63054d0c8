/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a bbolt database that lies in memory: buckets of keys and values, in the order of the keys. Damage is told page
 * by page, and what is beside it is read. The format stands in bbolt.c. */
#ifndef DD_BBOLT_H
#define DD_BBOLT_H

#include "base/err.h"
#include "base/str.h"

/* Levels of pages of one bucket: with two keys a branch page, 2^32 pages. */
enum { DD_BBOLT_DEPTH_MAX = 32 };

struct dd_bbolt {
	struct dd_str data; /* borrowed */
	uint32_t page_bytes;
	uint64_t pages;	     /* whole ones that are there */
	uint64_t pages_said; /* that the file says it has; more than `pages`: it was cut */
	uint64_t root;	     /* page of the top bucket */
	uint64_t steps_left; /* pages that may still be looked at: a tree whose pages point back ends here */
};

/* The page of a bucket in its own right, or, for a small one, a page inside its parent's value. */
struct dd_bbolt_bucket {
	uint64_t page;
	struct dd_str inside; /* n > 0: the page itself */
};

struct dd_bbolt_item {
	struct dd_str key, value; /* views into data; value of a bucket: empty */
	uint64_t at;		  /* of the key in data */
	bool is_bucket;
	struct dd_bbolt_bucket bucket;
};

/* Where a walk through one bucket is. */
struct dd_bbolt_cursor {
	struct dd_bbolt *db;
	struct {
		struct dd_str page;
		uint32_t next, count;
		bool leaf;
	} levels[DD_BBOLT_DEPTH_MAX];
	unsigned depth;
	struct dd_str last; /* key */
	struct dd_bbolt_bucket bucket;
	bool started, ended;
};

/* Looks at the two meta pages and takes the newer one that is whole. b borrows data. DD_EPARSE: neither is. */
enum dd_code dd_bbolt_open(struct dd_str data, struct dd_bbolt *ret, struct dd_err *err);
struct dd_bbolt_bucket dd_bbolt_top(const struct dd_bbolt *b);

void dd_bbolt_walk(struct dd_bbolt *b, struct dd_bbolt_bucket bucket, struct dd_bbolt_cursor *ret);
/* The next key; *ret_more false: there is none. DD_EPARSE: a page or an element that is damaged, err->at says where;
 * the next call goes on behind it. DD_ELIMIT: the pages point at each other, and the walk has ended. */
enum dd_code dd_bbolt_next(struct dd_bbolt_cursor *c, struct dd_bbolt_item *ret, bool *ret_more, struct dd_err *err);
/* The item with that key, found by going down the tree. A broken page on the way: DD_EPARSE. */
enum dd_code dd_bbolt_find(struct dd_bbolt *b, struct dd_bbolt_bucket bucket, struct dd_str key,
			   struct dd_bbolt_item *ret, bool *ret_found, struct dd_err *err);

#endif
