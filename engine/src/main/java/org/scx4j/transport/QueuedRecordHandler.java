// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import org.agrona.MutableDirectBuffer;

/**
 * Takes records off a queued ring.
 */
@FunctionalInterface
public interface QueuedRecordHandler
{
    /**
     * One record, in the order of the ring.
     *
     * @param buffer that holds it; valid during this call only.
     * @param offset of its first byte.
     */
    void onRecord(MutableDirectBuffer buffer, int offset);
}
