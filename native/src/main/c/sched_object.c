// SPDX-License-Identifier: Apache-2.0
#include "sched_object.h"

#include "sched_btf.h"
#include "sched_handle.h"
#include "sched_log.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#if LIBBPF_MAJOR_VERSION < 1 || (LIBBPF_MAJOR_VERSION == 1 && LIBBPF_MINOR_VERSION < 5)
#error "libbpf 1.5 or newer is needed: run bin/setup build"
#endif

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the shared layout is little endian");

struct sched_object {
	struct bpf_object *bpf;
	void *bytes;
	bool loaded;
};

static struct sched_object *object_of(int64_t handle)
{
	return sched_handle_get(SCHED_HANDLE_OBJECT, handle);
}

int64_t sched_object_open(void *bytes, size_t size, const char *name)
{
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = name);
	struct sched_object *object;
	int64_t result;

	sched_log_reset();
	object = calloc(1, sizeof(*object));
	if (!object) {
		result = -ENOMEM;
		goto cleanup;
	}
	object->bytes = bytes;
	object->bpf = bpf_object__open_mem(bytes, size, &options);
	if (!object->bpf) {
		result = -errno;
		goto cleanup;
	}
	result = sched_handle_put(SCHED_HANDLE_OBJECT, object);
	if (result > 0)
		return result;

cleanup:
	if (object)
		bpf_object__close(object->bpf);
	free(object);
	free(bytes);
	return result;
}

int sched_object_close(int64_t handle)
{
	struct sched_object *object = sched_handle_take(SCHED_HANDLE_OBJECT, handle);

	if (!object)
		return -EBADF;
	bpf_object__close(object->bpf);
	free(object->bytes);
	free(object);
	return 0;
}

/* The object's BTF, or NULL with errno set. */
static const struct btf *btf_of(int64_t handle)
{
	struct sched_object *object = object_of(handle);
	const struct btf *btf = object ? bpf_object__btf(object->bpf) : NULL;

	if (!btf)
		errno = object ? ENODATA : EBADF;
	return btf;
}

int sched_object_layout_hash(int64_t handle, const char *names, uint64_t *hash)
{
	const struct btf *btf = btf_of(handle);

	return btf ? sched_layout_hash(btf, names, hash) : -errno;
}

int sched_object_enum_value(int64_t handle, const char *enumeration, const char *name,
			    int64_t *value)
{
	const struct btf *btf = btf_of(handle);

	return btf ? sched_btf_enum_value(btf, enumeration, name, value) : -errno;
}

/* Finds a map of an object that must, for a setter, not be loaded yet. */
static int find_map(int64_t handle, const char *name, bool to_set, struct bpf_map **map)
{
	struct sched_object *object = object_of(handle);

	if (!object)
		return -EBADF;
	if (to_set && object->loaded)
		return -EBUSY;
	*map = bpf_object__find_map_by_name(object->bpf, name);
	return *map ? 0 : -ENOENT;
}

static int find_program(int64_t handle, const char *name, struct bpf_program **program)
{
	struct sched_object *object = object_of(handle);

	if (!object)
		return -EBADF;
	*program = bpf_object__find_program_by_name(object->bpf, name);
	return *program ? 0 : -ENOENT;
}

/*
 * Stores a scalar of 1, 2, 4 or 8 bytes; -ERANGE when the value fits neither signed nor unsigned.
 */
static int store_scalar(void *to, uint32_t size, int64_t value)
{
	if (size != 1 && size != 2 && size != 4 && size != 8)
		return -EINVAL;
	if (size < 8) {
		int bits = (int)size * 8;

		if (value < -(1LL << (bits - 1)) || value >= 1LL << bits)
			return -ERANGE;
	}
	memcpy(to, &value, size);
	return 0;
}

int sched_object_set_rodata(int64_t handle, const char *variable, int64_t value)
{
	const struct btf *btf = btf_of(handle);
	struct sched_btf_field field;
	struct bpf_map *map;
	size_t size = 0;
	char *data;
	int err;

	if (!btf)
		return -errno;
	err = find_map(handle, ".rodata", true, &map);
	if (err)
		return err;
	err = sched_btf_variable(btf, ".rodata", variable, &field);
	if (err)
		return err;
	if (!sched_btf_is_scalar(btf, field.type))
		return -EINVAL;
	data = bpf_map__initial_value(map, &size);
	if (!data || (size_t)field.offset + field.size > size)
		return -EINVAL;
	return store_scalar(data + field.offset, field.size, value);
}

int sched_object_set_map_entries(int64_t handle, const char *map, int entries)
{
	struct bpf_map *m;
	int err = find_map(handle, map, true, &m);

	if (err)
		return err;
	return entries > 0 ? bpf_map__set_max_entries(m, (uint32_t)entries) : -EINVAL;
}

int sched_object_set_autoload(int64_t handle, const char *program, bool autoload)
{
	struct sched_object *object = object_of(handle);
	struct bpf_program *p;
	int err = find_program(handle, program, &p);

	if (err)
		return err;
	return object->loaded ? -EBUSY : bpf_program__set_autoload(p, autoload);
}

int sched_object_set_autocreate(int64_t handle, const char *map, bool autocreate)
{
	struct bpf_map *m;
	int err = find_map(handle, map, true, &m);

	return err ? err : bpf_map__set_autocreate(m, autocreate);
}

/* Finds a member in the struct of a struct_ops map; data is where it lies. */
static int find_ops_member(int64_t handle, const char *map, const char *member,
			   struct sched_btf_field *field, char **data)
{
	const struct btf *btf = btf_of(handle);
	struct bpf_map *m;
	size_t size = 0;
	int err;

	if (!btf)
		return -errno;
	err = find_map(handle, map, true, &m);
	if (err)
		return err;
	if (bpf_map__type(m) != BPF_MAP_TYPE_STRUCT_OPS)
		return -EINVAL;
	err = sched_btf_member(btf, bpf_map__btf_value_type_id(m), member, field);
	if (err)
		return err;
	*data = bpf_map__initial_value(m, &size);
	if (!*data || (size_t)field->offset + field->size > size)
		return -EINVAL;
	*data += field->offset;
	return 0;
}

int sched_object_set_ops_member(int64_t handle, const char *map, const char *member, int64_t value)
{
	struct sched_btf_field field;
	const struct btf *btf;
	char *data;
	int err = find_ops_member(handle, map, member, &field, &data);

	if (err)
		return err;
	btf = btf_of(handle);
	if (btf_is_ptr(btf__type_by_id(btf, field.type))) {
		if (value)
			return -EINVAL;
	} else if (!sched_btf_is_scalar(btf, field.type)) {
		return -EINVAL;
	}
	return store_scalar(data, field.size, value);
}

int sched_object_set_ops_name(int64_t handle, const char *map, const char *name)
{
	struct sched_btf_field field;
	char *data;
	int err = find_ops_member(handle, map, "name", &field, &data);

	if (err)
		return err;
	if (!btf_is_array(btf__type_by_id(btf_of(handle), field.type)) || !*name)
		return -EINVAL;
	if (strlen(name) >= field.size)
		return -ENAMETOOLONG;
	memset(data, 0, field.size);
	memcpy(data, name, strlen(name));
	return 0;
}

int sched_object_load(int64_t handle)
{
	struct sched_object *object = object_of(handle);
	int err;

	sched_log_reset();
	if (!object)
		return -EBADF;
	if (object->loaded)
		return -EBUSY;
	err = bpf_object__load(object->bpf);
	object->loaded = true;	/* libbpf can not try the same object twice */
	return err;
}

int sched_object_map_fd(int64_t handle, const char *map)
{
	struct bpf_map *m;
	int err = find_map(handle, map, false, &m);
	int fd = err ? err : bpf_map__fd(m);

	return err || fd >= 0 ? fd : -EINVAL;
}

int sched_object_program_fd(int64_t handle, const char *program)
{
	struct bpf_program *p;
	int err = find_program(handle, program, &p);
	int fd = err ? err : bpf_program__fd(p);

	return err || fd >= 0 ? fd : -EINVAL;
}

static int as_int(uint32_t value)
{
	return value > INT_MAX ? -EOVERFLOW : (int)value;
}

int sched_object_map_value_bytes(int64_t handle, const char *map)
{
	struct bpf_map *m;
	int err = find_map(handle, map, false, &m);

	return err ? err : as_int(bpf_map__value_size(m));
}

int sched_object_map_entries(int64_t handle, const char *map)
{
	struct bpf_map *m;
	int err = find_map(handle, map, false, &m);

	return err ? err : as_int(bpf_map__max_entries(m));
}

/* Gives a link out, or the error that libbpf left in errno. */
static int64_t put_link(struct bpf_link *link)
{
	int64_t handle;

	if (!link)
		return -errno;
	handle = sched_handle_put(SCHED_HANDLE_LINK, link);
	if (handle < 0)
		bpf_link__destroy(link);
	return handle;
}

int64_t sched_object_attach_struct_ops(int64_t handle, const char *map)
{
	struct bpf_map *m;
	int err = find_map(handle, map, false, &m);

	sched_log_reset();
	return err ? err : put_link(bpf_map__attach_struct_ops(m));
}

int64_t sched_object_attach_program(int64_t handle, const char *program)
{
	struct bpf_program *p;
	int err = find_program(handle, program, &p);

	sched_log_reset();
	return err ? err : put_link(bpf_program__attach(p));
}

int sched_link_destroy(int64_t handle)
{
	struct bpf_link *link = sched_handle_take(SCHED_HANDLE_LINK, handle);

	return link ? bpf_link__destroy(link) : -EBADF;
}

int sched_link_fd(int64_t handle)
{
	struct bpf_link *link = sched_handle_get(SCHED_HANDLE_LINK, handle);

	return link ? bpf_link__fd(link) : -EBADF;
}

int sched_link_detach(int fd)
{
	return bpf_link_detach(fd);
}

int sched_pin(int fd, const char *path)
{
	return bpf_obj_pin(fd, path);
}

int sched_pin_open(const char *path)
{
	return bpf_obj_get(path);
}

int sched_program_run(int fd, void *context, uint32_t size)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = context, .ctx_size_in = size);
	int err = bpf_prog_test_run_opts(fd, &options);

	return err ? err : (int)options.retval;
}
