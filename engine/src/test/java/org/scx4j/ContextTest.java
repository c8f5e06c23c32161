// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.pipeline.ThreadLayout;
import org.scx4j.pipeline.WaitMode;
import org.scx4j.policy.Fifo;
import org.scx4j.transport.Keeping;

/**
 * Every check of the options, on a sysfs of eight CPUs of which number 2 is off.
 */
@Timeout(60)
class ContextTest
{
    @TempDir
    private Path sysfs;
    private Context context;

    @BeforeEach
    void makeSysfs() throws IOException
    {
        online("0-1,3-8");
        context = new Context().policy(new Fifo()).sysfs(sysfs);
    }

    @Test
    void shouldRefuseWhenThePolicyIsMissing()
    {
        context.policy(null);
        assertRefused("no policy: set one");
    }

    @Test
    void shouldRefuseWhenThePolicyNameIsTooLongForTheKernel()
    {
        final String longest = "x".repeat(127 - "scx4j_".length());
        context.policyName(longest).conclude();

        context.policyName(longest + "x");
        assertRefused("policy name too long: " + longest + "x");
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 99_999, 1_000_000_001, Long.MAX_VALUE})
    void shouldRefuseWhenTheSliceIsOutOfRange(final long sliceNs)
    {
        context.sliceNs(sliceNs);
        assertRefused("slice out of range: " + sliceNs + " ns, must be 100000 to 1000000000 ns");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, 0, 30_001, Integer.MAX_VALUE})
    void shouldRefuseWhenTheTimeoutIsOutOfRange(final int timeoutMs)
    {
        context.timeoutMs(timeoutMs);
        assertRefused("timeout out of range: " + timeoutMs + " ms, must be 1 to 30000 ms");
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 1_000_001, Long.MAX_VALUE})
    void shouldRefuseWhenThePollIsOutOfRange(final long pollNs)
    {
        context.pollNs(pollNs);
        assertRefused("poll out of range: " + pollNs + " ns, must be 0 to 1000000 ns");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -4096, 0, 1, 2048, 4095, 5000, 12_288, Integer.MAX_VALUE})
    void shouldRefuseWhenARingCanNotHaveTheSize(final int ringBytes)
    {
        context.ringBytes(ringBytes);
        assertRefused("ring size must be a power of two from 4096 to 536870912 bytes: " + ringBytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -64, 0, 1, 32, 63, 100, Integer.MAX_VALUE})
    void shouldRefuseWhenTheDisruptorRingCanNotHaveTheSize(final int events)
    {
        context.events(events);
        assertRefused("events must be a power of two from 64 to 4194304: " + events);
    }

    @Test
    void shouldAcceptTheSmallestAndTheLargestValues()
    {
        context.sliceNs(Context.SLICE_MIN_NS).timeoutMs(1).pollNs(0).ringBytes(Context.RING_MIN_BYTES)
            .events(Context.EVENTS_MIN).conclude();
        context.sliceNs(Context.SLICE_MAX_NS).timeoutMs(Context.TIMEOUT_MAX_MS).pollNs(Context.POLL_MAX_NS).conclude();

        assertThat(context.toString()).contains("sliceNs=1000000000", "ringBytes=4096", "events=64", "timeoutMs=30000");
    }

    /** Twice the ring is mapped as one buffer, whose length is an int. */
    @Test
    void shouldRefuseWhenARingIsTooLargeToBeMappedAsOneBuffer()
    {
        context.ringBytes(1 << 29).conclude();

        context.ringBytes(1 << 30);
        assertThatThrownBy(context::conclude).isInstanceOf(SchedulerException.class).hasMessageContaining("ring size");
    }

    /** Events, and four times as many decisions, lie in one buffer of int length each. */
    @ParameterizedTest
    @ValueSource(ints = {1 << 23, 1 << 24, 1 << 30})
    void shouldRefuseWhenTheDisruptorRingIsTooLargeForOneBuffer(final int events)
    {
        context.events(1 << 22).conclude();

        context.events(events);
        assertThatThrownBy(context::conclude).isInstanceOf(SchedulerException.class).hasMessageContaining("events");
    }

    @Test
    void shouldRefuseWhenPipelinedThreadsShallPark()
    {
        context.layout(ThreadLayout.PIPELINED).waitMode(WaitMode.PARK);
        assertRefused("the pipelined layout has threads that can only spin: use --wait spin or --layout inline");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "PIPELINED | 0-2 | pipelined | 3 | 3",
        "PIPELINED | 0   | pipelined | 3 | 1",
        "INLINE    | 0   | inline    | 1 | 1"})
    void shouldRefuseWhenSpinnersLeaveNoCpuToTheTasks(
        final ThreadLayout layout, final String online, final String name, final int needed, final int found)
        throws IOException
    {
        online(online);
        context.layout(layout).waitMode(WaitMode.SPIN);
        assertRefused("the " + name + " layout spins on " + needed +
            " CPU(s) and must leave one to the tasks, but only " + found +
            " are online: use --layout inline --wait park");
    }

    @Test
    void shouldAcceptWhenSpinnersLeaveOneCpuToTheTasks() throws IOException
    {
        online("0-3");
        context.layout(ThreadLayout.PIPELINED).conclude();
        assertThat(context.toString()).contains("wait=SPIN, cpus=[3, 2, 1]");

        online("0-1");
        new Context().policy(new Fifo()).sysfs(sysfs).waitMode(WaitMode.SPIN).conclude();
    }

    @Test
    void shouldParkOnTheOnlyCpuWhenThereIsOne() throws IOException
    {
        online("0");
        context.conclude();
        assertThat(context.toString()).contains("layout=INLINE, wait=PARK, cpus=[0]");
    }

    @Test
    void shouldRefuseWhenThereIsNotOneCpuForEachThread()
    {
        context.layout(ThreadLayout.PIPELINED).cpus(5, 6);
        assertRefused("the pipelined layout needs 3 CPU(s), one for each thread, got 2 (5-6): " +
            "spinning threads must not share one");

        context.layout(ThreadLayout.INLINE).waitMode(WaitMode.PARK).cpus(5, 6);
        assertRefused("the inline layout needs 1 CPU(s), one for each thread, got 2 (5-6): " +
            "spinning threads must not share one");
    }

    @Test
    void shouldRefuseWhenACpuIsNamedTwice()
    {
        context.layout(ThreadLayout.PIPELINED).cpus(5, 6, 5);
        assertRefused("a CPU is named twice, but spinning threads must not share one: [5, 6, 5]");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 9, -1})
    void shouldRefuseWhenACpuIsNotOnline(final int cpu)
    {
        context.layout(ThreadLayout.PIPELINED).cpus(5, cpu, 6);
        assertRefused("CPU " + cpu + " is not online: choose from 0-1,3-8");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0-6     | layout=INLINE, wait=PARK, cpus=[6]",
        "0-7     | layout=PIPELINED, wait=SPIN, cpus=[7, 6, 5]",
        "0-1,3-8 | layout=PIPELINED, wait=SPIN, cpus=[8, 7, 6]"})
    void shouldChooseByTheCpusThatAreOnlineWhenNothingIsSaid(final String online, final String expected)
        throws IOException
    {
        online(online);
        context.cpus().conclude();
        assertThat(context.toString()).contains(expected);
    }

    @Test
    void shouldKeepWhatIsSaidWhenItFits()
    {
        context.layout(ThreadLayout.INLINE).waitMode(WaitMode.SPIN).cpus(4).conclude();
        assertThat(context.toString()).contains("layout=INLINE, wait=SPIN, cpus=[4]");
    }

    @Test
    void shouldPrintEveryOption()
    {
        context.object(Path.of("/tmp/other.o")).lockMemory(false).conclude();

        assertThat(context).hasToString("policy=fifo, options={}, layout=PIPELINED, wait=SPIN, cpus=[8, 7, 6], " +
            "sliceNs=5000000, ringBytes=4194304, events=4096, timeoutMs=5000, rescueNs=50000000, leaseNs=5000000, " +
            "pollNs=20000, exitDumpBytes=32768, partial=false, builtinIdle=true, lowPower=false, perCpuLocal=false, " +
            "lockMemory=false, restart=true, policyGuard=WAIT after 1000000000 ns, keeping=NO, " +
            "object=/tmp/other.o, sysfs=" + sysfs + ", ops=scx4j_fifo");
    }

    @Test
    void shouldRefuseToKeepWhenThereIsNoLease()
    {
        context.keep(Keeping.KEEP).leaseNs(0);
        assertThatThrownBy(context::conclude).isInstanceOf(SchedulerException.class)
            .hasMessageStartingWith("keep without a lease");
        context.keep(Keeping.KEEP).leaseNs(5_000_000).conclude();
        assertThat(context.toString()).contains("keeping=KEEP");
    }

    @Test
    void shouldRefuseAGuardThatCanNotKeepItsWord()
    {
        context.policyGuard(new PolicyGuard(PolicyGuard.Action.DETACH, 99_999_999, null, null));
        assertThatThrownBy(context::conclude).isInstanceOf(SchedulerException.class)
            .hasMessage("policy limit out of range: 99999999 ns, must be 100000000 to 60000000000 ns");

        context.policyGuard(new PolicyGuard(PolicyGuard.Action.DETACH)).leaseNs(0);
        assertThatThrownBy(context::conclude).isInstanceOf(SchedulerException.class).hasMessage(
            "a policy that does not return is found by the lease, and the lease is 0: give one, or only wait");

        context.policyGuard(new PolicyGuard(PolicyGuard.Action.WAIT)).conclude();
    }

    @Test
    void shouldPrintWhatWasSetWhenItIsNotTheDefault()
    {
        context.policyOption("depth", "3").policyOption("b", "").policyOption("depth", "4").rescueNs(2_000_000)
            .exitDumpBytes(0).partial(true).builtinIdle(false).lowPower(true).perCpuLocal(true).restart(false)
            .opsName("my.sched-1_x").conclude();

        assertThat(context.toString()).contains("options={b=, depth=4}, ", "rescueNs=2000000, ", "exitDumpBytes=0, ",
            "partial=true, builtinIdle=false, lowPower=true, perCpuLocal=true, ", "restart=false, ")
            .endsWith(", ops=my.sched-1_x");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 32_769, Integer.MAX_VALUE})
    void shouldRefuseWhenTheExitDumpIsOutOfRange(final int exitDumpBytes)
    {
        context.exitDumpBytes(exitDumpBytes);
        assertRefused("exit dump out of range: " + exitDumpBytes + " bytes, must be 0 to 32768 bytes");
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 1, 999_999, 250_000_001, Long.MAX_VALUE})
    void shouldRefuseWhenTheRescueIsOutOfRange(final long rescueNs)
    {
        context.timeoutMs(500).rescueNs(rescueNs);
        assertRefused("rescue out of range: " + rescueNs + " ns, must be 0 for never, or 1000000 ns to half the " +
            "timeout (250000000 ns)");
    }

    @ParameterizedTest
    @CsvSource({"30000, 50000000", "100, 50000000", "99, 49500000", "2, 1000000", "1, 0"})
    void shouldRescueWithinHalfTheTimeoutWhenNothingIsSaid(final int timeoutMs, final long rescueNs)
    {
        context.timeoutMs(timeoutMs).conclude();
        assertThat(context.toString()).contains("rescueNs=" + rescueNs + ", ");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1_000_000, 250_000_000})
    void shouldAcceptTheBoundsOfTheRescue(final long rescueNs)
    {
        context.timeoutMs(500).rescueNs(rescueNs).conclude();
        assertThat(context.toString()).contains("rescueNs=" + rescueNs + ", ");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 999_999, 250_000_001})
    void shouldRefuseWhenTheLeaseIsOutOfRange(final long leaseNs)
    {
        context.timeoutMs(500).leaseNs(leaseNs);
        assertRefused("lease out of range: " + leaseNs + " ns, must be 0 for never, or 1000000 ns to half the " +
            "timeout (250000000 ns)");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1_000_000, 250_000_000})
    void shouldAcceptTheBoundsOfTheLease(final long leaseNs)
    {
        context.timeoutMs(500).leaseNs(leaseNs).conclude();
        assertThat(context.toString()).contains("leaseNs=" + leaseNs + ", ");
    }

    @ParameterizedTest
    @CsvSource({"30000, 5000000", "4, 2000000", "1, 0"})
    void shouldHaveALeaseOfHalfTheTimeoutAtMostWhenNothingIsSaid(final int timeoutMs, final long leaseNs)
    {
        context.timeoutMs(timeoutMs).conclude();
        assertThat(context.toString()).contains("leaseNs=" + leaseNs + ", ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "two words", "a/b", "ü", "a\n"})
    void shouldRefuseWhenTheKernelWouldNotTakeTheName(final String name)
    {
        context.opsName(name);
        assertRefused("name must have 1 to 127 letters, digits, _ - . and nothing else: '" + name + "'");
    }

    @Test
    void shouldRefuseWhenTheNameIsTooLongForTheKernel()
    {
        context.opsName("x".repeat(127)).conclude();

        context.opsName("x".repeat(128));
        assertRefused("name must have 1 to 127 letters, digits, _ - . and nothing else: '" + "x".repeat(128) + "'");
    }

    @Test
    void shouldRefuseWhenAPolicyOptionHasNoName()
    {
        context.policyOption("", "5");
        assertRefused("a policy option has no name: give NAME=VALUE");
    }

    @Test
    void shouldChooseAnewWhenACpuIsGoneThatNobodyNamed() throws IOException
    {
        context.conclude();
        online("0-1,3-7");
        context.chooseThreads();
        assertThat(context.toString()).contains("layout=INLINE, wait=PARK, cpus=[7], ");
    }

    @Test
    void shouldKeepTheLayoutWhenACpuIsGoneAndTheThreadsCpusWereNamed() throws IOException
    {
        context.cpus(5, 6, 7).conclude();
        online("0-1,3-7");
        context.chooseThreads();
        assertThat(context.toString()).contains("layout=PIPELINED, wait=SPIN, cpus=[5, 6, 7], ");

        online("0-1,3-6,8");
        assertThatThrownBy(context::chooseThreads).isInstanceOf(SchedulerException.class)
            .hasMessage("CPU 7 is not online: choose from 0-1,3-6,8");
    }

    @Test
    void shouldNameTheSchedulerSoThatTheKernelAcceptsIt()
    {
        context.policyName("my policy/ü.v-2").conclude();
        assertThat(context.toString()).startsWith("policy=my policy/ü.v-2, ").endsWith("ops=scx4j_my_policy__.v-2");
    }

    @Test
    void shouldStayAsItIsWhenConcludedTwice()
    {
        context.conclude();
        final String once = context.toString();
        context.conclude();
        assertThat(context).hasToString(once);
    }

    @Test
    void shouldNotBeChangedThroughTheCallersArray()
    {
        final int[] cpus = {4, 5, 6};
        context.layout(ThreadLayout.PIPELINED).cpus(cpus);
        cpus[0] = 2;
        context.conclude();
        assertThat(context.toString()).contains("cpus=[4, 5, 6]");
    }

    @Test
    void shouldSayWhichFileIsMissingWhenThereIsNoSysfs()
    {
        context.sysfs(sysfs.resolve("nowhere"));
        assertThatThrownBy(context::conclude)
            .isInstanceOf(SchedulerException.class)
            .hasMessageContaining("nowhere/devices/system/cpu/online");
    }

    private void assertRefused(final String message)
    {
        assertThatThrownBy(context::conclude).isInstanceOfSatisfying(SchedulerException.class, (ex) ->
        {
            assertThat(ex).hasMessage(message);
            assertThat(ex.category()).isEqualTo(Category.USAGE);
        });
    }

    private void online(final String cpus) throws IOException
    {
        final Path folder = Files.createDirectories(sysfs.resolve("devices/system/cpu"));
        Files.writeString(folder.resolve("online"), cpus + "\n");
    }
}
