/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/password.h"

#include <errno.h>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "base/io.h"

enum { CTRL_C = 3, CTRL_D = 4, BACKSPACE = 8, CTRL_U = 21, DELETE = 127 };

/* Signals and line editing of the terminal are off while nothing is shown, so that nothing can end the program before
 * the terminal is as it was; the usual keys are read here. *ret_done: the line is complete. */
static enum dd_code take_key(char key, struct dd_buf *out, bool *ret_done, struct dd_err *err)
{
	switch (key) {
	case CTRL_C:
	case CTRL_D:
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "no answer was given");
	case '\n':
	case '\r':
		*ret_done = true;
		return DD_OK;
	case CTRL_U:
		dd_buf_clear(out);
		return DD_OK;
	case BACKSPACE:
	case DELETE:
		while (out->n && ((unsigned char)out->p[--out->n] & 0xc0) == 0x80)
			continue;
		return DD_OK;
	default:
		(void)dd_buf_add_char(out, key);
		return dd_buf_check(out, "the answer", err);
	}
}

static enum dd_code read_line(int fd, struct dd_buf *out, struct dd_err *err)
{
	bool done = false;
	while (!done) {
		char key;
		ssize_t n = read(fd, &key, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return dd_fail_errno(err, "cannot read from the terminal");
		if (n == 0)
			return dd_fail(err, DD_EARG, DD_NO_OFFSET, "no answer was given");
		DD_TRY(take_key(key, out, &done, err));
	}
	return DD_OK;
}

enum dd_code dd_ask_line(const char *question, bool echo, struct dd_buf *out, struct dd_err *err)
{
	DD_CLEANUP(dd_closep) int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	struct termios before, silent;
	if (fd < 0)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET,
			       "there is no terminal to ask at; use --username and --password-stdin");
	if (tcgetattr(fd, &before) < 0)
		return dd_fail_errno(err, "the terminal");
	silent = before;
	silent.c_lflag &= (tcflag_t) ~(tcflag_t)(ECHO | ECHONL | ISIG | ICANON);
	/* First silence, then the question: what is typed as soon as it can be read must neither be seen nor be lost. */
	if (!echo && tcsetattr(fd, TCSAFLUSH, &silent) < 0)
		return dd_fail_errno(err, "the terminal");
	enum dd_code code = dd_write_full(fd, question, strlen(question), err);
	if (code == DD_OK)
		code = read_line(fd, out, err);
	if (!echo) {
		(void)tcsetattr(fd, TCSAFLUSH, &before);
		(void)dd_write_full(fd, "\n", 1, NULL);
	}
	return code;
}

enum dd_code dd_read_password(int fd, struct dd_buf *out, struct dd_err *err)
{
	for (size_t n = 1; n;) {
		if (dd_buf_reserve(out, 1024) != DD_OK)
			return dd_fail(err, DD_ELIMIT, DD_NO_OFFSET, "the password on standard input is too long");
		DD_TRY(dd_read_full(fd, out->p + out->n, 1024, &n, err));
		out->n += n;
	}
	while (out->n && (out->p[out->n - 1] == '\n' || out->p[out->n - 1] == '\r'))
		out->n--;
	if (dd_str_find(dd_buf_str(out), '\n') < out->n)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET,
			       "standard input has more than one line: is it the password?");
	return DD_OK;
}
