// SPDX-License-Identifier: Apache-2.0
package org.scx4j.rustland;

import org.agrona.concurrent.SystemNanoClock;
import org.scx4j.pipeline.PipelineOptions;
import org.scx4j.pipeline.ThreadLayout;
import org.scx4j.pipeline.WaitMode;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.topology.CpuTopology;
import org.scx4j.transport.MemoryTransport;

/**
 * Runs the path on plain memory for a tenth of a second, until the JIT has compiled it and every class is loaded:
 * later, with a kernel that depends on us, a class read from disk could wait for a task that waits for us.
 */
final class WarmUp
{
    private static final int MIN_TASKS = 1_000;
    private static final int MAX_TASKS = 100_000;
    private static final long DURATION_NS = 100_000_000L;
    private static final int RING_BYTES = 1 << 16;
    private static final int BURST = 16;

    private WarmUp()
    {
    }

    static void run(final CpuTopology topology)
    {
        final MemoryTransport kernel = new MemoryTransport(RING_BYTES);
        final PipelineOptions options = new PipelineOptions(
            ThreadLayout.INLINE, new int[1], WaitMode.PARK, 0, 0, 0, 0);
        final DispatchedTask decision = new DispatchedTask();
        final long beginNs = System.nanoTime();
        long token = 0;
        try (BpfScheduler scheduler =
            new BpfScheduler(kernel, topology, options, SystemNanoClock.INSTANCE, null))
        {
            while (token < MIN_TASKS || token < MAX_TASKS && System.nanoTime() - beginNs < DURATION_NS)
            {
                for (int i = 0; i < BURST; i++)
                {
                    kernel.enqueue(SchedAbi.SCHED_EVENT_QUEUED, 1, ++token, System.nanoTime());
                }
                QueuedTask task = scheduler.dequeueTask();
                while (null != task)
                {
                    scheduler.dispatchTask(decision.from(task).cpu(scheduler.pickIdle(task)));
                    task = scheduler.dequeueTask();
                }
                scheduler.exited();
                scheduler.notifyComplete(0);
                kernel.drain((drained) -> { });
            }
        }
    }
}
