// SPDX-License-Identifier: Apache-2.0
package org.scx4j.api;

/**
 * A CPU scheduling policy.
 * <p>
 * All callbacks come from one thread, so a policy needs no lock. They must not block, and should not
 * allocate. An exception is counted and the task at hand gets a default decision.
 * <pre>{@code
 * public final class Fifo implements SchedulingPolicy
 * {
 *     public void onTask(final QueuedTask task, final Dispatcher out)
 *     {
 *         out.dispatch(task).cpu(Cpu.ANY).commit();
 *     }
 * }
 * }</pre>
 */
@FunctionalInterface
public interface SchedulingPolicy
{
    /**
     * The policy is about to get its first task. The only callback that may take its time.
     * <p>
     * When a CPU comes or goes the scheduler is restarted: the same object gets {@link #onClose()} and then this again,
     * with the new topology, and must start from nothing; tasks that it held arrive anew.
     *
     * @param context of the engine.
     */
    default void onStart(final EngineContext context)
    {
    }

    /**
     * A task is runnable: decide, or hold it and decide in a later callback.
     *
     * @param task valid during this call only.
     * @param out  where decisions go.
     */
    void onTask(QueuedTask task, Dispatcher out);

    /**
     * The tasks that were waiting have all been handed over; what is decided up to here goes to the kernel
     * at once.
     *
     * @param out where decisions go.
     */
    default void onBatchEnd(final Dispatcher out)
    {
    }

    /**
     * A task that the policy has seen is gone.
     *
     * @param pid of the task; the kernel may use it again.
     */
    default void onTaskExit(final int pid)
    {
    }

    /**
     * Whether {@link #onCpuAvailable(int, Dispatcher)} is wanted. It is for policies that hold tasks and decide as late
     * as possible. With it, a task that runs out of slice is queued even if its CPU has no other.
     *
     * @return false unless overridden; read once, at launch, and not again at a restart.
     */
    default boolean wantsCpuAvailable()
    {
        return false;
    }

    /**
     * A CPU has nothing to run, and there are tasks that the policy has not decided yet. It is called when the CPU goes
     * idle, and again every few milliseconds while that stays so.
     *
     * @param cpu that wants a task; {@link Decision#cpu(int)} gives it one.
     * @param out where decisions go.
     */
    default void onCpuAvailable(final int cpu, final Dispatcher out)
    {
    }

    /**
     * How often {@link #onTick(long, Dispatcher)} is wanted.
     *
     * @return nanoseconds, 0 for never; read once, after {@link #onStart(EngineContext)}.
     */
    default long tickIntervalNs()
    {
        return 0;
    }

    /**
     * Time has passed.
     *
     * @param nowNs CLOCK_MONOTONIC nanoseconds.
     * @param out   where decisions go.
     */
    default void onTick(final long nowNs, final Dispatcher out)
    {
    }

    /**
     * The engine was, or is, without its lease: a hot thread was silent for too long, perhaps this one, so that this is
     * called late. The kernel's side takes back what the policy has not decided, and what it holds; decisions about
     * that are cancelled. New tasks do not arrive.
     */
    default void onLeaseLost()
    {
    }

    /**
     * The engine has its lease again; tasks arrive.
     *
     * @param lostNs for how long it had not, nanoseconds.
     */
    default void onLeaseRegained(final long lostNs)
    {
    }

    /** The policy will get nothing more. */
    default void onClose()
    {
    }
}
