// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An engine that is stopped, or whose policy does not return, loses its lease: the kernel's side schedules by itself
 * until the engine goes on.
 */
@Tag("vm")
@Timeout(300)
@ExtendWith(SchedExtKernel.class)
class FailOpenVmTest
{
    private static final int PAUSE_MS = 12_000;
    private static final int SETTLE_MS = 2_000;
    private static final int WATCHDOG_MS = 3_000;
    private static final int BURNERS = 4;

    /** How late a sleeper of a millisecond wakes while that happens. */
    private static Histogram lateness(final Pause pause) throws Exception
    {
        try (WakeLatency sleeper = new WakeLatency("outside"))
        {
            pause.run();
            return sleeper.stop();
        }
    }

    /** Something that takes its time. */
    private interface Pause
    {
        void run() throws Exception;
    }

    private static String describe(final Histogram lateness)
    {
        return String.format("p50 %.1f p99 %.1f max %.1f ms", lateness.getValueAtPercentile(50) / 1e6,
            lateness.getValueAtPercentile(99) / 1e6, lateness.getMaxValue() / 1e6);
    }

    @Test
    void shouldScheduleByItselfWhenTheJvmIsStoppedAndHandBackWhenItGoesOn() throws Exception
    {
        final Histogram kernels;
        try (Load load = new Load(BURNERS))
        {
            Thread.sleep(SETTLE_MS);
            kernels = lateness(() -> Thread.sleep(PAUSE_MS));
            assertThat(load.isComplete()).isTrue();
        }
        try (SchedulerProcess scheduler = SchedulerProcess.start(
            "run", "--timeout", WATCHDOG_MS + "ms", "--lease", "5ms", "--json").awaitEnabled();
            Load load = new Load(BURNERS))
        {
            Thread.sleep(SETTLE_MS);
            final Histogram stopped = lateness(() -> scheduler.pause(PAUSE_MS));
            assertThat(SchedulerProcess.state()).as(scheduler.describe()).isEqualTo("enabled");
            final long progress = load.progress();
            Thread.sleep(SETTLE_MS);
            assertThat(load.progress()).isGreaterThan(progress);
            assertThat(load.isComplete()).isTrue();
            scheduler.stopAndAccount();
            System.out.printf("vm: a sleeper wakes late while the JVM is stopped: %s; by the kernel's own: %s; %s%n",
                describe(stopped), describe(kernels), scheduler.json());
            assertThat(scheduler.number("nr_lapsed")).as(scheduler.describe()).isPositive();
            assertThat(scheduler.number("lease_lost_max_ns")).as(scheduler.describe())
                .isGreaterThan(TimeUnit.MILLISECONDS.toNanos(PAUSE_MS - 1_000));
            assertThat(scheduler.number("lease_lost_ns")).as("back since then: " + scheduler.describe())
                .isLessThan(scheduler.number("duration_ns") - TimeUnit.MILLISECONDS.toNanos(1));
            assertThat(stopped.getMaxValue()).as("nobody waited for the watchdog")
                .isLessThan(TimeUnit.MILLISECONDS.toNanos(WATCHDOG_MS));
        }
    }

    @Test
    void shouldNameThePolicyThatDoesNotReturnAndTellItWhenItDoes() throws Exception
    {
        try (SchedulerProcess scheduler = SchedulerProcess.start("run", "--json", "--layout", "pipelined", "--policy",
            BadPolicies.Sleeping.class.getName(), "--classpath", SchedulerProcess.testClasses()).awaitEnabled();
            Load load = new Load(1))
        {
            Thread.sleep(4 * SETTLE_MS);
            assertThat(SchedulerProcess.state()).as(scheduler.describe()).isEqualTo("enabled");
            assertThat(load.isComplete()).isTrue();
            scheduler.stopAndAccount();
            System.out.println("vm: a policy slept for 2 s " + scheduler.json());
            /* Not lease_lost_thread: that is the last one, and in the emulator others are silent at times, too. */
            assertThat(scheduler.json()).contains("\"policy_failure\":\"policy sleeping did not return for ")
                .contains("(thread scx4j-policy)");
            assertThat(scheduler.number("lease_lost_max_ns")).as(scheduler.describe())
                .isGreaterThan(TimeUnit.SECONDS.toNanos(1));
            assertThat(scheduler.stderr()).contains("policy: lease lost").containsPattern(
                "policy: lease regained after [12]... ms");
        }
    }
}
