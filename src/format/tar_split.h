/* SPDX-License-Identifier: Apache-2.0 */
/* A tar put together again, byte for byte, from what tar-split kept of it (headers and padding) and the files that were
 * unpacked from it: as containers-storage and Docker's overlay2 keep layers. The format stands in tar_split.c. */
#ifndef DD_TAR_SPLIT_H
#define DD_TAR_SPLIT_H

#include "base/stream.h"

struct dd_tar_split_files {
	/* Opens the unpacked file of that name (as the tar wrote it: "./etc/passwd", "/etc/passwd", hostile ones too),
	 * which must be a regular file of `size` bytes, more than none; *ret_fd then belongs to the stream. */
	enum dd_code (*open)(void *ctx, struct dd_str name, uint64_t size, int *ret_fd, struct dd_err *err);
	void *ctx;
};

/* in (borrowed): the entries, uncompressed. Errors of its next(): DD_EPARSE a line that is no entry (err->at is its
 * offset in `in`) or a file that is cut; DD_ELIMIT a line over DD_TAR_SPLIT_LINE_MAX or a tar over DD_LAYER_BYTES_MAX;
 * those of open and in. What came before is handed out first. That the bytes are the right ones is not checked: their
 * digest, the layer's diff_id, tells. */
enum { DD_TAR_SPLIT_LINE_MAX = 16 << 20 };
enum dd_code dd_tar_split_stream(struct dd_stream *in, const struct dd_tar_split_files *files, struct dd_stream **ret,
				 struct dd_err *err);

#endif
