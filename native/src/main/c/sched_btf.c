// SPDX-License-Identifier: Apache-2.0
#include "sched_btf.h"

#include <bpf/btf.h>
#include <errno.h>
#include <string.h>

static int fill(const struct btf *btf, uint32_t type, uint32_t offset,
		struct sched_btf_field *field)
{
	int64_t size = btf__resolve_size(btf, type);
	int resolved = btf__resolve_type(btf, type);

	if (size < 0)
		return (int)size;
	if (resolved < 0)
		return resolved;
	field->offset = offset;
	field->size = (uint32_t)size;
	field->type = (uint32_t)resolved;
	return 0;
}

int sched_btf_member(const struct btf *btf, uint32_t structure, const char *member,
		     struct sched_btf_field *field)
{
	const struct btf_type *type = btf__type_by_id(btf, structure);
	const struct btf_member *m;

	if (!type || !btf_is_composite(type))
		return -EINVAL;
	m = btf_members(type);
	for (uint32_t i = 0; i < btf_vlen(type); i++, m++) {
		if (strcmp(btf__name_by_offset(btf, m->name_off), member))
			continue;
		if (btf_member_bitfield_size(type, i))
			return -EINVAL;
		return fill(btf, m->type, btf_member_bit_offset(type, i) / 8, field);
	}
	return -ENOENT;
}

int sched_btf_variable(const struct btf *btf, const char *section, const char *variable,
		       struct sched_btf_field *field)
{
	int id = btf__find_by_name_kind(btf, section, BTF_KIND_DATASEC);
	const struct btf_type *type;
	const struct btf_var_secinfo *info;

	if (id < 0)
		return id;
	type = btf__type_by_id(btf, (uint32_t)id);
	info = btf_var_secinfos(type);
	for (uint32_t i = 0; i < btf_vlen(type); i++, info++) {
		const struct btf_type *var = btf__type_by_id(btf, info->type);

		if (!btf_is_var(var) || strcmp(btf__name_by_offset(btf, var->name_off), variable))
			continue;
		return fill(btf, var->type, info->offset, field);
	}
	return -ENOENT;
}

static int enum32_value(const struct btf *btf, const struct btf_type *type, const char *name,
			int64_t *value)
{
	const struct btf_enum *e = btf_enum(type);

	for (uint32_t i = 0; i < btf_vlen(type); i++, e++) {
		if (strcmp(btf__name_by_offset(btf, e->name_off), name))
			continue;
		*value = btf_kflag(type) ? (int64_t)e->val : (int64_t)(uint32_t)e->val;
		return 0;
	}
	return -ENOENT;
}

static int enum64_value(const struct btf *btf, const struct btf_type *type, const char *name,
			int64_t *value)
{
	const struct btf_enum64 *e = btf_enum64(type);

	for (uint32_t i = 0; i < btf_vlen(type); i++, e++) {
		if (strcmp(btf__name_by_offset(btf, e->name_off), name))
			continue;
		*value = (int64_t)btf_enum64_value(e);
		return 0;
	}
	return -ENOENT;
}

int sched_btf_enum_value(const struct btf *btf, const char *enumeration, const char *name,
			 int64_t *value)
{
	int id = btf__find_by_name_kind(btf, enumeration, BTF_KIND_ENUM);

	if (id >= 0)
		return enum32_value(btf, btf__type_by_id(btf, (uint32_t)id), name, value);
	id = btf__find_by_name_kind(btf, enumeration, BTF_KIND_ENUM64);
	if (id >= 0)
		return enum64_value(btf, btf__type_by_id(btf, (uint32_t)id), name, value);
	return id;
}

/* The type after const, volatile and typedefs. */
static const struct btf_type *resolved(const struct btf *btf, uint32_t type)
{
	int id = btf__resolve_type(btf, type);

	return id < 0 ? NULL : btf__type_by_id(btf, (uint32_t)id);
}

bool sched_btf_function_ends_with(const struct btf *btf, uint32_t function,
				  const char *structure)
{
	const struct btf_type *type = btf__type_by_id(btf, function);
	const struct btf_type *proto, *last;

	if (!type || !btf_is_func(type))
		return false;
	proto = btf__type_by_id(btf, type->type);
	if (!proto || !btf_is_func_proto(proto) || !btf_vlen(proto))
		return false;
	last = resolved(btf, btf_params(proto)[btf_vlen(proto) - 1].type);
	last = last && btf_is_ptr(last) ? resolved(btf, last->type) : NULL;
	return last && btf_is_struct(last) &&
	       !strcmp(btf__name_by_offset(btf, last->name_off), structure);
}

bool sched_btf_is_scalar(const struct btf *btf, uint32_t type)
{
	const struct btf_type *t = btf__type_by_id(btf, type);

	return t && (btf_is_int(t) || btf_is_any_enum(t));
}
