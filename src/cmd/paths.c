/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/paths.h"

#include <stdlib.h>

enum dd_code dd_path_cache(const struct dd_shared_options *o, struct dd_buf *out, struct dd_err *err)
{
	const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	if (o->cache && o->cache[0])
		(void)dd_buf_add_c(out, o->cache);
	else if (xdg && xdg[0] == '/') /* a relative one is to be ignored: XDG Base Directory Specification */
		(void)dd_buf_addf(out, "%s/drydock", xdg);
	else if (home && home[0])
		(void)dd_buf_addf(out, "%s/.cache/drydock", home);
	else
		return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET,
			       "no place for the cache: neither --cache, XDG_CACHE_HOME nor HOME is set");
	return dd_buf_check(out, "the cache's path", err);
}

enum dd_code dd_path_updated_database(const struct dd_shared_options *o, struct dd_buf *out, struct dd_err *err)
{
	DD_TRY(dd_path_cache(o, out, err));
	(void)dd_buf_add_c(out, "/advisories.db");
	return dd_buf_check(out, "the database's path", err);
}
