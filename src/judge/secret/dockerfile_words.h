/* SPDX-License-Identifier: Apache-2.0 */
/* The words of one instruction of a Dockerfile, as a layer's history has it. */
#ifndef DD_DOCKERFILE_WORDS_H
#define DD_DOCKERFILE_WORDS_H

#include "base/arena.h"

enum { DD_COPY_WORDS_MAX = 64 };

/* "COPY --chown=app a b /app/" */
struct dd_copy_words {
	struct dd_str source[DD_COPY_WORDS_MAX];
	size_t n;	    /* of sources; 0: not known (the classic builder's "COPY file:… in /app") */
	struct dd_str dest; /* as written */
	bool from_stage;    /* --from: not of the build context */
};

/* "COPY", "RUN" …: the first word, and in *ret_rest what follows without its flags ("--mount=…"). */
struct dd_str dd_dockerfile_verb(struct dd_str instruction, struct dd_str *ret_rest);
/* Of COPY and ADD, in the shell and in the JSON form. False: it is neither, or is not understood. */
bool dd_dockerfile_copy(struct dd_str instruction, struct dd_copy_words *ret);
/* What a file of the image (path without the leading slash) was called in the build context. Empty: not known.
 * working_dir is what a relative destination means. Lives in a; p NULL: no memory. */
struct dd_str dd_dockerfile_source(const struct dd_copy_words *w, struct dd_str path, struct dd_str working_dir,
				   struct dd_arena *a);
/* The parts of a shell command between the "&&" that stand in no quotes; false at the end. */
bool dd_shell_part(struct dd_str *rest, struct dd_str *ret);

#endif
