/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>

#include "base/limits.h"
#include "format/tar_split.h"

enum { FILE_BYTES_MAX = 1 << 16 };

static enum dd_code open_zeros(void *ctx, struct dd_str name, uint64_t size, int *ret_fd, struct dd_err *err)
{
	unsigned *left = ctx;
	if (size > FILE_BYTES_MAX || *left == 0)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "%s is too large", DD_QUOTE(name));
	--*left;
	*ret_fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	return *ret_fd >= 0 ? DD_OK : dd_fail_errno(err, "/dev/zero");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	DD_CLEANUP(dd_stream_freep) struct dd_stream *in = NULL;
	DD_CLEANUP(dd_stream_freep) struct dd_stream *tar = NULL;
	unsigned left = 64;
	const struct dd_tar_split_files files = { open_zeros, &left };
	uint64_t n;
	if (dd_stream_memory((struct dd_str){ (const char *)data, size }, 61, &in, NULL) == DD_OK &&
	    dd_tar_split_stream(in, &files, &tar, NULL) == DD_OK)
		(void)dd_stream_drain(tar, &n, NULL);
	return 0;
}
