// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

/**
 * SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014) as functions on a state
 * that the caller keeps: each task has a stream of its own, so that what it does is the same whatever a policy does.
 * <p>
 * Thread safety: stateless.
 */
final class RandomStream
{
    private static final long GAMMA = 0x9e3779b97f4a7c15L;

    private RandomStream()
    {
    }

    /** State of a stream of its own. */
    static long start(final long seed, final long stream)
    {
        return mix(mix(seed + GAMMA) + stream * GAMMA);
    }

    static long next(final long state)
    {
        return state + GAMMA;
    }

    /** The bits that a state stands for. */
    static long mix(final long state)
    {
        long bits = (state ^ state >>> 30) * 0xbf58476d1ce4e5b9L;
        bits = (bits ^ bits >>> 27) * 0x94d049bb133111ebL;
        return bits ^ bits >>> 31;
    }
}
