#include "tests/kernel/mutate.h"

#include "lessons/script/lesson_parse.h"
#include "model/base/util.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Calls that only look: without them nothing is otherwise.  What they find is expected, or goes
 * into a variable. */
static const char *const looks[] = {"access", "capeff", "clock_gettime", "getcwd", "getdomainname",
    "getgid", "gethostname", "getpid", "getppid", "gettid", "getuid", "ioctl", "mq_receive", "read",
    "read_file", "readlink", "same", "sh_read", "sh_until", "shm_read", "tcp_connect",
    "unix_connect", "waitpid", NULL};

static bool is_one_of(const char *word, const char *const *words)
{
	while (*words && strcmp(*words, word) != 0)
		words++;
	return *words;
}

/* It is there to fail: so it has no effect. */
static bool fails(const struct lesson_call *call)
{
	return call->expected && call->expected[0] == 'E';
}

/* A question: is the process there? */
static bool asks(const struct lesson_call *call)
{
	return strcmp(call->name, "kill") == 0 && strcmp(call->arguments[1], "0") == 0;
}

/* Tidying up; where the end of a descriptor matters, the lesson looks at it. */
static bool tidies(const struct lesson_call *call)
{
	return strcmp(call->name, "close") == 0;
}

/* To the init of a PID namespace, which gets no signal from inside and few from outside: the lesson
 * shows that it is in vain. */
static bool is_in_vain(const struct lesson_call *call)
{
	return strcmp(call->name, "kill") == 0 &&
	       (strcmp(call->arguments[0], "1") == 0 || strcmp(call->arguments[1], "SIGTERM") == 0);
}

static bool may_be_left_out(const struct lesson_call *call)
{
	if (fails(call) || asks(call) || tidies(call) || is_in_vain(call))
		return true;
	if (!call->expected)
		return false;
	/* A line of the shell that is there to fail. */
	if (strcmp(call->name, "sh") == 0)
		return strcmp(call->expected, "0") != 0;
	return is_one_of(call->name, looks);
}

static void leave_out(struct lesson_block *block, size_t at)
{
	struct lesson_call gone = block->calls[at];

	memmove(
	    &block->calls[at], &block->calls[at + 1], (block->call_count - at - 1) * sizeof(gone));
	/* It stays in the array, behind the others, and is freed by nobody else. */
	block->calls[block->call_count - 1] = (struct lesson_call){0};
	block->call_count--;
	lesson_call_done(&gone);
}

static enum mutated replace(char **word, const char *with)
{
	if (!with || strcmp(*word, with) == 0)
		return NOT_MUTATED;
	free(*word);
	*word = xstrdup(with);
	return MUTATED;
}

/* What stands in the place of a word or of several; the first that is found in them counts. */
static const struct {
	const char *word, *with;
} others[] = {
    {"CLONE_NEWUTS", "CLONE_NEWIPC"},
    {"CLONE_", "CLONE_NEWUTS"},
    {"MS_SHARED", "MS_PRIVATE"},
    {"MS_PRIVATE", "MS_SHARED"},
    {"MS_SLAVE", "MS_SHARED"},
    {"IPC_CREAT", "0"},
    {"SIGKILL", "SIGCHLD"},
    {"SIG_DFL", "SIG_IGN"},
    {"CLOCK_REALTIME", "CLOCK_BOOTTIME"},
    {"CLOCK_", "CLOCK_REALTIME"},
    {"NS_GET_PARENT", "NS_GET_NSTYPE"},
    {"NS_GET_", "NS_GET_PARENT"},
};

static const char *other_word(const char *words)
{
	for (size_t i = 0; i < array_len(others); i++)
		if (strstr(words, others[i].word))
			return others[i].with;
	return NULL;
}

/* Numbers that mean something to others: keys and ports. */
static bool is_known_to_others(const struct lesson_call *call, size_t at)
{
	static const char *const keyed[] = {"shmget", "msgget", "semget", NULL};
	static const char *const ported[] = {"tcp_listen", "tcp_connect", NULL};

	return (at == 0 && is_one_of(call->name, keyed)) ||
	       (at == 1 && is_one_of(call->name, ported));
}

/* The source of a mount that has none is but a label. */
static bool is_label(const struct lesson_call *call, size_t at)
{
	return strcmp(call->name, "mount") == 0 && at == 0 &&
	       !strstr(call->arguments[3], "MS_BIND") && !strstr(call->arguments[3], "MS_MOVE");
}

static enum mutated change_argument(struct lesson_call *call, size_t at)
{
	char **argument = &call->arguments[at];

	if (at >= call->argument_count)
		return NO_SUCH_WAY;
	if (fails(call) || is_in_vain(call) || is_label(call, at) || !strcmp(*argument, "\"\""))
		return NOT_MUTATED;
	if ((*argument)[0] == '"')
		return replace(argument, "\"another\"");
	if (isdigit((unsigned char)(*argument)[0]))
		return is_known_to_others(call, at) ? replace(argument, "4242") : NOT_MUTATED;
	return replace(argument, other_word(*argument));
}

static enum mutated change_expectation(struct lesson_call *call)
{
	if (!call->expected)
		return NOT_MUTATED;
	return replace(&call->expected, fails(call) ? "0" : "EPERM");
}

static enum mutated mutate(struct lesson_block *block, size_t at, size_t way)
{
	struct lesson_call *call = &block->calls[at];

	switch (way) {
	case MUTATE_LEAVE_OUT:
		if (may_be_left_out(call))
			return NOT_MUTATED;
		leave_out(block, at);
		return MUTATED;
	case MUTATE_EXPECTATION:
		return change_expectation(call);
	default:
		return change_argument(call, way - MUTATE_ARGUMENT);
	}
}

enum mutated lesson_mutate(
    struct lesson *lesson, size_t call, size_t way, size_t *ret_step, int *ret_line)
{
	for (size_t i = 0; i < lesson->step_count; i++) {
		for (size_t j = 0; j < lesson->steps[i].block_count; j++) {
			struct lesson_block *block = &lesson->steps[i].blocks[j];

			if (call < block->call_count) {
				*ret_step = i;
				*ret_line = block->calls[call].line;
				return mutate(block, call, way);
			}
			call -= block->call_count;
		}
	}
	return NO_SUCH_CALL;
}
