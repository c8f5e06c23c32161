// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.agrona.BufferUtil;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Measures one path in all ways: the same steps for the engine and for its reference.
 * <p>
 * Each way begins with a warm-up, of at least half as many trips as are measured, and ends with a look at the books.
 * <p>
 * Thread safety: for one thread, which it pins.
 */
final class RoundTripTrial
{
    private static final long MAX_NS = 10_000_000_000L;
    private static final int SIGNIFICANT_DIGITS = 3;
    private static final double MEDIAN = 50;
    private static final int CHUNK = RoundTripKernel.LATENCIES / 2;

    private final RoundTripKernel kernel;
    private final Supplier<RoundTripPath> paths;
    private final int nrTrips;
    private final int engineCpu;
    private final int kernelCpu;
    private final AtomicBuffer times;
    private long allocatedBytes;
    private long nrTasks;

    /**
     * Prepares it.
     *
     * @param kernel    to measure on.
     * @param paths     opens the path anew.
     * @param nrTrips   one at a time, and again as many tasks in bursts.
     * @param engineCpu where the turns are taken.
     * @param kernelCpu where the kernel's side is when it has a CPU of its own; -1 if there is none for it.
     */
    RoundTripTrial(
        final RoundTripKernel kernel,
        final Supplier<RoundTripPath> paths,
        final int nrTrips,
        final int engineCpu,
        final int kernelCpu)
    {
        this.kernel = kernel;
        this.paths = paths;
        this.nrTrips = nrTrips;
        this.engineCpu = engineCpu;
        this.kernelCpu = kernelCpu;
        this.times = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(nrBursts(nrTrips) * Long.BYTES, Long.BYTES));
    }

    /**
     * Measures.
     *
     * @return the figures.
     */
    RoundTripFigures run()
    {
        allocatedBytes = 0;
        nrTasks = 0;
        final Histogram oneCpu = histogram();
        final Histogram twoCpus = kernelCpu < 0 ? null : histogram();
        final Histogram bursts = histogram();
        final long oneCpuNs;
        long twoCpusNs = 0;
        try (RoundTripPath path = paths.get())
        {
            path.enter(engineCpu);
            exchangeOneByOne(path, oneCpu);
            oneCpuNs = exchangeBursts(path, bursts);
        }
        if (kernelCpu >= 0)
        {
            try (RoundTripPath path = paths.get())
            {
                RoundTripKernel.enter(kernelCpu);
                path.start(engineCpu);
                twoCpusNs = converse(path, twoCpus);
            }
        }
        kernel.checkBooks();
        final double nrInBursts = (double)nrBursts(nrTrips) * RoundTripKernel.TASKS;
        final double second = TimeUnit.SECONDS.toNanos(1);
        return new RoundTripFigures(oneCpu, twoCpus,
            bursts.getValueAtPercentile(MEDIAN) / (double)RoundTripKernel.TASKS, nrInBursts * second / oneCpuNs,
            kernelCpu < 0 ? 0 : nrInBursts * second / twoCpusNs, allocatedBytes, nrTasks);
    }

    private static Histogram histogram()
    {
        return new Histogram(1, MAX_NS, SIGNIFICANT_DIGITS);
    }

    private static int nrBursts(final int tasks)
    {
        return Math.max(1, tasks / RoundTripKernel.TASKS);
    }

    /** Leaves one record unanswered, as each exchange does. */
    private void exchangeOneByOne(final RoundTripPath path, final Histogram histogram)
    {
        kernel.burst(1);
        kernel.exchange();
        path.exchange(nrTrips / 2);
        kernel.takeLatencies(null);
        for (int left = nrTrips; left > 0; left -= CHUNK)
        {
            final int count = Math.min(left, CHUNK);
            final long before = path.allocatedBytes();
            path.exchange(count);
            note(path.allocatedBytes() - before, count);
            kernel.takeLatencies(histogram);
        }
    }

    /** Returns the nanoseconds of all. Leaves nothing unanswered. */
    private long exchangeBursts(final RoundTripPath path, final Histogram turns)
    {
        final int bursts = nrBursts(nrTrips);
        kernel.burst(RoundTripKernel.TASKS);
        path.exchange(2); // the first burst fills what is left of a row of tasks
        path.timeTurns(times, bursts);
        final long drained = kernel.nrDrained();
        final long before = path.allocatedBytes();
        final long beginNs = System.nanoTime();
        path.timeTurns(times, bursts);
        final long allNs = System.nanoTime() - beginNs;
        note(path.allocatedBytes() - before, (long)bursts * RoundTripKernel.TASKS);
        check(drained, bursts);
        kernel.burst(0);
        path.exchange(1);
        kernel.takeLatencies(null);
        kernel.checkBooks();
        for (int i = 0; i < bursts; i++)
        {
            turns.recordValue(Math.min(times.getLong(i * Long.BYTES), MAX_NS));
        }
        return allNs;
    }

    /** Nanoseconds of the bursts. */
    private long converse(final RoundTripPath path, final Histogram histogram)
    {
        RoundTripKernel.favour(false);
        kernel.burst(1);
        kernel.converse(nrTrips / 2);
        RoundTripKernel.favour(true);
        kernel.takeLatencies(null);
        final long before = path.allocatedBytes();
        for (int left = nrTrips; left > 0; left -= CHUNK)
        {
            kernel.converse(Math.min(left, CHUNK));
            kernel.takeLatencies(histogram);
        }
        final int bursts = nrBursts(nrTrips);
        kernel.burst(RoundTripKernel.TASKS);
        kernel.converse(1 + bursts / 2);
        final long drained = kernel.nrDrained();
        final long beginNs = System.nanoTime();
        kernel.converse(bursts);
        final long allNs = System.nanoTime() - beginNs;
        check(drained, bursts);
        note(path.allocatedBytes() - before, nrTrips + (long)bursts * RoundTripKernel.TASKS);
        kernel.takeLatencies(null);
        return allNs;
    }

    private void note(final long bytes, final long tasks)
    {
        allocatedBytes += bytes;
        nrTasks += tasks;
    }

    private void check(final long drainedBefore, final int bursts)
    {
        final long drained = kernel.nrDrained() - drainedBefore;
        if (drained != (long)bursts * RoundTripKernel.TASKS)
        {
            throw new IllegalStateException("not every burst was answered in one turn: bursts=" + bursts +
                ", drained=" + drained);
        }
    }
}
