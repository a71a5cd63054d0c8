/* SPDX-License-Identifier: Apache-2.0 */
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/limits.h"

enum { IO_CALL_BYTES_MAX = 1 << 30 };

enum dd_code dd_pread_full(int fd, void *p, size_t n, uint64_t offset, size_t *ret_n, struct dd_err *err)
{
	size_t done = 0;
	while (done < n) {
		size_t part = n - done < IO_CALL_BYTES_MAX ? n - done : IO_CALL_BYTES_MAX;
		if (offset + done > INT64_MAX)
			return dd_fail(err, DD_ELIMIT, offset, "offset is beyond what a file can have");
		ssize_t got = pread(fd, (char *)p + done, part, (off_t)(offset + done));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return dd_fail_errno(err, "cannot read");
		if (got == 0)
			break;
		done += (size_t)got;
	}
	*ret_n = done;
	return DD_OK;
}

enum dd_code dd_read_full(int fd, void *p, size_t n, size_t *ret_n, struct dd_err *err)
{
	size_t done = 0;
	while (done < n) {
		ssize_t got = read(fd, (char *)p + done, n - done);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return dd_fail_errno(err, "cannot read");
		if (got == 0)
			break;
		done += (size_t)got;
	}
	*ret_n = done;
	return DD_OK;
}

enum dd_code dd_write_full(int fd, const void *p, size_t n, struct dd_err *err)
{
	size_t done = 0;
	while (done < n) {
		ssize_t put = write(fd, (const char *)p + done, n - done);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return dd_fail_errno(err, "cannot write");
		done += (size_t)put;
	}
	return DD_OK;
}

enum dd_code dd_map_file_fd(struct dd_map_file *m, int fd, uint64_t max, const char *name, struct dd_err *err)
{
	struct stat st;
	*m = (struct dd_map_file){ { "", 0 }, NULL, 0 };
	if (fstat(fd, &st) < 0)
		return dd_fail_errno(err, "cannot examine %s", DD_QUOTE(dd_str_from(name)));
	if (!S_ISREG(st.st_mode))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "%s is not a regular file", DD_QUOTE(dd_str_from(name)));
	uint64_t size = (uint64_t)st.st_size;
	if (size > max)
		return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "%s has %llu bytes, more than the limit of %llu",
			       DD_QUOTE(dd_str_from(name)), (unsigned long long)size, (unsigned long long)max);
	if (size == 0)
		return DD_OK;
	void *p = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return dd_fail_errno(err, "cannot map %s", DD_QUOTE(dd_str_from(name)));
	*m = (struct dd_map_file){ { p, (size_t)size }, p, (size_t)size };
	return DD_OK;
}

enum dd_code dd_map_file_open(struct dd_map_file *m, const char *path, uint64_t max, struct dd_err *err)
{
	DD_CLEANUP(dd_closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0) {
		bool missing = errno == ENOENT || errno == ENOTDIR;
		enum dd_code code = dd_fail_errno(err, "cannot open %s", DD_QUOTE(dd_str_from(path)));
		if (missing && err)
			err->code = DD_ENOTFOUND;
		return missing ? DD_ENOTFOUND : code;
	}
	return dd_map_file_fd(m, fd, max, path, err);
}

void dd_map_forget(struct dd_str part)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t start = ((uintptr_t)part.p + page - 1) / page * page,
		  end = ((uintptr_t)part.p + part.n) / page * page;
	if (start < end)
		(void)madvise((void *)start, end - start, MADV_DONTNEED);
}

void dd_map_file_done(struct dd_map_file *m)
{
	if (m->base)
		(void)munmap(m->base, m->len);
	*m = (struct dd_map_file){ { "", 0 }, NULL, 0 };
}

enum dd_code dd_tmpfile(const char *dir, int *ret_fd, struct dd_err *err)
{
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
		DD_CLEANUP_BUF struct dd_buf name = DD_BUF_INIT(DD_PATH_MAX);
		(void)dd_buf_addf(&name, "%s/.drydock-XXXXXX", dir);
		if (!dd_buf_c(&name))
			return dd_fail_nomem(err);
		fd = mkostemp(name.p, O_CLOEXEC);
		if (fd >= 0)
			(void)unlink(name.p);
	}
	if (fd < 0)
		return dd_fail_errno(err, "cannot make a temporary file in %s", DD_QUOTE(dd_str_from(dir)));
	*ret_fd = fd;
	return DD_OK;
}

enum dd_code dd_atomic_open(struct dd_atomic_file *f, const char *path, unsigned mode, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf tmp = DD_BUF_INIT(DD_PATH_MAX);
	DD_CLEANUP_BUF struct dd_buf final = DD_BUF_INIT(DD_PATH_MAX);
	*f = (struct dd_atomic_file){ -1, NULL, NULL };
	struct dd_str whole = dd_str_from(path);
	size_t slash = dd_str_rfind(whole, '/');
	struct dd_str dir = slash < whole.n ? dd_str_take(whole, slash + 1) : DD_STR("");
	(void)dd_buf_add_c(&final, path);
	(void)dd_buf_add_str(&tmp, dir);
	(void)dd_buf_add_c(&tmp, DD_ATOMIC_PREFIX "XXXXXX");
	if (!dd_buf_c(&tmp) || !dd_buf_c(&final))
		return dd_fail_nomem(err);
	int fd = mkostemp(tmp.p, O_CLOEXEC);
	if (fd < 0)
		return dd_fail_errno(err, "cannot write %s", DD_QUOTE(whole));
	if (fchmod(fd, mode) < 0) {
		enum dd_code code = dd_fail_errno(err, "cannot write %s", DD_QUOTE(whole));
		(void)unlink(tmp.p);
		(void)close(fd);
		return code;
	}
	f->fd = fd;
	f->path = DD_TAKE(final.p);
	f->tmp = DD_TAKE(tmp.p);
	return DD_OK;
}

enum dd_code dd_atomic_commit(struct dd_atomic_file *f, struct dd_err *err)
{
	if (fsync(f->fd) < 0 || rename(f->tmp, f->path) < 0)
		return dd_fail_errno(err, "cannot write %s", DD_QUOTE(dd_str_from(f->path)));
	dd_freep(&f->tmp);
	return DD_OK;
}

void dd_atomic_done(struct dd_atomic_file *f)
{
	dd_closep(&f->fd);
	if (f->tmp)
		(void)unlink(f->tmp);
	dd_freep(&f->tmp);
	dd_freep(&f->path);
}

enum dd_code dd_mkdirs_mode(const char *path, unsigned mode, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf name = DD_BUF_INIT(DD_PATH_MAX);
	(void)dd_buf_add_c(&name, path);
	if (!dd_buf_c(&name))
		return dd_fail_nomem(err);
	for (size_t i = 1; i <= name.n; i++) {
		if (name.p[i] != '/' && name.p[i] != '\0')
			continue;
		char keep = name.p[i];
		name.p[i] = '\0';
		if (mkdir(name.p, mode) < 0 && errno != EEXIST)
			return dd_fail_errno(err, "cannot make the directory %s", DD_QUOTE(dd_str_from(name.p)));
		name.p[i] = keep;
	}
	return DD_OK;
}

enum dd_code dd_mkdirs(const char *path, struct dd_err *err)
{
	return dd_mkdirs_mode(path, 0700, err);
}
