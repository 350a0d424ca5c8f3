/* What the helper reads of a net namespace: from /proc/PID/net, which needs no joining (proc_pid_net(5)),
 * and in it, through netlink(7). */
#include "model/base/util.h"
#include "scanner/helper/inspect_helper.h"
#include "scanner/nsfs/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* --- /proc/PID/net: listening sockets -------------------------------------------------------- */

static const struct {
	const char *path, *name, *state;
	bool others_behind; /* listening ones come first, so the rest is not read */
} tables[] = {
    {"net/tcp", "tcp", "0A", true},
    {"net/tcp6", "tcp", "0A", true},
    {"net/udp", "udp", "07", false},
    {"net/udp6", "udp", "07", false},
};

/* "0100007F" or 32 digits, 32-bit words in the machine's order, as text.  Returns false where it is
 * none. */
static bool parse_address(const char *digits, size_t len, char *text, socklen_t text_capacity)
{
	uint32_t words[4];

	if (len != 8 && len != 32)
		return false;
	for (size_t i = 0; i < len / 8; i++) {
		char word[9];

		memcpy(word, digits + i * 8, 8);
		word[8] = '\0';
		words[i] = (uint32_t)inspect_number(word, 16);
	}
	return inet_ntop(len == 8 ? AF_INET : AF_INET6, words, text, text_capacity) != NULL;
}

/* A line of such a table: "0: 0100007F:1F90 00000000:0000 0A …".  Returns false where it is not in
 * @state. */
static bool report_listener(
    struct inspect_helper *helper, char *line, const char *name, const char *state)
{
	struct fact fact = {.kind = FACT_LISTENER};
	char address[INET6_ADDRSTRLEN];
	char *words[4];
	const char *colon;

	if (inspect_words(line, words, 4) < 4 || strcmp(words[3], state) != 0)
		return false;
	colon = strchr(words[1], ':');
	if (!colon ||
	    !parse_address(words[1], (size_t)(colon - words[1]), address, sizeof(address)))
		return true;
	fact.listener.port = (uint16_t)inspect_number(colon + 1, 16);
	fact.texts[0] = inspect_text(name);
	fact.texts[1] = inspect_text(address);
	inspect_report(helper, &fact);
	return true;
}

void inspect_sockets(struct inspect_helper *helper, int dir)
{
	for (size_t i = 0; i < array_len(tables); i++) {
		struct proc_lines file;
		char *line;
		int r = inspect_open_lines(&file, dir, tables[i].path);

		/* No table 6: the kernel has no IPv6. */
		if (r < 0 && r != -ENOENT)
			inspect_report_failed(helper, FACT_LISTENER, -r);
		if (r < 0)
			continue;
		proc_lines_next(&file, NULL); /* the heading */
		while ((line = proc_lines_next(&file, NULL))) {
			if (!report_listener(helper, line, tables[i].name, tables[i].state) &&
			    tables[i].others_behind)
				break;
		}
		inspect_close_lines(helper, &file, FACT_LISTENER);
	}
}

/* --- /proc/PID/net: unix sockets ------------------------------------------------------------- */

static bool is_hex(const char *word, size_t digits)
{
	return strspn(word, "0123456789abcdefABCDEF") == digits && !word[digits];
}

/* "ffff8880… : 00000002 00000000 00010000 0001 01 4711 @name": flags with 0x10000 are a listening
 * socket's, an @ stands for the NUL of an abstract name.  A name may hold newlines, so what does not look
 * like the beginning of a socket is the rest of one. */
static void count_unix(char *line, struct fact *sockets)
{
	enum { ADDRESS, REFERENCES, PROTOCOL, FLAGS, TYPE, STATE, INODE, NAME, WORDS };
	char *words[WORDS];
	size_t count = inspect_words(line, words, WORDS);

	if (count < NAME || words[ADDRESS][strlen(words[ADDRESS]) - 1] != ':' ||
	    !is_hex(words[REFERENCES], 8) || !is_hex(words[PROTOCOL], 8) ||
	    !is_hex(words[FLAGS], 8) || !is_hex(words[TYPE], 4) || !is_hex(words[STATE], 2))
		return;
	if (inspect_number(words[FLAGS], 16) & 0x10000)
		sockets->sockets.unix_listening++;
	if (count > NAME && words[NAME][0] == '@')
		sockets->sockets.abstract++;
}

static void count_unix_file(struct inspect_helper *helper, int dir)
{
	struct fact sockets = {.kind = FACT_SOCKETS};
	struct proc_lines file;
	char *line;
	int r = inspect_open_lines(&file, dir, "net/unix");

	if (r < 0)
		return inspect_report_failed(helper, FACT_SOCKETS, -r);
	while ((line = proc_lines_next(&file, NULL)))
		count_unix(line, &sockets);
	r = proc_lines_close(&file);
	if (r < 0)
		return inspect_report_failed(helper, FACT_SOCKETS, -r);
	inspect_report(helper, &sockets);
}

/* --- /proc/PID/net: interfaces and addresses ------------------------------------------------- */

static void report_interfaces(struct inspect_helper *helper, int dir)
{
	struct proc_lines file;
	char *line;
	int r = inspect_open_lines(&file, dir, "net/dev");

	if (r < 0)
		return inspect_report_failed(helper, FACT_INTERFACE, -r);
	while ((line = proc_lines_next(&file, NULL))) {
		struct fact fact = {.kind = FACT_INTERFACE};
		char *name = line + strspn(line, " "), *colon = strchr(name, ':');

		if (!colon)
			continue; /* the two headings */
		fact.texts[0] = (struct fact_text){name, (size_t)(colon - name)};
		inspect_report(helper, &fact);
	}
	inspect_close_lines(helper, &file, FACT_INTERFACE);
}

static void report_address(struct inspect_helper *helper, const char *text, uint8_t prefix)
{
	struct fact fact = {.kind = FACT_ADDRESS, .texts = {inspect_text(text)}};

	fact.address.prefix = prefix;
	inspect_report(helper, &fact);
}

/* "00000000000000000000000000000001 01 80 10 80 lo": address, index, prefix, … */
static void report_addresses_6(struct inspect_helper *helper, int dir)
{
	struct proc_lines file;
	char *line, *words[3], text[INET6_ADDRSTRLEN];
	int r = inspect_open_lines(&file, dir, "net/if_inet6");

	/* Not there: the kernel has no IPv6. */
	if (r < 0 && r != -ENOENT)
		inspect_report_failed(helper, FACT_ADDRESS, -r);
	if (r < 0)
		return;
	while ((line = proc_lines_next(&file, NULL))) {
		unsigned char bytes[16];

		if (inspect_words(line, words, 3) < 3 || strlen(words[0]) != 32)
			continue;
		for (size_t i = 0; i < 16; i++) {
			const char byte[] = {words[0][i * 2], words[0][i * 2 + 1], '\0'};

			bytes[i] = (unsigned char)inspect_number(byte, 16);
		}
		if (inet_ntop(AF_INET6, bytes, text, sizeof(text)))
			report_address(helper, text, (uint8_t)inspect_number(words[2], 16));
	}
	inspect_close_lines(helper, &file, FACT_ADDRESS);
}

/* The table "Local" of net/fib_trie has a leaf "|-- 10.0.0.1" and below it "/32 host LOCAL" for
 * each address. */
static void report_addresses_4(struct inspect_helper *helper, int dir)
{
	struct proc_lines file;
	char *line, *words[3], leaf[INET_ADDRSTRLEN] = "";
	bool local = false;
	int r = inspect_open_lines(&file, dir, "net/fib_trie");

	if (r < 0)
		return inspect_report_failed(helper, FACT_ADDRESS, -r);
	while ((line = proc_lines_next(&file, NULL))) {
		size_t count = inspect_words(line, words, 3);

		if (count == 1)
			local = strcmp(words[0], "Local:") == 0;
		else if (count >= 2 && strcmp(words[0], "|--") == 0)
			snprintf(leaf, sizeof(leaf), "%s", words[1]);
		else if (local && count == 3 && strcmp(words[0], "/32") == 0 &&
		         strcmp(words[1], "host") == 0 && strcmp(words[2], "LOCAL") == 0)
			report_address(helper, leaf, 32);
	}
	inspect_close_lines(helper, &file, FACT_ADDRESS);
}

void inspect_net_files(struct inspect_helper *helper, int dir)
{
	report_interfaces(helper, dir);
	report_addresses_4(helper, dir);
	report_addresses_6(helper, dir);
	count_unix_file(helper, dir);
}

/* --- netlink: interfaces --------------------------------------------------------------------- */

enum { TCP_STATE_LISTEN = 10 };

/* What the answers of the kernel add up to. */
struct net_reading {
	struct inspect_helper *helper;
	int socket;
	struct fact *interfaces; /* reported when the other ends are known */
	size_t interface_count, interface_capacity;
	struct link_elsewhere *elsewhere;
	size_t elsewhere_count, elsewhere_capacity;
	struct fact routes, sockets;
};

/* An interface whose other end is in the namespace with the id @nsid. */
struct link_elsewhere {
	size_t interface;
	int32_t nsid;
};

static struct fact_text text_of(const struct rtattr *string)
{
	struct fact_text text = {.data = NULL};

	if (string) {
		text.data = RTA_DATA(string);
		text.len = strnlen(text.data, RTA_PAYLOAD(string));
	}
	return text;
}

/* "veth", from the nested attributes of the driver. */
static struct fact_text kind_of(const struct rtattr *info)
{
	size_t left = info ? RTA_PAYLOAD(info) : 0;

	for (const struct rtattr *at = info ? RTA_DATA(info) : NULL; at && RTA_OK(at, left);
	     at = RTA_NEXT(at, left)) {
		if (at->rta_type == IFLA_INFO_KIND)
			return text_of(at);
	}
	return (struct fact_text){.data = NULL};
}

static char *hardware_address(const struct rtattr *address)
{
	const unsigned char *bytes = address ? RTA_DATA(address) : NULL;
	size_t len = address ? RTA_PAYLOAD(address) : 0;
	char *text;

	if (len == 0 || len > 32)
		return NULL;
	text = xcalloc(len, 3);
	for (size_t i = 0; i < len; i++)
		snprintf(
		    text + i * 3, i + 1 < len ? 4 : 3, i + 1 < len ? "%02x:" : "%02x", bytes[i]);
	return text;
}

static char *copy(struct fact_text text)
{
	return text.data ? xstrndup(text.data, text.len) : NULL;
}

/* The attribute of an interface. */
static const struct rtattr *of_link(const struct nlmsghdr *message, int type)
{
	return netlink_attribute(message, sizeof(struct ifinfomsg), type);
}

static void take_interface(void *arg, const struct nlmsghdr *message)
{
	const struct ifinfomsg *info = netlink_body(message, RTM_NEWLINK, sizeof(*info));
	const struct rtattr *nsid = of_link(message, IFLA_LINK_NETNSID);
	struct net_reading *reading = arg;
	struct fact fact = {.kind = FACT_INTERFACE};

	if (!info)
		return;
	fact.interface.index = (uint32_t)info->ifi_index;
	fact.interface.link_index = netlink_number(of_link(message, IFLA_LINK));
	fact.interface.flags = info->ifi_flags;
	fact.interface.flags_known = true;
	fact.interface.link_elsewhere = nsid != NULL;
	/* Copies last until the helper ends, which is soon. */
	fact.texts[0] = inspect_text(copy(text_of(of_link(message, IFLA_IFNAME))));
	fact.texts[1] = inspect_text(copy(kind_of(of_link(message, IFLA_LINKINFO))));
	fact.texts[2] = inspect_text(hardware_address(of_link(message, IFLA_ADDRESS)));
	array_reserve(
	    reading->interfaces, reading->interface_capacity, reading->interface_count + 1);
	if (nsid) {
		array_reserve(
		    reading->elsewhere, reading->elsewhere_capacity, reading->elsewhere_count + 1);
		reading->elsewhere[reading->elsewhere_count++] = (struct link_elsewhere){
		    .interface = reading->interface_count, .nsid = (int32_t)netlink_number(nsid)};
	}
	reading->interfaces[reading->interface_count++] = fact;
}

/* The id of the namespace of @peer here; -1 for none. */
static int32_t ask_nsid(const struct net_reading *reading, const struct inspect_peer *peer)
{
	if (peer->pid)
		return netlink_nsid(reading->socket, NETNSA_PID, peer->pid);
	return peer->fd < 0 ? -1 : netlink_nsid(reading->socket, NETNSA_FD, peer->fd);
}

static void find_other_ends(struct net_reading *reading)
{
	const struct inspect_question *question = reading->helper->question;

	for (size_t i = 0; i < question->peer_count; i++) {
		struct inspect_peer *peer = &question->peers[i];
		int32_t nsid = reading->elsewhere_count ? ask_nsid(reading, peer) : -1;

		for (size_t at = 0; nsid >= 0 && at < reading->elsewhere_count; at++) {
			const struct link_elsewhere *link = &reading->elsewhere[at];

			if (link->nsid == nsid)
				reading->interfaces[link->interface].interface.link_ino = peer->ino;
		}
		close_fd(&peer->fd);
	}
}

/* --- netlink: addresses, routes, sockets ----------------------------------------------------- */

static void take_address(void *arg, const struct nlmsghdr *message)
{
	const struct ifaddrmsg *info = netlink_body(message, RTM_NEWADDR, sizeof(*info));
	/* On a link to one other machine, IFA_ADDRESS is the other's. */
	const struct rtattr *address = netlink_attribute(message, sizeof(*info), IFA_LOCAL);
	const struct net_reading *reading = arg;
	struct fact fact = {.kind = FACT_ADDRESS};
	char text[INET6_ADDRSTRLEN];

	if (!address)
		address = netlink_attribute(message, sizeof(*info), IFA_ADDRESS);
	if (!info || !address || RTA_PAYLOAD(address) < (info->ifa_family == AF_INET6 ? 16 : 4) ||
	    !inet_ntop(info->ifa_family, RTA_DATA(address), text, sizeof(text)))
		return;
	fact.address.index = info->ifa_index;
	fact.address.prefix = info->ifa_prefixlen;
	fact.texts[0] = inspect_text(text);
	inspect_report(reading->helper, &fact);
}

static void take_route(void *arg, const struct nlmsghdr *message)
{
	const struct rtmsg *route = netlink_body(message, RTM_NEWROUTE, sizeof(*route));
	struct net_reading *reading = arg;

	if (!route || route->rtm_table != RT_TABLE_MAIN || (route->rtm_flags & RTM_F_CLONED))
		return;
	if (route->rtm_family == AF_INET6)
		reading->routes.routes.v6++;
	else
		reading->routes.routes.v4++;
}

static void take_unix(void *arg, const struct nlmsghdr *message)
{
	const struct unix_diag_msg *info =
	    netlink_body(message, SOCK_DIAG_BY_FAMILY, sizeof(*info));
	const struct rtattr *name = netlink_attribute(message, sizeof(*info), UNIX_DIAG_NAME);
	struct net_reading *reading = arg;

	if (!info)
		return;
	if (info->udiag_state == TCP_STATE_LISTEN)
		reading->sockets.sockets.unix_listening++;
	/* An abstract name begins with a NUL; unix(7). */
	if (name && RTA_PAYLOAD(name) > 0 && *(const char *)RTA_DATA(name) == '\0')
		reading->sockets.sockets.abstract++;
}

/* Reads all that there is of @type; reports an error as one of reading @what.  Returns whether there was none. */
static bool dump(struct net_reading *reading, uint16_t type, enum fact_kind what,
    void (*take)(void *arg, const struct nlmsghdr *message))
{
	struct {
		struct nlmsghdr head;
		struct rtmsg body; /* the longest of those that begin with the family */
	} request = {
	    .head = {.nlmsg_len = sizeof(request),
	        .nlmsg_type = type,
	        .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
	    .body = {.rtm_family = AF_UNSPEC},
	};
	int r = netlink_ask(reading->socket, &request.head, take, reading);

	if (r < 0)
		inspect_report_failed(reading->helper, what, -r);
	return r == 0;
}

static int dump_unix(struct net_reading *reading)
{
	autoclose int diag = netlink_open(NETLINK_SOCK_DIAG);
	struct {
		struct nlmsghdr head;
		struct unix_diag_req body;
	} request = {
	    .head = {.nlmsg_len = sizeof(request),
	        .nlmsg_type = SOCK_DIAG_BY_FAMILY,
	        .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
	    .body = {.sdiag_family = AF_UNIX, .udiag_states = ~0U, .udiag_show = UDIAG_SHOW_NAME},
	};

	return diag < 0 ? -errno : netlink_ask(diag, &request.head, take_unix, reading);
}

void inspect_net(struct inspect_helper *helper, int dir)
{
	struct net_reading reading = {
	    .helper = helper,
	    .socket = netlink_open(NETLINK_ROUTE),
	    .routes = {.kind = FACT_ROUTES},
	    .sockets = {.kind = FACT_SOCKETS},
	};

	if (reading.socket < 0)
		return inspect_report_failed(helper, FACT_INTERFACE, errno);
	dump(&reading, RTM_GETLINK, FACT_INTERFACE, take_interface);
	find_other_ends(&reading);
	for (size_t i = 0; i < reading.interface_count; i++)
		inspect_report(helper, &reading.interfaces[i]);
	dump(&reading, RTM_GETADDR, FACT_ADDRESS, take_address);
	if (dump(&reading, RTM_GETROUTE, FACT_ROUTES, take_route))
		inspect_report(helper, &reading.routes);
	/* A module answers, unix_diag, which not every kernel has or may load, and a filter may forbid the
	 * request.  The file always exists, but is less certain about where a name ends. */
	if (dump_unix(&reading) == 0)
		inspect_report(helper, &reading.sockets);
	else
		count_unix_file(helper, dir);
	close(reading.socket);
	free(reading.interfaces);
	free(reading.elsewhere);
}
