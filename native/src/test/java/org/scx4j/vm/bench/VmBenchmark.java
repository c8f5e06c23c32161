// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.scx4j.cli.PolicyCatalog;
import org.scx4j.vm.SchedulerProcess;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Runs every workload under the kernel's own scheduler and under each policy, in rounds, and prints the table.
 */
@Command(name = "scx4j vm bench", description = "What work costs under each policy, beside the kernel's own scheduler.")
public final class VmBenchmark implements Callable<Integer>
{
    private static final int EXIT_RED = 1;
    private static final int ROUNDS = 3;
    private static final int MAX_ROUNDS = 100;

    @Spec
    private CommandLine.Model.CommandSpec spec;

    @Option(names = "--policies", paramLabel = "NAME", split = ",", description = "These policies.")
    private List<String> policies = List.of("fifo", "stride", "deadline", "tier");

    @Option(names = "--workloads", paramLabel = "NAME", split = ",", description = "Only these workloads.")
    private List<String> names;

    @Option(names = "--rounds", paramLabel = "N", description = "How often each policy has its turn.")
    private Integer rounds;

    @Option(names = "--short", description = "Less work, and one round.")
    private boolean isShort;

    @Option(names = "--exact", description = "The table has the time that the work took, to the nanosecond.")
    private boolean isExact;

    @Option(names = "--json", paramLabel = "FILE", arity = "0..1", fallbackValue = "",
        description = "Print a JSON object instead of the table, or write it into a file beside it.")
    private String json;

    @Option(names = "--list", description = "Print workloads and policies; run none.")
    private boolean isList;

    private VmBenchmark()
    {
    }

    /**
     * Runs.
     *
     * @param args see {@code bench/vm/bench --help}.
     */
    public static void main(final String[] args)
    {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine()
    {
        return new CommandLine(new VmBenchmark()).setParameterExceptionHandler((ex, args) ->
        {
            ex.getCommandLine().getErr().println("bench: " + ex.getMessage() + " (bin/scx4j vm bench --help)");
            return ex.getCommandLine().getCommandSpec().exitCodeOnInvalidInput();
        });
    }

    @Override
    public Integer call() throws IOException, InterruptedException
    {
        final Size size = isShort ? Size.SHORT : Size.FULL;
        final List<Workload> workloads = chosen();
        final List<String> schedulers = policies.stream().distinct().toList();
        checkKnown("policy", schedulers, new PolicyCatalog().names());
        final int nrRounds = null != rounds ? rounds : size.pick(ROUNDS, 1);
        if (nrRounds < 1 || nrRounds > MAX_ROUNDS)
        {
            throw wrong("--rounds: " + nrRounds + " is not from 1 to " + MAX_ROUNDS);
        }
        if (isList)
        {
            workloads.forEach((workload) ->
                spec.commandLine().getOut().printf("%-12s%s%n", workload.name(), workload.description(size)));
            spec.commandLine().getOut().println("policies    " + String.join(", ", schedulers));
            return 0;
        }
        if (!Files.exists(SchedulerProcess.STATE))
        {
            throw wrong("this kernel has no sched_ext: use bin/scx4j vm bench");
        }
        final Results results = new Rounds(schedulers, workloads, nrRounds, size).run();
        print(new BenchTable(results, schedulers, workloads, size, machine()));
        return results.faults().isEmpty() ? 0 : EXIT_RED;
    }

    private List<Workload> chosen()
    {
        final List<Workload> all = new ArrayList<>(Workloads.all());
        if (null != names)
        {
            checkKnown("workload", names, all.stream().map(Workload::name).toList());
            all.removeIf((workload) -> !names.contains(workload.name()));
        }
        return all;
    }

    private void checkKnown(final String what, final List<String> wanted, final Collection<String> known)
    {
        for (final String name : wanted)
        {
            if (!known.contains(name))
            {
                throw wrong("no " + what + " '" + name + "'; there are: " + String.join(", ", known));
            }
        }
    }

    private ParameterException wrong(final String message)
    {
        return new ParameterException(spec.commandLine(), message);
    }

    private void print(final BenchTable table) throws IOException
    {
        if (null != json && json.isEmpty())
        {
            System.out.println(table.json());
            return;
        }
        if (null != json)
        {
            Files.writeString(Path.of(json), table.json() + "\n");
        }
        System.out.println(isExact ? table.exact() : table.markdown());
    }

    private static String machine() throws IOException
    {
        return "Kernel " + Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip() + ", " +
            Runtime.getRuntime().availableProcessors() + " CPUs, JDK " + System.getProperty("java.version");
    }
}
