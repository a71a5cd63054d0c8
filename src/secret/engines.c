/* SPDX-License-Identifier: Apache-2.0 */
#include "secret/engines.h"

#include "base/alloc.h"

struct dd_secret_engines {
	void *handles[2];
};

enum dd_code dd_secret_engines_open(bool compiler, struct dd_secret_engines **ret, struct dd_err *err)
{
	(void)compiler;
	*ret = dd_alloc_zero(1, sizeof **ret);
	return *ret ? DD_OK : dd_fail_nomem(err);
}

void dd_secret_engines_freep(struct dd_secret_engines **e)
{
	dd_free(*e);
	*e = NULL;
}
