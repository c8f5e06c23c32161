// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * Gives one scheduler after the other its turn, in rounds: the kernel's own, each policy, the kernel's own again, and
 * so on. What fails is noted and does not stop the rest.
 */
final class Rounds
{
    private final List<String> policies;
    private final List<Workload> workloads;
    private final int rounds;
    private final Size size;
    private final Results results;

    Rounds(final List<String> policies, final List<Workload> workloads, final int rounds, final Size size)
    {
        this.policies = policies;
        this.workloads = workloads;
        this.rounds = rounds;
        this.size = size;
        results = new Results(rounds);
    }

    /** Does all of it. */
    Results run() throws IOException, InterruptedException
    {
        for (int round = 0; round < rounds; round++)
        {
            turn(Turn.KERNELS_OWN, round);
            for (final String policy : policies)
            {
                turn(policy, round);
            }
        }
        turn(Turn.KERNELS_OWN, rounds);
        return results;
    }

    private void turn(final String scheduler, final int round) throws IOException, InterruptedException
    {
        final String when = round < rounds ? "round " + (round + 1) + " of " + rounds : "at the end";
        final String place = scheduler + ", " + when;
        final long beginNs = System.nanoTime();
        System.err.println("bench: " + place + " …");
        try (Turn turn = new Turn(scheduler))
        {
            for (final Workload workload : workloads)
            {
                run(workload, scheduler, round, place);
                turn.intruders().forEach((fault) -> fault(place + ": " + workload.name() + ": " + fault));
            }
            turn.end().forEach((fault) -> fault(place + ": " + fault));
            if (!turn.books().isEmpty())
            {
                results.add(scheduler, turn.books());
            }
        }
        catch (final AssertionError ex)
        {
            fault(place + ": " + oneLine(ex.getMessage()));
        }
        System.err.printf(Locale.ROOT, "bench: %s: %.1f s%n", place, (System.nanoTime() - beginNs) / 1e9);
    }

    private void run(final Workload workload, final String scheduler, final int round, final String place)
        throws InterruptedException
    {
        try
        {
            final Sample sample = workload.run(size);
            results.add(scheduler, round, workload.name(), sample);
            final StringBuilder figures = new StringBuilder();
            sample.figures().forEach((metric, value) ->
                figures.append(figures.isEmpty() ? "" : ", ").append(metric.name()).append(' ')
                    .append(metric.format(value)));
            System.err.println("bench:   " + workload.name() + ": " + figures);
        }
        catch (final WorkloadException ex)
        {
            fault(place + ": " + workload.name() + ": " + oneLine(ex.getMessage()));
        }
    }

    private void fault(final String text)
    {
        results.fault(text);
        System.err.println("bench: RED: " + text);
    }

    private static String oneLine(final String text)
    {
        return text.strip().replace('\n', ' ');
    }
}
