/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets outside of the layers: in an image's configuration, its history, its annotations and its attestations. Each
 * text of those documents is searched as a small file of its own. */
#ifndef DD_CONFIG_SECRETS_H
#define DD_CONFIG_SECRETS_H

#include "base/map.h"
#include "image/image.h"
#include "secret/detector.h"

struct dd_config_secret {
	enum dd_secret_place place;
	/* As dd_secret_at.path; several places that say the same are joined: "config.Env TOKEN, history 3". */
	struct dd_str path;
	int layer; /* that the instruction made, DD_NO_LAYER: none */
	struct dd_secret secret;
};

struct dd_config_secrets {
	struct dd_arena arena; /* owns all text */
	DD_VEC(struct dd_config_secret) list;
	uint64_t dropped;		    /* beyond DD_SECRETS_LAYER_MAX */
	DD_VEC(struct dd_problem) problems; /* of no layer */
	DD_VEC(struct dd_str) clear;	    /* what dd_config_secrets_redact takes out: clear, redacted, clear … */
	struct dd_map known;		    /* "FINGERPRINT WORD" and "FINGERPRINT" → index into list */
};
void dd_config_secrets_init(struct dd_config_secrets *s);
void dd_config_secrets_done(struct dd_config_secrets *s);

/* One text of a document. */
struct dd_config_text {
	enum dd_secret_place place;
	struct dd_str path;
	/* "ENV NAME", "LABEL" …: texts of the same word say the same; empty: this one stands alone. */
	struct dd_str word;
	struct dd_str file; /* the name that rules see: "config.Env[3]" */
	bool only_new;	    /* a secret that is known from any other text is passed over */
	struct dd_str also; /* how the path of the first such text goes on when this one says the same; may be empty */
	int layer;
	struct dd_str text;
};
/* Searches it and adds what is found. DD_ENOMEM. */
enum dd_code dd_config_secrets_look(struct dd_config_secrets *s, struct dd_secret_scanner *scanner,
				    const struct dd_config_text *t, struct dd_err *err);
/* config_texts.c: searches all documents of img. DD_ENOMEM; what cannot be read is a problem. */
enum dd_code dd_config_secrets_find(const struct dd_secret_detector *d, const struct dd_image *img,
				    struct dd_config_secrets *ret, struct dd_err *err);
/* config_redact.c: puts the redacted form in the place of each secret in what target says of the image: labels,
 * command, instructions. New text lives in a. DD_ENOMEM. */
enum dd_code dd_config_secrets_redact(const struct dd_config_secrets *s, struct dd_arena *a, struct dd_target *target,
				      struct dd_err *err);

/* As part of a record (record.h); without clear texts. */
struct dd_record_reader;
void dd_config_secrets_put(const struct dd_config_secrets *s, struct dd_buf *out);
void dd_config_secrets_get(struct dd_record_reader *r, struct dd_config_secrets *ret);

#endif
