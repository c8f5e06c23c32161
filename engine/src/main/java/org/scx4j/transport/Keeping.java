// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

/**
 * Whether a scheduler outlives its process if that dies, and what becomes of one that did.
 */
public enum Keeping
{
    /** It ends with its process. One that was kept stands in the way. */
    NO,

    /** It is kept. One that was is gone on with; if its engine still runs, that is an error. */
    KEEP,

    /** As {@link #KEEP}, but an engine that still runs is killed first. */
    TAKE_OVER
}
