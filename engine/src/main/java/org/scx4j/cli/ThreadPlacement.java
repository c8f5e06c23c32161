// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.scx4j.pipeline.ThreadLayout;

/**
 * The thread layout and CPUs that a command line asks for, with its gaps filled in.
 *
 * @param layout the one that was asked for, or the one for so many CPUs.
 * @param cpus   of reader, policy and dispatcher; fewer if there are not as many.
 */
record ThreadPlacement(ThreadLayout layout, int... cpus)
{
    /**
     * Fills the gaps. What does not fit is left for the engine to refuse.
     *
     * @param layout asked for, or null.
     * @param cpus   asked for, or empty.
     * @param online CPUs of this machine, ascending.
     * @return the layout and as many CPUs, by default the last that are online.
     */
    static ThreadPlacement of(final ThreadLayout layout, final int[] cpus, final int[] online)
    {
        final ThreadLayout chosen = null != layout ? layout : ThreadLayout.forCpus(online.length);
        if (cpus.length > 0)
        {
            return new ThreadPlacement(chosen, cpus);
        }
        final int[] last = new int[Math.min(chosen.nrThreads(), online.length)];
        for (int i = 0; i < last.length; i++)
        {
            last[i] = online[online.length - 1 - i];
        }
        return new ThreadPlacement(chosen, last);
    }

    @Override
    public String toString()
    {
        final String list = Arrays.stream(cpus).mapToObj(Integer::toString).collect(Collectors.joining(","));
        return layout.name().toLowerCase(Locale.ROOT) + " on CPU " + list;
    }
}
