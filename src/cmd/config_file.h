/* SPDX-License-Identifier: Apache-2.0 */
/* `.drydock.yaml`: defaults of options, beside the policy and exceptions that judge/policy/ reads from it.
 * docs/configuration.md describes it for users. */
#ifndef DD_CONFIG_FILE_H
#define DD_CONFIG_FILE_H

#include "base/arena.h"
#include "cmd/cmd.h"

/* The nearest .drydock.yaml from the working directory upwards, in a; NULL: there is none that may be used. Not used,
 * with a warning unless quiet:
 * - one that lies inside of an operand that is a directory: what is scanned does not say how;
 * - one that another user could have put there: not owned by this user or root, in a directory that others may write.
 */
const char *dd_config_nearest(int n_operands, char *const *operands, bool quiet, struct dd_arena *a);

/* Sets in `options` what the file's `options` say for the command; texts live in a. Sections of other commands are
 * checked, too. DD_EARG names file and line: an unknown option (with the one that was probably meant), one that may not
 * be set in a file, a value that it does not take. DD_ENOTFOUND and others: the file cannot be read. */
enum dd_code dd_config_apply(const struct dd_cmd_path *path, const char *file, void *options, struct dd_arena *a,
			     struct dd_err *err);

#endif
