/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a layer's files on their way to the detector: in the pass in which analyzers get theirs, as they come
 * or, where the detector asks for it, whole. */
#ifndef DD_WALK_SECRETS_H
#define DD_WALK_SECRETS_H

#include "base/content.h"
#include "scan/layer_facts.h"

struct dd_walk_secrets {
	const struct dd_secret_detector *detector; /* NULL: nothing is looked for */
	struct dd_layer_facts *f;
	struct dd_secret_scanner *scanner; /* made for the first file */
	struct dd_secret_found found;	   /* of the file that is open, in `arena` */
	struct dd_arena arena;
	struct dd_secret_file file;
	bool open, whole;
	uint64_t holes; /* bytes so far that nothing was stored for */
};

void dd_walk_secrets_init(struct dd_walk_secrets *s, const struct dd_secret_detector *d, struct dd_layer_facts *f);
void dd_walk_secrets_done(struct dd_walk_secrets *s);

/* Begins a file. path stays good until its end; unpaid: how many of its size bytes are holes; head: its first bytes,
 * DD_SECRET_HEAD_BYTES where it has them, which are not fed by this. Afterwards s->open says whether its bytes are
 * wanted, s->whole whether all of them together. DD_ENOMEM. */
enum { DD_SECRET_HEAD_BYTES = 512 };
enum dd_code dd_walk_secrets_begin(struct dd_walk_secrets *s, struct dd_str path, uint64_t size, uint64_t unpaid,
				   struct dd_str head, struct dd_err *err);
/* The next bytes; does nothing where the file is wanted whole or not at all. */
enum dd_code dd_walk_secrets_feed(struct dd_walk_secrets *s, struct dd_str block, struct dd_err *err);
/* Ends the file, also one that broke off, and keeps what was found as that of `entry`. content: all bytes that came,
 * read only where the file is wanted whole. */
enum dd_code dd_walk_secrets_end(struct dd_walk_secrets *s, uint32_t entry, struct dd_content *content,
				 struct dd_err *err);

#endif
