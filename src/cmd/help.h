/* SPDX-License-Identifier: Apache-2.0 */
/* Help made from the tables of commands and options. */
#ifndef DD_HELP_H
#define DD_HELP_H

#include <stdio.h>

#include "cmd/cmd.h"

enum { DD_HELP_BYTES_MAX = 1 << 20 };

/* Help of a command, or of drydock as a whole when the path is empty; lines have at most `width` columns where words
 * allow it. */
void dd_help_render(const struct dd_cmd_path *path, unsigned width, struct dd_buf *out);
/* The same, in the width of the terminal that `to` is. */
enum dd_exit dd_help_print(const struct dd_cmd_path *path, FILE *to);

/* Man page in mdoc(7). */
void dd_help_man(const struct dd_cmd_path *path, struct dd_buf *out);

#endif
