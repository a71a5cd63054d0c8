/* SPDX-License-Identifier: Apache-2.0 */
/* Package names as their ecosystem compares them. */
#include "version/ecosystem_rules.h"

void dd_name_lower(struct dd_str name, char *out, size_t *ret_n)
{
	for (size_t i = 0; i < name.n; i++)
		out[i] = dd_lower(name.p[i]);
	*ret_n = name.n;
}

/* PEP 503: lower case, every run of "-", "_", "." is one "-". */
void dd_name_pep503(struct dd_str name, char *out, size_t *ret_n)
{
	size_t n = 0;
	bool in_run = false;
	for (size_t i = 0; i < name.n; i++) {
		char c = dd_lower(name.p[i]);
		bool separator = c == '-' || c == '_' || c == '.';
		if (separator && in_run)
			continue;
		out[n++] = separator ? '-' : c;
		in_run = separator;
	}
	*ret_n = n;
}
