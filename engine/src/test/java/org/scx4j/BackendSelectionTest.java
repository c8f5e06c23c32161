// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.pipeline.ThreadLayout;
import org.scx4j.pipeline.WaitMode;
import org.scx4j.policy.Central;
import org.scx4j.policy.Fifo;
import org.scx4j.transport.Keeping;

/**
 * Which backend a choice comes down to, and what a shadow refuses, on a sysfs of sixteen CPUs.
 */
@Timeout(60)
class BackendSelectionTest
{
    @TempDir
    private Path sysfs;
    private Context context;

    @BeforeEach
    void makeSysfs() throws IOException
    {
        final Path online = sysfs.resolve("devices/system/cpu/online");
        Files.createDirectories(online.getParent());
        Files.writeString(online, "0-15\n");
        context = new Context().policy(new Fifo()).sysfs(sysfs);
    }

    private void addSchedExt() throws IOException
    {
        Files.createDirectories(sysfs.resolve("kernel/sched_ext"));
        Files.writeString(sysfs.resolve("kernel/sched_ext/state"), "disabled\n");
    }

    @Test
    void shouldTakeSchedExtWhereTheKernelHasItAndElseAShadow() throws IOException
    {
        final BackendSelection without = BackendSelection.of(BackendChoice.AUTO, sysfs);
        assertThat(without.backend()).isEqualTo(BackendChoice.SHADOW);
        assertThat(without).asString().startsWith("backend shadow: this kernel has no sched_ext (");

        addSchedExt();
        final BackendSelection with = BackendSelection.of(BackendChoice.AUTO, sysfs);
        assertThat(with).asString().isEqualTo("backend sched_ext: this kernel has it");
    }

    @Test
    void shouldTakeWhatWasAskedForWhetherTheKernelHasItOrNot() throws IOException
    {
        assertThat(BackendSelection.of(BackendChoice.SCHED_EXT, sysfs).backend()).isEqualTo(BackendChoice.SCHED_EXT);
        addSchedExt();
        assertThat(BackendSelection.of(BackendChoice.SHADOW, sysfs).backend()).isEqualTo(BackendChoice.SHADOW);
    }

    @Test
    void shouldTakeNoCpuForAShadowUnlessItIsAskedTo()
    {
        context.conclude();
        assertThat(context.pipelineOptions().layout()).isEqualTo(ThreadLayout.PIPELINED);

        context.backend(BackendChoice.SHADOW).conclude();
        assertThat(context.pipelineOptions().layout()).isEqualTo(ThreadLayout.INLINE);
        assertThat(context.pipelineOptions().waitMode()).isEqualTo(WaitMode.PARK);

        context.layout(ThreadLayout.PIPELINED).conclude();
        assertThat(context.pipelineOptions().layout()).isEqualTo(ThreadLayout.PIPELINED);
    }

    @Test
    void shouldRefuseAnEngineWithoutAKernel()
    {
        assertThatThrownBy(context.backend(BackendChoice.SIM)::conclude)
            .isInstanceOfSatisfying(SchedulerException.class, (failure) ->
                assertThat(failure.category()).isEqualTo(Category.USAGE))
            .hasMessage("an engine needs a kernel; a simulation is started by org.scx4j.sim.Simulation, or by scx4j " +
                "run (backend sim: as it was asked for)");
    }

    @Test
    void shouldRefuseWhatOnlyASchedulerCanDoWhenItIsAShadow()
    {
        context.backend(BackendChoice.SHADOW);

        assertRefused(context.partial(true), "no class SCHED_EXT without sched_ext");
        assertRefused(context.partial(false).keep(Keeping.KEEP), "a shadow can't be kept");
        assertRefused(context.keep(Keeping.NO).policy(new Central()), "decides as a CPU asks for a task");
        context.backend(BackendChoice.SCHED_EXT).conclude();
    }

    private static void assertRefused(final Context context, final String message)
    {
        assertThatThrownBy(context::conclude)
            .isInstanceOfSatisfying(SchedulerException.class, (failure) ->
                assertThat(failure.category()).isEqualTo(Category.USAGE))
            .hasMessageContaining(message).hasMessageContaining("(backend shadow: as it was asked for)");
    }
}
