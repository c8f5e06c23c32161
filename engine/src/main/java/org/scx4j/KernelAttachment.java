// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.agrona.BufferUtil;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.jni.LibC;
import org.scx4j.jni.NativeLibrary;
import org.scx4j.pipeline.PipelineOptions;
import org.scx4j.pipeline.ThreadLayout;
import org.scx4j.pipeline.WaitMode;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.settings.MemorySettings;
import org.scx4j.status.LatencyRecorder;
import org.scx4j.status.LeaseLosses;
import org.scx4j.status.PolicyChanges;
import org.scx4j.status.RunReport;
import org.scx4j.topology.CpuList;
import org.scx4j.topology.CpuTopology;
import org.scx4j.transport.KernelTransport;
import org.scx4j.transport.Lease;

/**
 * A kernel and one thread that schedules it by itself, without policy and pipeline: what {@link SchedulerEngine} does
 * around its hot threads, for a thread that exists already.
 * <p>
 * Thread safety: for one thread, the one that calls {@link #attach()}.
 */
public final class KernelAttachment implements AutoCloseable
{
    private static final Path PROC = Path.of("/proc");
    private static final int NICE_ZERO_PRIORITY = 20;
    private static final SchedulingPolicy CALLER = new CallerDecides();

    private final Context context;
    private final CpuTopology topology;
    private final KernelTransport transport;
    private UnsafeBuffer affinityBefore;
    private int priorityBefore;
    private Thread thread;
    private boolean isMemoryLocked;
    private MemorySettings memorySettings;
    private boolean isClosed;
    private long attachedAtNs;
    private long endedAtNs;
    private long faultsAtStart;
    private long nrFaults;

    private KernelAttachment(final Context context)
    {
        this.context = context;
        this.topology = CpuTopology.read(context.sysfs());
        this.transport = context.openTransport();
    }

    /** Stands where a context wants a policy. */
    private static final class CallerDecides implements SchedulingPolicy
    {
        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            throw new IllegalStateException("the caller decides: token=" + task.token());
        }
    }

    /**
     * Opens the kernel without changing anything on the machine.
     *
     * @param context concluded here. It must not have a policy, and no layout but the inline one. It may be used again
     *                for the next attachment.
     * @param name    of the scheduler, if the context has none.
     * @return to be attached, and closed.
     * @throws SchedulerException if an option, this machine or the kernel forbids it; nothing stays behind.
     */
    public static KernelAttachment open(final Context context, final String name)
    {
        check(null == context.policy() || CALLER == context.policy(),
            "a policy is set, but here the caller decides: use SchedulerEngine for the policy, or set none");
        check(null == context.layout() || ThreadLayout.INLINE == context.layout(),
            "the caller's thread is the only one of the event path: use the inline layout, or set none");
        context.policy(CALLER).layout(ThreadLayout.INLINE);
        context.policyName(null == context.policyName() ? name : context.policyName());
        context.conclude();
        return new KernelAttachment(context);
    }

    private static void check(final boolean holds, final String message)
    {
        if (!holds)
        {
            throw new SchedulerException(Category.USAGE, message);
        }
    }

    /**
     * The kernel.
     *
     * @return transport, closed by {@link #close()} only.
     */
    public KernelTransport transport()
    {
        return transport;
    }

    /**
     * How the CPUs belong together.
     *
     * @return topology as it was when this was opened.
     */
    public CpuTopology topology()
    {
        return topology;
    }

    /**
     * How the calling thread waits, and on which CPU.
     *
     * @return concluded options.
     */
    public PipelineOptions options()
    {
        return context.pipelineOptions();
    }

    /**
     * Locks the memory, makes the calling thread the thread of the event path, pinned, and starts to schedule. From
     * here on tasks wait for the calling thread.
     *
     * @throws SchedulerException if this machine or the kernel refuses; {@link #close()} then undoes the rest.
     */
    public void attach()
    {
        thread = Thread.currentThread();
        if (NativeLibrary.isAvailable())
        {
            isMemoryLocked = context.isMemoryLocked();
            if (isMemoryLocked)
            {
                memorySettings = MemorySettings.apply(PROC);
                LibC.lockMemory();
            }
            affinityBefore = new UnsafeBuffer(
                BufferUtil.allocateDirectAligned(CpuList.MAX_CPUS / Byte.SIZE, Long.BYTES));
            if (LibC.threadAffinity(affinityBefore.addressOffset(), affinityBefore.capacity()) < 0)
            {
                affinityBefore = null;
            }
            priorityBefore = LibC.threadPriority(0);
        }
        transport.enterHotThread(0, options().cpus()[0], WaitMode.SPIN == options().waitMode());
        faultsAtStart = transport.threadFaults();
        transport.attach();
        attachedAtNs = System.nanoTime();
    }

    /**
     * Detaches and gives everything back, also to the calling thread the CPUs and the nice value that it had before.
     * Idempotent; the report stays available.
     */
    @Override
    public void close()
    {
        if (isClosed)
        {
            return;
        }
        isClosed = true;
        endedAtNs = System.nanoTime();
        try
        {
            transport.detach();
            leaveHotThread();
            transport.close();
        }
        finally
        {
            if (isMemoryLocked)
            {
                LibC.unlockMemory();
                CloseHelper.close(memorySettings);
            }
        }
    }

    private void leaveHotThread()
    {
        if (Thread.currentThread() == thread)
        {
            nrFaults = transport.threadFaults() - faultsAtStart;
            if (null != affinityBefore)
            {
                LibC.pinThread(0, affinityBefore.addressOffset(), affinityBefore.capacity());
            }
            if (priorityBefore > 0)
            {
                LibC.setThreadNice(0, NICE_ZERO_PRIORITY - priorityBefore);
            }
        }
    }

    /**
     * What the run did so far; after {@link #close()}, in all. Allocation is not measured.
     *
     * @param latency        from enqueue to commit, as recorded by the calling thread.
     * @param nrBackPressure decisions that found no room.
     * @return a snapshot.
     */
    public RunReport report(final LatencyRecorder latency, final long nrBackPressure)
    {
        latency.takeInterval();
        final Map<KernelCounter, Long> counters = new EnumMap<>(KernelCounter.class);
        for (final KernelCounter counter : KernelCounter.values())
        {
            counters.put(counter, transport.counter(counter));
        }
        final Lease lease = transport.lease();
        final Histogram total = latency.total();
        final long endNs = 0 == endedAtNs ? System.nanoTime() : endedAtNs;
        return new RunReport(
            transport.backend(),
            context.policyName(),
            transport.opsName(),
            options().layout().name().toLowerCase(Locale.ROOT),
            options().cpus(),
            options().waitMode().name().toLowerCase(Locale.ROOT),
            0 == attachedAtNs ? 0 : endNs - attachedAtNs,
            counters,
            new LeaseLosses(lease.nrLost(), lease.lostNs(), lease.maxLostNs(), 0 == lease.nrLost() ? "" : "the caller"),
            new RunReport.Latency(
                total.getValueAtPercentile(50), total.getValueAtPercentile(99),
                total.getValueAtPercentile(99.9), total.getMaxValue()),
            0, nrBackPressure,
            transport.nrDoorbells(), transport.nrParks(),
            0, 0,
            nrFaults,
            0, PolicyChanges.NONE, transport.succession(),
            transport.exitInfo(), transport.agreement(), null);
    }
}
