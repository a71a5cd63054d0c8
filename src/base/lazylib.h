/* SPDX-License-Identifier: Apache-2.0 */
/* Libraries that few commands need are loaded when one of these runs: what is linked, every start pays for (libcurl and
 * what it brings 7 ms of processor time, against a budget of 5 ms for `drydock --version`).
 *
 * A user keeps a struct of typed function pointers, one member a function: `__typeof__(curl_easy_init) *easy_init;`,
 * and a table that says which symbol goes where: DD_LAZY(struct functions, easy_init, curl_easy_init). */
#ifndef DD_LAZYLIB_H
#define DD_LAZYLIB_H

#include <stddef.h>

#include "base/err.h"

struct dd_lazy_symbol {
	const char *name;
	size_t offset; /* of the function pointer in the user's struct */
};
#define DD_LAZY(type, member, symbol)                                                                                  \
	{                                                                                                              \
#symbol, offsetof(type, member)                                                                        \
	}

/* Loads `soname` ("libcurl.so.4") by the system's rules and fills the pointers at `functions`. *ret_handle is the
 * caller's, for dd_lazylib_close. DD_EUNSUPPORTED: not installed, or without one of the symbols; names what is missing.
 * Call it before the sandbox is entered. Any thread. */
enum dd_code dd_lazylib_open(const char *soname, const struct dd_lazy_symbol *symbols, size_t n, void *functions,
			     void **ret_handle, struct dd_err *err);
/* The pointers are void after this. Accepts NULL. */
void dd_lazylib_close(void *handle);

#endif
