// SPDX-License-Identifier: Apache-2.0
package org.scx4j.status;

/**
 * What an engine found when it came: nothing, or a scheduler that was kept for it.
 *
 * @param kind            what became of it.
 * @param windowNs        for how long the kernel scheduled by itself between the two schedulers, nanoseconds; 0 unless
 *                        replaced.
 * @param nrDecidedBefore decisions of the engines before, which the counters of an adopted scheduler go on from; 0
 *                        unless adopted.
 */
public record Succession(Kind kind, long windowNs, long nrDecidedBefore)
{
    /** Nothing was kept. */
    public static final Succession FRESH = new Succession(Kind.FRESH, 0, 0);

    /** What became of a scheduler that was kept. */
    public enum Kind
    {
        /** There was none. */
        FRESH,
        /** It is the same, and goes on without interruption. */
        ADOPTED,
        /** It is of another build or has other settings, and was replaced. */
        REPLACED
    }

    /**
     * The kept scheduler goes on.
     *
     * @param nrDecidedBefore decisions so far.
     * @return the succession.
     */
    public static Succession adopted(final long nrDecidedBefore)
    {
        return new Succession(Kind.ADOPTED, 0, nrDecidedBefore);
    }

    /**
     * Another scheduler was there.
     *
     * @param windowNs for how long the kernel scheduled by itself, nanoseconds.
     * @return the succession.
     */
    public static Succession replaced(final long windowNs)
    {
        return new Succession(Kind.REPLACED, windowNs, 0);
    }
}
