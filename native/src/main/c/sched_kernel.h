// SPDX-License-Identifier: Apache-2.0
/*
 * What the running kernel has, from /sys/kernel/btf/vmlinux. It is read once per process (a few
 * MB, some milliseconds) and kept. Thread safe. Needs no privilege. All return >= 0 or -errno;
 * without kernel BTF that is the error of reading it (-ENOENT on kernels built without).
 */
#ifndef SCX4J_SCHED_KERNEL_H
#define SCX4J_SCHED_KERNEL_H

#include <stdint.h>

/* 1 when the kernel's struct has the member, 0 when the struct or the member does not exist. */
int sched_kernel_member(const char *structure, const char *member);

/*
 * Reads the value of an enumerator of a named kernel enum; -ENOENT when one of them does not
 * exist.
 */
int sched_kernel_enum_value(const char *enumeration, const char *name, int64_t *value);

/* 1 when the kernel has a function (also a kfunc) of this name, 0 when not. */
int sched_kernel_function(const char *name);

/*
 * 1 when the last parameter of the kernel's function is a pointer to the struct, 0 when not or when
 * there is no such function.
 */
int sched_kernel_function_ends_with(const char *name, const char *structure);

#endif
