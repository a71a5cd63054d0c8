/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of files and of what analyzers must find in them: one place for the loops that every such test needs. */
#ifndef DD_PATH_ROWS_H
#define DD_PATH_ROWS_H

#include "analyze/analyzer.h"

struct dd_path_row {
	const char *path; /* in the image; decides which of the analyzers read the file */
	struct dd_str data;
	const char *want; /* support/found_text.h */
};

/* Each row, and its data cut at every byte: the cuts must only not crash. `list` is the analyzers of a folder. */
void dd_check_path_rows(const struct dd_analyzer *const *list, size_t n, const struct dd_path_row *rows, size_t n_rows);
/* parse with each allocation failing in turn: never DD_OK with something missing. */
void dd_check_out_of_memory(const struct dd_analyzer *a, const char *path, struct dd_str data);
/* CPU time for `one` repeated 4n times is at most some 8 times that for n: linear, with room for noise. `head` stands
 * in front, `tail` behind. Gives the number of packages found in the larger one. */
size_t dd_check_linear(const struct dd_analyzer *a, const char *path, struct dd_str head, struct dd_str one,
		       struct dd_str tail, size_t n);

#define CHECK_PATH_ROWS(list, rows) dd_check_path_rows((list), DD_COUNT(list), (rows), DD_COUNT(rows))

#endif
