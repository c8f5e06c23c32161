// SPDX-License-Identifier: Apache-2.0
package org.scx4j.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.collections.LongHashSet;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.pipeline.StartContext;
import org.scx4j.pipeline.VirtualPipeline;
import org.scx4j.protocol.DispatchedTaskFlyweight;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.topology.CpuTopology;
import org.scx4j.transport.MemoryTransport;

/**
 * A kernel that a test plays: the test says which tasks become runnable, what the CPUs do and how time goes by, and
 * looks at what the policy decides. The policy runs on the engine's own event path, but on no thread of its own and by
 * a clock that stands still unless {@link #advance(Duration)} moves it: the same test gives the same decisions.
 * <p>
 * {@link #verify()} checks what each policy owes: every task is decided once or held, none twice, none on a CPU that
 * does not exist; and nothing was thrown. {@link VirtualKernelExtension} does so after each test.
 * <p>
 * Thread safety: for one thread.
 */
public final class VirtualKernel implements AutoCloseable
{
    private static final int RING_BYTES = 1 << 20;
    private static final int RING_SIZE = 1024;
    private static final int LOG_SIZE = 4096;
    private static final long START_NS = 1_000_000_000L;
    private static final long SLICE_NS = 5_000_000L;

    private final CpuTopology topology;
    private final HoldingTransport transport;
    private final Map<Long, Integer> owed = new LinkedHashMap<>();
    private final Set<Long> answered = new LongHashSet();
    private final List<DecidedTask> decisions = new ArrayList<>();
    private final List<Kick> kicks = new ArrayList<>();
    private final List<Throwable> policyErrors = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private SchedulingPolicy policy;
    private VirtualPipeline pipeline;
    private long nowNs = START_NS;
    private long lastToken;
    private int nrTaken;

    /**
     * A CPU was told to look for a task.
     *
     * @param cpu          its number.
     * @param isPreempting whether the task that runs there has to give way.
     */
    public record Kick(int cpu, boolean isPreempting)
    {
    }

    /** Notes what the policy holds. */
    private static final class HoldingTransport extends MemoryTransport
    {
        private final LongHashSet held = new LongHashSet();

        private HoldingTransport(final int nrCpuIds)
        {
            super(RING_BYTES, nrCpuIds);
        }

        @Override
        public void hold(final long token)
        {
            held.add(token);
        }
    }

    /**
     * A kernel whose CPUs are all alike. None runs anything, and none is idle.
     *
     * @param nrCpus 1 to {@link SchedAbi#SCHED_MAX_CPUS}.
     */
    public VirtualKernel(final int nrCpus)
    {
        this(CpuTopology.regular(nrCpus, 1, nrCpus, nrCpus));
    }

    /**
     * A kernel of which no CPU runs anything, and none is idle.
     *
     * @param topology of its CPUs.
     */
    public VirtualKernel(final CpuTopology topology)
    {
        this.topology = topology;
        this.transport = new HoldingTransport(topology.nrCpuIds());
    }

    /**
     * Starts a policy without options.
     *
     * @param policy to be tested.
     */
    public void start(final SchedulingPolicy policy)
    {
        start(policy, Map.of());
    }

    /**
     * Starts a policy.
     *
     * @param policy  to be tested.
     * @param options as with {@code --option}.
     * @throws IllegalStateException    if there is one already.
     * @throws IllegalArgumentException if the policy does not know an option.
     */
    public void start(final SchedulingPolicy policy, final Map<String, String> options)
    {
        if (null != pipeline)
        {
            throw new IllegalStateException("a policy is started already: take another kernel for the next one");
        }
        final StartContext context = new StartContext(
            SLICE_NS, topology.nrCpuIds(), topology, transport.cpuStates(topology), options);
        policy.onStart(context);
        final String unknown = context.unknownOption(policy.getClass().getSimpleName());
        if (null != unknown)
        {
            throw new IllegalArgumentException(unknown);
        }
        this.policy = policy;
        pipeline = new VirtualPipeline(transport, policy, RING_SIZE, LOG_SIZE, policyErrors::add, this::nowNs);
    }

    /**
     * A task that is about to become runnable.
     *
     * @param pid thread id, positive.
     * @return to be described further, and enqueued.
     */
    public RunnableTask task(final int pid)
    {
        return new RunnableTask(this, pid);
    }

    long enqueue(final RunnableTask task)
    {
        final long token = ++lastToken;
        send(task.record(token, nowNs));
        owed.put(token, task.pid());
        work();
        return token;
    }

    /**
     * A thread ends.
     *
     * @param pid of the thread; what it was owed is not owed any more.
     */
    public void exit(final int pid)
    {
        owed.values().removeIf((owner) -> owner == pid);
        send(new RunnableTask(this, pid).event(SchedAbi.SCHED_EVENT_EXIT, nowNs));
        work();
    }

    /**
     * A CPU runs a task.
     *
     * @param cpu   0 to the number of CPUs - 1.
     * @param pid   of the task.
     * @param vtime of the decision that it runs by.
     */
    public void running(final int cpu, final int pid, final long vtime)
    {
        transport.showRunning(cpu, pid, nowNs, vtime);
    }

    /**
     * A CPU has nothing to run. A policy that binds late is told by {@link #cpuAvailable(int)}.
     *
     * @param cpu 0 to the number of CPUs - 1.
     */
    public void idle(final int cpu)
    {
        transport.showIdle(cpu);
    }

    /**
     * A CPU has nothing to run while the policy holds tasks.
     *
     * @param cpu 0 to the number of CPUs - 1.
     */
    public void cpuAvailable(final int cpu)
    {
        idle(cpu);
        send(new RunnableTask(this, 0).prevCpu(cpu).event(SchedAbi.SCHED_EVENT_CPU_AVAILABLE, nowNs));
        work();
    }

    /**
     * Lets time go by, tick by tick if the policy wants ticks.
     *
     * @param duration positive.
     */
    public void advance(final Duration duration)
    {
        final long endNs = nowNs + duration.toNanos();
        final long tickNs = null == policy ? 0 : policy.tickIntervalNs();
        while (nowNs < endNs)
        {
            nowNs = tickNs > 0 ? Math.min(endNs, nowNs + tickNs) : endNs;
            work();
        }
    }

    private void send(final RunnableTask.Event event)
    {
        if (null == pipeline)
        {
            throw new IllegalStateException("no policy is started: call start(policy) first");
        }
        if (!transport.enqueue(event.buffer(), 0))
        {
            throw new IllegalStateException("the queued ring is full: " + RING_BYTES + " bytes");
        }
    }

    private void work()
    {
        while (null != pipeline && pipeline.doWork() + transport.drain(this::onDecision) > 0)
        {
            continue;
        }
    }

    private void onDecision(final DispatchedTaskFlyweight decision)
    {
        final int cpu = decision.cpu();
        if (cpu < SchedAbi.SCHED_CPU_ANY || cpu >= topology.nrCpuIds())
        {
            violations.add("there is no CPU " + cpu + ": pid " + decision.pid());
        }
        if (0 != (decision.flags() & SchedAbi.SCHED_DECISION_KICK))
        {
            kicks.add(new Kick(cpu, 0 != (decision.flags() & SchedAbi.SCHED_DECISION_PREEMPT)));
            return;
        }
        final DecidedTask decided = new DecidedTask(decision.pid(), decision.token(), cpu, decision.sliceNs(),
            decision.vtime(), decision.flags(), nowNs);
        decisions.add(decided);
        final Integer owner = owed.remove(decided.token());
        if (null != owner && owner == decided.pid())
        {
            answered.add(decided.token());
            return;
        }
        violations.add(answered.contains(decided.token()) ? "decided twice: " + decided :
            "nobody waits for this: " + decided);
    }

    /**
     * All decisions so far.
     *
     * @return in the order in which the kernel got them.
     */
    public List<DecidedTask> decisions()
    {
        return List.copyOf(decisions);
    }

    /**
     * The decisions since the last call.
     *
     * @return in the order in which the kernel got them.
     */
    public List<DecidedTask> takeDecisions()
    {
        final List<DecidedTask> taken = List.copyOf(decisions.subList(nrTaken, decisions.size()));
        nrTaken = decisions.size();
        return taken;
    }

    /**
     * CPUs that the policy kicked since the last call.
     *
     * @return in the order of the kicks.
     */
    public List<Kick> takeKicks()
    {
        final List<Kick> taken = List.copyOf(kicks);
        kicks.clear();
        return taken;
    }

    /**
     * Tasks that the policy neither decided nor gave up.
     *
     * @return thread ids, the oldest enqueue first.
     */
    public List<Integer> heldPids()
    {
        final List<Integer> pids = new ArrayList<>();
        owed.forEach((token, pid) ->
        {
            if (transport.held.contains(token.longValue()))
            {
                pids.add(pid);
            }
        });
        return pids;
    }

    /**
     * What the policy threw, and is forgiven: {@link #verify()} does not name it any more.
     *
     * @return in the order in which it was thrown.
     */
    public List<Throwable> takePolicyErrors()
    {
        final List<Throwable> taken = List.copyOf(policyErrors);
        policyErrors.clear();
        return taken;
    }

    /**
     * CPUs that are online.
     *
     * @return count.
     */
    public int nrCpus()
    {
        return topology.onlineCpus().count();
    }

    /**
     * Virtual time.
     *
     * @return nanoseconds; starts at a second.
     */
    public long nowNs()
    {
        return nowNs;
    }

    /**
     * The slice that a decision without one gets.
     *
     * @return nanoseconds.
     */
    public static long sliceNs()
    {
        return SLICE_NS;
    }

    /**
     * Checks what each policy owes.
     *
     * @throws AssertionError that names all that is wrong.
     */
    public void verify()
    {
        final List<String> wrong = new ArrayList<>(violations);
        owed.forEach((token, pid) ->
        {
            if (!transport.held.contains(token.longValue()))
            {
                wrong.add("pid " + pid + " is neither decided nor held: token " + token);
            }
        });
        policyErrors.forEach((error) -> wrong.add("the policy threw " + error));
        if (!wrong.isEmpty())
        {
            final AssertionError error = new AssertionError(String.join(System.lineSeparator(), wrong));
            policyErrors.forEach(error::addSuppressed);
            throw error;
        }
    }

    /** Closes the policy, if one is started. */
    @Override
    public void close()
    {
        if (null != policy)
        {
            policy.onClose();
            policy = null;
        }
    }
}
