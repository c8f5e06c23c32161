// SPDX-License-Identifier: Apache-2.0
package org.scx4j.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The type information of a BPF object, read in plain Java: ELF64 section table, then {@code .BTF}.
 * <p>
 * Source of the format: {@code Documentation/bpf/btf.rst}, {@code <linux/btf.h>}. It shares no line with libbpf and no
 * constant with the engine, so that what it says is a second opinion. Thread safety: immutable.
 */
final class BtfReader
{
    /** A member of a struct; the size is that of all elements of an array. */
    record Member(String name, int offset, int sizeBytes)
    {
    }

    /** A struct with its members in the order of the BTF. */
    record Struct(String name, int sizeBytes, List<Member> members)
    {
    }

    private static final int ELF_MAGIC = 0x464c457f;
    private static final int ELF_CLASS_64_LITTLE_ENDIAN = 0x0102;
    private static final int ELF_CLASS_OFFSET = 4;
    private static final int ELF_SECTIONS_OFFSET = 0x28;
    private static final int ELF_SECTION_BYTES_OFFSET = 0x3a;
    private static final int ELF_NR_SECTIONS_OFFSET = 0x3c;
    private static final int ELF_NAMES_INDEX_OFFSET = 0x3e;
    private static final int SECTION_NAME_OFFSET = 0;
    private static final int SECTION_FILE_OFFSET = 0x18;
    private static final int SECTION_SIZE_OFFSET = 0x20;

    private static final int BTF_MAGIC = 0xeb9f;
    private static final int BTF_HEADER_LENGTH_OFFSET = 4;
    private static final int BTF_TYPES_OFFSET = 8;
    private static final int BTF_TYPES_LENGTH_OFFSET = 12;
    private static final int BTF_STRINGS_OFFSET = 16;
    private static final int BTF_STRINGS_LENGTH_OFFSET = 20;
    private static final int TYPE_BYTES = 12;
    private static final int POINTER_BYTES = 8;

    private static final int INT = 1;
    private static final int PTR = 2;
    private static final int ARRAY = 3;
    private static final int STRUCT = 4;
    private static final int UNION = 5;
    private static final int ENUM = 6;
    private static final int FWD = 7;
    private static final int TYPEDEF = 8;
    private static final int VOLATILE = 9;
    private static final int CONST = 10;
    private static final int RESTRICT = 11;
    private static final int FUNC = 12;
    private static final int FUNC_PROTO = 13;
    private static final int VAR = 14;
    private static final int DATASEC = 15;
    private static final int FLOAT = 16;
    private static final int DECL_TAG = 17;
    private static final int TYPE_TAG = 18;
    private static final int ENUM64 = 19;

    private final ByteBuffer file;
    private final List<Integer> types = new ArrayList<>();
    private final int strings;
    private final int stringsLength;

    /**
     * Reads an object.
     *
     * @param elf the whole file; not copied.
     */
    BtfReader(final byte[] elf)
    {
        file = ByteBuffer.wrap(elf).order(ByteOrder.LITTLE_ENDIAN);
        final int section = sectionOffset(".BTF");
        check(BTF_MAGIC == (file.getShort(section) & 0xffff), "no BTF magic");
        final int body = section + file.getInt(section + BTF_HEADER_LENGTH_OFFSET);
        strings = body + file.getInt(section + BTF_STRINGS_OFFSET);
        stringsLength = file.getInt(section + BTF_STRINGS_LENGTH_OFFSET);
        types.add(-1);
        int type = body + file.getInt(section + BTF_TYPES_OFFSET);
        final int end = type + file.getInt(section + BTF_TYPES_LENGTH_OFFSET);
        while (type < end)
        {
            types.add(type);
            type += TYPE_BYTES + extraBytes(type);
        }
        check(type == end, "types run beyond their section");
    }

    private int sectionOffset(final String name)
    {
        check(ELF_MAGIC == file.getInt(0), "no ELF magic");
        check(ELF_CLASS_64_LITTLE_ENDIAN == file.getShort(ELF_CLASS_OFFSET), "not 64 bits and little endian");
        final int table = Math.toIntExact(file.getLong(ELF_SECTIONS_OFFSET));
        final int entryBytes = file.getShort(ELF_SECTION_BYTES_OFFSET);
        final int nrSections = file.getShort(ELF_NR_SECTIONS_OFFSET);
        final int namesEntry = table + file.getShort(ELF_NAMES_INDEX_OFFSET) * entryBytes;
        final int names = Math.toIntExact(file.getLong(namesEntry + SECTION_FILE_OFFSET));
        for (int i = 0; i < nrSections; i++)
        {
            final int entry = table + i * entryBytes;
            if (name.equals(text(names + file.getInt(entry + SECTION_NAME_OFFSET))))
            {
                final long offset = file.getLong(entry + SECTION_FILE_OFFSET);
                check(offset + file.getLong(entry + SECTION_SIZE_OFFSET) <= file.capacity(), "section is cut off");
                return Math.toIntExact(offset);
            }
        }
        throw new IllegalArgumentException("no section " + name);
    }

    /** Bytes that follow the common part of a type. */
    private int extraBytes(final int type)
    {
        switch (kind(type))
        {
            case INT:
            case VAR:
            case DECL_TAG:
                return 4;

            case ARRAY:
                return 12;

            case STRUCT:
            case UNION:
            case DATASEC:
            case ENUM64:
                return 12 * count(type);

            case ENUM:
            case FUNC_PROTO:
                return 8 * count(type);

            case PTR:
            case FWD:
            case TYPEDEF:
            case VOLATILE:
            case CONST:
            case RESTRICT:
            case FUNC:
            case FLOAT:
            case TYPE_TAG:
                return 0;

            default:
                throw new IllegalArgumentException("unknown BTF kind " + kind(type));
        }
    }

    /**
     * A struct.
     *
     * @param name of it.
     * @return the struct; the only one of that name.
     */
    Struct struct(final String name)
    {
        final int type = find(STRUCT, name);
        final List<Member> members = new ArrayList<>();
        for (int i = 0; i < count(type); i++)
        {
            final int member = type + TYPE_BYTES + 12 * i;
            final int bits = file.getInt(member + 8);
            check(!hasFlag(type) || 0 == bits >>> 24, "bit field in " + name);
            check(0 == bits % Byte.SIZE, "member between bytes in " + name);
            members.add(new Member(name(member), bits / Byte.SIZE, sizeBytes(file.getInt(member + 4))));
        }
        return new Struct(name, file.getInt(type + 8), members);
    }

    /**
     * The values of an enum.
     *
     * @param name of it.
     * @return values by their names, in the order of the BTF.
     */
    Map<String, Long> enumValues(final String name)
    {
        final Map<String, Long> values = new LinkedHashMap<>();
        final boolean isWide = types.stream().skip(1)
            .anyMatch((type) -> ENUM64 == kind(type) && name.equals(name(type)));
        final int found = find(isWide ? ENUM64 : ENUM, name);
        for (int i = 0; i < count(found); i++)
        {
            final int value = found + TYPE_BYTES + (isWide ? 12 : 8) * i;
            final long low = file.getInt(value + 4);
            final long signed = isWide ? low & 0xffffffffL | (long)file.getInt(value + 8) << 32 : low;
            values.put(name(value), isWide || hasFlag(found) ? signed : signed & 0xffffffffL);
        }
        return values;
    }

    /**
     * Where a string of the types is in the file.
     *
     * @param text the whole string.
     * @return offset of its first byte.
     */
    int stringOffset(final String text)
    {
        int offset = strings;
        while (offset < strings + stringsLength)
        {
            final String candidate = text(offset);
            if (text.equals(candidate))
            {
                return offset;
            }
            offset += candidate.getBytes(StandardCharsets.UTF_8).length + 1;
        }
        throw new IllegalArgumentException("no string " + text);
    }

    private int sizeBytes(final int id)
    {
        final int type = types.get(id);
        switch (kind(type))
        {
            case INT:
            case STRUCT:
            case UNION:
            case ENUM:
            case ENUM64:
            case FLOAT:
                return file.getInt(type + 8);

            case PTR:
                return POINTER_BYTES;

            case ARRAY:
                return sizeBytes(file.getInt(type + TYPE_BYTES)) * file.getInt(type + TYPE_BYTES + 8);

            case TYPEDEF:
            case VOLATILE:
            case CONST:
            case RESTRICT:
            case TYPE_TAG:
                return sizeBytes(file.getInt(type + 8));

            default:
                throw new IllegalArgumentException("a kind without a size: " + kind(type));
        }
    }

    private int find(final int kind, final String name)
    {
        int found = -1;
        for (final int type : types.subList(1, types.size()))
        {
            if (kind == kind(type) && name.equals(name(type)))
            {
                check(found < 0, "more than one " + name);
                found = type;
            }
        }
        check(found >= 0, "no type " + name);
        return found;
    }

    private int kind(final int type)
    {
        return file.getInt(type + 4) >>> 24 & 0x1f;
    }

    private int count(final int type)
    {
        return file.getInt(type + 4) & 0xffff;
    }

    private boolean hasFlag(final int type)
    {
        return file.getInt(type + 4) < 0;
    }

    private String name(final int item)
    {
        return text(strings + file.getInt(item));
    }

    private String text(final int offset)
    {
        int end = offset;
        while (0 != file.get(end))
        {
            end++;
        }
        return new String(file.array(), offset, end - offset, StandardCharsets.UTF_8);
    }

    private static void check(final boolean holds, final String message)
    {
        if (!holds)
        {
            throw new IllegalArgumentException(message);
        }
    }
}
