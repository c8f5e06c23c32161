// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.scx4j.BackendChoice;
import org.scx4j.Context;
import org.scx4j.SchedulerEngine;
import org.scx4j.policy.Fifo;
import org.scx4j.protocol.ShadowCounter;
import org.scx4j.status.Agreement;

/**
 * What {@code docs/shadow.md} says of a machine: how many wake-ups the observer sees under a load, held against a
 * program that counts them by itself; and how long a fixed piece of work takes with and without a shadow, in turn.
 * <p>
 * Arguments: rounds of the fixed work; its command in one argument; the load's command in one argument.
 */
public final class ShadowMeasurement
{
    private static final double MS_NS = 1e6;

    private ShadowMeasurement()
    {
    }

    /** What is seen, between two counts: from the first's one to the last's other no wake-up is counted too little. */
    private record Look(long countedBefore, Agreement agreement, long countedAfter)
    {
        private static final int ATTEMPTS = 100;
        private static final int CLOSE = 10;

        private static Look at(final WakeupCount count, final SchedulerEngine engine)
        {
            Look best = null;
            for (int i = 0; i < ATTEMPTS && (null == best || best.gap() > CLOSE); i++)
            {
                final Look look = new Look(count.sum(), engine.report().agreement(), count.sum());
                best = null == best || look.gap() < best.gap() ? look : best;
            }
            return best;
        }

        private long gap()
        {
            return countedAfter - countedBefore;
        }
    }

    /**
     * Measures and prints.
     *
     * @param arguments rounds, work, load.
     * @throws IOException          if a command can't be started.
     * @throws InterruptedException if the thread is interrupted.
     */
    public static void main(final String[] arguments) throws IOException, InterruptedException
    {
        final int rounds = Integer.parseInt(arguments[0]);
        final double[] with = new double[rounds];
        final double[] without = new double[rounds];
        for (int i = 0; i < rounds; i++)
        {
            without[i] = timeMs(arguments[1]);
            with[i] = timeShadowedMs(arguments[1]);
        }
        if (rounds > 0)
        {
            System.out.printf(Locale.ROOT, "work: %s%n  without %s%n  with    %s%n", arguments[1], text(without),
                text(with));
        }
        try (WakeupCount count = new WakeupCount(); SchedulerEngine engine = shadow())
        {
            final Look first = Look.at(count, engine);
            final double ms = timeMs(arguments[2]);
            final Look last = Look.at(count, engine);
            final Agreement before = first.agreement;
            final Agreement after = last.agreement;
            final long counted = last.countedAfter - first.countedBefore;
            final long seen = after.nrSeen() - before.nrSeen();
            System.out.printf(Locale.ROOT,
                "load: %s, %.1f s%n  wake-ups counted %,d, seen %,d: %.4f %%; of these handed over %,d, dropped %,d%n",
                arguments[2], ms / 1000, counted, seen, 100.0 * seen / counted,
                after.observation(ShadowCounter.NR_HANDED) - before.observation(ShadowCounter.NR_HANDED),
                after.observation(ShadowCounter.NR_DROPPED) - before.observation(ShadowCounter.NR_DROPPED));
        }
    }

    private static SchedulerEngine shadow()
    {
        return SchedulerEngine.launch(
            new Context().policy(new Fifo()).backend(BackendChoice.SHADOW).sysfs(Path.of("/sys")));
    }

    private static double timeShadowedMs(final String command) throws IOException, InterruptedException
    {
        final SchedulerEngine engine = shadow();
        try
        {
            return timeMs(command);
        }
        finally
        {
            engine.close();
        }
    }

    private static double timeMs(final String command) throws IOException, InterruptedException
    {
        final long beginNs = System.nanoTime();
        final Process process = new ProcessBuilder("sh", "-c", command)
            .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        if (0 != process.waitFor())
        {
            throw new IllegalStateException("the command fails: " + command);
        }
        return (System.nanoTime() - beginNs) / MS_NS;
    }

    private static String text(final double[] ms)
    {
        final double[] sorted = ms.clone();
        Arrays.sort(sorted);
        return String.format(Locale.ROOT, "median %,.0f ms of %s", sorted[sorted.length / 2],
            Arrays.toString(Arrays.stream(ms).mapToLong(Math::round).toArray()));
    }
}
