// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import org.agrona.concurrent.AtomicBuffer;
import org.scx4j.api.Cpu;
import org.scx4j.jni.LibBpf;
import org.scx4j.protocol.CpuSelectionDescriptor;

/**
 * The kernel's exact pick of idle CPUs: a batch of tasks in mapped memory, and one run of the BPF program
 * {@code select_cpus}.
 * <p>
 * Thread safety: for one thread.
 */
final class CpuSelection implements IdleSelection
{
    private final AtomicBuffer words;
    private final int programFd;

    /**
     * Prepares it.
     *
     * @param words     of the {@code cpu_selection} map.
     * @param programFd of {@code select_cpus}.
     */
    CpuSelection(final AtomicBuffer words, final int programFd)
    {
        this.words = words;
        this.programFd = programFd;
    }

    @Override
    public int select(final int[] pids, final int[] cpus, final int count)
    {
        for (int i = 0; i < count; i++)
        {
            words.putInt(CpuSelectionDescriptor.PIDS_OFFSET + i * Integer.BYTES, pids[i]);
            words.putInt(CpuSelectionDescriptor.CPUS_OFFSET + i * Integer.BYTES, cpus[i]);
        }
        /* The system call orders these stores before the program's loads, and its stores before ours. */
        words.putInt(CpuSelectionDescriptor.NR_TASKS_OFFSET, count);
        final boolean isDone = LibBpf.runProgram(programFd, 0, 0) >= 0;
        int picked = 0;
        for (int i = 0; i < count; i++)
        {
            cpus[i] = isDone ? words.getInt(CpuSelectionDescriptor.CPUS_OFFSET + i * Integer.BYTES) : Cpu.ANY;
            if (Cpu.ANY != cpus[i])
            {
                picked++;
            }
        }
        return picked;
    }
}
