/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/rule_aliases.h"

#include "base/cleanup.h"

static const struct {
	const char *id, *ours;
} aliases[] = {
#define DD_RULE_ALIAS(id, ours) { id, ours },
#include "secret/rule_aliases.def"
#undef DD_RULE_ALIAS
};

struct dd_str dd_rule_alias_next(struct dd_str id, size_t *at)
{
	while (*at < DD_COUNT(aliases)) {
		const size_t i = (*at)++;
		if (dd_str_eq_c(id, aliases[i].id))
			return dd_str_from(aliases[i].ours);
	}
	return (struct dd_str){ NULL, 0 };
}
