// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The policy of a scheduler under load is replaced: nothing lost, nothing twice, no eviction.
 */
@Tag("vm")
@Timeout(300)
@ExtendWith(SchedExtKernel.class)
class PolicySwapVmTest
{
    private static final int BURNERS = 6;
    private static final int PATIENCE_S = 120;
    private static final int EACH_MS = 3_000;
    private static final int SWAPS = 3;

    /** With more burners than CPUs something always waits in the kernel's queue, in the order of the old policy. */
    @Test
    void shouldGoOnWhenPoliciesWithOtherScalesFollowEachOther() throws Exception
    {
        try (SchedulerProcess application = SchedulerProcess.startMain(
            SwappingApplication.class, "tier", "fifo", "edf", "stride", "deadline", "central").awaitEnabled();
            Load load = new Load(BURNERS))
        {
            assertThat(application.awaitExit(PATIENCE_S)).as(application.describe()).isZero();
            System.out.println("vm: swapped " + application.stderr() + application.json());
            assertThat(load.isComplete()).isTrue();
            assertThat(application.number("nr_missing")).as(application.describe()).isZero();
            assertThat(application.number("nr_twice")).as(application.describe()).isZero();
            assertThat(application.number("policy_errors")).as(application.describe()).isZero();
            assertThat(application.number("nr_policy_swaps")).as(application.describe()).isEqualTo(5);
            assertThat(application.number("nr_restarts")).as("for central: " + application.describe()).isEqualTo(1);
            assertThat(application.json()).contains("\"evicted\":false", "\"policy\":\"central\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"central", "stride"})
    void shouldLoadThePolicyAnewWhenToldByASignal(final String policy) throws Exception
    {
        try (SchedulerProcess scheduler = SchedulerProcess.start("run", "--policy", policy, "--json").awaitEnabled();
            Load load = new Load(BURNERS))
        {
            for (int i = 0; i < SWAPS; i++)
            {
                Thread.sleep(EACH_MS);
                scheduler.signal("HUP");
            }
            Thread.sleep(EACH_MS);
            assertThat(SchedulerProcess.state()).as(scheduler.describe()).isEqualTo("enabled");
            assertThat(load.isComplete()).isTrue();
            scheduler.stopAndAccount();
            System.out.println("vm: loaded anew " + scheduler.stderr() + scheduler.json());
            assertThat(scheduler.number("nr_policy_swaps")).as(scheduler.describe()).isEqualTo(SWAPS);
            assertThat(scheduler.number("policy_errors")).as(scheduler.describe()).isZero();
            assertThat(scheduler.stderr()).contains("scx4j: policy " + policy + " loaded anew and replaced in ");
        }
    }
}
