#include "lessons/stage.h"
#include "lessons/seat.h"
#include "model/util.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

bool stage_in_userns(const struct stage *stage)
{
	return stage->in_userns;
}

/* Can @seat be called? */
static bool is_present(const struct seat *seat)
{
	return seat->pid > 0 && seat->socket >= 0 && !seat->leaving;
}

const struct cast_member *stage_cast(const struct stage *stage, size_t *ret_count)
{
	/* The array is a cache, which the reader needs not know of. */
	struct stage *cache = (struct stage *)stage;
	size_t count = 0;

	array_reserve(cache->cast, cache->cast_room, stage->count + 1);
	for (size_t i = 0; i < stage->count; i++) {
		const struct seat *seat = stage->seats[i];

		if (is_present(seat))
			cache->cast[count++] =
			    (struct cast_member){.pid = seat->pid, .name = seat->name};
	}
	*ret_count = count;
	return stage->cast;
}

pid_t stage_pid(const struct stage *stage, const char *actor)
{
	const struct seat *seat = seat_find(stage, actor);

	return seat && is_present(seat) ? seat->pid : 0;
}

/* The new actor's seat and socket, for a call that makes one. */
static int prepare_birth(struct stage *stage, const struct call *call,
    const struct call_value *arguments, struct seat **ret_seat, int *ret_actor_end)
{
	for (size_t i = 0; call->signature[i]; i++) {
		if (call->signature[i] != ARGUMENT_NEW_ACTOR)
			continue;
		if (seat_find(stage, arguments[i].text))
			return -EEXIST;
		return seat_new(stage, arguments[i].text, ret_seat, ret_actor_end);
	}
	return 0;
}

static unsigned call_index(const struct call *call)
{
	return (unsigned)(call - calls);
}

int stage_call(struct stage *stage, const char *actor, const char *name,
    const char *const *arguments, size_t argument_count)
{
	struct seat *seat = seat_find(stage, actor), *born = NULL;
	struct wire_request request;
	const struct call *call;
	char message[1];
	autoclose int actor_end = -1;
	int r;

	if (stage->call)
		return -EBUSY;
	memset(&request, 0, sizeof(request));
	r = call_read(
	    name, arguments, argument_count, &call, request.arguments, message, sizeof(message));
	if (r < 0)
		return r;
	if (!seat || !is_present(seat))
		return -ESRCH;
	r = prepare_birth(stage, call, request.arguments, &born, &actor_end);
	if (r < 0)
		return r;
	request.order = ORDER_CALL;
	request.call = call_index(call);
	request.pid = seat->pid;
	r = wire_send(seat->socket, &request, sizeof(request), actor_end, MSG_DONTWAIT);
	if (r < 0) {
		if (born)
			seat_remove(stage, born);
		return r == -EPIPE ? -ESRCH : r;
	}
	stage->call = call;
	stage->busy = seat;
	stage->born = born;
	stage->answered = false;
	memset(&stage->answer, 0, sizeof(stage->answer));
	return 0;
}

static size_t add_seat(const struct seat *seat, struct pollfd *fds, size_t count, size_t room)
{
	int fd = seat->leaving && seat->pidfd >= 0 ? seat->pidfd : seat->socket;

	if (fd >= 0 && count < room)
		fds[count++] = (struct pollfd){.fd = fd, .events = POLLIN};
	return count;
}

size_t stage_poll(const struct stage *stage, struct pollfd *fds, size_t room)
{
	size_t count = 0;

	if (stage->busy)
		count = add_seat(stage->busy, fds, count, room);
	if (stage->born)
		count = add_seat(stage->born, fds, count, room);
	if (stage->control >= 0 && count < room)
		fds[count++] = (struct pollfd){.fd = stage->control, .events = POLLIN};
	for (size_t i = 0; i < stage->count; i++) {
		if (stage->seats[i] != stage->busy && stage->seats[i] != stage->born)
			count = add_seat(stage->seats[i], fds, count, room);
	}
	return count;
}

static bool is_over(const struct stage *stage)
{
	bool leaves = stage->busy && stage->busy->leaving;

	return stage->answered && !stage->born && !leaves;
}

int stage_io(struct stage *stage, struct stage_answer *ret_answer)
{
	int r = stage_receive(stage);

	if (r == 0 && !stage->call)
		return 0;
	if (r == 0 && is_over(stage)) {
		*ret_answer = stage->answer;
		r = 1;
	} else if (r == 0 && !stage->busy && !stage->answered) {
		r = -EPIPE;
	}
	if (r != 0) {
		stage->call = NULL;
		stage->busy = NULL;
		stage->born = NULL;
	}
	return r;
}
