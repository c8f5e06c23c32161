// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.agrona.BitUtil;
import org.agrona.ErrorHandler;
import org.scx4j.api.CpuStates;
import org.scx4j.api.EngineContext;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.jni.LibC;
import org.scx4j.jni.NativeLibrary;
import org.scx4j.pipeline.Pipeline;
import org.scx4j.pipeline.PipelineOptions;
import org.scx4j.pipeline.ThreadLayout;
import org.scx4j.pipeline.WaitMode;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.status.AllocationMeter;
import org.scx4j.status.ExitInfo;
import org.scx4j.status.LimitedErrorHandler;
import org.scx4j.status.RunReport;
import org.scx4j.topology.CpuList;
import org.scx4j.topology.CpuTopology;
import org.scx4j.transport.KernelTransport;
import org.scx4j.transport.SchedExtMode;
import org.scx4j.transport.SchedExtOptions;
import org.scx4j.transport.SchedExtTransport;

/**
 * A running scheduler: loads, attaches, decides, detaches.
 * <pre>{@code
 * try (SchedulerEngine engine = SchedulerEngine.launch(new SchedulerEngine.Context().policy(new Fifo())))
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
        final CpuTopology topology = CpuTopology.read(context.sysfs);
        this.transport = context.transportFactory.get();
        Pipeline built = null;
        try
        {
            context.policy.onStart(new StartContext(
                context.sliceNs, transport.nrCpuIds(), topology, transport.cpuStates(topology), context.policyOptions));
            built = new Pipeline(
                transport, context.policy, context.pipelineOptions, context.errorHandler, this::onStageFailure);
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
            context.errorHandler.onError(throwable);
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
        if (context.lockMemory && NativeLibrary.isAvailable())
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
        if (context.lockMemory && NativeLibrary.isAvailable())
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
            context.policyName,
            transport.opsName(),
            context.pipelineOptions.layout().name().toLowerCase(Locale.ROOT),
            context.pipelineOptions.cpus(),
            context.pipelineOptions.waitMode().name().toLowerCase(Locale.ROOT),
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

    /**
     * Everything an engine can be told. Set what differs from the defaults; {@link #conclude()} fills in the rest and
     * checks it, once.
     * <p>
     * Thread safety: none; used by one thread before the launch.
     */
    public static final class Context
    {
        /** Default slice, nanoseconds. */
        public static final long SLICE_DEFAULT_NS = 5_000_000L;
        /** Shortest slice allowed, nanoseconds. */
        public static final long SLICE_MIN_NS = 100_000L;
        /** Longest slice allowed, nanoseconds. */
        public static final long SLICE_MAX_NS = 1_000_000_000L;
        /** Default capacity of each kernel ring, bytes. */
        public static final int RING_DEFAULT_BYTES = 4 << 20;
        /** Smallest capacity of a kernel ring, bytes. */
        public static final int RING_MIN_BYTES = 4096;
        /** Largest capacity of a kernel ring, bytes: it is mapped twice in a row, within 2 GiB. */
        public static final int RING_MAX_BYTES = 1 << 29;
        /** Default number of entries of the Disruptor ring. */
        public static final int EVENTS_DEFAULT = 4096;
        /** Smallest number of entries of the Disruptor ring. */
        public static final int EVENTS_MIN = 64;
        /** Largest number of entries of the Disruptor ring: four decisions for each lie within 2 GiB. */
        public static final int EVENTS_MAX = 1 << 22;
        /** Default time after which the kernel evicts a scheduler that does not run a task, milliseconds. */
        public static final int TIMEOUT_DEFAULT_MS = 5000;
        /** Longest such time that the kernel accepts, milliseconds. */
        public static final int TIMEOUT_MAX_MS = 30_000;
        /** Default time after which a task that the policy forgets is scheduled by the kernel's side, nanoseconds. */
        public static final long RESCUE_DEFAULT_NS = 50_000_000L;
        /** Default time that an idle CPU waits on the spot for a decision, nanoseconds. */
        public static final long POLL_DEFAULT_NS = 20_000L;
        /** Longest such time, nanoseconds. */
        public static final long POLL_MAX_NS = 1_000_000L;

        private SchedulingPolicy policy;
        private String policyName;
        private String opsName;
        private ThreadLayout layout;
        private WaitMode waitMode;
        private int[] cpus;
        private long sliceNs = SLICE_DEFAULT_NS;
        private int ringBytes = RING_DEFAULT_BYTES;
        private int events = EVENTS_DEFAULT;
        private int timeoutMs = TIMEOUT_DEFAULT_MS;
        private long pollNs = POLL_DEFAULT_NS;
        private boolean lockMemory = true;
        private final Map<String, String> policyOptions = new TreeMap<>();
        private Path object;
        private Path sysfs = Path.of("/sys");
        private ErrorHandler errorHandler;
        private Supplier<KernelTransport> transportFactory;
        private PipelineOptions pipelineOptions;

        /** Starts with the defaults. */
        public Context()
        {
        }

        /**
         * Sets the policy; the one option that has no default.
         *
         * @param policy that decides.
         * @return this.
         */
        public Context policy(final SchedulingPolicy policy)
        {
            this.policy = policy;
            return this;
        }

        /**
         * Sets the name for reports and for the scheduler in the kernel; by default the policy's class name in lower
         * case.
         *
         * @param policyName letters, digits, {@code _ - .}.
         * @return this.
         */
        public Context policyName(final String policyName)
        {
            this.policyName = policyName;
            return this;
        }

        /**
         * Sets the thread layout; by default by the number of CPUs.
         *
         * @param layout or null for the default.
         * @return this.
         */
        public Context layout(final ThreadLayout layout)
        {
            this.layout = layout;
            return this;
        }

        /**
         * Sets what hot threads do without work; by default they spin when pipelined and park when inline.
         *
         * @param waitMode or null for the default.
         * @return this.
         */
        public Context waitMode(final WaitMode waitMode)
        {
            this.waitMode = waitMode;
            return this;
        }

        /**
         * Sets the CPUs of the hot threads; by default the last that are online.
         *
         * @param cpus reader, policy, dispatcher; one for the inline layout.
         * @return this.
         */
        public Context cpus(final int... cpus)
        {
            this.cpus = 0 == cpus.length ? null : cpus.clone();
            return this;
        }

        /**
         * Sets the slice that a decision without one gets.
         *
         * @param sliceNs nanoseconds, {@link #SLICE_MIN_NS} to {@link #SLICE_MAX_NS}.
         * @return this.
         */
        public Context sliceNs(final long sliceNs)
        {
            this.sliceNs = sliceNs;
            return this;
        }

        /**
         * Sets the capacity of each kernel ring.
         *
         * @param ringBytes a power of two from {@link #RING_MIN_BYTES} on.
         * @return this.
         */
        public Context ringBytes(final int ringBytes)
        {
            this.ringBytes = ringBytes;
            return this;
        }

        /**
         * Sets the size of the Disruptor ring.
         *
         * @param events a power of two from {@link #EVENTS_MIN} on.
         * @return this.
         */
        public Context events(final int events)
        {
            this.events = events;
            return this;
        }

        /**
         * Sets after what time the kernel evicts a scheduler that lets a task wait.
         *
         * @param timeoutMs milliseconds, 1 to {@link #TIMEOUT_MAX_MS}.
         * @return this.
         */
        public Context timeoutMs(final int timeoutMs)
        {
            this.timeoutMs = timeoutMs;
            return this;
        }

        /**
         * Sets how long an idle CPU that was woken for a task waits on the spot for its decision.
         *
         * @param pollNs nanoseconds, 0 to {@link #POLL_MAX_NS}.
         * @return this.
         */
        public Context pollNs(final long pollNs)
        {
            this.pollNs = pollNs;
            return this;
        }

        /**
         * Sets whether this process's memory is locked while it schedules; by default it is.
         *
         * @param lockMemory false leaves it to the caller.
         * @return this.
         */
        public Context lockMemory(final boolean lockMemory)
        {
            this.lockMemory = lockMemory;
            return this;
        }

        /**
         * Sets the BPF object to load; by default the one in the class path.
         *
         * @param object a file, or null for the default.
         * @return this.
         */
        public Context object(final Path object)
        {
            this.object = object;
            return this;
        }

        /**
         * Sets where sysfs is mounted.
         *
         * @param sysfs folder, by default {@code /sys}.
         * @return this.
         */
        public Context sysfs(final Path sysfs)
        {
            this.sysfs = sysfs;
            return this;
        }

        /**
         * Sets who hears of exceptions on the hot threads, called on them; by default the first few are printed.
         *
         * @param errorHandler must not block or throw.
         * @return this.
         */
        public Context errorHandler(final ErrorHandler errorHandler)
        {
            this.errorHandler = errorHandler;
            return this;
        }

        /**
         * Sets the kernel; by default the real one, through sched_ext.
         *
         * @param transportFactory called once, at launch.
         * @return this.
         */
        public Context transportFactory(final Supplier<KernelTransport> transportFactory)
        {
            this.transportFactory = transportFactory;
            return this;
        }

        /**
         * Fills in what was not set, and checks everything.
         *
         * @throws SchedulerException with category USAGE: which option, what is wrong with it, what it may be.
         */
        public void conclude()
        {
            check(null != policy, "no policy: set one");
            final String className = policy.getClass().getSimpleName().toLowerCase(Locale.ROOT);
            policyName = null != policyName ? policyName : className.isEmpty() ? "anonymous" : className;
            opsName = "scx4j_" + policyName.replaceAll("[^A-Za-z0-9_.-]", "_");
            check(opsName.length() < 128, "policy name too long: " + policyName);
            checkRange("slice", sliceNs, SLICE_MIN_NS, SLICE_MAX_NS, "ns");
            checkRange("timeout", timeoutMs, 1, TIMEOUT_MAX_MS, "ms");
            checkRange("poll", pollNs, 0, POLL_MAX_NS, "ns");
            checkPowerOfTwo("ring size", ringBytes, RING_MIN_BYTES, RING_MAX_BYTES, " bytes");
            checkPowerOfTwo("events", events, EVENTS_MIN, EVENTS_MAX, "");
            pipelineOptions = PipelineOptions.of(layout, waitMode, cpus, CpuList.online(sysfs), events);
            errorHandler = null != errorHandler ? errorHandler : new LimitedErrorHandler(System.err);
            final SchedExtOptions options = new SchedExtOptions(
                object, opsName, sliceNs, ringBytes, ringBytes, timeoutMs, RESCUE_DEFAULT_NS, pollNs,
                SchedAbi.SCHED_DUMP_BYTES,
                new SchedExtMode(false, true, false, false, policy.wantsCpuAvailable()), sysfs);
            transportFactory = null != transportFactory ? transportFactory : () -> new SchedExtTransport(options);
        }

        /**
         * How the event path is going to be built: the layout, wait mode and CPUs that were set or chosen.
         *
         * @return null before {@link #conclude()}.
         */
        public PipelineOptions pipelineOptions()
        {
            return pipelineOptions;
        }

        private static void checkRange(
            final String name, final long value, final long min, final long max, final String unit)
        {
            check(value >= min && value <= max,
                name + " out of range: " + value + " " + unit + ", must be " + min + " to " + max + " " + unit);
        }

        private static void checkPowerOfTwo(
            final String name, final int value, final int min, final int max, final String unit)
        {
            check(BitUtil.isPowerOfTwo(value) && value >= min && value <= max,
                name + " must be a power of two from " + min + " to " + max + unit + ": " + value);
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
            return "policy=" + policyName + ", " + pipelineOptions + ", sliceNs=" + sliceNs + ", ringBytes=" +
                ringBytes + ", events=" + events + ", timeoutMs=" + timeoutMs + ", pollNs=" + pollNs +
                ", lockMemory=" + lockMemory + ", object=" + Objects.requireNonNullElse(object, "built in") +
                ", ops=" + opsName;
        }
    }
}
