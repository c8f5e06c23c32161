/* SPDX-License-Identifier: Apache-2.0 */
/* bpf_core_read.h: stands in for libbpf's header of that name, see bpf_helpers.h. */
#ifndef MODEL_BPF_CORE_READ_H
#define MODEL_BPF_CORE_READ_H

#define BPF_CORE_READ(source, a, b, c, d) ((source)->a->b->c->d)

#endif /* MODEL_BPF_CORE_READ_H */
