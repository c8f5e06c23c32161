// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

/**
 * Sees what happens on a simulated machine, as it happens: for traces and timelines. Times are virtual, nanoseconds
 * since the start. Nothing that is passed is an object, so a listener that allocates nothing costs no garbage.
 * <p>
 * Thread safety: called by the thread that runs the simulation. Must not throw.
 */
public interface SimulationListener
{
    /** Sees nothing. */
    SimulationListener NONE = new SimulationListener()
    {
    };

    /**
     * A task leaves its CPU because it waits for something.
     */
    int STOP_BLOCKED = 0;

    /**
     * A task leaves its CPU because its slice has ended.
     */
    int STOP_SLICE = 1;

    /**
     * A task leaves its CPU because a decision preempts it.
     */
    int STOP_PREEMPTED = 2;

    /**
     * A task leaves its CPU for good.
     */
    int STOP_EXITED = 3;

    /**
     * A task is there.
     *
     * @param timeNs    since the start.
     * @param pid       of the task.
     * @param taskClass index in {@link Workload#classes()}.
     */
    default void onTask(final long timeNs, final int pid, final int taskClass)
    {
    }

    /**
     * A task that has slept is runnable.
     *
     * @param timeNs since the start.
     * @param pid    of the task.
     * @param cpu    that it is woken on.
     */
    default void onWake(final long timeNs, final int pid, final int cpu)
    {
    }

    /**
     * A task is handed to the policy, or to the kernel's own lane if that is behind.
     *
     * @param timeNs since the start.
     * @param pid    of the task.
     * @param cpu    that it last ran on, or was woken for.
     */
    default void onEnqueue(final long timeNs, final int pid, final int cpu)
    {
    }

    /**
     * A decision is carried out.
     *
     * @param timeNs  since the start.
     * @param pid     of the task.
     * @param cpu     that it names, -1 for any.
     * @param sliceNs as decided.
     * @param vtime   as decided.
     */
    default void onDecision(final long timeNs, final int pid, final int cpu, final long sliceNs, final long vtime)
    {
    }

    /**
     * A task gets a CPU.
     *
     * @param timeNs since the start.
     * @param pid    of the task.
     * @param cpu    that it runs on.
     * @param waitNs since it was queued.
     */
    default void onRun(final long timeNs, final int pid, final int cpu, final long waitNs)
    {
    }

    /**
     * A task leaves its CPU.
     *
     * @param timeNs since the start.
     * @param pid    of the task.
     * @param cpu    that it ran on.
     * @param reason one of the {@code STOP_*} constants.
     */
    default void onStop(final long timeNs, final int pid, final int cpu, final int reason)
    {
    }
}
