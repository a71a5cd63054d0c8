/* SPDX-License-Identifier: Apache-2.0 */
/* One small member of a wheel or an egg, found by the archive's directory. */
#include "analyze/python/python_zip.h"

#include "format/zip.h"

static bool fits(struct dd_str name, const char *dir, const char *suffix)
{
	if (dir[0] == '\0')
		return dd_str_eq_c(name, suffix);
	size_t slash = dd_str_find(name, '/');
	return dd_str_ends(dd_str_take(name, slash), dd_str_from(dir)) && slash < name.n &&
	       dd_str_eq_c(dd_str_skip(name, slash + 1), suffix);
}

enum dd_code dd_python_zip_member(struct dd_str archive, const char *dir, const char *suffix, struct dd_buf *text,
				  bool *ret_found, struct dd_err *err)
{
	DD_CLEANUP(dd_zip_closep) struct dd_zip *z = NULL;
	DD_TRY(dd_zip_open(archive, &z, err));
	for (bool more = true;;) {
		struct dd_zip_member m;
		DD_TRY(dd_zip_next(z, &m, &more, err));
		if (!more)
			break;
		if (m.directory || !fits(m.name, dir, suffix))
			continue;
		DD_TRY(dd_zip_read(z, &m, text->max, text, err));
		*ret_found = true;
		return DD_OK;
	}
	*ret_found = false;
	return DD_OK;
}
