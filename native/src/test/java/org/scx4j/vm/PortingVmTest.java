// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A scheduler that was written for scx_rustland_core, and ported line by line, schedules a real kernel.
 */
@Tag("vm")
@Timeout(180)
class PortingVmTest
{
    private static final int BURNERS = 4;
    private static final int RUN_SECONDS = 10;
    /** It runs for some time longer than it is looked at. */
    private static final int WATCH_SECONDS = 8;
    private static final int LONG_ENOUGH_SECONDS = 120;
    private static final int STATUS_OF_SIGTERM = 128 + 15;
    private static final int JDK_WITH_NATIVE_ACCESS = 22;
    private static final int JDK_WITHOUT_GUARANTEED_SAFEPOINTS = 21;

    @BeforeEach
    void needsSchedExt()
    {
        assumeTrue(Files.exists(SchedulerProcess.STATE), "this kernel has no sched_ext: bin/test runs this in a VM");
        assertThat(SchedulerProcess.state()).isEqualTo("disabled");
    }

    @AfterEach
    void leavesNothingBehind()
    {
        assertThat(SchedulerProcess.state()).isEqualTo("disabled");
    }

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
        final Path target = SchedulerProcess.home().resolve("native/target");
        final List<String> command = new ArrayList<>(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch",
            "-XX:TieredStopAtLevel=1", "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED"));
        final int jdk = Runtime.version().feature();
        if (jdk >= JDK_WITH_NATIVE_ACCESS)
        {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        if (jdk < JDK_WITHOUT_GUARANTEED_SAFEPOINTS)
        {
            command.addAll(List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:GuaranteedSafepointInterval=0"));
        }
        command.addAll(List.of("-cp", target.resolve("test-classes") + ":" + target.resolve("lib") + "/*",
            RustlandFifo.class.getName(), Integer.toString(seconds)));
        return SchedulerProcess.start(command).awaitEnabled();
    }

    private static void assertAccountedFor(final SchedulerProcess scheduler)
    {
        final String why = scheduler.describe();
        assertThat(scheduler.number("nr_lost")).as(why).isZero();
        assertThat(scheduler.number("nr_twice")).as(why).isZero();
        assertThat(scheduler.number("nr_queued")).as(why).isPositive().isEqualTo(
            scheduler.number("nr_decided") + scheduler.number("nr_exited") +
            scheduler.number("nr_kernel") + scheduler.number("nr_held"));
        assertThat(scheduler.json()).contains("\"evicted\":false").contains("\"has_its_cpus_again\":true");
    }
}
