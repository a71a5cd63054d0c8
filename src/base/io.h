/* SPDX-License-Identifier: Apache-2.0 */
/* Files: whole reads and writes, maps, private temporary files, atomic replacement. */
#ifndef DD_IO_H
#define DD_IO_H

#include <sys/stat.h>

#include "base/err.h"
#include "base/str.h"

/* Reads exactly n bytes at offset, or fewer at the end of file: *ret_n says how many. Restarts after EINTR. */
enum dd_code dd_pread_full(int fd, void *p, size_t n, uint64_t offset, size_t *ret_n, struct dd_err *err);
enum dd_code dd_read_full(int fd, void *p, size_t n, size_t *ret_n, struct dd_err *err);
enum dd_code dd_write_full(int fd, const void *p, size_t n, struct dd_err *err);

/* A file's bytes mapped read-only. Empty files map to the empty view. */
struct dd_map_file {
	struct dd_str bytes;
	void *base; /* NULL when nothing is mapped */
	size_t len;
};
/* DD_ENOTFOUND if path does not exist, DD_ELIMIT over max, DD_EARG if it is no regular file. */
enum dd_code dd_map_file_open(struct dd_map_file *m, const char *path, uint64_t max, struct dd_err *err);
enum dd_code dd_map_file_fd(struct dd_map_file *m, int fd, uint64_t max, const char *name, struct dd_err *err);
void dd_map_file_done(struct dd_map_file *m);
/* Takes the memory behind whole pages of part away; they are read from the file again when they are looked at. For
 * those who read a large mapping once, from front to back. part must lie in a struct dd_map_file. */
void dd_map_forget(struct dd_str part);

/* An open file without a name in dir (O_TMPFILE, or created and unlinked where the file system has none); *ret_fd is
 * the caller's. Nobody else can open it and it goes with the process. */
enum dd_code dd_tmpfile(const char *dir, int *ret_fd, struct dd_err *err);

/* Atomic replacement: bytes go to a temporary file beside path, which is synced and renamed over it on commit. An
 * abandoned one (done without commit) leaves nothing. */
#define DD_ATOMIC_PREFIX ".drydock-" /* of the names of files that are not complete */
struct dd_atomic_file {
	int fd;
	char *path, *tmp; /* owned */
};
enum dd_code dd_atomic_open(struct dd_atomic_file *f, const char *path, unsigned mode, struct dd_err *err);
enum dd_code dd_atomic_commit(struct dd_atomic_file *f, struct dd_err *err);
void dd_atomic_done(struct dd_atomic_file *f);

/* mkdir -p with mode 0700 for what is missing: drydock's own directories. */
enum dd_code dd_mkdirs(const char *path, struct dd_err *err);
/* The same with a mode, which the umask narrows: what the user asked for. */
enum dd_code dd_mkdirs_mode(const char *path, unsigned mode, struct dd_err *err);

#endif
