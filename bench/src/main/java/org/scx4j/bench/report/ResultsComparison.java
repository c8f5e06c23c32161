// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Two runs side by side. A figure has changed if the samples of the two do not overlap: then the change is beyond the
 * spread of either.
 */
public final class ResultsComparison
{
    /** Figures beyond their spread. */
    private final List<String> changed = new ArrayList<>();
    private final List<String> within = new ArrayList<>();
    private final List<String> alone = new ArrayList<>();
    private boolean isWorse;

    /**
     * Compares.
     *
     * @param before the older run.
     * @param after  the newer.
     */
    public ResultsComparison(final Results before, final Results after)
    {
        for (final Figure was : before.figures())
        {
            final Figure is = after.figure(was.name());
            if (null == is)
            {
                alone.add("  only before  " + was.name());
            }
            else
            {
                compare(was, is);
            }
        }
        after.figures().stream().filter((is) -> null == before.figure(is.name()))
            .forEach((is) -> alone.add("  only after   " + is.name()));
    }

    private void compare(final Figure was, final Figure is)
    {
        final boolean isLess = is.max() < was.min();
        final boolean isMore = is.min() > was.max();
        final boolean isBetter = is.isHigher() ? isMore : isLess;
        final String line = String.format(Locale.ROOT, "%10s  %-60s %12.3f -> %12.3f %-7s %s",
            isLess || isMore ? isBetter ? "BETTER" : "WORSE" : "", was.name(), was.median(), is.median(), is.unit(),
            0 == was.median() ? "" : String.format(Locale.ROOT, "x %.2f", is.median() / was.median()));
        if (isLess || isMore)
        {
            changed.add(line);
            isWorse |= !isBetter;
        }
        else
        {
            within.add(line);
        }
    }

    /**
     * Whether a figure got worse by more than its spread.
     *
     * @return true if so.
     */
    public boolean isWorse()
    {
        return isWorse;
    }

    /**
     * The text.
     *
     * @return lines: what changed, what did not, what only one run has.
     */
    public List<String> lines()
    {
        final List<String> lines = new ArrayList<>();
        lines.add(changed.size() + " figures changed by more than their spread, " + within.size() + " did not, " +
            alone.size() + " are in one run only");
        lines.addAll(changed);
        lines.addAll(within);
        lines.addAll(alone);
        return lines;
    }
}
