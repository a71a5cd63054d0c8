/* SPDX-License-Identifier: Apache-2.0 */
/* For the tests of this folder: what an analyzer found, short. */
#ifndef DD_NPM_FIXTURE_H
#define DD_NPM_FIXTURE_H

#include "analyze/analyzer.h"

/* Appends "name@version" of every package, " dev" behind those for development, one a line, sorted, each once; then
 * "problem AT" for every problem, and "error" for a file that was given up. */
void dd_npm_list(const struct dd_analyzer *a, struct dd_str path, struct dd_str data, struct dd_buf *out);
/* The same for a file of testdata/. False when it cannot be read. */
bool dd_npm_list_file(const struct dd_analyzer *a, const char *path, const char *name, struct dd_buf *out);
/* What testdata/project holds when everything is installed; with "|dev" marks. */
extern const char dd_npm_project[];

#endif
