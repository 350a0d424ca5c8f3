#include "scanner/helper/responder.h"

#include "model/base/util.h"
#include "scanner/helper/sandbox.h"
#include "scanner/proc/proc_read.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

struct work {
	struct responder_side *side;
	int proc;
	struct proc_text line;
	struct cmdline_budget budget;
	struct proc_pids pids; /* all in /proc */
};

/* With hidepid others' take CAP_SYS_PTRACE to open; to read takes none.  proc(5) */
static int open_cmdline(const struct work *work, pid_t pid)
{
	char name[32];
	int fd;

	snprintf(name, sizeof(name), "%d/cmdline", (int)pid);
	fd = openat(work->proc, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		sandbox_raise(CAP_BIT(CAP_SYS_PTRACE));
		fd = openat(work->proc, name, O_RDONLY | O_CLOEXEC);
		sandbox_lower();
	}
	return fd;
}

static void read_one(struct work *work, pid_t pid)
{
	struct proc_text *line = &work->line;
	size_t kept;
	int fd;

	responder_enter(work->side, (uint32_t)pid);
	fd = open_cmdline(work, pid);
	read_cmdline(fd, line);
	close_fd(&fd);
	kept = cmdline_kept(&work->budget, line->len);
	responder_give(work->side, (uint32_t)pid, line->data, kept, line->cut || kept < line->len);
}

/* With hidepid, CAP_SYS_PTRACE is needed to list other processes. */
static void read_all(struct work *work)
{
	work->pids.count = 0;
	lseek(work->proc, 0, SEEK_SET);
	sandbox_raise(CAP_BIT(CAP_SYS_PTRACE));
	while (proc_pids_read(&work->pids, work->proc) > 0)
		;
	sandbox_lower();
	for (size_t i = 0; i < work->pids.count; i++)
		read_one(work, work->pids.items[i]);
}

static _Noreturn void serve(struct responder_side *side)
{
	struct work work = {.side = side};

	work.proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	sandbox_enter(&(struct sandbox){
	    .work = SANDBOX_CMDLINES,
	    .empty_root = true,
	    .alone = true,
	    .capabilities = CAP_BIT(CAP_SYS_PTRACE),
	});
	for (;;) {
		const struct responder_question *question = responder_next(side);

		work.budget = (struct cmdline_budget){0};
		if (question->count == 0)
			read_all(&work);
		for (uint32_t i = 0; i < question->count; i++)
			read_one(&work, (pid_t)question->keys[i]);
		responder_finish(side);
	}
}

const struct responder_work cmdline_reader = {.helper = HELPER_CMDLINES, .serve = serve};
