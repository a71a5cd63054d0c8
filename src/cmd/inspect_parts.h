/* SPDX-License-Identifier: Apache-2.0 */
/* How an identity card is filled, one file a source:
 *   inspect_registry.c  the documents: what a reference stands for, by few requests and, where pulls are counted, few
 * pulls inspect_hub.c       Docker Hub: publisher, badge, description inspect_tags.c      tags of the same digest and
 * the one to pin inspect_evidence.c  signatures, attestations, bills of materials that are there inspect_local.c
 * archives, layouts and root file systems, in a confined child inspect_engine.c    images of a container engine
 *   inspect_judge.c     what follows from all that: stale, end of life, no user …
 * The documents of a registry are parsed in the process that has the network: they are small JSON, bounded, checked
 * against their digests, and read by jansson behind format/json's limits. No layer is ever read here. */
#ifndef DD_INSPECT_PARTS_H
#define DD_INSPECT_PARTS_H

#include "cmd/cmd.h"
#include "image/card_documents.h"
#include "image/image.h"
#include "image/stores.h"
#include "net/hub/hub.h"
#include "net/registry/pull.h"

enum {
	DD_INSPECT_HEADS = 20,	  /* tags asked for their digest where no page has them */
	DD_INSPECT_HUB_PAGES = 3, /* of a hundred tags */
	DD_INSPECT_ARENA_MAX = 256 << 20,
	DD_INSPECT_TAGS_MAX = 20000, /* names that are looked at */
};

/* The rows of options that `inspect` and `tags` share. */
#define DD_INSPECT_ROWS                                                                                                \
	{ DD_OPT_TEXT,                                                                                                 \
	  "hub-url",                                                                                                   \
	  0,                                                                                                           \
	  "URL",                                                                                                       \
	  "ask Docker Hub's API at URL (default: " DD_HUB_URL ")",                                                     \
	  offsetof(struct dd_inspect_options, hub_url) },                                                              \
	{                                                                                                              \
		DD_OPT_FLAG, "no-hub", 0, NULL, "ask the registry only, not Docker Hub's API",                         \
			offsetof(struct dd_inspect_options, no_hub)                                                    \
	}

struct dd_inspect_options {
	struct dd_shared_options shared;
	const char *platform;
	const char *hub_url;
	bool no_hub;
	uint64_t heads;
};

/* A tag of the repository and what is known of it. */
struct dd_inspect_tag {
	struct dd_str name, digest; /* digest empty: not known */
	int64_t updated;	    /* DD_CARD_NO_TIME */
	bool same;		    /* as the image */
};

struct dd_inspect {
	const struct dd_inspect_options *o;
	struct dd_arena arena;
	struct dd_card card;
	struct dd_net *net;
	struct dd_registry_session *session;
	struct dd_registry *registry;
	struct dd_hub *hub; /* NULL: not asked */
	struct dd_reference ref;
	struct dd_str hub_space, hub_name;
	struct dd_digest digest, manifest; /* of the reference; of the platform's image */
	struct dd_described_index index;   /* n 0: the reference is a manifest */
	struct dd_described_manifest document;
	bool artifact; /* not an image */
	struct dd_inspect_tag *tags;
	size_t n_tags;
	bool all_tags;	   /* tags has all names of the repository */
	const char *cache; /* directory, NULL: none */
	uint64_t pulls;
	const char *db_path;		  /* NULL: none */
	struct dd_store_places stores;	  /* that may hold an image by name, in the confined child */
	struct dd_scan_secrets *redactor; /* hides secrets; NULL: not made yet */
	struct dd_image *image;		  /* of a file; owns texts of the card */
};

/* The registry's client and, for Docker Hub, the Hub's; in->ref is set. */
enum dd_code dd_inspect_connect(struct dd_inspect *in, struct dd_err *err);
/* Everything that in holds. */
void dd_inspect_done(struct dd_inspect *in);
/* Where files are kept; texts go to in's arena. No cache is no error. */
void dd_inspect_paths(struct dd_inspect *in);
void dd_inspect_release(void *options);

/* Fills the card from the registry; the reference is parsed already. Errors: nothing can be told. */
enum dd_code dd_inspect_registry(struct dd_inspect *in, struct dd_err *err);
/* A document by its digest, from the cache or the registry. DD_ENOTFOUND …: as dd_registry_manifest. */
enum dd_code dd_inspect_document(struct dd_inspect *in, const struct dd_digest *digest, struct dd_str *ret,
				 struct dd_err *err);

/* These add notes instead of errors: the card is told without them. */
void dd_inspect_hub(struct dd_inspect *in);
void dd_inspect_tags(struct dd_inspect *in);
void dd_inspect_evidence(struct dd_inspect *in);
void dd_inspect_judge(struct dd_inspect *in);
/* Hides the secrets in the card's texts. DD_ENOMEM. */
enum dd_code dd_inspect_redact(struct dd_inspect *in, struct dd_err *err);

enum dd_code dd_inspect_engine(struct dd_inspect *in, struct dd_str name, bool docker, bool podman, struct dd_err *err);

/* In the confined child. */
enum dd_code dd_inspect_local(struct dd_inspect *in, const char *target, const char *spool_dir, struct dd_err *err);

/* Documents by digest, kept in CACHE/documents. */
bool dd_inspect_kept(const struct dd_inspect *in, const struct dd_digest *digest, uint64_t max, struct dd_str *ret,
		     struct dd_arena *a);
void dd_inspect_keep(const struct dd_inspect *in, const struct dd_digest *digest, struct dd_str bytes);

/* A short text of an error for a note. */
#define DD_INSPECT_WHY(err) ((err)->message)

#endif
