// SPDX-License-Identifier: Apache-2.0
package org.scx4j.compare;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.agrona.collections.LongArrayList;
import org.scx4j.sim.SimulationReport;
import org.scx4j.sim.TaskClassReport;

/**
 * A page that needs nothing but itself: tables, the distribution of the waits, and a timeline to zoom into. The figures
 * are one JSON object in it; the rest of the page draws it.
 * <p>
 * Thread safety: stateless.
 */
public final class ComparisonPage
{
    private static final String TEMPLATE = "comparison.html";
    private static final String PLACE = "@COMPARISON@";
    /** Points of a curve: nines, and how many points to each. */
    private static final double MAX_NINES = 5;
    private static final int POINTS_PER_NINE = 20;
    private static final double TENTH = 0.1;
    private static final double PERCENT = 100;

    private ComparisonPage()
    {
    }

    /**
     * Writes the page.
     *
     * @param runs    one per policy, of the same workload on the same machine with the same seed; not empty.
     * @param version of scx4j.
     * @return HTML.
     */
    public static String of(final List<PolicyRun> runs, final String version)
    {
        // a "<" in a string could end the script element
        return template().replace(PLACE, json(runs, version).replace("<", "\\u003c"));
    }

    private static String template()
    {
        try (InputStream in = ComparisonPage.class.getResourceAsStream(TEMPLATE))
        {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    private static String json(final List<PolicyRun> runs, final String version)
    {
        final StringWriter text = new StringWriter();
        final SimulationReport first = runs.get(0).report();
        try (JsonGenerator json = new JsonFactory().createGenerator(text))
        {
            json.writeStartObject();
            json.writeStringField("workload", first.workload());
            json.writeNumberField("cpus", first.shape().nrCpus());
            json.writeNumberField("seed", first.seed());
            json.writeNumberField("duration_ns", first.durationNs());
            json.writeNumberField("timeline_ns", runs.stream().mapToLong((run) -> run.recorder().shownUntilNs())
                .min().orElseThrow());
            json.writeStringField("version", version);
            json.writeArrayFieldStart("tasks");
            for (final TaskClassReport task : first.classes())
            {
                json.writeString(task.name());
            }
            json.writeEndArray();
            json.writeArrayFieldStart("policies");
            for (final PolicyRun run : runs)
            {
                writePolicy(json, run);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex); // a StringWriter throws none
        }
        return text.toString();
    }

    private static void writePolicy(final JsonGenerator json, final PolicyRun run) throws IOException
    {
        final SimulationReport report = run.report();
        json.writeStartObject();
        json.writeStringField("policy", report.policy());
        json.writeNumberField("nr_switches", report.nrSwitches());
        json.writeNumberField("nr_migrations", report.nrMigrations());
        json.writeNumberField("utilisation", report.utilisation());
        if (Double.isNaN(report.fairness()))
        {
            json.writeNullField("fairness");
        }
        else
        {
            json.writeNumberField("fairness", report.fairness());
        }
        json.writeStringField("violations", report.violationLine().isEmpty() ? "none" : report.violationLine());
        json.writeArrayFieldStart("tasks");
        for (int i = 0; i < report.classes().size(); i++)
        {
            writeTask(json, report.classes().get(i), run.recorder().waits(i));
        }
        json.writeEndArray();
        writeTimeline(json, run.recorder().slices());
        json.writeEndObject();
    }

    private static void writeTask(final JsonGenerator json, final TaskClassReport task, final Histogram waits)
        throws IOException
    {
        json.writeStartObject();
        json.writeNumberField("nr_runs", task.nrRuns());
        json.writeObjectFieldStart("wait_ns");
        json.writeNumberField("p50", task.waitP50Ns());
        json.writeNumberField("p99", task.waitP99Ns());
        json.writeNumberField("p99_9", task.waitP999Ns());
        json.writeNumberField("max", task.waitMaxNs());
        json.writeEndObject();
        json.writeArrayFieldStart("wait_curve");
        for (int i = 0; i <= MAX_NINES * POINTS_PER_NINE && waits.getTotalCount() > 0; i++)
        {
            final double nines = (double)i / POINTS_PER_NINE;
            final double rest = Math.pow(TENTH, nines);
            if (rest * waits.getTotalCount() < 1)
            {
                break; // fewer waits than the point speaks of
            }
            json.writeStartArray();
            json.writeNumber(nines);
            json.writeNumber(waits.getValueAtPercentile(PERCENT * (1 - rest)));
            json.writeEndArray();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeTimeline(final JsonGenerator json, final LongArrayList slices) throws IOException
    {
        json.writeArrayFieldStart("timeline");
        for (int i = 0; i < slices.size(); i += RunRecorder.SLICE_NUMBERS)
        {
            json.writeStartArray();
            for (int j = 0; j < RunRecorder.SLICE_NUMBERS; j++)
            {
                json.writeNumber(slices.getLong(i + j));
            }
            json.writeEndArray();
        }
        json.writeEndArray();
    }
}
