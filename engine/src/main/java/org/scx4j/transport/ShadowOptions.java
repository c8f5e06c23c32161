// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import java.nio.file.Path;

/**
 * What the shadow transport is opened with. Values are checked by the engine's context.
 *
 * @param object          the BPF object, an ELF file; null takes the one in the class path.
 * @param opsName         name of the scheduler, for reports: the kernel gets to know of none.
 * @param sliceNs         default slice, nanoseconds.
 * @param queuedBytes     capacity of the queued ring and of the one for outcomes, a power of two and at least a page.
 * @param dispatchedBytes capacity of the dispatched ring, a power of two and at least a page.
 * @param perCpuLocal     whether the policy is not asked about tasks that may use one CPU only.
 * @param sysfs           where sysfs is mounted, normally {@code /sys}.
 */
public record ShadowOptions(
    Path object, String opsName, long sliceNs, int queuedBytes, int dispatchedBytes, boolean perCpuLocal, Path sysfs)
{
    /**
     * What of a scheduler's options concerns a shadow.
     *
     * @param options checked.
     * @return the part of it.
     */
    public static ShadowOptions of(final SchedExtOptions options)
    {
        return new ShadowOptions(
            options.object(), options.opsName(), options.sliceNs(), options.queuedBytes(), options.dispatchedBytes(),
            options.mode().perCpuLocal(), options.sysfs());
    }
}
