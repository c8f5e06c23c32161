// SPDX-License-Identifier: Apache-2.0
/*
 * Look-ups in BTF, the type description of a BPF object or of the running kernel. None of them
 * blocks or keeps state; all return >= 0 or -errno. -ENOENT: what was asked for is not in this
 * BTF.
 */
#ifndef SCX4J_SCHED_BTF_H
#define SCX4J_SCHED_BTF_H

#include <stdbool.h>
#include <stdint.h>

struct btf;

/* One member of a struct, or one variable of a section. */
struct sched_btf_field {
	uint32_t offset;	/* bytes from the start of the struct or section */
	uint32_t size;		/* bytes */
	uint32_t type;		/* BTF id after typedefs, const and volatile */
};

/* Finds a member of a struct by its BTF id. -EINVAL: not a struct, or the member is a bit field. */
int sched_btf_member(const struct btf *btf, uint32_t structure, const char *member,
		     struct sched_btf_field *field);

/* Finds a variable of a section such as ".rodata". */
int sched_btf_variable(const struct btf *btf, const char *section, const char *variable,
		       struct sched_btf_field *field);

/* Reads the value of an enumerator of a named enum (32 or 64 bits wide, signed or not). */
int sched_btf_enum_value(const struct btf *btf, const char *enumeration, const char *name,
			 int64_t *value);

/* true when the last parameter of a function, given by its BTF id, is a pointer to the struct. */
bool sched_btf_function_ends_with(const struct btf *btf, uint32_t function,
				  const char *structure);

/* true when the type is an integer, bool or enum. */
bool sched_btf_is_scalar(const struct btf *btf, uint32_t type);

/*
 * Layout hash of structs, named in a list separated by newlines. 64-bit FNV-1a (offset basis
 * 0xcbf29ce484222325, prime 0x100000001b3) over this byte sequence, for each struct in list order:
 *
 *	its name, one 0 byte, its size in bytes (u32 little endian)
 *	then for each member in BTF order:
 *		its name (empty when anonymous), one 0 byte,
 *		its offset in bytes (u32 little endian), its size in bytes (u32 little endian)
 *
 * A member's size is that of its type after typedef, const and volatile; that of an array counts
 * all elements. A struct inside counts as one member. -EINVAL: empty list, or a bit field.
 */
int sched_layout_hash(const struct btf *btf, const char *names, uint64_t *hash);

#endif
