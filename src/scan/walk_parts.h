/* SPDX-License-Identifier: Apache-2.0 */
/* Shared pieces of the walks, internal to scan/. */
#ifndef DD_WALK_PARTS_H
#define DD_WALK_PARTS_H

#include "base/content.h"
#include "scan/walk.h"
#include "scan/walk_secrets.h"

struct dd_walk_state {
	const struct dd_walk *w;
	struct dd_layer_facts *f;
	struct dd_walk_aliases *aliases;
	struct dd_entries_writer entries;
	struct dd_content content;
	struct dd_walk_secrets secrets;
	uint64_t wanted_holes;	  /* bytes handed to analyzers so far that nothing was stored for */
	struct dd_buf path, link; /* cleaned, of the current entry */
	struct dd_buf head;	  /* first bytes of a file that came in small pieces */
};

/* aliases NULL: the second pass. */
enum dd_code dd_walk_begin(struct dd_walk_state *s, const struct dd_walk *w, struct dd_layer_facts *f,
			   struct dd_walk_aliases *aliases);
void dd_walk_end(struct dd_walk_state *s);
/* Appends an entry; DD_ELIMIT, DD_ENOMEM. */
enum dd_code dd_walk_enter(struct dd_walk_state *s, const struct dd_entry *e, struct dd_err *err);
/* Tells those who want the names of a directory's entries of the one that was entered last. */
enum dd_code dd_walk_tell_name(struct dd_walk_state *s, struct dd_str path, struct dd_err *err);
/* Takes those out of wants for whom the file is too large, with a problem each. unpaid: how many of its bytes are holes
 * that nothing was stored for. */
enum dd_code dd_walk_drop_large(struct dd_walk_state *s, struct dd_str path, uint64_t size, uint64_t unpaid,
				struct dd_wants *wants, struct dd_err *err);
/* Hands s->content to everybody in wants. */
enum dd_code dd_walk_analyze(struct dd_walk_state *s, const struct dd_wants *wants, uint32_t entry, struct dd_str path,
			     struct dd_err *err);
/* Remembers a hard link whose name is wanted: its bytes stand under another name, maybe earlier in the stream. */
enum dd_code dd_walk_note_hardlink(struct dd_walk_state *s, struct dd_str path, struct dd_str target, uint32_t entry,
				   struct dd_err *err);
/* Is path the place of an alias's bytes? Gives the first one's wants; dd_walk_aliases_of serves all with s->content. */
bool dd_walk_aliases_want(const struct dd_walk_aliases *all, struct dd_str path, struct dd_wants *ret);
enum dd_code dd_walk_aliases_of(const struct dd_walk_aliases *all, struct dd_str path, struct dd_walk_state *s,
				struct dd_err *err);

#endif
