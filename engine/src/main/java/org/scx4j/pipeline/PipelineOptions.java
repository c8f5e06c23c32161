// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import java.util.Arrays;
import java.util.Locale;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.topology.CpuList;

/**
 * How an event path is built.
 *
 * @param layout    of threads.
 * @param cpus      one for each hot thread: reader, policy, dispatcher.
 * @param waitMode  of hot threads that have nothing to do.
 * @param ringSize  entries of the Disruptor ring, a power of two.
 * @param logSize   entries of the decision log, a power of two and more than 128.
 * @param spinNs    idle time before a parking thread sleeps, nanoseconds.
 * @param parkMs    the longest sleep of a parking thread, milliseconds.
 */
public record PipelineOptions(
    ThreadLayout layout, int[] cpus, WaitMode waitMode, int ringSize, int logSize, long spinNs, int parkMs)
{
    private static final int LOG_ENTRIES_PER_EVENT = 4;
    private static final long SPIN_NS = 50_000L;
    private static final int PARK_MS = 10;

    /**
     * Fills in what a user did not say, and checks it against the machine.
     *
     * @param wantedLayout   or null for the one that suits the number of CPUs.
     * @param wantedWaitMode or null: hot threads spin when pipelined and park when inline.
     * @param wantedCpus     or null for the last that are online.
     * @param online         CPUs, ascending.
     * @param ringSize       entries of the Disruptor ring.
     * @return options that fit the machine.
     * @throws SchedulerException with category USAGE, if spinning threads would share a CPU with each other, leave none
     *                            to the tasks, or be on one that is not there.
     */
    public static PipelineOptions of(
        final ThreadLayout wantedLayout,
        final WaitMode wantedWaitMode,
        final int[] wantedCpus,
        final int[] online,
        final int ringSize)
    {
        final ThreadLayout layout = null != wantedLayout ? wantedLayout : ThreadLayout.forCpus(online.length);
        final WaitMode waitMode = null != wantedWaitMode ? wantedWaitMode :
            ThreadLayout.PIPELINED == layout ? WaitMode.SPIN : WaitMode.PARK;
        final String threads = "the " + layout.name().toLowerCase(Locale.ROOT) + " layout";
        final int needed = layout.nrThreads();
        check(ThreadLayout.INLINE == layout || WaitMode.SPIN == waitMode,
            threads + " has threads that can only spin: use --wait spin or --layout inline");
        check(WaitMode.PARK == waitMode || online.length > needed,
            threads + " spins on " + needed + " CPU(s) and must leave one to the tasks, but only " + online.length +
            " are online: use --layout inline --wait park");

        final int[] cpus = null != wantedCpus ? wantedCpus : lastOf(online, needed);
        check(cpus.length == needed, threads + " needs " + needed + " CPU(s), one for each thread, got " +
            cpus.length + " (" + CpuList.format(cpus) + "): spinning threads must not share one");
        check(Arrays.stream(cpus).distinct().count() == needed,
            "a CPU is named twice, but spinning threads must not share one: " + Arrays.toString(cpus));
        for (final int cpu : cpus)
        {
            check(Arrays.stream(online).anyMatch((candidate) -> candidate == cpu),
                "CPU " + cpu + " is not online: choose from " + CpuList.format(online));
        }
        return new PipelineOptions(
            layout, cpus, waitMode, ringSize, LOG_ENTRIES_PER_EVENT * ringSize, SPIN_NS, PARK_MS);
    }

    /**
     * The same, but a parking thread sleeps as soon as there is nothing to do.
     *
     * @return a copy; without effect on threads that spin.
     */
    public PipelineOptions withoutSpinning()
    {
        return new PipelineOptions(layout, cpus, waitMode, ringSize, logSize, 0, parkMs);
    }

    private static int[] lastOf(final int[] online, final int count)
    {
        final int[] last = new int[Math.min(count, online.length)];
        for (int i = 0; i < last.length; i++)
        {
            last[i] = online[online.length - 1 - i];
        }
        return last;
    }

    private static void check(final boolean holds, final String message)
    {
        if (!holds)
        {
            throw new SchedulerException(Category.USAGE, message);
        }
    }

    @Override
    public String toString()
    {
        return "layout=" + layout + ", wait=" + waitMode + ", cpus=" + Arrays.toString(cpus);
    }
}
