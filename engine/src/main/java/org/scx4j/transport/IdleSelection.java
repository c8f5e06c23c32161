// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

/**
 * A kernel's exact pick of idle CPUs, which knows each task's affinity.
 * <p>
 * Thread safety: for one thread.
 */
@FunctionalInterface
public interface IdleSelection
{
    /**
     * Picks.
     *
     * @param pids  tasks.
     * @param cpus  in: preferred; out: idle and taken, or {@link org.scx4j.api.Cpu#ANY}.
     * @param count of tasks, in range.
     * @return how many have got a CPU; 0 if the kernel refused.
     */
    int select(int[] pids, int[] cpus, int count);
}
