/* SPDX-License-Identifier: Apache-2.0 */
/* What an analyzer found, as text: for unit tests and for comparing with other programs. One record a line; fields are
 * separated by tabs, "key=value", empty ones left out; hostile bytes are escaped (base/text.h).
 *
 *   package  name version type arch source source-version licences module maintainer bytes
 *   owned    package path        (a file of the package above)
 *   owner    package path        (a file of an ownership list; without a path: the list is empty)
 *   os       rank id version codename pretty like
 *   problem  at text             (then "dropped=N" when there were too many)
 *   error    code text           (the analyzer gave up)
 */
#ifndef DD_FOUND_TEXT_H
#define DD_FOUND_TEXT_H

#include "analyze/analyzer.h"

enum { DD_FOUND_TEXT_FILES = 1 }; /* flag: with the owned and owner lines */

void dd_found_text(const struct dd_found *f, unsigned flags, struct dd_buf *out);
/* Runs the analyzer over data and appends what it found to *out. Gives its code back. */
enum dd_code dd_analyze_text(const struct dd_analyzer *a, struct dd_str path, struct dd_str data, unsigned flags,
			     struct dd_buf *out);
/* The same with those of n analyzers that want the path, as a scan would. Gives the worst code back. */
enum dd_code dd_analyze_path_text(const struct dd_analyzer *const *list, size_t n, struct dd_str path,
				  struct dd_str data, unsigned flags, struct dd_buf *out);
/* The same for a fuzz target: the input is a path, a line feed and the file. */
int dd_analyze_fuzz(const struct dd_analyzer *a, const uint8_t *data, size_t size);
/* For a folder with several analyzers: those that want the path. */
int dd_analyze_path_fuzz(const struct dd_analyzer *const *list, size_t n, const uint8_t *data, size_t size);

#endif
