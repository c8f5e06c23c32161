// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A scheduler that was written for scx_rustland_core, and ported line by line, schedules a real kernel.
 */
@Tag("vm")
@Timeout(180)
@ExtendWith(SchedExtKernel.class)
class PortingVmTest
{
    private static final int BURNERS = 4;
    private static final int RUN_SECONDS = 10;
    /** It runs for some time longer than it is looked at. */
    private static final int WATCH_SECONDS = 8;
    private static final int LONG_ENOUGH_SECONDS = 120;
    private static final int STATUS_OF_SIGTERM = 128 + 15;

    @Test
    void shouldScheduleEveryTaskWhenTheSchedulerPulls() throws Exception
    {
        try (SchedulerProcess scheduler = start(RUN_SECONDS))
        {
            final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(WATCH_SECONDS);
            try (Load load = new Load(BURNERS))
            {
                assertThat(SchedulerProcess.ops()).isEqualTo("scx4j_rustland_fifo");
                while (System.nanoTime() < endNs)
                {
                    assertThat(SchedulerProcess.state()).as(scheduler.describe()).isEqualTo("enabled");
                    Thread.sleep(100);
                }
                assertThat(load.isComplete()).isTrue();
                assertThat(scheduler.awaitExit(60)).as(scheduler.describe()).isZero();
                System.out.println("vm: rustland fifo, load progress " + load.progress() + " " + scheduler.json());
                assertThat(load.progress()).as(scheduler.describe()).isPositive();
            }
            assertAccountedFor(scheduler);
            final String why = scheduler.describe();
            assertThat(scheduler.number("nr_user_dispatches")).as(why).isEqualTo(scheduler.number("nr_decided"));
            assertThat(scheduler.number("nr_failed_dispatches")).as(why).isEqualTo(scheduler.number("nr_no_task"));
            assertThat(scheduler.number("back_pressure")).as(why).isZero();
            assertThat(scheduler.number("nr_rescued")).as(why).isLessThan(scheduler.number("nr_decided") / 10);
        }
    }

    @Test
    void shouldDetachAndReportWhenTerminated() throws Exception
    {
        try (SchedulerProcess scheduler = start(LONG_ENOUGH_SECONDS))
        {
            Thread.sleep(500);
            scheduler.signal("TERM");
            assertThat(scheduler.awaitExit(30)).as(scheduler.describe()).isEqualTo(STATUS_OF_SIGTERM);
            assertAccountedFor(scheduler);
        }
    }

    private static SchedulerProcess start(final int seconds) throws IOException, InterruptedException
    {
        return SchedulerProcess.startMain(RustlandFifo.class, Integer.toString(seconds)).awaitEnabled();
    }

    private static void assertAccountedFor(final SchedulerProcess scheduler)
    {
        scheduler.assertAccountedFor();
        assertThat(scheduler.json()).contains("\"has_its_cpus_again\":true");
    }
}
