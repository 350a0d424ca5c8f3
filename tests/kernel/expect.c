#include "tests/kernel/expect.h"

#include <errno.h>
#include <string.h>

static void tell(const char *line, const struct stage_answer *answer)
{
	fprintf(stderr, "%s: %ld, %s%s, \"%s\"\n", line, answer->result, strerror(answer->error),
	    answer->refused ? ", refused" : "", answer->text);
}

void expect_text(struct stage *stage, const char *line, const char *text)
{
	struct stage_answer answer = actors_call(stage, line);

	if (answer.error || strcmp(answer.text, text) != 0)
		tell(line, &answer);
	CHECK(answer.error == 0);
	CHECK(strcmp(answer.text, text) == 0);
}

struct stage_answer expect_result(struct stage *stage, const char *line, long result, int error)
{
	struct stage_answer answer = actors_call(stage, line);

	if (answer.result != result || answer.error != error || answer.refused)
		tell(line, &answer);
	CHECK(answer.result == result);
	CHECK(answer.error == error);
	CHECK(!answer.refused);
	return answer;
}

void expect_errno(struct stage *stage, const char *line, int error)
{
	struct stage_answer answer = actors_call(stage, line);

	if (answer.error != error || answer.refused)
		tell(line, &answer);
	CHECK(answer.error == error && !answer.refused);
}

long expect_success(struct stage *stage, const char *line)
{
	struct stage_answer answer = actors_call(stage, line);

	if (answer.error)
		tell(line, &answer);
	CHECK(answer.error == 0);
	return answer.result;
}

void expect_refused(struct stage *stage, const char *line)
{
	struct stage_answer answer = actors_call(stage, line);

	if (!answer.refused)
		tell(line, &answer);
	CHECK(answer.refused);
	CHECK(answer.result == -1);
	CHECK(answer.error == EPERM);
	CHECK(answer.saw[0] == '\0');
}
