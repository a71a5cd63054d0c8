/* SPDX-License-Identifier: Apache-2.0 */
/* Engines on other machines, as docker's own client reaches them: `ssh HOST docker system dial-stdio` leads its
 * standard input and output to the engine's socket there, one process a connection. ssh knows the keys, the agent,
 * ~/.ssh/config and who may be trusted; what it asks its user goes by the terminal, not by its standard error.
 *
 * The address comes from the environment or a docker context, which may have come with somebody's repository: no part
 * of it may be taken for an option of ssh (CVE-2017-1000117 and its kin), and none goes to the shell of the other
 * machine but a path of harmless characters. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "net/engine/engine_parts.h"

enum { CALLS_MAX = 32, ARGS_MAX = 20, PART_MAX = 255, WORDS_MAX = 400, GOODBYE_MS = 2000, STEP_MS = 20 };

struct dd_engine_ssh {
	const char *argv[ARGS_MAX]; /* texts in the engine's arena */
	pid_t calls[CALLS_MAX];
	size_t n;
	int errors[2]; /* what they say on standard error; a pipe that nobody waits for */
};

/* ---- the address ---- */

static bool is_part(struct dd_str s, const char *others)
{
	if (s.n == 0 || s.n > PART_MAX || s.p[0] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!dd_is_alpha(s.p[i]) && !dd_is_digit(s.p[i]) && !(s.p[i] && strchr(others, s.p[i])))
			return false;
	return true;
}

struct address {
	struct dd_str user, host, port, path;
};

/* [USER@]HOST[:PORT][/PATH]; HOST may be a name of ~/.ssh/config, or an IPv6 address in brackets. */
static bool read_address(struct dd_str s, struct address *ret)
{
	struct address a = { .path = dd_str_skip(s, dd_str_find(s, '/')) };
	struct dd_str rest = dd_str_take(s, dd_str_find(s, '/'));
	uint64_t port;
	size_t at = dd_str_rfind(rest, '@');
	if (at < rest.n) {
		a.user = dd_str_take(rest, at);
		rest = dd_str_skip(rest, at + 1);
		if (!is_part(a.user, "._-+@"))
			return false;
	}
	bool six = rest.n && rest.p[0] == '[';
	size_t close = six ? dd_str_find(rest, ']') : 0, colon = dd_str_find(dd_str_skip(rest, close), ':') + close;
	a.host = six ? dd_str_take(dd_str_skip(rest, 1), close ? close - 1 : 0) : dd_str_take(rest, colon);
	if (six && (close == rest.n || (colon < rest.n ? colon != close + 1 : close + 1 != rest.n)))
		return false;
	if (colon < rest.n) {
		a.port = dd_str_skip(rest, colon + 1);
		if (!dd_str_u64(a.port, 65535, &port) || port == 0)
			return false;
	}
	if (dd_str_eq(a.path, DD_STR("/")))
		a.path = DD_STR("");
	*ret = a;
	return is_part(a.host, six ? ":.%" : "._-") && (a.path.n == 0 || is_part(a.path, "/._-+"));
}

static enum dd_code make_command(struct dd_engine *e, const struct address *a, struct dd_err *err)
{
	struct dd_engine_ssh *s = e->ssh;
	bool podman = e->place.kind == DD_ENGINE_PODMAN, ok = true;
	size_t n = 0;
	const char *const first[] = { "ssh", "-T", "-o", "ConnectTimeout=30" };
	const struct {
		bool wanted;
		const char *text; /* NULL: the value alone */
		struct dd_str value;
	} parts[] = {
		{ a->user.n > 0, "-l", a->user },
		{ a->port.n > 0, "-p", a->port },
		{ true, "--", a->host },
		{ true, podman ? "podman" : "docker", DD_STR("") },
		{ a->path.n > 0, podman ? "--url" : "--host",
		  dd_arena_printf(&e->arena, "unix://%.*s", DD_FMT(a->path)) },
		{ true, "system", DD_STR("dial-stdio") },
	};
	for (size_t i = 0; i < DD_COUNT(first); i++)
		s->argv[n++] = first[i];
	for (size_t i = 0; i < DD_COUNT(parts); i++) {
		if (!parts[i].wanted)
			continue;
		s->argv[n++] = parts[i].text;
		if (parts[i].value.n == 0)
			continue;
		s->argv[n] = dd_arena_c(&e->arena, parts[i].value);
		ok = ok && s->argv[n++];
	}
	s->argv[n] = NULL;
	dd_assert(n < ARGS_MAX);
	return ok ? DD_OK : dd_fail_nomem(err);
}

enum dd_code dd_engine_ssh_open(struct dd_engine *e, struct dd_str address, struct dd_err *err)
{
	struct address a;
	if (!read_address(address, &a))
		return dd_fail(err, DD_EARG, DD_NO_OFFSET,
			       "not an address that ssh is called with: ssh://[USER@]HOST[:PORT][/PATH-OF-THE-SOCKET]");
	e->ssh = dd_alloc_zero(1, sizeof *e->ssh);
	if (!e->ssh)
		return dd_fail_nomem(err);
	if (pipe2(e->ssh->errors, O_CLOEXEC | O_NONBLOCK) < 0) {
		dd_freep(&e->ssh);
		return dd_fail_errno(err, "cannot make a pipe");
	}
	e->base = "http://127.0.0.1"; /* no name that somebody would look for */
	return make_command(e, &a, err);
}

/* ---- a connection ---- */

static int spawn(struct dd_engine_ssh *s, int end, pid_t *ret)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t none, defaults;
	(void)sigemptyset(&none);
	(void)sigemptyset(&defaults);
	(void)sigaddset(&defaults, SIGPIPE);
	(void)sigaddset(&defaults, SIGXFSZ);
	if (posix_spawn_file_actions_init(&files) != 0)
		return ENOMEM;
	if (posix_spawnattr_init(&how) != 0) {
		(void)posix_spawn_file_actions_destroy(&files);
		return ENOMEM;
	}
	int failed = posix_spawn_file_actions_adddup2(&files, end, STDIN_FILENO);
	failed = failed ? failed : posix_spawn_file_actions_adddup2(&files, end, STDOUT_FILENO);
	failed = failed ? failed : posix_spawn_file_actions_adddup2(&files, s->errors[1], STDERR_FILENO);
	failed = failed ? failed : posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	failed = failed ? failed : posix_spawnattr_setsigmask(&how, &none);
	failed = failed ? failed : posix_spawnattr_setsigdefault(&how, &defaults);
	failed = failed ? failed
			: posix_spawnp(ret, s->argv[0], &files, &how, (char *const *)(uintptr_t)s->argv, environ);
	(void)posix_spawnattr_destroy(&how);
	(void)posix_spawn_file_actions_destroy(&files);
	return failed;
}

bool dd_engine_ssh_dial(void *ctx, int fd)
{
	struct dd_engine_ssh *s = ctx;
	if (s->n == CALLS_MAX)
		return false;
	int failed = spawn(s, fd, &s->calls[s->n]);
	s->n += failed == 0;
	if (failed == ENOENT)
		(void)dd_write_full(s->errors[1], "there is no program 'ssh'\n", 26, NULL);
	return failed == 0;
}

void dd_engine_ssh_words(const struct dd_engine_ssh *s, struct dd_str *ret_last, char *out, size_t size)
{
	struct dd_str rest, line;
	ssize_t n = 0;
	size_t had = 0;
	/* The end is what matters; more than a pipe holds nobody could write. */
	while ((n = read(s->errors[0], out + had, size - had)) > 0) {
		had += (size_t)n;
		if (had == size) {
			memmove(out, out + size / 2, size - size / 2);
			had = size - size / 2;
		}
	}
	*ret_last = DD_STR("");
	rest = (struct dd_str){ out, had };
	while (dd_str_line(&rest, &line))
		if (dd_str_trim(line).n)
			*ret_last = dd_str_trim(line);
}

/* Their connections are closed: they end by themselves, or are ended. */
void dd_engine_ssh_freep(struct dd_engine_ssh **at)
{
	struct dd_engine_ssh *s = DD_TAKE(*at);
	const struct timespec step = { .tv_nsec = STEP_MS * 1000000L };
	if (!s)
		return;
	for (size_t i = 0, waited = 0; i < s->n; i++) {
		int status;
		for (; waitpid(s->calls[i], &status, WNOHANG) == 0; waited += STEP_MS) {
			if (waited >= GOODBYE_MS)
				(void)kill(s->calls[i], SIGKILL);
			(void)nanosleep(&step, NULL);
		}
	}
	(void)close(s->errors[0]);
	(void)close(s->errors[1]);
	dd_free(s);
}
