/* SPDX-License-Identifier: Apache-2.0 */
/* bpf_core_read.h: stands in for libbpf's header of that name, see bpf_helpers.h. */
#ifndef MODEL_BPF_CORE_READ_H
#define MODEL_BPF_CORE_READ_H

#define MODEL_READ_2(source, a, b) ((source)->a->b)
#define MODEL_READ_4(source, a, b, c, d) ((source)->a->b->c->d)
#define MODEL_READ(a, b, c, d, read, ...) read
/* Of two or four members. */
#define BPF_CORE_READ(source, ...) \
	MODEL_READ(__VA_ARGS__, MODEL_READ_4, MODEL_READ_3, MODEL_READ_2, MODEL_READ_1)(source, __VA_ARGS__)

#endif /* MODEL_BPF_CORE_READ_H */
