// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.scx4j.vm.Json;

/**
 * A workload that is one of our programs: it does so many units of work, says how many it has done and how long that
 * took, and maybe how late its threads have run.
 */
final class FixedWork implements Workload
{
    private static final double NS_PER_S = TimeUnit.SECONDS.toNanos(1);

    private final String name;
    private final String description;
    private final Metric rate;
    private final boolean isLatenessKnown;
    private final Command command;

    /**
     * A workload.
     *
     * @param description     of what it does.
     * @param rate            its units of work per second.
     * @param isLatenessKnown whether it says how late its threads have run.
     */
    FixedWork(
        final String name,
        final String description,
        final Metric rate,
        final boolean isLatenessKnown,
        final Command command)
    {
        this.name = name;
        this.description = description;
        this.rate = rate;
        this.isLatenessKnown = isLatenessKnown;
        this.command = command;
    }

    /** The program, and how many units of work it does. */
    record Work(int units, List<String> command)
    {
        static Work of(final int units, final String... command)
        {
            return new Work(units, List.of(command));
        }
    }

    /** What is to be done of some size. */
    interface Command
    {
        Work of(Size size);
    }

    @Override
    public String name()
    {
        return name;
    }

    @Override
    public String description(final Size size)
    {
        return description + ": " + String.join(" ", command.of(size).command());
    }

    @Override
    public List<Metric> metrics()
    {
        return isLatenessKnown ? List.of(rate, Workloads.P50, Workloads.P99) : List.of(rate);
    }

    @Override
    public Sample run(final Size size) throws WorkloadException, InterruptedException
    {
        final Work work = command.of(size);
        try (Program program = new Program(work.command()))
        {
            final String text = program.await();
            return sample(text, work.units(), program.elapsedNs());
        }
    }

    /** What the program's output says; an error if that is less than all the work. */
    Sample sample(final String text, final int units, final long processNs) throws WorkloadException
    {
        final long elapsedNs = Workloads.number(text, "elapsed_ns");
        final long done = Workloads.number(text, "done");
        if (units != done || elapsedNs <= 0)
        {
            throw new WorkloadException(name + " has done " + done + " of " + units + " in " + elapsedNs + " ns");
        }
        final Map<Metric, Double> figures = new LinkedHashMap<>();
        figures.put(rate, units / (elapsedNs / NS_PER_S));
        if (isLatenessKnown)
        {
            figures.put(Workloads.P50, Json.number(text, "p50_ns"));
            figures.put(Workloads.P99, Json.number(text, "p99_ns"));
        }
        return new Sample(figures, elapsedNs, processNs);
    }
}
