// SPDX-License-Identifier: Apache-2.0
#include "sched_btf.h"

#include <bpf/btf.h>
#include <errno.h>
#include <string.h>

static const uint64_t fnv_basis = 0xcbf29ce484222325ULL;
static const uint64_t fnv_prime = 0x100000001b3ULL;

enum {
	STRUCT_NAME_BYTES = 128,
};

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t size)
{
	const unsigned char *b = bytes;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ b[i]) * fnv_prime;
	return hash;
}

static uint64_t hash_name(uint64_t hash, const char *name)
{
	return hash_bytes(hash, name, strlen(name) + 1);
}

static uint64_t hash_u32(uint64_t hash, uint32_t value)
{
	unsigned char bytes[4];

	for (int i = 0; i < 4; i++)
		bytes[i] = (unsigned char)(value >> 8 * i);
	return hash_bytes(hash, bytes, sizeof(bytes));
}

static int hash_struct(const struct btf *btf, const char *name, uint64_t *hash)
{
	int id = btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT);
	const struct btf_type *type;
	const struct btf_member *member;

	if (id < 0)
		return id;
	type = btf__type_by_id(btf, (uint32_t)id);
	member = btf_members(type);
	*hash = hash_u32(hash_name(*hash, name), type->size);
	for (uint32_t i = 0; i < btf_vlen(type); i++, member++) {
		int64_t size = btf__resolve_size(btf, member->type);

		if (size < 0)
			return (int)size;
		if (btf_member_bitfield_size(type, i))
			return -EINVAL;
		*hash = hash_name(*hash, btf__name_by_offset(btf, member->name_off));
		*hash = hash_u32(*hash, btf_member_bit_offset(type, i) / 8);
		*hash = hash_u32(*hash, (uint32_t)size);
	}
	return 0;
}

int sched_layout_hash(const struct btf *btf, const char *names, uint64_t *hash)
{
	uint64_t result = fnv_basis;

	if (!*names)
		return -EINVAL;
	while (*names) {
		size_t length = strcspn(names, "\n");
		char name[STRUCT_NAME_BYTES];
		int err;

		if (length == 0)
			return -EINVAL;
		if (length >= sizeof(name))
			return -ENAMETOOLONG;
		memcpy(name, names, length);
		name[length] = '\0';
		err = hash_struct(btf, name, &result);
		if (err)
			return err;
		names += length;
		if (*names)
			names++;
	}
	*hash = result;
	return 0;
}
