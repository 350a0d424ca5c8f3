/* The calls that show which network, and which names of sockets, a network namespace has.
 * network_namespaces(7) */
#include "lessons/stage/actor.h"
#include "model/base/util.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>

/* What a name that is a path reaches. */
#define FILES (REACHES_INSIDE(NS_USER) | REACHES_INSIDE(NS_MNT) | REACHES_SEALED)

enum { CONNECT_WAIT_MS = 2000, PENDING = 8, PORT_MAX = 65535 };

struct address {
	socklen_t bytes;
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_un local;
	} of;
};

/* An address in digits: names are never looked up.  Returns false with errno. */
static bool read_internet(const struct call_value *arguments, struct address *ret)
{
	const char *text = arguments[0].text;
	long port = arguments[1].number;

	memset(ret, 0, sizeof(*ret));
	errno = EINVAL;
	if (port < 0 || port > PORT_MAX)
		return false;
	if (inet_pton(AF_INET, text, &ret->of.v4.sin_addr) == 1) {
		ret->of.v4.sin_family = AF_INET;
		ret->of.v4.sin_port = htons((uint16_t)port);
		ret->bytes = sizeof(ret->of.v4);
		return true;
	}
	if (inet_pton(AF_INET6, text, &ret->of.v6.sin6_addr) == 1) {
		ret->of.v6.sin6_family = AF_INET6;
		ret->of.v6.sin6_port = htons((uint16_t)port);
		ret->bytes = sizeof(ret->of.v6);
		return true;
	}
	return false;
}

/* "@name" is a name of the abstract kind, which belongs to the network namespace; all else is a
 * path, which belongs to the mount namespace.  unix(7)  Returns false with errno. */
static bool read_local(const struct call_value *name, struct address *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->of.local.sun_family = AF_UNIX;
	errno = name->len ? ENAMETOOLONG : EINVAL;
	if (!name->len || name->len >= sizeof(ret->of.local.sun_path))
		return false;
	memcpy(ret->of.local.sun_path, name->text, name->len);
	ret->bytes = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + name->len);
	if (name->text[0] == '@')
		ret->of.local.sun_path[0] = '\0';
	else
		ret->bytes++; /* the NUL behind it */
	return true;
}

enum { INODE_OF_TCP = 9, INODE_OF_UNIX = 6 };

/* The line of the socket in a table whose word @column is the inode.  Each process has its network
 * namespace's tables in /proc/PID/net.  proc_pid_net(5) */
static void saw_socket(struct actor *actor, const char *path, size_t column)
{
	struct stat status;
	char line[200];

	if (!actor->answer.error && fstat((int)actor->answer.result, &status) == 0 &&
	    proc_row(path, column, status.st_ino, line, sizeof(line)) == 0)
		answer_saw_row(actor, path, "", line);
}

/* A socket that listens.  Returns it, or -1 with errno. */
static int listen_at(const struct address *address)
{
	int on = 1, error;
	int fd = socket(address->of.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	/* The same step may be played again at once.  tcp(7), TIME_WAIT */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, &address->of.any, address->bytes) == 0 && listen(fd, PENDING) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* Waits for a connect that is under way.  Returns 0, or -1 with errno. */
static int await_connection(int fd)
{
	struct pollfd wanted = {.fd = fd, .events = POLLOUT};
	int error = ETIMEDOUT;
	socklen_t bytes = sizeof(error);

	if (poll(&wanted, 1, CONNECT_WAIT_MS) > 0)
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &bytes);
	errno = error;
	return error ? -1 : 0;
}

/* Connects and hangs up.  Returns 0, or -1 with errno. */
static int try_connect(const struct address *address)
{
	int fd = socket(address->of.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int r, error;

	if (fd < 0)
		return -1;
	r = connect(fd, &address->of.any, address->bytes);
	if (r < 0 && errno == EINPROGRESS)
		r = await_connection(fd);
	error = errno;
	close(fd);
	errno = error;
	return r;
}

static void call_tcp_listen(struct actor *actor)
{
	struct address address;

	answer_result(actor, read_internet(actor->arguments, &address) ? listen_at(&address) : -1);
	saw_socket(actor,
	    address.of.any.sa_family == AF_INET6 ? "/proc/self/net/tcp6" : "/proc/self/net/tcp",
	    INODE_OF_TCP);
}

static void call_tcp_connect(struct actor *actor)
{
	struct address address;

	answer_result(
	    actor, read_internet(actor->arguments, &address) ? try_connect(&address) : -1);
}

static bool may_use_name(const struct actor *actor, const char *name)
{
	return name[0] == '@' || actor_confined(actor, FILES);
}

static void call_unix_listen(struct actor *actor)
{
	struct address address;

	if (!may_use_name(actor, actor->arguments[0].text)) {
		answer_refuse(actor);
		return;
	}
	answer_result(actor, read_local(&actor->arguments[0], &address) ? listen_at(&address) : -1);
	saw_socket(actor, "/proc/self/net/unix", INODE_OF_UNIX);
}

/* Where nothing can be made, the listener is no process of the stage: being read-only keeps no process from
 * connecting to what is there. */
static bool may_be_ours(const char *name)
{
	struct statvfs status;
	autoclose int place = name[0] == '@' ? -1 : open(name, O_PATH | O_CLOEXEC);

	return place < 0 || (fstatvfs(place, &status) == 0 && !(status.f_flag & ST_RDONLY));
}

static void call_unix_connect(struct actor *actor)
{
	struct address address;

	if (!may_use_name(actor, actor->arguments[0].text) ||
	    !may_be_ours(actor->arguments[0].text)) {
		answer_refuse(actor);
		return;
	}
	answer_result(
	    actor, read_local(&actor->arguments[0], &address) ? try_connect(&address) : -1);
}

const struct call net_calls[] = {
    {.name = "tcp_listen",
        .signature = "sn",
        .form = "tcp_listen(\"ADDRESS\", PORT)",
        .doc = "makes a socket that listens at a port of the net namespace",
        .c = "listen(bind(socket(AF_INET, SOCK_STREAM, 0), {%1, %2}), 8)",
        .reaches = REACHES_INSIDE(NS_NET),
        .changes_holders = true,
        .run = call_tcp_listen},
    {.name = "tcp_connect",
        .signature = "sn",
        .form = "tcp_connect(\"ADDRESS\", PORT)",
        .doc = "connects from within the net namespace, and hangs up; waits 2 seconds",
        .c = "connect(socket(AF_INET, SOCK_STREAM, 0), {%1, %2})",
        .reaches = REACHES_INSIDE(NS_NET),
        .changes_holders = true,
        .seconds = CONNECT_WAIT_MS / 1000,
        .run = call_tcp_connect},
    {.name = "unix_listen",
        .signature = "s",
        .form = "unix_listen(\"@NAME\")",
        .doc = "makes a socket that listens at a path, or at a name of the net namespace",
        .c = "listen(bind(socket(AF_UNIX, SOCK_STREAM, 0), {%1}), 8)",
        .reaches = REACHES_INSIDE(NS_NET),
        .changes_holders = true,
        .run = call_unix_listen},
    {.name = "unix_connect",
        .signature = "s",
        .form = "unix_connect(\"@NAME\")",
        .doc = "connects to a path, or to a name of the net namespace, and hangs up",
        .c = "connect(socket(AF_UNIX, SOCK_STREAM, 0), {%1})",
        .reaches = REACHES_INSIDE(NS_NET),
        .changes_holders = true,
        .seconds = CONNECT_WAIT_MS / 1000,
        .run = call_unix_connect},
    {.name = NULL},
};
