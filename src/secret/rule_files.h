/* SPDX-License-Identifier: Apache-2.0 */
/* The files that --rules names, and those that they extend: read before the sandbox is entered. */
#ifndef DD_RULE_FILES_H
#define DD_RULE_FILES_H

#include "base/io.h"
#include "base/vec.h"
#include "secret/rule_set.h"

struct dd_secret_rule_files {
	DD_VEC(struct dd_secret_rule_file) list; /* for dd_secret_rule_set_new */
	DD_VEC(struct dd_map_file) maps;
	struct dd_arena arena;
};
/* extend.path is looked for beside the file that has it, then in the current directory (where gitleaks looks). What a
 * file extends and is not there is dd_secret_rule_set_new's to complain about: it knows the line. DD_ENOTFOUND, DD_EIO,
 * DD_ELIMIT: a named file cannot be read. On error there is nothing to release. */
enum dd_code dd_secret_rule_files_read(const char *const *paths, size_t n, struct dd_secret_rule_files *ret,
				       struct dd_err *err);
void dd_secret_rule_files_done(struct dd_secret_rule_files *f);

#endif
