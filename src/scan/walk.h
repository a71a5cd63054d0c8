/* SPDX-License-Identifier: Apache-2.0 */
/* One pass over a layer: every entry is entered, every file that an analyzer wants is handed to it, and every file's
 * bytes go past the detector of secrets. */
#ifndef DD_WALK_H
#define DD_WALK_H

#include "base/map.h"
#include "base/stream.h"
#include "image/dockerignore.h"
#include "scan/layer_facts.h"

struct dd_walk {
	const struct dd_matcher *matcher;
	const char *spool_dir;			  /* for wanted files over DD_EVIDENCE_MEMORY_BYTES */
	const struct dd_secret_detector *secrets; /* NULL: none are looked for */
	const struct dd_dockerignore *ignore;	  /* of a build context, for directories; NULL: all is walked */
};

/* A file that is wanted under another name than its own: a hard link's target, or what a symbolic link of another layer
 * leads to. */
struct dd_walk_alias {
	struct dd_str path;    /* where the bytes are in this layer */
	struct dd_str as_path; /* what the evidence is called … */
	uint32_t as_entry;     /* … and the entry that it hangs on */
	struct dd_wants wants;
	uint32_t before; /* the alias of the same path that was added before, DD_MAP_NONE: none */
};
struct dd_walk_aliases {
	struct dd_walk_alias *p;
	size_t n, cap;
	struct dd_map by_path; /* → the last alias of that path; made by dd_walk_aliases_add */
};
/* False: out of memory, or DD_ALIASES_MAX are there. */
bool dd_walk_aliases_add(struct dd_walk_aliases *all, const struct dd_walk_alias *a);
void dd_walk_aliases_done(struct dd_walk_aliases *a);

/* Walks a tar stream. What is wrong inside the tar becomes a problem of the facts; an error is of the stream itself or
 * of memory. Aliases that a second pass must fetch are appended to *ret_aliases (text in f->arena). */
enum dd_code dd_walk_tar(const struct dd_walk *w, struct dd_stream *in, struct dd_layer_facts *f,
			 struct dd_walk_aliases *ret_aliases, struct dd_err *err);
/* The second pass: reads only the aliased files and adds their evidence. Their secrets were found in the first. */
enum dd_code dd_walk_tar_aliases(const struct dd_walk *w, struct dd_stream *in, const struct dd_walk_aliases *aliases,
				 struct dd_layer_facts *f, struct dd_err *err);
/* Walks a directory of the running system (fd borrowed) as if it were a layer; other file systems mounted below it that
 * hold no files of an image (proc, sysfs, cgroup …) are left out. */
enum dd_code dd_walk_directory(const struct dd_walk *w, int fd, struct dd_layer_facts *f,
			       struct dd_walk_aliases *ret_aliases, struct dd_err *err);
/* Walks a single regular file (fd borrowed) that is called path. */
enum dd_code dd_walk_file(const struct dd_walk *w, int fd, struct dd_str path, struct dd_layer_facts *f,
			  struct dd_walk_aliases *ret_aliases, struct dd_err *err);
enum dd_code dd_walk_directory_aliases(const struct dd_walk *w, int fd, const struct dd_walk_aliases *aliases,
				       struct dd_layer_facts *f, struct dd_err *err);

#endif
