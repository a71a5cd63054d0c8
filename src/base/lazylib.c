/* SPDX-License-Identifier: Apache-2.0 */
#include "base/lazylib.h"

#include <dlfcn.h>
#include <string.h>

#include "base/str.h"

enum dd_code dd_lazylib_open(const char *soname, const struct dd_lazy_symbol *symbols, size_t n, void *functions,
			     void **ret_handle, struct dd_err *err)
{
	void *handle = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
	if (!handle) {
		const char *why = dlerror();
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET, "cannot load the library %s: %s",
			       DD_QUOTE(dd_str_from(soname)), DD_QUOTE(dd_str_from(why)));
	}
	for (size_t i = 0; i < n; i++) {
		void *symbol = dlsym(handle, symbols[i].name);
		if (!symbol) {
			(void)dlclose(handle);
			return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET, "the library %s has no function %s",
				       DD_QUOTE(dd_str_from(soname)), DD_QUOTE(dd_str_from(symbols[i].name)));
		}
		/* POSIX guarantees that a function pointer fits a void *, ISO C has no cast for it. */
		memcpy((char *)functions + symbols[i].offset, &symbol, sizeof symbol);
	}
	*ret_handle = handle;
	return DD_OK;
}

void dd_lazylib_close(void *handle)
{
	if (handle)
		(void)dlclose(handle);
}
