/* For the single file (make static): what libproc2 and the C library would load at run time.  A static
 * program must not load it: the libraries are those of another C library.  The answers are those of a
 * machine without them.
 *
 * libsystemd gives libproc2 units and sessions, libnuma memory nodes: nsscope uses neither.  Names of
 * users are from /etc/passwd, not from the name services of nsswitch.conf(5).
 */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#pragma GCC diagnostic ignored "-Wmissing-prototypes" /* libproc2 has no header for these */

/* --- libsystemd: sd_pid_get_owner_uid(3), sd_session_is_active(3) ------------------------------- */

int sd_pid_get_machine_name(pid_t pid, char **machine)
{
	(void)pid, (void)machine;
	return -ENODATA;
}

int sd_pid_get_owner_uid(pid_t pid, uid_t *uid)
{
	(void)pid, (void)uid;
	return -ENODATA;
}

int sd_pid_get_session(pid_t pid, char **session)
{
	(void)pid, (void)session;
	return -ENODATA;
}

int sd_pid_get_slice(pid_t pid, char **slice)
{
	(void)pid, (void)slice;
	return -ENODATA;
}

int sd_pid_get_unit(pid_t pid, char **unit)
{
	(void)pid, (void)unit;
	return -ENODATA;
}

int sd_pid_get_user_unit(pid_t pid, char **unit)
{
	(void)pid, (void)unit;
	return -ENODATA;
}

int sd_session_get_seat(const char *session, char **seat)
{
	(void)session, (void)seat;
	return -ENODATA;
}

/* --- What libproc2 has around libnuma: one node ------------------------------------------------- */

void numa_init(void)
{
}

void numa_uninit(void)
{
}

int numa_max_node(void)
{
	return -1;
}

int numa_node_of_cpu(int cpu)
{
	(void)cpu;
	return -1;
}

/* --- Users: getpwuid_r(3) ----------------------------------------------------------------------- */

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): the header's are reserved */
int getpwuid_r(uid_t uid, struct passwd *entry, char *text, size_t text_bytes, struct passwd **ret)
{
	FILE *file = fopen("/etc/passwd", "re");
	int r;

	*ret = NULL;
	if (!file)
		return errno == ENOENT ? 0 : errno;
	while ((r = fgetpwent_r(file, entry, text, text_bytes, ret)) == 0 && entry->pw_uid != uid)
		*ret = NULL;
	fclose(file);
	return r == ENOENT ? 0 : r;
}

/* libproc2 is linked with these; nsscope reads only numbers, so they are not called. */
struct passwd *getpwuid(uid_t uid)
{
	static struct passwd entry;
	static char text[1024];
	struct passwd *found;

	errno = getpwuid_r(uid, &entry, text, sizeof(text), &found);
	return found;
}

struct group *getgrgid(gid_t gid)
{
	(void)gid;
	return NULL;
}
