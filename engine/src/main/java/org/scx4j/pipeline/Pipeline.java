// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SystemNanoClock;
import org.scx4j.api.CpuStates;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.status.LatencyRecorder;
import org.scx4j.transport.KernelTransport;

/**
 * The event path in user space.
 * <pre>
 *   queued ring -> RingReader -> RingBuffer&lt;TaskEvent&gt; -> PolicyHandler -> DecisionLog -> DispatchHandler
 *                                        \--------------------- sequence ------------------/    |
 *                                                                              dispatched ring &lt;+
 * </pre>
 * Both thread layouts run the same stages; they differ in how many threads drive them.
 * <p>
 * Thread safety: start and close from one thread; the figures are for any thread.
 */
public final class Pipeline implements AutoCloseable
{
    private static final int STOP_PATIENCE_MS = 3_000;

    private final PathStages stages;
    private final List<HotThread> hotThreads = new ArrayList<>();
    private final List<AgentRunner> runners = new ArrayList<>();

    /**
     * Wires the stages; starts nothing.
     *
     * @param transport      where tasks come from and decisions go.
     * @param policy         started already.
     * @param options        checked.
     * @param onPolicyError  for what the policy throws, and the path survives; called on a hot thread.
     * @param onStageFailure for what a stage throws: the path is broken; called on a hot thread, maybe again and again.
     */
    public Pipeline(
        final KernelTransport transport,
        final SchedulingPolicy policy,
        final PipelineOptions options,
        final ErrorHandler onPolicyError,
        final ErrorHandler onStageFailure)
    {
        this(transport, policy, options, onPolicyError, onStageFailure, Journal.NONE);
    }

    /**
     * Wires the stages, with a journal; starts nothing.
     *
     * @param transport      where tasks come from and decisions go.
     * @param policy         started already.
     * @param options        checked.
     * @param onPolicyError  for what the policy throws, and the path survives; called on a hot thread.
     * @param onStageFailure for what a stage throws: the path is broken; called on a hot thread, maybe again and again.
     * @param journal        hears of what the policy sees and decides.
     */
    public Pipeline(
        final KernelTransport transport,
        final SchedulingPolicy policy,
        final PipelineOptions options,
        final ErrorHandler onPolicyError,
        final ErrorHandler onStageFailure,
        final Journal journal)
    {
        final SystemNanoClock clock = SystemNanoClock.INSTANCE;
        stages = new PathStages(
            transport, policy, options.ringSize(), options.logSize(), onPolicyError, clock, journal);

        final Agent[] agents = ThreadLayout.PIPELINED == options.layout() ?
            new Agent[]{stages.reader, stages.policyHandler, stages.dispatchHandler} :
            new Agent[]{new InlineStages(stages)};
        for (int slot = 0; slot < agents.length; slot++)
        {
            final boolean spins = WaitMode.SPIN == options.waitMode();
            final HotThread hotThread = new HotThread(transport, agents[slot], slot, options.cpus()[slot], spins);
            final IdleStrategy idleStrategy = spins ? BusySpinIdleStrategy.INSTANCE :
                new ParkingIdleStrategy(transport, clock, options.spinNs(), options.parkMs());
            hotThreads.add(hotThread);
            runners.add(new AgentRunner(idleStrategy, onStageFailure, null, hotThread));
        }
    }

    /**
     * Starts the hot threads, and waits until each is pinned and known to the kernel.
     *
     * @throws RuntimeException what kept a thread from it; the others keep running until {@link #close()}.
     */
    public void start()
    {
        for (final AgentRunner runner : runners)
        {
            AgentRunner.startOnThread(runner);
        }
        for (final HotThread hotThread : hotThreads)
        {
            hotThread.awaitEntered();
        }
    }

    /**
     * The event path as one agent, for a caller that drives it on a thread of its own instead of by {@link #start()}:
     * {@code onStart} there once, which pins that thread and tells the kernel of it, then a {@code doWork} for each
     * duty cycle, then {@code onClose}. Nothing waits in between.
     *
     * @return the agent, for one thread.
     * @throws IllegalStateException if the layout has more threads than one.
     */
    public Agent inlineAgent()
    {
        if (1 != hotThreads.size())
        {
            throw new IllegalStateException("the layout has " + hotThreads.size() + " threads, not one");
        }
        return hotThreads.get(0);
    }

    /**
     * Has the policy replaced, between two batches; from any thread, one exchange at a time.
     *
     * @param exchange to be carried out by the policy's thread; null forgets one that was withdrawn.
     */
    public void exchange(final PolicyExchange exchange)
    {
        stages.policyHandler.exchange(exchange);
    }

    /**
     * What the CPUs are doing, for a policy that replaces another: its vtimes are shifted on their way to the kernel,
     * so that it goes on where the one before has been, and these are shifted back.
     *
     * @param states as the kernel publishes them.
     * @return a view for the policy's thread.
     */
    public CpuStates rebased(final CpuStates states)
    {
        return new RebasedCpuStates(states, stages.writer);
    }

    /**
     * Stops the hot threads; what they had not taken stays in the kernel's ring.
     *
     * @return false if one does not end, as when the policy loops: it may still use the transport.
     */
    public boolean stop()
    {
        return stop(STOP_PATIENCE_MS, () -> { });
    }

    /**
     * Stops the hot threads, those that can be stopped. One that is not back in time is interrupted, again and again.
     *
     * @param patienceMs how long to wait for them.
     * @param onLateEnd  called, on a thread of its own, when all have ended after this had returned false.
     * @return false if one does not end in time: it may still use the transport.
     */
    public boolean stop(final int patienceMs, final Runnable onLateEnd)
    {
        final AtomicBoolean isDecided = new AtomicBoolean();
        final List<Thread> closers = new ArrayList<>();
        for (final AgentRunner runner : runners)
        {
            closers.add(daemon("scx4j-closer", () -> runner.close(patienceMs, (thread) -> { })));
        }
        final Thread stopper = daemon("scx4j-stopper", () ->
        {
            closers.forEach(Pipeline::join);
            if (!isDecided.compareAndSet(false, true))
            {
                onLateEnd.run();
            }
        });
        try
        {
            stopper.join(patienceMs);
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
        }
        return !isDecided.compareAndSet(false, true);
    }

    private static Thread daemon(final String name, final Runnable task)
    {
        final Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void join(final Thread thread)
    {
        try
        {
            thread.join();
        }
        catch (final InterruptedException ex)
        {
            throw new IllegalStateException("nobody interrupts it", ex);
        }
    }

    @Override
    public void close()
    {
        stop();
    }

    /**
     * Engine latency, from enqueue stamp to commit.
     *
     * @return the recorder.
     */
    public LatencyRecorder latency()
    {
        return stages.latency;
    }

    /**
     * Java's ids of the hot threads.
     *
     * @return ids, reader first; 0 for a thread that has not started.
     */
    public long[] javaThreadIds()
    {
        return hotThreads.stream().mapToLong(HotThread::javaThreadId).toArray();
    }

    /**
     * Names of the hot threads.
     *
     * @return names, reader first; the kernel knows as much of each as it keeps.
     */
    public String[] threadNames()
    {
        return hotThreads.stream().map(HotThread::roleName).toArray(String[]::new);
    }

    /**
     * The kernel's ids of the hot threads.
     *
     * @return ids, reader first.
     */
    public int[] kernelThreadIds()
    {
        return hotThreads.stream().mapToInt(HotThread::kernelThreadId).toArray();
    }

    /**
     * Page faults of the hot threads since they entered the path.
     *
     * @return count, complete after {@link #close()}.
     */
    public long nrFaults()
    {
        return hotThreads.stream().mapToLong(HotThread::nrFaults).sum();
    }

    /**
     * Records read from the queued ring.
     *
     * @return count; exact after {@link #close()}.
     */
    public long nrRead()
    {
        return stages.reader.nrRead();
    }

    /**
     * Decisions written to the dispatched ring.
     *
     * @return count; exact after {@link #close()}.
     */
    public long nrDispatched()
    {
        return stages.dispatchHandler.nrDispatched();
    }

    /**
     * Duty cycles in which the dispatched ring had no room for all decisions.
     *
     * @return count; exact after {@link #close()}.
     */
    public long nrBackPressure()
    {
        return stages.dispatchHandler.nrBackPressure();
    }

    /**
     * Exceptions out of the policy.
     *
     * @return count.
     */
    public long nrPolicyErrors()
    {
        return stages.policyHandler.nrPolicyErrors();
    }
}
