/* SPDX-License-Identifier: Apache-2.0 */
/* What the confined process and the one that has the network say to each other, over a SOCK_SEQPACKET pair: one
 * fixed-size request, one fixed-size reply, perhaps with a file descriptor beside it. Both ends are the same program,
 * so the structs need no encoding; the network's side takes every request for hostile all the same, because the
 * confined side has parsed hostile bytes: it can ask for parts of the one image that the user named, and for nothing
 * else. */
#ifndef DD_REMOTE_PROTOCOL_H
#define DD_REMOTE_PROTOCOL_H

#include "base/err.h"
#include "format/digest.h"

enum dd_remote_ask {
	DD_REMOTE_ASK_RESOLVE,	/* who has the image? `places`; reply: place, name, digest, media type; fd: its manifest
				 */
	DD_REMOTE_ASK_MANIFEST, /* a manifest or index by digest; fd: the document */
	DD_REMOTE_ASK_CONFIG,	/* a small blob; fd: the document */
	DD_REMOTE_ASK_LAYER,	/* a large blob; fd: net/handoff_ring.h, stream: its number */
	DD_REMOTE_ASK_EXPORT,	/* the whole image as an archive, from an engine; fd: such a ring, stream: its number */
	DD_REMOTE_ASK_END,	/* nobody reads `stream` any more; reply: how it went */
	DD_REMOTE_N_ASKS
};

/* Bits of dd_remote_request.places; the reply has one of them. */
enum {
	DD_REMOTE_DOCKER = 1,
	DD_REMOTE_PODMAN = 2,
	DD_REMOTE_REGISTRY = 4,
};

enum {
	DD_REMOTE_NAME_MAX = 512,
	DD_REMOTE_TYPE_MAX = 256,
	DD_REMOTE_STREAMS_MAX = 64, /* at once */
};

struct dd_remote_request {
	uint32_t ask;	 /* enum dd_remote_ask */
	uint32_t places; /* of RESOLVE */
	uint32_t stream; /* of END */
	uint64_t size;	 /* of LAYER and CONFIG: what the manifest promises */
	char digest[DD_DIGEST_TEXT_MAX];
};

struct dd_remote_reply {
	int32_t code; /* enum dd_code; not DD_OK: text says why, there is no fd */
	uint32_t place;
	uint32_t stream;
	uint64_t size;			 /* of the document behind fd */
	char digest[DD_DIGEST_TEXT_MAX]; /* of the manifest, or the engine's image id */
	char media_type[DD_REMOTE_TYPE_MAX];
	char name[DD_REMOTE_NAME_MAX]; /* the reference in full */
	char text[DD_ERR_MESSAGE_MAX];
};

#endif
