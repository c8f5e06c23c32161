// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.CachedNanoClock;
import org.scx4j.protocol.QueuedTaskDescriptor;
import org.scx4j.protocol.QueuedTaskFlyweight;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.topology.CpuTopology;
import org.scx4j.transport.CpuStatesImage;

/**
 * A recording whose events a test makes up. Each is in a duty cycle of its own.
 */
public final class WrittenRecording implements AutoCloseable
{
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(QueuedTaskDescriptor.RECORD_BYTES);
    private final CpuStatesImage cpus;
    private final JournalWriter writer;
    private final JournalTap tap;

    /**
     * Begins.
     *
     * @param file     to write.
     * @param topology of its machine.
     */
    public WrittenRecording(final Path file, final CpuTopology topology)
    {
        cpus = new CpuStatesImage(topology.nrCpuIds());
        writer = new JournalWriter(
            new JournalFile(new JournalOptions(file, JournalOptions.LIMIT_DEFAULT_BYTES, 1, false, true), 1,
            FileChannel::open), "x", new CachedNanoClock());
        tap = new JournalTap(cpus.view(topology), topology, topology.nrCpuIds(), 1 << 20);
        writer.begin(tap, new JournalSession(0, topology.nrCpuIds(), 5_000_000, 0, 0, 0, 64, topology,
            Map.of(JournalSession.POLICY, "fifo", JournalSession.KERNEL, "7.0")));
        writer.start();
    }

    /**
     * A duty cycle begins.
     *
     * @param nowNs its time.
     * @return this.
     */
    public WrittenRecording cycle(final long nowNs)
    {
        tap.onCycle(nowNs);
        writer.doWork();
        return this;
    }

    /**
     * From the next duty cycle on, a CPU runs somebody.
     *
     * @param cpu     its number.
     * @param pid     of the task, 0 for none.
     * @param startNs since when.
     * @return this.
     */
    public WrittenRecording cpu(final int cpu, final int pid, final long startNs)
    {
        cpus.set(cpu, 0 == pid, pid, startNs, 0);
        return this;
    }

    /**
     * A task is queued, as soon as it can be seen.
     *
     * @param record of it.
     * @return this.
     */
    public WrittenRecording queued(final QueuedTaskFlyweight record)
    {
        return queued(record, record.enqueueNs());
    }

    /**
     * A task is queued.
     *
     * @param record  of it.
     * @param cycleNs when it is seen.
     * @return this.
     */
    public WrittenRecording queued(final QueuedTaskFlyweight record, final long cycleNs)
    {
        cycle(cycleNs);
        buffer.putBytes(0, record.buffer(), record.offset(), QueuedTaskDescriptor.RECORD_BYTES);
        tap.onEvent(buffer, 0);
        return this;
    }

    /**
     * A task exits.
     *
     * @param pid    of it.
     * @param timeNs when that is seen.
     * @return this.
     */
    public WrittenRecording exit(final int pid, final long timeNs)
    {
        cycle(timeNs);
        buffer.setMemory(0, QueuedTaskDescriptor.RECORD_BYTES, (byte)0);
        buffer.putInt(QueuedTaskDescriptor.KIND_OFFSET, SchedAbi.SCHED_EVENT_EXIT);
        buffer.putInt(QueuedTaskDescriptor.PID_OFFSET, pid);
        tap.onEvent(buffer, 0);
        return this;
    }

    @Override
    public void close()
    {
        writer.end();
        writer.close();
    }
}
