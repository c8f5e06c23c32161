// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.scx4j.api.CpuStates;
import org.scx4j.api.EngineContext;
import org.scx4j.jni.LibC;
import org.scx4j.jni.NativeLibrary;
import org.scx4j.pipeline.Pipeline;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.status.AllocationMeter;
import org.scx4j.status.ExitInfo;
import org.scx4j.status.RunReport;
import org.scx4j.topology.CpuTopology;
import org.scx4j.transport.KernelTransport;

/**
 * A running scheduler: loads, attaches, decides, detaches.
 * <pre>{@code
 * try (SchedulerEngine engine = SchedulerEngine.launch(new Context().policy(new Fifo())))
 * {
 *     engine.awaitEnd(Duration.ofSeconds(10).toNanos());
 * }
 * }</pre>
 * However the process ends, the kernel falls back to its own scheduler: the attachment lives no longer than this
 * process.
 * <p>
 * Thread safety: all methods from any thread.
 */
public final class SchedulerEngine implements AutoCloseable
{
    private static final long WATCH_INTERVAL_MS = 10;

    private final AllocationMeter allocation = new AllocationMeter();
    private final Context context;
    private final KernelTransport transport;
    private final Pipeline pipeline;
    private long attachedAtNs;
    private long endedAtNs;
    private boolean closed;
    private volatile Throwable failure;

    private SchedulerEngine(final Context context)
    {
        this.context = context;
        final CpuTopology topology = CpuTopology.read(context.sysfs());
        this.transport = context.openTransport();
        Pipeline built = null;
        try
        {
            context.policy().onStart(new StartContext(
                context.sliceNs(), transport.nrCpuIds(), topology, transport.cpuStates(topology),
                context.policyOptions()));
            built = new Pipeline(
                transport, context.policy(), context.pipelineOptions(), context.errorHandler(), this::onStageFailure);
        }
        finally
        {
            if (null == built)
            {
                transport.close();
            }
        }
        this.pipeline = built;
    }

    /** A stage that throws has lost its way: what it saw can't be trusted, so the kernel must take over. */
    private void onStageFailure(final Throwable throwable)
    {
        if (null == failure)
        {
            failure = throwable;
            context.errorHandler().onError(throwable);
        }
    }

    private record StartContext(
        long sliceNs, int nrCpuIds, CpuTopology topology, CpuStates cpuStates, Map<String, String> options)
        implements EngineContext
    {
        @Override
        public String option(final String name)
        {
            return options.get(name);
        }
    }

    /**
     * Starts a scheduler. When this returns, it schedules the machine.
     *
     * @param context concluded here; not to be changed any more.
     * @return the running engine, to be closed.
     * @throws org.scx4j.exceptions.SchedulerException if an option, this machine or the kernel forbids it; nothing
     *                                                 stays behind.
     */
    public static SchedulerEngine launch(final Context context)
    {
        context.conclude();
        final SchedulerEngine engine = new SchedulerEngine(context);
        try
        {
            engine.start();
            return engine;
        }
        catch (final RuntimeException ex)
        {
            engine.close();
            throw ex;
        }
    }

    private void start()
    {
        Pipeline.warmUp();
        if (context.isMemoryLocked() && NativeLibrary.isAvailable())
        {
            LibC.lockMemory();
        }
        pipeline.start();
        pipeline.latency().reset();
        transport.attach();
        attachedAtNs = System.nanoTime();
    }

    /**
     * Waits until the scheduler has ended by itself, or time is up.
     *
     * @param timeoutNs the longest wait.
     * @return true if it has ended.
     * @throws InterruptedException if the calling thread is interrupted.
     */
    public boolean awaitEnd(final long timeoutNs) throws InterruptedException
    {
        final long deadlineNs = System.nanoTime() + timeoutNs;
        while (!hasEnded())
        {
            final long leftNs = deadlineNs - System.nanoTime();
            if (leftNs <= 0)
            {
                return false;
            }
            sampleAllocation();
            Thread.sleep(Math.min(WATCH_INTERVAL_MS, TimeUnit.NANOSECONDS.toMillis(leftNs) + 1));
        }
        return true;
    }

    /**
     * Whether the scheduler runs no more, or must not: it was closed, the kernel ended it, or a stage of the event path
     * has failed. Then {@link #close()} it.
     *
     * @return true if it has ended.
     */
    public synchronized boolean hasEnded()
    {
        return closed || null != failure || null != transport.exitInfo();
    }

    /**
     * Detaches, stops the hot threads and gives everything back. Idempotent. The report stays available. If a hot
     * thread does not end within seconds, the memory that it may still use stays mapped, and {@link #failure()} tells.
     */
    @Override
    public synchronized void close()
    {
        if (closed)
        {
            return;
        }
        sampleAllocation();
        endedAtNs = System.nanoTime();
        transport.detach();
        if (pipeline.stop())
        {
            transport.close();
        }
        else
        {
            onStageFailure(new IllegalStateException(
                "a thread of the event path does not end, its policy may be in a loop"));
        }
        if (context.isMemoryLocked() && NativeLibrary.isAvailable())
        {
            LibC.unlockMemory();
        }
        pipeline.latency().takeInterval();
        closed = true;
    }

    private synchronized void sampleAllocation()
    {
        if (!closed && 0 != attachedAtNs)
        {
            allocation.sample(
                System.nanoTime() - attachedAtNs,
                pipeline.javaThreadIds(),
                transport.counter(KernelCounter.NR_DECIDED));
        }
    }

    /**
     * What the run did so far; after {@link #close()}, in all.
     *
     * @return a snapshot.
     */
    public synchronized RunReport report()
    {
        sampleAllocation();
        pipeline.latency().takeInterval();
        final Map<KernelCounter, Long> counters = new EnumMap<>(KernelCounter.class);
        for (final KernelCounter counter : KernelCounter.values())
        {
            counters.put(counter, transport.counter(counter));
        }
        final Histogram latency = pipeline.latency().total();
        final long endNs = 0 == endedAtNs ? System.nanoTime() : endedAtNs;
        return new RunReport(
            transport.backend(),
            context.policyName(),
            transport.opsName(),
            context.pipelineOptions().layout().name().toLowerCase(Locale.ROOT),
            context.pipelineOptions().cpus(),
            context.pipelineOptions().waitMode().name().toLowerCase(Locale.ROOT),
            endNs - attachedAtNs,
            counters,
            new RunReport.Latency(
                latency.getValueAtPercentile(50), latency.getValueAtPercentile(99),
                latency.getValueAtPercentile(99.9), latency.getMaxValue()),
            pipeline.nrPolicyErrors(), pipeline.nrBackPressure(),
            transport.nrDoorbells(), transport.nrParks(),
            allocation.bytes(), allocation.events(),
            pipeline.nrFaults(),
            transport.exitInfo());
    }

    /**
     * Why the kernel's side ended.
     *
     * @return null while it runs.
     */
    public synchronized ExitInfo exitInfo()
    {
        return transport.exitInfo();
    }

    /**
     * What made a stage of the event path fail: a broken invariant, not an error of the policy.
     *
     * @return null if none has.
     */
    public Throwable failure()
    {
        return failure;
    }

    /**
     * The kernel's ids of the hot threads.
     *
     * @return ids, reader first.
     */
    public int[] hotThreadIds()
    {
        return pipeline.kernelThreadIds();
    }
}
