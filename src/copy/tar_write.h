/* SPDX-License-Identifier: Apache-2.0 */
/* Plain files into a tar archive: what an image archive needs, and no more (POSIX.1-1988 ustar; sizes beyond 8 GiB as
 * GNU and star write them, in base 256). Names are ours, short and ASCII; owner, mode and time are fixed, so that the
 * same image gives the same bytes. */
#ifndef DD_TAR_WRITE_H
#define DD_TAR_WRITE_H

#include "base/err.h"
#include "base/str.h"

enum { DD_TAR_WRITE_NAME_MAX = 99 };

/* A file's header; the caller writes size bytes behind it and then dd_tar_write_pad(fd, size). */
enum dd_code dd_tar_write_header(int fd, const char *name, uint64_t size, struct dd_err *err);
enum dd_code dd_tar_write_pad(int fd, uint64_t size, struct dd_err *err);
/* All of it. */
enum dd_code dd_tar_write_file(int fd, const char *name, struct dd_str bytes, struct dd_err *err);
/* Two empty blocks. */
enum dd_code dd_tar_write_end(int fd, struct dd_err *err);

#endif
