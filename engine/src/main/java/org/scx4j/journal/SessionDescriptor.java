// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

/**
 * Layout of a session: under which circumstances a policy was started. Little endian.
 * <pre>
 *   0        4        8                16                24                32               40
 *   +--------+--------+----------------+-----------------+-----------------+----------------+
 *   | number |cpu ids | slice_ns       | tick_interval_ns| start_ns        | start_ms       |
 *   +--------+--------+----------------+-----------------+-----------------+----------------+
 *  40        44       48       52      56       64
 *   +--------+--------+--------+--------+--------+-----------+----------+-------------------+
 *   | events | cpus   | nodes  |propert.| reserv.| CPU table | node ids | properties        |
 *   +--------+--------+--------+--------+--------+-----------+----------+-------------------+
 * </pre>
 * A property is the lengths of name and value, u32 each, and both as UTF-8.
 */
final class SessionDescriptor
{
    /** Offset of the session's number in the recording, from 0, u32. */
    static final int NUMBER_OFFSET = 0;
    /** Offset of the number of CPUs that the kernel can have, u32. */
    static final int NR_CPU_IDS_OFFSET = 4;
    /** Offset of the default slice, ns, u64. */
    static final int SLICE_NS_OFFSET = 8;
    /** Offset of the time between two ticks of the policy, ns, 0 = none, u64. */
    static final int TICK_INTERVAL_NS_OFFSET = 16;
    /** Offset of when the session began, CLOCK_MONOTONIC ns, u64. */
    static final int START_NS_OFFSET = 24;
    /** Offset of when the session began, ms since 1970 in UTC, u64. */
    static final int START_MS_OFFSET = 32;
    /** Offset of the entries of the Disruptor ring, u32. */
    static final int EVENTS_OFFSET = 40;
    /** Offset of the number of entries of the CPU table, u32. */
    static final int NR_CPUS_OFFSET = 44;
    /** Offset of the number of NUMA nodes, u32. */
    static final int NR_NODES_OFFSET = 48;
    /** Offset of the number of properties, u32. */
    static final int NR_PROPERTIES_OFFSET = 52;
    /** Where the CPU table begins. */
    static final int CPU_TABLE_OFFSET = 64;

    /** In an entry of the CPU table: offset of the core, s32, -1 = offline. */
    static final int CPU_CORE_OFFSET = 0;
    /** In an entry of the CPU table: offset of the last level cache, s32. */
    static final int CPU_LLC_OFFSET = 4;
    /** In an entry of the CPU table: offset of the NUMA node, s32. */
    static final int CPU_NODE_OFFSET = 8;
    /** In an entry of the CPU table: offset of the capacity, u32. */
    static final int CPU_CAPACITY_OFFSET = 12;
    /** In an entry of the CPU table: offset of the kind of core, u32: unknown, performance, efficiency. */
    static final int CPU_CORE_TYPE_OFFSET = 16;
    /** Length of an entry of the CPU table. */
    static final int CPU_BYTES = 24;
    /** Length of a node's id, s32. */
    static final int NODE_ID_BYTES = 4;
    /** Length of the length of a name or a value. */
    static final int TEXT_LENGTH_BYTES = 4;

    private SessionDescriptor()
    {
    }
}
