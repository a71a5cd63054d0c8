/* SPDX-License-Identifier: Apache-2.0 */
/* An image that another process fetches: this is the confined side, which has no network. It asks over a socket
 * (image/remote_protocol.h), gets documents as memory files and layers through rings of blocks (net/handoff_ring.h), and
 * believes neither: whoever calls this checks every digest. */
#ifndef DD_REMOTE_H
#define DD_REMOTE_H

#include "base/arena.h"
#include "base/stream.h"
#include "image/remote_protocol.h"

struct dd_remote; /* opaque; any number of threads */

/* fd: one end of the socket pair, borrowed; must outlive *ret. */
enum dd_code dd_remote_new(int fd, struct dd_remote **ret, struct dd_err *err);
void dd_remote_freep(struct dd_remote **r);

struct dd_remote_found {
	uint32_t place;		  /* one bit of DD_REMOTE_* */
	struct dd_str name;	  /* the full reference, as the place knows it */
	struct dd_str digest;	  /* registry: of `manifest`, checked; engine: the image's id, for what that is worth */
	struct dd_str media_type; /* registry: of manifest */
	struct dd_str manifest;	  /* registry: the document behind the reference */
};
/* Asks the places in their order: engines first. DD_ENOTFOUND: none of them has the image. The answer is kept, so that
 * asking again costs nothing and an image cannot change under a scan; its texts live as long as r. One thread. */
enum dd_code dd_remote_resolve(struct dd_remote *r, uint32_t places, struct dd_remote_found *ret, struct dd_err *err);

/* A manifest (or index), or a configuration, whose bytes have that digest; at most max bytes, in a. */
enum dd_code dd_remote_document(struct dd_remote *r, enum dd_remote_ask ask, const struct dd_digest *digest,
				uint64_t max, struct dd_arena *a, struct dd_str *ret, struct dd_err *err);
/* A layer's stored bytes: exactly `size` of them or an error, in one go from the first. */
enum dd_code dd_remote_layer(struct dd_remote *r, const struct dd_digest *digest, uint64_t size, struct dd_stream **ret,
			     struct dd_err *err);
/* The whole image as an archive; an error that the other side met comes at the end of the stream. */
enum dd_code dd_remote_export(struct dd_remote *r, struct dd_stream **ret, struct dd_err *err);

#endif
