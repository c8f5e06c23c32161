// SPDX-License-Identifier: Apache-2.0
package org.scx4j.rustland;

import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.scx4j.KernelAttachment;
import org.scx4j.Context;
import org.scx4j.api.Cpu;
import org.scx4j.api.CpuStates;
import org.scx4j.pipeline.PipelineOptions;
import org.scx4j.pipeline.WaitMode;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.status.ExitInfo;
import org.scx4j.status.RunReport;
import org.scx4j.topology.CpuTopology;
import org.scx4j.transport.KernelTransport;

/**
 * A scheduler that pulls: its own loop takes tasks and gives decisions, by the calls of scx_rustland_core.
 * <pre>{@code
 * final DispatchedTask decision = new DispatchedTask();
 * try (BpfScheduler bpf = BpfScheduler.init(new Context().policyName("mine")))
 * {
 *     while (!bpf.exited())
 *     {
 *         for (QueuedTask task = bpf.dequeueTask(); null != task; task = bpf.dequeueTask())
 *         {
 *             if (task.cpu() >= 0)
 *             {
 *                 bpf.dispatchTask(decision.from(task));
 *             }
 *         }
 *         bpf.notifyComplete(0);
 *     }
 * }
 * }</pre>
 * <p>
 * Thread safety: for one thread, the one that calls {@link #init(Context)}: it becomes the hot thread
 * of the event path, pinned to its CPU until {@link #close()}. {@link #requestStop()} is for any thread. A thread that
 * the scheduler's thread starts meanwhile inherits its one CPU; start others before.
 * <p>
 * <b>When decisions take effect.</b> They are published in batches: by {@link #dequeueTask()} when all tasks have been
 * handed out that it had read from the kernel at once (at most 64), so always before it returns null; by
 * {@link #notifyComplete(long)}, {@link #updateTasks(long, long)} and {@link #close()}; by each 64th decision; by one
 * that finds no room; and by {@link #publish()}, for a caller that does something long in between.
 * <p>
 * <b>Tasks that are kept.</b> A task that was not dispatched before the next {@code dequeueTask()} counts as held on
 * purpose, see {@link org.scx4j.api.Dispatcher#hold(long)}: the kernel's side schedules it only after a quarter of the
 * time in which the kernel would throw the scheduler out.
 * <p>
 * <b>Signals.</b> From {@code init} to {@code close}, Ctrl-C and SIGTERM make {@link #exited()} true, and the JVM ends
 * after this is closed.
 */
public final class BpfScheduler implements AutoCloseable
{
    /** The longest sleep while the caller has tasks pending and can't go on with them, milliseconds. */
    static final int PENDING_PARK_MS = 1;
    /** Argument of {@link #updateTasks(long, long)}: leave that number as it is. */
    public static final long UNCHANGED = -1;

    private static final String DEFAULT_NAME = "rustland";
    private static final int HOT_SLOT = 0;

    private final TaskBatch batch = new TaskBatch();
    private final DecisionBatch decisions;
    private final int[] selectedPid = new int[1];
    private final int[] selectedCpu = new int[1];
    private final KernelTransport transport;
    private final CpuStates cpuStates;
    private final NanoClock clock;
    private final KernelAttachment attachment;
    private final int nrOnlineCpus;
    private final boolean spins;
    private final long spinNs;
    private final int parkMs;
    private StopHook stopHook;
    private boolean wantsExitEvents = true;
    private boolean isProgress;
    private boolean isClosed;
    private long tokenAtHand;
    private long nrQueued;
    private long nrScheduled;
    private volatile boolean isStopRequested;

    /**
     * Over a kernel, real or not.
     *
     * @param transport  where tasks come from and decisions go.
     * @param topology   of the machine.
     * @param options    how the calling thread waits.
     * @param clock      to measure with.
     * @param attachment closed with this; null if there is none to close.
     */
    BpfScheduler(
        final KernelTransport transport,
        final CpuTopology topology,
        final PipelineOptions options,
        final NanoClock clock,
        final KernelAttachment attachment)
    {
        this.transport = transport;
        this.cpuStates = transport.cpuStates(topology);
        this.nrOnlineCpus = topology.onlineCpus().count();
        this.spins = WaitMode.SPIN == options.waitMode();
        this.spinNs = options.spinNs();
        this.parkMs = options.parkMs();
        this.clock = clock;
        this.decisions = new DecisionBatch(transport, clock);
        this.attachment = attachment;
    }

    /**
     * Starts to schedule: warms up, locks the memory, makes the calling thread the hot thread of the event path, and
     * attaches. From its return on, tasks wait for the caller.
     *
     * @param context concluded here. No policy, and no layout but the inline one. The CPU is the last that is online
     *                unless set, the thread parks unless told to spin, and the name is {@code rustland} unless set. It
     *                may be used again, when this has ended.
     * @return the scheduler, to be closed by the same thread.
     * @throws org.scx4j.exceptions.SchedulerException if an option, this machine or the kernel forbids it; nothing
     *                                                 stays behind.
     */
    public static BpfScheduler init(final Context context)
    {
        final KernelAttachment attachment = KernelAttachment.open(context, DEFAULT_NAME);
        BpfScheduler scheduler = null;
        try
        {
            WarmUp.run(attachment.topology());
            scheduler = new BpfScheduler(attachment.transport(), attachment.topology(), attachment.options(),
                SystemNanoClock.INSTANCE, attachment);
            scheduler.stopHook = new StopHook(scheduler);
            scheduler.stopHook.install();
            attachment.attach();
            return scheduler;
        }
        catch (final RuntimeException ex)
        {
            if (null == scheduler)
            {
                attachment.close();
            }
            else
            {
                scheduler.close();
            }
            throw ex;
        }
    }

    /**
     * Sets whether {@link #dequeueTask()} tells of tasks that are gone. It does by default, as scx_rustland_core 0.5.0
     * did; its later releases do not.
     *
     * @param wantsExitEvents false to leave such events out.
     * @return this.
     */
    public BpfScheduler exitEvents(final boolean wantsExitEvents)
    {
        this.wantsExitEvents = wantsExitEvents;
        return this;
    }

    /**
     * Takes the next task. Does not wait, and makes no system call unless a CPU must be woken for decisions that are
     * published here.
     *
     * @return a view, valid until the next call; or null if no task waits.
     * @throws IllegalStateException if the kernel's ring holds what this build does not understand.
     */
    public QueuedTask dequeueTask()
    {
        keepTaskAtHand();
        while (!isClosed && (!batch.isEmpty() || refill()))
        {
            final TaskRecord task = batch.next();
            switch (task.kind())
            {
                case SchedAbi.SCHED_EVENT_QUEUED:
                    tokenAtHand = task.token();
                    isProgress = true;
                    return task;

                case SchedAbi.SCHED_EVENT_EXIT:
                    if (wantsExitEvents)
                    {
                        isProgress = true;
                        return task;
                    }
                    break;

                case SchedAbi.SCHED_EVENT_CPU_AVAILABLE:
                    break;

                default:
                    throw new IllegalStateException("unknown event: kind=" + task.kind());
            }
        }
        return null;
    }

    private boolean refill()
    {
        transport.lease().beat(HOT_SLOT);
        publish();
        return batch.fill(transport);
    }

    /** Whom the caller has not dispatched, it keeps on purpose. */
    private void keepTaskAtHand()
    {
        if (0 != tokenAtHand)
        {
            if (!isClosed)
            {
                transport.hold(tokenAtHand);
            }
            tokenAtHand = 0;
        }
    }

    /**
     * Decides a task. Takes effect when it is published, see above.
     *
     * @param task copied; may be used again at once.
     * @return true; or false if there is no room for it now, or this is closed. The task is then still the caller's, to
     * be dispatched again later, after {@link #notifyComplete(long)} best.
     */
    public boolean dispatchTask(final DispatchedTask task)
    {
        if (isClosed)
        {
            return false;
        }
        transport.lease().beat(HOT_SLOT);
        if (!decisions.offer(task))
        {
            return false;
        }
        isProgress = true;
        if (tokenAtHand == task.token())
        {
            tokenAtHand = 0;
        }
        return true;
    }

    /**
     * Wakes a CPU if it is idle, so that it looks for a task. Published as a decision is.
     *
     * @param cpu CPU number.
     * @return false if there is no room for it now, as with {@link #dispatchTask(DispatchedTask)}.
     */
    public boolean kickCpu(final int cpu)
    {
        return !isClosed && decisions.offerKick(cpu, SchedAbi.SCHED_DECISION_KICK);
    }

    /**
     * Makes the running task of a CPU give way, as if its slice had ended. Published as a decision is.
     *
     * @param cpu CPU number.
     * @return false if there is no room for it now, as with {@link #dispatchTask(DispatchedTask)}.
     */
    public boolean preemptCpu(final int cpu)
    {
        return !isClosed &&
            decisions.offerKick(cpu, SchedAbi.SCHED_DECISION_KICK | SchedAbi.SCHED_DECISION_PREEMPT);
    }

    /** Makes all decisions visible to the kernel now, and wakes a CPU if one waits for them. */
    public void publish()
    {
        if (!isClosed)
        {
            decisions.publish();
        }
    }

    /**
     * Ends a round of scheduling: publishes, and waits if there is nothing to do. With nothing pending it sleeps until
     * a task is queued, 10 ms at most; with tasks pending it returns at once if anything was dequeued or dispatched
     * since the last round, and else sleeps for a millisecond at most. A thread that was told to spin never sleeps.
     *
     * @param nrPending tasks that the caller keeps undecided.
     */
    public void notifyComplete(final long nrPending)
    {
        nrScheduled = nrPending;
        endRound(0 == nrPending);
    }

    /**
     * Sets the two numbers of pending tasks, and then does what {@link #notifyComplete(long)} does; nothing is pending
     * if both are 0.
     *
     * @param nrQueued    tasks that wait in the kernel's ring, or {@link #UNCHANGED}.
     * @param nrScheduled tasks that the caller keeps undecided, or {@link #UNCHANGED}.
     */
    public void updateTasks(final long nrQueued, final long nrScheduled)
    {
        this.nrQueued = nrQueued < 0 ? this.nrQueued : nrQueued;
        this.nrScheduled = nrScheduled < 0 ? this.nrScheduled : nrScheduled;
        endRound(0 == this.nrQueued && 0 == this.nrScheduled);
    }

    private void endRound(final boolean isIdle)
    {
        keepTaskAtHand();
        publish();
        final boolean wasProgress = isProgress;
        isProgress = false;
        if (!isClosed && batch.isEmpty() && !isStopDue() && (isIdle || !wasProgress))
        {
            await(isIdle ? parkMs : Math.min(PENDING_PARK_MS, parkMs));
        }
    }

    /** A sleep costs two system calls: looks for a moment before. */
    private void await(final int timeoutMs)
    {
        final long beginNs = clock.nanoTime();
        do
        {
            transport.lease().beat(HOT_SLOT);
            if (batch.fill(transport))
            {
                return;
            }
            Thread.onSpinWait();
        }
        while (clock.nanoTime() - beginNs < spinNs);
        if (!spins)
        {
            transport.park(timeoutMs);
        }
    }

    /**
     * Has the kernel pick an idle CPU for a task, by its exact affinity. One system call.
     *
     * @param pid   of the task.
     * @param cpu   preferred, such as the one it last used.
     * @param flags ignored: there is no waker here.
     * @return an idle CPU that the task may use and that is given to nobody else; negative if there is none.
     */
    public int selectCpu(final int pid, final int cpu, final long flags)
    {
        if (isClosed)
        {
            return Cpu.ANY;
        }
        selectedPid[0] = pid;
        selectedCpu[0] = cpu;
        return cpuStates.selectIdle(selectedPid, selectedCpu, 1) > 0 ? selectedCpu[0] : Cpu.ANY;
    }

    /**
     * Picks an idle CPU for a task as {@link CpuStates#pickIdle(org.scx4j.api.QueuedTask)} does: from memory that the
     * kernel writes, without a system call, a moment old.
     *
     * @param task dequeued.
     * @return CPU number; negative if none is known to be idle.
     */
    public int pickIdle(final QueuedTask task)
    {
        return isClosed || task.isExiting() ? Cpu.ANY : cpuStates.pickIdle(task);
    }

    /**
     * Who runs on a CPU.
     *
     * @param cpu CPU number.
     * @return thread id; 0 if it is idle, runs a task of another scheduling class, or does not exist.
     */
    public int cpuPid(final int cpu)
    {
        return isClosed ? 0 : cpuStates.pid(cpu);
    }

    /**
     * CPUs that run a task of this scheduler now.
     *
     * @return count, by asking {@link #cpuPid(int)} for each CPU.
     */
    public long nrRunning()
    {
        long count = 0;
        for (int cpu = 0; cpu < transport.nrCpuIds(); cpu++)
        {
            count += 0 != cpuPid(cpu) ? 1 : 0;
        }
        return count;
    }

    /**
     * Tasks that wait in the kernel's ring, by the caller's own account.
     *
     * @return what {@link #updateTasks(long, long)} set last, at first 0.
     */
    public long nrQueued()
    {
        return nrQueued;
    }

    /**
     * Tasks that the caller keeps undecided, by its own account.
     *
     * @return what {@link #notifyComplete(long)} or {@link #updateTasks(long, long)} set last, at first 0.
     */
    public long nrScheduled()
    {
        return nrScheduled;
    }

    /**
     * Decisions that took effect.
     *
     * @return {@link KernelCounter#NR_DECIDED}.
     */
    public long nrUserDispatches()
    {
        return transport.counter(KernelCounter.NR_DECIDED);
    }

    /**
     * Tasks that the kernel's side scheduled without a decision: those that are not asked about, those that found the
     * ring full, and those that were not answered in time. Threads of this process are not among them.
     *
     * @return {@link KernelCounter#NR_DIRECT} + {@link KernelCounter#NR_KERNEL}.
     */
    public long nrKernelDispatches()
    {
        return transport.counter(KernelCounter.NR_DIRECT) + transport.counter(KernelCounter.NR_KERNEL);
    }

    /**
     * Decisions that came too late: the task had left, or had been decided already.
     *
     * @return {@link KernelCounter#NR_CANCELLED} without {@link KernelCounter#NR_NO_TASK}.
     */
    public long nrCancelDispatches()
    {
        return transport.counter(KernelCounter.NR_CANCELLED) - transport.counter(KernelCounter.NR_NO_TASK);
    }

    /**
     * Decisions for a CPU that the task may not use, sent to one that it may.
     *
     * @return {@link KernelCounter#NR_BOUNCED}.
     */
    public long nrBounceDispatches()
    {
        return transport.counter(KernelCounter.NR_BOUNCED);
    }

    /**
     * Decisions that reached no task: its pid was gone, or {@link #dispatchTask(DispatchedTask)} returned false.
     *
     * @return {@link KernelCounter#NR_NO_TASK} + decisions that were refused here.
     */
    public long nrFailedDispatches()
    {
        return transport.counter(KernelCounter.NR_NO_TASK) + decisions.nrRefused();
    }

    /**
     * Tasks that found the kernel's ring full.
     *
     * @return {@link KernelCounter#NR_CONGESTED}.
     */
    public long nrSchedCongested()
    {
        return transport.counter(KernelCounter.NR_CONGESTED);
    }

    /**
     * CPUs that were online when this was started. If that changes, the kernel ends the scheduler, and
     * {@link ExitInfo#shouldRestart()} says so.
     *
     * @return count.
     */
    public long nrOnlineCpus()
    {
        return nrOnlineCpus;
    }

    /** Makes {@link #exited()} true. From any thread. */
    public void requestStop()
    {
        isStopRequested = true;
    }

    /**
     * Whether the scheduler's loop should end: the kernel has ended the scheduler, the calling thread is interrupted
     * (which stays so), a stop was requested or signalled, or this is closed.
     *
     * @return true if so: {@link #shutdownAndReport()} is next.
     */
    public boolean exited()
    {
        return isStopDue() || isClosed || null != transport.exitInfo();
    }

    private boolean isStopDue()
    {
        return isStopRequested || Thread.currentThread().isInterrupted();
    }

    /**
     * Closes this, and says why the scheduler ended. Prints nothing, and throws nothing if the end was an error: ask
     * {@link ExitInfo#isEviction()}.
     *
     * @return the kernel's words, the dump included; of kind 0 if it has none.
     */
    public ExitInfo shutdownAndReport()
    {
        close();
        final ExitInfo exit = transport.exitInfo();
        return null != exit ? exit : new ExitInfo(0, 0, "no exit record", "", "");
    }

    /**
     * What the run did so far; after {@link #close()}, in all. Allocates.
     *
     * @return a snapshot; allocation is not measured.
     */
    public RunReport report()
    {
        if (null == attachment)
        {
            throw new IllegalStateException("not attached");
        }
        return attachment.report(decisions.latency(), decisions.nrRefused());
    }

    /** Publishes, detaches and gives everything back, the calling thread's CPUs included. Idempotent. */
    @Override
    public void close()
    {
        if (isClosed)
        {
            return;
        }
        if (null != stopHook)
        {
            stopHook.closing();
        }
        publish();
        isClosed = true;
        if (null != attachment)
        {
            attachment.close();
        }
        if (null != stopHook)
        {
            stopHook.remove();
        }
    }
}
