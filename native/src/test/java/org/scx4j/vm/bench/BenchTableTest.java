// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

@Timeout(30)
class BenchTableTest
{
    private static final Metric RATE = Metric.rate("jobs/s");
    private static final Workload BUILD = new FixedWork("build", "forks", RATE, false,
        (size) -> FixedWork.Work.of(size.pick(10, 5), "forker", "-n", Integer.toString(size.pick(10, 5))));

    private static Sample sample(final double rate, final long elapsedNs)
    {
        return new Sample(Map.of(RATE, rate), elapsedNs, 2 * elapsedNs);
    }

    private static Results results()
    {
        final Results results = new Results(2);
        results.add(Turn.KERNELS_OWN, 0, "build", sample(100, 3_000));
        results.add("fifo", 0, "build", sample(50, 2_000));
        results.add(Turn.KERNELS_OWN, 1, "build", sample(100, 1_000));
        results.add("fifo", 1, "build", sample(75, 1_000));
        results.add(Turn.KERNELS_OWN, 2, "build", sample(200, 1_000));
        results.add("fifo", Map.of("nr_queued", 1_000L, "nr_decided", 995L, "doorbells", 12L, "parks", 3L));
        return results;
    }

    private static BenchTable table(final Results results)
    {
        return new BenchTable(results, List.of("fifo", "tier"), List.of(BUILD), Size.FULL, "Kernel 1");
    }

    @Test
    void shouldShowMedianSpreadAndRatio()
    {
        assertThat(table(results()).markdown())
            .contains("| workload | figure | eevdf | fifo | tier |\n|---|---|---|---|---|\n")
            .contains("| build | jobs/s | 100 (100 to 200) | **0.50x** 62.5 (50.0 to 75.0) | n/a |\n")
            .contains("- build: forks: forker -n 10\n")
            .contains("- fifo: 1,000 tasks queued, 99.5 % of them ran by its decision, 12 doorbells, 3 sleeps")
            .doesNotContain("RED");
    }

    @Test
    void shouldShowEveryTurnToTheNanosecondWhenExact()
    {
        assertThat(table(results()).exact())
            .contains("| build | 1 | 3,000 | **1.00x** 2,000 | n/a |\n")
            .contains("| build | 2 | 1,000 | **1.00x** 1,000 | n/a |\n")
            .contains("| build | 3 | 1,000 |  | n/a |\n");
    }

    @Test
    void shouldSayWhatWentWrong() throws Exception
    {
        final Results results = results();
        results.fault("fifo, round 1 of 2: nr_lost is 1");

        assertThat(table(results).markdown()).endsWith("- RED: fifo, round 1 of 2: nr_lost is 1\n");
        assertThat(table(results).json()).contains("\"red\":[\"fifo, round 1 of 2: nr_lost is 1\"]");
    }

    @Test
    void shouldGiveProgramsEveryNumber() throws Exception
    {
        assertThat(table(results()).json())
            .contains("{\"scheduler\":\"fifo\",\"elapsed_ns\":[2000,1000],\"process_ns\":[4000,2000],\"figures\":" +
                "[{\"figure\":\"jobs/s\",\"unit\":\"1/s\",\"values\":[50.0,75.0],\"median\":62.5," +
                "\"ratios\":[0.5,0.5],\"ratio\":0.5}]}")
            .contains("{\"figure\":\"jobs/s\",\"unit\":\"1/s\",\"values\":[],\"median\":null,\"ratios\":[]," +
                "\"ratio\":null}")
            .contains("\"books\":{\"fifo\":[{").contains("\"tier\":[]}");
    }

    @Test
    void shouldRefuseWhatItDoesNotKnowInOneLine()
    {
        assertThat(refused("--policies", "fifo,nope")).isEqualTo(
            "bench: no policy 'nope'; there are: central, deadline, edf, fifo, stride, tier " +
            "(bin/scx4j vm bench --help)");
        assertThat(refused("--workloads", "nope")).startsWith("bench: no workload 'nope'; there are: pipe, messaging");
        assertThat(refused("--rounds", "0")).startsWith("bench: --rounds: 0 is not from 1 to 100");
        assertThat(refused("--rounds", "many")).startsWith("bench: Invalid value for option '--rounds': 'many'");
        assertThat(refused("--nope")).startsWith("bench: Unknown option: '--nope'");
    }

    private static String refused(final String... args)
    {
        final StringWriter err = new StringWriter();
        final int status = VmBenchmark.commandLine().setErr(new PrintWriter(err, true)).execute(args);
        assertThat(status).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString().strip()).doesNotContain("\n");
        return err.toString().strip();
    }

    @Test
    void shouldListWhatThereIsWithoutRunningIt()
    {
        final StringWriter out = new StringWriter();

        assertThat(VmBenchmark.commandLine().setOut(new PrintWriter(out, true))
            .execute("--list", "--workloads", "pipe,build", "--policies", "fifo,fifo")).isZero();
        assertThat(out.toString()).contains("pipe ", "build ", "policies    fifo\n").doesNotContain("messaging");
    }
}
