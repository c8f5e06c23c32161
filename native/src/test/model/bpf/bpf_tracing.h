/* SPDX-License-Identifier: Apache-2.0 */
/* bpf_tracing.h: stands in for libbpf's header of that name, see bpf_helpers.h. */
#ifndef MODEL_BPF_TRACING_H
#define MODEL_BPF_TRACING_H

#define BPF_PROG(name, args...) name(args)

#endif /* MODEL_BPF_TRACING_H */
