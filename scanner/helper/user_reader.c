#include "scanner/helper/responder.h"

#include "model/base/util.h"
#include "scanner/helper/sandbox.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>

enum { TEXT_BYTES = 1024, TEXT_BYTES_MAX = 1 << 20 };

struct work {
	char *text; /* for getpwuid_r */
	size_t capacity;
};

/* The errors of getpwuid_r(3) for "not found", besides 0: each module has its own. */
static bool is_absent(int error)
{
	return error == 0 || error == ENOENT || error == ESRCH || error == EBADF || error == EPERM;
}

/* With as much room as it wants. */
static void look_up(struct work *work, struct responder_side *side, uid_t uid)
{
	struct passwd entry, *found = NULL;
	int r;

	responder_enter(side, uid);
	array_reserve(work->text, work->capacity, TEXT_BYTES);
	while ((r = getpwuid_r(uid, &entry, work->text, work->capacity, &found)) == ERANGE &&
	       work->capacity < TEXT_BYTES_MAX)
		array_reserve(work->text, work->capacity, work->capacity * 2);
	if (r == 0 && found)
		responder_give(side, uid, found->pw_name, strlen(found->pw_name), false);
	else if (is_absent(r))
		responder_give(side, uid, NULL, 0, false);
	else
		responder_fail(side, uid);
}

static _Noreturn void serve(struct responder_side *side)
{
	struct work work = {.text = NULL};

	sandbox_enter(&(struct sandbox){.work = SANDBOX_USERS});
	for (;;) {
		const struct responder_question *question = responder_next(side);

		for (uint32_t i = 0; i < question->count; i++)
			look_up(&work, side, question->keys[i]);
		responder_finish(side);
	}
}

const struct responder_work user_reader = {.helper = HELPER_USERS, .serve = serve};
