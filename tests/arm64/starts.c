/* Starts a program again and again, each time on a terminal of its own, and leaves it by a key.
 *
 *   starts NUMBER TEXT KEY PROGRAM     waits each time until TEXT is painted
 *
 * Prints how many ended with status 0, and how each other one ended.  Static, for a guest without
 * libraries; so it uses nothing of nsscope. */
#include <errno.h>
#include <pty.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SCREEN_BYTES = 1 << 16 };

/* All that it has painted; what does not fit is read and forgotten. */
struct screen {
	char text[SCREEN_BYTES];
	size_t len;
};

/* Returns false at the end. */
static bool read_more(int terminal, struct screen *screen)
{
	char bytes[4096];
	ssize_t n = read(terminal, bytes, sizeof(bytes));
	size_t room = sizeof(screen->text) - 1 - screen->len;

	if (n <= 0)
		return n < 0 && errno == EINTR; /* EIO: nobody has the other side any more */
	if ((size_t)n > room)
		n = (ssize_t)room;
	memcpy(screen->text + screen->len, bytes, (size_t)n);
	screen->len += (size_t)n;
	return true;
}

/* Returns its wait status, or -1. */
static int start_once(const char *text, const char *key, char *const argv[], struct screen *screen)
{
	struct winsize size = {.ws_row = 24, .ws_col = 80};
	bool told = false;
	int terminal, status = -1;
	pid_t pid = forkpty(&terminal, NULL, NULL, &size);

	if (pid == 0) {
		execv(argv[0], argv);
		_exit(127);
	}
	if (pid < 0)
		return -1;
	screen->len = 0;
	while (read_more(terminal, screen)) {
		if (!told && memmem(screen->text, screen->len, text, strlen(text)))
			told = write(terminal, key, strlen(key)) == (ssize_t)strlen(key);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	close(terminal);
	return status;
}

int main(int argc, char **argv)
{
	static struct screen screen;
	long number = argc > 4 ? strtol(argv[1], NULL, 10) : 0, good = 0;

	for (long i = 1; i <= number; i++) {
		int status = start_once(argv[2], argv[3], argv + 4, &screen);

		if (status == 0)
			good++;
		else
			printf("start %ld: wait status 0x%x\n%.*s\n", i, (unsigned)status,
			    (int)screen.len, screen.text);
	}
	printf("%ld of %ld starts ended with status 0\n", good, number);
	return number > 0 && good == number ? 0 : 1;
}
