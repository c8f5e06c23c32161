// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.pipeline.ThreadLayout;
import org.scx4j.pipeline.WrappedTransport;
import org.scx4j.policy.Fifo;
import org.scx4j.transport.KernelTransport;
import org.scx4j.transport.MemoryTransport;

@Timeout(60)
class ScheduleCurrentThreadTest
{
    private final ScriptedKernel kernel = new ScriptedKernel();
    @TempDir
    private Path sysfs;
    private SchedulerEngine engine;

    @BeforeEach
    void makeSysfs() throws IOException
    {
        final Path folder = Files.createDirectories(sysfs.resolve("devices/system/cpu"));
        Files.writeString(folder.resolve("online"), "0-1\n");
    }

    @AfterEach
    void close()
    {
        if (null != engine)
        {
            engine.close();
        }
    }

    @Test
    void shouldTellTheKernelOnTheThreadThatAsks() throws InterruptedException
    {
        launch(new Fifo(), kernel);
        final Thread worker = new Thread(() ->
        {
            engine.scheduleCurrentThread(true);
            engine.scheduleCurrentThread(false);
        }, "worker");
        worker.start();
        worker.join();

        assertThat(kernel.calls()).containsExactly("attach", "schedule worker true", "schedule worker false");
    }

    @Test
    void shouldRefuseAThreadOfTheEventPath() throws InterruptedException
    {
        final AtomicReference<RuntimeException> refusal = new AtomicReference<>();
        final AtomicReference<SchedulerEngine> launched = new AtomicReference<>();
        launch((task, out) ->
        {
            try
            {
                launched.get().scheduleCurrentThread(true);
            }
            catch (final RuntimeException ex)
            {
                refusal.set(ex);
            }
            out.dispatch(task).commit();
        }, kernel);
        launched.set(engine);
        kernel.pump(1);

        assertThat(refusal.get()).isInstanceOf(IllegalStateException.class)
            .hasMessageStartingWith("the event path can't schedule its own thread scx4j-")
            .hasMessageEndingWith(": it would wait for its own decision");
        assertThat(kernel.calls()).containsExactly("attach");
    }

    @Test
    void shouldRefuseWhenTheEngineIsClosed()
    {
        launch(new Fifo(), kernel);
        engine.close();

        assertThatThrownBy(() -> engine.scheduleCurrentThread(true)).isInstanceOf(IllegalStateException.class)
            .hasMessageStartingWith("no scheduler is attached");
        assertThat(kernel.calls()).containsExactly("attach", "detach", "close");
    }

    @Test
    void shouldSaySoWhenTheKernelCanNot()
    {
        launch(new Fifo(), new WrappedTransport(new MemoryTransport(1 << 12), (timeoutMs) -> Thread.yield()));

        assertThatThrownBy(() -> engine.scheduleCurrentThread(true)).isInstanceOf(UnsupportedOperationException.class);
    }

    private void launch(final SchedulingPolicy policy, final KernelTransport transport)
    {
        engine = SchedulerEngine.launch(new Context().policy(policy).layout(ThreadLayout.INLINE).lockMemory(false)
            .sysfs(sysfs).transportFactory(() -> transport));
    }
}
