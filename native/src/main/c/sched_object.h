// SPDX-License-Identifier: Apache-2.0
/*
 * Life of a BPF object: open, set what the program reads, load, look maps and programs up, attach,
 * close. All functions return >= 0 or -errno. One object is used by one thread at a time. -EBADF:
 * the handle is not open. -EBUSY from a setter: the object is loaded already.
 */
#ifndef SCX4J_SCHED_OBJECT_H
#define SCX4J_SCHED_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Opens an ELF object. Takes ownership of the malloc'ed bytes in every case and keeps them as long
 * as the object is open. Returns its handle. Does not need any privilege.
 */
int64_t sched_object_open(void *bytes, size_t size, const char *name);

/* Closes the object: its maps and programs go unless a link or mapping still holds them. */
int sched_object_close(int64_t handle);

/*
 * Layout hash of structs in the object's BTF: see sched_layout_hash. -ENODATA: object without BTF.
 */
int sched_object_layout_hash(int64_t handle, const char *names, uint64_t *hash);

/* Value of an enumerator in the object's BTF. */
int sched_object_enum_value(int64_t handle, const char *enumeration, const char *name,
			    int64_t *value);

/*
 * Sets a variable of .rodata before load. -ENOENT: no such variable; -EINVAL: not an integer, bool
 * or enum of 1, 2, 4 or 8 bytes; -ERANGE: the value does not fit.
 */
int sched_object_set_rodata(int64_t handle, const char *variable, int64_t value);

/*
 * Sizes a map before load (entries; bytes for ring buffers, which the kernel wants a power of
 * two).
 */
int sched_object_set_map_entries(int64_t handle, const char *map, int entries);

/* Whether load() loads this program, or creates this map. */
int sched_object_set_autoload(int64_t handle, const char *program, bool autoload);
int sched_object_set_autocreate(int64_t handle, const char *map, bool autocreate);

/*
 * Sets a member of a struct_ops map's struct before load: a scalar to a value that fits (-ERANGE),
 * or a callback to 0, which takes its program out. -EINVAL: neither, or the map is not a
 * struct_ops map.
 */
int sched_object_set_ops_member(int64_t handle, const char *map, const char *member, int64_t value);

/*
 * Sets the char array "name" of a struct_ops map. -ENAMETOOLONG: it would be cut; -EINVAL: empty.
 */
int sched_object_set_ops_name(int64_t handle, const char *map, const char *name);

/*
 * Creates the maps and loads the programs. Needs CAP_BPF and CAP_PERFMON or root. May take a
 * second.
 */
int sched_object_load(int64_t handle);

/* The file descriptor, owned by the object, of a map or a program; -EINVAL: not loaded (yet). */
int sched_object_map_fd(int64_t handle, const char *map);
int sched_object_program_fd(int64_t handle, const char *program);

/* Bytes of one value of a map (0 for ring buffers), and its entries (bytes for ring buffers). */
int sched_object_map_value_bytes(int64_t handle, const char *map);
int sched_object_map_entries(int64_t handle, const char *map);

/* Attach; return the handle of the link. -EBUSY: something of that kind is attached already. */
int64_t sched_object_attach_struct_ops(int64_t handle, const char *map);
int64_t sched_object_attach_program(int64_t handle, const char *program);

/* Detaches. Waits until the kernel is back on what it did before. */
int sched_link_destroy(int64_t handle);

/* The file descriptor of a link, owned by it. */
int sched_link_fd(int64_t handle);

/*
 * Detaches what a link attaches, whoever else holds the link. Waits as sched_link_destroy.
 */
int sched_link_detach(int fd);

/*
 * Gives a map, program or link a name in the BPF file system, under which it outlives the process;
 * opens it again by that name (the caller closes the descriptor). -EPERM from pin: no such file
 * system there; -EEXIST: the name is taken; -ENOENT: no such name or folder.
 */
int sched_pin(int fd, const char *path);
int sched_pin_open(const char *path);

/*
 * Runs a loaded SEC("syscall") program once on the calling thread, with the context in place (it
 * may write into it). Returns what the program returned, or -errno when it could not be run.
 * Thread safe, does not allocate; blocks as long as the program runs.
 */
int sched_program_run(int fd, void *context, uint32_t size);

#endif
