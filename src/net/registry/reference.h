/* SPDX-License-Identifier: Apache-2.0 */
/* Names of images in registries: [HOST[:PORT]/]REPOSITORY[:TAG][@DIGEST]. */
#ifndef DD_REFERENCE_H
#define DD_REFERENCE_H

#include "base/arena.h"
#include "base/err.h"

enum {
	DD_REFERENCE_BYTES_MAX = 1024,	   /* of a whole reference */
	DD_REFERENCE_REGISTRY_MAX = 255,   /* host and port; a DNS name has at most 253 bytes */
	DD_REFERENCE_REPOSITORY_MAX = 255, /* as the distribution project: NameTotalLengthMax */
	DD_REFERENCE_TAG_MAX = 128,
};

/* Docker Hub's name in references. Its API is asked at DD_REFERENCE_HUB_API. */
#define DD_REFERENCE_HUB     "docker.io"
#define DD_REFERENCE_HUB_API "registry-1.docker.io"

struct dd_reference {
	struct dd_str registry;	  /* "docker.io", "registry.example:5000"; never empty */
	struct dd_str repository; /* "library/debian"; never empty */
	struct dd_str tag;	  /* "latest" when neither tag nor digest is given; empty when only a digest is */
	struct dd_str digest;	  /* "sha256:…", as dd_digest_parse takes it; empty: none */
};

/* What docker pull takes: "debian" is docker.io/library/debian:latest. Texts are copies in a. DD_EARG: it is none, the
 * message says why. */
enum dd_code dd_reference_parse(struct dd_str text, struct dd_arena *a, struct dd_reference *ret, struct dd_err *err);
/* Could a bare target be a reference? True for all that dd_reference_parse takes. "./x", "/x" and "X" are none. */
bool dd_reference_looks_like(struct dd_str text);

/* The full form, "docker.io/library/debian:latest"; the familiar one, "debian:latest". Copies in a; .p is NULL when a
 * is full. */
struct dd_str dd_reference_text(const struct dd_reference *r, struct dd_arena *a);
struct dd_str dd_reference_familiar(const struct dd_reference *r, struct dd_arena *a);

/* The parts' own grammars. */
bool dd_reference_is_registry(struct dd_str s); /* host with an optional port */
bool dd_reference_is_repository(struct dd_str s);
bool dd_reference_is_tag(struct dd_str s);

#endif
