/* SPDX-License-Identifier: Apache-2.0 */
/* The side that has the network: takes queries, makes the addresses, asks, and hands documents on without looking into
 * them. Asked are only the services' own hosts, hosts of the table of repositories' hosts (hosts.c), and those that the
 * user names; never one that only the image names. Answers are kept in the cache with their validators, refusals (404),
 * too. A host that cannot be reached, or asks to be left alone (429), is not asked again by this server. */
#ifndef DD_FRESH_SERVER_H
#define DD_FRESH_SERVER_H

#include "base/opt.h"
#include "fresh/protocol.h"
#include "net/net.h"
#include "net/registry/pull.h"

struct dd_fresh_options {
	char *(*get)(const char *name); /* the environment; NULL: getenv */
	const char *cache_dir;		/* NULL: none; answers live in a directory of their own below spool_dir */
	const char *spool_dir;		/* for temporary files */
	const struct dd_opt_list *repositories; /* "HOST": may be asked; "HOST=URL": ask URL in its place; NULL: none */
	const struct dd_opt_list
		*keyrings;   /* files of keys that may sign repositories, beside the distribution's; NULL */
	const char *ca_file; /* PEM, authorities instead of the system's; NULL */
	const struct dd_registry_options *registry; /* how registries of images are spoken to; NULL: they are not */
	uint64_t recheck_s;			    /* an answer is taken for good for so long */
	uint64_t max_queries;			    /* 0: DD_FRESH_QUERIES_MAX */
	unsigned retries, retry_wait_ms;
	/* Bytes came; any thread; may be NULL. */
	void (*progress)(void *ctx, uint64_t bytes);
	void *progress_ctx;
};
enum { DD_FRESH_QUERIES_MAX = 20000, DD_FRESH_RULES_MAX = 64 };
#define DD_FRESH_BYTES_MAX (4 * DD_GIB) /* of all answers */

struct dd_fresh_server; /* opaque */

/* Makes the socket pair and checks the options; what they point to must outlive *ret. DD_EARG: a repository or a
 * variable makes no sense. */
enum dd_code dd_fresh_server_new(const struct dd_fresh_options *o, struct dd_fresh_server **ret, struct dd_err *err);
void dd_fresh_server_freep(struct dd_fresh_server **s);

/* In the confined process: its end, borrowed; the other one is closed. */
int dd_fresh_server_confined_end(struct dd_fresh_server *s);
/* In the process that has the network, after the fork: answers until the other side is gone. */
void dd_fresh_server_run(struct dd_fresh_server *s, const struct dd_net *net, const struct dd_err *no_net);

#endif
