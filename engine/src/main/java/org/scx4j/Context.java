// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import static org.scx4j.OptionCheck.check;
import static org.scx4j.OptionCheck.checkKeeping;
import static org.scx4j.OptionCheck.checkNumbers;
import static org.scx4j.OptionCheck.concludedNs;
import static org.scx4j.OptionCheck.concludedOpsName;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.agrona.ErrorHandler;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.pipeline.PipelineOptions;
import org.scx4j.pipeline.ThreadLayout;
import org.scx4j.pipeline.WaitMode;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.status.LimitedErrorHandler;
import org.scx4j.topology.CpuList;
import org.scx4j.transport.Keeping;
import org.scx4j.transport.KernelTransport;
import org.scx4j.transport.SchedExtMode;
import org.scx4j.transport.SchedExtOptions;

/**
 * Everything a {@link SchedulerEngine} can be told. Set what differs from the defaults; {@link #conclude()} fills in
 * the rest and checks it, once.
 * <p>
 * Thread safety: none; used by one thread before the launch.
 */
public final class Context
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
    /** Default time after which a task neither decided nor held is rescued, ns; at most half the timeout. */
    public static final long RESCUE_DEFAULT_NS = 50_000_000L;
    /** Shortest such time other than 0, nanoseconds. */
    public static final long RESCUE_MIN_NS = 1_000_000L;
    /** Default time after which an engine with a silent hot thread loses its say, nanoseconds. */
    public static final long LEASE_DEFAULT_NS = 5_000_000L;
    /** Shortest such time other than 0, nanoseconds. */
    public static final long LEASE_MIN_NS = 1_000_000L;
    /** Default time that an idle CPU waits on the spot for a decision, nanoseconds. */
    public static final long POLL_DEFAULT_NS = 20_000L;
    /** Longest such time, nanoseconds. */
    public static final long POLL_MAX_NS = 1_000_000L;
    /** Default of how much of the kernel's dump is kept after an eviction, and the most that can be, bytes. */
    public static final int EXIT_DUMP_DEFAULT_BYTES = SchedAbi.SCHED_DUMP_BYTES;
    /** Default of whether only tasks of the class {@code SCHED_EXT} are scheduled. */
    public static final boolean PARTIAL_DEFAULT = false;
    /** Default of whether the kernel's side finds idle CPUs. */
    public static final boolean BUILTIN_IDLE_DEFAULT = true;
    /** Default of whether idle CPUs are left asleep if they can be. */
    public static final boolean LOW_POWER_DEFAULT = false;
    /** Default of whether tasks that may use one CPU only pass by the policy. */
    public static final boolean PER_CPU_LOCAL_DEFAULT = false;
    /** Default of whether this process's memory is locked while it schedules. */
    public static final boolean LOCK_MEMORY_DEFAULT = true;
    /** Default of whether the engine attaches anew when the kernel asks for it. */
    public static final boolean RESTART_DEFAULT = true;
    /** Longest name of a scheduler in the kernel, characters. */
    public static final int OPS_NAME_MAX_CHARS = 127;

    private SchedulingPolicy policy;
    private String policyName;
    private String opsName;
    private final Map<String, String> policyOptions = new TreeMap<>();
    private ThreadLayout layout;
    private WaitMode waitMode;
    private int[] cpus;
    private long sliceNs = SLICE_DEFAULT_NS;
    private int ringBytes = RING_DEFAULT_BYTES;
    private int events = EVENTS_DEFAULT;
    private int timeoutMs = TIMEOUT_DEFAULT_MS;
    private long pollNs = POLL_DEFAULT_NS;
    private Long rescueNs;
    private Long leaseNs;
    private int exitDumpBytes = EXIT_DUMP_DEFAULT_BYTES;
    private boolean partial = PARTIAL_DEFAULT;
    private boolean builtinIdle = BUILTIN_IDLE_DEFAULT;
    private boolean lowPower = LOW_POWER_DEFAULT;
    private boolean perCpuLocal = PER_CPU_LOCAL_DEFAULT;
    private boolean lockMemory = LOCK_MEMORY_DEFAULT;
    private boolean restart = RESTART_DEFAULT;
    private PolicyGuard policyGuard = new PolicyGuard(PolicyGuard.Action.WAIT);
    private Keeping keeping = Keeping.NO;
    private BackendChoice backend = BackendChoice.SCHED_EXT;
    private Path object;
    private Path sysfs = Path.of("/sys");
    private ErrorHandler errorHandler;
    private Supplier<KernelTransport> transportFactory;
    private PipelineOptions pipelineOptions;
    private SchedExtOptions schedExtOptions;

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
     * Sets the policy's name for reports; by default its class name in lower case.
     *
     * @param policyName any text, or null for the default.
     * @return this.
     */
    public Context policyName(final String policyName)
    {
        this.policyName = policyName;
        return this;
    }

    /**
     * Sets the name of the scheduler in the kernel; by default {@code scx4j_} and the policy's name.
     *
     * @param opsName letters, digits, {@code _ - .}, at most {@link #OPS_NAME_MAX_CHARS}; or null for the default.
     * @return this.
     */
    public Context opsName(final String opsName)
    {
        this.opsName = opsName;
        return this;
    }

    /**
     * Gives the policy an option, which it finds by {@link org.scx4j.api.EngineContext#option(String)}. An option that
     * it does not ask for in its {@code onStart} fails the launch.
     *
     * @param name  of the option, not empty.
     * @param value for it, replaces the one that was given before.
     * @return this.
     */
    public Context policyOption(final String name, final String value)
    {
        policyOptions.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
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
     * Sets after what time a task neither decided nor held is rescued; by default {@link #RESCUE_DEFAULT_NS}.
     *
     * @param rescueNs nanoseconds, 0 for never, else {@link #RESCUE_MIN_NS} to half the timeout.
     * @return this.
     */
    public Context rescueNs(final long rescueNs)
    {
        this.rescueNs = rescueNs;
        return this;
    }

    /**
     * Sets for how long a hot thread may be silent, stopped or busy with one callback, before the kernel's side takes
     * all tasks back and schedules by itself, until the thread goes on; by default {@link #LEASE_DEFAULT_NS}.
     *
     * @param leaseNs nanoseconds, 0 for ever, else {@link #LEASE_MIN_NS} to half the timeout.
     * @return this.
     */
    public Context leaseNs(final long leaseNs)
    {
        this.leaseNs = leaseNs;
        return this;
    }

    /**
     * Sets how much of the kernel's dump is kept when it evicts the scheduler.
     *
     * @param exitDumpBytes 0 for the kernel's default, at most {@link #EXIT_DUMP_DEFAULT_BYTES}.
     * @return this.
     */
    public Context exitDumpBytes(final int exitDumpBytes)
    {
        this.exitDumpBytes = exitDumpBytes;
        return this;
    }

    /**
     * Sets which tasks are scheduled; by default all of the kernel's normal classes.
     *
     * @param partial true for tasks of the class {@code SCHED_EXT} only; others stay with the kernel's own scheduler.
     * @return this.
     */
    public Context partial(final boolean partial)
    {
        this.partial = partial;
        return this;
    }

    /**
     * Sets who looks for an idle CPU as a task wakes; by default the kernel's side.
     *
     * @param builtinIdle true if it finds and wakes one before the policy has heard of the task.
     * @return this.
     */
    public Context builtinIdle(final boolean builtinIdle)
    {
        this.builtinIdle = builtinIdle;
        return this;
    }

    /**
     * Sets whether idle CPUs are left asleep if they can be; by default they are woken for a task.
     *
     * @param lowPower true if a task wakes no idle CPU but the one that it last ran on, unless it has waited for 2 ms.
     * @return this.
     */
    public Context lowPower(final boolean lowPower)
    {
        this.lowPower = lowPower;
        return this;
    }

    /**
     * Sets whether the policy is asked about tasks that may use one CPU only; by default it is.
     *
     * @param perCpuLocal true if they go to that CPU's queue without asking.
     * @return this.
     */
    public Context perCpuLocal(final boolean perCpuLocal)
    {
        this.perCpuLocal = perCpuLocal;
        return this;
    }

    /**
     * Sets what happens when the kernel ends the scheduler and asks for a restart, as it does when a CPU comes or goes;
     * by default the engine attaches anew, with CPUs for its threads that are chosen anew unless they were named.
     *
     * @param restart false if the run ends then.
     * @return this.
     */
    public Context restart(final boolean restart)
    {
        this.restart = restart;
        return this;
    }

    /**
     * Sets how long the policy may fail and what happens then; by default it is only reported.
     *
     * @param policyGuard limit and action.
     * @return this.
     */
    public Context policyGuard(final PolicyGuard policyGuard)
    {
        this.policyGuard = Objects.requireNonNull(policyGuard, "policyGuard");
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
     * Chooses whether the scheduler outlives this process if that dies, by names in the BPF file system. The next
     * of the same build and settings goes on with it, any other replaces it. One that is closed leaves nothing.
     *
     * @param keeping other than {@link Keeping#NO}, it needs a lease.
     * @return this.
     */
    public Context keep(final Keeping keeping)
    {
        this.keeping = keeping;
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
     * Chooses the kernel: by default {@link BackendChoice#SCHED_EXT}, whether this machine has it or not.
     *
     * @param backend whether decisions are carried out.
     * @return this.
     */
    public Context backend(final BackendChoice backend)
    {
        this.backend = Objects.requireNonNull(backend, "backend");
        return this;
    }

    /**
     * Sets the kernel itself, whatever {@link #backend(BackendChoice)} says; by default it does.
     *
     * @param transportFactory called at launch, and again for each restart.
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
        policyName = null != policyName ? policyName : RunningPolicy.nameOf(policy);
        check(!policyOptions.containsKey(""), "a policy option has no name: give NAME=VALUE");
        checkNumbers(sliceNs, timeoutMs, pollNs, exitDumpBytes, ringBytes, events);
        pipelineOptions = selection().path(layout, waitMode, cpus, CpuList.online(sysfs), events);
        errorHandler = null != errorHandler ? errorHandler : new LimitedErrorHandler(System.err);
        schedExtOptions = concludedSchedExtOptions();
        policyGuard.check(schedExtOptions.leaseNs());
        checkKeeping(keeping, schedExtOptions.leaseNs());
    }

    private BackendSelection selection()
    {
        return BackendSelection.of(null == transportFactory ? backend : BackendChoice.SCHED_EXT, sysfs);
    }

    private SchedExtOptions concludedSchedExtOptions()
    {
        return selection().checked(new SchedExtOptions(
            object, concludedOpsName(opsName, policyName), sliceNs, ringBytes, ringBytes, timeoutMs,
            concludedNs("rescue", rescueNs, RESCUE_DEFAULT_NS, RESCUE_MIN_NS, timeoutMs),
            concludedNs("lease", leaseNs, LEASE_DEFAULT_NS, LEASE_MIN_NS, timeoutMs), pollNs, exitDumpBytes,
            new SchedExtMode(partial, builtinIdle, lowPower, perCpuLocal, policy.wantsCpuAvailable()), keeping, sysfs));
    }

    /** Chooses the hot threads' layout, wait mode and CPUs anew; named CPUs stay, and their layout with them. */
    void chooseThreads()
    {
        final boolean isNamed = null != cpus;
        pipelineOptions = selection().path(
            isNamed ? pipelineOptions.layout() : layout,
            isNamed ? pipelineOptions.waitMode() : waitMode, cpus, CpuList.online(sysfs), events);
    }

    void checkName(final RunningPolicy next)
    {
        concludedOpsName(opsName, next.name());
    }

    /** From now on, another policy is launched; concluded before. */
    void replacePolicy(final RunningPolicy next)
    {
        policy = next.policy();
        policyName = next.name();
        policyOptions.clear();
        policyOptions.putAll(next.options());
        schedExtOptions = concludedSchedExtOptions();
    }

    /** Loads what is to be attached. Concluded before. */
    KernelTransport openTransport()
    {
        return null != transportFactory ? transportFactory.get() : selection().open(schedExtOptions);
    }

    RunningPolicy runningPolicy()
    {
        return new RunningPolicy(policy, policyName, policyOptions);
    }

    PolicyGuard policyGuard()
    {
        return policyGuard;
    }

    SchedulingPolicy policy()
    {
        return policy;
    }

    ThreadLayout layout()
    {
        return layout;
    }

    String policyName()
    {
        return policyName;
    }

    long sliceNs()
    {
        return sliceNs;
    }

    Path sysfs()
    {
        return sysfs;
    }

    ErrorHandler errorHandler()
    {
        return errorHandler;
    }

    boolean isMemoryLocked()
    {
        return lockMemory;
    }

    boolean isRestartWanted()
    {
        return restart;
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

    @Override
    public String toString()
    {
        return "policy=" + policyName + ", options=" + policyOptions + ", " + pipelineOptions + ", sliceNs=" + sliceNs +
            ", ringBytes=" + ringBytes + ", events=" + events + ", timeoutMs=" + timeoutMs +
            ", rescueNs=" + (null == schedExtOptions ? rescueNs : Long.valueOf(schedExtOptions.rescueNs())) +
            ", leaseNs=" + (null == schedExtOptions ? leaseNs : Long.valueOf(schedExtOptions.leaseNs())) +
            ", pollNs=" + pollNs + ", exitDumpBytes=" + exitDumpBytes + ", partial=" + partial +
            ", builtinIdle=" + builtinIdle + ", lowPower=" + lowPower + ", perCpuLocal=" + perCpuLocal +
            ", lockMemory=" + lockMemory + ", restart=" + restart + ", policyGuard=" + policyGuard +
            ", keeping=" + keeping + ", object=" + Objects.requireNonNullElse(object, "built in") + ", sysfs=" + sysfs +
            ", ops=" + (null == schedExtOptions ? opsName : schedExtOptions.opsName());
    }
}
