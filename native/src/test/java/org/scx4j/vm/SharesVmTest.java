// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each policy is the policy that it says it is, on a real kernel. Shares are measured, and an emulated machine that is
 * busy otherwise distorts them, so {@code bin/test} runs this only with {@code --long}.
 */
@Tag("vm-long")
@Timeout(120)
@ExtendWith(SchedExtKernel.class)
class SharesVmTest
{
    private static final int NICE_HEAVY = -5;
    /** Weight of nice -5 over that of nice 0, in the kernel's table: 3121 / 1024. */
    private static final double RATIO = 3.05;
    private static final double TOLERANCE = 0.1;
    private static final int SETTLE_MS = 1_000;
    private static final int MEASURE_MS = 10_000;
    private static final int PAIRS = 4;

    @ParameterizedTest
    @ValueSource(strings = {"stride", "deadline"})
    void shouldShareOneCpuByWeightWhenTwoArePinnedToIt(final String policy) throws Exception
    {
        try (SchedulerProcess scheduler = start(policy);
            Burner light = Burner.pinned(0, 0);
            Burner heavy = Burner.pinned(NICE_HEAVY, 0))
        {
            assertShares(policy + ", pinned", scheduler, List.of(light), List.of(heavy));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"stride", "deadline"})
    void shouldShareAllCpusByWeightWhenNobodyIsPinned(final String policy) throws Exception
    {
        final List<Burner> light = new ArrayList<>();
        final List<Burner> heavy = new ArrayList<>();
        try (SchedulerProcess scheduler = start(policy))
        {
            for (int i = 0; i < PAIRS; i++)
            {
                light.add(Burner.anywhere(0));
                heavy.add(Burner.anywhere(NICE_HEAVY));
            }
            assertShares(policy + ", 4 + 4", scheduler, light, heavy);
        }
        finally
        {
            light.forEach(Burner::close);
            heavy.forEach(Burner::close);
        }
    }

    private static SchedulerProcess start(final String policy) throws Exception
    {
        return SchedulerProcess.start("run", "--policy", policy, "--json").awaitEnabled();
    }

    private static void assertShares(
        final String what, final SchedulerProcess scheduler, final List<Burner> light, final List<Burner> heavy)
        throws Exception
    {
        Thread.sleep(SETTLE_MS);
        final long lightBefore = ticks(light);
        final long heavyBefore = ticks(heavy);
        Thread.sleep(MEASURE_MS);
        final long lightTicks = ticks(light) - lightBefore;
        final long heavyTicks = ticks(heavy) - heavyBefore;
        assertThat(SchedulerProcess.state()).as(scheduler.describe()).isEqualTo("enabled");
        scheduler.signal("TERM");
        assertThat(scheduler.awaitExit(60)).as(scheduler.describe()).isZero();

        final double ratio = (double)heavyTicks / lightTicks;
        System.out.printf("vm: %s: %d and %d ticks of 10 ms, ratio %.3f %s%n", what, lightTicks, heavyTicks, ratio,
            scheduler.json());
        assertThat(scheduler.number("nr_lost")).as(scheduler.describe()).isZero();
        assertThat(scheduler.number("policy_errors")).as(scheduler.describe()).isZero();
        assertThat(scheduler.json()).contains("\"evicted\":false");
        assertThat(ratio).as("%s: light %d, heavy %d", what, lightTicks, heavyTicks)
            .isCloseTo(RATIO, within(RATIO * TOLERANCE));
    }

    private static long ticks(final List<Burner> burners) throws IOException
    {
        long ticks = 0;
        for (final Burner burner : burners)
        {
            ticks += burner.cpuTicks();
        }
        return ticks;
    }
}
