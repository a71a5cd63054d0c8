/* SPDX-License-Identifier: Apache-2.0 */
/* get: the server's name in, {"ServerURL","Username","Secret"} out. store: that object in. erase: the name in. Exit
 * code other than 0: the reason is on standard output; "credentials not found in native keychain" is no failure. */
#include "net/registry/credential_helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "net/registry/credentials.h"

enum { NAME_MAX_BYTES = 64, STEP_MS = 20 };

struct helper {
	char program[sizeof "docker-credential-" + NAME_MAX_BYTES];
	pid_t pid;
	int out; /* what it prints */
	int64_t deadline_ms;
	const atomic_bool *stop;
};

bool dd_credential_helper_is_name(struct dd_str name)
{
	if (name.n == 0 || name.n > NAME_MAX_BYTES || !(dd_is_alpha(name.p[0]) || dd_is_digit(name.p[0])))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!dd_is_alpha(name.p[i]) && !dd_is_digit(name.p[i]) && !(name.p[i] && strchr("._-", name.p[i])))
			return false;
	return true;
}

static int64_t now_ms(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The input lies in the pipe before the program runs: it is short, and a program that does not read it must not end
 * us by SIGPIPE. */
static enum dd_code fill_input(struct dd_str input, int *ret_fd, struct dd_err *err)
{
	int pipes[2];
	if (pipe2(pipes, O_CLOEXEC | O_NONBLOCK) < 0)
		return dd_fail_errno(err, "cannot make a pipe");
	ssize_t written = input.n ? write(pipes[1], input.p, input.n) : 0;
	(void)close(pipes[1]);
	/* The program reads as it is used to: blocking. */
	if (written != (ssize_t)input.n || fcntl(pipes[0], F_SETFL, 0) < 0) {
		(void)close(pipes[0]);
		return dd_fail(err, DD_EIO, DD_NO_OFFSET, "credentials that are too long");
	}
	*ret_fd = pipes[0];
	return DD_OK;
}

static int spawn(struct helper *h, const char *verb, int in, int out)
{
	char *argv[] = { h->program, (char *)(uintptr_t)verb, NULL };
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
	int failed = posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
	failed = failed ? failed : posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	/* What it says there may be secret, and is not for our reports. */
	failed = failed ? failed : posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	failed = failed ? failed : posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	failed = failed ? failed : posix_spawnattr_setsigmask(&how, &none);
	failed = failed ? failed : posix_spawnattr_setsigdefault(&how, &defaults);
	failed = failed ? failed : posix_spawnp(&h->pid, h->program, &files, &how, argv, environ);
	(void)posix_spawnattr_destroy(&how);
	(void)posix_spawn_file_actions_destroy(&files);
	return failed;
}

static enum dd_code start(struct helper *h, const char *verb, struct dd_str input, struct dd_err *err)
{
	DD_CLEANUP(dd_closep) int in = -1;
	int pipes[2];
	DD_TRY(fill_input(input, &in, err));
	if (pipe2(pipes, O_CLOEXEC) < 0)
		return dd_fail_errno(err, "cannot make a pipe");
	int failed = spawn(h, verb, in, pipes[1]);
	(void)close(pipes[1]);
	if (failed == 0) {
		h->out = pipes[0];
		return DD_OK;
	}
	(void)close(pipes[0]);
	if (failed == ENOENT)
		return dd_fail(err, DD_EIO, DD_NO_OFFSET, "the credential helper %s is not installed", h->program);
	errno = failed;
	return dd_fail_errno(err, "the credential helper %s cannot be started", h->program);
}

static enum dd_code check_time(const struct helper *h, struct dd_err *err)
{
	if (h->stop && atomic_load_explicit(h->stop, memory_order_relaxed))
		return dd_fail(err, DD_EIO, DD_NO_OFFSET, "interrupted");
	if (now_ms() > h->deadline_ms)
		return dd_fail(err, DD_EIO, DD_NO_OFFSET, "the credential helper %s gave no answer within %d s",
			       h->program, DD_CREDENTIAL_HELPER_SECONDS);
	return DD_OK;
}

static enum dd_code read_output(const struct helper *h, struct dd_buf *out, struct dd_err *err)
{
	for (;;) {
		struct pollfd ready = { .fd = h->out, .events = POLLIN };
		DD_TRY(check_time(h, err));
		if (poll(&ready, 1, STEP_MS) <= 0)
			continue;
		if (dd_buf_reserve(out, 4096) != DD_OK)
			return dd_fail(err, DD_EIO, DD_NO_OFFSET, "the credential helper %s says too much", h->program);
		ssize_t n = read(h->out, out->p + out->n, 4096);
		if (n < 0 && errno != EINTR)
			return dd_fail_errno(err, "the credential helper %s", h->program);
		if (n == 0)
			return DD_OK;
		out->n += n > 0 ? (size_t)n : 0;
	}
}

static enum dd_code await(struct helper *h, int *ret_status, struct dd_err *err)
{
	const struct timespec step = { .tv_nsec = STEP_MS * 1000000L };
	for (;;) {
		pid_t ended = waitpid(h->pid, ret_status, WNOHANG);
		if (ended == h->pid) {
			h->pid = 0;
			return DD_OK;
		}
		if (ended < 0 && errno != EINTR) {
			h->pid = 0;
			return dd_fail_errno(err, "the credential helper %s", h->program);
		}
		DD_TRY(check_time(h, err));
		(void)nanosleep(&step, NULL);
	}
}

static void finish(struct helper *h)
{
	int status;
	dd_closep(&h->out);
	if (h->pid > 0) {
		(void)kill(h->pid, SIGKILL);
		while (waitpid(h->pid, &status, 0) < 0 && errno == EINTR)
			continue;
	}
}

static enum dd_code judge(const struct helper *h, int status, struct dd_str said, struct dd_err *err)
{
	struct dd_str line;
	said = dd_str_trim(said);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return DD_OK;
	if (dd_str_search(said, DD_STR("credentials not found")) < said.n)
		return dd_fail(err, DD_ENOTFOUND, DD_NO_OFFSET, "%s has no credentials", h->program);
	/* An error is a line of words; what looks like an answer is not shown, it may hold the secret. */
	bool words = dd_str_line(&said, &line) && line.n && dd_str_find(line, '{') == line.n;
	return dd_fail(err, DD_EIO, DD_NO_OFFSET, "the credential helper %s failed%s%s", h->program, words ? ": " : "",
		       words ? DD_QUOTE(line) : "");
}

enum dd_code dd_credential_helper_run(struct dd_str name, const char *verb, struct dd_str input,
				      const atomic_bool *stop, struct dd_buf *out, struct dd_err *err)
{
	struct helper h DD_CLEANUP(finish) = { .out = -1, .stop = stop };
	int status = 0;
	if (!dd_credential_helper_is_name(name))
		return dd_fail(err, DD_EIO, DD_NO_OFFSET, "%s is no name of a credential helper", DD_QUOTE(name));
	(void)snprintf(h.program, sizeof h.program, "docker-credential-%.*s", DD_FMT(name));
	h.deadline_ms = now_ms() + DD_CREDENTIAL_HELPER_SECONDS * 1000;
	DD_TRY(start(&h, verb, input, err));
	DD_TRY(read_output(&h, out, err));
	DD_TRY(await(&h, &status, err));
	return judge(&h, status, dd_buf_str(out), err);
}
