// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The policies that know what is urgent, against FIFO on the same load: {@code edf} meets deadlines that FIFO misses,
 * {@code tier} keeps an interactive task's wait short.
 */
@Tag("vm")
@Timeout(180)
@ExtendWith(SchedExtKernel.class)
class UrgencyVmTest
{
    private static final int MEASURE_MS = 10_000;
    private static final int SETTLE_MS = 1_000;
    /** With four CPUs and this slice, FIFO lets a task wait 24 / 4 * 20 ms = 120 ms. */
    private static final String SLICE = "20ms";
    private static final int MANY_BURNERS = 24;
    private static final long PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long WORK_NS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int BURNERS = 8;
    private static final double FACTOR = 5;

    private static SchedulerProcess start(final String policy, final String rules) throws Exception
    {
        if (rules.isEmpty())
        {
            return SchedulerProcess.start("run", "--policy", policy, "--slice", SLICE, "--json").awaitEnabled();
        }
        final Path file = Files.createTempFile(policy, ".rules");
        Files.writeString(file, rules);
        return SchedulerProcess.start("run", "--policy", policy, "--option", "rules=" + file, "--slice", SLICE,
            "--json").awaitEnabled();
    }

    private static double missRatio(final String policy, final String rules) throws Exception
    {
        try (SchedulerProcess scheduler = start(policy, rules);
            Burners burners = new Burners(MANY_BURNERS);
            PeriodicJobs jobs = new PeriodicJobs("periodic-", 2, PERIOD_NS, WORK_NS))
        {
            Thread.sleep(SETTLE_MS);
            final long jobsBefore = jobs.nrJobs();
            final long missesBefore = jobs.nrMisses();
            Thread.sleep(MEASURE_MS);
            final long nrJobs = jobs.nrJobs() - jobsBefore;
            final long nrMisses = jobs.nrMisses() - missesBefore;
            assertThat(SchedulerProcess.state()).as(scheduler.describe()).isEqualTo("enabled");
            assertThat(burners.isComplete()).isTrue();
            scheduler.stopAndAccount();
            System.out.printf("vm: %s: %d of %d jobs missed their deadline of 100 ms under %d burners %s%n",
                policy, nrMisses, nrJobs, MANY_BURNERS, scheduler.json());
            assertThat(nrJobs).as(scheduler.describe()).isPositive();
            return (double)nrMisses / nrJobs;
        }
    }

    @Test
    void shouldMeetDeadlinesThatFifoMissesWhenEarliestDeadlineFirst() throws Exception
    {
        final double fifo = missRatio("fifo", "");
        final double edf = missRatio("edf", "comm periodic-* period 100ms\n");

        assertThat(fifo).as("the load is too much for FIFO").isGreaterThan(0.5);
        assertThat(edf).isLessThan(0.1);
    }

    private static Histogram lateness(final String policy, final String rules) throws Exception
    {
        try (SchedulerProcess scheduler = start(policy, rules);
            Burners burners = new Burners(BURNERS))
        {
            Thread.sleep(SETTLE_MS);
            final Histogram lateness;
            try (WakeLatency sleeper = new WakeLatency("interactive"))
            {
                Thread.sleep(MEASURE_MS);
                lateness = sleeper.stop();
            }
            assertThat(SchedulerProcess.state()).as(scheduler.describe()).isEqualTo("enabled");
            assertThat(burners.isComplete()).isTrue();
            scheduler.stopAndAccount();
            System.out.printf("vm: %s: a sleeper of 1 ms wakes late by p50 %.1f ms, p99 %.1f ms, max %.1f ms under " +
                "%d burners (%d wake-ups) %s%n", policy, lateness.getValueAtPercentile(50) / 1e6,
                lateness.getValueAtPercentile(99) / 1e6, lateness.getMaxValue() / 1e6, BURNERS,
                lateness.getTotalCount(), scheduler.json());
            return lateness;
        }
    }

    @Test
    void shouldWakeAnInteractiveTaskSoonerThanFifoWhenTiered() throws Exception
    {
        final Histogram fifo = lateness("fifo", "");
        final Histogram tier = lateness("tier", "comm interactive interactive\n");

        assertThat(FACTOR * tier.getValueAtPercentile(99)).isLessThan(fifo.getValueAtPercentile(99));
    }
}
