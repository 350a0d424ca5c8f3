/* Fuzzes what takes the text of /proc apart: scanner/proc/parse.h, and the cgroups of model/graph/containers.h.
 *
 * The first byte says which parser, the rest is its text.  What any of them gives must lie within the
 * text, and what it takes for a number must stand there. */
#include "model/base/line.h"
#include "model/base/util.h"
#include "model/graph/containers.h"
#include "model/report/inspection.h"
#include "scanner/proc/parse.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz.h"

#include <errno.h>
#include <string.h>

/* A text to be parsed, which ends where it ends. */
struct input {
	const char *text;
	size_t len;
};

static bool is_within(const struct input *input, const char *at, size_t len)
{
	return at >= input->text && len <= input->len && at <= input->text + input->len - len;
}

static bool has_number(const struct input *input, uint64_t number)
{
	autofree char *digits = xasprintf("%llu", (unsigned long long)number);

	return memmem(input->text, input->len, digits, strlen(digits));
}

static void check_ns_link(const struct input *input)
{
	int fits = 0;

	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		autofree char *again = NULL;
		uint64_t ino = 1;
		int r = parse_ns_link(input->text, input->len, type, &ino);

		CHECK(r == 0 || (r == (input->len ? -EBADMSG : -EACCES) && ino == 1));
		if (r < 0)
			continue;
		fits++;
		/* Leading zeros apart, the text is told by what it gives. */
		again = xasprintf("%s:[%llu]", ns_types[type].name, (unsigned long long)ino);
		CHECK(strlen(again) <= input->len);
		CHECK(has_number(input, ino));
	}
	CHECK(fits <= 1);
}

static void check_status(const struct input *input)
{
	struct proc_status status = {.pid_levels = -1};
	int r = parse_status(input->text, input->len, &status);

	CHECK(r == 0 || (r == -EBADMSG && status.pid_levels == -1));
	if (r < 0)
		return;
	CHECK(status.name_len <= sizeof(status.name));
	CHECK(status.pid_levels >= 0 && status.pid_levels <= STATUS_PIDS_MAX);
	CHECK(has_number(input, status.euid) || memchr(input->text, '0', input->len));
	for (int i = 0; i < status.pid_levels; i++)
		CHECK(status.pids[i] >= 0);
}

static void check_start_ticks(const struct input *input)
{
	uint64_t ticks = 7;
	int r = parse_start_ticks(input->text, input->len, &ticks);
	const char *name_end = memrchr(input->text, ')', input->len);

	CHECK(r == 0 || (r == -EBADMSG && ticks == 7));
	if (r < 0)
		return;
	CHECK(name_end);
	/* Nothing before the last ')' says anything. */
	uint64_t same = 0;
	CHECK(
	    parse_start_ticks(name_end, (size_t)(input->text + input->len - name_end), &same) == 0);
	CHECK(same == ticks);
}

static void check_piece(const struct input *input, const char *at, size_t len)
{
	autofree char *raw = xmalloc(len);
	size_t used;

	CHECK(is_within(input, at, len));
	used = parse_unescape(at, len, raw);
	CHECK(used <= len);
	CHECK(memchr(at, '\\', len) || (used == len && memcmp(raw, at, len) == 0));
}

static void check_mount_line(const struct input *input)
{
	struct mount_line mount = {.id = 7};
	int r = parse_mount_line(input->text, input->len, &mount);

	CHECK(r == 0 || (r == -EBADMSG && mount.id == 7));
	if (r < 0)
		return;
	CHECK(has_number(input, mount.id) && has_number(input, mount.parent_id));
	check_piece(input, mount.root, mount.root_len);
	check_piece(input, mount.mount_point, mount.mount_point_len);
	check_piece(input, mount.options, mount.options_len);
	check_piece(input, mount.tags, mount.tags_len);
	check_piece(input, mount.fs_type, mount.fs_type_len);
	check_piece(input, mount.source, mount.source_len);
	check_piece(input, mount.super_options, mount.super_options_len);
	CHECK(!memchr(mount.mount_point, ' ', mount.mount_point_len));
	CHECK(mount.root < mount.mount_point && mount.mount_point < mount.options &&
	      mount.options < mount.tags && mount.tags < mount.fs_type &&
	      mount.fs_type < mount.super_options);
	parse_hidepid(mount.super_options, mount.super_options_len);
}

static void check_rest(const struct input *input)
{
	size_t len = parse_cmdline_len(input->text, input->len);
	struct hidepid hidepid = parse_hidepid(input->text, input->len);

	CHECK(len <= input->len && (len == 0 || input->text[len - 1] != '\0'));
	for (size_t i = len; i < input->len; i++)
		CHECK(input->text[i] == '\0');
	CHECK(!hidepid.hides || memmem(input->text, input->len, "hidepid=", 8));
	CHECK(!hidepid.gid || memmem(input->text, input->len, "gid=", 4));
}

static void check_container(const struct input *input, const struct container *container)
{
	size_t id_len = strlen(container->id);
	struct line line;

	CHECK((int)container->kind < CONTAINER_KIND_COUNT);
	CHECK((int)container->clue < CONTAINER_CLUE_COUNT);
	CHECK(id_len == 0 || id_len == CONTAINER_ID_CHARS);
	CHECK(strspn(container->id, "0123456789abcdef") == id_len);
	CHECK(memmem(input->text, input->len, container->id, id_len));
	CHECK(strlen(container->name) < sizeof(container->name));
	line_init(&line, CHARSET_ASCII);
	container_add(container, STYLE_PLAIN, &line);
	CHECK(line.cols >= strlen(container_kind_names[container->kind]));
	line_done(&line);
}

static void check_cgroup(const struct input *input)
{
	struct container container;
	size_t len = 0;
	const char *path = container_cgroup_path(input->text, input->len, &len);

	if (path) {
		CHECK(is_within(input, path, len) && len > 0 && path[0] == '/');
		CHECK(!memchr(path, '\n', len));
		if (container_of_cgroup(path, len, &container))
			check_container(input, &container);
	}
	if (container_of_cgroup(input->text, input->len, &container))
		check_container(input, &container);
}

static void check_commands(const struct input *input)
{
	autofree char *string = xstrndup(input->text, input->len);
	struct container container;

	if (container_of_command(input->text, input->len, CONTAINER_BY_COMMAND, &container))
		check_container(input, &container);
	if (container_of_command(input->text, input->len, CONTAINER_BY_PARENT_COMMAND, &container))
		check_container(input, &container);
	if (container_of_mount(string, &container))
		check_container(input, &container);
}

/* Takes over @data. */
static void check_same_facts(const struct inspection *first, char *data, size_t len)
{
	struct inspection *second;

	CHECK(inspection_decode(data, len, &second) == 0);
	CHECK(second->count == first->count);
	for (size_t i = 0; i < first->count; i++) {
		const struct fact *a = &first->facts[i], *b = &second->facts[i];

		CHECK(a->kind == b->kind);
		for (int text = 0; text < FACT_TEXTS; text++)
			CHECK(
			    !a->texts[text].data == !b->texts[text].data &&
			    a->texts[text].len == b->texts[text].len &&
			    (!a->texts[text].len || memcmp(a->texts[text].data, b->texts[text].data,
			                                a->texts[text].len) == 0));
	}
	inspection_free(second);
}

/* What crosses the pipe from the helper that looks inside: it is ours, and checked all the same. */
static void check_facts(const struct input *input)
{
	char *data = xmalloc(input->len);
	struct inspection *inspection = NULL;
	char *again = NULL;
	size_t len = 0, room = 0;

	memcpy(data, input->text, input->len);
	if (inspection_decode(data, input->len, &inspection) < 0) {
		CHECK(!inspection);
		return;
	}
	CHECK(inspection->count <= FACTS_MAX);
	for (size_t i = 0; i < inspection->count; i++) {
		const struct fact *fact = &inspection->facts[i];

		CHECK((int)fact->kind >= 0 && fact->kind < FACT_KIND_COUNT);
		for (int text = 0; text < FACT_TEXTS; text++)
			CHECK(!fact->texts[text].data ||
			      (fact->texts[text].data >= inspection->bytes &&
			          fact->texts[text].data + fact->texts[text].len <=
			              inspection->bytes + inspection->len));
		fact_encode(fact, &again, &len, &room);
	}
	/* Told again, it is the same, but for the values of pointers. */
	CHECK(len == input->len);
	check_same_facts(inspection, again, len);
	inspection_free(inspection);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static void (*const checks[])(const struct input *input) = {
	    ['0'] = check_ns_link,
	    ['1'] = check_status,
	    ['2'] = check_start_ticks,
	    ['3'] = check_mount_line,
	    ['4'] = check_rest,
	    ['5'] = check_cgroup,
	    ['6'] = check_commands,
	    ['7'] = check_facts,
	};
	struct input input = {.text = (const char *)data, .len = len};

	if (len == 0) {
		for (size_t i = '0'; i < array_len(checks); i++)
			checks[i](&input);
		return 0;
	}
	/* Any other byte belongs to the text, which all of them get. */
	if (data[0] >= '0' && data[0] < array_len(checks)) {
		input = (struct input){.text = (const char *)data + 1, .len = len - 1};
		checks[data[0]](&input);
	} else {
		for (size_t i = '0'; i < array_len(checks); i++)
			checks[i](&input);
	}
	return 0;
}
