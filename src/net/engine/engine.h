/* SPDX-License-Identifier: Apache-2.0 */
/* Container engines by their HTTP API: Docker's (Engine API 1.24 and newer: Docker 1.12 to 29) over its Unix socket or
 * TCP with TLS, and podman's service, which speaks the same API. Asked are only requests that change nothing, but for
 * dd_engine_load. What an engine answers is as hostile as an image: every text may hold any byte. Sources: Docker
 * Engine API reference v1.24 … v1.51; docker/cli cli/context/store (contexts), cli/config; podman-system- service(1),
 * podman-system-connection(1). */
#ifndef DD_ENGINE_H
#define DD_ENGINE_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/err.h"
#include "net/net.h"

enum dd_engine_kind { DD_ENGINE_DOCKER, DD_ENGINE_PODMAN };
const char *dd_engine_kind_name(enum dd_engine_kind kind); /* "docker", "podman" */

/* ---- where engines are ---- */

struct dd_engine_place {
	enum dd_engine_kind kind; /* what is expected there */
	const char *url;	  /* "unix:///run/podman/podman.sock", "tcp://host:2376" */
	const char *from;	  /* who names it: "DOCKER_HOST", "context 'remote'", "default" */
	const char *tls_dir;	  /* holds ca.pem, cert.pem, key.pem: TLS is spoken; NULL: it is not */
	bool asked;		  /* environment or context name it: no other one of its kind is meant */
};
enum { DD_ENGINE_PLACES_MAX = 16 };
struct dd_engine_places {
	struct dd_engine_place at[DD_ENGINE_PLACES_MAX];
	size_t n;
};

struct dd_engine_search {
	bool docker, podman;	    /* which kinds to look for */
	char *(*get)(const char *); /* the environment: getenv, injected for tests */
	const char *root;	    /* before every default path; NULL: none (tests) */
};

/* Docker: DOCKER_HOST; else the context that DOCKER_CONTEXT or config.json names; else the sockets that exist of
 * /var/run/docker.sock, $XDG_RUNTIME_DIR/docker.sock, ~/.docker/run/docker.sock, ~/.docker/desktop/docker.sock.
 * podman: CONTAINER_HOST; else the sockets that exist of $XDG_RUNTIME_DIR/podman/podman.sock and
 * /run/podman/podman.sock. A socket that is reached by two names is given once. Nothing is connected to. Texts live in
 * a. No engine at all is no error (ret->n == 0). DD_EARG, DD_EPARSE: a context that is not there or cannot be read. */
enum dd_code dd_engine_find(const struct dd_engine_search *s, struct dd_arena *a, struct dd_engine_places *ret,
			    struct dd_err *err);

/* ---- a connection ---- */

struct dd_engine; /* opaque; one thread at a time */

struct dd_engine_options {
	unsigned connect_s,
		stall_s;	 /* 0: DD_HTTP_CONNECT_SECONDS, DD_HTTP_STALL_SECONDS; export has its own patience */
	const atomic_bool *stop; /* as in net/http.h */
};

/* Connects and agrees on an API version. place is copied; net must outlive *ret. Messages name the place and what to
 * do: DD_ENOTFOUND no socket there; DD_EIO with sys_errno EACCES no permission; DD_ENET nothing or no engine answers;
 * DD_EUNSUPPORTED npipe://, engines older than API 1.24; DD_EARG a URL that makes no sense. */
enum dd_code dd_engine_open(const struct dd_net *net, const struct dd_engine_place *place,
			    const struct dd_engine_options *o, struct dd_engine **ret, struct dd_err *err);
void dd_engine_freep(struct dd_engine **e);

struct dd_engine_about {
	enum dd_engine_kind kind; /* as it says itself: podman may sit behind Docker's socket */
	const char *url;
	unsigned api_minor; /* agreed on: 1.<minor> */
	const char *server; /* header Server, "Docker/20.10.24 (linux)"; may be empty */
};
/* Lives as long as e. */
const struct dd_engine_about *dd_engine_about(const struct dd_engine *e);

/* ---- what it holds ---- */

struct dd_engine_platform {
	struct dd_str os, arch, variant;
};

struct dd_engine_image {
	struct dd_str id;	     /* "sha256:…": the configuration's digest; with Docker's containerd store the
				      * digest of a manifest or index */
	struct dd_str config_digest; /* empty where id is not it */
	struct dd_str *tags;	     /* "docker.io/library/alpine:3.9", sorted */
	size_t n_tags;
	struct dd_str *digests; /* "alpine@sha256:…", sorted */
	size_t n_digests;
	uint64_t size;	 /* bytes on disk */
	int64_t created; /* seconds since the epoch, 0: not known */
	/* Of dd_engine_image only, empty from dd_engine_images: */
	struct dd_engine_platform platform;
	struct dd_str *layers; /* diff_ids, from the base up */
	size_t n_layers;
	struct dd_str config; /* what its containers run with, "Config" as JSON; may be empty */
};

/* The image that `name` (reference or id) means to this engine. platform: NULL, or the one wanted of several (asked for
 * only where the API can: 1.49). Texts live in a. DD_ENOTFOUND: the engine does not have it. DD_EARG: no name. */
enum dd_code dd_engine_image(struct dd_engine *e, struct dd_str name, const struct dd_engine_platform *platform,
			     struct dd_arena *a, struct dd_engine_image *ret, struct dd_err *err);

struct dd_engine_images {
	struct dd_engine_image *p; /* sorted by first tag, then id; images of no name last */
	size_t n;
};
enum dd_code dd_engine_images(struct dd_engine *e, struct dd_arena *a, struct dd_engine_images *ret,
			      struct dd_err *err);

struct dd_engine_container {
	struct dd_str id, name;	       /* name without its leading slash */
	struct dd_str image, image_id; /* image: the name that it was started by */
	struct dd_str state;	       /* "running", "exited", "created", "paused" … */
	bool running;		       /* or paused or restarting: its processes exist */
};
struct dd_engine_containers {
	struct dd_engine_container *p; /* sorted by name */
	size_t n;
};
enum dd_code dd_engine_containers(struct dd_engine *e, struct dd_arena *a, struct dd_engine_containers *ret,
				  struct dd_err *err);

/* ---- export ---- */

typedef enum dd_code dd_engine_sink_fn(void *ctx, struct dd_str bytes, struct dd_err *err);

/* The image as `docker save` writes it: an uncompressed tar handed to sink as it comes, at most DD_SPOOL_BYTES_MAX. An
 * error of sink ends the transfer. platform: NULL, or the one wanted of several (from API 1.48 on; older engines have
 * one platform a name, the caller checks which). DD_OK means that the engine finished, not that the archive is whole:
 * its reader tells. DD_ENOTFOUND; DD_ENET the transfer broke off, or the engine says that its export failed. */
enum dd_code dd_engine_export(struct dd_engine *e, struct dd_str name, const struct dd_engine_platform *platform,
			      dd_engine_sink_fn *sink, void *ctx, struct dd_err *err);

/* ---- load ---- */

/* An uncompressed tar as `docker save` writes it. read: 1 to n bytes at offset; an error ends the transfer with it. */
struct dd_engine_archive {
	uint64_t bytes;
	enum dd_code (*read)(void *ctx, uint64_t offset, char *p, size_t n, size_t *ret_n, struct dd_err *err);
	void *ctx;
};
/* The engine has the archive's image from now on, under the names that stand in it. The one request that changes
 * something. DD_ENET: it broke off, or the engine says that it cannot take it. */
enum dd_code dd_engine_load(struct dd_engine *e, const struct dd_engine_archive *archive, struct dd_err *err);

/* ---- all in one ---- */

/* The first engine of those that `s` finds that answers. When none does, the error of the first; DD_ENOTFOUND: there is
 * none. */
enum dd_code dd_engine_first(const struct dd_net *net, const struct dd_engine_search *s,
			     const struct dd_engine_options *o, struct dd_engine **ret, struct dd_err *err);

/* The first engine of those that `s` finds that has the image: opened, and what it says of the image. Engines that
 * cannot be talked to are passed by; if none has it, the first error met is told (no permission, no connection), else
 * DD_ENOTFOUND that names the engines asked, or says that there is none. */
struct dd_engine_holder {
	struct dd_engine *engine; /* the caller's: dd_engine_freep */
	struct dd_engine_image image;
	struct dd_str name; /* of the image's tags the one that was asked for, else the first; without tags: as asked */
};
enum dd_code dd_engine_with_image(const struct dd_net *net, const struct dd_engine_search *s,
				  const struct dd_engine_options *o, struct dd_str name,
				  const struct dd_engine_platform *platform, struct dd_arena *a,
				  struct dd_engine_holder *ret, struct dd_err *err);

#endif
