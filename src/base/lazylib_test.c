/* SPDX-License-Identifier: Apache-2.0 */
#include "base/lazylib.h"

#include <zstd.h>

#include "base/str.h"
#include "support/test.h"

struct functions {
	__typeof__(ZSTD_versionNumber) *version;
	__typeof__(ZSTD_compressBound) *bound;
};
static const struct dd_lazy_symbol symbols[] = {
	DD_LAZY(struct functions, version, ZSTD_versionNumber),
	DD_LAZY(struct functions, bound, ZSTD_compressBound),
};

TEST(lazylib_loads)
{
	struct functions f = { NULL, NULL };
	void *handle = NULL;
	struct dd_err err;
	CHECK_INT(dd_lazylib_open("libzstd.so.1", symbols, DD_COUNT(symbols), &f, &handle, &err), DD_OK);
	CHECK(handle && f.version && f.version() == ZSTD_versionNumber());
	CHECK(f.bound && f.bound(1000) == ZSTD_compressBound(1000));
	dd_lazylib_close(handle);
	dd_lazylib_close(NULL);
}

TEST(lazylib_says_what_is_missing)
{
	static const struct dd_lazy_symbol none[] = { { "ZSTD_no_such_function", 0 } };
	struct functions f = { NULL, NULL };
	void *handle = NULL;
	struct dd_err err = { 0 };
	CHECK_INT(dd_lazylib_open("libno-such-library.so.9", symbols, 2, &f, &handle, &err), DD_EUNSUPPORTED);
	CHECK(dd_str_starts(dd_str_from(err.message), DD_STR("cannot load the library 'libno-such-library.so.9': ")));
	CHECK_INT(dd_lazylib_open("libzstd.so.1", none, 1, &f, &handle, &err), DD_EUNSUPPORTED);
	CHECK_STR(dd_str_from(err.message), "the library 'libzstd.so.1' has no function 'ZSTD_no_such_function'");
	CHECK(!handle && !f.version);
}
