// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A policy can be wrong: that is counted, and the machine goes on.
 */
@Tag("vm")
@Timeout(180)
@ExtendWith(SchedExtKernel.class)
class BadPolicyVmTest
{
    private static final int LOAD_MS = 8_000;

    private static SchedulerProcess start(final String policy, final String... more) throws Exception
    {
        final String[] command = new String[6 + more.length];
        System.arraycopy(new String[]{"run", "--json", "--policy", "org.scx4j.vm.BadPolicies$" + policy, "--classpath",
            SchedulerProcess.testClasses()}, 0, command, 0, 6);
        System.arraycopy(more, 0, command, 6, more.length);
        return SchedulerProcess.start(command).awaitEnabled();
    }

    @ParameterizedTest
    @CsvSource({
        "Throwing, policy_errors",
        "OutOfRange, nr_bounced",
        "Forbidden, nr_bounced",
        "Forgetful, nr_rescued",
        "Hoarding, nr_rescued",
        "HoardingKernelThreads, nr_rescued",
        "Twice, nr_cancelled",
        "DeadPid, nr_no_task"})
    void shouldCountAndContainWhenThePolicyIsWrong(final String policy, final String counter) throws Exception
    {
        try (SchedulerProcess scheduler = start(policy);
            Burner elsewhere = Burner.pinned(0, 0);
            Load load = new Load(2))
        {
            Thread.sleep(LOAD_MS / 2);
            final long progress = load.progress();
            Thread.sleep(LOAD_MS / 2);
            assertThat(SchedulerProcess.state()).as(scheduler.describe()).isEqualTo("enabled");
            assertThat(load.isComplete()).isTrue();
            assertThat(elsewhere.isAlive()).isTrue();
            assertThat(load.progress()).isGreaterThan(progress);
            scheduler.stopAndAccount();
            System.out.println("vm: bad policy " + policy + ": " + counter + " " + scheduler.number(counter) + " " +
                scheduler.json());
            assertThat(scheduler.number(counter)).as(scheduler.describe()).isPositive();
        }
    }

    @Test
    void shouldRescueWhenTheJvmIsStoppedForLongerThanTheWatchdogWaitsAndHasNoLease() throws Exception
    {
        try (SchedulerProcess scheduler = SchedulerProcess.start(
            "run", "--timeout", "3s", "--lease", "0", "--json").awaitEnabled();
            Load load = new Load(2))
        {
            Thread.sleep(2_000);
            scheduler.pause(6_000);
            Thread.sleep(2_000);
            assertThat(SchedulerProcess.state()).as(scheduler.describe()).isEqualTo("enabled");
            assertThat(load.isComplete()).isTrue();
            scheduler.stopAndAccount();
            System.out.println("vm: stopped for 6 s with a watchdog of 3 s " + scheduler.json());
            assertThat(scheduler.number("nr_rescued")).as(scheduler.describe()).isPositive();
        }
    }
}
