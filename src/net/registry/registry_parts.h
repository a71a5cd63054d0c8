/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the registry client share. Internal to src/net/registry.
 *
 * pull.h call ─ pull, blob, tags, referrers, push: what is asked, what the answer means
 *   └ dd_registry_try (retry.c): again after what may pass; the mirrors in turn
 *       └ dd_registry_call (call.c): one answer, signed in (auth.c, token.c); insecure.c: https or http
 *           └ net/http.h */
#ifndef DD_REGISTRY_PARTS_H
#define DD_REGISTRY_PARTS_H

#include <pthread.h>

#include "base/buf.h"
#include "base/vec.h"
#include "net/http.h"
#include "net/registry/credentials.h"
#include "net/registry/host_certs.h"
#include "net/registry/pull.h"
#include "net/registry/registries_conf.h"

enum {
	DD_REGISTRY_HOSTS_MAX = 256,	  /* of one session: registries, mirrors, token endpoints */
	DD_REGISTRY_CONNECTIONS_MAX = 16, /* clients of one struct dd_registry */
	DD_REGISTRY_TOKENS_MAX = 1024,	  /* of one session */
	DD_REGISTRY_TOKEN_BYTES_MAX = 32 << 10,
	DD_REGISTRY_ENDPOINTS_MAX = 2 * DD_REGISTRIES_MIRRORS_MAX + 2,
	DD_REGISTRY_RESUMES_MAX = 32, /* of one blob */
};

/* --- a session --- */

enum dd_host_scheme { DD_HOST_UNKNOWN, DD_HOST_HTTPS, DD_HOST_HTTP };
struct dd_registry_host {
	struct dd_registry_host *next;
	struct dd_str name; /* as in references: "docker.io", "host:5000" */
	struct dd_str api;  /* where it is asked, the same but for Docker Hub */
	bool insecure;
	struct dd_host_certs certs;
	atomic_int scheme; /* of an insecure host: what it was found to speak */
	atomic_bool down;  /* it could not be reached; a mirror is not tried again */
	atomic_bool wants_basic;
	/* guarded by the lock */
	bool has_rate, rate_said;
	struct dd_registry_rate rate;
};

struct dd_registry_token {
	char *key; /* owned: host, repository, actions, one a line */
	char *text;
	int64_t expires_s; /* of the monotonic clock */
};

/* What dd_credentials_find said, so that helpers run once. */
struct dd_registry_known {
	struct dd_registry_known *next;
	struct dd_str registry, repository;
	bool found;
	struct dd_credential credential;
	const char *trouble; /* NULL: none */
};

struct dd_registry_session {
	const struct dd_net *net;
	struct dd_registry_options o; /* texts in the arena */
	struct dd_credentials *credentials;
	struct dd_registries_conf conf;
	const char *const *certs_dirs;

	pthread_mutex_t lock; /* of all that follows, and of notices */
	struct dd_arena arena;
	struct dd_registry_host *hosts;
	size_t n_hosts;
	struct dd_registry_known *known;
	size_t n_known;
	DD_VEC(struct dd_registry_token) tokens;

	pthread_mutex_t signing_in; /* one thread fetches credentials or a token, the others then have it too */
};

/* The host's record, made when it is new. name is HOST[:PORT]. insecure: registries.conf says so for what is asked;
 * options may say so for the host. */
enum dd_code dd_session_host(struct dd_registry_session *s, struct dd_str name, bool insecure,
			     struct dd_registry_host **ret, struct dd_err *err);
void dd_session_say(struct dd_registry_session *s, enum dd_registry_notice kind, const char *fmt, ...) DD_PRINTF(3, 4);
int64_t dd_session_now_s(void);

/* --- where to ask --- */

struct dd_endpoint {
	struct dd_registry_host *host;
	struct dd_str repository; /* there */
	bool mirror;
};
struct dd_endpoints {
	struct dd_endpoint at[DD_REGISTRY_ENDPOINTS_MAX];
	size_t n;
	struct dd_arena arena; /* repositories */
};
/* Mirrors in their order, the registry last. to_push: the registry alone. DD_EARG: blocked by registries.conf. */
enum dd_code dd_endpoints_find(struct dd_registry_session *s, const struct dd_reference *ref, bool to_push,
			       struct dd_endpoints *ret, struct dd_err *err);
void dd_endpoints_done(struct dd_endpoints *e);

/* --- one thread's connections --- */

struct dd_registry {
	struct dd_registry_session *s;
	struct {
		struct dd_registry_host *host;
		struct dd_http *http;
		uint64_t used;
	} clients[DD_REGISTRY_CONNECTIONS_MAX];
	uint64_t clock;
	struct dd_buf body; /* of the document that comes */
};
enum dd_code dd_registry_client(struct dd_registry *r, struct dd_registry_host *host, struct dd_http **ret,
				struct dd_err *err);

/* --- one answer --- */

struct dd_call {
	const char *method;  /* NULL: GET */
	const char *actions; /* on the repository: "pull", "pull,push"; NULL: none */
	const char *mount;   /* a repository that is pulled from besides, NULL: none */
	struct dd_str path;  /* behind /v2/REPOSITORY, percent-encoded; or behind /v2 with `root` */
	bool root;
	const char *url; /* instead: the whole address; signed in only at the endpoint's own origin */
	const char *const *headers;
	struct dd_str body;
	enum dd_code (*read)(void *ctx, uint64_t offset, char *p, size_t n, size_t *ret_n, struct dd_err *err);
	uint64_t body_bytes;
	bool document; /* has the time limit of documents */
	/* Else, and in either direction: the bytes that go over, for dd_transfer_seconds. */
	uint64_t transfer_bytes;
	uint64_t max_bytes;
	/* Of an answer with a status below 400 only. */
	enum dd_code (*head)(void *ctx, const struct dd_http_response *r, struct dd_err *err);
	enum dd_code (*data)(void *ctx, struct dd_str bytes, struct dd_err *err);
	void *ctx;
	const struct dd_credential *credential; /* instead of the stored ones; empty: none */
};

struct dd_answer {
	unsigned status; /* 0: none came */
	enum dd_http_cause cause;
	uint64_t retry_after_s;
	const struct dd_http_response *response; /* until the next call */
	bool signed_in;				 /* credentials were shown */
	char why[320];				 /* of an error: the registry's own words, safe to print; or "" */
	char hint[640];				 /* what about credentials went wrong; or "" */
};

/* Longest time for a transfer: a second for each DD_TRANSFER_BYTES_PER_SECOND, and ten minutes. A server that sends
 * just enough not to count as stalled would else hold us for months. */
enum { DD_TRANSFER_BYTES_PER_SECOND = 4096 };
unsigned dd_transfer_seconds(uint64_t bytes);

/* DD_OK: an answer came, whatever its status; *ret says which. *ret is written in every case. */
enum dd_code dd_registry_call(struct dd_registry *r, const struct dd_endpoint *e, const struct dd_call *c,
			      struct dd_answer *ret, struct dd_err *err);
/* The error that an answer with a status of 300 and above is. what: "the manifest of 'x'"; for the message. */
enum dd_code dd_answer_fail(const struct dd_registry *r, const struct dd_endpoint *e, const struct dd_answer *a,
			    const char *what, struct dd_err *err);
/* Appends https://HOST/v2/…; the scheme that the host is known to speak. */
enum dd_code dd_endpoint_url(const struct dd_endpoint *e, const struct dd_call *c, bool https, struct dd_buf *out,
			     struct dd_err *err);

/* Finds out what an insecure host speaks, when that is not known yet; nothing for all others. */
enum dd_code dd_host_settle(struct dd_registry *r, struct dd_registry_host *host, enum dd_http_cause *ret_cause,
			    struct dd_err *err);
bool dd_endpoint_is_https(const struct dd_endpoint *e);
/* Is an address that the registry gave one of its own origin, so that it may see who we are? DD_ENET: it is not
 * encrypted, and the registry is. */
enum dd_code dd_endpoint_owns(const struct dd_registry *r, const struct dd_endpoint *e, const char *url, bool *ret,
			      struct dd_err *err);
/* HOST, or HOST:PORT when the port is not the usual one. */
void dd_host_name(const struct dd_http_origin *o, char *out, size_t size);

/* --- signing in --- */

/* Appends the value of Authorization from what is known already; nothing when nothing is. */
enum dd_code dd_auth_ready(struct dd_registry *r, const struct dd_endpoint *e, const struct dd_call *c,
			   struct dd_buf *out, bool *ret_signed_in, struct dd_err *err);
/* After a 401 to a request that had `sent`: fills out with another value. DD_EARG: there is none to try; answer->hint
 * says why. */
enum dd_code dd_auth_renew(struct dd_registry *r, const struct dd_endpoint *e, const struct dd_call *c,
			   const struct dd_http_response *response, struct dd_str sent, struct dd_buf *out,
			   struct dd_answer *answer, struct dd_err *err);
/* The credentials for an endpoint. *ret NULL: none. Lives as long as the session. */
enum dd_code dd_auth_credential(struct dd_registry *r, const struct dd_endpoint *e, const struct dd_call *c,
				const struct dd_credential **ret, struct dd_answer *answer, struct dd_err *err);

/* Appends "Basic …". */
enum dd_code dd_auth_basic(const struct dd_credential *c, struct dd_buf *out, struct dd_err *err);

struct dd_challenge;
/* Asks the token endpoint of a Bearer challenge; *text is emptied and filled. */
enum dd_code dd_token_fetch(struct dd_registry *r, const struct dd_endpoint *e, const struct dd_call *c,
			    const struct dd_challenge *challenge, struct dd_buf *text, uint64_t *ret_seconds,
			    struct dd_answer *answer, struct dd_err *err);
/* May the registry's credentials go to a token endpoint on that host? Both without port. */
bool dd_realm_is_near(struct dd_str registry_host, struct dd_str realm_host);

/* --- again, and elsewhere --- */

/* dd_registry_call until an answer comes that is worth no further attempt. DD_OK as there. */
enum dd_code dd_registry_try(struct dd_registry *r, const struct dd_endpoint *e, const struct dd_call *c,
			     unsigned retries, struct dd_answer *ret, struct dd_err *err);
/* Waits; before attempt number `again`, from 0. DD_EIO: stopped. DD_ENET: the server asks for too long a wait. */
enum dd_code dd_registry_wait(struct dd_registry *r, const struct dd_endpoint *e, const struct dd_answer *a,
			      unsigned again, struct dd_err *err);
unsigned dd_registry_retries(const struct dd_registry *r, const struct dd_endpoints *e, size_t i);
/* Says that a mirror is passed over, and why. */
void dd_registry_pass_over(struct dd_registry *r, const struct dd_endpoint *e, enum dd_http_cause cause,
			   const struct dd_err *why);

/* Asks each endpoint of ref in turn for a document; its bytes are in r->body. Fails as pull.h says, also for a
 * status outside of 200 to 299. *ret is written in every case. */
struct dd_document {
	const char *what; /* "the manifest of 'x'" */
	/* Makes something of r->body; when it fails and a mirror gave that, the next one is asked. May be NULL. */
	enum dd_code (*read)(void *ctx, struct dd_registry *r, const struct dd_endpoint *e, const struct dd_answer *a,
			     struct dd_err *err);
	void *ctx;
};
enum dd_code dd_registry_document(struct dd_registry *r, const struct dd_reference *ref, struct dd_call *c,
				  const struct dd_document *d, struct dd_answer *ret, struct dd_err *err);
/* The next page of a list, from the answer's Link (RFC 8288); *ret_more false: there is none. url is replaced. DD_ENET:
 * it is on another host or the same page again. */
enum dd_code dd_registry_next_page(struct dd_registry *r, const struct dd_endpoint *e, const struct dd_answer *a,
				   struct dd_buf *url, bool *ret_more, struct dd_err *err);
/* "REPOSITORY:TAG" for messages. */
void dd_reference_short(const struct dd_reference *ref, char *out, size_t size);
/* Accept: for manifests and indexes; NULL-terminated. */
extern const char *const dd_manifest_headers[];

/* The same from one endpoint; the status may be anything. */
enum dd_code dd_registry_fetch(struct dd_registry *r, const struct dd_endpoint *e, struct dd_call *c, unsigned retries,
			       struct dd_answer *ret, struct dd_err *err);

#endif
