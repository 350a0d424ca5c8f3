#include "scanner/bpf/bpf_types.h"

#include "model/base/util.h"

#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct names {
	const char **items; /* sorted, once it is looked up in; borrowed from the types */
	size_t count, capacity;
};

struct slim {
	const struct btf *kernel;
	struct btf *types; /* that come out */
	int *copies;       /* of each of the kernel's types, by number; 0 for none */
	struct names structs, members;
};

/* --- What is named ----------------------------------------------------------------------------- */

/* A structure that differs among kernels is named several times, as name___how. */
static size_t essential_len(const char *name)
{
	const char *flavour = strstr(name, "___");

	return flavour ? (size_t)(flavour - name) : strlen(name);
}

static int compare_names(const void *a, const void *b)
{
	const char *one = *(const char *const *)a, *other = *(const char *const *)b;
	size_t one_len = essential_len(one), other_len = essential_len(other);
	int order = memcmp(one, other, one_len < other_len ? one_len : other_len);

	return order ? order : (one_len > other_len) - (one_len < other_len);
}

static void add_name(struct names *names, const char *name)
{
	if (!name || !*name)
		return;
	array_reserve(names->items, names->capacity, names->count + 1);
	names->items[names->count++] = name;
}

static void sort_names(struct names *names)
{
	if (names->count)
		qsort(names->items, names->count, sizeof(*names->items), compare_names);
}

static bool has_name(const struct names *names, const char *name)
{
	return names->count &&
	       bsearch(&name, names->items, names->count, sizeof(name), compare_names);
}

static bool is_composite(const struct btf_type *type)
{
	return btf_is_struct(type) || btf_is_union(type);
}

static void take_names(struct slim *slim, const struct btf *own)
{
	for (__u32 id = 1; id < btf__type_cnt(own); id++) {
		const struct btf_type *type = btf__type_by_id(own, id);

		if (!is_composite(type))
			continue;
		add_name(&slim->structs, btf__name_by_offset(own, type->name_off));
		for (__u32 i = 0; i < btf_vlen(type); i++)
			add_name(&slim->members,
			    btf__name_by_offset(own, btf_members(type)[i].name_off));
	}
	sort_names(&slim->structs);
	sort_names(&slim->members);
}

/* --- What is copied ---------------------------------------------------------------------------- */

/* All return the number of the copy, or -errno. */
static int copy(struct slim *slim, __u32 id);

static const char *name_of(const struct slim *slim, const struct btf_type *type)
{
	return btf__name_by_offset(slim->kernel, type->name_off);
}

/* Returns whether it is named, or may contain something that is named. */
static bool is_wanted(const struct slim *slim, const struct btf_member *member)
{
	const char *name = btf__name_by_offset(slim->kernel, member->name_off);

	return !name || !*name || has_name(&slim->members, name);
}

static int copy_composite(struct slim *slim, const struct btf_type *type)
{
	const struct btf_member *members = btf_members(type);
	int id, r;

	/* First what its members are of: members belong to the last type that was added. */
	for (__u32 i = 0; i < btf_vlen(type); i++) {
		r = is_wanted(slim, &members[i]) ? copy(slim, members[i].type) : 0;
		if (r < 0)
			return r;
	}
	id = (btf_is_struct(type) ? btf__add_struct : btf__add_union)(
	    slim->types, name_of(slim, type), type->size);
	for (__u32 i = 0; id > 0 && i < btf_vlen(type); i++) {
		if (!is_wanted(slim, &members[i]))
			continue;
		r = btf__add_field(slim->types,
		    btf__name_by_offset(slim->kernel, members[i].name_off),
		    copy(slim, members[i].type), btf_member_bit_offset(type, i),
		    btf_member_bitfield_size(type, i));
		if (r < 0)
			return r;
	}
	return id;
}

static int copy_array(struct slim *slim, const struct btf_type *type)
{
	const struct btf_array *array = btf_array(type);
	int index = copy(slim, array->index_type);
	int element = copy(slim, array->type);

	if (index < 0 || element < 0)
		return index < 0 ? index : element;
	return btf__add_array(slim->types, index, element, array->nelems);
}

static int make_copy(struct slim *slim, const struct btf_type *type)
{
	switch (btf_kind(type)) {
	case BTF_KIND_INT:
		return btf__add_int(
		    slim->types, name_of(slim, type), type->size, btf_int_encoding(type));
	case BTF_KIND_FLOAT:
		return btf__add_float(slim->types, name_of(slim, type), type->size);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return btf__add_enum(slim->types, name_of(slim, type), type->size);
	case BTF_KIND_FWD:
		return btf__add_fwd(slim->types, name_of(slim, type), BTF_FWD_STRUCT);
	case BTF_KIND_PTR:
		/* What it points to is named by itself where it is asked for. */
		return btf__add_ptr(slim->types, 0);
	case BTF_KIND_ARRAY:
		return copy_array(slim, type);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return copy_composite(slim, type);
	default: /* modifiers and other names change no place */
		return btf_is_mod(type) || btf_is_typedef(type) ? copy(slim, type->type) : -EPROTO;
	}
}

static int copy(struct slim *slim, __u32 id)
{
	if (id == 0) /* void */
		return 0;
	if (slim->copies[id] == 0)
		slim->copies[id] = make_copy(slim, btf__type_by_id(slim->kernel, id));
	return slim->copies[id];
}

static int copy_named(struct slim *slim)
{
	for (__u32 id = 1; id < btf__type_cnt(slim->kernel); id++) {
		const struct btf_type *type = btf__type_by_id(slim->kernel, id);
		int r = 0;

		if (is_composite(type) && has_name(&slim->structs, name_of(slim, type)))
			r = copy(slim, id);
		if (r < 0)
			return r;
	}
	return 0;
}

/* --- All of it --------------------------------------------------------------------------------- */

static int write_types(const struct btf *types)
{
	__u32 size;
	const char *data = btf__raw_data(types, &size);
	int fd = data ? memfd_create("types", MFD_CLOEXEC) : -1;

	while (fd >= 0 && size > 0) {
		ssize_t len = write(fd, data, size);

		if (len < 0) {
			int error = errno;

			close_fd(&fd);
			return -error;
		}
		data += len;
		size -= (__u32)len;
	}
	return fd < 0 ? -errno : fd;
}

/* The structures that @own names.  Returns a descriptor, or -errno. */
static int make_slim(const struct btf *own)
{
	struct btf *kernel = btf__load_vmlinux_btf();
	struct slim slim = {.kernel = kernel, .types = kernel ? btf__new_empty() : NULL};
	int r = slim.types ? 0 : -errno;

	if (slim.types) {
		slim.copies = xcalloc(btf__type_cnt(kernel), sizeof(*slim.copies));
		take_names(&slim, own);
		r = copy_named(&slim);
		if (r == 0)
			r = write_types(slim.types);
	}
	free(slim.copies);
	free(slim.structs.items);
	free(slim.members.items);
	btf__free(slim.types);
	btf__free(kernel);
	return r;
}

const struct bpf_object_open_opts *bpf_types_begin(
    struct bpf_types *types, const void *elf, size_t bytes)
{
	struct bpf_object *programs = bpf_object__open_mem(elf, bytes, NULL);
	const struct btf *own = programs ? bpf_object__btf(programs) : NULL;

	types->fd = own ? make_slim(own) : -1;
	bpf_object__close(programs);
	if (types->fd < 0)
		return NULL;
	snprintf(types->path, sizeof(types->path), "/proc/self/fd/%d", types->fd);
	types->options = (struct bpf_object_open_opts){
	    .sz = sizeof(types->options), .btf_custom_path = types->path};
	return &types->options;
}

void bpf_types_end(struct bpf_types *types)
{
	close_fd(&types->fd);
}
