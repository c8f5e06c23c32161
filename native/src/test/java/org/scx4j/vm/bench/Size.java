// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.bench;

/**
 * How much of each workload is done.
 */
enum Size
{
    /** Some seconds of an emulated machine. */
    FULL,
    /** About one. */
    SHORT;

    int pick(final int full, final int brief)
    {
        return FULL == this ? full : brief;
    }
}
