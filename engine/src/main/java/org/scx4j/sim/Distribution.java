// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

/**
 * Times at random: always the same, equally likely within a range, or exponential, as the time between independent
 * events is.
 * <p>
 * Thread safety: immutable. The same generator state gives the same time on every machine.
 *
 * @param kind of distribution.
 * @param aNs  the time, the shortest, or the mean; nanoseconds, 0 or more.
 * @param bNs  the longest of {@link Kind#UNIFORM}, at least {@code aNs}; else 0.
 */
public record Distribution(Kind kind, long aNs, long bNs)
{
    /** What an exponential time is cut at, in means: one of 10<sup>8</sup> would be longer. */
    private static final double MAX_MEANS = 18.4;

    /** Shapes. */
    public enum Kind
    {
        /** Always {@code aNs}. */
        CONST,
        /** From {@code aNs} to {@code bNs}. */
        UNIFORM,
        /** Exponential with mean {@code aNs}. */
        EXP
    }

    /**
     * Always the same time.
     *
     * @param ns nanoseconds.
     * @return the distribution.
     */
    public static Distribution constant(final long ns)
    {
        return new Distribution(Kind.CONST, ns, 0);
    }

    /**
     * Reads one, as workloads have it: a time such as {@code 5us}, {@code uniform 2us 5us} or {@code exp 3us}.
     *
     * @param name for the message if it is none, such as that of an option.
     * @param text of the distribution.
     * @return the distribution.
     * @throws org.scx4j.exceptions.SchedulerException with category USAGE, if it is none.
     */
    public static Distribution parse(final String name, final String text)
    {
        return new WorkloadParser(name, text).parseDistribution();
    }

    /**
     * Draws one time; does not allocate.
     *
     * @param random bits of a generator, all 64 equally likely.
     * @return nanoseconds.
     */
    long sampleNs(final long random)
    {
        switch (kind)
        {
            case UNIFORM:
                return aNs + Math.multiplyHigh(random >>> 1, (bNs - aNs + 1) << 1);

            case EXP:
                final double uniform = ((random >>> 11) + 0.5) * 0x1.0p-53;
                return (long)(aNs * Math.min(MAX_MEANS, -StrictMath.log(uniform)));

            default:
                return aNs;
        }
    }

    /** The longest that can come out, nanoseconds. */
    long maxNs()
    {
        switch (kind)
        {
            case UNIFORM:
                return bNs;

            case EXP:
                return (long)(aNs * MAX_MEANS);

            default:
                return aNs;
        }
    }
}
