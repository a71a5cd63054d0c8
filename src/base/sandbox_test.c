/* SPDX-License-Identifier: Apache-2.0 */
/* Each probe runs in a forked child behind the sandbox and says through its exit code whether it got what it must get.
 */
#include "base/sandbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "support/test.h"

/* Below a private directory, which is the working directory: read/file, cache/, outside/file. */
static bool make_tree(char *dir, int *ret_back)
{
	*ret_back = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*ret_back < 0 || !mkdtemp(dir) || chdir(dir) < 0 || mkdir("read", 0700) < 0 || mkdir("cache", 0700) < 0 ||
	    mkdir("outside", 0700) < 0 || mkdir("read/sub", 0700) < 0 || symlink("../outside/file", "read/link") < 0)
		return false;
	static const char *const files[] = { "read/file", "read/sub/file", "outside/file" };
	for (size_t i = 0; i < DD_COUNT(files); i++) {
		DD_CLEANUP(dd_closep) int fd = open(files[i], O_WRONLY | O_CREAT, 0600);
		if (fd < 0 || write(fd, "text", 4) != 4)
			return false;
	}
	return true;
}

static void remove_tree(const char *dir, int back)
{
	static const char *const files[] = { "read/file",   "read/sub/file", "read/link",  "read/sub",	 "outside/file",
					     "outside/new", "outside/dir",   "cache/fifo", "cache/link", "cache/new",
					     "cache/moved", "cache/linked",  "read",	   "cache",	 "outside" };
	for (size_t i = 0; i < DD_COUNT(files); i++)
		(void)remove(files[i]);
	CHECK(fchdir(back) == 0);
	dd_closep(&back);
	CHECK(rmdir(dir) == 0);
}

/* A probe gives 0 when the call worked, else its errno. */
static int result(long code)
{
	return code < 0 ? errno : 0;
}
static int opened(const char *path, int flags)
{
	DD_CLEANUP(dd_closep) int fd = open(path, flags | O_CLOEXEC, 0600);
	return fd < 0 ? errno : 0;
}

static int probe_read_outside(void)
{
	return opened("outside/file", O_RDONLY);
}
static int probe_read_etc(void)
{
	return opened("/etc/passwd", O_RDONLY);
}
static int probe_read_by_link(void)
{
	return opened("read/link", O_RDONLY);
}
static int probe_list_outside(void)
{
	return opened("outside", O_RDONLY | O_DIRECTORY);
}
static int probe_write_outside(void)
{
	return opened("outside/new", O_WRONLY | O_CREAT);
}
static int probe_write_read_tree(void)
{
	return opened("read/file", O_WRONLY);
}
static int probe_truncate_read_tree(void)
{
	return result(truncate("read/file", 0));
}
static int probe_remove_read_tree(void)
{
	return result(unlink("read/file"));
}
static int probe_mkdir_outside(void)
{
	return result(mkdir("outside/dir", 0700));
}
static int probe_move_out(void)
{
	if (opened("cache/new", O_WRONLY | O_CREAT))
		return 0;
	return result(rename("cache/new", "outside/new"));
}
static int probe_fifo(void)
{
	return result(mkfifo("cache/fifo", 0600));
}
static int probe_symlink(void)
{
	return result(symlink("/etc/passwd", "cache/link"));
}
static int probe_proc_mem(void)
{
	return opened("/proc/self/mem", O_RDWR);
}

static int probe_exec(void)
{
	static char name[] = "/bin/true", *const argv[] = { name, NULL };
	(void)execv("/bin/true", argv);
	return errno;
}
static int probe_fork(void)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	return result(pid);
}
static int probe_kill_parent(void)
{
	return result(kill(getppid(), 0));
}
static int probe_map_exec(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno : 0;
}
static int probe_protect_exec(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return p == MAP_FAILED ? 0 : result(mprotect(p, 4096, PROT_READ | PROT_EXEC));
}
/* <sys/socket.h> is for net/ only */
static int probe_socket_inet(void)
{
	return result(syscall(SYS_socket, 2, 1, 0));
}
static int probe_socket_unix(void)
{
	return result(syscall(SYS_socket, 1, 1, 0));
}
static int probe_ptrace(void)
{
	return result(syscall(SYS_ptrace, 0, 0, 0, 0)); /* PTRACE_TRACEME */
}
static int probe_bpf(void)
{
	return result(syscall(SYS_bpf, 0, NULL, 0));
}
static int probe_io_uring(void)
{
	return result(syscall(SYS_io_uring_setup, 1, NULL));
}
static int probe_keyctl(void)
{
	return result(syscall(SYS_keyctl, 0, -3, 0));
}
static int probe_mount(void)
{
	return result(syscall(SYS_mount, "none", "cache", "tmpfs", 0, NULL));
}
static int probe_namespace(void)
{
	return result(unshare(CLONE_NEWUSER));
}
static int probe_memfd(void)
{
	return result(syscall(SYS_memfd_create, "x", 0));
}
static int probe_personality(void)
{
	return result(syscall(SYS_personality, 0x0400000)); /* READ_IMPLIES_EXEC */
}
static int probe_ioctl(void)
{
	return result(syscall(SYS_ioctl, 0, 0x5412, "x")); /* TIOCSTI: types into the terminal */
}
static int probe_vm_read(void)
{
	return result(syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0));
}
static int probe_chmod(void)
{
	return result(chmod("cache", 0777));
}
static int probe_fchmod_setuid(void)
{
	DD_CLEANUP(dd_closep) int fd = open("read/file", O_RDONLY | O_CLOEXEC);
	return fd < 0 ? 0 : result(fchmod(fd, 04755));
}
static int probe_utimes(void)
{
	return result(utimensat(AT_FDCWD, "read/file", NULL, 0));
}
static int probe_signal_owner(void)
{
	return result(fcntl(0, F_SETOWN, getppid()));
}
static int probe_setuid(void)
{
	return result(syscall(SYS_setuid, getuid()));
}

static void *thread_reads(void *arg)
{
	*(int *)arg = opened("read/sub/file", O_RDONLY);
	if (*(int *)arg == 0 && opened("outside/file", O_RDONLY) == 0)
		*(int *)arg = ENOTRECOVERABLE; /* the thread is outside the fence */
	return NULL;
}
static int probe_thread(void)
{
	pthread_t t;
	int got = -1, bad = pthread_create(&t, NULL, thread_reads, &got);
	return bad ? bad : pthread_join(t, NULL) ? -1 : got;
}
static int probe_list(void)
{
	DIR *d = opendir("read");
	size_t n = 0;
	if (!d)
		return errno;
	while (readdir(d))
		n++;
	(void)closedir(d);
	return n == 5 ? 0 : -1;
}
static int probe_atomic_write(void)
{
	DD_CLEANUP(dd_atomic_done) struct dd_atomic_file f = { .fd = -1 };
	struct dd_err err = { 0 };
	if (dd_atomic_open(&f, "cache/new", 0600, &err) != DD_OK || dd_write_full(f.fd, "abc", 3, &err) != DD_OK ||
	    dd_atomic_commit(&f, &err) != DD_OK)
		return err.sys_errno ? err.sys_errno : -1;
	return opened("cache/new", O_RDONLY);
}
static int probe_rename_and_link(void)
{
	int bad = opened("cache/new", O_WRONLY | O_CREAT);
	bad = bad ? bad : result(rename("cache/new", "cache/moved"));
	bad = bad ? bad : result(link("cache/moved", "cache/linked"));
	return bad ? bad : result(unlink("cache/linked"));
}
static int probe_tmpfile(void)
{
	DD_CLEANUP(dd_closep) int fd = -1;
	struct dd_err err = { 0 };
	if (dd_tmpfile("cache", &fd, &err) != DD_OK)
		return err.sys_errno;
	if (ftruncate(fd, 8192) < 0 || fsync(fd) < 0 || flock(fd, LOCK_EX) < 0)
		return errno;
	if (futimens(fd, NULL) < 0 || fchmod(fd, 0644) < 0 || fcntl(fd, F_GETFL) < 0)
		return errno;
	void *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return p == MAP_FAILED ? errno : result(munmap(p, 8192));
}
static int probe_sqlite(void)
{
	sqlite3 *db = NULL;
	int bad = sqlite3_open(":memory:", &db);
	bad = bad ? bad
		  : sqlite3_exec(db, "create table t(x); insert into t values(1); select * from t", NULL, NULL, NULL);
	(void)sqlite3_close(db);
	return bad;
}
static int probe_digest(void)
{
	unsigned char out[EVP_MAX_MD_SIZE];
	EVP_MD *md = EVP_MD_fetch(NULL, "SHA2-256", NULL);
	int ok = md && EVP_Digest("x", 1, out, NULL, md, NULL);
	EVP_MD_free(md);
	return ok ? 0 : -1;
}
static int probe_system(void)
{
	struct timespec t = { 0, 1000 };
	unsigned char random[8];
	void *big = malloc(64 << 20);
	bool ok = big && memset(big, 1, 64 << 20) && nanosleep(&t, NULL) == 0 &&
		  getentropy(random, sizeof random) == 0 && sysconf(_SC_NPROCESSORS_ONLN) > 0 &&
		  prctl(PR_SET_NAME, "probe") == 0;
	free(big);
	(void)isatty(1);
	return ok ? 0 : errno ? errno : -1;
}

enum { BY_NONE, BY_LANDLOCK, BY_SECCOMP };
static const struct probe {
	const char *name;
	int (*run)(void);
	int fence; /* which half denies it; BY_NONE: must work */
} probes[] = {
	{ "read outside", probe_read_outside, BY_LANDLOCK },
	{ "read /etc/passwd", probe_read_etc, BY_LANDLOCK },
	{ "read outside by a link", probe_read_by_link, BY_LANDLOCK },
	{ "list outside", probe_list_outside, BY_LANDLOCK },
	{ "write outside", probe_write_outside, BY_LANDLOCK },
	{ "write what may be read", probe_write_read_tree, BY_LANDLOCK },
	{ "truncate what may be read", probe_truncate_read_tree, BY_LANDLOCK },
	{ "remove what may be read", probe_remove_read_tree, BY_LANDLOCK },
	{ "mkdir outside", probe_mkdir_outside, BY_LANDLOCK },
	{ "rename to outside", probe_move_out, BY_LANDLOCK },
	{ "make a fifo in the cache", probe_fifo, BY_LANDLOCK },
	{ "make a symbolic link in the cache", probe_symlink, BY_LANDLOCK },
	{ "write own memory by /proc", probe_proc_mem, BY_LANDLOCK },
	{ "run a program", probe_exec, BY_LANDLOCK },
	{ "run a program (seccomp)", probe_exec, BY_SECCOMP },
	{ "fork", probe_fork, BY_SECCOMP },
	{ "signal the parent", probe_kill_parent, BY_SECCOMP },
	{ "map executable memory", probe_map_exec, BY_SECCOMP },
	{ "make memory executable", probe_protect_exec, BY_SECCOMP },
	{ "internet socket", probe_socket_inet, BY_SECCOMP },
	{ "Unix socket", probe_socket_unix, BY_SECCOMP },
	{ "ptrace", probe_ptrace, BY_SECCOMP },
	{ "bpf", probe_bpf, BY_SECCOMP },
	{ "io_uring", probe_io_uring, BY_SECCOMP },
	{ "keyctl", probe_keyctl, BY_SECCOMP },
	{ "mount", probe_mount, BY_SECCOMP },
	{ "new user namespace", probe_namespace, BY_SECCOMP },
	{ "memfd", probe_memfd, BY_SECCOMP },
	{ "personality", probe_personality, BY_SECCOMP },
	{ "TIOCSTI", probe_ioctl, BY_SECCOMP },
	{ "read another process", probe_vm_read, BY_SECCOMP },
	{ "setuid", probe_setuid, BY_SECCOMP },
	{ "chmod", probe_chmod, BY_SECCOMP },
	{ "make a file setuid", probe_fchmod_setuid, BY_SECCOMP },
	{ "change a file's times", probe_utimes, BY_SECCOMP },
	{ "send signals by fcntl", probe_signal_owner, BY_SECCOMP },
	{ "thread that reads", probe_thread, BY_NONE },
	{ "list what may be read", probe_list, BY_NONE },
	{ "atomic file in the cache", probe_atomic_write, BY_NONE },
	{ "rename and link in the cache", probe_rename_and_link, BY_NONE },
	{ "nameless file, lock, map", probe_tmpfile, BY_NONE },
	{ "sqlite in memory", probe_sqlite, BY_NONE },
	{ "OpenSSL digest, used for the first time", probe_digest, BY_NONE },
	{ "memory, time, random, processors", probe_system, BY_NONE },
};

static const char *const read_paths[] = { "read", "missing", NULL };
static const char *const write_paths[] = { "cache", NULL };
static const struct dd_sandbox sandbox = { read_paths, write_paths };

enum { CHILD_RIGHT, CHILD_WRONG, CHILD_NO_FENCE, CHILD_NO_SANDBOX };

/* What a child says about one probe. */
static int judge(const struct probe *p)
{
	struct dd_sandbox_state state = { 0 };
	struct dd_err err = { 0 };
	if (dd_sandbox_enter(&sandbox, &state, &err) != DD_OK)
		return CHILD_NO_SANDBOX;
	if ((p->fence == BY_LANDLOCK && !state.landlock) || (p->fence == BY_SECCOMP && !state.seccomp))
		return state.why[0] ? CHILD_NO_FENCE : CHILD_WRONG;
	int got = p->run();
	if (p->fence == BY_NONE)
		return got == 0 ? CHILD_RIGHT : CHILD_WRONG;
	if (p->fence == BY_SECCOMP)
		return got == EPERM ? CHILD_RIGHT : CHILD_WRONG;
	/* fork, exec: seccomp answers first; renames out of the tree are EXDEV */
	return got == EACCES || got == EXDEV || got == EPERM ? CHILD_RIGHT : CHILD_WRONG;
}

static int in_child(int (*run)(const struct probe *p), const struct probe *p)
{
	int status = 0;
	pid_t pid = fork();
	if (pid == 0)
		_exit(run(p));
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int run_probe_outside(const struct probe *p)
{
	return p->run() == 0 ? CHILD_RIGHT : CHILD_WRONG;
}

TEST(sandbox_denies_and_allows)
{
	size_t without = 0;
	for (size_t i = 0; i < DD_COUNT(probes); i++) {
		int back = -1;
		char dir[] = "/tmp/drydock-sandbox-XXXXXX";
		CHECK(make_tree(dir, &back));
		int got = in_child(judge, &probes[i]);
		without += got == CHILD_NO_FENCE;
		if (got != CHILD_NO_FENCE)
			CHECK_INT_ROW(got, CHILD_RIGHT, probes[i].name);
		remove_tree(dir, back);
	}
	if (without)
		dd_test_skip("this kernel or build has only a part of the sandbox");
}

/* The probes must be able to succeed, or a denial proves nothing. */
TEST(sandbox_probes_work_outside_it)
{
	for (size_t i = 0; i < DD_COUNT(probes); i++) {
		int back = -1;
		char dir[] = "/tmp/drydock-sandbox-XXXXXX";
		if (probes[i].fence != BY_LANDLOCK && probes[i].fence != BY_NONE)
			continue;
		if (probes[i].run == probe_exec || probes[i].run == probe_thread)
			continue; /* replaces the child; wants to be fenced in */
		CHECK(make_tree(dir, &back));
		CHECK_INT_ROW(in_child(run_probe_outside, &probes[i]), CHILD_RIGHT, probes[i].name);
		remove_tree(dir, back);
	}
}

static int enter_and_abort(const struct probe *p)
{
	struct dd_sandbox_state state = { 0 };
	(void)p;
	if (dd_sandbox_enter(&sandbox, &state, NULL) == DD_OK)
		abort();
	return CHILD_NO_SANDBOX;
}

static int enter_without_cache(const struct probe *p)
{
	static const char *const missing[] = { "missing", NULL };
	struct dd_sandbox s = { read_paths, missing };
	struct dd_sandbox_state state = { 0 };
	struct dd_err err = { 0 };
	(void)p;
	if (dd_sandbox_enter(&s, &state, &err) == DD_OK)
		return state.landlock ? CHILD_WRONG : CHILD_NO_FENCE;
	return err.sys_errno == ENOENT ? CHILD_RIGHT : CHILD_WRONG;
}

TEST(sandbox_edges)
{
	int back = -1;
	char dir[] = "/tmp/drydock-sandbox-XXXXXX";
	CHECK(make_tree(dir, &back));
	CHECK_INT(in_child(enter_and_abort, NULL), -SIGABRT);
	int got = in_child(enter_without_cache, NULL);
	CHECK(got == CHILD_RIGHT || got == CHILD_NO_FENCE);
	remove_tree(dir, back);
}
