// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A scheduler that is kept goes on when its process dies, until another engine goes on with it, replaces it, or it is
 * detached.
 */
@Tag("vm")
@Timeout(300)
@ExtendWith(SchedExtKernel.class)
class KeepVmTest
{
    private static final Path PINS = Path.of("/sys/fs/bpf/scx4j");
    private static final String WATCHDOG = "3s";
    private static final long ORPHANED_MS = 6_000;
    private static final long SETTLE_MS = 2_000;
    private static final int EXIT_CANNOT = 3;

    private static SchedulerProcess keep(final String... more) throws Exception
    {
        final String[] command = new String[5 + more.length];
        System.arraycopy(new String[]{"run", "--keep", "--json", "--timeout", WATCHDOG}, 0, command, 0, 5);
        System.arraycopy(more, 0, command, 5, more.length);
        return SchedulerProcess.start(command);
    }

    private static void kill(final SchedulerProcess scheduler) throws Exception
    {
        scheduler.signal("KILL");
        scheduler.awaitExit(20);
    }

    /** Whatever a failed test has left must not be in the way of the next one. */
    @AfterEach
    void detach() throws Exception
    {
        SchedulerProcess.start("detach").awaitExit(60);
    }

    @Test
    void shouldGoOnWhenTheProcessIsKilledAndBeAdoptedByTheNext() throws Exception
    {
        try (SchedulerProcess first = keep().awaitEnabled();
            Load load = new Load(2))
        {
            Thread.sleep(SETTLE_MS);
            kill(first);
            final long orphaned = load.progress();
            Thread.sleep(ORPHANED_MS);
            assertThat(SchedulerProcess.state()).isEqualTo("enabled");
            assertThat(load.progress()).as("the kernel's side schedules").isGreaterThan(orphaned);
            try (SchedulerProcess second = keep().awaitStderr(" adopted "))
            {
                Thread.sleep(SETTLE_MS);
                try (SchedulerProcess third = keep("--take-over").awaitStderr(" adopted "))
                {
                    assertThat(second.isAlive()).as("nobody else writes into the rings").isFalse();
                    Thread.sleep(SETTLE_MS);
                    assertThat(SchedulerProcess.state()).as(third.describe()).isEqualTo("enabled");
                    assertThat(load.isComplete()).isTrue();
                    third.stopAndAccount();
                    System.out.println("vm: adopted twice " + third.json());
                    assertThat(third.json()).contains("\"succession\":\"adopted\"");
                    assertThat(third.number("decisions_per_s")).as(third.describe()).isPositive();
                    assertThat(third.number("nr_lapsed")).as(third.describe()).isPositive();
                }
            }
            assertThat(SchedulerProcess.awaitDisabledNs(TimeUnit.SECONDS.toNanos(10)))
                .isLessThan(TimeUnit.SECONDS.toNanos(10));
            assertThat(PINS).doesNotExist();
        }
    }

    @Test
    void shouldRefuseReplaceOrDetachWhenOneIsKept() throws Exception
    {
        try (SchedulerProcess first = keep().awaitEnabled())
        {
            refuses(keep(), "another scx4j runs with --keep (pid " + first.pid() + ")");
            refuses(SchedulerProcess.start("detach"), "another scx4j runs with --keep (pid " + first.pid() + ")");
            kill(first);
            refuses(SchedulerProcess.start("run"), "go on with it by --keep");
            try (SchedulerProcess other = keep("--ring-bytes", "64K").awaitStderr(" attached in place of "))
            {
                Thread.sleep(SETTLE_MS);
                assertThat(SchedulerProcess.state()).as(other.describe()).isEqualTo("enabled");
                kill(other);
                System.out.print("vm: replaced a kept scheduler: " + other.stderr());
            }
            assertThat(SchedulerProcess.state()).isEqualTo("enabled");
            try (SchedulerProcess detach = SchedulerProcess.start("detach"))
            {
                assertThat(detach.awaitExit(60)).as(detach.describe()).isZero();
                assertThat(detach.stdout()).contains("scx4j_fifo: detached");
            }
            assertThat(SchedulerProcess.state()).isEqualTo("disabled");
            assertThat(Files.exists(PINS)).isFalse();
        }
    }

    private static void refuses(final SchedulerProcess refused, final String reason) throws Exception
    {
        try (refused)
        {
            assertThat(refused.awaitExit(60)).as(refused.describe()).isEqualTo(EXIT_CANNOT);
            assertThat(refused.stderr()).contains(reason).hasLineCount(1);
            assertThat(SchedulerProcess.state()).isEqualTo("enabled");
        }
    }
}
