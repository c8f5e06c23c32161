// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import org.agrona.concurrent.Agent;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.transport.MemoryTransport;

/**
 * Runs the path on plain memory for a tenth of a second, until the JIT has compiled it and every class is loaded:
 * later, with a kernel that depends on us, a class read from disk could wait for a task that waits for us.
 * <p>
 * Thread safety: for one thread, which has another do it meanwhile ({@link #start()}).
 */
public final class PathWarmUp
{
    private static final int MIN_TASKS = 1_000;
    private static final int MAX_TASKS = 100_000;
    private static final long DURATION_NS = 100_000_000L;
    private static final int BURST = 16;
    private static final int RING_BYTES = 1 << 16;
    private static final int ENTRIES = 1024;

    private final Thread thread = new Thread(this::runHere, "scx4j-warm-up");
    private RuntimeException failure;

    private PathWarmUp()
    {
    }

    /**
     * Begins on a thread of its own.
     *
     * @return what is to be awaited.
     */
    public static PathWarmUp start()
    {
        final PathWarmUp warmUp = new PathWarmUp();
        warmUp.thread.start();
        return warmUp;
    }

    /**
     * Waits until it is over and its thread has ended; an interrupt is kept for later.
     *
     * @throws IllegalStateException if it has failed.
     */
    public void await()
    {
        boolean isInterrupted = Thread.interrupted();
        while (thread.isAlive())
        {
            try
            {
                thread.join();
            }
            catch (final InterruptedException ex)
            {
                isInterrupted = true;
            }
        }
        if (isInterrupted)
        {
            Thread.currentThread().interrupt();
        }
        if (null != failure)
        {
            throw failure;
        }
    }

    private void runHere()
    {
        try
        {
            run();
        }
        catch (final IllegalStateException ex)
        {
            failure = ex;
        }
    }

    /**
     * Does it on the calling thread.
     *
     * @throws IllegalStateException if it has failed.
     */
    public static void run()
    {
        final MemoryTransport transport = new MemoryTransport(RING_BYTES);
        final PipelineOptions options = new PipelineOptions(
            ThreadLayout.INLINE, new int[]{0}, WaitMode.SPIN, ENTRIES, ENTRIES, 0, 0);
        final Agent stages = new Pipeline(
            transport, (task, out) -> out.dispatch(task).commit(), options, PathWarmUp::onError, PathWarmUp::onError)
            .inlineAgent();
        final long beginNs = System.nanoTime();
        long token = 0;
        try
        {
            while (token < MIN_TASKS || token < MAX_TASKS && System.nanoTime() - beginNs < DURATION_NS)
            {
                for (int i = 0; i < BURST; i++)
                {
                    transport.enqueue(SchedAbi.SCHED_EVENT_QUEUED, 1, ++token, System.nanoTime());
                }
                stages.doWork();
                transport.drain(decision -> { });
            }
        }
        catch (final Exception ex)
        {
            onError(ex);
        }
    }

    private static void onError(final Throwable ex)
    {
        throw new IllegalStateException("warm-up failed", ex);
    }
}
