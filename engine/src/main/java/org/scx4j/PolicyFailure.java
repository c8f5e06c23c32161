// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

/**
 * How a policy has failed.
 *
 * @param description such as {@code did not return for 1000 ms (thread scx4j-policy)}.
 * @param isStuck     true if its thread has not come back, so that only another thread can go on.
 */
record PolicyFailure(String description, boolean isStuck)
{
}
