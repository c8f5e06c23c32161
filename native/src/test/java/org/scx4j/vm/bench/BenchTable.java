// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The outcome of all rounds, for people and for programs.
 */
final class BenchTable
{
    private static final String NOT_AVAILABLE = "n/a";
    private static final double PERCENT = 100;

    private final Results results;
    private final List<String> policies;
    private final List<Workload> workloads;
    private final Size size;
    private final String machine;

    /**
     * Of what was run.
     *
     * @param machine kernel, JVM and CPUs, in one line.
     */
    BenchTable(
        final Results results,
        final List<String> policies,
        final List<Workload> workloads,
        final Size size,
        final String machine)
    {
        this.results = results;
        this.policies = policies;
        this.workloads = workloads;
        this.size = size;
        this.machine = machine;
    }

    /** As Markdown: a row per figure, ratios to the kernel's own scheduler, and below it what else is to be known. */
    String markdown()
    {
        final StringBuilder text = new StringBuilder(machine).append(
            ". Each figure is the median of all rounds, least and most behind it; ratios are to eevdf in the same " +
            "round, their median, and above 1 is better.\n\n");
        appendHead(text, "| workload | figure |");
        for (final Workload workload : workloads)
        {
            for (final Metric metric : workload.metrics())
            {
                text.append("| ").append(workload.name()).append(" | ").append(metric.name()).append(" | ")
                    .append(figure(Turn.KERNELS_OWN, workload, metric)).append(" |");
                for (final String policy : policies)
                {
                    text.append(' ').append(ratio(policy, workload, metric)).append(figure(policy, workload, metric))
                        .append(" |");
                }
                text.append('\n');
            }
        }
        appendNotes(text);
        return text.toString();
    }

    /** As Markdown: how long the work of each workload took, to the nanosecond, and the ratios. */
    String exact()
    {
        final StringBuilder text = new StringBuilder(machine).append(
            ". Nanoseconds of the guest that the work took; ratios are to eevdf, and above 1 is faster.\n\n");
        appendHead(text, "| workload | turn |");
        for (final Workload workload : workloads)
        {
            final int turns = results.samples(Turn.KERNELS_OWN, workload.name()).size();
            for (int turn = 0; turn < turns; turn++)
            {
                text.append("| ").append(workload.name()).append(" | ").append(turn + 1).append(" | ")
                    .append(elapsed(Turn.KERNELS_OWN, workload, turn)).append(" |");
                for (final String policy : policies)
                {
                    text.append(' ').append(elapsed(policy, workload, turn)).append(" |");
                }
                text.append('\n');
            }
        }
        appendNotes(text);
        return text.toString();
    }

    private void appendHead(final StringBuilder text, final String first)
    {
        text.append(first).append(' ').append(Turn.KERNELS_OWN).append(" | ").append(String.join(" | ", policies))
            .append(" |\n|---|---|---|").append("---|".repeat(policies.size())).append('\n');
    }

    private String figure(final String scheduler, final Workload workload, final Metric metric)
    {
        final List<Double> values = results.values(scheduler, workload.name(), metric);
        if (values.isEmpty())
        {
            return NOT_AVAILABLE;
        }
        final String median = metric.format(Results.median(values));
        return 1 == values.size() ? median : median + " (" + metric.format(Collections.min(values)) + " to " +
            metric.format(Collections.max(values)) + ")";
    }

    private String ratio(final String policy, final Workload workload, final Metric metric)
    {
        final List<Double> ratios = results.ratios(policy, workload.name(), metric);
        return ratios.isEmpty() ? "" : String.format(Locale.ROOT, "**%.2fx** ", Results.median(ratios));
    }

    private String elapsed(final String scheduler, final Workload workload, final int turn)
    {
        final List<Sample> samples = results.samples(scheduler, workload.name());
        if (turn >= samples.size())
        {
            return Turn.KERNELS_OWN.equals(scheduler) || samples.isEmpty() ? NOT_AVAILABLE : "";
        }
        final long ns = samples.get(turn).elapsedNs();
        final List<Sample> reference = results.samples(Turn.KERNELS_OWN, workload.name());
        final String ratio = Turn.KERNELS_OWN.equals(scheduler) || turn + 1 >= reference.size() ? "" :
            String.format(Locale.ROOT, "**%.2fx** ",
                (reference.get(turn).elapsedNs() + reference.get(turn + 1).elapsedNs()) / 2.0 / ns);
        return ratio + String.format(Locale.ROOT, "%,d", ns);
    }

    private void appendNotes(final StringBuilder text)
    {
        text.append('\n');
        workloads.forEach((workload) -> text.append("- ").append(workload.name()).append(": ")
            .append(workload.description(size)).append('\n'));
        for (final String policy : policies)
        {
            final long queued = sum(policy, "nr_queued");
            if (queued > 0)
            {
                text.append(String.format(Locale.ROOT, "- %s: %,d tasks queued, %.1f %% of them ran by its decision, " +
                    "%,d doorbells, %,d sleeps of the reader%n", policy, queued,
                    PERCENT * sum(policy, "nr_decided") / queued, sum(policy, "doorbells"), sum(policy, "parks")));
            }
        }
        results.faults().forEach((fault) -> text.append("- RED: ").append(fault).append('\n'));
    }

    private long sum(final String policy, final String name)
    {
        return results.books(policy).stream().mapToLong((turn) -> turn.get(name)).sum();
    }

    /** As one JSON object in a line. */
    String json() throws IOException
    {
        final StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text))
        {
            json.writeStartObject();
            json.writeStringField("machine", machine);
            json.writeArrayFieldStart("workloads");
            for (final Workload workload : workloads)
            {
                write(json, workload);
            }
            json.writeEndArray();
            json.writeObjectFieldStart("books");
            for (final String policy : policies)
            {
                writeBooks(json, policy);
            }
            json.writeEndObject();
            json.writeArrayFieldStart("red");
            for (final String fault : results.faults())
            {
                json.writeString(fault);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.toString();
    }

    private void write(final JsonGenerator json, final Workload workload) throws IOException
    {
        json.writeStartObject();
        json.writeStringField("workload", workload.name());
        json.writeStringField("what", workload.description(size));
        json.writeArrayFieldStart("schedulers");
        final List<String> schedulers = new ArrayList<>(List.of(Turn.KERNELS_OWN));
        schedulers.addAll(policies);
        for (final String scheduler : schedulers)
        {
            write(json, workload, scheduler);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void write(final JsonGenerator json, final Workload workload, final String scheduler) throws IOException
    {
        json.writeStartObject();
        json.writeStringField("scheduler", scheduler);
        json.writeArrayFieldStart("elapsed_ns");
        for (final Sample sample : results.samples(scheduler, workload.name()))
        {
            json.writeNumber(sample.elapsedNs());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("process_ns");
        for (final Sample sample : results.samples(scheduler, workload.name()))
        {
            json.writeNumber(sample.processNs());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("figures");
        for (final Metric metric : workload.metrics())
        {
            write(json, workload, scheduler, metric);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void write(
        final JsonGenerator json, final Workload workload, final String scheduler, final Metric metric)
        throws IOException
    {
        final List<Double> values = results.values(scheduler, workload.name(), metric);
        json.writeStartObject();
        json.writeStringField("figure", metric.name());
        json.writeStringField("unit", metric.isRate() ? "1/s" : "ns");
        writeNumbers(json, "values", values);
        writeNumber(json, "median", Results.median(values));
        if (!Turn.KERNELS_OWN.equals(scheduler))
        {
            final List<Double> ratios = results.ratios(scheduler, workload.name(), metric);
            writeNumbers(json, "ratios", ratios);
            writeNumber(json, "ratio", Results.median(ratios));
        }
        json.writeEndObject();
    }

    private void writeBooks(final JsonGenerator json, final String policy) throws IOException
    {
        json.writeArrayFieldStart(policy);
        for (final Map<String, Long> turn : results.books(policy))
        {
            json.writeStartObject();
            for (final Map.Entry<String, Long> entry : turn.entrySet())
            {
                json.writeNumberField(entry.getKey(), entry.getValue());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeNumbers(final JsonGenerator json, final String name, final List<Double> values)
        throws IOException
    {
        json.writeArrayFieldStart(name);
        for (final double value : values)
        {
            json.writeNumber(value);
        }
        json.writeEndArray();
    }

    /** What is not known is null. */
    private static void writeNumber(final JsonGenerator json, final String name, final double value) throws IOException
    {
        if (Double.isNaN(value))
        {
            json.writeNullField(name);
        }
        else
        {
            json.writeNumberField(name, value);
        }
    }
}
