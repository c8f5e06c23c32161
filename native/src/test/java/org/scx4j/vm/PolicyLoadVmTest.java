// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each policy that ships, on a real kernel under a mixed load: nothing lost, nothing twice, no eviction.
 */
@Tag("vm")
@Timeout(180)
@ExtendWith(SchedExtKernel.class)
class PolicyLoadVmTest
{
    private static final int BURNERS = 4;
    private static final int SECONDS = 20;

    @ParameterizedTest
    @ValueSource(strings = {"fifo", "stride", "deadline", "edf", "tier", "central"})
    void shouldScheduleEveryTaskUnderLoad(final String policy) throws Exception
    {
        try (SchedulerProcess scheduler = SchedulerProcess.start("run", "--policy", policy, "--json").awaitEnabled();
            Load load = new Load(BURNERS))
        {
            assertThat(SchedulerProcess.ops()).isEqualTo("scx4j_" + policy);
            final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            while (System.nanoTime() < endNs)
            {
                assertThat(SchedulerProcess.state()).as(scheduler.describe()).isEqualTo("enabled");
                Thread.sleep(100);
            }
            assertThat(load.isComplete()).isTrue();
            assertThat(load.progress()).isPositive();
            scheduler.stopAndAccount();
            assertThat(scheduler.number("policy_errors")).as(scheduler.describe()).isZero();
            System.out.println("vm: " + SECONDS + " s of " + policy + " " + scheduler.json());
        }
    }
}
