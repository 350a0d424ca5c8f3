#include "model/graph/nstype.h"

#include "model/base/i18n.h"

#include <linux/sched.h>
#include <string.h>

/* Since 4.6 and 5.6; kept for headers that are older. */
#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000
#endif
#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

/* The numbers of the initial instances: include/uapi/linux/nsfs.h has them all since 6.18, and
 * kernels before used the same from include/linux/proc_ns.h, except for net and mnt, which were
 * numbered at run time.  So they are a hint, never an identity. */
const struct ns_type_info ns_types[NS_TYPE_COUNT] = {
    [NS_CGROUP] =
        {
            .name = "cgroup",
            .letter = 'c',
            .flag_name = "CLONE_NEWCGROUP",
            .flag = CLONE_NEWCGROUP,
            .initial_ino = 0xEFFFFFFB,
            .since = "4.6",
            .isolates =
                N_("Where the cgroup tree seems to begin: /proc/PID/cgroup shows paths from "
                   "here on. A view, not a limit: limits come from the cgroups themselves."),
            .start = N_("A new one is rooted at the cgroup in which its creator was."),
            .man = "cgroup_namespaces(7)",
        },
    [NS_IPC] =
        {
            .name = "ipc",
            .letter = 'i',
            .flag_name = "CLONE_NEWIPC",
            .flag = CLONE_NEWIPC,
            .initial_ino = 0xEFFFFFFF,
            .since = "2.6.19",
            .isolates = N_("System V shared memory, semaphores and message queues, POSIX message "
                           "queues, and their sysctls: the look-up by name, not pipes, sockets or "
                           "what was inherited."),
            .start = N_("A new one is empty, and its sysctls have their defaults."),
            .man = "ipc_namespaces(7)",
        },
    [NS_MNT] =
        {
            .name = "mnt",
            .letter = 'm',
            .flag_name = "CLONE_NEWNS",
            .flag = CLONE_NEWNS,
            .initial_ino = 0xEFFFFFF8,
            .since = "2.4.19",
            .isolates = N_("The list of mounts. What is mounted in one still reaches another where "
                           "propagation is shared."),
            .start = N_("A new one begins with a copy of its creator's mounts, propagation "
                        "included. Linux 7.2 "
                        "can also begin it empty (UNSHARE_EMPTY_MNTNS), or with one tree of mounts "
                        "(open_tree(2), fsmount(2))."),
            .man = "mount_namespaces(7)",
        },
    [NS_NET] =
        {
            .name = "net",
            .letter = 'n',
            .flag_name = "CLONE_NEWNET",
            .flag = CLONE_NEWNET,
            .initial_ino = 0xEFFFFFF9,
            .since = "2.6.24",
            /* The flag is of 2.6.24; the network stack was divided completely by about 2.6.29. */
            .isolates =
                N_("The network stack: devices, addresses, routes, firewall, ports, abstract "
                   "unix sockets, network sysctls. Complete since about 2.6.29."),
            .start = N_("A new one has only a loopback device, and that is down."),
            .man = "network_namespaces(7)",
        },
    [NS_PID] =
        {
            .name = "pid",
            .letter = 'p',
            .flag_name = "CLONE_NEWPID",
            .flag = CLONE_NEWPID,
            .initial_ino = 0xEFFFFFFC,
            .since = "2.6.24",
            .isolates =
                N_("Process numbers. They nest: a process has a number in its own namespace "
                   "and in each one above, and is seen from there."),
            .start = N_("A new one is empty. The first child created in it is its PID 1; when that "
                        "one exits, the kernel kills all others in it."),
            .man = "pid_namespaces(7)",
        },
    [NS_TIME] =
        {
            .name = "time",
            .letter = 't',
            .flag_name = "CLONE_NEWTIME",
            .flag = CLONE_NEWTIME,
            .initial_ino = 0xEFFFFFFA,
            .since = "5.6",
            .isolates =
                N_("Fixed offsets of the monotonic and the boot-time clock. The time of day "
                   "is the same everywhere, and time runs at the same rate."),
            .start = N_("A new one begins with its creator's offsets, which can be set until the "
                        "first process enters it."),
            .man = "time_namespaces(7)",
        },
    [NS_USER] =
        {
            .name = "user",
            .letter = 'u',
            .flag_name = "CLONE_NEWUSER",
            .flag = CLONE_NEWUSER,
            .initial_ino = 0xEFFFFFFD,
            .since = "3.8",
            .isolates = N_("User and group numbers, and capabilities: they hold for what this "
                           "namespace owns. They nest, and own the namespaces of all other types."),
            .start = N_("A new one maps no user and no group; until a map is written, every user "
                        "is the overflow user."),
            .man = "user_namespaces(7)",
        },
    [NS_UTS] =
        {
            .name = "uts",
            .letter = 'U',
            .flag_name = "CLONE_NEWUTS",
            .flag = CLONE_NEWUTS,
            .initial_ino = 0xEFFFFFFE,
            .since = "2.6.19",
            .isolates = N_("The host name and the NIS domain name."),
            .start =
                N_("A new one begins with a copy of its creator's names; after that there is no "
                   "link between the two."),
            .man = "uts_namespaces(7)",
        },
};

const char *const ns_link_names[NS_LINK_COUNT] = {
    [NS_CGROUP] = "cgroup",
    [NS_IPC] = "ipc",
    [NS_MNT] = "mnt",
    [NS_NET] = "net",
    [NS_PID] = "pid",
    [NS_TIME] = "time",
    [NS_USER] = "user",
    [NS_UTS] = "uts",
    [LINK_PID_FOR_CHILDREN] = "pid_for_children",
    [LINK_TIME_FOR_CHILDREN] = "time_for_children",
};

enum nstype ns_link_type(enum ns_link link)
{
	switch ((int)link) {
	case LINK_PID_FOR_CHILDREN:
		return NS_PID;
	case LINK_TIME_FOR_CHILDREN:
		return NS_TIME;
	default:
		return (enum nstype)link;
	}
}

bool ns_type_from_name(const char *name, enum nstype *ret)
{
	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		if (!strcmp(ns_types[type].name, name)) {
			*ret = (enum nstype)type;
			return true;
		}
	}
	return false;
}
