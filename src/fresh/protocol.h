/* SPDX-License-Identifier: Apache-2.0 */
/* What the confined process, which has read the image, and the one that has the network say to each other: a query of a
 * fixed size, a reply of a fixed size with the document as a file descriptor (net/handoff.h). The confined side never
 * says a URL: it names a service and a package, and the other side makes the address, because whoever takes the
 * confined side over by a hostile image must not be able to have anything fetched that this table does not offer. */
#ifndef DD_FRESH_PROTOCOL_H
#define DD_FRESH_PROTOCOL_H

#include "base/err.h"

enum dd_fresh_service {
#define DD_FRESH_SERVICE(NAME, ...) DD_FRESH_##NAME,
#include "fresh/services.def"
#undef DD_FRESH_SERVICE
	DD_FRESH_N_SERVICES
};

enum {
	DD_FRESH_NAME_MAX = 1024, /* of a package; a base address */
	DD_FRESH_PART_MAX = 512,  /* a version, a file below the base */
	DD_FRESH_WINDOW = 24,	  /* queries that are under way at once: more would fill the socket's buffers */
	DD_FRESH_THREADS = 8,	  /* requests at once */
	DD_FRESH_ORIGIN_MAX = 256,
};

struct dd_fresh_query {
	uint32_t id;	  /* comes back in the reply */
	uint32_t service; /* enum dd_fresh_service */
	char name[DD_FRESH_NAME_MAX];
	char part[DD_FRESH_PART_MAX];
};

struct dd_fresh_reply {
	uint32_t id;
	int32_t code; /* enum dd_code. DD_ENOTFOUND: the service does not have it. DD_EARG: this host may not be asked
		       */
	char origin[DD_FRESH_ORIGIN_MAX]; /* host that was, or would have been, asked */
	char text[DD_ERR_MESSAGE_MAX];	  /* why not; safe to print */
};

#endif
