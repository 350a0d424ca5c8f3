#include "scanner/helper/sandbox.h"

#include "model/base/util.h"
#include "scanner/proc/kernel_abi.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* --- Capabilities ---------------------------------------------------------------------------- */

enum { NO_CAPABILITY = 0 };

/* What may be raised yet; nothing is touched before sandbox_enter and after sandbox_close. */
static struct {
	bool entered;
	uint64_t left;
} sandbox_state;

void sandbox_raise(uint64_t capabilities)
{
	int error = errno;

	/* Also when none is left: a process that joins a user namespace gets all of them in it. */
	if (sandbox_state.entered && privileges_set(sandbox_state.left, capabilities) < 0)
		_exit(1); /* less is always granted; capset(2) */
	errno = error;
}

void sandbox_lower(void)
{
	sandbox_raise(NO_CAPABILITY);
}

void sandbox_keep(uint64_t capabilities)
{
	sandbox_state.left &= capabilities;
	sandbox_lower();
}

/* --- Calls ----------------------------------------------------------------------------------- */

#if defined(__x86_64__) && !defined(__ILP32__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#elif defined(__powerpc64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARCHITECTURE AUDIT_ARCH_PPC64LE
#elif defined(__s390x__)
#define ARCHITECTURE AUDIT_ARCH_S390X
#elif defined(__loongarch__) && __loongarch_grlen == 64
#define ARCHITECTURE AUDIT_ARCH_LOONGARCH64
#endif

#ifdef ARCHITECTURE

/* To answer, and what the C libraries do for memory, descriptors and the end.  They choose among some of
 * them. */
static const uint16_t answering[] = {
    SYS_read,
    SYS_write,
    SYS_close,
    SYS_fstat,
    SYS_statx,
    SYS_fcntl,
    SYS_dup,
    SYS_mmap,
    SYS_munmap,
    SYS_mremap,
    SYS_brk,
    SYS_mprotect,
    SYS_madvise,
    SYS_futex,
    SYS_getrandom,
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_sigaltstack, /* the sanitizers call it when a thread ends */
    SYS_restart_syscall,
    SYS_sched_yield,
    SYS_clock_gettime,
    SYS_gettimeofday,
    SYS_uname,
    SYS_getpid,
    SYS_gettid,
    SYS_geteuid,
    SYS_sendto,
    SYS_recvfrom,
    SYS_sendmsg,
    SYS_recvmsg,
    SYS_exit,
    SYS_exit_group,
#ifdef SYS_newfstatat
    SYS_newfstatat,
#endif
#ifdef SYS_fstatat64
    SYS_fstatat64,
#endif
};

/* Files below a descriptor. */
static const uint16_t reading[] = {
    SYS_openat,
    SYS_openat2,
    SYS_fstatfs,
    SYS_readlinkat,
    SYS_getdents64,
    SYS_lseek,
#ifdef SYS_open
    SYS_open,
    SYS_stat,
    SYS_lstat,
    SYS_readlink,
#endif
};

/* Sockets of netlink(7), and the alarm that ends an abandoned helper. */
static const uint16_t asking_the_kernel[] = {
    SYS_socket,
    SYS_connect,
    SYS_rt_sigtimedwait,
    SYS_setitimer,
#ifdef SYS_alarm
    SYS_alarm,
#endif
};

/* A capability for one call. */
static const uint16_t raising[] = {
    SYS_capget,
    SYS_capset,
};

/* To join, and to drop the privileges for that; setns(2) has a rule of its own. */
static const uint16_t joining[] = {
    SYS_ioctl,
    SYS_prctl,
    SYS_seccomp,
};

/* To come to what is not a process's. */
static const uint16_t opening[] = {
    SYS_pidfd_open,
    SYS_pidfd_getfd,
    SYS_open_by_handle_at,
    STATMOUNT_CALL,
    LISTMOUNT_CALL,
    SYS_fsopen,
    SYS_fsconfig,
    SYS_fsmount,
};

/* A process of one's own. */
static const uint16_t forking[] = {
    SYS_pipe2,
    SYS_clone,
    SYS_clone3,
    SYS_wait4,
    SYS_set_robust_list,
#ifdef SYS_rseq
    SYS_rseq,
#endif
#ifdef SYS_fork
    SYS_fork,
    SYS_vfork,
#endif
};

/* Two instructions for each call that there is, and those around them. */
enum { INSTRUCTIONS_MAX = 256 };

struct filter {
	struct sock_filter program[INSTRUCTIONS_MAX];
	size_t count;
};

static void add(struct filter *filter, struct sock_filter instruction)
{
	if (filter->count == array_len(filter->program))
		_exit(1);
	filter->program[filter->count++] = instruction;
}

static void jump_unless(struct filter *filter, uint16_t comparison, uint32_t value, uint8_t skipped)
{
	add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | comparison | BPF_K, value, 0, skipped));
}

static void load(struct filter *filter, size_t offset)
{
	add(filter, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

static void give(struct filter *filter, uint32_t what)
{
	add(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, what));
}

/* It does not exist. */
static void refuse(struct filter *filter)
{
	give(filter, SECCOMP_RET_ERRNO | (ENOSYS & SECCOMP_RET_DATA));
}

static void allow(struct filter *filter, const uint16_t *calls, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		jump_unless(filter, BPF_JEQ, calls[i], 1);
		give(filter, SECCOMP_RET_ALLOW);
	}
}

#define ALLOW(filter, calls) allow(filter, calls, array_len(calls))

/* setns(2) with a second argument of @types.  0 is refused: it would allow any type. */
static void allow_setns(struct filter *filter, uint64_t types)
{
	size_t low = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0;

	jump_unless(filter, BPF_JEQ, SYS_setns, 5);
	load(filter, offsetof(struct seccomp_data, args[1]) + low);
	jump_unless(filter, BPF_JSET, ~(uint32_t)types, 1);
	refuse(filter);
	jump_unless(filter, BPF_JGT, 0, 1);
	give(filter, SECCOMP_RET_ALLOW);
	/* One that is something else, or 0, is in no list that follows: the argument is loaded, or the
	 * call is another one. */
	load(filter, offsetof(struct seccomp_data, nr));
}

/* Each call of the architecture that this was built for is compared with the lists; those of another one
 * that the kernel takes too, and x32's with their bit, are in none.  seccomp(2), 3.17
 * @sandbox: NULL where all is joined. */
static void filter_calls(const struct sandbox *sandbox)
{
	struct filter filter = {.count = 0};
	struct sock_fprog program = {.filter = filter.program};

	load(&filter, offsetof(struct seccomp_data, arch));
	add(&filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0));
	refuse(&filter);
	load(&filter, offsetof(struct seccomp_data, nr));
	ALLOW(&filter, answering);
	if (sandbox && sandbox->joins)
		allow_setns(&filter, sandbox->joins);
	if (sandbox && sandbox->work != SANDBOX_CMDLINES)
		ALLOW(&filter, joining);
	if (sandbox)
		ALLOW(&filter, raising);
	if (sandbox && !sandbox->alone)
		ALLOW(&filter, forking);
	if (!sandbox || sandbox->work != SANDBOX_NAMES)
		ALLOW(&filter, reading);
	if (!sandbox || sandbox->work == SANDBOX_INSPECT)
		ALLOW(&filter, asking_the_kernel);
	if (sandbox && sandbox->work == SANDBOX_INSPECT)
		ALLOW(&filter, opening);
	refuse(&filter);
	program.len = (unsigned short)filter.count;
	/* A kernel without it (CONFIG_SECCOMP_FILTER) leaves the rest of the sandbox. */
	syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

#else

/* 32-bit machines have most calls twice, and no list here. */
static void filter_calls(const struct sandbox *sandbox)
{
	(void)sandbox;
}

#endif

/* --- The rest -------------------------------------------------------------------------------- */

/* Variables may hold secrets, and fork(2) has copied them. */
static void wipe_environment(void)
{
	for (char **variable = environ; variable && *variable; variable++)
		explicit_bzero(*variable, strlen(*variable));
	environ = NULL;
}

/* A file system with nothing in it that is mounted nowhere: fsmount(2), 5.2.  It needs the privilege to
 * mount, and chroot(2) its own; without them it keeps its root directory, and only the rights of its user. */
static void empty_the_root(void)
{
	autoclose int context = fsopen("tmpfs", FSOPEN_CLOEXEC);
	autoclose int tree = -1;

	if (context < 0 || fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return;
	tree = fsmount(context, FSMOUNT_CLOEXEC,
	    MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
	if (tree >= 0 && fchdir(tree) == 0 && chroot(".") < 0 && chdir("/") < 0)
		_exit(1);
}

void sandbox_enter(const struct sandbox *sandbox)
{
	if (prctl(PR_SET_DUMPABLE, 0) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		_exit(1);
	wipe_environment();
	if (sandbox->empty_root)
		empty_the_root();
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	sandbox_state.entered = true;
	sandbox_state.left = sandbox->capabilities;
	sandbox_lower();
	if (sandbox->work != SANDBOX_USERS)
		filter_calls(sandbox);
}

void sandbox_close(void)
{
	sandbox_keep(NO_CAPABILITY);
	sandbox_state.entered = false; /* the calls are gone, too */
	filter_calls(NULL);
}
