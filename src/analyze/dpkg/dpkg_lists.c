/* SPDX-License-Identifier: Apache-2.0 */
/* Which files a Debian package owns. The package is named by the file, "libc6:amd64.list" where several architectures
 * of it can be installed side by side.
 *
 *   .list     = *( "/" path LF )          the first line is "/."; directories are listed before what is in them
 *   .md5sums  = *( 32 hex digits 2 SP path LF )      no leading slash, or "./"; regular files only
 *
 * A directory that the next line lies in is left out: every package lists /usr, none owns it. Other lines are problems.
 * Limits: DD_PATH_MAX a path. Source: dpkg-query(1) --listfiles, deb-md5sums(5). */
#include "analyze/dpkg/dpkg.h"
#include "base/limits.h"
#include "base/pathlist.h"

enum { MD5_HEX_DIGITS = 32 };

/* The path of one line, without "/" or "./" in front; false when the line is not of the form. */
typedef bool line_fn(struct dd_str line, struct dd_str *ret_path);

static bool list_line(struct dd_str line, struct dd_str *ret_path)
{
	if (!dd_str_starts(line, DD_STR("/")))
		return false;
	*ret_path = dd_str_eq_c(line, "/.") ? DD_STR("") : dd_str_skip(line, 1);
	return true;
}

static bool md5sums_line(struct dd_str line, struct dd_str *ret_path)
{
	for (size_t i = 0; i < MD5_HEX_DIGITS; i++)
		if (i >= line.n || !(dd_is_digit(line.p[i]) || (line.p[i] >= 'a' && line.p[i] <= 'f')))
			return false;
	struct dd_str path = dd_str_skip(line, MD5_HEX_DIGITS);
	if (!dd_str_starts(path, DD_STR("  ")))
		return false;
	path = dd_str_skip(path, 2);
	if (dd_str_starts(path, DD_STR("./")))
		path = dd_str_skip(path, 2);
	if (dd_str_starts(path, DD_STR("/")))
		path = dd_str_skip(path, 1);
	*ret_path = path;
	return path.n > 0;
}

static bool is_inside(struct dd_str path, struct dd_str dir)
{
	return path.n > dir.n && path.p[dir.n] == '/' && dd_str_starts(path, dir);
}

/* The file's name without directory and ending. */
static struct dd_str package_of(struct dd_str path, struct dd_str ending)
{
	struct dd_str name = path;
	size_t slash = dd_str_rfind(path, '/');
	if (slash < path.n)
		name = dd_str_skip(path, slash + 1);
	return dd_str_take(name, name.n - ending.n);
}

static enum dd_code add_paths(const struct dd_input *in, line_fn *read_line, struct dd_pathlist_writer *w,
			      struct dd_found *out, struct dd_err *err)
{
	struct dd_str last = { "", 0 }; /* not yet added: the next line may lie in it */
	for (struct dd_str rest = in->data, line, path; rest.n;) {
		uint64_t at = in->data.n - rest.n;
		(void)dd_str_line(&rest, &line);
		if (line.n == 0)
			continue;
		if (!read_line(line, &path) || path.n > DD_PATH_MAX) {
			dd_found_problem(out, at, "not a line of a file list: %s", DD_QUOTE(line));
			continue;
		}
		if (last.n && !is_inside(path, last) && dd_pathlist_add(w, last) != DD_OK)
			return dd_fail_nomem(err);
		last = path;
	}
	if (last.n && dd_pathlist_add(w, last) != DD_OK)
		return dd_fail_nomem(err);
	return DD_OK;
}

static enum dd_code read_paths(const struct dd_input *in, struct dd_str ending, line_fn *read_line,
			       struct dd_found *out, struct dd_err *err)
{
	DD_CLEANUP_BUF struct dd_buf paths = DD_BUF_INIT(DD_EVIDENCE_BYTES_MAX);
	DD_CLEANUP(dd_pathlist_writer_done) struct dd_pathlist_writer w = DD_PATHLIST_WRITER(&paths);
	DD_TRY(add_paths(in, read_line, &w, out, err));
	/* An empty list is kept, too: it tells this file from a package record. */
	struct dd_ownership *o = dd_found_ownership(out);
	if (o) {
		o->package = dd_found_str(out, package_of(in->path, ending));
		o->paths = dd_found_str(out, dd_buf_str(&paths));
	}
	return out->failed ? dd_fail_nomem(err) : DD_OK;
}

enum dd_code dd_dpkg_read_list(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	return read_paths(in, DD_STR(".list"), list_line, out, err);
}

enum dd_code dd_dpkg_read_md5sums(const struct dd_input *in, struct dd_found *out, struct dd_err *err)
{
	return read_paths(in, DD_STR(".md5sums"), md5sums_line, out, err);
}
