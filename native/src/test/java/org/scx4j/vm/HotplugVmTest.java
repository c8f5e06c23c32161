// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A CPU comes or goes: the kernel ends the scheduler, and the same JVM starts it again.
 */
@Tag("vm")
@Timeout(180)
@ExtendWith(SchedExtKernel.class)
class HotplugVmTest
{
    private static final Path ONLINE = Path.of("/sys/devices/system/cpu/cpu3/online");
    private static final int EXIT_EVICTED = 4;

    @AfterEach
    void bringTheCpuBack() throws IOException
    {
        setOnline("1");
    }

    private static void setOnline(final String value) throws IOException
    {
        if (!value.equals(Files.readString(ONLINE).strip()))
        {
            Files.writeString(ONLINE, value);
        }
    }

    private static void awaitRestarts(final SchedulerProcess scheduler, final int count) throws InterruptedException
    {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (scheduler.stderr().lines().filter((line) -> line.contains("restarted in")).count() < count)
        {
            assertThat(scheduler.isAlive()).as(scheduler.describe()).isTrue();
            assertThat(System.nanoTime()).as(scheduler.describe()).isLessThan(deadlineNs);
            Thread.sleep(50);
        }
    }

    @Test
    void shouldRestartInTheSameJvmWhenACpuGoesAndComes() throws Exception
    {
        try (SchedulerProcess scheduler = SchedulerProcess.start("run", "--json").awaitEnabled();
            Load load = new Load(2))
        {
            Thread.sleep(2_000);
            setOnline("0");
            awaitRestarts(scheduler, 1);
            scheduler.awaitEnabled();
            Thread.sleep(2_000);
            final long progress = load.progress();
            setOnline("1");
            awaitRestarts(scheduler, 2);
            scheduler.awaitEnabled();
            Thread.sleep(3_000);

            assertThat(SchedulerProcess.state()).as(scheduler.describe()).isEqualTo("enabled");
            assertThat(load.isComplete()).isTrue();
            assertThat(load.progress()).isGreaterThan(progress);
            scheduler.stopAndAccount();
            System.out.println("vm: hotplug: " + scheduler.stderr().lines()
                .filter((line) -> line.contains("restarted in")).toList() + " " + scheduler.json());
            assertThat(scheduler.number("nr_restarts")).as(scheduler.describe()).isEqualTo(2);
        }
    }

    @Test
    void shouldEndWhenACpuGoesAndNoRestartIsWanted() throws Exception
    {
        try (SchedulerProcess scheduler = SchedulerProcess.start("run", "--no-restart").awaitEnabled())
        {
            setOnline("0");
            assertThat(scheduler.awaitExit(60)).as(scheduler.describe()).isEqualTo(EXIT_EVICTED);
        }
    }
}
