/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/rule_set.h"

void dd_secret_rule_set_done(struct dd_secret_rule_set *s)
{
	dd_arena_done(&s->arena);
	*s = (struct dd_secret_rule_set){ 0 };
}

enum dd_code dd_secret_rule_set_new(const struct dd_secret_rule_file *files, size_t n, struct dd_secret_rule_set *ret,
				    struct dd_err *err)
{
	if (n)
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET, "%s: rule files are not read yet",
			       DD_QUOTE(files[0].name));
	*ret = (struct dd_secret_rule_set){ .arena = DD_ARENA_INIT(64u << 20) };
	return DD_OK;
}
