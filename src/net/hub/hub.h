/* SPDX-License-Identifier: Apache-2.0 */
/* Docker Hub's own API: what a registry does not say of a repository. Descriptions, counts, badges, and tags with
 * digest, date and size, a hundred of them in one request that does not count as a pull.
 *
 *   GET /v2/namespaces/NAMESPACE/repositories/NAME                        the repository
 *   GET /v2/namespaces/NAMESPACE/repositories/NAME/tags?page_size=100&…   its tags, the last pushed first
 *   GET /api/search/v4?query=NAMESPACE/NAME&type=image&size=25&from=0     badges: they are in search results only
 *   GET /v2/orgs/NAMESPACE                                                the publisher
 *
 * Asked without credentials. Answers are kept in the cache for a short time and then asked for with their validators
 * (RFC 9110 §13). One answer "too many requests" or no connection, and nothing more is asked.
 *
 * What the Hub says is a hint, not evidence: no answer is signed, search is not a documented promise. An answer is as
 * hostile as an image: bounded bytes, any field may have any type, texts may hold any character (DD_QUOTE), counts may
 * be absurd. The documents are small and are parsed here, in the process that has the network, by jansson behind
 * format/json's limits: nothing of an image is, and the Hub can be left out (--offline, --no-hub).
 * Sources: docs.docker.com/reference/api/hub (latest.yaml), github.com/docker/hub-mcp specs/search.yaml. */
#ifndef DD_HUB_H
#define DD_HUB_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/err.h"
#include "net/net.h"

#define DD_HUB_URL "https://hub.docker.com"

enum {
	DD_HUB_ANSWER_BYTES_MAX = 4 << 20, /* a hundred tags of twenty platforms have 600 KB */
	DD_HUB_PAGE_TAGS = 100,		   /* the most that it gives */
	DD_HUB_PAGES_MAX = 50,		   /* of one list */
	DD_HUB_IMAGES_MAX = 64,		   /* platforms of one tag */
	DD_HUB_TEXT_MAX = 4 << 10,	   /* of a name, a date … that is kept */
	DD_HUB_DESCRIPTION_MAX = 64 << 10, /* Docker Hub itself stops at 25,000 bytes */
	DD_HUB_FRESH_SECONDS = 600,	   /* a kept answer is not asked for again */
	DD_HUB_WAIT_SECONDS_MAX = 5,	   /* for Retry-After; a longer wait is the user's to decide */
};

struct dd_hub_options {
	const char *url;	 /* NULL: DD_HUB_URL; a mirror or a stand-in: http or https, with or without a path */
	const char *cache;	 /* directory, made when needed; NULL: nothing is kept */
	bool offline;		 /* kept answers only, however old */
	int64_t now;		 /* seconds since the epoch */
	const atomic_bool *stop; /* as struct dd_http_options; may be NULL */
	unsigned connect_s, stall_s, retry_wait_ms; /* 0: as in net/http.h, 500 */
};

struct dd_hub; /* opaque; one thread */
/* Texts are copied. DD_EARG: a url that makes no sense. */
enum dd_code dd_hub_new(const struct dd_net *net, const struct dd_hub_options *o, struct dd_hub **ret,
			struct dd_err *err);
void dd_hub_freep(struct dd_hub **h);

/* What it cost so far, and what the Hub said of its limit (UINT64_MAX: nothing). */
struct dd_hub_usage {
	unsigned requests, kept;	  /* sent; answered from the cache */
	uint64_t limit, remaining, reset; /* reset: seconds since the epoch */
	int64_t oldest;			  /* when the oldest answer that was used came, INT64_MAX: none was */
};
struct dd_hub_usage dd_hub_usage(const struct dd_hub *h);

/* All calls: DD_ENOTFOUND: the Hub has no such thing, or does not show it. DD_ENET: no usable answer, too many
 * requests, or offline and nothing is kept; DD_EPARSE: not JSON, or of another form; DD_ELIMIT: too large; DD_EIO:
 * stopped. Texts live in a. Absent fields are empty, counts UINT64_MAX, times INT64_MIN. */

struct dd_hub_repository {
	struct dd_str description; /* short */
	struct dd_str full;	   /* Markdown, cut at DD_HUB_DESCRIPTION_MAX */
	struct dd_str status;	   /* status_description: "active", "inactive" … */
	uint64_t stars, pulls;
	int64_t updated, registered;
	bool is_private, automated;
};
enum dd_code dd_hub_repository(struct dd_hub *h, struct dd_str space, struct dd_str name, struct dd_arena *a,
			       struct dd_hub_repository *ret, struct dd_err *err);

struct dd_hub_image {
	struct dd_str platform; /* "linux/arm64/v8" */
	struct dd_str digest;
	uint64_t size; /* compressed */
};
struct dd_hub_tag {
	struct dd_str name, digest; /* of what the tag stands for; empty for old ones */
	struct dd_str media_type;
	uint64_t size; /* compressed, of one platform */
	int64_t updated;
	bool inactive;
	struct dd_hub_image *images;
	size_t n_images;
};
struct dd_hub_tags {
	struct dd_hub_tag *p;
	size_t n;
	uint64_t total; /* of the repository or filter */
	bool more;	/* there is another page */
	size_t odd;	/* entries that make no sense, left out */
};
/* filter: a part of the name, empty: all. page: from 1. */
enum dd_code dd_hub_tags(struct dd_hub *h, struct dd_str space, struct dd_str name, struct dd_str filter, unsigned page,
			 struct dd_arena *a, struct dd_hub_tags *ret, struct dd_err *err);

enum dd_badge { DD_BADGE_NONE, DD_BADGE_OFFICIAL, DD_BADGE_VERIFIED, DD_BADGE_OPEN_SOURCE };
const char *dd_badge_name(enum dd_badge b); /* "none", "official", "verified_publisher", "open_source" */

struct dd_hub_found {
	bool found; /* the repository of exactly this name was among the results */
	enum dd_badge badge;
	struct dd_str publisher;
	bool archived;
	struct dd_str *badged; /* others that have a badge: "bitnami/redis" */
	size_t n_badged;
};
/* Results for other names give their badge to nobody. */
enum dd_code dd_hub_search(struct dd_hub *h, struct dd_str space, struct dd_str name, struct dd_arena *a,
			   struct dd_hub_found *ret, struct dd_err *err);

struct dd_hub_org {
	struct dd_str name;  /* full name */
	enum dd_badge badge; /* of the publisher: verified or open source */
};
enum dd_code dd_hub_org(struct dd_hub *h, struct dd_str space, struct dd_arena *a, struct dd_hub_org *ret,
			struct dd_err *err);

#endif
