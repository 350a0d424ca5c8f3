#include "tests/kernel/filter.h"
#include "model/base/util.h"
#include "scanner/proc/kernel_abi.h"
#include "tests/kernel/troupe.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* Ends the process where that can't be had: nothing would be tested. */
static void install(struct sock_filter *code, size_t count)
{
	const struct sock_fprog program = {(unsigned short)count, code};

	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

void filter_call(unsigned number, unsigned error)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	install(code, array_len(code));
}

void filter_bpf_iterators(unsigned error)
{
	unsigned command = (unsigned)offsetof(struct seccomp_data, args[0]) +
	                   (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0);
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bpf, 0, 3),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, command),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, BPF_ITER_CREATE, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	install(code, array_len(code));
}

void filter_namespace_ids(void)
{
	/* The request is the second argument; the lower half of it stands first on a little-endian
	 * machine. */
	unsigned request = (unsigned)offsetof(struct seccomp_data, args[1]) +
	                   (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0);
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 4),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, request),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)NSFS_GET_ID, 1, 0),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)NSFS_GET_MNT_ID, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOTTY),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	filter_call(SYS_open_by_handle_at, ESTALE);
	install(code, array_len(code));
}
