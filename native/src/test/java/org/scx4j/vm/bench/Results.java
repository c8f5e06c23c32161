// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What all rounds have yielded. The kernel's own scheduler has its turn before each round and once more after the last,
 * so that each round of a policy lies between two of its turns.
 * <p>
 * Thread safety: for one thread.
 */
final class Results
{
    private final Map<Key, Sample> samples = new LinkedHashMap<>();
    private final Map<String, List<Map<String, Long>>> books = new LinkedHashMap<>();
    private final List<String> faults = new ArrayList<>();
    private final int rounds;

    /** @param rounds in which each policy has its turn. */
    Results(final int rounds)
    {
        this.rounds = rounds;
    }

    private record Key(String scheduler, int round, String workload)
    {
    }

    /** Adds what a workload has yielded in a round, from 0 on. */
    void add(final String scheduler, final int round, final String workload, final Sample sample)
    {
        samples.put(new Key(scheduler, round, workload), sample);
    }

    /** Adds the books of a turn. */
    void add(final String scheduler, final Map<String, Long> turn)
    {
        books.computeIfAbsent(scheduler, (name) -> new ArrayList<>()).add(turn);
    }

    /** Something went wrong. */
    void fault(final String text)
    {
        faults.add(text);
    }

    /** What went wrong; empty if nothing did. */
    List<String> faults()
    {
        return faults;
    }

    /** The books of each turn of a scheduler, in order. */
    List<Map<String, Long>> books(final String scheduler)
    {
        return books.getOrDefault(scheduler, List.of());
    }

    /** What a workload has yielded under a scheduler, in order; what failed is missing. */
    List<Sample> samples(final String scheduler, final String workload)
    {
        final List<Sample> found = new ArrayList<>();
        samples.forEach((key, sample) ->
        {
            if (key.scheduler().equals(scheduler) && key.workload().equals(workload))
            {
                found.add(sample);
            }
        });
        return found;
    }

    /** A figure of each of these samples. */
    List<Double> values(final String scheduler, final String workload, final Metric metric)
    {
        return samples(scheduler, workload).stream().map((sample) -> sample.figures().get(metric)).toList();
    }

    /**
     * How good a policy is beside the kernel's own scheduler, in each round: its figure, and the mean of the two turns
     * that the round lies between. A round in which one of the three failed is missing.
     */
    List<Double> ratios(final String policy, final String workload, final Metric metric)
    {
        final List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < rounds; round++)
        {
            final Sample before = samples.get(new Key(Turn.KERNELS_OWN, round, workload));
            final Sample after = samples.get(new Key(Turn.KERNELS_OWN, round + 1, workload));
            final Sample own = samples.get(new Key(policy, round, workload));
            if (null != before && null != after && null != own)
            {
                final double reference = (before.figures().get(metric) + after.figures().get(metric)) / 2;
                ratios.add(metric.ratio(own.figures().get(metric), reference));
            }
        }
        return ratios;
    }

    /** The middle one, or the mean of the middle two; not a number if there is none. */
    static double median(final List<Double> values)
    {
        final List<Double> sorted = values.stream().sorted().toList();
        final int nr = sorted.size();
        return 0 == nr ? Double.NaN : (sorted.get((nr - 1) / 2) + sorted.get(nr / 2)) / 2;
    }
}
