/* SPDX-License-Identifier: Apache-2.0 */
/* The identity card of an image: what can be told of it without reading its layers. Filled by `drydock inspect` from a
 * registry, Docker Hub, an engine or an archive; written by report/card_*.c. Texts may hold any byte. What is not known
 * is empty or DD_CARD_UNKNOWN, never a guess. Everything lives in the arena of whoever filled it. */
#ifndef DD_CARD_H
#define DD_CARD_H

#include "model/inventory.h"

#define DD_CARD_UNKNOWN UINT64_MAX
#define DD_CARD_NO_TIME INT64_MIN

enum {
	DD_CARD_NOTES_MAX = 64,
	DD_CARD_EVIDENCE_MAX = 256, /* signatures, attestations …; more are counted */
	DD_CARD_TAGS_MAX = 4096,
};

struct dd_card_platform {
	struct dd_str text;   /* "linux/arm64/v8" */
	struct dd_str digest; /* of its manifest */
	uint64_t size;	      /* compressed; DD_CARD_UNKNOWN: nobody says without being asked for it */
	bool chosen;	      /* the rest of the card is about this one */
};

enum dd_card_evidence_kind { DD_CARD_SIGNATURE, DD_CARD_ATTESTATION, DD_CARD_SBOM, DD_CARD_OTHER };
const char *dd_card_evidence_name(enum dd_card_evidence_kind kind); /* "signature", "attestation", "sbom", "other" */

/* Something that says something of the image. That it is there, not that it is true. */
struct dd_card_evidence {
	enum dd_card_evidence_kind kind;
	struct dd_str maker;	     /* "cosign", "notation", "BuildKit"; empty: unknown */
	struct dd_str where;	     /* "tag sha256-….sig", "referrer", "index" */
	struct dd_str artifact_type; /* or the media type */
	struct dd_str digest;
};

enum dd_card_level { DD_CARD_WARNING, DD_CARD_NOTE, DD_CARD_NOT_ASKED };
const char *dd_card_level_name(enum dd_card_level level); /* "warning", "note", "not-asked" */
struct dd_card_note {
	enum dd_card_level level;
	const char *id;	    /* "look-alike", "deprecated" … stays the same for scripts */
	struct dd_str text; /* a sentence */
};

struct dd_card_tag {
	struct dd_str name;
	int64_t updated; /* DD_CARD_NO_TIME */
};

/* Docker Hub's words, or another source's. */
struct dd_card_publisher {
	bool asked, answered;
	bool checked;		  /* the badge was looked for: without one, "none" is an answer */
	struct dd_str badge;	  /* "official", "verified_publisher", "open_source", "none"; empty: not known */
	struct dd_str badge_from; /* "name" (offline), "search", "organisation" */
	struct dd_str name, description, status;
	uint64_t stars, pulls;
	int64_t updated, registered;
	bool archived, deprecated;
	struct dd_str deprecated_by;				   /* the words that say so */
	struct dd_str lookalike_kind, lookalike_of, lookalike_how; /* empty: none */
	int64_t as_of;						   /* of the oldest answer that was used */
};

struct dd_card_life {
	bool known, ended, extended;
	struct dd_str product, cycle, date, latest; /* product as endoflife.date has it */
	struct dd_str from;			    /* what named the product: "name and tag", "label …" */
};

struct dd_card {
	struct dd_str asked;	 /* as the user wrote it */
	struct dd_str reference; /* in full; empty for archives */
	struct dd_str familiar;	 /* "nginx:1.27" */
	struct dd_str registry, repository, tag;
	struct dd_str place;			      /* "registry", "docker", "podman", "docker-archive", "oci" … */
	struct dd_str digest;			      /* of what the reference stands for: an index or a manifest */
	struct dd_str media_type;		      /* of that */
	struct dd_str manifest_digest, config_digest; /* of the platform's image */
	struct dd_card_platform *platforms;
	size_t n_platforms;
	struct dd_str platform;
	struct dd_str created_text; /* as the configuration has it */
	int64_t created;	    /* DD_CARD_NO_TIME: not said, or the epoch (reproducible builds) */
	bool reproducible;	    /* created says 1970 */
	uint64_t compressed, unpacked;
	size_t n_layers;

	bool has_config; /* what a container would run is known: the members down to labels */
	struct dd_str user, working_dir, stop_signal;
	struct dd_str *entrypoint, *command, *ports, *volumes, *environment; /* environment: names only */
	size_t n_entrypoint, n_command, n_ports, n_volumes, n_environment;
	struct dd_label *labels; /* sorted by key */
	size_t n_labels;
	struct dd_base_image base;

	struct dd_card_tag *tags; /* that stand for the same digest, newest version first */
	size_t n_tags;
	bool tags_asked, tags_complete;
	struct dd_str tags_from; /* who was asked, and how far: "the 300 last pushed of 1024" */
	bool floats, floats_known;
	struct dd_str floats_why;
	struct dd_str pin;	/* tag to pin; empty: none is better than what was asked for */
	struct dd_str pin_line; /* "FROM nginx:1.27.3@sha256:…"; empty: not from a registry */

	struct dd_card_publisher publisher;
	struct dd_card_evidence *evidence;
	size_t n_evidence, more_evidence;
	bool evidence_asked;
	struct dd_str evidence_from; /* "referrers API, cosign's tags, index" */
	struct dd_card_life life;

	struct dd_card_note notes[DD_CARD_NOTES_MAX];
	size_t n_notes;
	uint64_t requests, pulls; /* sent; those of them that count as pulls */
	bool rate_known;
	uint64_t rate_limit, rate_remaining, rate_window_s;
	/* Docker Hub's API: sent, answered from the cache, and what it says is left; DD_CARD_UNKNOWN. */
	uint64_t hub_requests, hub_kept, hub_limit, hub_remaining;
	int64_t now; /* seconds since the epoch: what ages are counted to */
};

/* All counts unknown, all times none. */
void dd_card_init(struct dd_card *c, int64_t now);
/* Adds a sentence; too many are dropped. id is a literal. */
void dd_card_add_note(struct dd_card *c, struct dd_arena *a, enum dd_card_level level, const char *id, const char *fmt,
		      ...) DD_PRINTF(5, 6);

#endif
