#include "tests/bench/measure.h"

#include "model/base/util.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1000 + (double)now.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void sort_times(double *times, size_t count)
{
	qsort(times, count, sizeof(*times), compare);
}

/* Reads /proc/@pid/@name.  Returns false when there is none. */
static bool read_file(pid_t pid, const char *name, char *text, size_t room)
{
	char path[64];
	FILE *file;
	size_t len;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	file = fopen(path, "re");
	if (!file)
		return false;
	len = fread(text, 1, room - 1, file);
	text[len] = '\0';
	fclose(file);
	return len > 0;
}

static double cpu_ms(pid_t pid)
{
	char text[1024];
	unsigned long user, system;
	const char *behind;

	if (read_file(pid, "schedstat", text, sizeof(text)))
		return strtod(text, NULL) / 1e6;
	if (!read_file(pid, "stat", text, sizeof(text)) || !(behind = strrchr(text, ')')) ||
	    sscanf(behind + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
	        &system) != 2)
		return 0;
	return (double)(user + system) * 1000 / (double)sysconf(_SC_CLK_TCK);
}

static double resident_mb(pid_t pid)
{
	char text[4096];
	const char *line;

	if (!read_file(pid, "status", text, sizeof(text)) || !(line = strstr(text, "VmRSS:")))
		return 0;
	return strtod(line + strlen("VmRSS:"), NULL) * 1024 / 1e6;
}

static double family(pid_t pid, double (*cost)(pid_t pid))
{
	char text[4096], name[64], *at = text, *end;
	double sum = cost(pid);

	snprintf(name, sizeof(name), "task/%d/children", pid);
	if (!read_file(pid, name, text, sizeof(text)))
		return sum;
	for (long child = strtol(at, &end, 10); end != at; child = strtol(at, &end, 10)) {
		sum += family((pid_t)child, cost);
		at = end;
	}
	return sum;
}

double family_cpu_ms(pid_t pid)
{
	return family(pid, cpu_ms);
}

double family_resident_mb(pid_t pid)
{
	return family(pid, resident_mb);
}
