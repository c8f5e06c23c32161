// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.scx4j.Context;
import org.scx4j.PolicyGuard;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

@Timeout(30)
class CommandLineTest
{
    @TempDir
    private Path root;
    private MachineFixture machine;
    private FakeKernel kernel;

    @BeforeEach
    void before()
    {
        machine = new MachineFixture(root);
        kernel = new FakeKernel();
    }

    private Session failing(final int status, final String... args)
    {
        final Session session = new Session(machine, () -> kernel);
        assertThat(session.execute(args)).isEqualTo(status);
        assertThat(session.out()).isEmpty();
        assertThat(kernel.isAttached()).isFalse();
        return session;
    }

    private void refused(final int status, final String line, final String... args)
    {
        assertThat(failing(status, args).errLines()).containsExactly(line);
    }

    @Test
    void shouldShowUsageWhenThereAreNoArguments()
    {
        assertThat(failing(2).err()).startsWith("Usage: scx4j").contains("run", "vm", "doctor", "version");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "--help", "run --help", "ext --help", "detach --help", "doctor --help", "version --help", "help run", "-h"})
    void shouldShowExitCodesWhenHelpIsWanted(final String args)
    {
        final Session session = new Session(machine, () -> kernel);

        assertThat(session.execute(args.split(" "))).isZero();
        assertThat(session.err()).isEmpty();
        assertThat(session.out()).startsWith("Usage: scx4j");
        for (final Map.Entry<String, String> code : ExitCode.meanings().entrySet())
        {
            assertThat(session.out()).contains("  " + code.getKey() + "   " + code.getValue());
        }
    }

    @Test
    void shouldShowTheEnginesDefaultsWhenHelpIsWanted()
    {
        final Session session = new Session(machine, () -> kernel);
        session.execute("run", "--help");

        assertThat(session.out().replaceAll("\\s+", " ")).contains(
            "Default: fifo.", "Default: 5ms.", "Default: auto.", "Default: 5s.", "Default: 20us.", "Default: 4M.",
            "Default: 50ms,", "Default: 32K.", "Default: none.",
            "Default: wait.", "Default: 1s.", "Default: locked.", "Default: all tasks.");
        final RunOptions options = new RunOptions();
        assertThat(options.subject.slice.toNanos()).isEqualTo(Context.SLICE_DEFAULT_NS);
        assertThat(options.failure.limit.toNanos()).isEqualTo(PolicyGuard.LIMIT_DEFAULT_NS);
        assertThat(options.failure.fallback).isEqualTo(new PolicyGuard(PolicyGuard.Action.FALLBACK).name());
        assertThat(options.kernel.timeout.toMillis()).isEqualTo(Context.TIMEOUT_DEFAULT_MS);
        assertThat(options.kernel.poll.toNanos()).isEqualTo(Context.POLL_DEFAULT_NS);
        assertThat(options.kernel.ringBytes).isEqualTo(Context.RING_DEFAULT_BYTES);
        assertThat(options.kernel.exitDumpBytes).isEqualTo(Context.EXIT_DUMP_DEFAULT_BYTES);
        assertThat(options.kernel.rescue).as("left to the engine").isNull();
        assertThat(options.kernel.lease).as("left to the engine").isNull();
        assertThat(options.kernel.isPartial).isEqualTo(Context.PARTIAL_DEFAULT);
        assertThat(!options.kernel.isFullUser).isEqualTo(Context.BUILTIN_IDLE_DEFAULT);
        assertThat(options.kernel.isLowPower).isEqualTo(Context.LOW_POWER_DEFAULT);
        assertThat(options.kernel.isPerCpuLocal).isEqualTo(Context.PER_CPU_LOCAL_DEFAULT);
        assertThat(!options.kernel.isRestartUnwanted).isEqualTo(Context.RESTART_DEFAULT);
        assertThat(!options.threads.isMemoryUnlocked).isEqualTo(Context.LOCK_MEMORY_DEFAULT);
    }

    @Test
    void shouldNameTheKnownWhenCommandOrOptionIsUnknown()
    {
        refused(2, "scx4j: unknown command 'rum': known are run, record, replay, ext, " +
            "detach, vm, doctor, version, help (see scx4j --help)", "rum");
        refused(2, "scx4j: --take-over needs --keep: only a kept scheduler has a next one", "run", "--take-over");
        refused(2, "scx4j: unknown option: '--polizy' (see scx4j run --help)", "run", "--polizy");
        refused(2, "scx4j: unmatched argument at index 1: 'fifo' (see scx4j run --help)", "run", "fifo");
        refused(2, "scx4j: missing required parameter for option '--policy' (NAME) (see scx4j run --help)",
            "run", "--policy");
    }

    @Test
    void shouldListTheKnownWhenPolicyIsUnknown()
    {
        refused(2, "scx4j: unknown policy 'lottery': known are central, deadline, edf, fifo, stride, tier, or give " +
            "the full name of your class and its jar with --classpath", "run", "--policy", "lottery");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--duration", "--slice", "--stats", "--timeout", "--poll", "--rescue", "--lease"})
    void shouldSayTheFormatWhenADurationIsBad(final String option)
    {
        refused(2, "scx4j: invalid value for option '" + option + "': 'soon' is no duration: give a number and ns, " +
            "us, ms, s, m or h, such as 10s, 500ms or 1.5h (a number alone is seconds) (see scx4j run --help)",
            "run", option, "soon");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--duration 0 | --duration must be longer than 0; leave it out to run until Ctrl-C",
        "--slice 5 | slice out of range: 5000000000 ns, must be 100000 to 1000000000 ns",
        "--slice 1us | slice out of range: 1000 ns, must be 100000 to 1000000000 ns",
        "--timeout 1us | timeout out of range: 0 ms, must be 1 to 30000 ms",
        "--timeout 1000000h | timeout out of range: 2147483647 ms, must be 1 to 30000 ms",
        "--poll 1s | poll out of range: 1000000000 ns, must be 0 to 1000000 ns",
        "--rescue 10us | rescue out of range: 10000 ns, must be 0 for never, or 1000000 ns to half the timeout " +
        "(2500000000 ns)",
        "--timeout 1s --rescue 600ms | rescue out of range: 600000000 ns, must be 0 for never, or 1000000 ns to half " +
        "the timeout (500000000 ns)",
        "--lease 1us | lease out of range: 1000 ns, must be 0 for never, or 1000000 ns to half the timeout " +
        "(2500000000 ns)",
        "--exit-dump-len 33K | exit dump out of range: 33792 bytes, must be 0 to 32768 bytes",
        "--name a/b | name must have 1 to 127 letters, digits, _ - . and nothing else: 'a/b'",
        "--option =5 | a policy option has no name: give NAME=VALUE",
        "--policy-limit 1ms | policy limit out of range: 1000000 ns, must be 100000000 to 60000000000 ns",
        "--on-policy-failure fallback --fallback x | unknown policy 'x': known are central, deadline, edf, fifo, " +
        "stride, tier, or give the full name of your class and its jar with --classpath",
        "--on-policy-failure detach --lease 0 | a policy that does not return is found by the lease, and the lease " +
        "is 0: give one, or only wait",
        "--ring-bytes 5000 | ring size must be a power of two from 4096 to 536870912 bytes: 5000",
        "--cpus 1-x | --cpus: not a list of CPUs such as 0-3,6: '1-x'",
        "--cpus 9 | CPU 9 is not online: choose from 0-3"})
    void shouldSayTheRangeWhenAValueDoesNotFit(final String args, final String message)
    {
        refused(2, "scx4j: " + message, ("run " + args).split(" "));
    }

    @Test
    void shouldRefuseWhenThereAreMoreSpinnersThanCpus()
    {
        machine.cpus("0-2");
        refused(2, "scx4j: the pipelined layout spins on 3 CPU(s) and must leave one to the tasks, but only 3 are " +
            "online: use --layout inline --wait park", "run", "--layout", "pipelined");

        machine.cpus("0-3");
        refused(2, "scx4j: the pipelined layout needs 3 CPU(s), one for each thread, got 2 (1-2): spinning threads " +
            "must not share one", "run", "--layout", "pipelined", "--cpus", "1,2");
    }

    @Test
    void shouldRefuseWhenASpinnerWouldTakeTheOnlyCpu()
    {
        machine.cpus("0");
        refused(2, "scx4j: the inline layout spins on 1 CPU(s) and must leave one to the tasks, but only 1 are " +
            "online: use --layout inline --wait park", "run", "--wait", "spin");
    }

    @Test
    void shouldRefuseWhenThreeThreadsShouldPark()
    {
        refused(2, "scx4j: the pipelined layout has threads that can only spin: use --wait spin or --layout inline",
            "run", "--layout", "pipelined", "--wait", "park");
    }

    @Test
    void shouldBlameTheMachineWhenItLacksSomething()
    {
        kernel.refusing(new SchedulerException(Category.ENVIRONMENT, "another scheduler is attached: 'scx_lavd'"));
        refused(3, "scx4j: another scheduler is attached: 'scx_lavd'", "run");

        machine.remove("sys/devices/system/cpu/online");
        assertThat(failing(3, "run").errLines()).singleElement().asString()
            .startsWith("scx4j: can't read which CPUs are online: ");
    }

    @Test
    void shouldSayWhatIsMissingWhenThereIsNoNativeLibrary()
    {
        final Session session = new Session(machine, null);

        assertThat(session.execute("run", "--duration", "1s")).isEqualTo(3);
        assertThat(session.out()).isEmpty();
        assertThat(session.errLines()).singleElement().asString().startsWith("scx4j: native library not available: ");
    }

    @Test
    void shouldBlameTheBuildWhenItsPartsDoNotFit()
    {
        kernel.refusing(new SchedulerException(
            Category.FATAL, "BPF object and engine are of different builds: build both from one tree"));
        refused(1, "scx4j: BPF object and engine are of different builds: build both from one tree", "run");
    }

    @Test
    void shouldPrintNoStackTraceWhenNobodyAskedForIt()
    {
        final Session session = new Session(machine, () ->
        {
            throw new IllegalStateException("broken\n  in two lines");
        });

        assertThat(session.execute("run")).isEqualTo(1);
        assertThat(session.errLines()).containsExactly("scx4j: internal error: java.lang.IllegalStateException: " +
            "broken in two lines (set SCX4J_DEBUG=1 for the stack trace)");
    }

    @Test
    void shouldPrintTheStackTraceWhenAskedForIt()
    {
        kernel.refusing(new SchedulerException(Category.ENVIRONMENT, "no"));
        assertThat(failing(3, "run", "--verbose").errLines())
            .containsSubsequence("scx4j: no", "org.scx4j.exceptions.SchedulerException: no")
            .anyMatch((line) -> line.startsWith("\tat org.scx4j.cli.CommandLineTest."));

        machine.environment.put("SCX4J_DEBUG", "1");
        assertThat(failing(2, "run", "--policy", "x").errLines()).hasSizeGreaterThan(5);
    }
}
