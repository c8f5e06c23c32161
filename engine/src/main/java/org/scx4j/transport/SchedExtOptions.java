// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import java.nio.file.Path;

/**
 * What the sched_ext transport is opened with. Values are checked by the engine's context.
 *
 * @param object          the BPF object, an ELF file; null takes the one in the class path.
 * @param opsName         name of the scheduler in the kernel: letters, digits, {@code _ - .}, at most 127.
 * @param sliceNs         default slice, nanoseconds.
 * @param queuedBytes     capacity of the queued ring, a power of two and at least a page.
 * @param dispatchedBytes capacity of the dispatched ring, a power of two and at least a page.
 * @param timeoutMs       after which a task that did not run evicts the scheduler, 1 to 30000.
 * @param rescueNs        after which a task that user space neither decides nor holds is scheduled by the kernel's
 *                        side, nanoseconds, 0 = never.
 * @param leaseNs         after which an engine with a silent hot thread loses its say, nanoseconds, 0 = never.
 * @param pollNs          how long an idle CPU waits on the spot for a decision, nanoseconds, 0 = not.
 * @param exitDumpBytes   how much of the kernel's dump is kept when it evicts the scheduler, 0 = the kernel's default,
 *                        at most {@link org.scx4j.protocol.SchedAbi#SCHED_DUMP_BYTES}.
 * @param mode            which tasks are scheduled, and who looks for idle CPUs.
 * @param keeping         whether the scheduler outlives this process if that dies, and what becomes of one that did.
 * @param sysfs           where sysfs is mounted, normally {@code /sys}.
 */
public record SchedExtOptions(
    Path object,
    String opsName,
    long sliceNs,
    int queuedBytes,
    int dispatchedBytes,
    int timeoutMs,
    long rescueNs,
    long leaseNs,
    long pollNs,
    int exitDumpBytes,
    SchedExtMode mode,
    Keeping keeping,
    Path sysfs)
{
}
