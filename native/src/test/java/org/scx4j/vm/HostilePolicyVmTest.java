// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A policy that does not return, always throws or keeps the garbage collector busy is named, and replaced or detached
 * if that is wanted; the machine goes on.
 */
@Tag("vm")
@Timeout(300)
@ExtendWith(SchedExtKernel.class)
class HostilePolicyVmTest
{
    private static final int POLICY_FAILED = 6;
    private static final int PATIENCE_S = 60;
    private static final int SETTLE_MS = 3_000;
    private static final int POLL_MS = 100;
    /** Of a thread's stat, counted from behind its name. */
    private static final int NICE_FIELD = 16;

    private static SchedulerProcess start(final String policy, final String action) throws Exception
    {
        return SchedulerProcess.start("run", "--json", "--policy", "org.scx4j.vm.HostilePolicies$" + policy,
            "--classpath", SchedulerProcess.testClasses(), "--on-policy-failure", action);
    }

    private static void awaitFailure(final SchedulerProcess scheduler) throws Exception
    {
        for (int i = 0; i < PATIENCE_S * 1_000 / POLL_MS && !scheduler.stderr().contains("scx4j: policy "); i++)
        {
            Thread.sleep(POLL_MS);
        }
        assertThat(scheduler.stderr()).as(scheduler.describe()).contains("scx4j: policy ");
    }

    private static List<String> nices(final SchedulerProcess scheduler) throws IOException
    {
        final List<String> nices = new ArrayList<>();
        for (final String id : scheduler.hotThreadIds())
        {
            final String stat = Files.readString(Path.of("/proc/" + scheduler.pid() + "/task/" + id + "/stat"));
            nices.add(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[NICE_FIELD]);
        }
        return nices;
    }

    @ParameterizedTest
    @CsvSource({
        "Looping, did not return for 1, scx4j_fifo",
        "AlwaysThrowing, threw , 'scx4j_alwaysthrowing'",
        "Collecting, allocated , "})
    void shouldGoOnWithTheFallbackAndSayWhy(final String policy, final String how, final String ops) throws Exception
    {
        try (SchedulerProcess scheduler = start(policy, "fallback").awaitEnabled();
            Load load = new Load(1))
        {
            awaitFailure(scheduler);
            Thread.sleep(SETTLE_MS);
            final long progress = load.progress();
            Thread.sleep(SETTLE_MS);
            assertThat(SchedulerProcess.state()).as(scheduler.describe()).isEqualTo("enabled");
            assertThat(load.isComplete()).isTrue();
            assertThat(load.progress()).isGreaterThan(progress);
            if ("Looping".equals(policy))
            {
                assertThat(nices(scheduler)).as("among others the thread that is left behind, and the new one")
                    .contains("19", "-20");
            }
            if (null != ops)
            {
                assertThat(SchedulerProcess.ops()).as(scheduler.describe()).isEqualTo(ops);
            }
            scheduler.signal("TERM");
            assertThat(scheduler.awaitExit(PATIENCE_S)).as(scheduler.describe()).isEqualTo(POLICY_FAILED);
            System.out.println("vm: hostile policy " + policy + ": " + scheduler.stderr() + scheduler.json());
            scheduler.assertAccountedFor();
            assertThat(scheduler.json()).contains("\"policy\":\"fifo\"", "\"nr_policy_swaps\":1",
                "\"policy_failure\":\"policy " + policy.toLowerCase() + " " + how)
                .contains(": replaced by fifo\"");
        }
    }

    @Test
    void shouldDetachAndSayWhyWhenThatIsWanted() throws Exception
    {
        try (SchedulerProcess scheduler = start("Looping", "detach").awaitEnabled();
            Load load = new Load(1))
        {
            assertThat(scheduler.awaitExit(PATIENCE_S)).as(scheduler.describe()).isEqualTo(POLICY_FAILED);
            assertThat(SchedulerProcess.state()).as(scheduler.describe()).isEqualTo("disabled");
            assertThat(load.isComplete()).isTrue();
            System.out.println("vm: hostile policy detached: " + scheduler.stderr() + scheduler.json());
            scheduler.assertAccountedFor();
            assertThat(scheduler.stderr()).containsPattern("scx4j: policy looping did not return for 1... ms " +
                "\\(thread scx4j-.*\\): detached, the kernel schedules by itself");
            assertThat(scheduler.json()).contains("\"policy\":\"looping\"", "\"policy_failure\":\"policy looping did ");
        }
    }
}
