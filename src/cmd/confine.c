/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/confine.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static enum dd_exit child(const struct dd_confined *c, pid_t parent, const int *outputs)
{
	struct dd_sandbox_state state;
	struct dd_err err;
	/* The child has nobody to report to once the parent is gone. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		return DD_EXIT_CANNOT_RUN; /* it went before that was said */
	if (c->prepare && c->prepare(c->ctx, &err) != DD_OK) {
		dd_cmd_error(&err);
		return dd_cmd_exit(&err);
	}
	if (dd_sandbox_enter(c->sandbox, &state, &err) != DD_OK) {
		dd_cmd_error(&err);
		return DD_EXIT_CANNOT_RUN;
	}
	if (c->verbose && (!state.landlock || !state.seccomp))
		dd_cmd_warn("the sandbox is incomplete: %s", state.why);
	return c->run(c->ctx, outputs);
}

static enum dd_code wait_for(pid_t pid, enum dd_exit *ret, struct dd_err *err)
{
	int status;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return dd_fail_errno(err, "cannot wait for the scanning process");
	if (WIFSIGNALED(status))
		return dd_fail(err, DD_EIO, DD_NO_OFFSET,
			       "the scanning process was ended by signal %d (%s); nothing was written",
			       WTERMSIG(status), strsignal(WTERMSIG(status)));
	*ret = (enum dd_exit)WEXITSTATUS(status);
	return DD_OK;
}

static enum dd_code open_outputs(size_t n, int *outputs, struct dd_err *err)
{
	for (size_t i = 0; i < n; i++) {
		outputs[i] = memfd_create("drydock-output", MFD_CLOEXEC);
		if (outputs[i] < 0)
			return dd_fail_errno(err, "cannot make a memory file");
	}
	return DD_OK;
}

enum dd_code dd_confine(const struct dd_confined *c, int *ret_outputs, enum dd_exit *ret, struct dd_err *err)
{
	int outputs[DD_CONFINE_OUTPUTS_MAX];
	dd_assert(c->n_outputs <= DD_CONFINE_OUTPUTS_MAX);
	for (size_t i = 0; i < DD_CONFINE_OUTPUTS_MAX; i++)
		outputs[i] = -1;
	enum dd_code code = open_outputs(c->n_outputs, outputs, err);
	(void)fflush(NULL); /* what is buffered must not be written twice */
	pid_t parent = getpid();
	pid_t pid = code == DD_OK ? fork() : -1;
	if (code == DD_OK && pid < 0)
		code = dd_fail_errno(err, "cannot start the scanning process");
	if (pid == 0) {
		enum dd_exit result = child(c, parent, outputs);
		(void)fflush(NULL);
		_exit((int)result);
	}
	if (c->child && pid > 0)
		atomic_store(c->child, pid);
	if (code == DD_OK && c->serve)
		c->serve(c->ctx);
	if (code == DD_OK)
		code = wait_for(pid, ret, err);
	if (c->child)
		atomic_store(c->child, 0);
	for (size_t i = 0; i < c->n_outputs; i++) {
		if (code == DD_OK)
			ret_outputs[i] = outputs[i];
		else
			dd_closep(&outputs[i]);
	}
	return code;
}
