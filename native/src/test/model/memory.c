// SPDX-License-Identifier: Apache-2.0
/*
 * memory.c: the memory of the program: its maps, its variables, and the points at which it may be interrupted.
 *
 * The functions with the names of the thread sanitizer's are what the compiler calls for each access.
 */
#define _GNU_SOURCE
#include "model.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <sys/mman.h>

enum memory_limit {
	MAX_MAPS = 16,
	MAX_TOUCHED = 1 << 17,
	MAX_SEGMENTS = 8,
};

struct map_memory {
	void *map;
	u32 entries, value_bytes;
	char *values;
	char *is_touched;
	u32 touched[MAX_TOUCHED];
	u32 nr_touched;
};

struct segment {
	char *start;
	size_t bytes;
	char *initial;
};

static struct map_memory maps[MAX_MAPS];
static int nr_maps;
static struct segment segments[MAX_SEGMENTS];
static int nr_segments;
const struct product *product;

static struct map_memory *memory_of(void *map, u32 entries, u32 value_bytes)
{
	struct map_memory *memory = maps;

	while (memory < maps + nr_maps && memory->map != map)
		memory++;
	if (memory == maps + nr_maps) {
		if (++nr_maps > MAX_MAPS)
			violated("the model has room for %d maps", MAX_MAPS);
		memory->map = map;
		memory->entries = entries;
		memory->value_bytes = (value_bytes + 7) & ~7U;
		memory->values = calloc(entries, memory->value_bytes);
		memory->is_touched = calloc(entries, 1);
	}
	return memory;
}

static void *look_up(void *map, u32 entries, u32 value_bytes, u32 key)
{
	struct map_memory *memory = memory_of(map, entries, value_bytes);

	if (key >= entries)
		return NULL;
	if (!memory->is_touched[key]) {
		if (memory->nr_touched == MAX_TOUCHED)
			violated("a run touches more entries of a map than the model has room for");
		memory->is_touched[key] = 1;
		memory->touched[memory->nr_touched++] = key;
	}
	return memory->values + (size_t)key * memory->value_bytes;
}

void *model_map_lookup(void *map, u32 type, u32 entries, u32 value_bytes, u32 key)
{
	if (type == BPF_MAP_TYPE_PERCPU_ARRAY)
		key = m.running ? m.running->cpu : 0, entries = MAX_CPUS;
	return look_up(map, entries, value_bytes, key);
}

void *model_map_lookup_percpu(void *map, u32 entries, u32 value_bytes, u32 key, u32 cpu)
{
	(void)entries, (void)key;
	return look_up(map, MAX_CPUS, value_bytes, cpu);
}

void *model_task_storage(void *task, u32 value_bytes, u64 flags)
{
	struct mtask *t = task;

	if (value_bytes > sizeof(t->storage))
		violated("task storage of %u bytes: raise STORAGE_WORDS", value_bytes);
	if (!t->has_storage && !(flags & BPF_LOCAL_STORAGE_GET_F_CREATE))
		return NULL;
	t->has_storage = true;
	return t->storage;
}

/* Each run starts from the memory of a program that has just been loaded. */
void reset_memory(void)
{
	for (struct map_memory *memory = maps; memory < maps + nr_maps; memory++) {
		for (u32 i = 0; i < memory->nr_touched; i++) {
			u32 key = memory->touched[i];

			memset(memory->values + (size_t)key * memory->value_bytes, 0, memory->value_bytes);
			memory->is_touched[key] = 0;
		}
		memory->nr_touched = 0;
	}
	for (int i = 0; i < nr_segments; i++)
		memcpy(segments[i].start, segments[i].initial, segments[i].bytes);
}

/* The segments with variables, constants too: the options are constants that the engine sets before the load. */
static int add_segments(struct dl_phdr_info *info, size_t size, void *path)
{
	(void)size;
	if (!info->dlpi_name || !strstr(info->dlpi_name, path))
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		uintptr_t start = (info->dlpi_addr + header->p_vaddr) & ~4095UL;
		size_t bytes = (info->dlpi_addr + header->p_vaddr + header->p_memsz + 4095 - start) & ~4095UL;

		if (header->p_type != PT_LOAD || header->p_flags & PF_X)
			continue;
		if (mprotect((void *)start, bytes, PROT_READ | PROT_WRITE) || nr_segments == MAX_SEGMENTS) {
			perror("mprotect");
			exit(2);
		}
		segments[nr_segments++] = (struct segment){ (char *)start, bytes, malloc(bytes) };
		memcpy(segments[nr_segments - 1].initial, (char *)start, bytes);
	}
	return 1;
}

void load_product(const char *path)
{
	char absolute[4096];
	void *library = realpath(path, absolute) ? dlopen(absolute, RTLD_NOW) : NULL;

	product = library ? dlsym(library, "product") : NULL;
	if (!product || !dl_iterate_phdr(add_segments, absolute)) {
		fprintf(stderr, "no program in %s: %s\n", path, dlerror());
		exit(2);
	}
}

static void access_memory(const void *address)
{
	if (!is_stack(address))
		point();
}

#define PLAIN_ACCESS(name)			\
	void name(void *address);		\
	void name(void *address)		\
	{					\
		access_memory(address);		\
	}

PLAIN_ACCESS(__tsan_read1)
PLAIN_ACCESS(__tsan_read2)
PLAIN_ACCESS(__tsan_read4)
PLAIN_ACCESS(__tsan_read8)
PLAIN_ACCESS(__tsan_read16)
PLAIN_ACCESS(__tsan_write1)
PLAIN_ACCESS(__tsan_write2)
PLAIN_ACCESS(__tsan_write4)
PLAIN_ACCESS(__tsan_write8)
PLAIN_ACCESS(__tsan_write16)
PLAIN_ACCESS(__tsan_unaligned_read2)
PLAIN_ACCESS(__tsan_unaligned_read4)
PLAIN_ACCESS(__tsan_unaligned_read8)
PLAIN_ACCESS(__tsan_unaligned_write4)
PLAIN_ACCESS(__tsan_unaligned_write8)

void __tsan_init(void);
void __tsan_init(void)
{
}

void __tsan_func_entry(void *caller);
void __tsan_func_entry(void *caller)
{
	(void)caller;
}

void __tsan_func_exit(void);
void __tsan_func_exit(void)
{
}

void __tsan_read_range(void *address, unsigned long bytes);
void __tsan_read_range(void *address, unsigned long bytes)
{
	(void)bytes;
	access_memory(address);
}

void __tsan_write_range(void *address, unsigned long bytes);
void __tsan_write_range(void *address, unsigned long bytes)
{
	(void)bytes;
	access_memory(address);
}

#define ATOMIC(bits, name, operation)								\
	u##bits __tsan_atomic##bits##_##name(volatile u##bits *word, u##bits value, int order);	\
	u##bits __tsan_atomic##bits##_##name(volatile u##bits *word, u##bits value, int order)	\
	{											\
		u##bits old;									\
												\
		(void)order;									\
		access_memory((void *)word);							\
		old = *word;									\
		*word = operation;								\
		return old;									\
	}

#define ATOMICS(bits)										\
	ATOMIC(bits, exchange, value)								\
	ATOMIC(bits, fetch_add, old + value)							\
	ATOMIC(bits, fetch_sub, old - value)							\
	ATOMIC(bits, fetch_and, old & value)							\
	ATOMIC(bits, fetch_or, old | value)							\
	int __tsan_atomic##bits##_compare_exchange_strong(volatile u##bits *word, u##bits *old,	\
							  u##bits value, int order, int failed);	\
	int __tsan_atomic##bits##_compare_exchange_strong(volatile u##bits *word, u##bits *old,	\
							  u##bits value, int order, int failed)	\
	{											\
		u##bits found;									\
												\
		(void)order, (void)failed;							\
		access_memory((void *)word);							\
		found = *word;									\
		if (found == *old) {								\
			*word = value;								\
			return 1;								\
		}										\
		*old = found;									\
		return 0;									\
	}

ATOMICS(32)
ATOMICS(64)
