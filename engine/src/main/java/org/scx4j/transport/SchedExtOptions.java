// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import java.nio.file.Path;

/**
 * What the sched_ext transport is opened with. Values are checked by {@code SchedulerEngine.Context.conclude()}.
 *
 * @param object          the BPF object, an ELF file; null takes the one in the class path.
 * @param opsName         name of the scheduler in the kernel: letters, digits, {@code _ - .}, at most 127.
 * @param sliceNs         default slice, nanoseconds.
 * @param queuedBytes     capacity of the queued ring, a power of two and at least a page.
 * @param dispatchedBytes capacity of the dispatched ring, a power of two and at least a page.
 * @param timeoutMs       after which a task that did not run evicts the scheduler, 1 to 30000.
 * @param pollNs          how long an idle CPU waits on the spot for a decision, nanoseconds, 0 = not.
 * @param sysfs           where sysfs is mounted, normally {@code /sys}.
 */
public record SchedExtOptions(
    Path object,
    String opsName,
    long sliceNs,
    int queuedBytes,
    int dispatchedBytes,
    int timeoutMs,
    long pollNs,
    Path sysfs)
{
}
