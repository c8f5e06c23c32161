/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bpf_helpers.h: stands in for libbpf's header of that name, so that the BPF sources compile, unchanged, as C for
 * this machine. What the kernel would do is in the model (model.h), which the resulting library is linked against
 * as it is loaded. A map is its declaration only; the model makes the memory behind it as it is first looked up.
 */
#ifndef MODEL_BPF_HELPERS_H
#define MODEL_BPF_HELPERS_H

#include <stddef.h>

/* The kernel is stricter than C about types that it hands over as void *. */
#pragma GCC diagnostic ignored "-Wunknown-pragmas"

#define SEC(name)
#define __uint(name, value) int (*name)[value]
#define __type(name, value) __typeof__(value) *name
#define __ksym
#define __weak __attribute__((weak))
#undef __always_inline
#define __always_inline inline __attribute__((always_inline))
#define bpf_ksym_exists(function) (!!(function))

#define MAP_CONSTANT(map, name) (sizeof(*(map)->name) / sizeof(int))

void *model_map_lookup(void *map, __u32 type, __u32 entries, __u32 value_bytes, __u32 key);
void *model_map_lookup_percpu(void *map, __u32 entries, __u32 value_bytes, __u32 key, __u32 cpu);
void *model_task_storage(void *task, __u32 value_bytes, __u64 flags);

#define bpf_map_lookup_elem(map, key) model_map_lookup((map), MAP_CONSTANT(map, type), MAP_CONSTANT(map, max_entries), \
	sizeof(*(map)->value), *(key))
#define bpf_map_lookup_percpu_elem(map, key, cpu) model_map_lookup_percpu((map), MAP_CONSTANT(map, max_entries), \
	sizeof(*(map)->value), *(key), (cpu))
#define bpf_task_storage_get(map, task, initial, flags) model_task_storage((task), sizeof(*(map)->value), (flags))

void *bpf_ringbuf_reserve(void *ring, __u64 bytes, __u64 flags);
void bpf_ringbuf_submit(void *record, __u64 flags);
void bpf_ringbuf_discard(void *record, __u64 flags);
__u64 bpf_ringbuf_query(void *ring, __u64 flags);
long bpf_user_ringbuf_drain(void *ring, void *callback, void *context, __u64 flags);
void *bpf_dynptr_data(const struct bpf_dynptr *dynptr, __u32 offset, __u32 bytes);
__u64 bpf_ktime_get_ns(void);
__u32 bpf_get_smp_processor_id(void);
__u64 bpf_get_current_pid_tgid(void);
struct task_struct *bpf_get_current_task_btf(void);
long bpf_probe_read_kernel_str(void *to, __u32 bytes, const void *from);
long bpf_timer_init(struct bpf_timer *timer, void *map, __u64 flags);
long bpf_timer_set_callback(struct bpf_timer *timer, void *callback);
long bpf_timer_start(struct bpf_timer *timer, __u64 ns, __u64 flags);
int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end);
int *bpf_iter_num_next(struct bpf_iter_num *it);
void bpf_iter_num_destroy(struct bpf_iter_num *it);

#endif /* MODEL_BPF_HELPERS_H */
