// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.scx4j.vm.Json;

/**
 * Threads that sleep for some milliseconds at a time, as cyclictest does but in the class of everybody else, beside
 * tasks that only compute, one per CPU: how late they wake.
 */
final class LateSleepers implements Workload
{
    private static final int THREADS = 4;
    private static final int PERIOD_US = 5_000;
    private static final int FULL_S = 3;
    private static final int SHORT_S = 2;
    private static final String BURNER = "while :; do :; done";
    /** Of the wake-ups that there are if none is late: fewer is a machine that stood still. */
    private static final int LEAST_PART = 4;

    LateSleepers()
    {
    }

    @Override
    public String name()
    {
        return "sleepers";
    }

    @Override
    public String description(final Size size)
    {
        return "a burner per CPU, and beside them for " + seconds(size) + " s: sleeper -n " + THREADS + " -p " +
            PERIOD_US;
    }

    private static int seconds(final Size size)
    {
        return size.pick(FULL_S, SHORT_S);
    }

    @Override
    public List<Metric> metrics()
    {
        return List.of(Workloads.P50, Workloads.P99, Workloads.MAX);
    }

    @Override
    public Sample run(final Size size) throws WorkloadException, InterruptedException
    {
        final List<Program> burners = new ArrayList<>();
        try
        {
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++)
            {
                burners.add(new Program(List.of("sh", "-c", BURNER)));
            }
            try (Program sleeper = new Program(
                List.of("sleeper", "-n", Integer.toString(THREADS), "-p", Integer.toString(PERIOD_US))))
            {
                TimeUnit.SECONDS.sleep(seconds(size));
                sleeper.terminate();
                final String text = sleeper.await();
                return sample(text, size, sleeper.elapsedNs());
            }
        }
        finally
        {
            for (final Program burner : burners)
            {
                burner.close();
            }
        }
    }

    /** What the sleeper has printed. */
    static Sample sample(final String text, final Size size, final long processNs) throws WorkloadException
    {
        final long count = Workloads.number(text, "count");
        final long least = TimeUnit.SECONDS.toMicros(seconds(size)) / PERIOD_US * THREADS / LEAST_PART;
        if (count < least)
        {
            throw new WorkloadException("the sleepers woke only " + count + " times, not even " + least);
        }
        final Map<Metric, Double> figures = new LinkedHashMap<>();
        figures.put(Workloads.P50, Json.number(text, "p50_ns"));
        figures.put(Workloads.P99, Json.number(text, "p99_ns"));
        figures.put(Workloads.MAX, Json.number(text, "max_ns"));
        return new Sample(figures, processNs, processNs);
    }
}
