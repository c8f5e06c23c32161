// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.scx4j.BackendChoice;
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

    /** What happens to a policy that fails. */
    @ArgGroup(validate = false, order = 2, heading = "%nIf the policy fails:%n")
    final Failure failure = new Failure();

    /** Who does the work. */
    @ArgGroup(validate = false, order = 3, heading = "%nThreads of the scheduler:%n")
    final Threads threads = new Threads();

    /** The kernel's side. */
    @ArgGroup(validate = false, order = 4, heading = "%nKernel:%n")
    final Kernel kernel = new Kernel();

    /** What is printed. */
    @ArgGroup(validate = false, order = 5, heading = "%nOutput:%n")
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

        @Option(names = "--option", paramLabel = "NAME=VALUE", order = 3,
            description = "Give the policy an option; repeat it for more. One that the policy does not know is an " +
            "error. Default: none.")
        Map<String, String> policyOptions = new LinkedHashMap<>();

        @Option(names = "--duration", paramLabel = "TIME", converter = DurationConverter.class, order = 4,
            description = "End after this time, such as 10s, 500ms, 2m or 1h; a number alone is seconds. " +
            "Default: run until Ctrl-C or SIGTERM.")
        Duration duration;

        @Option(names = "--slice", paramLabel = "TIME", defaultValue = "5ms", converter = DurationConverter.class,
            order = 5, description = "How long a task runs before the next one's turn, where the policy does not " +
            "say: 100us to 1s. Default: ${DEFAULT-VALUE}.")
        Duration slice = Duration.ofMillis(5);
    }

    /** What happens to a policy that fails. */
    static final class Failure
    {
        @Option(names = "--on-policy-failure", paramLabel = "ACTION", defaultValue = "wait", order = 1,
            description = "${COMPLETION-CANDIDATES}: what to do when the policy does not return, always throws or " +
            "keeps the garbage collector busy: wait for it, replace it by --fallback, or end. The kernel's side " +
            "schedules meanwhile. Default: ${DEFAULT-VALUE}.")
        PolicyFailureChoice action = PolicyFailureChoice.WAIT;

        @Option(names = "--policy-limit", paramLabel = "TIME", defaultValue = "1s",
            converter = DurationConverter.class, order = 2,
            description = "For how long the policy may do that: 100ms to 60s. Default: ${DEFAULT-VALUE}.")
        Duration limit = Duration.ofSeconds(1);

        @Option(names = "--fallback", paramLabel = "NAME", defaultValue = "fifo", order = 3,
            description = "The policy that replaces it, named as for --policy; gets no --option. " +
            "Default: ${DEFAULT-VALUE}.")
        String fallback = "fifo";
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

        @Option(names = "--no-lock-memory", order = 4,
            description = "Do not lock the scheduler's memory: a page fault may then wait for a task that waits for " +
            "the scheduler. Default: locked.")
        boolean isMemoryUnlocked;
    }

    /** The kernel's side. */
    static final class Kernel
    {
        @Option(names = "--backend", paramLabel = "BACKEND", order = 0,
            description = "${COMPLETION-CANDIDATES}: sched_ext carries the decisions out; shadow compares them with " +
            "what the kernel does by itself, on any kernel from 6.4 on, and changes nothing; sim, for any user, has " +
            "CPUs and tasks simulated in real time. Default: auto, which is the first of them that can be had here.")
        BackendChoice backend;

        @Option(names = "--timeout", paramLabel = "TIME", defaultValue = "5s", converter = DurationConverter.class,
            order = 1, description = "The kernel throws a scheduler out that lets a task wait this long: 1ms to 30s. " +
            "Default: ${DEFAULT-VALUE}.")
        Duration timeout = Duration.ofSeconds(5);

        @Option(names = "--rescue", paramLabel = "TIME", converter = DurationConverter.class, order = 2,
            description = "After this time the kernel's side schedules a task that the policy neither decides nor " +
            "holds: 1ms to half of --timeout, 0 for never. Default: 50ms, or half of --timeout if that is shorter.")
        Duration rescue;

        @Option(names = "--lease", paramLabel = "TIME", converter = DurationConverter.class, order = 2,
            description = "If a thread of the event path is stopped or does not come back from the policy for this " +
            "long, the kernel's side takes all tasks back and schedules by itself until it does: 1ms to half of " +
            "--timeout, 0 for never. Default: 5ms, or half of --timeout if that is shorter.")
        Duration lease;

        @Option(names = "--poll", paramLabel = "TIME", defaultValue = "20us", converter = DurationConverter.class,
            order = 3, description = "How long an idle CPU waits on the spot for a decision, 0 to 1ms. " +
            "Default: ${DEFAULT-VALUE}.")
        Duration poll = Duration.ofNanos(20_000);

        @Option(names = "--partial", order = 4,
            description = "Schedule only tasks of the class SCHED_EXT, leave the others to the kernel's own " +
            "scheduler. Default: all tasks.")
        boolean isPartial;

        @Option(names = "--full-user", order = 5,
            description = "Leave the choice of an idle CPU to the policy. Default: the kernel's side finds and wakes " +
            "one before the policy is asked.")
        boolean isFullUser;

        @Option(names = "--low-power", order = 6,
            description = "Wake no idle CPU for a task but the one that it last ran on, unless it has waited 2 ms. " +
            "Default: wake any.")
        boolean isLowPower;

        @Option(names = "--per-cpu-local", order = 7,
            description = "Do not ask the policy about tasks that may use one CPU only. Default: ask.")
        boolean isPerCpuLocal;

        @Option(names = "--no-restart", order = 8,
            description = "End when the kernel asks for a restart because a CPU came or went. Default: attach anew.")
        boolean isRestartUnwanted;

        @Option(names = "--keep", order = 9,
            description = "Keep the scheduler if this process dies: the kernel's side goes on by itself, and the " +
            "next run with --keep goes on with it. Ctrl-C and SIGTERM end it as ever, and so does `scx4j detach`. " +
            "Default: it ends with this process.")
        boolean isKept;

        @Option(names = "--take-over", order = 10,
            description = "With --keep: kill the scx4j that runs so, if one does, and go on in its place. " +
            "Default: refuse to start.")
        boolean isTakeOver;

        @Option(names = "--name", paramLabel = "NAME", order = 11,
            description = "Name of the scheduler in the kernel: letters, digits, _ - . Default: scx4j_ and the " +
            "policy's name.")
        String opsName;

        @Option(names = "--ring-bytes", paramLabel = "SIZE", defaultValue = "4M", converter = SizeConverter.class,
            order = 12, description = "Capacity of each ring between kernel and JVM, a power of two from 4K on. " +
            "Default: ${DEFAULT-VALUE}.")
        int ringBytes = 4 << 20;

        @Option(names = "--exit-dump-len", paramLabel = "SIZE", defaultValue = "32K",
            converter = SizeConverter.class, order = 13,
            description = "How much of the kernel's dump is kept after an eviction, at most 32K, 0 for the kernel's " +
            "default. Default: ${DEFAULT-VALUE}.")
        int exitDumpBytes = 32 << 10;

        @Option(names = "--object", paramLabel = "FILE", order = 14,
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
            description = "Print all options as they apply, what libbpf says, stack traces, and the kernel's dump " +
            "after an eviction.")
        boolean isVerbose;
    }
}
