/* SPDX-License-Identifier: Apache-2.0 */
#include "fresh/gpgv.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"

enum { KEYRINGS_MAX = 16, STATUS_FD = 3 };
#define STATUS_MAX (64 * DD_KIB)

static enum dd_code start(const char *const *argv, int out, int status, pid_t *ret, struct dd_err *err)
{
	static char path[] = "PATH=/usr/bin:/bin:/usr/local/bin", locale[] = "LC_ALL=C";
	char *const environment[] = { path, locale, NULL };
	posix_spawn_file_actions_t actions;
	if (posix_spawn_file_actions_init(&actions) != 0)
		return dd_fail_nomem(err);
	/* dup2 to the same number would leave the descriptor to be closed on exec: memory files are above 3 already. */
	int bad = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) ||
		  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO) ||
		  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) ||
		  posix_spawn_file_actions_adddup2(&actions, status, STATUS_FD);
	int failed =
		bad ? ENOMEM : posix_spawnp(ret, "gpgv", &actions, NULL, (char *const *)(uintptr_t)argv, environment);
	(void)posix_spawn_file_actions_destroy(&actions);
	if (failed == ENOENT)
		return dd_fail(err, DD_EUNSUPPORTED, DD_NO_OFFSET,
			       "signatures cannot be checked: gpgv is not installed (package gpgv)");
	errno = failed;
	return failed ? dd_fail_errno(err, "cannot run gpgv") : DD_OK;
}

/* Lines "[GNUPG:] KEYWORD …" (GnuPG doc/DETAILS). The human's text goes elsewhere, so that no text of a key can look
 * like one of them. */
struct verdict {
	size_t good, valid, bad, no_key, lapsed;
};

static struct verdict judge(struct dd_str status)
{
	struct verdict v = { 0 };
	const struct {
		const char *word;
		size_t *count;
	} words[] = {
		{ "GOODSIG", &v.good },	    { "VALIDSIG", &v.valid }, { "BADSIG", &v.bad },
		{ "NO_PUBKEY", &v.no_key }, { "EXPSIG", &v.lapsed },  { "EXPKEYSIG", &v.lapsed },
		{ "REVKEYSIG", &v.lapsed },
	};
	for (struct dd_str line; dd_str_line(&status, &line);) {
		if (!dd_str_starts(line, DD_STR("[GNUPG:] ")))
			continue;
		struct dd_str word = dd_str_skip(line, sizeof "[GNUPG:] " - 1);
		word = dd_str_take(word, dd_str_find(word, ' '));
		for (size_t i = 0; i < DD_COUNT(words); i++)
			*words[i].count += dd_str_eq_c(word, words[i].word);
	}
	return v;
}

static enum dd_code run(const char *const *argv, int out, int status, struct verdict *ret, struct dd_err *err)
{
	struct dd_map_file said DD_CLEANUP(dd_map_file_done) = { 0 };
	pid_t pid;
	int how;
	DD_TRY(start(argv, out, status, &pid, err));
	while (waitpid(pid, &how, 0) < 0)
		if (errno != EINTR)
			return dd_fail_errno(err, "cannot wait for gpgv");
	DD_TRY(dd_map_file_fd(&said, status, STATUS_MAX, "what gpgv says", err));
	*ret = judge(said.bytes);
	if (!WIFEXITED(how))
		*ret = (struct verdict){ .bad = 1 };
	return DD_OK;
}

static bool is_good(const struct verdict *v)
{
	return v->good > 0 && v->valid > 0 && v->bad == 0;
}

/* Above the numbers that the child gets. */
static int memory_file(void)
{
	int fd = memfd_create("drydock-signed", MFD_CLOEXEC);
	int high = fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, STATUS_FD + 1) : -1;
	dd_closep(&fd);
	return high;
}

enum { ARGUMENTS_MAX = 2 * KEYRINGS_MAX + 10 };

static size_t arguments(const char *argv[ARGUMENTS_MAX], const char *const *keyrings, const char *home)
{
	size_t n = 0;
	argv[n++] = "gpgv";
	argv[n++] = "--homedir";
	argv[n++] = home;
	argv[n++] = "--status-fd";
	argv[n++] = "3";
	for (size_t i = 0; keyrings[i] && i < KEYRINGS_MAX; i++) {
		argv[n++] = "--keyring";
		argv[n++] = keyrings[i];
	}
	return n;
}

enum dd_code dd_fresh_gpgv(const char *const *keyrings, const char *home, const char *path, int *ret_fd,
			   struct dd_err *err)
{
	const char *argv[ARGUMENTS_MAX] = { NULL };
	size_t n = arguments(argv, keyrings, home);
	struct verdict v;
	argv[n++] = "--output";
	argv[n++] = "-";
	argv[n++] = path;
	DD_CLEANUP(dd_closep) int out = memory_file(), status = memory_file();
	if (out < 0 || status < 0)
		return dd_fail_errno(err, "cannot make a memory file");
	DD_TRY(run(argv, out, status, &v, err));
	if (!is_good(&v))
		return dd_fail(err, DD_EDIGEST, DD_NO_OFFSET, "not signed by a key of the distribution's keyring");
	*ret_fd = out;
	out = -1;
	return DD_OK;
}

enum dd_code dd_fresh_gpgv_detached(const char *const *keyrings, const char *home, const char *signature,
				    const char *path, bool *ret_known, struct dd_err *err)
{
	const char *argv[ARGUMENTS_MAX] = { NULL };
	size_t n = arguments(argv, keyrings, home);
	struct verdict v;
	argv[n++] = signature;
	argv[n++] = path;
	DD_CLEANUP(dd_closep) int out = memory_file(), status = memory_file();
	if (out < 0 || status < 0)
		return dd_fail_errno(err, "cannot make a memory file");
	DD_TRY(run(argv, out, status, &v, err));
	*ret_known = is_good(&v);
	if (!*ret_known && (v.bad || v.lapsed || !v.no_key))
		return dd_fail(err, DD_EDIGEST, DD_NO_OFFSET, "its signature is bad");
	return DD_OK;
}
