#include "scanner/sandbox.h"

#include "model/util.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
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

#define CAP_BIT(capability) (UINT64_C(1) << (capability))

enum { NO_CAPABILITY = 0 };

/* setns(2) and fsmount(2); links of /proc/PID and pidfd_getfd(2); setns(2) to a mount namespace; the way to
 * a mount point; and SIOCGSKNS. */
static const uint64_t of_the_work = CAP_BIT(CAP_SYS_ADMIN) | CAP_BIT(CAP_SYS_PTRACE) |
                                    CAP_BIT(CAP_SYS_CHROOT) | CAP_BIT(CAP_DAC_READ_SEARCH) |
                                    CAP_BIT(CAP_NET_ADMIN);

static void keep_capabilities(uint64_t kept)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {{0}};

	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (syscall(SYS_capget, &head, data) < 0)
		_exit(1);
	for (size_t i = 0; i < array_len(data); i++) {
		data[i].permitted &= (uint32_t)(kept >> (i * 32));
		data[i].effective &= data[i].permitted;
		data[i].inheritable = 0;
	}
	if (syscall(SYS_capset, &head, data) < 0)
		_exit(1); /* less is always granted; capset(2) */
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

/* To read and to answer: files below descriptors, memory, sockets, the end.  The C libraries choose among
 * some of them. */
static const uint16_t reading[] = {
    SYS_read,
    SYS_write,
    SYS_close,
    SYS_openat,
    SYS_openat2,
    SYS_fstat,
    SYS_statx,
    SYS_fstatfs,
    SYS_readlinkat,
    SYS_getdents64,
    SYS_lseek,
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
    SYS_rt_sigtimedwait,
    SYS_restart_syscall,
    SYS_sched_yield,
    SYS_setitimer,
    SYS_clock_gettime,
    SYS_gettimeofday,
    SYS_uname,
    SYS_getpid,
    SYS_gettid,
    SYS_geteuid,
    SYS_socket,
    SYS_connect,
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
#ifdef SYS_open
    SYS_open,
    SYS_stat,
    SYS_lstat,
    SYS_readlink,
    SYS_alarm,
#endif
};

/* To join as well, in a process of one's own where one has to. */
static const uint16_t joining[] = {
    SYS_setns,
    SYS_ioctl,
    SYS_pidfd_open,
    SYS_pidfd_getfd,
    SYS_open_by_handle_at,
    SYS_capget,
    SYS_capset,
    SYS_prctl,
    SYS_seccomp,
    SYS_fsopen,
    SYS_fsconfig,
    SYS_fsmount,
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

static void add(struct sock_filter *program, size_t *count, struct sock_filter instruction)
{
	program[(*count)++] = instruction;
}

static void allow(struct sock_filter *program, size_t *count, const uint16_t *calls, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		add(program, count,
		    (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i], 0, 1));
		add(program, count,
		    (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
	}
}

/* Each call of the architecture that this was built for is compared with the list; those of another one
 * that the kernel takes too, and x32's with their bit, are in none.  seccomp(2), 3.17 */
static void filter_calls(bool may_join)
{
	struct sock_filter program[2 * (array_len(reading) + array_len(joining)) + 8];
	const struct sock_filter none =
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (ENOSYS & SECCOMP_RET_DATA));
	struct sock_fprog filter = {.filter = program};
	size_t count = 0;

	add(program, &count,
	    (struct sock_filter)BPF_STMT(
	        BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)));
	add(program, &count,
	    (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0));
	add(program, &count, none);
	add(program, &count,
	    (struct sock_filter)BPF_STMT(
	        BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)));
	allow(program, &count, reading, array_len(reading));
	if (may_join)
		allow(program, &count, joining, array_len(joining));
	add(program, &count, none);
	filter.len = (unsigned short)count;
	/* A kernel without it (CONFIG_SECCOMP_FILTER) leaves the rest of the sandbox. */
	syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter);
}

#else

/* 32-bit machines have most calls twice, and no list here. */
static void filter_calls(bool may_join)
{
	(void)may_join;
}

#endif

/* --- The rest -------------------------------------------------------------------------------- */

/* What the variables say may be a secret; they stand in memory that was copied. */
static void wipe_environment(void)
{
	for (char **variable = environ; variable && *variable; variable++)
		explicit_bzero(*variable, strlen(*variable));
	environ = NULL;
}

/* A file system with nothing in it that is mounted nowhere: fsmount(2), 5.2.  It needs the privilege to
 * mount, as chroot(2) does its own; who has none is not let into files by being root either. */
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

void sandbox_enter(bool empty_root)
{
	if (prctl(PR_SET_DUMPABLE, 0) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		_exit(1);
	wipe_environment();
	if (empty_root)
		empty_the_root();
	keep_capabilities(of_the_work);
	filter_calls(true);
}

void sandbox_close(void)
{
	keep_capabilities(NO_CAPABILITY);
	filter_calls(false);
}
