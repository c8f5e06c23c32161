// SPDX-License-Identifier: Apache-2.0
package org.scx4j.status;

/**
 * A restart of the scheduler that the kernel asked for.
 *
 * @param cause      how the scheduler ended before.
 * @param durationNs from when the engine saw that until it was attached again, nanoseconds; meanwhile the kernel's own
 *                   scheduler was at work.
 */
public record Restart(ExitInfo cause, long durationNs)
{
}
