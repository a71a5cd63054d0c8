/* SPDX-License-Identifier: Apache-2.0 */
/* A build context: the directory that `docker build` hands to the builder, without what .dockerignore keeps back. Of
 * the ignore files that of the Dockerfile ("Dockerfile.dockerignore") goes before the directory's own; the Dockerfile
 * and the ignore files are sent in any case, since the builder reads them. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "base/limits.h"
#include "image/opening.h"

/* *ret_fd -1: there is none. */
static enum dd_code open_ignore(int dir, const char *name, int *ret_fd, struct dd_err *err)
{
	struct stat st;
	DD_CLEANUP(dd_closep) int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	*ret_fd = -1;
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return DD_OK;
	if (fd < 0 || fstat(fd, &st) < 0)
		return dd_fail_errno(err, "cannot open %s", DD_QUOTE(dd_str_from(name)));
	if (!S_ISREG(st.st_mode))
		return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "%s is no regular file", DD_QUOTE(dd_str_from(name)));
	int owned = fd;
	fd = -1;
	*ret_fd = owned;
	return DD_OK;
}

static enum dd_code read_ignore(struct dd_image *img, int fd, const char *name, struct dd_err *err)
{
	struct dd_map_file m;
	DD_TRY(dd_map_file_fd(&m, fd, DD_DOCKERIGNORE_BYTES_MAX, name, err));
	enum dd_code code = dd_dockerignore_parse(m.bytes, img->ignore, err);
	dd_map_file_done(&m);
	if (code != DD_OK)
		return dd_wrap(err, "%s", DD_QUOTE(dd_str_from(name)));
	for (size_t i = 0; i < img->ignore->faults.n; i++)
		if (dd_image_add_problem(img, DD_NO_LAYER, "%s:%zu: %s; the builder would refuse the file",
					 DD_QUOTE(dd_str_from(name)), img->ignore->faults.p[i].line,
					 img->ignore->faults.p[i].what) != DD_OK)
			return dd_fail_nomem(err);
	return DD_OK;
}

enum dd_code dd_image_context_ignore(struct dd_image *img, int dir, struct dd_str dockerfile, struct dd_err *err)
{
	struct dd_str file = dockerfile.n ? dockerfile : DD_STR("Dockerfile");
	struct dd_str own = dd_arena_printf(&img->arena, "%.*s.dockerignore", DD_FMT(file));
	const char *const names[] = { own.p, ".dockerignore" };
	img->ignore = dd_alloc_zero(1, sizeof *img->ignore);
	if (!img->ignore || !own.p)
		return dd_fail_nomem(err);
	for (size_t i = 0; i < DD_COUNT(names); i++) {
		DD_CLEANUP(dd_closep) int fd = -1;
		DD_TRY(open_ignore(dir, names[i], &fd, err));
		if (fd < 0)
			continue;
		DD_TRY(read_ignore(img, fd, names[i], err));
		break;
	}
	img->ignore->always[0] = file;
	img->ignore->always[1] = own;
	img->ignore->always[2] = DD_STR(".dockerignore");
	return DD_OK;
}
