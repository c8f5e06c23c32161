// SPDX-License-Identifier: Apache-2.0
package org.scx4j.api;

/**
 * What the CPUs are doing: read from memory that the kernel writes, so a moment old, and cheap.
 * <p>
 * Thread safety: for the policy's thread only.
 */
public interface CpuStates
{
    /**
     * Whether a CPU has nothing to run.
     *
     * @param cpu CPU number.
     * @return true if it said so last; false for one that does not exist.
     */
    boolean isIdle(int cpu);

    /**
     * Who runs on a CPU.
     *
     * @param cpu CPU number.
     * @return thread id; 0 if it is idle, runs a task of another class, or does not exist.
     */
    int pid(int cpu);

    /**
     * Since when the task runs that {@link #pid(int)} names.
     *
     * @param cpu CPU number.
     * @return CLOCK_MONOTONIC nanoseconds.
     */
    long startNs(int cpu);

    /**
     * The vtime of the decision by which the task runs that {@link #pid(int)} names: whom to preempt, if vtime is
     * urgency.
     *
     * @param cpu CPU number.
     * @return vtime; that of the last decision if the task did not come by one.
     */
    long vtime(int cpu);

    /**
     * Picks an idle CPU for a task, near the one it last ran on: the same if its whole core is idle, else an idle core
     * that shares the cache, else the same, any with that cache, an idle core on the node, any there, any at all. It is
     * not picked again until it has had work, or a millisecond is over.
     *
     * @param task to be placed. One that may not use every CPU gets the CPU it last ran on or none, because its record
     *             does not say which; {@link #selectIdle(int[], int[], int)} knows.
     * @return CPU number, or {@link Cpu#ANY} if none is known to be idle.
     */
    int pickIdle(QueuedTask task);

    /**
     * Has the kernel pick idle CPUs for some tasks, by their exact affinity. One system call for all of them.
     *
     * @param pids  tasks.
     * @param cpus  in: the CPU to prefer for each; out: an idle CPU that the task may use, which the kernel does not
     *              give to anybody else, or {@link Cpu#ANY}.
     * @param count of tasks, at most {@link org.scx4j.protocol.SchedAbi#SCHED_SELECTION_TASKS}.
     * @return how many of them have got a CPU.
     */
    int selectIdle(int[] pids, int[] cpus, int count);
}
