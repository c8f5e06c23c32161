// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import org.scx4j.api.Cpu;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.EngineContext;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;

/**
 * FIFO in a JVM that collects garbage all the time: a thread beside the policy makes some and calls the collector. As a
 * program of its own it does the same without a scheduler, until it is killed.
 */
public final class GcStorm implements SchedulingPolicy
{
    /** What it prints at its end, behind it the number of collections. */
    static final String SAYS = "gc-storm: ";

    private static final int GARBAGE_BYTES = 64 << 10;
    private static final int CHUNKS = 32;

    private volatile boolean isStopped;
    private Thread thread;
    private long nrCollections;

    /** A storm that begins with the policy. */
    public GcStorm()
    {
    }

    /**
     * The storm alone.
     *
     * @param arguments none.
     */
    public static void main(final String[] arguments)
    {
        new GcStorm().storm();
    }

    @Override
    public void onStart(final EngineContext context)
    {
        thread = new Thread(this::storm, "gc-storm");
        thread.setDaemon(true);
        thread.start();
    }

    private void storm()
    {
        final byte[][] garbage = new byte[CHUNKS][];
        while (!isStopped)
        {
            for (int i = 0; i < garbage.length; i++)
            {
                garbage[i] = new byte[GARBAGE_BYTES];
            }
            System.gc();
            nrCollections++;
        }
    }

    @Override
    public void onTask(final QueuedTask task, final Dispatcher out)
    {
        out.dispatch(task).cpu(Cpu.ANY).commit();
    }

    @Override
    public void onClose()
    {
        isStopped = true;
        try
        {
            thread.join();
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
        }
        System.err.println(SAYS + nrCollections);
    }
}
