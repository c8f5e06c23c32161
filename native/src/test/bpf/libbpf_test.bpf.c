// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The object of LibBpfTest and of the C unit test: one of everything that the native library
 * handles. Own minimal declarations; constants are those of <linux/bpf.h>.
 */
typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed int __s32;
typedef signed long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;

enum {
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_RINGBUF = 27,
	BPF_F_MMAPABLE = 1024,
};

#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "Dual BSD/GPL";

enum test_code {
	TEST_NEGATIVE = -7,
	TEST_POSITIVE = 7,
};

enum test_flags {
	TEST_TOP_BIT = 0x80000000U,
};

enum test_wide {
	TEST_WIDE = 0x8000000000000001ULL,
};

typedef __u32 test_word;

struct test_record {
	__u64 sequence;
	__s32 code;
	__u8 comm[16];
	volatile test_word word;
};

struct test_shared {
	__u64 runs;
	__u32 mode;
	__u32 _pad0;
};

/* Types that only local variables have are not in BTF: this one shall be. */
struct test_record *in_btf __attribute__((unused));

struct test_context {
	__u64 first;
	__u64 count;
};

const volatile __u8 option8 = 1;
const volatile __u16 option16 = 1;
const volatile __s32 option32 = 1;
const volatile __u64 option64 = 1;
const volatile enum test_code option_code = TEST_POSITIVE;
const volatile enum test_flags option_flags = TEST_TOP_BIT;
const volatile enum test_wide option_wide = TEST_WIDE;
const volatile _Bool option_bool = 1;
const volatile __u8 option_array[4] = { 1 };

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} records SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct test_shared);
} shared SEC(".maps");

/* Sends context->count records, numbered from context->first; returns the sum of all options. */
SEC("syscall")
int send(struct test_context *context)
{
	struct test_shared *state;
	__u64 first = context->first;
	__u64 count = context->count;
	__u32 zero = 0;

	state = bpf_map_lookup_elem(&shared, &zero);
	if (!state)
		return -22;
	for (__u32 i = 0; i < 64 && i < count; i++) {
		struct test_record *record = bpf_ringbuf_reserve(&records, sizeof(*record), 0);

		if (!record)
			return -28;
		__builtin_memset(record, 0, sizeof(*record));
		record->sequence = first + i;
		record->code = option_code;
		bpf_ringbuf_submit(record, 0);
	}
	state->runs++;
	context->first = first + count;
	return option8 + option16 + option32 + (int)option64 + option_bool + option_array[0] +
	       !option_flags + !option_wide;
}

/* Returns an error of its own. */
SEC("syscall")
int refuse(struct test_context *context)
{
	return -16;
}

/* Refused by the verifier: not loaded unless asked for. */
SEC("?syscall")
int bad(struct test_context *context)
{
	__u64 *nowhere = (__u64 *)context->first;

	*nowhere = 1;
	return 0;
}

/* Counts context switches in shared.runs. */
SEC("?tp_btf/sched_switch")
int count_switches(__u64 *arguments)
{
	struct test_shared *state;
	__u32 zero = 0;

	state = bpf_map_lookup_elem(&shared, &zero);
	if (state)
		__sync_fetch_and_add(&state->runs, 1);
	return 0;
}

/* A struct_ops that every kernel with BPF has, so that attaching works without sched_ext. */
struct sock;

struct tcp_congestion_ops {
	__u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
	__u32 (*undo_cwnd)(struct sock *sk);
	__u32 flags;
	char name[16];
	__u64 unknown_to_kernels;
};

SEC("?struct_ops/ssthresh")
__u32 ssthresh(__u64 *arguments)
{
	return 2;
}

SEC("?struct_ops/cong_avoid")
void cong_avoid(__u64 *arguments)
{
}

SEC("?struct_ops/undo_cwnd")
__u32 undo_cwnd(__u64 *arguments)
{
	return 2;
}

SEC("?.struct_ops.link")
struct tcp_congestion_ops test_ops = {
	.ssthresh = (void *)ssthresh,
	.cong_avoid = (void *)cong_avoid,
	.undo_cwnd = (void *)undo_cwnd,
	.name = "scx4j_test",
};
