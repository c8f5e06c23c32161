// SPDX-License-Identifier: Apache-2.0
#include "sched_kernel.h"

#include "sched_btf.h"

#include <bpf/btf.h>
#include <errno.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct btf *vmlinux;

/* The kernel's BTF, or NULL with errno set. A failure is not kept: the next call tries again. */
static const struct btf *kernel_btf(void)
{
	const struct btf *btf;
	int err;

	pthread_mutex_lock(&lock);
	if (!vmlinux)
		vmlinux = btf__load_vmlinux_btf();
	err = errno == ESRCH ? ENOENT : errno;
	btf = vmlinux;
	pthread_mutex_unlock(&lock);
	errno = err;
	return btf;
}

int sched_kernel_member(const char *structure, const char *member)
{
	const struct btf *btf = kernel_btf();
	struct sched_btf_field field;
	int id, err;

	if (!btf)
		return -errno;
	id = btf__find_by_name_kind(btf, structure, BTF_KIND_STRUCT);
	if (id == -ENOENT)
		return 0;
	if (id < 0)
		return id;
	err = sched_btf_member(btf, (uint32_t)id, member, &field);
	return err == -ENOENT ? 0 : 1;
}

int sched_kernel_enum_value(const char *enumeration, const char *name, int64_t *value)
{
	const struct btf *btf = kernel_btf();

	if (!btf)
		return -errno;
	return sched_btf_enum_value(btf, enumeration, name, value);
}

int sched_kernel_function(const char *name)
{
	const struct btf *btf = kernel_btf();
	int id;

	if (!btf)
		return -errno;
	id = btf__find_by_name_kind(btf, name, BTF_KIND_FUNC);
	if (id == -ENOENT)
		return 0;
	return id < 0 ? id : 1;
}

int sched_kernel_function_ends_with(const char *name, const char *structure)
{
	const struct btf *btf = kernel_btf();
	int id;

	if (!btf)
		return -errno;
	id = btf__find_by_name_kind(btf, name, BTF_KIND_FUNC);
	if (id == -ENOENT)
		return 0;
	return id < 0 ? id : sched_btf_function_ends_with(btf, (uint32_t)id, structure);
}
