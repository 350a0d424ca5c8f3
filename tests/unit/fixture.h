/* Graphs for tests, described in a few lines of text.
 *
 *     struct graph *graph = fixture_graph(NULL,
 *         "1 init\n"
 *         "40 sh uid=1000 login=joe uts=210 cmd=\"sh|-c|echo hi\"\n"
 *         "41 sleep parent=40 uts=210 pid=300 pids=41,1 start=200\n"
 *         "42 secret all=denied\n"
 *         "ns uts 210 hostname=blue unique=77\n"
 *         "ns pid 300 parent=initial owner=denied\n");
 *
 * Lines end with a newline or ';'.  A value with blanks, ';' or escapes stands in double quotes;
 * there \n, \\, \" and \xHH mean what they do in C.
 *
 * PID COMM      a process.  What can follow, with the default:
 *   parent=PID    1; 0 for pid 1
 *   start=TICKS   100; 1 for pid 1.  Sealing takes nobody for a parent who is younger
 *   uid=N (0)  login=NAME (none)  state=S  threads=1  kernel (not a kernel thread)  exiting
 *   cmd=WORDS     the command line, '|' between arguments; none
 *   cgroup_path=P none
 *   pids=P,P,…    from outside inwards; only the pid
 *   LINK=INODE    any of the ten links of /proc/PID/ns by name ("pid_for_children"); the initial
 *                 one, and for the _for_children pair what the own link is
 *   LINK=WHY      "initial", or why it could not be read: denied gone zombie unsupported empty
 *                 never
 *   all=…         the same for all ten; what follows overrides it
 *
 * ns TYPE INODE  what is known of a namespace; it is added even if no process is in it:
 *   parent=INODE|initial|WHY|none   pid and user: the initial one; the others: none
 *   owner=INODE|initial|WHY|none    the initial one; none for the initial user namespace
 *   owner_uid=N (0)  unique=N (none)  name=TEXT  linkname=TEXT  hostname=TEXT (none)
 *   netnsid=N (none)
 *   unseen        it lives, whatever keeps it
 *   initial       the machine's initial one, though its number is not the fixed one
 *   INODE         a number or "initial"
 *
 * thread PID TID COMM [LINK=…] [start=TICKS]
 *                                 a thread of a process above, whose other links are its process's;
 *                                 100, the graph is taken at 1000
 * fd PID N TYPE INODE [TID]       what keeps a namespace: a descriptor,
 * socket PID N net INODE [TID]    a socket, in the table of that thread,
 * tun PID N net INODE [TID]       a descriptor of /dev/net/tun,
 * mount TYPE INODE PATH INODE     a bind mount; the last number is its mount namespace's.
 *                                 These processes have the default start time
 *
 * own PID                         nsscope itself is the process PID, one of those above
 *
 * All are on device FIXTURE_DEV.  A mistake in the text fails the test.
 */
#pragma once

#include "model/graph/graph.h"
#include "model/graph/history.h"

enum { FIXTURE_DEV = 4 };

/* A filled builder, for graph_freeze or history_push.  @prev: NULL or the graph before. */
struct graph_builder *fixture_builder(const struct graph *prev, const char *text);
/* The same, sealed.  The caller unrefs it. */
struct graph *fixture_graph(const struct graph *prev, const char *text);
/* The next graph of @history at @now_ms, borrowed from it. */
const struct graph *fixture_push(struct history *history, uint64_t now_ms, const char *text);

/* The living process with @pid, and the living namespace ("uts", 210); it fails the test when
 * there is none.  @ino 0 means the initial one. */
const struct process *fixture_process(const struct graph *graph, pid_t pid);
const struct ns *fixture_ns(const struct graph *graph, enum nstype type, uint64_t ino);
