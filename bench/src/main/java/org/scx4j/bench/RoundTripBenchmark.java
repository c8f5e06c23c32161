// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.scx4j.pipeline.PathWarmUp;
import org.scx4j.policy.Fifo;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures the whole path on real BPF rings of this machine's kernel, which needs no sched_ext: from the stamp of an
 * enqueue in the kernel, through the engine with its own transport, pipeline and policy, to the drain of the decision
 * in the kernel; and beside it, by turns, a C program that does the same without an engine.
 * <pre>
 *   java --add-opens java.base/jdk.internal.misc=ALL-UNNAMED \
 *       -cp bench/target/benchmarks.jar org.scx4j.bench.RoundTripBenchmark [--rounds N] [--trips N] [--json]
 * </pre>
 * Needs root and a kernel with BPF and BTF. {@code docs/performance-round-trip.md} has the JVM's flags, and what is in
 * a figure.
 */
@Command(name = "RoundTripBenchmark", sortOptions = false,
    description = "Measures the path from enqueue to drain on this kernel's BPF rings, Java beside C.")
public final class RoundTripBenchmark implements Callable<Integer>
{
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "9",
        description = "rounds of C and Java by turns (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--trips", paramLabel = "N", defaultValue = "200000",
        description = "round trips of each kind in a round (default: ${DEFAULT-VALUE})")
    private int trips;

    @Option(names = "--cpus", paramLabel = "ENGINE,KERNEL", split = ",",
        description = "where the engine spins, and where the kernel's side does when it has a CPU of its own " +
            "(default: the last that are online); one CPU: only what is measured on one")
    private int[] cpus;

    @Option(names = "--no-pause",
        description = "the C program spins without the pause that the engine makes when there is nothing to do")
    private boolean noPause;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "print this help")
    private boolean help;

    /** For picocli. */
    public RoundTripBenchmark()
    {
    }

    /**
     * The program.
     *
     * @param arguments see {@code --help}.
     */
    public static void main(final String[] arguments)
    {
        System.exit(new CommandLine(new RoundTripBenchmark()).execute(arguments));
    }

    /**
     * Measures and prints.
     *
     * @return 0, 1 if it is not possible here, 2 for options that can't be.
     */
    @Override
    public Integer call()
    {
        final String obstacle = BpfResource.obstacle();
        if (null != obstacle)
        {
            return fail(FAILED, obstacle);
        }
        final int[] online = RoundTripKernel.onlineCpus();
        final int[] chosen = null != cpus ? cpus : online.length > 1 ?
            new int[]{online[online.length - 1], online[online.length - 2]} : online;
        if (rounds < 1 || trips < RoundTripKernel.TASKS || chosen.length > 2)
        {
            return fail(USAGE, "give at least one round, " + RoundTripKernel.TASKS + " trips and at most two CPUs: " +
                "rounds=" + rounds + ", trips=" + trips + ", CPUs=" + chosen.length);
        }
        final List<RoundTripFigures> reference = new ArrayList<>();
        final List<RoundTripFigures> engine = new ArrayList<>();
        PathWarmUp.run();
        measure(chosen[0], chosen.length > 1 ? chosen[1] : -1, reference, engine);
        final RoundTripReport report = new RoundTripReport(reference, engine);
        System.out.print(json ? report.json("policy", "fifo", "java", System.getProperty("java.version"), "kernel",
            System.getProperty("os.version"), "trips", Integer.toString(trips)) + "\n" : report.text());
        return 0;
    }

    private static int fail(final int status, final String message)
    {
        System.err.println("RoundTripBenchmark: " + message);
        return status;
    }

    private void measure(
        final int engineCpu,
        final int kernelCpu,
        final List<RoundTripFigures> reference,
        final List<RoundTripFigures> engine)
    {
        try (RoundTripKernel kernel = new RoundTripKernel())
        {
            final RoundTripTrial ofReference = new RoundTripTrial(
                kernel, () -> new ReferencePath(kernel, !noPause), trips, engineCpu, kernelCpu);
            final RoundTripTrial ofEngine = new RoundTripTrial(
                kernel, () -> new EnginePath(kernel, new Fifo()), trips, engineCpu, kernelCpu);
            ofReference.run(); // a round that is not counted
            ofEngine.run();
            for (int round = 1; round <= rounds; round++)
            {
                reference.add(ofReference.run());
                engine.add(ofEngine.run());
                tell(round, reference.get(round - 1), engine.get(round - 1));
            }
        }
    }

    private void tell(final int round, final RoundTripFigures reference, final RoundTripFigures engine)
    {
        if (!json)
        {
            System.out.printf(Locale.ROOT, "round %d: one CPU p50 %d / %d ns%s, user space %.1f / %.1f ns per task%n",
                round, reference.oneCpu().getValueAtPercentile(50), engine.oneCpu().getValueAtPercentile(50),
                null == engine.twoCpus() ? "" : String.format(Locale.ROOT, ", two CPUs p50 %d / %d ns",
                    reference.twoCpus().getValueAtPercentile(50), engine.twoCpus().getValueAtPercentile(50)),
                reference.turnNsPerTask(), engine.turnNsPerTask());
        }
    }
}
