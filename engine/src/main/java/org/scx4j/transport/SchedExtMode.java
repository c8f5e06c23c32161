// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

/**
 * Which tasks are scheduled, and who looks for idle CPUs.
 *
 * @param partial     true if only tasks of the class {@code SCHED_EXT} are scheduled; the others stay with the
 *                    kernel's own scheduler.
 * @param builtinIdle true if the kernel's side finds and wakes an idle CPU for a waking task before the policy has
 *                    heard of it; false if that is left to the policy (full-user mode).
 * @param lowPower    true if a task wakes no idle CPU but the one that it last ran on, unless it has waited for a tick
 *                    of the timer (2 ms).
 * @param perCpuLocal true if a task that may use one CPU only goes to its queue without asking the policy.
 * @param lateBinding true if the policy is told of CPUs that want a task, see
 *                    {@link org.scx4j.api.SchedulingPolicy#wantsCpuAvailable()}.
 */
public record SchedExtMode(
    boolean partial, boolean builtinIdle, boolean lowPower, boolean perCpuLocal, boolean lateBinding)
{
    /** All tasks; idle CPUs are found by the kernel's side; decided early. */
    public static final SchedExtMode DEFAULT = new SchedExtMode(false, true, false, false, false);
}
