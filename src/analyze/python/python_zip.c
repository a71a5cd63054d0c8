/* SPDX-License-Identifier: Apache-2.0 */
/* One small member of a wheel or an egg. Members before it are passed over without being unpacked. */
#include "analyze/python/python_zip.h"

#include "format/zip.h"

/* Wheels of data have some 10,000; each costs a header. */
enum { MEMBERS_MAX = 200000 };

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
	for (unsigned members = 0; members < MEMBERS_MAX; members++) {
		struct dd_zip_member m;
		bool more;
		DD_TRY(dd_zip_next(z, &m, &more, err));
		if (!more) {
			*ret_found = false;
			return DD_OK;
		}
		if (m.directory || !fits(m.name, dir, suffix))
			continue;
		for (struct dd_str block;;) {
			DD_TRY(dd_zip_block(z, &block, err));
			if (block.n == 0)
				break;
			if (dd_buf_add_str(text, block) != DD_OK)
				return dd_buf_check(text, suffix, err);
		}
		*ret_found = true;
		return DD_OK;
	}
	return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "zip: more than %d members before %s", MEMBERS_MAX, suffix);
}
