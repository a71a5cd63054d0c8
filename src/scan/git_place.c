/* SPDX-License-Identifier: Apache-2.0 */
/* Where a repository lies whose directory only points at it.
 *
 * DIR/.git = "gitdir: PATH\n" of a linked worktree (PATH = COMMON/worktrees/NAME, PATH/gitdir points back at DIR/.git,
 * PATH/commondir says where COMMON is) or of a submodule (PATH = SUPER/.git/modules/NAME, SUPER above DIR).
 * A directory may come from anybody, and its file may name any repository that the user can read: it is believed only
 * when what it names lies where git puts it. Source: git 2.39 Documentation/gitrepository-layout.txt. */
#include <limits.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/io.h"
#include "base/limits.h"
#include "scan/git_library.h"

/* The one line of a small file, behind prefix; empty: none. */
static struct dd_str read_line(const char *path, const char *prefix, struct dd_arena *a)
{
	DD_CLEANUP(dd_map_file_done) struct dd_map_file m = { 0 };
	struct dd_str rest, line = DD_STR("");
	if (dd_map_file_open(&m, path, DD_PATH_MAX, NULL) != DD_OK)
		return DD_STR("");
	rest = m.bytes;
	(void)dd_str_line(&rest, &line);
	if (!dd_str_starts(line, dd_str_from(prefix)) || memchr(line.p, 0, line.n))
		return DD_STR("");
	struct dd_str text = dd_arena_str(a, dd_str_trim(dd_str_skip(line, strlen(prefix))));
	return text.p ? text : DD_STR("");
}

/* The real path of `path`, which is relative to `base`; NULL: there is none. */
static const char *resolve(const char *base, struct dd_str path, struct dd_arena *a)
{
	char real[PATH_MAX];
	struct dd_str joined = path.n && path.p[0] == '/' ? path : dd_arena_printf(a, "%s/%.*s", base, DD_FMT(path));
	if (!path.n || !joined.p || !realpath(joined.p, real))
		return NULL;
	return dd_arena_c(a, dd_str_from(real));
}

static bool same(const char *x, const char *y)
{
	return x && y && strcmp(x, y) == 0;
}

static const char *join(const char *dir, const char *name, struct dd_arena *a)
{
	return dd_arena_printf(a, "%s/%s", dir, name).p;
}

/* Is place inside SUPER/.git/modules, where SUPER is above dir? */
static bool is_modules_place(const char *dir, const char *place, struct dd_arena *a)
{
	struct dd_str above = dd_str_from(dir), real = dd_str_from(place);
	for (size_t slash = dd_str_rfind(above, '/'); slash < above.n; slash = dd_str_rfind(above, '/')) {
		above = dd_str_take(above, slash);
		struct dd_str modules = dd_arena_printf(a, "%.*s/.git/modules/", DD_FMT(above));
		if (modules.p && dd_str_starts(real, modules))
			return true;
	}
	return false;
}

const char *dd_git_linked_place(const char *dir, struct dd_arena *a)
{
	const char *real = resolve(".", dd_str_from(dir), a), *file = real ? join(real, ".git", a) : NULL;
	struct dd_str link = file ? read_line(file, "gitdir:", a) : DD_STR("");
	const char *place = link.n ? resolve(real, link, a) : NULL;
	if (!place)
		return NULL;
	const char *back = join(place, "gitdir", a), *common = join(place, "commondir", a);
	if (!back || !common)
		return NULL;
	if (same(resolve(place, read_line(back, "", a), a), file))
		return resolve(place, read_line(common, "", a), a);
	return is_modules_place(real, place, a) ? place : NULL;
}
