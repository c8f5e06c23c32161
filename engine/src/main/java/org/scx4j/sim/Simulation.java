// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import java.util.Map;
import java.util.TreeMap;
import org.agrona.ErrorHandler;
import org.scx4j.api.CpuStates;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.journal.JournalSession;
import org.scx4j.journal.JournalTap;
import org.scx4j.journal.Recorder;
import org.scx4j.pipeline.Journal;
import org.scx4j.pipeline.StartContext;
import org.scx4j.pipeline.VirtualPipeline;

/**
 * A machine in virtual time: tasks that follow a {@link Workload}, CPUs that run them, a kernel's side that follows the
 * rules of the BPF program, and a policy that decides through the same event path as in the engine. The same workload,
 * policy, settings and seed give the same decisions at the same times, on every machine.
 * <pre>{@code
 * Simulation simulation = new Simulation(new SimulationSettings().seed(1), Workload.of("server"), new Fifo(), "fifo");
 * simulation.run(10_000_000_000L);
 * SimulationReport report = simulation.report();
 * }</pre>
 * Thread safety: for one thread.
 */
public final class Simulation
{
    private static final int RING_SIZE = 1 << 12;
    private static final int LOG_SIZE = 1 << 12;
    private static final long WATCH_NS = 100_000_000L;

    private final SimulationSettings settings;
    private final Workload workload;
    private final String policyName;
    private final SimulatedMachine machine;
    private final SimulatedTransport transport;
    private final KernelSide kernel;
    private final SimulatedCpus cpus;
    private final TaskPrograms programs;
    private final VirtualPipeline pipeline;
    private final Recorder recorder;
    private final long tickIntervalNs;
    private long nextTickNs;
    private long nextWatchNs;
    private long wallNs;

    /**
     * Sets up a simulation without options of the policy, that nobody watches. An exception out of the policy is
     * counted.
     *
     * @param settings   of the machine; read once.
     * @param workload   what its tasks do.
     * @param policy     to start and to drive; a new object.
     * @param policyName for the report.
     * @throws SchedulerException with category USAGE, if these do not fit together.
     */
    public Simulation(
        final SimulationSettings settings,
        final Workload workload,
        final SchedulingPolicy policy,
        final String policyName)
    {
        this(settings, workload, policy, policyName, Map.of(), SimulationListener.NONE, (ex) ->
        {
        });
    }

    /**
     * Sets up a simulation.
     *
     * @param settings      of the machine; read once.
     * @param workload      what its tasks do.
     * @param policy        to start and to drive; a new object.
     * @param policyName    for the report.
     * @param options       of the policy.
     * @param listener      sees what happens.
     * @param onPolicyError gets what the policy throws; the simulation goes on.
     * @throws SchedulerException with category USAGE, if these do not fit together.
     */
    public Simulation(
        final SimulationSettings settings,
        final Workload workload,
        final SchedulingPolicy policy,
        final String policyName,
        final Map<String, String> options,
        final SimulationListener listener,
        final ErrorHandler onPolicyError)
    {
        this(settings, workload, policy, policyName, options, listener, onPolicyError, null);
    }

    /**
     * Sets up a simulation that is recorded, for {@code scx4j replay}: what the policy sees and decides, at virtual
     * times.
     *
     * @param settings      of the machine; read once.
     * @param workload      what its tasks do.
     * @param policy        to start and to drive; a new object.
     * @param policyName    for the report and the recording.
     * @param options       of the policy.
     * @param listener      sees what happens.
     * @param onPolicyError gets what the policy throws; the simulation goes on.
     * @param recorder      new, to be closed by the caller after the last {@link #run}; null for none.
     * @throws SchedulerException with category USAGE, if these do not fit together.
     */
    public Simulation(
        final SimulationSettings settings,
        final Workload workload,
        final SchedulingPolicy policy,
        final String policyName,
        final Map<String, String> options,
        final SimulationListener listener,
        final ErrorHandler onPolicyError,
        final Recorder recorder)
    {
        this.settings = settings;
        this.workload = workload;
        this.policyName = policyName;
        this.recorder = recorder;
        machine = new SimulatedMachine(settings, workload, listener);
        transport = new SimulatedTransport(machine);
        kernel = new KernelSide(machine, transport, policy.wantsCpuAvailable());
        cpus = new SimulatedCpus(machine, transport, kernel);
        programs = new TaskPrograms(machine, workload, kernel);
        transport.connect(kernel);
        kernel.connect(cpus);
        cpus.connect(programs);

        final CpuStates live = transport.cpuStates(machine.topology);
        final JournalTap tap = null == recorder ? null : recorder.tap(live, machine.topology, machine.nrCpus);
        final StartContext context = new StartContext(settings.sliceNs(), machine.nrCpus, machine.topology,
            null == tap ? live : tap.cpuStates(), options);
        policy.onStart(context);
        final String unknown = context.unknownOption(policyName);
        if (null != unknown)
        {
            throw new SchedulerException(Category.USAGE, unknown);
        }
        tickIntervalNs = policy.tickIntervalNs();
        if (null != tap)
        {
            recorder.begin(tap, journalSession(options));
            recorder.startWithoutThread();
        }
        pipeline = new VirtualPipeline(
            transport, policy, RING_SIZE, LOG_SIZE, onPolicyError, machine, null == tap ? Journal.NONE : tap);
        programs.start();
        machine.timers.set(SimulatedMachine.HEARTBEAT_TIMER, machine.nowNs + KernelSide.HEARTBEAT_NS);
        nextTickNs = tickIntervalNs > 0 ? machine.nowNs + tickIntervalNs : TimerHeap.NEVER;
        nextWatchNs = machine.nowNs + WATCH_NS;
        setUserTimer();
    }

    private JournalSession journalSession(final Map<String, String> options)
    {
        final Map<String, String> properties = new TreeMap<>();
        properties.put(JournalSession.POLICY, policyName);
        properties.put(JournalSession.BACKEND, transport.backend());
        properties.put(JournalSession.KERNEL, "none");
        properties.put(JournalSession.CLOCK, "virtual");
        properties.put(JournalSession.JAVA, Runtime.version().toString());
        properties.put("workload", workload.name());
        properties.put("seed", Long.toString(settings.seed()));
        options.forEach((name, value) -> properties.put(JournalSession.OPTION_PREFIX + name, value));
        return new JournalSession(0, machine.nrCpus, settings.sliceNs(), tickIntervalNs, machine.nowNs,
            System.currentTimeMillis(), RING_SIZE, machine.topology, properties);
    }

    /**
     * Lets virtual time pass, until it is over or an invariant is violated. May be called again and again.
     *
     * @param durationNs virtual nanoseconds.
     * @return true if all invariants hold.
     */
    public boolean run(final long durationNs)
    {
        final long untilNs = machine.nowNs + durationNs;
        final long startedNs = System.nanoTime();
        final TimerHeap timers = machine.timers;
        while (timers.firstNs() <= untilNs && null == machine.invariants.violation())
        {
            passTo(timers.firstNs());
            fire(timers.removeFirst());
        }
        if (null == machine.invariants.violation())
        {
            passTo(untilNs);
            machine.invariants.audit(kernel, cpus);
        }
        wallNs += System.nanoTime() - startedNs;
        return null == machine.invariants.violation();
    }

    private void passTo(final long timeNs)
    {
        machine.totals.pass(timeNs - machine.nowNs, machine.nrCpus);
        machine.nowNs = timeNs;
    }

    private void fire(final int timer)
    {
        if (timer == machine.birthTimer())
        {
            programs.onBirth();
        }
        else if (timer >= machine.taskTimer(0))
        {
            programs.onTimer(machine.taskOfTimer(timer));
        }
        else if (timer >= machine.lookTimer(0))
        {
            cpus.onLook(machine.cpuOfLookTimer(timer));
        }
        else if (timer >= machine.endTimer(0))
        {
            cpus.onEnd(machine.cpuOfEndTimer(timer));
        }
        else if (SimulatedMachine.USER_TIMER == timer)
        {
            work();
        }
        else
        {
            heartbeat();
        }
    }

    /** User space has decided what was ready, or the policy's tick is due. */
    private void work()
    {
        int done;
        do
        {
            done = pipeline.doWork();
        }
        while (done > 0);
        if (machine.nowNs >= nextTickNs)
        {
            nextTickNs = machine.nowNs + tickIntervalNs;
        }
        setUserTimer();
    }

    private void setUserTimer()
    {
        final long nextNs = Math.min(transport.nextReadyNs(), nextTickNs);
        if (TimerHeap.NEVER != nextNs)
        {
            machine.timers.setNoLater(SimulatedMachine.USER_TIMER, nextNs);
        }
    }

    private void heartbeat()
    {
        kernel.heartbeat();
        if (null != recorder)
        {
            recorder.drain();
        }
        if (machine.nowNs >= nextWatchNs)
        {
            nextWatchNs = machine.nowNs + WATCH_NS;
            machine.invariants.watch();
        }
        machine.timers.set(SimulatedMachine.HEARTBEAT_TIMER, machine.nowNs + KernelSide.HEARTBEAT_NS);
    }

    /**
     * Virtual time that has passed.
     *
     * @return nanoseconds since the start.
     */
    public long timeNs()
    {
        return machine.sinceStartNs();
    }

    /**
     * How it went until now.
     *
     * @return a new report.
     */
    public SimulationReport report()
    {
        return new ReportBuilder(machine, cpus).build(
            settings, workload, policyName, wallNs, pipeline.nrPolicyErrors(), kernel.nrInflight());
    }
}
