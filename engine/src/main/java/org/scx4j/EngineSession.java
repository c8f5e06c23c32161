// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.api.CpuStates;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.jni.LibC;
import org.scx4j.jni.NativeLibrary;
import org.scx4j.journal.JournalSession;
import org.scx4j.journal.JournalTap;
import org.scx4j.journal.Recorder;
import org.scx4j.pipeline.Journal;
import org.scx4j.pipeline.Pipeline;
import org.scx4j.pipeline.PipelineOptions;
import org.scx4j.pipeline.PolicyExchange;
import org.scx4j.pipeline.StartContext;
import org.scx4j.pipeline.ThreadLayout;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.status.AllocationMeter;
import org.scx4j.status.ExitInfo;
import org.scx4j.status.GarbageCollections;
import org.scx4j.status.LeaseLosses;
import org.scx4j.status.PolicyChanges;
import org.scx4j.status.RunReport;
import org.scx4j.status.ThreadFaults;
import org.scx4j.topology.CpuList;
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
    private static final int STOP_PATIENCE_MS = 3_000;
    private static final int ABANDON_PATIENCE_MS = 100;
    private static final int LEAST_NICE = 19;
    private static final long LOOK_NS = 500_000L;

    private final AllocationMeter allocation = new AllocationMeter();
    private final Context context;
    private final PipelineOptions options;
    private final KernelTransport transport;
    private final Pipeline pipeline;
    private final Object lock;
    private final Recorder recorder;
    private final boolean isLateBinding;
    private final CpuTopology topology;
    private RunningPolicy policy;
    /** An exchange that the policy's thread has begun, and not ended in time. */
    private PolicyExchange unsettled;
    private RunningPolicy unsettledPolicy;
    private PolicyWatchdog watchdog;
    private ThreadFaults faults;
    private long attachedAtNs;
    private long endedAtNs;
    private boolean isClosed;
    private volatile Throwable failure;

    /**
     * Loads a scheduler and starts the policy; nothing is attached, no thread runs.
     *
     * @param context  concluded.
     * @param lock     held by whoever calls, and taken before the memory of an abandoned session is given back.
     * @param recorder records it, null for none.
     */
    EngineSession(final Context context, final Object lock, final Recorder recorder)
    {
        this.context = context;
        this.lock = lock;
        this.recorder = recorder;
        this.options = context.pipelineOptions();
        this.policy = context.runningPolicy();
        this.isLateBinding = policy.policy().wantsCpuAvailable();
        this.topology = CpuTopology.read(context.sysfs());
        this.transport = context.openTransport();
        this.pipeline = openPipeline();
        this.watchdog = watchdog();
    }

    private Pipeline openPipeline()
    {
        Pipeline built = null;
        try
        {
            final CpuStates live = transport.cpuStates(topology);
            final JournalTap tap = null == recorder ? null : recorder.tap(live, topology, transport.nrCpuIds());
            startPolicy(policy, null == tap ? live : tap.cpuStates());
            if (null != tap)
            {
                recorder.begin(tap, journalSession());
            }
            built = new Pipeline(transport, policy.policy(), options, context.errorHandler(), this::onStageFailure,
                null == tap ? Journal.NONE : tap);
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

    private JournalSession journalSession()
    {
        final Map<String, String> properties = new TreeMap<>(Map.of(
            JournalSession.POLICY, policy.name(), JournalSession.BACKEND, transport.backend(),
            JournalSession.OPS, transport.opsName(), JournalSession.KERNEL, System.getProperty("os.version"),
            JournalSession.JAVA, System.getProperty("java.version"), JournalSession.CLOCK, "CLOCK_MONOTONIC"));
        policy.options().forEach((name, value) -> properties.put(JournalSession.OPTION_PREFIX + name, value));
        return new JournalSession(0, transport.nrCpuIds(), context.sliceNs(), policy.policy().tickIntervalNs(),
            System.nanoTime(), System.currentTimeMillis(), options.ringSize(), topology, properties);
    }

    private void startPolicy(final RunningPolicy starting, final CpuStates cpuStates)
    {
        final StartContext start = new StartContext(
            context.sliceNs(), transport.nrCpuIds(), topology, cpuStates, starting.options());
        starting.policy().onStart(start);
        final String unknown = start.unknownOption(starting.name());
        if (null != unknown)
        {
            starting.policy().onClose();
            throw new SchedulerException(Category.USAGE, unknown);
        }
    }

    /** The policy that decides. */
    RunningPolicy policy()
    {
        settle();
        return policy;
    }

    /** Whether {@link #replacePolicy} can be used: what the kernel is asked for can't change while attached. */
    boolean canReplaceBy(final SchedulingPolicy next)
    {
        return isLateBinding || !next.wantsCpuAvailable();
    }

    /**
     * Starts another policy, and has the policy's thread go over to it.
     *
     * @param next       to be started.
     * @param patienceNs how long to wait for that thread.
     * @param isGivenUp  asked meanwhile.
     * @return null if the next one decides; else why not, and the one before goes on.
     */
    String replacePolicy(final RunningPolicy next, final long patienceNs, final BooleanSupplier isGivenUp)
    {
        if (null != unsettled && !settle())
        {
            return "it has not ended to hand over";
        }
        startPolicy(next, pipeline.rebased(transport.cpuStates(topology)));
        final PolicyExchange exchange = new PolicyExchange(next.policy());
        pipeline.exchange(exchange);
        final long beginNs = System.nanoTime();
        boolean isWithdrawn = false;
        while (!exchange.isDone() && !isWithdrawn)
        {
            final long waitedNs = System.nanoTime() - beginNs;
            isWithdrawn = (waitedNs > patienceNs || isGivenUp.getAsBoolean()) && exchange.withdraw();
            if (!isWithdrawn && waitedNs > 2 * patienceNs)
            {
                unsettled = exchange;
                unsettledPolicy = next;
                return "it has begun to hand over, and does not end";
            }
            LockSupport.parkNanos(LOOK_NS);
        }
        if (isWithdrawn)
        {
            pipeline.exchange(null);
            next.policy().onClose();
            return isGivenUp.getAsBoolean() ? "the engine is being closed" : "it has not returned from a callback";
        }
        replaced(next);
        return null;
    }

    /** Gives up an exchange that took too long; false if it has ended since, and the next policy decides. */
    boolean abandonExchange()
    {
        if (null != unsettled && unsettled.abandon())
        {
            unsettled = null;
            unsettledPolicy.policy().onClose();
            return true;
        }
        while (!settle())
        {
            Thread.onSpinWait(); // the next policy takes over
        }
        return false;
    }

    boolean isUnsettled()
    {
        return null != unsettled;
    }

    /** An exchange that took too long may have ended since; false if it has not. */
    private boolean settle()
    {
        if (null != unsettled && unsettled.isDone())
        {
            unsettled = null;
            replaced(unsettledPolicy);
        }
        return null == unsettled;
    }

    private void replaced(final RunningPolicy next)
    {
        final SchedulingPolicy before = policy.policy();
        policy = next;
        watchdog = watchdog();
        try
        {
            before.onClose();
        }
        catch (final RuntimeException ex)
        {
            context.errorHandler().onError(ex);
        }
    }

    private PolicyWatchdog watchdog()
    {
        return new PolicyWatchdog(context.policyGuard().limitNs(), pipeline.threadNames()[policyThread()]);
    }

    /** Its index among the hot threads. */
    private int policyThread()
    {
        return ThreadLayout.PIPELINED == options.layout() ? 1 : 0;
    }

    /** Looks at the policy's thread from outside; returns how the policy has failed, null if it has not. */
    PolicyFailure watchPolicy()
    {
        if (isClosed || 0 == attachedAtNs)
        {
            return null;
        }
        settle();
        final Lease lease = transport.lease();
        return watchdog.look(new PolicyWatchdog.Look(
            System.nanoTime(),
            lease.isLost() && lease.threadId() == pipeline.kernelThreadIds()[policyThread()],
            lease.nrLost(),
            pipeline.nrPolicyErrors(),
            transport.counter(KernelCounter.NR_QUEUED),
            allocation.threadBytes(pipeline.javaThreadIds()[policyThread()]),
            GarbageCollections.count(),
            GarbageCollections.totalMs()));
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
        if (!isClosed && !close(STOP_PATIENCE_MS, () -> { }))
        {
            onStageFailure(new IllegalStateException(
                "a thread of the event path does not end, its policy may be in a loop"));
        }
    }

    /**
     * As {@link #close()}, but does not wait for a policy that does not return, nor call it a failure. Such a thread
     * does nothing to anybody, since nothing is attached; it is made the last in its class on any CPU, and if it comes
     * back after all, the memory is given back.
     *
     * @return false if such a thread may still be in a callback of the policy.
     */
    boolean abandon()
    {
        final boolean hasEnded = isClosed || close(ABANDON_PATIENCE_MS, this::closeLate);
        if (!hasEnded)
        {
            for (final int threadId : pipeline.kernelThreadIds())
            {
                demote(threadId);
            }
        }
        return hasEnded;
    }

    private boolean close(final int patienceMs, final Runnable onLateEnd)
    {
        sampleThreads();
        endedAtNs = System.nanoTime();
        transport.detach();
        final boolean isStopped = pipeline.stop(patienceMs, onLateEnd);
        if (isStopped)
        {
            transport.close();
        }
        if (null != recorder)
        {
            recorder.end();
        }
        pipeline.latency().takeInterval();
        isClosed = true;
        return isStopped;
    }

    private void closeLate()
    {
        synchronized (lock)
        {
            transport.close();
        }
    }

    /** It was pinned, and the first of its class. */
    private static void demote(final int threadId)
    {
        if (NativeLibrary.isAvailable() && Files.exists(TASKS.resolve(Integer.toString(threadId))))
        {
            final UnsafeBuffer allCpus = new UnsafeBuffer(
                BufferUtil.allocateDirectAligned(CpuList.MAX_CPUS / Byte.SIZE, Long.BYTES));
            allCpus.setMemory(0, allCpus.capacity(), (byte)-1);
            LibC.pinThread(threadId, allCpus.addressOffset(), allCpus.capacity());
            LibC.setThreadNice(threadId, LEAST_NICE);
        }
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
     * @param changes    to report.
     * @return a snapshot.
     */
    RunReport report(final RunReport.Latency latency, final long nrRestarts, final PolicyChanges changes)
    {
        sampleThreads();
        final Map<KernelCounter, Long> counters = new EnumMap<>(KernelCounter.class);
        for (final KernelCounter counter : KernelCounter.values())
        {
            counters.put(counter, transport.counter(counter));
        }
        return new RunReport(
            transport.backend(),
            policy().name(),
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
            nrRestarts, changes, transport.succession(),
            transport.exitInfo(), transport.agreement(), null == recorder ? null : recorder.recording());
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
