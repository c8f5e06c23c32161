// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.scx4j.protocol.QueuedTaskDescriptor;
import org.scx4j.transport.CpuStatesImage;

/**
 * What a hot thread pays for being recorded is no garbage.
 */
@Timeout(120)
class TapAllocationTest
{
    private static final int WARM_UP_CYCLES = 200_000;
    private static final int CYCLES = 100_000;
    private static final int MAX_WINDOWS = 10;

    private final ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();
    private final UnsafeBuffer record = new UnsafeBuffer(new byte[QueuedTaskDescriptor.RECORD_BYTES]);
    private final CpuStatesImage cpus = new CpuStatesImage(RecordedRun.NR_CPUS);
    private final JournalTap tap = new JournalTap(
        cpus.view(RecordedRun.topology()), RecordedRun.topology(), RecordedRun.NR_CPUS, 1 << 16);
    private long nrRead;
    private final MessageHandler onRecord = (type, buffer, index, length) -> nrRead++;
    private long nowNs;

    private void drive(final int nrCycles, final boolean isRead)
    {
        for (int i = 0; i < nrCycles; i++)
        {
            nowNs += 100_000;
            cpus.set(i % RecordedRun.NR_CPUS, 0 != (i & 1), i, nowNs, i);
            tap.onCycle(nowNs);
            tap.onLease(false, 1, 1);
            tap.onEvent(record, 0);
            tap.cpuStates().pid(0);
            tap.onDecision(record, 0);
            if (isRead)
            {
                tap.ring().read(onRecord, 100);
            }
        }
    }

    private void assertNoAllocation(final boolean isRead)
    {
        assumeTrue(threads.isThreadAllocatedMemorySupported(), "this JVM does not count allocated bytes");
        threads.setThreadAllocatedMemoryEnabled(true);
        drive(WARM_UP_CYCLES, isRead);
        long bytes = -1;
        for (int window = 0; window < MAX_WINDOWS && 0 != bytes; window++)
        {
            final long before = threads.getCurrentThreadAllocatedBytes();
            drive(CYCLES, isRead);
            bytes = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(bytes).as("bytes in the last %d cycles", CYCLES).isZero();
    }

    @Test
    void shouldAllocateNothingWhenTheFileKeepsUp()
    {
        assertNoAllocation(true);
        assertThat(tap.nrDropped()).isZero();
        assertThat(nrRead).isPositive();
    }

    @Test
    void shouldAllocateNothingWhenRecordsAreDropped()
    {
        assertNoAllocation(false);
        assertThat(tap.nrDropped()).isPositive();
    }
}
