/* SPDX-License-Identifier: Apache-2.0 */
/* An image's documents as the identity card has them (model/card.h): index, manifest, configuration. Nothing here
 * fetches: whoever calls checked the documents' digests. Every field may be absent or of any type; lists are cut at
 * their limits. Sources: OCI image-spec v1.1 (image-index.md, manifest.md, config.md), Docker image manifest v2.2. */
#ifndef DD_CARD_DOCUMENTS_H
#define DD_CARD_DOCUMENTS_H

#include "format/digest.h"
#include "format/json.h"
#include "image/target.h"
#include "model/card.h"

enum dd_document { DD_DOCUMENT_INDEX, DD_DOCUMENT_IMAGE, DD_DOCUMENT_ARTIFACT, DD_DOCUMENT_OTHER };

struct dd_described_entry {
	struct dd_digest digest;
	struct dd_str media_type;
	struct dd_platform platform;
	struct dd_str platform_text;
	uint64_t size;		/* of the document itself */
	bool attestation;	/* BuildKit's; not an image */
	struct dd_str attested; /* digest that it is about */
};
struct dd_described_index {
	struct dd_described_entry *p;
	size_t n;
	bool more; /* than DD_INDEX_ENTRIES_MAX */
};
struct dd_described_layer {
	struct dd_str media_type, digest;
	uint64_t size;
	struct dd_str predicate; /* annotation in-toto.io/predicate-type */
};
struct dd_described_manifest {
	enum dd_document kind;
	struct dd_digest config;
	struct dd_str config_media_type, artifact_type;
	uint64_t config_size;
	struct dd_described_layer *layers;
	size_t n_layers;
	uint64_t compressed;		      /* of all layers; DD_CARD_UNKNOWN: they do not say */
	bool packed;			      /* some layer is compressed */
	struct dd_str subject;		      /* digest; empty: none */
	struct dd_str base_name, base_digest; /* annotations */
};

/* What kind of document a media type is; empty or unknown types are told by the members of the document. */
enum dd_document dd_describe_kind(struct dd_str media_type, const json_t *doc);

/* DD_EPARSE: not what its name says, or a digest that is none. Texts live in a. */
enum dd_code dd_describe_index(const json_t *doc, struct dd_arena *a, struct dd_described_index *ret,
			       struct dd_err *err);
enum dd_code dd_describe_manifest(const json_t *doc, struct dd_arena *a, struct dd_described_manifest *ret,
				  struct dd_err *err);
/* The image for `want`: its index in ix->p, ix->n when there is none. Attestations are never chosen. */
size_t dd_describe_choose(const struct dd_described_index *ix, const struct dd_platform *want);

/* Fills what a configuration says: created, user, entrypoint … labels, base, layers, platform. */
enum dd_code dd_describe_config(struct dd_str json, struct dd_arena *a, struct dd_card *card, struct dd_err *err);
/* The member `config` alone (an engine's "Config"): DD_ENOMEM. */
enum dd_code dd_describe_run(const json_t *config, struct dd_arena *a, struct dd_card *card, struct dd_err *err);

#endif
