/* SPDX-License-Identifier: Apache-2.0 */
/* "Cannot go on" errors. A fallible function returns enum dd_code and takes a struct dd_err as its last argument.
 * On success err is untouched and out-parameters (named ret_*) are written; on failure only err is written.
 * "This file is odd" is not an error but a problem record (model/problem.h); a bug is a dd_assert. */
#ifndef DD_ERR_H
#define DD_ERR_H

#include <stdint.h>

#include "base/cleanup.h"

enum dd_code {
	DD_OK = 0,
	DD_EPARSE = -1,	      /* the bytes break their format; err->at is the offset where */
	DD_ELIMIT = -2,	      /* a named limit of base/limits.h would be passed */
	DD_EIO = -3,	      /* the system refused; err->sys_errno says why */
	DD_ENOMEM = -4,	      /* no memory */
	DD_EARG = -5,	      /* the user asked for something that makes no sense: exit code 2 */
	DD_ENOTFOUND = -6,    /* the thing named does not exist */
	DD_EUNSUPPORTED = -7, /* well-formed, but of a kind that drydock does not read */
	DD_EDIGEST = -8,      /* bytes do not have the digest that was promised */
	DD_ENET = -9,	      /* the other side of a connection failed */
};

enum { DD_ERR_MESSAGE_MAX = 512 };
#define DD_NO_OFFSET UINT64_MAX

struct dd_err {
	enum dd_code code;
	int sys_errno; /* 0 if no system call failed */
	uint64_t at;   /* byte offset in the input, DD_NO_OFFSET if it has none */
	char message[DD_ERR_MESSAGE_MAX];
};

/* Fills err and returns code, so that `return dd_fail(...)` is one line. err may be NULL (text not wanted).
 * Text: lower case, no full stop, what failed first; user data in single quotes, escaped (see DD_QUOTE in str.h). */
enum dd_code dd_fail(struct dd_err *err, enum dd_code code, uint64_t at, const char *fmt, ...) DD_PRINTF(4, 5);
/* As dd_fail with DD_EIO; appends ": <text of errno>". Reads errno first. */
enum dd_code dd_fail_errno(struct dd_err *err, const char *fmt, ...) DD_PRINTF(2, 3);
enum dd_code dd_fail_nomem(struct dd_err *err);
/* Puts "context: " before the message of a failure that passes through; returns err->code. */
enum dd_code dd_wrap(struct dd_err *err, const char *fmt, ...) DD_PRINTF(2, 3);

/* Says to the compiler and the analyzer what they cannot see from here: the code that was given is what comes back, so
 * that no path is thought possible on which a call fails and returns DD_OK. */
#define dd_fail(err, fail_code, ...)                                                                                   \
	({                                                                                                             \
		const enum dd_code dd_fail_code = (fail_code);                                                         \
		(void)dd_fail((err), dd_fail_code, __VA_ARGS__);                                                       \
		dd_fail_code;                                                                                          \
	})
#define dd_fail_errno(...) ((void)dd_fail_errno(__VA_ARGS__), DD_EIO)
#define dd_fail_nomem(err) ((void)dd_fail_nomem(err), DD_ENOMEM)

/* Hands a failure on that was met under a name of its own; err may be NULL. */
void dd_err_copy(struct dd_err *err, const struct dd_err *why);

/* Stays on in every build: memory-safety invariants only, never for input. */
#define dd_assert(cond)                                                                                                \
	do {                                                                                                           \
		if (__builtin_expect(!(cond), 0))                                                                      \
			dd_assert_failed(#cond, __FILE__, __LINE__);                                                   \
	} while (0)
__attribute__((noreturn)) void dd_assert_failed(const char *cond, const char *file, int line);

#define DD_TRY(expr)                                                                                                   \
	do {                                                                                                           \
		enum dd_code dd_try_code = (expr);                                                                     \
		if (dd_try_code != DD_OK)                                                                              \
			return dd_try_code;                                                                            \
	} while (0)

#endif
