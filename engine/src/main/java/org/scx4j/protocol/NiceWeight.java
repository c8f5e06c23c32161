// SPDX-License-Identifier: Apache-2.0
package org.scx4j.protocol;

/**
 * The weight that a nice value makes.
 * <p>
 * The kernel has a table of weights in which nice 0 is 1024 and each step is a quarter more or a fifth less; sched_ext
 * hands them out on the scale of cgroups, where 100 is the default: 100 * weight / 1024, rounded, at least 1. Nice 17
 * and 18 both come out as 2.
 * <p>
 * Thread safety: stateless.
 */
public final class NiceWeight
{
    /** The nice value of the most weight. */
    public static final int MIN_NICE = -20;
    /** The nice value of the least weight. */
    public static final int MAX_NICE = 19;

    private static final int KERNEL_DEFAULT = 1024;
    private static final int DEFAULT = 100;
    private static final int[] KERNEL_WEIGHTS =
    {
        88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916,
        9548, 7620, 6100, 4904, 3906, 3121, 2501, 1991, 1586, 1277,
        1024, 820, 655, 526, 423, 335, 272, 215, 172, 137,
        110, 87, 70, 56, 45, 36, 29, 23, 18, 15
    };

    private NiceWeight()
    {
    }

    /**
     * The weight of a nice value.
     *
     * @param nice {@value #MIN_NICE} to {@value #MAX_NICE}.
     * @return weight as in {@link QueuedTaskDescriptor#WEIGHT_OFFSET}, 100 is nice 0.
     */
    public static int of(final int nice)
    {
        return Math.max(1, (DEFAULT * KERNEL_WEIGHTS[nice - MIN_NICE] + KERNEL_DEFAULT / 2) / KERNEL_DEFAULT);
    }
}
