// SPDX-License-Identifier: Apache-2.0
package org.scx4j.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LibCTest
{
    private static final int CAP_IPC_LOCK = 14;
    private static final int CAP_SYS_RESOURCE = 24;
    private static final int MASK_BYTES = 1024;
    private static final int SCHED_FIFO = 1;
    private static final int UNKNOWN_POLICY = 99;
    private static final int NO_SUCH_THREAD = Integer.MAX_VALUE;
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path THREAD = Path.of("/proc/thread-self");

    @Test
    void shouldPinTheCallingThreadWhenItsMaskIsGiven() throws Exception
    {
        final int cpu = firstCpu(allowedCpus());
        final UnsafeBuffer one = aligned(MASK_BYTES);
        final UnsafeBuffer after = aligned(MASK_BYTES);
        one.putByte(cpu / Byte.SIZE, (byte) (1 << cpu % Byte.SIZE));
        final List<String> allowed = new ArrayList<>();
        final List<Integer> results = new ArrayList<>();

        onOtherThread(() ->
        {
            results.add(LibC.pinThread(0, one.addressOffset(), MASK_BYTES));
            allowed.add(allowedCpus());
            results.add(LibC.threadAffinity(after.addressOffset(), MASK_BYTES) > 0 ? 1 : 0);
            results.add(LibC.threadAffinity(after.addressOffset(), 7));
            results.add(LibC.pinThread(0, one.addressOffset(), 7));
            results.add(LibC.pinThread(NO_SUCH_THREAD, one.addressOffset(), MASK_BYTES));
        });

        assertThat(results).containsExactly(0, 1, -Errno.EINVAL, -Errno.EINVAL, -Errno.ESRCH);
        assertThat(allowed).containsExactly(Integer.toString(cpu));
        assertThat(after).as("the mask that was set, and nothing else").isEqualTo(one);
    }

    @Test
    void shouldKnowTheCallingThread() throws IOException
    {
        final UnsafeBuffer faults = aligned(16);

        assertThat(field("Uid:").split("\\s+")[1]).isEqualTo(Integer.toString(LibC.effectiveUserId()));
        assertThat(LibC.threadFaults(faults.addressOffset())).isZero();
        assertThat(faults.getLong(0)).isPositive();
        assertThat(LibC.pageBytes()).isGreaterThanOrEqualTo(4096);
    }

    @Test
    void shouldGiveTheCallingThreadAClassWhenItIsAnOrdinaryOne() throws Exception
    {
        final List<Integer> results = new ArrayList<>();

        onOtherThread(() ->
        {
            results.add(LibC.setSchedulerClass(0, LibC.SCHED_BATCH));
            results.add(LibC.schedulerPolicy(0));
            results.add(LibC.setSchedulerClass(0, LibC.SCHED_OTHER));
            results.add(LibC.schedulerPolicy(0));
        });

        assertThat(results).containsExactly(0, LibC.SCHED_BATCH, 0, LibC.SCHED_OTHER);
    }

    @Test
    void shouldReturnErrnoWhenThePolicyOrTheThreadIsWrong()
    {
        assertThat(LibC.setSchedulerClass(0, SCHED_FIFO)).isEqualTo(-Errno.EINVAL);
        assertThat(LibC.setSchedulerClass(0, UNKNOWN_POLICY)).isEqualTo(-Errno.EINVAL);
        assertThat(LibC.setSchedulerClass(NO_SUCH_THREAD, LibC.SCHED_OTHER)).isEqualTo(-Errno.ESRCH);
        assertThat(LibC.schedulerPolicy(NO_SUCH_THREAD)).isEqualTo(-Errno.ESRCH);
    }

    @Test
    void shouldGiveTheCallingThreadANiceValue() throws Exception
    {
        final List<Integer> results = new ArrayList<>();

        onOtherThread(() ->
        {
            results.add(LibC.setThreadNice(0, 7));
            results.add(LibC.threadPriority(0));
        });

        assertThat(results).containsExactly(0, 20 - 7);
        assertThat(LibC.threadPriority(NO_SUCH_THREAD)).isEqualTo(-Errno.ESRCH);
        assertThat(LibC.setThreadNice(NO_SUCH_THREAD, 0)).isEqualTo(-Errno.ESRCH);
    }

    @Test
    void shouldTakeTheClassOfSchedExtOnlyWhenTheKernelHasIt() throws Exception
    {
        final List<Integer> results = new ArrayList<>();

        onOtherThread(() ->
        {
            results.add(LibC.setSchedulerClass(0, LibC.SCHED_EXT));
            results.add(LibC.schedulerPolicy(0));
        });

        if (Files.exists(Path.of("/sys/kernel/sched_ext")))
        {
            assertThat(results).containsExactly(0, LibC.SCHED_EXT);
        }
        else
        {
            assertThat(results).containsExactly(-Errno.EINVAL, LibC.schedulerPolicy(0));
        }
    }

    @Test
    void shouldForbidHugePagesUntilTheyAreAllowedAgain() throws IOException
    {
        final int before = LibC.transparentHugePagesDisabled();
        assumeTrue(before >= 0, "needs a kernel with transparent huge pages");

        assertThat(LibC.setTransparentHugePagesDisabled(true)).isZero();
        assertThat(LibC.transparentHugePagesDisabled()).isPositive();
        assertThat(field("THP_enabled:").strip()).isEqualTo("0");

        assertThat(LibC.setTransparentHugePagesDisabled(false)).isZero();
        assertThat(LibC.transparentHugePagesDisabled()).isZero();
        assertThat(LibC.setTransparentHugePagesDisabled(before > 0)).isZero();
    }

    @Test
    void shouldLockMemoryWhenAllowed() throws IOException
    {
        assumeTrue(hasCapability(CAP_IPC_LOCK), "needs CAP_IPC_LOCK: locks memory");

        assertThat(LibC.lockMemory()).isZero();
        assertThat(field("VmLck:").strip()).isNotEqualTo("0 kB");
        assertThat(LibC.unlockMemory()).isZero();
        assertThat(field("VmLck:").strip()).isEqualTo("0 kB");
    }

    @Test
    void shouldRaiseTheMemlockLimitOnlyWhenAllowed() throws IOException
    {
        final int result = LibC.raiseMemlockLimit();

        if (hasCapability(CAP_SYS_RESOURCE))
        {
            assertThat(result).isZero();
            assertThat(Files.readString(Path.of("/proc/self/limits")))
                .containsPattern("Max locked memory +unlimited +unlimited");
        }
        else
        {
            assertThat(result).isIn(0, -Errno.EPERM);
        }
    }

    /** What a thread is told stays with it: not with the one that runs the other tests. */
    private static void onOtherThread(final Task task) throws Exception
    {
        final List<Exception> thrown = new ArrayList<>();
        final Thread thread = new Thread(() ->
        {
            try
            {
                task.run();
            }
            catch (final IOException | RuntimeException ex)
            {
                thrown.add(ex);
            }
        });
        thread.start();
        thread.join();
        assertThat(thrown).isEmpty();
    }

    private static String allowedCpus() throws IOException
    {
        return field(THREAD.resolve("status"), "Cpus_allowed_list:").strip();
    }

    private static int firstCpu(final String list)
    {
        return Integer.parseInt(list.split("[,-]")[0]);
    }

    private static boolean hasCapability(final int number) throws IOException
    {
        return 0 != (Long.parseUnsignedLong(field("CapEff:").strip(), 16) >> number & 1);
    }

    private static String field(final String key) throws IOException
    {
        return field(STATUS, key);
    }

    private static String field(final Path file, final String key) throws IOException
    {
        return Files.readAllLines(file).stream()
            .filter((line) -> line.startsWith(key))
            .map((line) -> line.substring(key.length()))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no " + key + " in " + file));
    }

    private static UnsafeBuffer aligned(final int bytes)
    {
        return new UnsafeBuffer(BufferUtil.allocateDirectAligned(bytes, 64));
    }

    /** A test's part that may fail to read a file. */
    @FunctionalInterface
    private interface Task
    {
        void run() throws IOException;
    }
}
