/* SPDX-License-Identifier: Apache-2.0 */
/* Two fences, because each sees what the other cannot: Landlock knows paths but not system calls, seccomp knows system
 * calls but not paths. What they leave to hostile bytes that took over a parser: its own memory, the image it reads,
 * the cache, and the processor.
 *
 * Landlock: every access right that the kernel's version knows is handled, so all that no rule gives is denied; rules
 * give reading below read_paths, and reading, writing, creating, renaming and removing plain files and directories
 * below write_paths. Nothing may be executed, no special file made; TCP (version 4) and abstract sockets and signals to
 * outside (version 6) are denied too. Its system calls have no wrapper in glibc; the header of an older kernel lacks
 * the newer rights, so they are spelled out here.
 * seccomp: a list of what glibc, threads, OpenSSL, sqlite, zstd and our own code call; everything else is EPERM. Not in
 * it on purpose: new programs and processes, sockets, ptrace, bpf, io_uring, keys, mounts, namespaces, memory that can
 * be executed. clone3 says ENOSYS, because a filter cannot read its flags: glibc then takes clone, whose flags it can.
 *
 * Sanitizers (address, thread, memory) map and trace in ways that the filter forbids: their builds keep Landlock, with
 * /proc readable for their reports, and leave seccomp out.
 * Sources: landlock(7), Linux Documentation/userspace-api/landlock.rst (versions 1 to 6); seccomp(2), libseccomp 2.5.
 */
#include "base/sandbox.h"

#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/str.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANDBOX_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANDBOX_SANITIZER 1
#endif
#endif
#ifndef SANDBOX_SANITIZER
#define SANDBOX_SANITIZER 0
#endif

/* --- Landlock --- */

#define FS_READ	    (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FS_REFER    (UINT64_C(1) << 13) /* version 2: rename and link between directories */
#define FS_TRUNCATE (UINT64_C(1) << 14) /* version 3 */
#define FS_WRITE                                                                                                       \
	(FS_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |    \
	 LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR | FS_REFER | FS_TRUNCATE)
/* Rights that a rule for a file, not a directory, may give. */
#define FS_FILE (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE)

struct ruleset_attr {
	uint64_t fs;	 /* version 1 */
	uint64_t net;	 /* version 4 */
	uint64_t scoped; /* version 6 */
};

/* What each version added; the rights of all rows up to the kernel's version are handled. */
static const struct version {
	long abi;
	size_t attr_bytes;
	struct ruleset_attr rights;
} versions[] = {
	{ 1, offsetof(struct ruleset_attr, net), { (UINT64_C(1) << 13) - 1, 0, 0 } },
	{ 2, offsetof(struct ruleset_attr, net), { FS_REFER, 0, 0 } },
	{ 3, offsetof(struct ruleset_attr, net), { FS_TRUNCATE, 0, 0 } },
	{ 4, offsetof(struct ruleset_attr, scoped), { 0, 3, 0 } },		   /* TCP bind and connect */
	{ 5, offsetof(struct ruleset_attr, scoped), { UINT64_C(1) << 15, 0, 0 } }, /* ioctl on devices */
	{ 6, sizeof(struct ruleset_attr), { 0, 0, 3 } },			   /* abstract Unix sockets, signals */
};

static void add_why(struct dd_sandbox_state *state, const char *what, int error)
{
	size_t n = strlen(state->why);
	(void)snprintf(state->why + n, sizeof state->why - n, "%s%s%s%s", n ? "; " : "", what, error ? ": " : "",
		       error ? strerrordesc_np(error) : "");
}

static enum dd_code allow_path(int ruleset, const char *path, uint64_t rights, bool optional, struct dd_err *err)
{
	DD_CLEANUP(dd_closep) int fd = open(path, O_PATH | O_CLOEXEC);
	struct stat st;
	if (fd < 0 && optional && (errno == ENOENT || errno == ENOTDIR))
		return DD_OK;
	if (fd < 0 || fstat(fd, &st) < 0)
		return dd_fail_errno(err, "sandbox: cannot open %s", DD_QUOTE(dd_str_from(path)));
	struct landlock_path_beneath_attr rule = { S_ISDIR(st.st_mode) ? rights : rights & FS_FILE, fd };
	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0)
		return dd_fail_errno(err, "sandbox: cannot allow %s", DD_QUOTE(dd_str_from(path)));
	return DD_OK;
}

/* A path to read that does not exist needs no rule; one to write does. */
static enum dd_code allow_paths(int ruleset, const struct dd_sandbox *s, uint64_t handled, struct dd_err *err)
{
	for (const char *const *p = s->read_paths; p && *p; p++)
		DD_TRY(allow_path(ruleset, *p, FS_READ & handled, true, err));
	for (const char *const *p = s->write_paths; p && *p; p++)
		DD_TRY(allow_path(ruleset, *p, FS_WRITE & handled, false, err));
	if (SANDBOX_SANITIZER)
		DD_TRY(allow_path(ruleset, "/proc", FS_READ & handled, true, err));
	return DD_OK;
}

static enum dd_code enter_landlock(const struct dd_sandbox *s, struct dd_sandbox_state *state, struct dd_err *err)
{
	struct ruleset_attr attr = { 0 };
	size_t attr_bytes = 0;
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	if (abi < 1) {
		add_why(state, "no Landlock", abi < 0 ? errno : 0);
		return DD_OK;
	}
	for (size_t i = 0; i < DD_COUNT(versions) && versions[i].abi <= abi; i++) {
		attr.fs |= versions[i].rights.fs;
		attr.net |= versions[i].rights.net;
		attr.scoped |= versions[i].rights.scoped;
		attr_bytes = versions[i].attr_bytes;
	}
	DD_CLEANUP(dd_closep) int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, attr_bytes, 0);
	if (ruleset < 0)
		return dd_fail_errno(err, "sandbox: cannot create a Landlock ruleset");
	DD_TRY(allow_paths(ruleset, s, attr.fs, err));
	if (syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		return dd_fail_errno(err, "sandbox: cannot enter Landlock");
	state->landlock = true;
	return DD_OK;
}

/* --- seccomp --- */

/* clang-format off */
/* Allowed with any arguments. */
static const int calls[] = {
	/* open files; fcntl, fchmod, ioctl stand below */
	SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(preadv), SCMP_SYS(preadv2), SCMP_SYS(write),
	SCMP_SYS(pwrite64), SCMP_SYS(writev), SCMP_SYS(pwritev), SCMP_SYS(pwritev2), SCMP_SYS(lseek), SCMP_SYS(close),
	SCMP_SYS(close_range), SCMP_SYS(fstat), SCMP_SYS(fstatfs), SCMP_SYS(flock), SCMP_SYS(dup), SCMP_SYS(dup2),
	SCMP_SYS(dup3), SCMP_SYS(pipe), SCMP_SYS(pipe2), SCMP_SYS(fsync), SCMP_SYS(fdatasync), SCMP_SYS(sync_file_range),
	SCMP_SYS(fadvise64), SCMP_SYS(readahead), SCMP_SYS(ftruncate), SCMP_SYS(fallocate), SCMP_SYS(copy_file_range),
	SCMP_SYS(getdents), SCMP_SYS(getdents64), SCMP_SYS(fgetxattr), SCMP_SYS(flistxattr), SCMP_SYS(poll),
	SCMP_SYS(ppoll), SCMP_SYS(select), SCMP_SYS(pselect6), SCMP_SYS(_newselect),
	/* messages with the process outside, which hands descriptors in (net/handoff.c); no socket can be made here */
	SCMP_SYS(recvmsg), SCMP_SYS(sendmsg),
	/* paths: Landlock says which. Not in the list because old versions of it do not see them: truncate, chmod,
	 * chown, utimensat of a path, setxattr, mknod, chroot. */
	SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(openat2), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat),
	SCMP_SYS(statx), SCMP_SYS(statfs), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
	SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getcwd), SCMP_SYS(getxattr), SCMP_SYS(lgetxattr),
	SCMP_SYS(listxattr), SCMP_SYS(llistxattr), SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2),
	SCMP_SYS(link), SCMP_SYS(linkat), SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(mkdir), SCMP_SYS(mkdirat),
	SCMP_SYS(rmdir), SCMP_SYS(umask),
	/* memory; mmap and mprotect stand below */
	SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(msync), SCMP_SYS(mincore),
	/* threads; clone stands below */
	SCMP_SYS(futex), SCMP_SYS(futex_waitv), SCMP_SYS(set_robust_list), SCMP_SYS(get_robust_list), SCMP_SYS(rseq),
	SCMP_SYS(set_tid_address), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_getparam),
	SCMP_SYS(sched_getscheduler), SCMP_SYS(membarrier), SCMP_SYS(getcpu), SCMP_SYS(exit), SCMP_SYS(exit_group),
	/* signals to itself; tgkill stands below */
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigpending),
	SCMP_SYS(rt_sigtimedwait), SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall), SCMP_SYS(pause),
	/* who, when, how much */
	SCMP_SYS(getpid), SCMP_SYS(getppid), SCMP_SYS(gettid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid),
	SCMP_SYS(getegid), SCMP_SYS(getresuid), SCMP_SYS(getresgid), SCMP_SYS(getgroups), SCMP_SYS(uname),
	SCMP_SYS(sysinfo), SCMP_SYS(getrlimit), SCMP_SYS(getrusage), SCMP_SYS(times), SCMP_SYS(time),
	SCMP_SYS(gettimeofday), SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(nanosleep),
	SCMP_SYS(clock_nanosleep), SCMP_SYS(getrandom),
};
/* clang-format on */

enum { THREAD_FLAGS = CLONE_THREAD | CLONE_VM | CLONE_SIGHAND };
#define NAMESPACE_FLAGS                                                                                                \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

/* Allowed when one argument, masked, has a value. (On s390 clone's flags are its second argument.) */
static const struct conditional {
	int call;
	unsigned arg;
	uint64_t mask, value;
} conditionals[] = {
	{ SCMP_SYS(mmap), 2, PROT_EXEC, 0 },
	{ SCMP_SYS(mprotect), 2, PROT_EXEC, 0 },
#ifdef __s390x__
	{ SCMP_SYS(clone), 1, THREAD_FLAGS | NAMESPACE_FLAGS, THREAD_FLAGS },
#else
	{ SCMP_SYS(clone), 0, THREAD_FLAGS | NAMESPACE_FLAGS, THREAD_FLAGS },
#endif
	{ SCMP_SYS(prlimit64), 2, UINT64_MAX, 0 }, /* reading them */
	{ SCMP_SYS(fchmod), 1, 07022, 0 },	   /* no setuid, nobody else may write */
	{ SCMP_SYS(utimensat), 1, UINT64_MAX, 0 }, /* futimens: the cache's entries say when they were used */
	{ SCMP_SYS(prctl), 0, UINT32_MAX, PR_SET_NAME },
	{ SCMP_SYS(prctl), 0, UINT32_MAX, PR_GET_NAME },
	/* not F_SETOWN and F_SETSIG, which send signals to others */
	{ SCMP_SYS(fcntl), 1, UINT32_MAX, F_DUPFD },
	{ SCMP_SYS(fcntl), 1, UINT32_MAX, F_DUPFD_CLOEXEC },
	{ SCMP_SYS(fcntl), 1, UINT32_MAX, F_GETFD },
	{ SCMP_SYS(fcntl), 1, UINT32_MAX, F_SETFD },
	{ SCMP_SYS(fcntl), 1, UINT32_MAX, F_GETFL },
	{ SCMP_SYS(fcntl), 1, UINT32_MAX, F_SETFL },
	{ SCMP_SYS(fcntl), 1, UINT32_MAX, F_GETLK },
	{ SCMP_SYS(fcntl), 1, UINT32_MAX, F_SETLK },
	{ SCMP_SYS(fcntl), 1, UINT32_MAX, F_SETLKW },
	{ SCMP_SYS(fcntl), 1, UINT32_MAX, F_OFD_GETLK },
	{ SCMP_SYS(fcntl), 1, UINT32_MAX, F_OFD_SETLK },
	{ SCMP_SYS(fcntl), 1, UINT32_MAX, F_OFD_SETLKW },
	{ SCMP_SYS(ioctl), 1, UINT32_MAX, TCGETS }, /* is it a terminal, how wide */
	{ SCMP_SYS(ioctl), 1, UINT32_MAX, TIOCGWINSZ },
};

static void release_filter(scmp_filter_ctx *f)
{
	if (*f)
		seccomp_release(*f);
}

/* 0 or a negative errno, as libseccomp has it. Calls that this machine's kernel never had are left out. */
static int fill_filter(scmp_filter_ctx f)
{
	int bad = 0;
	for (size_t i = 0; i < DD_COUNT(calls) && !bad; i++)
		if (calls[i] >= 0)
			bad = seccomp_rule_add(f, SCMP_ACT_ALLOW, calls[i], 0);
	for (size_t i = 0; i < DD_COUNT(conditionals) && !bad; i++) {
		const struct conditional *c = &conditionals[i];
		struct scmp_arg_cmp cmp = { c->arg, SCMP_CMP_MASKED_EQ, c->mask, c->value };
		if (c->call >= 0)
			bad = seccomp_rule_add_array(f, SCMP_ACT_ALLOW, c->call, 1, &cmp);
	}
	/* abort() and assertions: a signal to a thread of this process; there will be no other, fork is denied */
	struct scmp_arg_cmp self = { 0, SCMP_CMP_MASKED_EQ, UINT32_MAX, (scmp_datum_t)getpid() };
	if (!bad)
		bad = seccomp_rule_add_array(f, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, &self);
	if (!bad)
		bad = seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	return bad;
}

static enum dd_code enter_seccomp(struct dd_sandbox_state *state, struct dd_err *err)
{
	if (SANDBOX_SANITIZER) {
		add_why(state, "no seccomp: this is a sanitizer build", 0);
		return DD_OK;
	}
	if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) < 0) {
		add_why(state, "no seccomp", errno);
		return DD_OK;
	}
	DD_CLEANUP(release_filter) scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	if (!f)
		return dd_fail_nomem(err);
	/* Calls by another architecture's numbers are denied, not killed. A sorted tree of calls costs a fifth of a
	 * list's time. No speculation barrier: foreign bytes are data here, never code, and it slows all parsing. */
	int bad = seccomp_attr_set(f, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(EPERM));
	(void)seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	(void)seccomp_attr_set(f, SCMP_FLTATR_CTL_SSB, 1);
	if (!bad)
		bad = fill_filter(f);
	if (bad) {
		errno = -bad;
		return dd_fail_errno(err, "sandbox: cannot make the seccomp filter");
	}
	bad = seccomp_load(f);
	if (bad)
		add_why(state, "no seccomp", -bad);
	state->seccomp = !bad;
	return DD_OK;
}

enum dd_code dd_sandbox_enter(const struct dd_sandbox *s, struct dd_sandbox_state *ret, struct dd_err *err)
{
	struct dd_sandbox_state state = { 0 };
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return dd_fail_errno(err, "sandbox: cannot give up new privileges");
	DD_TRY(enter_landlock(s, &state, err));
	DD_TRY(enter_seccomp(&state, err));
	*ret = state;
	return DD_OK;
}
