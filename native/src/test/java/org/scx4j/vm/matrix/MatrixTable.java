// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The outcome of all rows, for people and for programs.
 */
final class MatrixTable
{
    private static final String NOT_AVAILABLE = "n/a";

    private final List<Result> results;
    private final KernelsOwn kernelsOwn;
    private final String machine;

    /**
     * Of the rows that were wanted.
     *
     * @param machine kernel, JVM and CPUs, in one line.
     */
    MatrixTable(final List<Result> results, final KernelsOwn kernelsOwn, final String machine)
    {
        this.results = results;
        this.kernelsOwn = kernelsOwn;
        this.machine = machine;
    }

    boolean has(final Result.Verdict verdict)
    {
        return results.stream().anyMatch((result) -> verdict == verdict(result));
    }

    private Result.Verdict verdict(final Result result)
    {
        return result.verdict(kernels(result));
    }

    private Wait kernels(final Result result)
    {
        return kernelsOwn.under(result.disturbance());
    }

    /** As Markdown: the table, and below it what was noted. */
    String markdown()
    {
        final StringBuilder text = new StringBuilder();
        text.append(machine).append(". Waits are p50 / p99 / max, extra is the difference of " +
            "the max, all in milliseconds.\n\n");
        text.append("| row | what | load finished | evictions | lost | twice | wait | kernel's own | extra | ")
            .append("verdict |\n");
        text.append("|---|---|---|---|---|---|---|---|---|---|\n");
        results.forEach((result) -> appendRow(text, result));
        text.append("\nThe kernel's own scheduler under the load alone, in turn: ");
        text.append(String.join("; ",
            kernelsOwn.measured(Disturbance.NONE.name()).stream().map(Wait::toString).toList())).append(".\n\n");
        results.forEach((result) -> appendNotes(text, result));
        return text.toString();
    }

    private void appendRow(final StringBuilder text, final Result result)
    {
        final Wait kernels = kernels(result);
        final String loadFinished = null == result.isLoadFinished() ? NOT_AVAILABLE :
            result.isLoadFinished() ? "yes" : "no";
        text.append(String.format("| %s | %s | %s | %d | %s | %s | %s | %s | %s | %s |%n", result.row(),
            result.description(), loadFinished, result.nrEvictions(), orNone(result.nrLost()),
            orNone(result.nrTwice()), orNone(result.waited()),
            null == result.waited() || null == kernels ? NOT_AVAILABLE : kernels.toString(),
            extra(result.waited(), kernels), verdictText(result)));
    }

    /** How much longer the longest wait was, milliseconds. */
    private static String extra(final Wait waited, final Wait kernels)
    {
        return null == waited || null == kernels ? NOT_AVAILABLE :
            String.format("%+d", TimeUnit.NANOSECONDS.toMillis(waited.maxNs() - kernels.maxNs()));
    }

    private String verdictText(final Result result)
    {
        return switch (verdict(result))
        {
            case GREEN -> "green";
            case RED -> "RED";
            case SLOW -> "RED (slow)";
            case NOT_RUN -> "not run: " + result.notRun();
        };
    }

    private void appendNotes(final StringBuilder text, final Result result)
    {
        result.notes().forEach((note) -> text.append("- ").append(result.row()).append(": ").append(note).append('\n'));
        result.reasons(kernels(result)).forEach(
            (reason) -> text.append("- ").append(result.row()).append(": RED: ").append(reason).append('\n'));
    }

    private static String orNone(final Object value)
    {
        return null == value ? NOT_AVAILABLE : value.toString();
    }

    /** As one JSON object in a line. */
    String json() throws IOException
    {
        final StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text))
        {
            json.writeStartObject();
            json.writeStringField("machine", machine);
            json.writeArrayFieldStart("rows");
            for (final Result result : results)
            {
                write(json, result);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.toString();
    }

    private void write(final JsonGenerator json, final Result result) throws IOException
    {
        json.writeStartObject();
        json.writeStringField("row", result.row());
        json.writeStringField("what", result.description());
        json.writeStringField("verdict", verdict(result).name().toLowerCase(Locale.ROOT));
        writeOrNull(json, "load_finished", result.isLoadFinished());
        json.writeNumberField("nr_evictions", result.nrEvictions());
        writeOrNull(json, "nr_lost", result.nrLost());
        writeOrNull(json, "nr_twice", result.nrTwice());
        writeWait(json, "wait_ns", result.waited());
        writeWait(json, "kernels_wait_ns", kernels(result));
        writeTexts(json, "notes", result.notes());
        writeTexts(json, "red", result.reasons(kernels(result)));
        json.writeStringField("not_run", result.notRun());
        json.writeEndObject();
    }

    private static void writeOrNull(final JsonGenerator json, final String name, final Object value) throws IOException
    {
        json.writeFieldName(name);
        json.writeRawValue(String.valueOf(value));
    }

    private static void writeWait(final JsonGenerator json, final String name, final Wait wait) throws IOException
    {
        if (null == wait)
        {
            json.writeNullField(name);
            return;
        }
        json.writeObjectFieldStart(name);
        json.writeNumberField("count", wait.count());
        json.writeNumberField("p50", wait.p50Ns());
        json.writeNumberField("p99", wait.p99Ns());
        json.writeNumberField("max", wait.maxNs());
        json.writeEndObject();
    }

    private static void writeTexts(final JsonGenerator json, final String name, final List<String> texts)
        throws IOException
    {
        json.writeArrayFieldStart(name);
        for (final String text : texts)
        {
            json.writeString(text);
        }
        json.writeEndArray();
    }
}
