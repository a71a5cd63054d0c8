/* SPDX-License-Identifier: Apache-2.0 */
/* Pulls from container registries: OCI distribution specification 1.1, and the Docker Registry HTTP API V2 before it.
 *
 * A session holds what all threads share: settings, credentials, tokens, what registries said of their limits. A
 * struct dd_registry belongs to one thread and holds connections; make one for each thread that pulls.
 *
 * Everything that a registry says is hostile. Documents are bounded and checked against their digests; blobs are handed
 * on as they come and it is the caller who checks their digest. Certificates are always verified, except those of hosts
 * that options name as insecure. Credentials and tokens never stand in an error or a notice, nor do the queries of
 * URLs, which may be signatures. Errors name the host and, where something can be done, what.
 * README.md of this folder says who gets which credentials. */
#ifndef DD_PULL_H
#define DD_PULL_H

#include <stdatomic.h>

#include "format/digest.h"
#include "net/net.h"
#include "net/registry/reference.h"

enum dd_registry_notice {
	DD_REGISTRY_RATE,	 /* few pulls are left of the registry's allowance */
	DD_REGISTRY_MIRROR,	 /* a mirror was passed over */
	DD_REGISTRY_RETRY,	 /* something failed and is tried again */
	DD_REGISTRY_CREDENTIALS, /* credentials could not be had, or are not used, and why */
	DD_REGISTRY_INSECURE,	 /* a host that options allow it for is not verified or not encrypted */
};

/* All members may be zero. Texts are copied; net, stop and what the callbacks use must outlive the session. */
struct dd_registry_options {
	char *(*get)(const char *name); /* the environment; NULL: getenv */

	/* Places of settings. NULL: the usual ones, see README.md; "" and the empty list: none. */
	const char *docker_config;     /* directory of config.json */
	const char *const *auth_files; /* podman's auth.json; NULL-terminated */
	const char *const *certs_dirs; /* that hold HOST[:PORT]/ directories; NULL-terminated */
	const char *registries_conf;   /* containers-registries.conf(5), version 2 */

	const char *const *mirrors; /* "MIRROR" (of Docker Hub) or "REGISTRY=MIRROR"; MIRROR is HOST[:PORT][/PATH] */
	size_t n_mirrors;
	const char *const *insecure; /* "HOST[:PORT]": https without verification, then http */
	size_t n_insecure;
	/* Hosts outside of a registry's own domain whose token endpoints may get its credentials: "REGISTRY=HOST". */
	const char *const *realms;
	size_t n_realms;
	const char *ca_file, *ca_dir; /* as struct dd_http_options: authorities instead of the system's */

	bool offline;		 /* nothing is asked: DD_ENET */
	const atomic_bool *stop; /* set by another thread: what runs ends soon with DD_EIO */
	unsigned connect_s;	 /* 0: 15; longest wait for a connection */
	unsigned stall_s;	 /* 0: 30; longest time in which nothing comes */
	unsigned document_s;	 /* 0: 60; longest time for a document */
	unsigned retries;	 /* 0: 3; further attempts after what may pass; DD_REGISTRY_NO_RETRIES: none */
	unsigned retry_wait_ms;	 /* 0: 500; before the first, doubled each time; the server's Retry-After wins */

	/* Called under the session's lock, from any thread: must not call back. text is safe to print. */
	void (*notice)(void *ctx, enum dd_registry_notice kind, const char *text);
	void *notice_ctx;
};
#define DD_REGISTRY_NO_RETRIES UINT32_MAX

struct dd_registry_session; /* opaque; any number of threads */
/* Reads the settings. DD_EARG: options, DRYDOCK_REGISTRY_* or a file of settings make no sense. */
enum dd_code dd_registry_session_new(const struct dd_net *net, const struct dd_registry_options *o,
				     struct dd_registry_session **ret, struct dd_err *err);
/* After every dd_registry made from it. */
void dd_registry_session_freep(struct dd_registry_session **s);

/* What a registry last said of its allowance for pulls (Docker Hub's ratelimit-* fields). False: nothing. */
struct dd_registry_rate {
	uint64_t limit, remaining; /* pulls of a window */
	uint64_t window_s;	   /* 0: not said */
};
bool dd_registry_session_rate(struct dd_registry_session *s, struct dd_str registry, struct dd_registry_rate *ret);

struct dd_registry; /* opaque; one thread at a time */
enum dd_code dd_registry_new(struct dd_registry_session *s, struct dd_registry **ret, struct dd_err *err);
void dd_registry_freep(struct dd_registry **r);

/* All calls below: DD_ENOTFOUND: the registry does not have it. DD_EARG: a request that makes no sense, or is
 * blocked by registries.conf. DD_ENET: no usable answer, or access is denied. DD_ELIMIT, DD_EDIGEST, DD_EPARSE,
 * DD_EUNSUPPORTED: what came is too large, not what was promised, broken, of a kind that is not read. DD_EIO: stopped.
 * A reference with tag and digest means the digest. Mirrors are asked first, in their order, the registry last. */

struct dd_registry_manifest {
	struct dd_str media_type; /* of an OCI or Docker index or manifest */
	struct dd_str bytes;	  /* as they came, in the arena */
	struct dd_digest digest;  /* of bytes; checked when the reference has one or the registry says one */
};
/* At most DD_MANIFEST_BYTES_MAX bytes. Counts as a pull where pulls are counted. */
enum dd_code dd_registry_manifest(struct dd_registry *r, const struct dd_reference *ref, struct dd_arena *a,
				  struct dd_registry_manifest *ret, struct dd_err *err);

struct dd_registry_head {
	struct dd_str media_type; /* in the arena */
	struct dd_digest digest;  /* what the registry says; not checked */
	bool has_digest;
	uint64_t size; /* DD_REGISTRY_NO_SIZE: not said */
};
#define DD_REGISTRY_NO_SIZE UINT64_MAX
/* What a tag stands for, without pulling it. */
enum dd_code dd_registry_head(struct dd_registry *r, const struct dd_reference *ref, struct dd_arena *a,
			      struct dd_registry_head *ret, struct dd_err *err);

/* Hands bytes [offset, size) of a blob on as they come, in order; a transfer that breaks is taken up where it ended.
 * Never more than size bytes; DD_EDIGEST when the registry has more or fewer. The digest is the caller's to check:
 * bytes of a wrong blob are handed on, too. Tag and digest of repo do not matter. An error of sink ends it with that
 * error. The blob may come from a mirror and go on from the registry itself. */
enum dd_code dd_registry_blob(struct dd_registry *r, const struct dd_reference *repo, const struct dd_digest *digest,
			      uint64_t size, uint64_t offset,
			      enum dd_code (*sink)(void *ctx, struct dd_str bytes, struct dd_err *err), void *ctx,
			      struct dd_err *err);
/* A whole small blob (an image's configuration) in a, its digest checked. DD_ELIMIT: size is above max. */
enum dd_code dd_registry_blob_bytes(struct dd_registry *r, const struct dd_reference *repo,
				    const struct dd_digest *digest, uint64_t size, uint64_t max, struct dd_arena *a,
				    struct dd_str *ret, struct dd_err *err);

enum { DD_REGISTRY_TAGS_MAX = 200000, DD_REGISTRY_PAGES_MAX = 1000 };
struct dd_registry_tags {
	struct dd_str *p; /* in the order of the registry */
	size_t n;
	bool incomplete; /* there are more than the limits */
	size_t odd;	 /* names that are no tags, left out */
};
enum dd_code dd_registry_tags(struct dd_registry *r, const struct dd_reference *repo, struct dd_arena *a,
			      struct dd_registry_tags *ret, struct dd_err *err);

/* What the referrers of a manifest are: signatures, attestations, bills of materials. */
struct dd_registry_annotation {
	struct dd_str key, value;
};
struct dd_registry_descriptor {
	struct dd_str media_type, artifact_type;
	struct dd_digest digest;
	uint64_t size;
	struct dd_registry_annotation *annotations;
	size_t n_annotations;
};
enum { DD_REGISTRY_REFERRERS_MAX = 10000 };
struct dd_registry_referrers {
	struct dd_registry_descriptor *p;
	size_t n;
	bool incomplete; /* more than the limits */
	bool fallback;	 /* from the tag that stands in for the API */
	size_t odd;	 /* descriptors that make no sense, left out */
};
/* artifact_type empty: all. A registry that knows nothing of the subject gives an empty list, not DD_ENOTFOUND.
 * The caller must see in each manifest whether its subject is the one that was asked for. */
enum dd_code dd_registry_referrers(struct dd_registry *r, const struct dd_reference *repo,
				   const struct dd_digest *subject, struct dd_str artifact_type, struct dd_arena *a,
				   struct dd_registry_referrers *ret, struct dd_err *err);
/* The tag that stands in for the referrers API: algorithm and hex with "-", cut to 32 and 64 characters. */
enum { DD_REGISTRY_FALLBACK_TAG_MAX = 32 + 1 + 64 + 1 };
const char *dd_registry_fallback_tag(const struct dd_digest *subject, char out[DD_REGISTRY_FALLBACK_TAG_MAX]);

/* Can we talk to it, and are we who we say (GET /v2/)? For `drydock login`: with these credentials instead of the
 * stored ones; both empty: none. *ret_checked false: the registry wants no credentials, so that they prove nothing. */
enum dd_code dd_registry_ping(struct dd_registry *r, struct dd_str registry, struct dd_str username,
			      struct dd_str password, bool *ret_checked, struct dd_err *err);

#endif
