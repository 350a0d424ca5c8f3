#include "scanner/bpf/bpf_why.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/proc/privileges.h"
#include "scanner/proc/proc_file.h"
#include "scanner/proc/want.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

/* Newer than some headers. */
#ifndef CAP_PERFMON
#define CAP_PERFMON 38 /* 5.8 */
#endif
#ifndef CAP_BPF
#define CAP_BPF 39 /* 5.8 */
#endif

/* By enum bpf_obstacle. */
static const char *const names[] = {
    [BPF_NO_OBSTACLE] = N_("none"),
    [BPF_LEFT_OUT] = N_("not built in"),
    [BPF_NO_TYPES] = N_("no BTF"),
    [BPF_FORBIDDEN] = N_("not permitted"),
    [BPF_LOCKED] = N_("locked down"),
    [BPF_REFUSED] = N_("refused"),
    [BPF_FOREIGN_PROC] = N_("another /proc"),
    [BPF_HIDDEN] = N_("hidepid"),
    [BPF_FEW] = N_("few processes"),
    [BPF_DIFFERS] = N_("not understood"),
    [BPF_FAILED] = N_("failed"),
};

static const char *const texts[] = {
    [BPF_NO_OBSTACLE] = N_("nothing forbids it"),
    [BPF_LEFT_OUT] = N_("this nsscope was built without it"),
    [BPF_NO_TYPES] = N_("the kernel does not provide its types (no /sys/kernel/btf/vmlinux)"),
    [BPF_FORBIDDEN] =
        N_("not permitted: it takes CAP_BPF and CAP_PERFMON in the initial user namespace"),
    [BPF_LOCKED] = N_("the kernel is locked down, see kernel_lockdown(7)"),
    [BPF_REFUSED] = N_("the kernel refuses its programs, which need Linux 5.17 or newer"),
    [BPF_FOREIGN_PROC] = N_("/proc is that of another PID namespace"),
    [BPF_HIDDEN] = N_("/proc hides other users' processes"),
    [BPF_FEW] = N_("few processes: reading /proc is faster"),
    [BPF_DIFFERS] =
        N_("its programs and /proc disagree about nsscope's own namespaces on this kernel"),
    [BPF_FAILED] = N_("its programs were loaded, but reading from them failed"),
};

const char *bpf_obstacle_name(enum bpf_obstacle what)
{
	return _(names[what]);
}

char *bpf_refusal_text(const struct bpf_refusal *why)
{
	if (error_is_want(-why->error))
		return xstrdup(strerror(why->error));
	if (why->what == BPF_REFUSED || why->what == BPF_FAILED)
		return xasprintf(_("%s (%s)"), _(texts[why->what]), strerror(why->error));
	return xstrdup(_(texts[why->what]));
}

static int refuse(enum bpf_obstacle what, int error, struct bpf_refusal *ret_why)
{
	*ret_why = (struct bpf_refusal){.what = what, .error = error};
	return -error;
}

static bool is_locked(void)
{
	char first[128];
	autotext struct proc_text text = PROC_TEXT(first);

	return proc_text_read(&text, AT_FDCWD, "/sys/kernel/security/lockdown", PROC_TEXT_MAX) ==
	           0 &&
	       strstr(text.data, "[confidentiality]");
}

/* They count in the initial user namespace only; bpf(2), capabilities(7). */
static bool has_capabilities(void)
{
	const uint64_t both = CAP_BIT(CAP_BPF) | CAP_BIT(CAP_PERFMON), own = privileges_effective();

	return ((own & CAP_BIT(CAP_SYS_ADMIN)) || (own & both) == both) &&
	       ids_are_global("/proc/self/uid_map");
}

int bpf_why_not(struct bpf_refusal *ret_why)
{
	if (!has_capabilities())
		return refuse(BPF_FORBIDDEN, EPERM, ret_why);
	if (is_locked())
		return refuse(BPF_LOCKED, EPERM, ret_why);
	if (access("/sys/kernel/btf/vmlinux", R_OK) < 0)
		return refuse(BPF_NO_TYPES, errno, ret_why);
	if (!proc_is_own())
		return refuse(BPF_FOREIGN_PROC, EXDEV, ret_why);
	/* With hidepid another user's is not to be read. */
	if (access("/proc/1/stat", R_OK) < 0)
		return refuse(BPF_HIDDEN, EACCES, ret_why);
	*ret_why = (struct bpf_refusal){.what = BPF_NO_OBSTACLE};
	return 0;
}

void bpf_why_failed(int error, struct bpf_refusal *ret_why)
{
	enum bpf_obstacle what = error == -EPERM ? BPF_FORBIDDEN : BPF_REFUSED;

	refuse(error == -EPROTO ? BPF_DIFFERS : what, -error, ret_why);
}

/* --- The last time ------------------------------------------------------------------------------- */

static struct bpf_refusal last;

struct bpf_refusal bpf_why_last(void)
{
	return last;
}

void bpf_why_note(const struct bpf_refusal *why)
{
	last = *why;
}
