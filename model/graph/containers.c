/* The table of runtimes and the evidence that they leave.
 *
 * Most runtimes have two cgroup drivers, one that asks systemd for a scope and one that makes
 * directories itself ("cgroupfs"), and some have several versions. */
#include "model/graph/containers.h"

#include "model/base/i18n.h"
#include "model/base/util.h"

#include <string.h>

enum {
	SHORT_ID_CHARS = 12, /* as the runtimes' own lists show them */
	MEMBERS_ASKED = 64,  /* of one namespace */
};

const char *const container_kind_names[CONTAINER_KIND_COUNT] = {
    [CONTAINER_DOCKER] = "docker",
    [CONTAINER_PODMAN] = "podman",
    [CONTAINER_CONTAINERD] = "containerd",
    [CONTAINER_CRI_O] = "cri-o",
    [CONTAINER_KUBERNETES] = "kubernetes",
    [CONTAINER_LXC] = "lxc",
    [CONTAINER_NSPAWN] = "systemd-nspawn",
    [CONTAINER_FLATPAK] = "flatpak",
    [CONTAINER_BUBBLEWRAP] = "bubblewrap",
    [CONTAINER_CHROMIUM] = "chromium sandbox",
    [CONTAINER_FIREFOX] = "firefox sandbox",
    [CONTAINER_CNI] = "cni",
    [CONTAINER_IP_NETNS] = "ip netns",
};

const char *const container_clue_names[CONTAINER_CLUE_COUNT] = {
    [CONTAINER_BY_CGROUP] = "cgroup",
    [CONTAINER_BY_MOUNT] = "mount",
    [CONTAINER_BY_PARENT_COMMAND] = "parent",
    [CONTAINER_BY_COMMAND] = "command",
};

const char *container_clue_text(enum container_clue clue)
{
	static const char *const texts[CONTAINER_CLUE_COUNT] = {
	    [CONTAINER_BY_CGROUP] = N_("from the path of its cgroup"),
	    [CONTAINER_BY_MOUNT] = N_("from the path of its bind mount"),
	    [CONTAINER_BY_PARENT_COMMAND] = N_("from its parent's command line"),
	    [CONTAINER_BY_COMMAND] = N_("from its own command line"),
	};

	return _(texts[clue]);
}

/* Parts of a path, from the beginning of any of its directories. The innermost one counts: containers
 * may be nested. */
static const struct {
	enum container_kind kind;
	const char *pattern;
} cgroups[] = {
    {CONTAINER_DOCKER, "docker-{id}.scope"},
    {CONTAINER_DOCKER, "docker/{id}"},
    {CONTAINER_DOCKER, "system.slice:docker:{id}"}, /* one driver given the other's path */
    {CONTAINER_PODMAN, "libpod-{id}.scope"},
    {CONTAINER_PODMAN, "libpod-{id}"},
    {CONTAINER_PODMAN, "libpod-payload-{id}"}, /* --cgroups=split */
    {CONTAINER_CRI_O, "crio-{id}.scope"},
    {CONTAINER_CRI_O, "crio-{id}"},
    {CONTAINER_CONTAINERD, "cri-containerd-{id}.scope"},
    {CONTAINER_CONTAINERD, "cri-containerd-{id}"},
    {CONTAINER_CONTAINERD, "{any}:cri-containerd:{id}"},
    {CONTAINER_CONTAINERD, "nerdctl-{id}.scope"},
    {CONTAINER_KUBERNETES, "pod{pod}/{id}"},
    {CONTAINER_LXC, "lxc.payload.{name}"}, /* 4.0 and later; LXD and Incus too */
    {CONTAINER_LXC, "lxc.payload/{name}"},
    {CONTAINER_LXC, "lxc/{name}"},
    {CONTAINER_NSPAWN, "systemd-nspawn@{name}.service"},
    {CONTAINER_NSPAWN, "machine-{name}.scope/payload"}, /* other machines have no such one */
    {CONTAINER_FLATPAK, "app-flatpak-{name}-{number}.scope"},
    {CONTAINER_FLATPAK, "flatpak-{name}-{number}.scope"},
};

/* Whole paths. */
static const struct {
	enum container_kind kind;
	const char *pattern;
} mounts[] = {
    {CONTAINER_DOCKER, "/run/docker/netns/{name}"},
    {CONTAINER_PODMAN, "/run/netns/netns-{pod}"},
    {CONTAINER_PODMAN, "/run/user/{number}/netns/netns-{pod}"},
    {CONTAINER_CNI, "/run/netns/cni-{pod}"},
    {CONTAINER_CNI, "/run/netns/cnitest-{pod}"},
    {CONTAINER_IP_NETNS, "/run/netns/{name}"},
    {CONTAINER_IP_NETNS, "/var/run/netns/{name}"},
};

/* Command lines. */
static const struct {
	enum container_kind kind;
	enum container_clue clue;
	const char *program; /* the last part of the first argument; with '*': how it begins */
	const char *has; /* an argument, or what is in one where that begins with '*'; or NULL */
	const char *id;  /* the option whose value is the id, or NULL */
	const char *name, *name_short; /* the same for the name */
	bool named_for_program;
} commands[] = {
    {CONTAINER_PODMAN, CONTAINER_BY_PARENT_COMMAND, "conmon", .has = "*/libpod/", .id = "-c",
        .name = "-n"},
    {CONTAINER_CRI_O, CONTAINER_BY_PARENT_COMMAND, "conmon", .has = "*/crio/", .id = "-c",
        .name = "-n"},
    {CONTAINER_DOCKER, CONTAINER_BY_PARENT_COMMAND, "containerd-shim*", .has = "moby", .id = "-id"},
    {CONTAINER_CONTAINERD, CONTAINER_BY_PARENT_COMMAND, "containerd-shim*", .id = "-id"},
    {CONTAINER_NSPAWN, CONTAINER_BY_PARENT_COMMAND, "systemd-nspawn", .name = "--machine",
        .name_short = "-M"},
    {CONTAINER_BUBBLEWRAP, CONTAINER_BY_PARENT_COMMAND, "bwrap", .has = NULL},
    {CONTAINER_BUBBLEWRAP, CONTAINER_BY_COMMAND, "bwrap", .has = NULL},
    {CONTAINER_CHROMIUM, CONTAINER_BY_COMMAND, "*", "--type=zygote", .named_for_program = true},
    {CONTAINER_CHROMIUM, CONTAINER_BY_COMMAND, "*", "--type=renderer", .named_for_program = true},
    {CONTAINER_CHROMIUM, CONTAINER_BY_COMMAND, "*", "--type=gpu-process",
        .named_for_program = true},
    {CONTAINER_CHROMIUM, CONTAINER_BY_COMMAND, "*", "--type=utility", .named_for_program = true},
    {CONTAINER_FIREFOX, CONTAINER_BY_COMMAND, "*", "-contentproc", .named_for_program = true},
};

/* --- Patterns --------------------------------------------------------------------------------- */

enum { POD_DIGITS = 32 };

/* The parts of a text that match. */
struct match {
	const char *end; /* of the text */
	const char *id, *name;
	size_t name_len;
};

static bool is_digit(char c, bool hex)
{
	return (c >= '0' && c <= '9') || (hex && c >= 'a' && c <= 'f');
}

static size_t count_digits(const char *at, const char *end, bool hex)
{
	const char *from = at;

	while (at < end && is_digit(*at, hex))
		at++;
	return (size_t)(at - from);
}

static size_t pod_len(const char *at, const char *end)
{
	const char *from = at;
	int digits = 0;

	for (; at < end && digits < POD_DIGITS; at++) {
		if (is_digit(*at, true))
			digits++;
		else if (*at != '-' && *at != '_')
			break;
	}
	return digits == POD_DIGITS ? (size_t)(at - from) : 0;
}

static size_t component_len(const char *at, const char *end)
{
	const char *slash = memchr(at, '/', (size_t)(end - at));

	return (size_t)((slash ? slash : end) - at);
}

static bool takes(const char **pattern, const char *token)
{
	size_t len = strlen(token);

	if (strncmp(*pattern, token, len) != 0)
		return false;
	*pattern += len;
	return true;
}

static bool is_open(const char *pattern)
{
	return strncmp(pattern, "{name}", 6) == 0 || strncmp(pattern, "{any}", 5) == 0;
}

/* Takes letters and tokens up to a {name} or {any} or the end of @pattern.  Returns where that is in the
 * text, or NULL where it does not fit. */
static const char *take_fixed(const char **pattern, const char *at, struct match *match)
{
	while (**pattern && !is_open(*pattern)) {
		size_t len = 0;

		if (takes(pattern, "{id}")) {
			len = count_digits(at, match->end, true) == CONTAINER_ID_CHARS
			          ? CONTAINER_ID_CHARS
			          : 0;
			match->id = at;
		} else if (takes(pattern, "{pod}")) {
			len = pod_len(at, match->end);
		} else if (takes(pattern, "{number}")) {
			len = count_digits(at, match->end, false);
		} else if (at < match->end && *at == *(*pattern)++) {
			len = 1;
		}
		if (len == 0)
			return NULL;
		at += len;
	}
	return at;
}

static const char *take_all(const char *pattern, const char *at, struct match *match)
{
	size_t len;

	at = take_fixed(&pattern, at, match);
	if (!at || !*pattern)
		return at;
	if (takes(&pattern, "{name}"))
		match->name = at;
	else
		takes(&pattern, "{any}");
	for (len = component_len(at, match->end); len > 0; len--) {
		const char *rest = pattern, *end = take_fixed(&rest, at + len, match);

		match->name_len = len;
		if (end && (end == match->end || *end == '/'))
			return end;
	}
	return NULL;
}

static int hex_value(char c)
{
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= '0' && c <= '9' ? c - '0' : -1;
}

static void container_set_name(struct container *container, const char *name, size_t len)
{
	size_t used = 0;

	for (size_t i = 0; i < len && used < sizeof(container->name) - 1; i++) {
		char byte = name[i];

		if (byte == '\\' && len - i >= 4 && name[i + 1] == 'x' &&
		    hex_value(name[i + 2]) >= 0 && hex_value(name[i + 3]) >= 0) {
			byte = (char)(hex_value(name[i + 2]) << 4 | hex_value(name[i + 3]));
			i += 3;
		}
		if (byte)
			container->name[used++] = byte;
	}
	container->name[used] = '\0';
}

static size_t container_match(
    const char *pattern, const char *text, size_t len, struct container *ret_container)
{
	struct match match = {.end = text + len};
	const char *end = take_all(pattern, text, &match);

	if (!end || (end != match.end && *end != '/'))
		return 0;
	ret_container->id[0] = ret_container->name[0] = '\0';
	if (match.id) {
		memcpy(ret_container->id, match.id, CONTAINER_ID_CHARS);
		ret_container->id[CONTAINER_ID_CHARS] = '\0';
	}
	if (match.name)
		container_set_name(ret_container, match.name, match.name_len);
	return (size_t)(end - text);
}

/* --- Paths ------------------------------------------------------------------------------------- */

static bool matches_at(const char *at, size_t len, struct container *ret_container)
{
	for (size_t row = 0; row < array_len(cgroups); row++) {
		if (container_match(cgroups[row].pattern, at, len, ret_container)) {
			ret_container->kind = cgroups[row].kind;
			return true;
		}
	}
	return false;
}

bool container_of_cgroup(const char *path, size_t len, struct container *ret_container)
{
	struct container found = {.clue = CONTAINER_BY_CGROUP};
	size_t at = len;

	while (at > 0) {
		const char *slash = memrchr(path, '/', at);

		if (!slash)
			return false;
		at = (size_t)(slash - path);
		if (matches_at(slash + 1, len - at - 1, &found)) {
			*ret_container = found;
			return true;
		}
	}
	return false;
}

bool container_of_mount(const char *path, struct container *ret_container)
{
	struct container found = {.clue = CONTAINER_BY_MOUNT};
	size_t len = strlen(path);

	for (size_t row = 0; row < array_len(mounts); row++) {
		if (container_match(mounts[row].pattern, path, len, &found) != len)
			continue;
		found.kind = mounts[row].kind;
		*ret_container = found;
		return true;
	}
	return false;
}

/* --- Lines of /proc/PID/cgroup ----------------------------------------------------------------- */

/* The rank of a line, and its path. */
static int judge_line(const char *line, size_t len, const char **ret_path, size_t *ret_len)
{
	static const char deleted[] = " (deleted)"; /* cgroups(7): it has no directory any more */
	const char *first = memchr(line, ':', len), *second;
	size_t left = first ? len - (size_t)(first + 1 - line) : 0;
	struct container container;

	second = first ? memchr(first + 1, ':', left) : NULL;
	if (!second)
		return 0;
	*ret_path = second + 1;
	*ret_len = len - (size_t)(second + 1 - line);
	if (*ret_len == 0 || **ret_path != '/')
		return 0;
	if (*ret_len >= sizeof(deleted) &&
	    memcmp(*ret_path + *ret_len - (sizeof(deleted) - 1), deleted, sizeof(deleted) - 1) == 0)
		*ret_len -= sizeof(deleted) - 1;
	if (container_of_cgroup(*ret_path, *ret_len, &container))
		return 4;
	if (second == first + 1 && *ret_len > 1)
		return 3;
	if ((size_t)(second - first - 1) == strlen("name=systemd") &&
	    memcmp(first + 1, "name=systemd", strlen("name=systemd")) == 0)
		return 2;
	return 1;
}

const char *container_cgroup_path(const char *text, size_t len, size_t *ret_len)
{
	const char *end = text + len, *best = NULL;
	int most = 0;

	for (const char *at = text; at < end;) {
		const char *newline = memchr(at, '\n', (size_t)(end - at)), *path;
		size_t line_len = (size_t)((newline ? newline : end) - at), path_len;
		int rank = judge_line(at, line_len, &path, &path_len);

		if (rank > most) {
			most = rank;
			best = path;
			*ret_len = path_len;
		}
		at += line_len + 1;
	}
	return best;
}

/* --- Command lines ----------------------------------------------------------------------------- */

/* The words of a command line.  A program that writes a title over its arguments leaves one, with
 * blanks in it. */
struct words {
	const char *at, *end;
	char separator;
};

struct word {
	const char *data;
	size_t len;
};

static struct words words_of(const char *cmdline, size_t len)
{
	return (struct words){.at = cmdline,
	    .end = cmdline + len,
	    .separator = memchr(cmdline, '\0', len) ? '\0' : ' '};
}

static bool next_word(struct words *words, struct word *ret_word)
{
	const char *end;

	if (words->at >= words->end)
		return false;
	end = memchr(words->at, words->separator, (size_t)(words->end - words->at));
	if (!end)
		end = words->end;
	*ret_word = (struct word){words->at, (size_t)(end - words->at)};
	words->at = end + 1;
	return true;
}

static bool is_word(const struct word *word, const char *text)
{
	return word->len == strlen(text) && memcmp(word->data, text, word->len) == 0;
}

/* The last part of the first word. */
static struct word program_of(struct words words)
{
	struct word word = {"", 0};
	const char *slash;

	if (!next_word(&words, &word))
		return word;
	slash = memrchr(word.data, '/', word.len);
	if (!slash)
		return word;
	return (struct word){slash + 1, word.len - (size_t)(slash + 1 - word.data)};
}

static bool is_program(const struct word *program, const char *pattern)
{
	size_t len = strlen(pattern);

	if (len > 0 && pattern[len - 1] == '*')
		return program->len >= len - 1 && memcmp(program->data, pattern, len - 1) == 0;
	return is_word(program, pattern);
}

static bool has(struct words words, const char *wanted)
{
	struct word word;

	while (next_word(&words, &word)) {
		if (wanted[0] == '*'
		        ? memmem(word.data, word.len, wanted + 1, strlen(wanted + 1)) != NULL
		        : is_word(&word, wanted))
			return true;
	}
	return false;
}

/* The value of @option: the next word, or behind a '='. */
static bool value_of(struct words words, const char *option, struct word *ret_value)
{
	size_t len = option ? strlen(option) : 0;
	struct word word;

	while (option && next_word(&words, &word)) {
		if (is_word(&word, option))
			return next_word(&words, ret_value);
		if (word.len > len && memcmp(word.data, option, len) == 0 &&
		    word.data[len] == '=') {
			*ret_value = (struct word){word.data + len + 1, word.len - len - 1};
			return true;
		}
	}
	return false;
}

/* In most runtimes an id is 64 digits; in some the user may choose it. */
static void set_id(struct container *container, const struct word *id)
{
	struct container whole;

	if (container_match("{id}", id->data, id->len, &whole) == id->len && id->len)
		memcpy(container->id, whole.id, sizeof(container->id));
	else
		container_set_name(container, id->data, id->len);
}

/* "[lxc monitor] /var/lib/lxc web" is the title that lxc-start(1) gives itself. */
static bool of_lxc_monitor(const char *cmdline, size_t len, struct container *container)
{
	static const char title[] = "[lxc monitor] ";
	const char *blank;

	if (len < sizeof(title) || memcmp(cmdline, title, sizeof(title) - 1) != 0)
		return false;
	blank = memrchr(cmdline, ' ', len);
	container->kind = CONTAINER_LXC;
	container_set_name(container, blank + 1, len - (size_t)(blank + 1 - cmdline));
	return true;
}

bool container_of_command(
    const char *cmdline, size_t len, enum container_clue clue, struct container *ret_container)
{
	struct container found = {.clue = clue};
	struct words words = words_of(cmdline, len);
	struct word program = program_of(words), value;

	if (clue == CONTAINER_BY_PARENT_COMMAND && of_lxc_monitor(cmdline, len, &found)) {
		*ret_container = found;
		return true;
	}
	for (size_t row = 0; row < array_len(commands); row++) {
		if (commands[row].clue != clue || !is_program(&program, commands[row].program) ||
		    (commands[row].has && !has(words, commands[row].has)))
			continue;
		found.kind = commands[row].kind;
		if (value_of(words, commands[row].id, &value))
			set_id(&found, &value);
		if (value_of(words, commands[row].name, &value) ||
		    value_of(words, commands[row].name_short, &value))
			container_set_name(&found, value.data, value.len);
		if (commands[row].named_for_program)
			container_set_name(&found, program.data, program.len);
		*ret_container = found;
		return true;
	}
	return false;
}

/* --- Of what is known of a process --------------------------------------------------------------------------- */

static bool by_command(
    const struct process *process, enum container_clue clue, struct container *ret_container)
{
	if (clue == CONTAINER_BY_PARENT_COMMAND)
		process = process->parent;
	return process && process->cmdline &&
	       container_of_command(process->cmdline, process->cmdline_len, clue, ret_container);
}

/* A cgroup's path does not have the name that the user chose, but the command line of the parent may. */
static void complete(const struct process *process, struct container *container)
{
	struct container parents;

	if (!container->name[0] && by_command(process, CONTAINER_BY_PARENT_COMMAND, &parents) &&
	    strcmp(parents.id, container->id) == 0)
		memcpy(container->name, parents.name, sizeof(container->name));
}

static bool by_cgroup(const struct process *process, struct container *ret_container)
{
	if (!process->cgroup ||
	    !container_of_cgroup(process->cgroup, strlen(process->cgroup), ret_container))
		return false;
	complete(process, ret_container);
	return true;
}

/* --- Of a namespace --------------------------------------------------------------------------- */

static bool by_mount(const struct ns *ns, struct container *ret_container)
{
	for (uint32_t i = 0; i < ns->holder_count; i++) {
		const struct holder *holder = &ns->holders[i];

		if (holder->kind == HOLDER_MOUNT && container_of_mount(holder->path, ret_container))
			return true;
	}
	return false;
}

/* The oldest member of @ns: its creator, or the first child. The others may have joined, or be in a
 * container that shares this one namespace with its host. */
static const struct process *oldest_of(const struct ns *ns)
{
	const struct process *oldest = ns->first_member, *member = oldest;

	for (int asked = 0; member && asked < MEMBERS_ASKED; asked++) {
		if (member->id.start_ticks < oldest->id.start_ticks)
			oldest = member;
		member = member->next_member[ns->id.type];
	}
	return oldest;
}

bool container_of_ns(const struct ns *ns, struct container *ret_container)
{
	const struct process *oldest = oldest_of(ns);

	if (ns->initial || ns->reference)
		return false;
	return (oldest && by_cgroup(oldest, ret_container)) || by_mount(ns, ret_container) ||
	       (oldest && (by_command(oldest, CONTAINER_BY_PARENT_COMMAND, ret_container) ||
	                      by_command(oldest, CONTAINER_BY_COMMAND, ret_container)));
}

/* --- Of a process ----------------------------------------------------------------------------- */

static bool is_isolated(const struct process *process)
{
	bool isolated = false;

	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *ns = process->ns[type];

		isolated |= ns && !ns->initial && !ns->reference;
	}
	return isolated;
}

bool container_of_process(const struct process *process, struct container *ret_container)
{
	/* Types that containers often share come last. */
	static const enum nstype order[] = {
	    NS_PID, NS_MNT, NS_CGROUP, NS_UTS, NS_IPC, NS_USER, NS_NET, NS_TIME};

	if (is_isolated(process) && by_cgroup(process, ret_container))
		return true;
	for (size_t i = 0; i < array_len(order); i++) {
		const struct ns *ns = process->ns[order[i]];

		if (ns && container_of_ns(ns, ret_container))
			return true;
	}
	return false;
}

void container_add(const struct container *container, enum style style, struct line *line)
{
	line_adds(line, style, container_kind_names[container->kind]);
	if (container->name[0])
		line_addf(line, style, " %s", container->name);
	else if (container->id[0])
		line_addf(line, style, " %.*s", SHORT_ID_CHARS, container->id);
}
