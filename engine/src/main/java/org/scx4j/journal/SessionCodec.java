// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.scx4j.journal.SessionDescriptor.CPU_BYTES;
import static org.scx4j.journal.SessionDescriptor.CPU_TABLE_OFFSET;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.topology.CoreType;
import org.scx4j.topology.CpuTopology;

/**
 * Writes a {@link JournalSession} as its {@link SessionDescriptor} says, and reads it.
 * <p>
 * Thread safety: stateless.
 */
final class SessionCodec
{
    private static final int MAX_EVENTS = 1 << 22;
    private static final long MAX_NS = Long.MAX_VALUE / 4;

    private SessionCodec()
    {
    }

    /** The bytes of a session. */
    static byte[] encode(final JournalSession session)
    {
        final CpuTopology topology = session.topology();
        int lengthBytes = CPU_TABLE_OFFSET + topology.nrCpuIds() * CPU_BYTES +
            topology.nrNodes() * SessionDescriptor.NODE_ID_BYTES;
        for (final Map.Entry<String, String> property : session.properties().entrySet())
        {
            lengthBytes += 2 * SessionDescriptor.TEXT_LENGTH_BYTES + utf8(property.getKey()).length +
                utf8(property.getValue()).length;
        }
        final byte[] bytes = new byte[lengthBytes];
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        putInt(buffer, SessionDescriptor.NUMBER_OFFSET, session.number());
        putInt(buffer, SessionDescriptor.NR_CPU_IDS_OFFSET, session.nrCpuIds());
        buffer.putLong(SessionDescriptor.SLICE_NS_OFFSET, session.sliceNs(), LITTLE_ENDIAN);
        buffer.putLong(SessionDescriptor.TICK_INTERVAL_NS_OFFSET, session.tickIntervalNs(), LITTLE_ENDIAN);
        buffer.putLong(SessionDescriptor.START_NS_OFFSET, session.startNs(), LITTLE_ENDIAN);
        buffer.putLong(SessionDescriptor.START_MS_OFFSET, session.startMs(), LITTLE_ENDIAN);
        putInt(buffer, SessionDescriptor.EVENTS_OFFSET, session.events());
        putInt(buffer, SessionDescriptor.NR_CPUS_OFFSET, topology.nrCpuIds());
        putInt(buffer, SessionDescriptor.NR_NODES_OFFSET, topology.nrNodes());
        putInt(buffer, SessionDescriptor.NR_PROPERTIES_OFFSET, session.properties().size());
        int offset = putTopology(buffer, topology);
        for (final Map.Entry<String, String> property : session.properties().entrySet())
        {
            offset = putText(buffer, putTextLengths(buffer, offset, property), property);
        }
        return bytes;
    }

    private static int putTopology(final UnsafeBuffer buffer, final CpuTopology topology)
    {
        int offset = CPU_TABLE_OFFSET;
        for (int cpu = 0; cpu < topology.nrCpuIds(); cpu++)
        {
            putInt(buffer, offset + SessionDescriptor.CPU_CORE_OFFSET, topology.coreOf(cpu));
            putInt(buffer, offset + SessionDescriptor.CPU_LLC_OFFSET, topology.llcOf(cpu));
            putInt(buffer, offset + SessionDescriptor.CPU_NODE_OFFSET, topology.nodeOf(cpu));
            putInt(buffer, offset + SessionDescriptor.CPU_CAPACITY_OFFSET, topology.capacityOf(cpu));
            putInt(buffer, offset + SessionDescriptor.CPU_CORE_TYPE_OFFSET, topology.coreTypeOf(cpu).ordinal());
            offset += CPU_BYTES;
        }
        for (int node = 0; node < topology.nrNodes(); node++)
        {
            putInt(buffer, offset, topology.nodeIdOf(node));
            offset += SessionDescriptor.NODE_ID_BYTES;
        }
        return offset;
    }

    private static int putTextLengths(
        final UnsafeBuffer buffer, final int offset, final Map.Entry<String, String> property)
    {
        putInt(buffer, offset, utf8(property.getKey()).length);
        putInt(buffer, offset + SessionDescriptor.TEXT_LENGTH_BYTES, utf8(property.getValue()).length);
        return offset + 2 * SessionDescriptor.TEXT_LENGTH_BYTES;
    }

    private static int putText(final UnsafeBuffer buffer, final int offset, final Map.Entry<String, String> property)
    {
        final byte[] name = utf8(property.getKey());
        final byte[] value = utf8(property.getValue());
        buffer.putBytes(offset, name);
        buffer.putBytes(offset + name.length, value);
        return offset + name.length + value.length;
    }

    private static byte[] utf8(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void putInt(final UnsafeBuffer buffer, final int offset, final int value)
    {
        buffer.putInt(offset, value, LITTLE_ENDIAN);
    }

    /**
     * Reads a session.
     *
     * @param buffer      with the session at its start.
     * @param lengthBytes of the session.
     * @return the session.
     * @throws IllegalArgumentException if it makes no sense; the message is half a line.
     */
    static JournalSession decode(final DirectBuffer buffer, final int lengthBytes)
    {
        check(lengthBytes >= CPU_TABLE_OFFSET, "too short");
        final int nrCpus = getInt(buffer, SessionDescriptor.NR_CPUS_OFFSET);
        final int nrNodes = getInt(buffer, SessionDescriptor.NR_NODES_OFFSET);
        final int nrCpuIds = getInt(buffer, SessionDescriptor.NR_CPU_IDS_OFFSET);
        final int events = getInt(buffer, SessionDescriptor.EVENTS_OFFSET);
        final long sliceNs = getLong(buffer, SessionDescriptor.SLICE_NS_OFFSET);
        final long tickIntervalNs = getLong(buffer, SessionDescriptor.TICK_INTERVAL_NS_OFFSET);
        checkRange("CPUs", nrCpus, 1, SchedAbi.SCHED_MAX_CPUS);
        checkRange("CPU ids", nrCpuIds, 1, SchedAbi.SCHED_MAX_CPUS);
        checkRange("nodes", nrNodes, 1, nrCpus);
        checkRange("events", events, 1, MAX_EVENTS);
        checkRange("slice", sliceNs, 0, MAX_NS);
        checkRange("tick interval", tickIntervalNs, 0, MAX_NS);
        final int textOffset = CPU_TABLE_OFFSET + nrCpus * CPU_BYTES + nrNodes * SessionDescriptor.NODE_ID_BYTES;
        check(lengthBytes >= textOffset, "too short for its CPUs");
        return new JournalSession(
            getInt(buffer, SessionDescriptor.NUMBER_OFFSET), nrCpuIds, sliceNs, tickIntervalNs,
            getLong(buffer, SessionDescriptor.START_NS_OFFSET), getLong(buffer, SessionDescriptor.START_MS_OFFSET),
            events, topology(buffer, nrCpus, nrNodes), properties(buffer, textOffset, lengthBytes));
    }

    private static CpuTopology topology(final DirectBuffer buffer, final int nrCpus, final int nrNodes)
    {
        final int[] cores = new int[nrCpus];
        final int[] llcs = new int[nrCpus];
        final int[] nodes = new int[nrCpus];
        final int[] capacities = new int[nrCpus];
        final CoreType[] coreTypes = new CoreType[nrCpus];
        int offset = CPU_TABLE_OFFSET;
        for (int cpu = 0; cpu < nrCpus; cpu++)
        {
            final int coreType = getInt(buffer, offset + SessionDescriptor.CPU_CORE_TYPE_OFFSET);
            checkRange("core type", coreType, 0, CoreType.values().length - 1);
            cores[cpu] = getInt(buffer, offset + SessionDescriptor.CPU_CORE_OFFSET);
            llcs[cpu] = getInt(buffer, offset + SessionDescriptor.CPU_LLC_OFFSET);
            nodes[cpu] = getInt(buffer, offset + SessionDescriptor.CPU_NODE_OFFSET);
            capacities[cpu] = getInt(buffer, offset + SessionDescriptor.CPU_CAPACITY_OFFSET);
            coreTypes[cpu] = CoreType.values()[coreType];
            offset += CPU_BYTES;
        }
        final int[] nodeIds = new int[nrNodes];
        for (int node = 0; node < nrNodes; node++)
        {
            nodeIds[node] = getInt(buffer, offset + node * SessionDescriptor.NODE_ID_BYTES);
        }
        return CpuTopology.of(cores, llcs, nodes, nodeIds, capacities, coreTypes);
    }

    private static Map<String, String> properties(
        final DirectBuffer buffer, final int textOffset, final int lengthBytes)
    {
        final Map<String, String> properties = new TreeMap<>();
        final int count = getInt(buffer, SessionDescriptor.NR_PROPERTIES_OFFSET);
        checkRange("properties", count, 0, lengthBytes);
        int offset = textOffset;
        for (int i = 0; i < count; i++)
        {
            check(lengthBytes - offset >= 2 * SessionDescriptor.TEXT_LENGTH_BYTES, "a property is cut off");
            final int nameBytes = getInt(buffer, offset);
            final int valueBytes = getInt(buffer, offset + SessionDescriptor.TEXT_LENGTH_BYTES);
            offset += 2 * SessionDescriptor.TEXT_LENGTH_BYTES;
            check(nameBytes >= 0 && valueBytes >= 0 && (long)nameBytes + valueBytes <= lengthBytes - offset,
                "a property is cut off");
            properties.put(text(buffer, offset, nameBytes), text(buffer, offset + nameBytes, valueBytes));
            offset += nameBytes + valueBytes;
        }
        return properties;
    }

    private static String text(final DirectBuffer buffer, final int offset, final int lengthBytes)
    {
        final byte[] bytes = new byte[lengthBytes];
        buffer.getBytes(offset, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static int getInt(final DirectBuffer buffer, final int offset)
    {
        return buffer.getInt(offset, LITTLE_ENDIAN);
    }

    private static long getLong(final DirectBuffer buffer, final int offset)
    {
        return buffer.getLong(offset, LITTLE_ENDIAN);
    }

    private static void checkRange(final String what, final long value, final long min, final long max)
    {
        check(value >= min && value <= max, what + " out of range: " + value);
    }

    private static void check(final boolean holds, final String message)
    {
        if (!holds)
        {
            throw new IllegalArgumentException(message);
        }
    }
}
