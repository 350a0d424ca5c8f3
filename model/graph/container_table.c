/* The table of runtimes and the marks that they leave.
 *
 * Of cgroups there are two drivers in most runtimes, one that asks systemd for a scope and one that
 * makes directories itself ("cgroupfs"), and of some several versions. */
#include "model/base/util.h"
#include "model/graph/container_match.h"

#include <string.h>

/* Parts of a path, from the beginning of any of its directories.  The innermost tells: containers
 * stand in containers. */
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

/* How much one line tells, and its path. */
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
		int tells = judge_line(at, line_len, &path, &path_len);

		if (tells > most) {
			most = tells;
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

/* Of most runtimes an id is 64 digits; some let a person give it. */
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
