/* SPDX-License-Identifier: Apache-2.0 */
/* Images in the stores of this machine, read where they lie: no service is asked, none needs to run.
 *   containerd   the content store below a root (/var/lib/containerd, Kubernetes distributions' own, rootless)
 *   storage      containers-storage of podman, buildah and CRI-O (/var/lib/containers/storage, rootless)
 * A store may be in use: what is read is a state that it had at one moment. Stores belong to somebody else and are
 * never written to or locked. Sources stand in the files. */
#ifndef DD_STORES_H
#define DD_STORES_H

#include "image/places.h"

enum dd_store_kind { DD_STORE_CONTAINERD, DD_STORE_CONTAINERS };
const char *dd_store_kind_name(enum dd_store_kind kind); /* "containerd", "storage" */

/* ---- where stores are ---- */

struct dd_store_place {
	enum dd_store_kind kind;
	const char *root;
	const char *run; /* where the state of running containers lies; NULL: not known */
};
enum { DD_STORE_PLACES_MAX = 16 };
struct dd_store_places {
	struct dd_store_place at[DD_STORE_PLACES_MAX];
	size_t n;
	const char *space; /* containerd's namespace that comes first: CONTAINERD_NAMESPACE; may be NULL */
};

struct dd_store_search {
	bool containerd, storage;   /* which kinds */
	bool readable;		    /* only those that this process may read: for a name that may be anywhere */
	char *(*get)(const char *); /* the environment: getenv, injected for tests */
	const char *root;	    /* before every default path; NULL: none (tests) */
};

/* The stores that exist. containerd: DRYDOCK_CONTAINERD_ROOT; else `root` of /etc/containerd/config.toml and the known
 * places. storage: graphroot of the storage.conf in use (CONTAINERS_STORAGE_CONF, the user's, the system's; for root
 * the system's only), else the default; and its additionalimagestores. Texts live in a. None at all is no error.
 * Whoever confines itself afterwards must keep `root` and `run` of each readable. DD_EPARSE: a storage.conf named by
 * the environment that cannot be read. */
enum dd_code dd_stores_find(const struct dd_store_search *s, struct dd_arena *a, struct dd_store_places *ret,
			    struct dd_err *err);

/* ---- what they hold ---- */

struct dd_store_image {
	struct dd_str space;  /* containerd's namespace; storage: empty */
	struct dd_str *names; /* in full: "docker.io/library/alpine:3.9", sorted; n_names may be 0 */
	size_t n_names;
	struct dd_digest id; /* what the store knows it by. containerd: the digest of its target, a manifest or index;
			      * storage: mostly that of its configuration */
	struct dd_digest manifest; /* of its manifest or index */
	bool has_manifest;
	struct dd_str top;	/* storage: id of the uppermost layer */
	uint64_t size;		/* bytes of what is stored for it; 0: not known; only of dd_store_images */
	int64_t created;	/* seconds since the epoch; 0: not known */
	struct dd_str platform; /* "linux/amd64"; empty: several, or not known; only of dd_store_images */
	struct dd_str *used_by; /* names of running containers, sorted; only of dd_store_images */
	size_t n_used_by;
};
struct dd_store_images {
	struct dd_store_image *p; /* sorted by namespace, name, id */
	size_t n;
};
/* DD_ENOTFOUND: no store of that kind there; DD_EIO: no permission (sys_errno EACCES) …; DD_EPARSE, DD_ELIMIT. */
enum dd_code dd_store_images(const struct dd_store_place *place, struct dd_arena *a, struct dd_store_images *ret,
			     struct dd_err *err);

/* ---- one image ---- */

enum { DD_STORES_CONTAINERD = 1, DD_STORES_CONTAINERS = 2, DD_STORES_ALL = 3 }; /* kinds, as bits */

struct dd_store_found {
	struct dd_store_place place;
	struct dd_store_image image;
	struct dd_str name; /* by which it was found */
};
/* The image that name means, in one of the places of these kinds: a reference (as docker pull takes it: "alpine" is
 * docker.io/library/alpine:latest; podman's localhost/NAME too), an id, or for containerd NAMESPACE/NAME. Of several
 * namespaces places->space comes first, then default, k8s.io, moby, the others. Needs no more than `root` of the places
 * to be readable. Texts live in a. DD_ENOTFOUND: no store has it; the message names those asked, or says that there is
 * none. A store that cannot be read is an error when no other has the image. */
enum dd_code dd_stores_with_image(const struct dd_store_places *places, unsigned kinds, struct dd_str name,
				  struct dd_arena *a, struct dd_store_found *ret, struct dd_err *err);

/* Fills target, blobs and bundle of img, whose arena is ready, from what dd_stores_with_image gave; c->selector is not
 * looked at. target.kind is "containerd" or "storage". Every document is checked against its digest; layers of storage
 * are put together when they are read (base/stream.h) and have their diff_id to be checked against. */
enum dd_code dd_image_store(struct dd_image *img, const struct dd_image_choice *c, const struct dd_store_found *found,
			    struct dd_err *err);

#endif
