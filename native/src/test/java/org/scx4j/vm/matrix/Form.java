// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

/**
 * How much of each row is done.
 */
enum Form
{
    /** As often as it takes to trust it. */
    FULL,
    /** Each thing once or twice, for every run of the tests. */
    SHORT;

    int pick(final int full, final int brief)
    {
        return FULL == this ? full : brief;
    }
}
