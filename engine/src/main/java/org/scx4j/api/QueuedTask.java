// SPDX-License-Identifier: Apache-2.0
package org.scx4j.api;

import org.scx4j.protocol.SchedAbi;

/**
 * A task that is runnable and waits for a decision.
 * <p>
 * It is a view: valid during the call it is handed to, then it shows another task. A policy that wants to
 * decide later keeps {@link #pid()}, {@link #token()} and {@link #enqueueNs()}.
 * <p>
 * Times are CLOCK_MONOTONIC nanoseconds, comparable with {@link System#nanoTime()}.
 */
public interface QueuedTask
{
    /**
     * Thread id.
     *
     * @return pid.
     */
    int pid();

    /**
     * Process id.
     *
     * @return tgid.
     */
    int tgid();

    /**
     * CPU the task is queued on: the one it last ran on, or an idle one that is being woken for it.
     *
     * @return CPU number.
     */
    int prevCpu();

    /**
     * Boot-unique number of this enqueue. The decision repeats it; a decision whose token has ended is
     * cancelled by the kernel, whatever has become of the pid.
     *
     * @return token, never 0.
     */
    long token();

    /**
     * Time of this enqueue.
     *
     * @return nanoseconds.
     */
    long enqueueNs();

    /**
     * How the task came to be queued.
     *
     * @return {@code SCHED_QUEUED_*} bits of {@link SchedAbi}.
     */
    long flags();

    /**
     * When the task last got a CPU.
     *
     * @return nanoseconds, 0 if never under this scheduler.
     */
    long startNs();

    /**
     * When the task last left a CPU.
     *
     * @return nanoseconds, 0 if never under this scheduler.
     */
    long stopNs();

    /**
     * CPU time since the task last slept.
     *
     * @return nanoseconds.
     */
    long execRuntimeNs();

    /**
     * CPU time of the task's life.
     *
     * @return nanoseconds.
     */
    long sumExecRuntimeNs();

    /**
     * Voluntary context switches of the task's life.
     *
     * @return count.
     */
    long nvcsw();

    /**
     * The vtime of the task's last decision.
     *
     * @return vtime, 0 if there was none.
     */
    long vtime();

    /**
     * The task's cgroup in the default hierarchy.
     *
     * @return cgroup id.
     */
    long cgroupId();

    /**
     * The task's share, from its nice value or cgroup.
     *
     * @return 1 to 10000, 100 is nice 0.
     */
    int weight();

    /**
     * Number of CPUs the task may use.
     *
     * @return count, at least 1.
     */
    int nrCpusAllowed();

    /**
     * First eight bytes of the task's name as a little-endian number, for comparing without a String.
     *
     * @return the bytes, 0 behind the name's end.
     */
    long commLow();

    /**
     * Last eight bytes of the task's name as a little-endian number.
     *
     * @return the bytes, 0 behind the name's end.
     */
    long commHigh();

    /**
     * The task's name. Allocates: for messages, not for every task.
     *
     * @return name, at most 15 bytes.
     */
    String comm();
}
