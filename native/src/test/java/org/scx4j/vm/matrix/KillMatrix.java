// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.scx4j.vm.SchedulerProcess;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Does row after row, each with a scheduler and a load of its own, and prints the table. A row that fails does not stop
 * the others.
 */
@Command(name = "scx4j vm matrix", description = "What may happen to a scheduler, and what the machine notices.")
public final class KillMatrix implements Callable<Integer>
{
    private static final int EXIT_RED = 1;
    private static final int EXIT_SLOW = 4;

    @Spec
    private CommandLine.Model.CommandSpec spec;

    @Option(names = "--rows", paramLabel = "NAME", split = ",", description = "Only these rows.")
    private List<String> names;

    @Option(names = "--short", description = "Each thing only once or twice.")
    private boolean isShort;

    @Option(names = "--json", description = "Print a JSON object instead of the table.")
    private boolean isJson;

    @Option(names = "--list", description = "Print the names of the rows, and what they do; run none.")
    private boolean isList;

    private KillMatrix()
    {
    }

    /**
     * Runs.
     *
     * @param args see {@code bench/vm/matrix --help}.
     */
    public static void main(final String[] args)
    {
        System.exit(new CommandLine(new KillMatrix()).execute(args));
    }

    @Override
    public Integer call() throws Exception
    {
        final Form form = isShort ? Form.SHORT : Form.FULL;
        final List<Row> rows = chosen();
        if (isList)
        {
            rows.forEach((row) -> System.out.printf("%-16s%s%n", row.name(), row.description(form)));
            return 0;
        }
        if (!Files.exists(SchedulerProcess.STATE))
        {
            throw new ParameterException(spec.commandLine(), "this kernel has no sched_ext: use bin/scx4j vm matrix");
        }
        final KernelsOwn kernelsOwn = new KernelsOwn(form);
        kernelsOwn.measure(Disturbance.NONE);
        final List<Result> results = new ArrayList<>();
        for (final Row row : rows)
        {
            results.add(result(row, form, kernelsOwn));
        }
        kernelsOwn.measure(Disturbance.NONE);
        final MatrixTable table = new MatrixTable(results, kernelsOwn, machine());
        System.out.println(isJson ? table.json() : table.markdown());
        return table.has(Result.Verdict.RED) ? EXIT_RED : table.has(Result.Verdict.SLOW) ? EXIT_SLOW : 0;
    }

    private List<Row> chosen()
    {
        final List<Row> all = Rows.all();
        if (null == names)
        {
            return all;
        }
        final List<String> known = all.stream().map(Row::name).toList();
        for (final String name : names)
        {
            if (!known.contains(name))
            {
                throw new ParameterException(spec.commandLine(),
                    "no row '" + name + "'; there are: " + String.join(", ", known));
            }
        }
        return all.stream().filter((row) -> names.contains(row.name())).toList();
    }

    private static Result result(final Row row, final Form form, final KernelsOwn kernelsOwn) throws Exception
    {
        final long beginNs = System.nanoTime();
        Wait kernels = null;
        Exception failure = null;
        try
        {
            kernels = kernelsOwn.under(row.disturbance());
        }
        catch (final Exception ex)
        {
            failure = ex;
        }
        System.err.println("matrix: " + row.name() + ": " + row.description(form) + " …");
        final Scene scene = new Scene(row.name(), form, kernels);
        try
        {
            if (null == failure)
            {
                runWithin(row, scene, row.limitSeconds(form));
            }
            else
            {
                scene.fault("the kernel's own scheduler could not be measured: " + oneLine(failure));
            }
        }
        finally
        {
            scene.close();
        }
        final Result result = scene.result(row);
        System.err.printf("matrix: %s: %s %s, wait %s ms, the kernel's own %s ms, %d s%n", row.name(),
            result.verdict(kernels), result.reasons(kernels), result.waited(), kernels,
            TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - beginNs));
        return result;
    }

    private static void runWithin(final Row row, final Scene scene, final int seconds) throws InterruptedException
    {
        final ExecutorService executor = Executors.newSingleThreadExecutor();
        final Future<Void> run = executor.submit(() ->
        {
            row.run(scene);
            return null;
        });
        try
        {
            run.get(seconds, TimeUnit.SECONDS);
        }
        catch (final TimeoutException ex)
        {
            scene.fault("no end after " + seconds + " s");
        }
        catch (final ExecutionException ex)
        {
            scene.fault(oneLine(ex.getCause()));
        }
        finally
        {
            executor.shutdownNow();
            executor.awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    private static String oneLine(final Throwable failure)
    {
        return failure.toString().replace('\n', ' ');
    }

    private static String machine() throws IOException
    {
        return "Kernel " + Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip() + ", " +
            Runtime.getRuntime().availableProcessors() + " CPUs, JDK " + System.getProperty("java.version");
    }
}
