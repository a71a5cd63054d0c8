/* SPDX-License-Identifier: Apache-2.0 */
/* Inside src/net/hub/: asking and keeping (hub_ask.c, hub_kept.c), reading answers (hub_read.c). */
#ifndef DD_HUB_PARTS_H
#define DD_HUB_PARTS_H

#include "base/buf.h"
#include "net/http.h"
#include "net/hub/hub.h"

struct dd_hub {
	struct dd_http *http;	 /* NULL: offline */
	char *base, *cache;	 /* owned; cache may be NULL */
	struct dd_hub_options o; /* texts are not used */
	struct dd_hub_usage usage;
	bool blocked; /* nothing more is asked: why */
	struct dd_err why;
};

/* A kept answer. */
struct dd_hub_kept {
	int64_t at; /* when it came or was last confirmed */
	char etag[256], modified[64];
	struct dd_buf body;
};
/* False: none, or one that cannot be read. */
bool dd_hub_kept_read(const struct dd_hub *h, const char *url, struct dd_hub_kept *ret);
/* Failures are of no interest: it is a cache. */
void dd_hub_kept_write(const struct dd_hub *h, const char *url, const struct dd_hub_kept *k);

/* The answer to GET of base + path. */
enum dd_code dd_hub_ask(struct dd_hub *h, struct dd_str path, struct dd_buf *ret_body, struct dd_err *err);

/* Answer → record. what: for messages. */
enum dd_code dd_hub_read_repository(struct dd_str json, struct dd_arena *a, struct dd_hub_repository *ret,
				    struct dd_err *err);
enum dd_code dd_hub_read_tags(struct dd_str json, struct dd_arena *a, struct dd_hub_tags *ret, struct dd_err *err);
enum dd_code dd_hub_read_search(struct dd_str json, struct dd_str space, struct dd_str name, struct dd_arena *a,
				struct dd_hub_found *ret, struct dd_err *err);
enum dd_code dd_hub_read_org(struct dd_str json, struct dd_arena *a, struct dd_hub_org *ret, struct dd_err *err);

#endif
