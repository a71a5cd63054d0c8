/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum dd_code(dd_fail)(struct dd_err *err, enum dd_code code, uint64_t at, const char *fmt, ...)
{
	if (!err)
		return code;
	va_list ap;
	err->code = code;
	err->sys_errno = 0;
	err->at = at;
	va_start(ap, fmt);
	(void)vsnprintf(err->message, sizeof err->message, fmt, ap);
	va_end(ap);
	return code;
}

enum dd_code(dd_fail_errno)(struct dd_err *err, const char *fmt, ...)
{
	int saved = errno;
	if (!err)
		return DD_EIO;
	va_list ap;
	err->code = DD_EIO;
	err->sys_errno = saved;
	err->at = DD_NO_OFFSET;
	va_start(ap, fmt);
	int n = vsnprintf(err->message, sizeof err->message, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof err->message) {
		char text[128];
		/* GNU strerror_r: returns the text, thread-safe. */
		const char *why = strerror_r(saved, text, sizeof text);
		(void)snprintf(err->message + n, sizeof err->message - (size_t)n, ": %s", why);
	}
	return DD_EIO;
}

enum dd_code(dd_fail_nomem)(struct dd_err *err)
{
	return dd_fail(err, DD_ENOMEM, DD_NO_OFFSET, "out of memory");
}

enum dd_code dd_wrap(struct dd_err *err, const char *fmt, ...)
{
	if (!err)
		return DD_EPARSE;
	char old[DD_ERR_MESSAGE_MAX];
	memcpy(old, err->message, sizeof old);
	old[sizeof old - 1] = '\0';
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(err->message, sizeof err->message, fmt, ap);
	va_end(ap);
	size_t at = n < 0 ? 0 : (size_t)n;
	for (const char *p = ": "; *p && at + 1 < sizeof err->message; p++)
		err->message[at++] = *p;
	for (const char *p = old; *p && at + 1 < sizeof err->message; p++)
		err->message[at++] = *p;
	if (at < sizeof err->message)
		err->message[at] = '\0';
	return err->code;
}

void dd_err_copy(struct dd_err *err, const struct dd_err *why)
{
	if (err)
		*err = *why;
}

void dd_assert_failed(const char *cond, const char *file, int line)
{
	(void)fprintf(stderr, "drydock: bug: '%s' does not hold at %s:%d\n", cond, file, line);
	abort();
}
