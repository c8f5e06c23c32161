// SPDX-License-Identifier: Apache-2.0
package org.scx4j.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.jni.Errno;
import org.scx4j.jni.LibC;

@Timeout(30)
class SchedExtClassTest
{
    private static final int SCHED_FIFO = 1;

    @TempDir
    private Path proc;
    private final FakeCalls kernel = new FakeCalls();
    private SchedExtClass schedExtClass;

    /** Threads by id; thread 0 is the calling one. */
    private final class FakeCalls implements SchedExtClass.Calls
    {
        private final Map<Integer, Integer> policies = new ConcurrentHashMap<>();
        private final Map<Integer, Integer> errors = new HashMap<>();
        private final Map<Integer, Runnable> whenSet = new HashMap<>();
        private volatile Thread caller;

        @Override
        public int policy(final int tid)
        {
            return policies.getOrDefault(tid, -Errno.ESRCH);
        }

        @Override
        public int setPolicy(final int tid, final int policy)
        {
            whenSet.getOrDefault(tid, () -> { }).run();
            if (errors.containsKey(tid))
            {
                return -errors.get(tid);
            }
            if (0 == tid)
            {
                caller = Thread.currentThread();
                return 0;
            }
            return null == policies.computeIfPresent(tid, (key, former) -> policy) ? -Errno.ESRCH : 0;
        }
    }

    @BeforeEach
    void before()
    {
        schedExtClass = new SchedExtClass(proc, kernel);
    }

    private void thread(final int processId, final int tid, final int policy)
    {
        try
        {
            Files.createDirectories(proc.resolve(processId + "/task/" + tid));
        }
        catch (final IOException ex)
        {
            throw new AssertionError(ex);
        }
        kernel.policies.put(tid, policy);
    }

    private static void assertFails(final ThrowingCallable call, final Category category, final String message)
    {
        assertThatThrownBy(call).hasMessage(message).isInstanceOfSatisfying(SchedulerException.class, (ex) ->
            assertThat(ex.category()).isEqualTo(category));
    }

    @Test
    void shouldPutOrdinaryThreadsInAndLeaveRealTimeOnes()
    {
        thread(10, 10, LibC.SCHED_OTHER);
        thread(10, 11, LibC.SCHED_BATCH);
        thread(10, 12, SCHED_FIFO);
        thread(10, 13, LibC.SCHED_EXT);
        thread(20, 20, LibC.SCHED_IDLE);
        thread(30, 30, LibC.SCHED_OTHER);

        assertThat(schedExtClass.enter(List.of(20, 10))).containsExactly(Map.entry(20, 1), Map.entry(10, 3));
        assertThat(kernel.policies).containsExactlyInAnyOrderEntriesOf(Map.of(
            10, LibC.SCHED_EXT, 11, LibC.SCHED_EXT, 12, SCHED_FIFO, 13, LibC.SCHED_EXT, 20, LibC.SCHED_EXT,
            30, LibC.SCHED_OTHER));
    }

    @Test
    void shouldTakeOutOnlyWhatIsIn()
    {
        thread(10, 10, LibC.SCHED_EXT);
        thread(10, 11, LibC.SCHED_BATCH);
        thread(10, 12, SCHED_FIFO);

        assertThat(schedExtClass.leave(List.of(10))).containsExactly(Map.entry(10, 1));
        assertThat(kernel.policies).containsExactlyInAnyOrderEntriesOf(Map.of(
            10, LibC.SCHED_OTHER, 11, LibC.SCHED_BATCH, 12, SCHED_FIFO));
    }

    @Test
    void shouldFindThreadsThatStartMeanwhile()
    {
        thread(10, 10, LibC.SCHED_OTHER);
        kernel.whenSet.put(10, () -> thread(10, 11, LibC.SCHED_OTHER));
        kernel.whenSet.put(11, () -> thread(10, 12, LibC.SCHED_OTHER));

        assertThat(schedExtClass.enter(List.of(10))).containsExactly(Map.entry(10, 3));
        assertThat(kernel.policies).containsOnlyKeys(10, 11, 12).values().containsOnly(LibC.SCHED_EXT);
    }

    @Test
    void shouldGoOnWhenThreadsEndMeanwhile()
    {
        thread(10, 10, LibC.SCHED_OTHER);
        thread(10, 11, LibC.SCHED_OTHER);
        thread(10, 12, LibC.SCHED_OTHER);
        kernel.policies.remove(11);
        kernel.errors.put(12, Errno.ESRCH);

        assertThat(schedExtClass.enter(List.of(10))).containsExactly(Map.entry(10, 1));
    }

    @Test
    void shouldChangeNothingWhenOneProcessDoesNotExist()
    {
        thread(10, 10, LibC.SCHED_OTHER);

        assertFails(() -> schedExtClass.enter(List.of(10, 99)), Category.USAGE,
            "no process 99: give the id of one that runs (ps -e)");
        assertFails(() -> schedExtClass.leave(List.of(0)), Category.USAGE,
            "no process 0: give the id of one that runs (ps -e)");
        assertThat(kernel.policies).containsEntry(10, LibC.SCHED_OTHER);
    }

    @Test
    void shouldSetBackWhatItHasChangedWhenOneIsRefused()
    {
        thread(10, 10, LibC.SCHED_BATCH);
        thread(20, 20, LibC.SCHED_OTHER);
        kernel.errors.put(20, Errno.EPERM);

        assertFails(() -> schedExtClass.enter(List.of(10, 20)), Category.ENVIRONMENT, "not permitted to change the " +
            "class of process 20, thread 20: run as root, or as the process's owner");
        assertThat(kernel.policies).containsEntry(10, LibC.SCHED_BATCH);
    }

    @Test
    void shouldSayWhyWhenTheKernelRefuses()
    {
        thread(10, 10, LibC.SCHED_OTHER);
        kernel.errors.put(10, Errno.EINVAL);
        assertFails(() -> schedExtClass.enter(List.of(10)), Category.ENVIRONMENT, "this kernel has no SCHED_EXT: " +
            "boot Linux 6.12 or newer with CONFIG_SCHED_CLASS_EXT=y, or try in a VM: bin/scx4j vm");

        kernel.errors.put(10, Errno.EACCES);
        assertFails(() -> schedExtClass.enter(List.of(10)), Category.ENVIRONMENT, "the scheduler that is attached " +
            "does not take process 10, thread 10: leave it out, or attach another");

        kernel.errors.put(10, Errno.ENOMEM);
        assertFails(() -> schedExtClass.enter(List.of(10)), Category.ENVIRONMENT, "can't change the class of process " +
            "10, thread 10: errno=ENOMEM (Cannot allocate memory); see `bin/scx4j doctor`");
    }

    @Test
    void shouldStartTheCommandOnAThreadOfItsOwn() throws InterruptedException
    {
        final Process process = schedExtClass.start(new ProcessBuilder("sh", "-c", "exit 7"));

        assertThat(process.waitFor()).isEqualTo(7);
        assertThat(kernel.caller).isNotNull().isNotSameAs(Thread.currentThread());
        assertThat(kernel.caller.isAlive()).isFalse();
    }

    @Test
    void shouldStartNothingWhenTheKernelHasNoSuchClass()
    {
        final Path mark = proc.resolve("mark");
        kernel.errors.put(0, Errno.EINVAL);

        assertThatThrownBy(() -> schedExtClass.start(new ProcessBuilder("touch", mark.toString())))
            .hasMessageStartingWith("this kernel has no SCHED_EXT: ");
        assertThat(mark).doesNotExist();
    }

    @Test
    void shouldSayWhichWhenTheCommandCanNotBeRun()
    {
        assertThatThrownBy(() -> schedExtClass.start(new ProcessBuilder("/none/such", "-x")))
            .hasMessageStartingWith("can't run '/none/such': ")
            .hasMessageContaining("No such file or directory")
            .hasMessageEndingWith("; check its name and PATH")
            .isInstanceOfSatisfying(SchedulerException.class, (ex) ->
                assertThat(ex.category()).isEqualTo(Category.USAGE));
    }
}
