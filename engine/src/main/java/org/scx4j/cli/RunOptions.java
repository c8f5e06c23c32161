// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/**
 * Options of {@code scx4j run}, a group per topic.
 */
final class RunOptions
{
    /** What runs, and how long. */
    @ArgGroup(validate = false, order = 1, heading = "%nWhat runs:%n")
    final Subject subject = new Subject();

    /** Who does the work. */
    @ArgGroup(validate = false, order = 2, heading = "%nThreads of the scheduler:%n")
    final Threads threads = new Threads();

    /** The kernel's side. */
    @ArgGroup(validate = false, order = 3, heading = "%nKernel:%n")
    final Kernel kernel = new Kernel();

    /** What is printed. */
    @ArgGroup(validate = false, order = 4, heading = "%nOutput:%n")
    final Output output = new Output();

    /** What runs, and how long. */
    static final class Subject
    {
        @Option(names = "--policy", paramLabel = "NAME", defaultValue = "fifo", order = 1,
            completionCandidates = PolicyCatalog.Names.class,
            description = "${COMPLETION-CANDIDATES}, or one of --classpath: the full name of a class that implements " +
            "SchedulingPolicy. Default: ${DEFAULT-VALUE}.")
        String policy = "fifo";

        @Option(names = "--classpath", paramLabel = "JARS", order = 2,
            description = "Jars and folders with your own policy, separated by ':'.")
        String classPath;

        @Option(names = "--duration", paramLabel = "TIME", converter = DurationConverter.class, order = 3,
            description = "End after this time, such as 10s, 500ms, 2m or 1h; a number alone is seconds. " +
            "Default: run until Ctrl-C or SIGTERM.")
        Duration duration;

        @Option(names = "--slice", paramLabel = "TIME", defaultValue = "5ms", converter = DurationConverter.class,
            order = 4, description = "How long a task runs before the next one's turn, where the policy does not " +
            "say: 100us to 1s. Default: ${DEFAULT-VALUE}.")
        Duration slice = Duration.ofMillis(5);
    }

    /** Who does the work. */
    static final class Threads
    {
        @Option(names = "--layout", paramLabel = "LAYOUT", defaultValue = "auto", order = 1,
            description = "${COMPLETION-CANDIDATES}: inline is one thread, pipelined is three that spin on a CPU " +
            "each; auto is pipelined from 8 CPUs on. Default: ${DEFAULT-VALUE}.")
        LayoutChoice layout = LayoutChoice.AUTO;

        @Option(names = "--wait", paramLabel = "MODE", defaultValue = "auto", order = 2,
            description = "${COMPLETION-CANDIDATES}: without work, spin owns its CPU and park sleeps; auto is park " +
            "when inline, spin when pipelined. Default: ${DEFAULT-VALUE}.")
        WaitChoice wait = WaitChoice.AUTO;

        @Option(names = "--cpus", paramLabel = "LIST", order = 3,
            description = "CPUs of reader, policy and dispatcher in this order, such as 5,6,7 or 5-7; one CPU when " +
            "inline. Default: the last that are online.")
        String cpus;
    }

    /** The kernel's side. */
    static final class Kernel
    {
        @Option(names = "--timeout", paramLabel = "TIME", defaultValue = "5s", converter = DurationConverter.class,
            order = 1, description = "The kernel throws a scheduler out that lets a task wait this long: 1ms to 30s. " +
            "Default: ${DEFAULT-VALUE}.")
        Duration timeout = Duration.ofSeconds(5);

        @Option(names = "--poll", paramLabel = "TIME", defaultValue = "20us", converter = DurationConverter.class,
            order = 2, description = "How long an idle CPU waits on the spot for a decision, 0 to 1ms. " +
            "Default: ${DEFAULT-VALUE}.")
        Duration poll = Duration.ofNanos(20_000);

        @Option(names = "--ring-bytes", paramLabel = "SIZE", defaultValue = "4M", converter = SizeConverter.class,
            order = 3, description = "Capacity of each ring between kernel and JVM, a power of two from 4K on. " +
            "Default: ${DEFAULT-VALUE}.")
        int ringBytes = 4 << 20;

        @Option(names = "--object", paramLabel = "FILE", order = 4,
            description = "BPF object to load. Default: the one that is built in.")
        Path object;
    }

    /** What is printed. */
    static final class Output
    {
        @Option(names = "--stats", paramLabel = "SECONDS", converter = DurationConverter.class, order = 1,
            description = "Print a line of statistics on stderr this often, 0 for never. Default: 1 on a terminal, " +
            "else 0.")
        Duration stats;

        @Option(names = "--json", order = 2,
            description = "Print no summary, but one JSON object as the last line of stdout.")
        boolean isJson;

        @Option(names = "--verbose", order = 3,
            description = "Print what libbpf says, stack traces, and the kernel's dump after an eviction.")
        boolean isVerbose;
    }
}
