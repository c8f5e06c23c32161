// SPDX-License-Identifier: Apache-2.0
package org.scx4j.status;

/**
 * How often, and for how long, the engine was without its lease: a hot thread was silent, and the kernel's side
 * scheduled by itself meanwhile.
 *
 * @param count     of losses.
 * @param totalNs   in all, a current loss left out, nanoseconds.
 * @param longestNs the longest of them, nanoseconds.
 * @param thread    who was silent at the last loss; empty if there was none.
 */
public record LeaseLosses(long count, long totalNs, long longestNs, String thread)
{
    /** There was none. */
    public static final LeaseLosses NONE = new LeaseLosses(0, 0, 0, "");

    /**
     * These and those before, as one.
     *
     * @param before to add.
     * @return sums; the longest of all, and the last thread.
     */
    public LeaseLosses plus(final LeaseLosses before)
    {
        return new LeaseLosses(count + before.count, totalNs + before.totalNs,
            Math.max(longestNs, before.longestNs), thread.isEmpty() ? before.thread : thread);
    }
}
