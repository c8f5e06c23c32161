// SPDX-License-Identifier: Apache-2.0
package org.scx4j.rustland;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.pipeline.PipelineOptions;
import org.scx4j.pipeline.ThreadLayout;
import org.scx4j.pipeline.WaitMode;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.topology.CpuTopology;
import org.scx4j.transport.MemoryTransport;

/**
 * After a warm-up a pull scheduler allocates not a single byte in 100 000 tasks. The warm-up ends with the first window
 * that is clean, because the JIT may take code back late.
 */
@Timeout(300)
class PullAllocationTest
{
    private static final int WARM_UP_TASKS = 1_000_000;
    private static final int TASKS = 100_000;
    private static final int MAX_WINDOWS = 10;
    private static final int BURST = 16;
    private static final int KEPT = 8;

    private static volatile Object sink;

    private final ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();
    private final MemoryTransport kernel = new MemoryTransport(1 << 16);
    private final DispatchedTask decision = new DispatchedTask();
    private final int[] keptPids = new int[KEPT];
    private final long[] keptTokens = new long[KEPT];
    @TempDir
    private Path sysfs;
    private BpfScheduler scheduler;
    private int nrKept;
    private long token;
    private long nrDrained;
    private boolean allocates;

    @BeforeEach
    void makeScheduler() throws IOException
    {
        assumeTrue(threads.isThreadAllocatedMemorySupported(), "this JVM does not count allocated bytes");
        threads.setThreadAllocatedMemoryEnabled(true);
        final Path folder = Files.createDirectories(sysfs.resolve("devices/system/cpu"));
        Files.writeString(folder.resolve("online"), "0-3\n");
        scheduler = new BpfScheduler(kernel, CpuTopology.read(sysfs),
            new PipelineOptions(ThreadLayout.INLINE, new int[1], WaitMode.PARK, 0, 0, 0, 0),
            SystemNanoClock.INSTANCE, null);
    }

    @Test
    void shouldAllocateNothing()
    {
        final List<Long> windows = new ArrayList<>();
        drive(WARM_UP_TASKS);
        do
        {
            windows.add(drive(TASKS));
        }
        while (0 != windows.get(windows.size() - 1) && windows.size() < MAX_WINDOWS);

        assertThat(nrDrained).as("all but those kept").isBetween(token - KEPT, token);
        assertThat(windows).as("bytes in each 100000 tasks").endsWith(0L);
    }

    @Test
    void shouldSeeTheAllocationWhenACallerAllocates()
    {
        allocates = true;
        drive(WARM_UP_TASKS);

        assertThat(drive(TASKS)).isGreaterThanOrEqualTo(TASKS * (long)Long.BYTES);
    }

    /** The bytes that this thread allocated in the caller's part of the path. */
    private long drive(final int nrTasks)
    {
        long bytes = 0;
        for (int i = 0; i < nrTasks; i += BURST)
        {
            for (int j = 0; j < BURST; j++)
            {
                token++;
                kernel.enqueue(SchedAbi.SCHED_EVENT_QUEUED, (int)token, token, System.nanoTime());
            }
            kernel.enqueue(SchedAbi.SCHED_EVENT_EXIT, 1, 0, 0);
            final long begin = threads.getCurrentThreadAllocatedBytes();
            schedule();
            bytes += threads.getCurrentThreadAllocatedBytes() - begin;
            nrDrained += kernel.drain((drained) -> { });
        }
        return bytes;
    }

    /** Decides most tasks at once, and keeps some until there are many. */
    private void schedule()
    {
        QueuedTask task = scheduler.dequeueTask();
        while (null != task)
        {
            if (task.cpu() >= 0 && 0 == task.token() % BURST && nrKept < KEPT)
            {
                keptPids[nrKept] = task.pid();
                keptTokens[nrKept++] = task.token();
            }
            else if (task.cpu() >= 0)
            {
                sink = allocates ? new long[1] : null;
                final int cpu = scheduler.pickIdle(task);
                scheduler.dispatchTask(decision.from(task).cpu(cpu).sliceNs(1_000_000).vtime(task.vtime()));
            }
            task = scheduler.dequeueTask();
        }
        if (KEPT == nrKept)
        {
            while (nrKept > 0)
            {
                nrKept--;
                scheduler.dispatchTask(decision.from(keptPids[nrKept], 0, keptTokens[nrKept], 0));
            }
        }
        if (!scheduler.exited())
        {
            scheduler.selectCpu(1, 0, 0);
            scheduler.notifyComplete(nrKept);
            scheduler.updateTasks(0, BpfScheduler.UNCHANGED);
            scheduler.notifyComplete(0);
        }
    }
}
