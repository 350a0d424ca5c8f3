/* Why BPF programs are not available here. */
#pragma once

/* The reasons. */
enum bpf_obstacle {
	BPF_NO_OBSTACLE,
	BPF_LEFT_OUT,     /* of this build */
	BPF_NO_TYPES,     /* the kernel has no BTF */
	BPF_FORBIDDEN,    /* a capability is missing */
	BPF_LOCKED,       /* kernel_lockdown(7) */
	BPF_REFUSED,      /* by the verifier, or the kernel is older than what they use */
	BPF_FOREIGN_PROC, /* /proc shows another PID namespace: that is what people see */
	BPF_HIDDEN,       /* /proc hides processes of others (hidepid), and so should we */
	BPF_FEW,          /* SCAN_AUTO: reading /proc is faster than loading the programs */
	BPF_DIFFERS,      /* they were tried, and reported wrong namespaces for this process */
	BPF_FAILED,       /* they were loaded, and a read from them has failed */
};

struct bpf_refusal {
	enum bpf_obstacle what;
	int error; /* errno, 0 for none */
};

/* Two or three words, for people, translated. */
const char *bpf_obstacle_name(enum bpf_obstacle what);
/* A sentence without its full stop, for people, translated.  The caller frees it. */
char *bpf_refusal_text(const struct bpf_refusal *why);

/* Checks, at low cost, for reasons that would prevent loading them.
 * Returns 0, or -errno with the reason. */
int bpf_why_not(struct bpf_refusal *ret_why);

/* The reason behind @error (-errno) of loading, attaching or trying one; -EPROTO: what it read was wrong. */
void bpf_why_failed(int error, struct bpf_refusal *ret_why);

/* The reason of the last scan of this program that tried to load them; BPF_NO_OBSTACLE: it succeeded. */
struct bpf_refusal bpf_why_last(void);
void bpf_why_note(const struct bpf_refusal *why);
