/* What the helper reads of a net namespace from /proc/PID/net, which needs no joining; proc_pid_net(5). */
#include "model/base/util.h"
#include "scanner/helper/inspect_helper.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* --- Listening sockets ----------------------------------------------------------------------- */

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
static bool parse_address(const char *digits, size_t len, char *text, socklen_t text_room)
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
	return inet_ntop(len == 8 ? AF_INET : AF_INET6, words, text, text_room) != NULL;
}

/* A line of such a table: "0: 0100007F:1F90 00000000:0000 0A …".  Returns false where it is not in
 * @state. */
static bool tell_listener(
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
	inspect_tell(helper, &fact);
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
			inspect_tell_failed(helper, FACT_LISTENER, -r);
		if (r < 0)
			continue;
		proc_lines_next(&file, NULL); /* the heading */
		while ((line = proc_lines_next(&file, NULL))) {
			if (!tell_listener(helper, line, tables[i].name, tables[i].state) &&
			    tables[i].others_behind)
				break;
		}
		inspect_close_lines(helper, &file, FACT_LISTENER);
	}
}

/* --- Unix sockets ----------------------------------------------------------------------------- */

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

void inspect_unix_file(struct inspect_helper *helper, int dir)
{
	struct fact sockets = {.kind = FACT_SOCKETS};
	struct proc_lines file;
	char *line;
	int r = inspect_open_lines(&file, dir, "net/unix");

	if (r < 0)
		return inspect_tell_failed(helper, FACT_SOCKETS, -r);
	while ((line = proc_lines_next(&file, NULL)))
		count_unix(line, &sockets);
	r = proc_lines_close(&file);
	if (r < 0)
		return inspect_tell_failed(helper, FACT_SOCKETS, -r);
	inspect_tell(helper, &sockets);
}

/* --- Interfaces and addresses ---------------------------------------------------------------- */

static void tell_interfaces(struct inspect_helper *helper, int dir)
{
	struct proc_lines file;
	char *line;
	int r = inspect_open_lines(&file, dir, "net/dev");

	if (r < 0)
		return inspect_tell_failed(helper, FACT_INTERFACE, -r);
	while ((line = proc_lines_next(&file, NULL))) {
		struct fact fact = {.kind = FACT_INTERFACE};
		char *name = line + strspn(line, " "), *colon = strchr(name, ':');

		if (!colon)
			continue; /* the two headings */
		fact.texts[0] = (struct fact_text){name, (size_t)(colon - name)};
		inspect_tell(helper, &fact);
	}
	inspect_close_lines(helper, &file, FACT_INTERFACE);
}

static void tell_address(struct inspect_helper *helper, const char *text, uint8_t prefix)
{
	struct fact fact = {.kind = FACT_ADDRESS, .texts = {inspect_text(text)}};

	fact.address.prefix = prefix;
	inspect_tell(helper, &fact);
}

/* "00000000000000000000000000000001 01 80 10 80 lo": address, index, prefix, … */
static void tell_addresses_6(struct inspect_helper *helper, int dir)
{
	struct proc_lines file;
	char *line, *words[3], text[INET6_ADDRSTRLEN];
	int r = inspect_open_lines(&file, dir, "net/if_inet6");

	/* Not there: the kernel has no IPv6. */
	if (r < 0 && r != -ENOENT)
		inspect_tell_failed(helper, FACT_ADDRESS, -r);
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
			tell_address(helper, text, (uint8_t)inspect_number(words[2], 16));
	}
	inspect_close_lines(helper, &file, FACT_ADDRESS);
}

/* The table "Local" of net/fib_trie has a leaf "|-- 10.0.0.1" and below it "/32 host LOCAL" for
 * each address. */
static void tell_addresses_4(struct inspect_helper *helper, int dir)
{
	struct proc_lines file;
	char *line, *words[3], leaf[INET_ADDRSTRLEN] = "";
	bool local = false;
	int r = inspect_open_lines(&file, dir, "net/fib_trie");

	if (r < 0)
		return inspect_tell_failed(helper, FACT_ADDRESS, -r);
	while ((line = proc_lines_next(&file, NULL))) {
		size_t count = inspect_words(line, words, 3);

		if (count == 1)
			local = strcmp(words[0], "Local:") == 0;
		else if (count >= 2 && strcmp(words[0], "|--") == 0)
			snprintf(leaf, sizeof(leaf), "%s", words[1]);
		else if (local && count == 3 && strcmp(words[0], "/32") == 0 &&
		         strcmp(words[1], "host") == 0 && strcmp(words[2], "LOCAL") == 0)
			tell_address(helper, leaf, 32);
	}
	inspect_close_lines(helper, &file, FACT_ADDRESS);
}

void inspect_net_files(struct inspect_helper *helper, int dir)
{
	tell_interfaces(helper, dir);
	tell_addresses_4(helper, dir);
	tell_addresses_6(helper, dir);
	inspect_unix_file(helper, dir);
}
