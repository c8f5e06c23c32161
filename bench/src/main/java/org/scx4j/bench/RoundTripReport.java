// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * The figures of all rounds, as text or JSON. Of each figure: the median of the rounds and their spread, for the
 * reference and for the engine; and the same of their ratio, round by round.
 * <p>
 * Thread safety: for one thread.
 */
final class RoundTripReport
{
    private static final double MAX = 100;
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99, MAX};
    private static final String[] PERCENTILE_NAMES = {"p50", "p90", "p99", "p99.9", "p99.99", "max"};
    private static final int P50 = 0;
    private static final int P99 = 2;
    private static final double MILLION = 1e6;

    /** How the rounds of one figure are spread. */
    private record Spread(double median, double lower, double upper, double min, double max)
    {
        static Spread of(final double[] values)
        {
            final double[] sorted = values.clone();
            Arrays.sort(sorted);
            final int last = sorted.length - 1;
            return new Spread(sorted[sorted.length / 2], sorted[last / 4], sorted[last - last / 4], sorted[0],
                sorted[last]);
        }
    }

    /** One figure. A ratio is Java's to C's. */
    private record Row(String group, String name, int decimals, Spread reference, Spread engine, Spread ratio)
    {
    }

    /** What is wanted of a figure. */
    private record Bar(String text, double value, double limit)
    {
        boolean isMet()
        {
            return value <= limit;
        }
    }

    private final List<RoundTripFigures> reference;
    private final List<RoundTripFigures> engine;
    private final List<Row> rows = new ArrayList<>();
    private final List<Bar> bars = new ArrayList<>();
    private final double bytesPerTask;

    /**
     * Sums up.
     *
     * @param reference its figures, by round.
     * @param engine    its figures, of the same rounds.
     */
    RoundTripReport(final List<RoundTripFigures> reference, final List<RoundTripFigures> engine)
    {
        this.reference = reference;
        this.engine = engine;
        final boolean hasTwoCpus = null != engine.get(0).twoCpus();
        if (hasTwoCpus)
        {
            addLatencies("two CPUs, one record in flight: ns", RoundTripFigures::twoCpus);
        }
        addLatencies("one CPU, one record in flight: ns", RoundTripFigures::oneCpu);
        add("bursts of 64", "user space, ns per task", 1, RoundTripFigures::turnNsPerTask);
        final double turnNs = rows.get(rows.size() - 1).engine().median();
        add("bursts of 64", "one CPU, million tasks/s", 2, (figures) -> figures.oneCpuTasksPerSec() / MILLION);
        if (hasTwoCpus)
        {
            add("bursts of 64", "two CPUs, million tasks/s", 2,
                (figures) -> figures.twoCpusTasksPerSec() / MILLION);
        }
        bytesPerTask = engine.stream().mapToLong(RoundTripFigures::allocatedBytes).sum() /
            (double)engine.stream().mapToLong(RoundTripFigures::nrTasks).sum();
        bars.add(new Bar("user space per task in bursts, ns", turnNs, 20));
        bars.add(new Bar("allocated, bytes per task", bytesPerTask, 0));
    }

    private void addLatencies(final String group, final Function<RoundTripFigures, Histogram> histogram)
    {
        final int first = rows.size();
        for (int i = 0; i < PERCENTILES.length; i++)
        {
            final double percentile = PERCENTILES[i];
            add(group, PERCENTILE_NAMES[i], 0,
                (figures) -> histogram.apply(figures).getValueAtPercentile(percentile));
        }
        final String what = group.substring(0, group.indexOf(','));
        bars.add(new Bar(what + ", p50, Java to C", rows.get(first + P50).ratio().median(), 1.05));
        bars.add(new Bar(what + ", p99, Java to C", rows.get(first + P99).ratio().median(), 1.15));
    }

    private void add(
        final String group, final String name, final int decimals, final ToDoubleFunction<RoundTripFigures> figure)
    {
        final double[] ofReference = reference.stream().mapToDouble(figure).toArray();
        final double[] ofEngine = engine.stream().mapToDouble(figure).toArray();
        final double[] ratios = new double[ofEngine.length];
        Arrays.setAll(ratios, (i) -> ofEngine[i] / ofReference[i]);
        rows.add(new Row(group, name, decimals, Spread.of(ofReference), Spread.of(ofEngine), Spread.of(ratios)));
    }

    /**
     * As tables.
     *
     * @return lines, each ended.
     */
    String text()
    {
        final StringBuilder text = new StringBuilder();
        String group = "";
        for (final Row row : rows)
        {
            if (!group.equals(row.group()))
            {
                group = row.group();
                text.append(String.format(Locale.ROOT, "%n%-34s %-26s %-26s %s%n", group, "C", "Java",
                    "Java / C: median (quartiles)"));
            }
            text.append(String.format(Locale.ROOT, "  %-32s %-26s %-26s %.3f (%.3f - %.3f)%n", row.name(),
                spread(row.reference(), row.decimals()), spread(row.engine(), row.decimals()), row.ratio().median(),
                row.ratio().lower(), row.ratio().upper()));
        }
        text.append(String.format(Locale.ROOT, "%nAbsolute figures: median of %d rounds (min - max).%n%n",
            engine.size()));
        for (final Bar bar : bars)
        {
            text.append(String.format(Locale.ROOT, "%-40s %11.6f  wanted <= %-6s %s%n", bar.text(), bar.value(),
                number(bar.limit()), bar.isMet() ? "met" : "MISSED"));
        }
        return text.toString();
    }

    private static String number(final double value)
    {
        return value == (long)value ? Long.toString((long)value) : Double.toString(value);
    }

    private static String spread(final Spread spread, final int decimals)
    {
        final String format = "%." + decimals + "f (%." + decimals + "f - %." + decimals + "f)";
        return String.format(Locale.ROOT, format, spread.median(), spread.min(), spread.max());
    }

    /**
     * As one JSON object on one line.
     *
     * @param settings names and values, by turns, that belong to the figures.
     * @return the text, without a newline.
     */
    String json(final String... settings)
    {
        final StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text))
        {
            json.writeStartObject();
            for (int i = 0; i + 1 < settings.length; i += 2)
            {
                json.writeStringField(settings[i], settings[i + 1]);
            }
            json.writeNumberField("rounds", engine.size());
            json.writeArrayFieldStart("figures");
            for (final Row row : rows)
            {
                json.writeStartObject();
                json.writeStringField("group", row.group());
                json.writeStringField("figure", row.name());
                write(json, "c", row.reference());
                write(json, "java", row.engine());
                write(json, "ratio", row.ratio());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("bars");
            for (final Bar bar : bars)
            {
                json.writeStartObject();
                json.writeStringField("figure", bar.text());
                json.writeNumberField("value", bar.value());
                json.writeNumberField("limit", bar.limit());
                json.writeBooleanField("met", bar.isMet());
                json.writeEndObject();
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

    private static void write(final JsonGenerator json, final String name, final Spread spread) throws IOException
    {
        json.writeObjectFieldStart(name);
        json.writeNumberField("median", spread.median());
        json.writeNumberField("lower_quartile", spread.lower());
        json.writeNumberField("upper_quartile", spread.upper());
        json.writeNumberField("min", spread.min());
        json.writeNumberField("max", spread.max());
        json.writeEndObject();
    }
}
