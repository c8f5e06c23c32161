// SPDX-License-Identifier: Apache-2.0
package org.scx4j.status;

/**
 * How often the policy of a running scheduler was replaced, and whether one failed.
 *
 * @param nrSwaps of one policy for another.
 * @param failure which policy failed last, how, and what was done about it; empty if none did.
 * @param isFinal true if the policy that the user wanted decides no more because of that.
 */
public record PolicyChanges(long nrSwaps, String failure, boolean isFinal)
{
    /** There was none. */
    public static final PolicyChanges NONE = new PolicyChanges(0, "", false);
}
