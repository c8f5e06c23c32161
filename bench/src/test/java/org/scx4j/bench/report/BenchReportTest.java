// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One file and one page of all that was measured, and two runs side by side.
 */
@Timeout(30)
class BenchReportTest
{
    private static final String PREFIX = BenchReportTest.class.getPackageName() + ".";

    @TempDir
    private Path folder;

    /** As a class of benchmarks says what it is set beside. */
    public static class Methods
    {
        /** The measured one. */
        @Baseline("theirs")
        public void ours()
        {
        }

        /** Its baseline. */
        public void theirs()
        {
        }
    }

    /** By the value of a parameter. */
    @Baseline("plain")
    public static class Parameters
    {
        /** The one method. */
        public void task()
        {
        }
    }

    private static String jmh(final String benchmark, final String parameters, final String... samples)
    {
        return "{\"benchmark\":\"" + PREFIX + benchmark + "\",\"params\":{" + parameters + "},\"primaryMetric\":" +
            "{\"scoreUnit\":\"ns/op\",\"rawData\":[[" + String.join(",", samples) + "]]},\"secondaryMetrics\":" +
            "{\"gc.alloc.rate.norm\":{\"rawData\":[[0.0]]}}}";
    }

    private Path file(final String name, final String text) throws IOException
    {
        return Files.writeString(folder.resolve(name), text);
    }

    private static Figure figure(final String name, final double... samples)
    {
        return Figure.of(name, "ns", false, "", samples);
    }

    @Test
    void shouldSetEachFigureBesideItsBaseline() throws IOException
    {
        final Path jmh = file("jmh.json", "[" + String.join(",",
            jmh("BenchReportTest$Methods.ours", "", "3.0", "1.0", "2.0"),
            jmh("BenchReportTest$Methods.theirs", "", "4.0", "4.0"),
            jmh("BenchReportTest$Parameters.task", "\"policy\":\"mine\",\"n\":\"10\"", "30"),
            jmh("BenchReportTest$Parameters.task", "\"policy\":\"plain\",\"n\":\"10\"", "10"),
            jmh("BenchReportTest$Parameters.task", "\"policy\":\"plain\",\"n\":\"99\"", "11")) + "]");

        final int status = BenchReport.run("collect", "--output", folder.toString(), "--jmh", jmh.toString(),
            "--machine", "kernel=Linux <6>", "--round-trip", folder.resolve("none").toString());

        assertThat(status).isZero();
        final Results results = Results.read(folder.resolve("results.json"));
        assertThat(results.machine()).containsExactly(Map.entry("kernel", "Linux <6>"));
        final Figure ours = results.figure("BenchReportTest$Methods ours");
        assertThat(ours).isEqualTo(new Figure(
            "BenchReportTest$Methods ours", "ns/op", false, "BenchReportTest$Methods theirs", 2, 1, 3, 3));
        assertThat(results.ratio(ours)).isEqualTo(0.5);
        assertThat(results.ratio(results.figure("BenchReportTest$Parameters task policy=mine n=10"))).isEqualTo(3);
        assertThat(results.figure("BenchReportTest$Parameters task policy=plain n=99").baseline()).isEmpty();
        assertThat(results.figure("BenchReportTest$Methods ours allocated").unit()).isEqualTo("B/op");
        assertThat(Files.readString(folder.resolve("results.html")))
            .contains("Linux &lt;6&gt;").contains(">ours</text>").contains("x 0.50").endsWith("</html>\n");
    }

    @Test
    void shouldTakeTheRoundTripsOfCForBaselines() throws IOException
    {
        final String spread = "{\"median\":%d,\"lower_quartile\":1,\"upper_quartile\":9,\"min\":1,\"max\":9}";
        final Path file = file("trip.json",
            "{\"rounds\":5,\"figures\":[{\"group\":\"one CPU\",\"figure\":\"p50\",\"c\":" +
            spread.formatted(4) + ",\"java\":" + spread.formatted(6) + "}]}");

        final List<Figure> figures = RoundTripFile.read(file);

        assertThat(new Results(Map.of(), figures).ratio(figures.get(0))).isEqualTo(1.5);
        assertThat(figures.get(0).nrSamples()).isEqualTo(5);
    }

    @Test
    void shouldFlagWhatChangedBeyondTheSpread()
    {
        final Results before = new Results(Map.of(), List.of(
            figure("a slower", 1, 2), figure("a same", 1, 2), figure("a faster", 8, 9), figure("a gone", 1)));
        final Results after = new Results(Map.of(), List.of(
            figure("a slower", 3, 4), figure("a same", 2, 3), figure("a faster", 6, 7), figure("a new", 1)));

        final ResultsComparison comparison = new ResultsComparison(before, after);

        assertThat(comparison.isWorse()).isTrue();
        assertThat(comparison.lines()).satisfiesExactly(
            (line) -> assertThat(line).startsWith("2 figures changed by more than their spread, 1 did not, 2 are"),
            (line) -> assertThat(line).contains("WORSE").contains("a slower").contains("x 2.33"),
            (line) -> assertThat(line).contains("BETTER").contains("a faster"),
            (line) -> assertThat(line).contains("a same").doesNotContain("WORSE").doesNotContain("BETTER"),
            (line) -> assertThat(line).contains("only before  a gone"),
            (line) -> assertThat(line).contains("only after   a new"));
    }

    @Test
    void shouldNotCallItWorseWhenMoreIsBetter()
    {
        final Results before = new Results(Map.of(), List.of(Figure.of("a rate", "ops/s", true, "", 1, 2)));
        final Results after = new Results(Map.of(), List.of(Figure.of("a rate", "ops/s", true, "", 3)));

        assertThat(new ResultsComparison(before, after).isWorse()).isFalse();
        assertThat(new ResultsComparison(after, before).isWorse()).isTrue();
    }

    @Test
    void shouldEndWithItsStatusWhenARunIsWorse() throws IOException
    {
        final Path before = folder.resolve("before.json");
        final Path after = folder.resolve("after.json");
        new Results(Map.of(), List.of(figure("a", 1))).write(before);
        new Results(Map.of(), List.of(figure("a", 2))).write(after);

        assertThat(BenchReport.run("compare", before.toString(), after.toString())).isEqualTo(1);
        assertThat(BenchReport.run("compare", after.toString(), before.toString())).isZero();
        assertThat(BenchReport.run("compare", before.toString(), folder.resolve("none").toString())).isEqualTo(2);
    }

    @Test
    void shouldSayWhatIsWrongWithAFile() throws IOException
    {
        assertThatThrownBy(() -> Results.read(folder.resolve("none"))).hasMessageStartingWith("there is no ");
        assertThatThrownBy(() -> Results.read(file("a", "{\"machine\":"))).hasMessageContaining("a is not JSON: ");
        assertThatThrownBy(() -> Results.read(file("b", "{\"machine\":{}}")))
            .hasMessageEndingWith("has no \"figures\"");
        assertThatThrownBy(() -> Results.read(file("c", "{\"machine\":{},\"figures\":[{\"name\":\"x\"}]}")))
            .hasMessageEndingWith("c/figures/0 has no \"unit\"");
    }
}
