// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

/**
 * An invariant that did not hold: the first of a simulation, which ends by it.
 * <p>
 * Thread safety: immutable.
 *
 * @param kind   what was violated.
 * @param timeNs virtual time, nanoseconds since the start.
 * @param pid    of the task, 0 if there is none.
 * @param task   its name, empty if there is none.
 * @param what   one line.
 */
public record Violation(Kind kind, long timeNs, int pid, String task, String what)
{
    /** What can be violated. */
    public enum Kind
    {
        /** A task is nowhere, or the books do not balance. */
        LOST,
        /** A task is in two places, or ran before its decision. */
        TWICE,
        /** A task ran on a CPU that it may not use. */
        AFFINITY,
        /** A CPU was idle although a queue that it serves had a task for it. */
        WORK_CONSERVATION,
        /** A task has waited for so long that the kernel would have thrown the scheduler out. */
        MAX_WAIT
    }
}
