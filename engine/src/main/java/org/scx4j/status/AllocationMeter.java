// SPDX-License-Identifier: Apache-2.0
package org.scx4j.status;

import java.lang.management.ManagementFactory;

/**
 * Measures what some threads allocate on the heap, from the end of a warm-up on.
 * <p>
 * The first second belongs to the JIT and to whatever a policy sets up on its first tasks.
 * <p>
 * Thread safety: one thread at a time.
 */
public final class AllocationMeter
{
    private static final long WARM_UP_NS = 1_000_000_000L;

    private final com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean)ManagementFactory.getThreadMXBean();
    private boolean isWarm;
    private long baseBytes;
    private long baseEvents;
    private long bytes;
    private long events;

    /** Starts in the warm-up. */
    public AllocationMeter()
    {
    }

    /**
     * Reads the threads' own counts.
     *
     * @param ranNs         since the threads got work.
     * @param javaThreadIds of the threads, alive.
     * @param nrEvents      handled so far.
     */
    public void sample(final long ranNs, final long[] javaThreadIds, final long nrEvents)
    {
        if (ranNs < WARM_UP_NS)
        {
            return;
        }
        long allocated = 0;
        for (final long id : javaThreadIds)
        {
            allocated += Math.max(0, threads.getThreadAllocatedBytes(id));
        }
        if (!isWarm)
        {
            isWarm = true;
            baseBytes = allocated;
            baseEvents = nrEvents;
        }
        bytes = allocated - baseBytes;
        events = nrEvents - baseEvents;
    }

    /**
     * What one thread has allocated.
     *
     * @param javaThreadId of it.
     * @return bytes since it began, 0 if it is not alive.
     */
    public long threadBytes(final long javaThreadId)
    {
        return javaThreadId <= 0 ? 0 : Math.max(0, threads.getThreadAllocatedBytes(javaThreadId));
    }

    /**
     * Allocated since the warm-up ended.
     *
     * @return bytes, as of the last sample.
     */
    public long bytes()
    {
        return bytes;
    }

    /**
     * Events handled since the warm-up ended.
     *
     * @return count, as of the last sample; 0 if it has not ended.
     */
    public long events()
    {
        return events;
    }
}
