/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/lazylib.h"
#include "base/str.h"
#include "scan/git_parts.h"

enum { CACHED_BYTES_MAX = 32 << 20 };

#define DD_GIT_SYMBOL(name) DD_LAZY(struct dd_git_library, name, git_##name),
static const struct dd_lazy_symbol symbols[] = { DD_GIT_FUNCTIONS(DD_GIT_SYMBOL) };

enum dd_code dd_git_failure(const struct dd_git_library *g, const char *what, struct dd_err *err)
{
	const git_error *e = g->error_last();
	if (e && e->klass == GIT_ERROR_NOMEMORY)
		return dd_fail_nomem(err);
	return dd_fail(err, DD_EPARSE, DD_NO_OFFSET, "%s: %s", what,
		       e && e->message ? DD_QUOTE(dd_str_from(e->message)) : "unknown error");
}

/* The machine's and the user's configuration say nothing to a reader, and files that the repository's includes are
 * out of the sandbox's sight. Extensions that matter only to writers are no reason not to read. */
static bool hold(const struct dd_git_library *g)
{
	static const char *extensions[] = { "noop", "worktreeconfig", "preciousobjects", "partialclone",
					    "relativeworktrees" };
	static const int levels[] = { GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG,
				      GIT_CONFIG_LEVEL_GLOBAL };
	for (size_t i = 0; i < DD_COUNT(levels); i++)
		if (g->libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], "") < 0)
			return false;
	(void)g->libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, DD_COUNT(extensions));
	(void)g->libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)CACHED_BYTES_MAX);
	return g->libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0) >= 0;
}

enum dd_code dd_git_library_open(struct dd_git_library **ret, struct dd_err *err)
{
	struct dd_err why;
	struct dd_git_library *g = dd_alloc_zero(1, sizeof *g);
	if (!g)
		return dd_fail_nomem(err);
	/* The version of its headers: the pointers have the types that they had in it. */
	enum dd_code code =
		dd_lazylib_open("libgit2.so." LIBGIT2_SOVERSION, symbols, DD_COUNT(symbols), g, &g->handle, &why);
	if (code != DD_OK) {
		dd_free(g);
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET,
			       "reading a git repository needs libgit2 (package libgit2-" LIBGIT2_SOVERSION "): %.300s",
			       why.message);
	}
	if (g->libgit2_init() < 1 || !hold(g)) {
		code = dd_git_failure(g, "libgit2 does not start", err);
		dd_lazylib_close(g->handle);
		dd_free(g);
		return code;
	}
	*ret = g;
	return DD_OK;
}

void dd_git_library_freep(struct dd_git_library **g)
{
	if (!*g)
		return;
	(void)(*g)->libgit2_shutdown();
	dd_lazylib_close((*g)->handle);
	dd_freep(g);
}
