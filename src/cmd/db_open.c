/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/db_cmds.h"
#include "cmd/paths.h"

enum dd_code dd_db_cmd_open(const struct dd_shared_options *o, const char *file, struct dd_db **ret,
			    struct dd_buf *ret_path, struct dd_err *err)
{
	if (!file)
		file = o->db && o->db[0] ? o->db : NULL;
	if (file)
		(void)dd_buf_add_c(ret_path, file);
	else
		DD_TRY(dd_path_updated_database(o, ret_path, err));
	const char *path = dd_buf_c(ret_path);
	if (!path)
		return dd_fail_nomem(err);
	enum dd_code code = dd_db_open(path, ret, err);
	if (code == DD_ENOTFOUND)
		return dd_fail(err, code, DD_NO_OFFSET, "no database at %s; 'drydock db update' fetches one",
			       DD_QUOTE(dd_buf_str(ret_path)));
	return code;
}
