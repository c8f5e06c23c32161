// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.pipeline.Pipeline;
import org.scx4j.pipeline.PipelineOptions;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.status.AllocationMeter;
import org.scx4j.status.ExitInfo;
import org.scx4j.status.LeaseLosses;
import org.scx4j.status.RunReport;
import org.scx4j.status.ThreadFaults;
import org.scx4j.topology.CpuTopology;
import org.scx4j.transport.KernelTransport;
import org.scx4j.transport.Lease;

/**
 * One attachment to the kernel: a transport, the event path over it, and what they did. An engine has one after the
 * other.
 * <p>
 * Thread safety: the engine's lock; {@link #failure()} and {@link #isHotThread()} for any thread.
 */
final class EngineSession
{
    private static final Path TASKS = Path.of("/proc/self/task");

    private final AllocationMeter allocation = new AllocationMeter();
    private final Context context;
    private final PipelineOptions options;
    private final KernelTransport transport;
    private final Pipeline pipeline;
    private ThreadFaults faults;
    private long attachedAtNs;
    private long endedAtNs;
    private boolean isClosed;
    private volatile Throwable failure;

    /**
     * Loads a scheduler and starts the policy; nothing is attached, no thread runs.
     *
     * @param context concluded.
     */
    EngineSession(final Context context)
    {
        this.context = context;
        this.options = context.pipelineOptions();
        final CpuTopology topology = CpuTopology.read(context.sysfs());
        this.transport = context.openTransport();
        this.pipeline = openPipeline(topology);
    }

    private Pipeline openPipeline(final CpuTopology topology)
    {
        Pipeline built = null;
        try
        {
            startPolicy(topology);
            built = new Pipeline(
                transport, context.policy(), options, context.errorHandler(), this::onStageFailure);
            return built;
        }
        finally
        {
            if (null == built)
            {
                transport.close();
            }
        }
    }

    private void startPolicy(final CpuTopology topology)
    {
        final StartContext start = new StartContext(
            context.sliceNs(), transport.nrCpuIds(), topology, transport.cpuStates(topology), context.policyOptions());
        context.policy().onStart(start);
        final String unknown = start.unknownOption(context.policyName());
        if (null != unknown)
        {
            context.policy().onClose();
            throw new SchedulerException(Category.USAGE, unknown);
        }
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

    /** Starts the hot threads and attaches. If this throws, close it. */
    void start()
    {
        pipeline.start();
        pipeline.latency().reset();
        faults = new ThreadFaults(TASKS, pipeline.kernelThreadIds(), pipeline.threadNames());
        transport.attach();
        attachedAtNs = System.nanoTime();
    }

    /** Detaches, stops the hot threads and gives everything back; idempotent. The figures stay. */
    void close()
    {
        if (isClosed)
        {
            return;
        }
        sampleThreads();
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
        pipeline.latency().takeInterval();
        isClosed = true;
    }

    boolean isClosed()
    {
        return isClosed;
    }

    /** Looks at the hot threads from outside, as long as they run. */
    void sampleThreads()
    {
        if (!isClosed && 0 != attachedAtNs)
        {
            sampleAllocation();
            faults.sample();
        }
    }

    /** What {@link #sampleThreads()} does, but cheap enough for every few milliseconds. */
    void sampleAllocation()
    {
        if (!isClosed && 0 != attachedAtNs)
        {
            allocation.sample(
                System.nanoTime() - attachedAtNs,
                pipeline.javaThreadIds(),
                transport.counter(KernelCounter.NR_DECIDED));
        }
    }

    /** How long it was attached so far, or in all; nanoseconds. */
    long durationNs()
    {
        if (0 == attachedAtNs)
        {
            return 0;
        }
        return (0 == endedAtNs ? System.nanoTime() : endedAtNs) - attachedAtNs;
    }

    /** Latencies so far; changed by the next call. */
    Histogram latency()
    {
        if (!isClosed)
        {
            pipeline.latency().takeInterval();
        }
        return pipeline.latency().total();
    }

    /**
     * What this session did.
     *
     * @param latency    to report.
     * @param nrRestarts to report.
     * @return a snapshot.
     */
    RunReport report(final RunReport.Latency latency, final long nrRestarts)
    {
        sampleThreads();
        final Map<KernelCounter, Long> counters = new EnumMap<>(KernelCounter.class);
        for (final KernelCounter counter : KernelCounter.values())
        {
            counters.put(counter, transport.counter(counter));
        }
        return new RunReport(
            transport.backend(),
            context.policyName(),
            transport.opsName(),
            lowerCase(options.layout()),
            options.cpus(),
            lowerCase(options.waitMode()),
            durationNs(),
            counters,
            leaseLosses(),
            latency,
            pipeline.nrPolicyErrors(), pipeline.nrBackPressure(),
            transport.nrDoorbells(), transport.nrParks(),
            allocation.bytes(), allocation.events(),
            null == faults ? 0 : Math.max(faults.nrFaults(), pipeline.nrFaults()),
            nrRestarts,
            transport.succession(),
            transport.exitInfo());
    }

    private LeaseLosses leaseLosses()
    {
        final Lease lease = transport.lease();
        final int[] threadIds = pipeline.kernelThreadIds();
        String thread = "";
        for (int i = 0; i < threadIds.length; i++)
        {
            thread = 0 != lease.threadId() && lease.threadId() == threadIds[i] ? pipeline.threadNames()[i] : thread;
        }
        return new LeaseLosses(lease.nrLost(), lease.lostNs(), lease.maxLostNs(), thread);
    }

    private static String lowerCase(final Enum<?> choice)
    {
        return choice.name().toLowerCase(Locale.ROOT);
    }

    ExitInfo exitInfo()
    {
        return transport.exitInfo();
    }

    Throwable failure()
    {
        return failure;
    }

    int[] hotThreadIds()
    {
        return pipeline.kernelThreadIds();
    }

    /** Whether the calling thread is one of the event path. */
    boolean isHotThread()
    {
        final long id = Thread.currentThread().getId();
        for (final long hotId : pipeline.javaThreadIds())
        {
            if (id == hotId)
            {
                return true;
            }
        }
        return false;
    }

    void scheduleCurrentThread(final boolean isScheduled)
    {
        transport.scheduleCurrentThread(isScheduled);
    }
}
