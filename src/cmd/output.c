/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/suggest.h"

enum { WIDTH_DEFAULT = 80, WIDTH_MIN = 20, WIDTH_MAX = 1000, FORMAT_NAME_MAX = 64 };

static const char *set_variable(const char *name)
{
	const char *v = getenv(name);
	return v && v[0] ? v : NULL;
}

static unsigned width_of(int fd)
{
	struct winsize w;
	uint64_t columns = 0;
	if (!dd_str_u64(dd_str_from(set_variable("COLUMNS")), UINT32_MAX, &columns) || columns == 0)
		columns = ioctl(fd, TIOCGWINSZ, &w) == 0 ? w.ws_col : 0;
	if (columns == 0)
		columns = WIDTH_DEFAULT;
	return (unsigned)(columns < WIDTH_MIN ? WIDTH_MIN : columns > WIDTH_MAX ? WIDTH_MAX : columns);
}

/* The locale's character set by its name: setlocale would read files for one bit. */
static bool locale_is_utf8(void)
{
	const char *locale = set_variable("LC_ALL");
	if (!locale)
		locale = set_variable("LC_CTYPE");
	if (!locale)
		locale = set_variable("LANG");
	struct dd_str s = dd_str_from(locale);
	for (size_t i = 0; i < s.n; i++) {
		struct dd_str tail = dd_str_skip(s, i);
		if (dd_str_eq_nocase(dd_str_take(tail, 5), DD_STR("UTF-8")) ||
		    dd_str_eq_nocase(dd_str_take(tail, 4), DD_STR("UTF8")))
			return true;
	}
	return false;
}

struct dd_terminal dd_terminal_of(int fd)
{
	struct dd_terminal t = { .terminal = isatty(fd) == 1, .utf8 = locale_is_utf8(), .width = width_of(fd) };
	const char *term = set_variable("TERM");
	t.colour = t.terminal && !set_variable("NO_COLOR") && term && strcmp(term, "dumb") != 0;
	return t;
}

static enum dd_code known_format(struct dd_str name, const char *const *known, const char **ret, struct dd_err *err)
{
	struct dd_suggest near = DD_SUGGEST(name);
	DD_CLEANUP_BUF struct dd_buf all = DD_BUF_INIT(1024);
	for (size_t i = 0; known[i]; i++) {
		if (dd_str_eq_c(name, known[i])) {
			*ret = known[i];
			return DD_OK;
		}
		dd_suggest_offer(&near, known[i]);
		(void)dd_buf_addf(&all, "%s%s", i ? ", " : "", known[i]);
	}
	if (near.best)
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "unknown format %s: did you mean '%s'?", DD_QUOTE(name),
			       near.best);
	return dd_fail(err, DD_EARG, DD_NO_OFFSET, "unknown format %s: there are %.*s", DD_QUOTE(name),
		       DD_FMT(dd_buf_str(&all)));
}

static bool same_place(const struct dd_output *a, const struct dd_output *b)
{
	return a->path && b->path ? strcmp(a->path, b->path) == 0 : !a->path && !b->path;
}

static enum dd_code parse_one(const char *text, const char *const *known, struct dd_output *ret, struct dd_err *err)
{
	struct dd_str whole = dd_str_from(text);
	size_t equals = dd_str_find(whole, '=');
	struct dd_output o = { NULL, equals < whole.n ? text + equals + 1 : NULL };
	DD_TRY(known_format(dd_str_take(whole, equals), known, &o.format, err));
	if (o.path && !o.path[0])
		return dd_fail(err, DD_EARG, DD_NO_OFFSET, "option '--format' has no file name in %s", DD_QUOTE(whole));
	if (o.path && strcmp(o.path, "-") == 0)
		o.path = NULL;
	*ret = o;
	return DD_OK;
}

enum dd_code dd_outputs_parse(const struct dd_opt_list *formats, const char *const *known, const char *otherwise,
			      struct dd_outputs *ret, struct dd_err *err)
{
	struct dd_outputs all = { .n = 0 };
	if (formats->n == 0)
		all.at[all.n++] = (struct dd_output){ otherwise, NULL };
	for (size_t i = 0; i < formats->n; i++) {
		if (all.n == DD_OUTPUTS_MAX)
			return dd_fail(err, DD_EARG, DD_NO_OFFSET, "option '--format' is given more than %d times",
				       DD_OUTPUTS_MAX);
		struct dd_output *o = &all.at[all.n];
		DD_TRY(parse_one(formats->p[i], known, o, err));
		for (size_t k = 0; k < all.n; k++) {
			if (!same_place(o, &all.at[k]))
				continue;
			if (o->path)
				return dd_fail(err, DD_EARG, DD_NO_OFFSET, "two formats cannot go to one file, %s",
					       DD_QUOTE(dd_str_from(o->path)));
			return dd_fail(
				err, DD_EARG, DD_NO_OFFSET,
				"two formats cannot go to standard output: give one a file, as in '--format %s=FILE'",
				o->format);
		}
		all.n++;
	}
	*ret = all;
	return DD_OK;
}

static enum dd_code to_stdout(struct dd_str bytes, struct dd_err *err)
{
	/* What was printed before comes first. */
	if (fflush(stdout) != 0)
		return dd_fail_errno(err, "cannot write to standard output");
	errno = 0;
	if (dd_write_full(STDOUT_FILENO, bytes.p, bytes.n, err) == DD_OK)
		return DD_OK;
	return dd_fail_errno(err, "cannot write to standard output");
}

/* Something that is there and is no regular file of its own (/dev/null, a named pipe, a link such as /dev/stdout) is
 * written to, never renamed over. */
static bool is_special(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

static enum dd_code to_special(const char *path, struct dd_str bytes, struct dd_err *err)
{
	DD_CLEANUP(dd_closep) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
	if (fd < 0)
		return dd_fail_errno(err, "cannot write %s", DD_QUOTE(dd_str_from(path)));
	if (dd_write_full(fd, bytes.p, bytes.n, err) == DD_OK)
		return DD_OK;
	return dd_wrap(err, "%s", DD_QUOTE(dd_str_from(path)));
}

enum dd_code dd_output_write(const struct dd_output *o, struct dd_str bytes, struct dd_err *err)
{
	if (!o->path)
		return to_stdout(bytes, err);
	if (is_special(o->path))
		return to_special(o->path, bytes, err);
	DD_CLEANUP(dd_atomic_done) struct dd_atomic_file f = { .fd = -1 };
	/* umask(2) can only be read by setting it; no other thread makes files while reports are written. */
	mode_t mask = umask(077);
	(void)umask(mask);
	DD_TRY(dd_atomic_open(&f, o->path, 0666 & ~mask, err));
	if (dd_write_full(f.fd, bytes.p, bytes.n, err) != DD_OK)
		return dd_wrap(err, "%s", DD_QUOTE(dd_str_from(o->path)));
	return dd_atomic_commit(&f, err);
}
