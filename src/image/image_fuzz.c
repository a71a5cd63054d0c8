/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes as a file that somebody calls an image: told by its content, its documents read and verified. */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/io.h"
#include "image/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_image *img = NULL;
	struct dd_err err;
	char path[32];
	DD_CLEANUP(dd_closep) int fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0 || dd_write_full(fd, data, size, &err) != DD_OK)
		return 0;
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	struct dd_image_request req = { .target = path, .spool_dir = "/tmp", .stdin_fd = -1 };
	(void)dd_image_open(&req, &img, &err);
	dd_image_freep(&img);
	return 0;
}
