/* SPDX-License-Identifier: Apache-2.0 */
/* The documents behind the path of a source: a file, the members of a zip, the files of a directory tree. Internal to
 * src/db. */
#ifndef DD_INPUT_H
#define DD_INPUT_H

#include "db/builder.h"

/* Reads each document of in->path. A document that breaks is a warning, unless it is the whole input.
 * Files with the kind's suffixes, plain, compressed or in a .zip (and one named "json", as Debian's tracker serves it)
 * are taken from a directory, any file that is named itself; content decides what it is: an archive, compressed, or the
 * document.
 * Symbolic links inside a directory are not followed, hidden files are not read. */
enum dd_code dd_input_read(struct dd_builder *b, const struct dd_build_input *in, const struct dd_build_kind *kind,
			   struct dd_err *err);

#endif
