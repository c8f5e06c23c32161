// SPDX-License-Identifier: Apache-2.0
package org.scx4j.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

@Timeout(60)
class LibBpfTest
{
    private static final int HEADER_BYTES = 8;
    private static final int RECORD_BYTES = 32;
    private static final int RING_BYTES = 4096;
    private static final byte[] OBJECT = object();

    private final UnsafeBuffer context = aligned(16);
    private long handle;

    @BeforeEach
    void open()
    {
        handle = LibBpf.openObject(OBJECT, "libbpf_test");
    }

    @AfterEach
    void close()
    {
        LibBpf.closeObject(handle);
    }

    @Test
    void shouldHashTheLayoutAsDocumentedWhenStructsAreNamed()
    {
        final ByteBuffer bytes = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
        name(bytes, "test_record").putInt(32);
        name(bytes, "sequence").putInt(0).putInt(8);
        name(bytes, "code").putInt(8).putInt(4);
        name(bytes, "comm").putInt(12).putInt(16);
        name(bytes, "word").putInt(28).putInt(4);
        name(bytes, "test_shared").putInt(16);
        name(bytes, "runs").putInt(0).putInt(8);
        name(bytes, "mode").putInt(8).putInt(4);
        name(bytes, "_pad0").putInt(12).putInt(4);

        assertThat(LibBpf.layoutHash(handle, new String[]{"test_record", "test_shared"}))
            .isEqualTo(fnv(bytes.flip()));
    }

    @Test
    void shouldSayWhichStructsWhenOneIsMissing()
    {
        assertFails(
            () -> LibBpf.layoutHash(handle, new String[]{"test_record", "nothing"}),
            Category.FATAL,
            "bpf layout hash failed: structs=test_record,nothing, errno=ENOENT (No such file or directory); " +
            "BPF object and engine do not belong together");
    }

    @Test
    void shouldReadEnumsWhenSignedUnsignedOrWide()
    {
        assertThat(LibBpf.enumValue(handle, "test_code", "TEST_NEGATIVE")).isEqualTo(-7);
        assertThat(LibBpf.enumValue(handle, "test_flags", "TEST_TOP_BIT")).isEqualTo(0x80000000L);
        assertThat(LibBpf.enumValue(handle, "test_wide", "TEST_WIDE")).isEqualTo(0x8000000000000001L);
        assertFails(
            () -> LibBpf.enumValue(handle, "test_wide", "NONE"), Category.FATAL,
            "bpf enum look-up failed: enum=test_wide, name=NONE, errno=ENOENT");
    }

    @Test
    void shouldSayThatItIsNoObjectWhenTheBytesAreNotElf()
    {
        assertFails(
            () -> LibBpf.openObject("this is no ELF file".getBytes(StandardCharsets.US_ASCII), "text"),
            Category.FATAL, "bpf object open failed: object=text, errno=",
            "the file is not a BPF object of this build");
        assertFails(() -> LibBpf.openObject(new byte[0], "none"), Category.FATAL, "EINVAL");
        assertFails(() -> LibBpf.openObject(null, "none"), Category.FATAL, "EINVAL");
    }

    @Test
    void shouldNameWhatIsMissingWhenNotFound()
    {
        assertFails(
            () -> LibBpf.setRodata(handle, "nothing", 1), Category.FATAL,
            "bpf rodata set failed: variable=nothing, value=1, errno=ENOENT (No such file or directory); " +
            "BPF object and engine do not belong together");
        assertFails(
            () -> LibBpf.mapFd(handle, "nothing"), Category.FATAL,
            "bpf map look-up failed: map=nothing, errno=ENOENT (No such file or directory); ");
        assertFails(
            () -> LibBpf.programFd(handle, "nothing"), Category.FATAL,
            "bpf program look-up failed: program=nothing, errno=ENOENT");
        assertFails(
            () -> LibBpf.setOpsMember(handle, "test_ops", "nothing", 1), Category.FATAL, "member=nothing", "ENOENT");
        assertFails(() -> LibBpf.mapFd(handle, null), Category.FATAL, "EINVAL");
    }

    @Test
    void shouldRefuseAValueWhenItDoesNotFit()
    {
        assertFails(
            () -> LibBpf.setRodata(handle, "option8", 256), Category.USAGE,
            "variable=option8, value=256, errno=ERANGE");
        assertFails(
            () -> LibBpf.setOpsName(handle, "test_ops", "sixteen_letters_"), Category.USAGE, "errno=ENAMETOOLONG");
        assertFails(
            () -> LibBpf.setMapEntries(handle, "records", -1), Category.FATAL, "map=records, entries=-1", "EINVAL");
    }

    @Test
    void shouldRefuseAHandleWhenItIsClosed()
    {
        final long other = LibBpf.openObject(OBJECT, "other");
        LibBpf.closeObject(other);

        assertFails(() -> LibBpf.closeObject(other), Category.FATAL, "errno=EBADF");
        assertFails(() -> LibBpf.load(other), Category.FATAL, "errno=EBADF");
        assertFails(() -> LibBpf.destroyLink(other), Category.FATAL, "errno=EBADF");
    }

    @Test
    void shouldSayToLoadFirstWhenAskedForADescriptor()
    {
        assertFails(
            () -> LibBpf.mapFd(handle, "records"), Category.FATAL, "errno=EINVAL", "load the object first");
        assertThat(LibBpf.mapValueBytes(handle, "shared")).isEqualTo(16);
        assertThat(LibBpf.mapEntries(handle, "shared")).isEqualTo(1);
    }

    @Test
    void shouldReadRecordsFromTheMappedRingWhenAProgramSentThem()
    {
        load();
        final UnsafeBuffer consumer = new UnsafeBuffer();
        final UnsafeBuffer producer = new UnsafeBuffer();
        final int pageBytes = LibC.pageBytes();
        final int fd = LibBpf.mapFd(handle, "records");
        final long consumerAddress = LibBpf.mmap(fd, 0, pageBytes, true);
        final long producerBytes = pageBytes + 2L * RING_BYTES;
        final long producerAddress = LibBpf.mmap(fd, pageBytes, producerBytes, false);
        consumer.wrap(consumerAddress, pageBytes);
        producer.wrap(producerAddress, (int) producerBytes);
        final int epoll = LibBpf.epollCreate(fd);

        assertThat(LibBpf.epollWait(epoll, 0)).isZero();
        assertThat(send(100, 3)).isEqualTo(6);
        assertThat(LibBpf.epollWait(epoll, 10_000)).isEqualTo(1);
        assertThat(producer.getLongVolatile(0)).isEqualTo(3 * (HEADER_BYTES + RECORD_BYTES));
        for (int i = 0; i < 3; i++)
        {
            final int header = pageBytes + i * (HEADER_BYTES + RECORD_BYTES);
            assertThat(producer.getInt(header)).isEqualTo(RECORD_BYTES);
            assertThat(producer.getLong(header + HEADER_BYTES)).isEqualTo(100 + i);
            assertThat(producer.getInt(header + HEADER_BYTES + 8)).isEqualTo(7);
        }
        consumer.putLongVolatile(0, producer.getLongVolatile(0));
        assertThat(LibBpf.epollWait(epoll, 0)).isZero();

        LibBpf.closeFd(epoll);
        LibBpf.munmap(producerAddress, producerBytes);
        LibBpf.munmap(consumerAddress, pageBytes);
    }

    @Test
    void shouldSeeRodataAndContextWhenAProgramRuns()
    {
        LibBpf.setRodata(handle, "option8", 10);
        LibBpf.setRodata(handle, "option16", 200);
        LibBpf.setRodata(handle, "option32", 3_000);
        LibBpf.setRodata(handle, "option64", 40_000);
        LibBpf.setRodata(handle, "option_bool", 0);
        load();

        assertThat(send(5, 1)).isEqualTo(43_211);
        assertThat(context.getLong(0)).isEqualTo(6);
        assertFails(() -> LibBpf.setRodata(handle, "option8", 1), Category.FATAL, "EBUSY", "before load()");
        assertFails(() -> LibBpf.load(handle), Category.FATAL, "EBUSY");
    }

    @Test
    void shouldShareMemoryWhenAnArrayIsMapped()
    {
        load();
        final UnsafeBuffer shared = new UnsafeBuffer();
        final long address = LibBpf.mmap(LibBpf.mapFd(handle, "shared"), 0, 16, true);
        shared.wrap(address, 16);

        send(1, 0);
        send(1, 0);

        assertThat(shared.getLongVolatile(0)).isEqualTo(2);
        LibBpf.munmap(address, 16);
    }

    @Test
    void shouldReturnTheProgramsErrorOrErrnoWhenItCanNotRun()
    {
        load();

        assertThat(LibBpf.runProgram(LibBpf.programFd(handle, "refuse"), context.addressOffset(), 16))
            .isEqualTo(-Errno.EBUSY);
        assertThat(LibBpf.runProgram(-1, context.addressOffset(), 16)).isNegative();
        assertThat(LibBpf.runProgram(LibBpf.programFd(handle, "send"), context.addressOffset(), -1))
            .isEqualTo(-Errno.EINVAL);
    }

    @Test
    void shouldSayWhyWhenTheVerifierRefusesAProgram()
    {
        assumeBpf();
        LibBpf.setAutoload(handle, "bad", true);

        assertFails(
            () -> LibBpf.load(handle), Category.FATAL,
            "bpf object load failed: errno=EACCES (Permission denied); prog 'bad': BPF program load failed",
            "invalid mem access 'scalar'", "; the kernel refuses the program: run `bin/scx4j doctor`");
        assertThat(LibBpf.takeLog()).isEmpty();
    }

    @Test
    void shouldSizeAMapWhenNotLoaded()
    {
        assumeBpf();
        LibBpf.setMapEntries(handle, "records", 65_536);
        load();

        assertThat(LibBpf.mapEntries(handle, "records")).isEqualTo(65_536);
        final int fd = LibBpf.mapFd(handle, "records");
        assertFails(
            () -> LibBpf.mmap(fd, 0, 1L << 30, false), Category.FATAL,
            "mmap failed: fd=" + fd + ", offset=0", "EINVAL");
    }

    @Test
    void shouldCountSwitchesWhenAProgramIsAttached() throws InterruptedException
    {
        assumeBpf();
        LibBpf.setAutoload(handle, "count_switches", true);
        load();
        final UnsafeBuffer shared = new UnsafeBuffer();
        final long address = LibBpf.mmap(LibBpf.mapFd(handle, "shared"), 0, 16, true);
        shared.wrap(address, 16);

        final long link = LibBpf.attachProgram(handle, "count_switches");
        while (shared.getLongVolatile(0) < 10)
        {
            Thread.sleep(1);
        }
        LibBpf.destroyLink(link);

        assertFails(() -> LibBpf.destroyLink(link), Category.FATAL, "errno=EBADF");
        final long count = shared.getLongVolatile(0);
        Thread.sleep(20);
        assertThat(shared.getLongVolatile(0)).isEqualTo(count);
        LibBpf.munmap(address, 16);
    }

    @Test
    void shouldNameThePathWhenAPinCanNotBeMadeOrOpened(@TempDir final Path folder)
    {
        assumeBpf();
        load();
        final int fd = LibBpf.mapFd(handle, "shared");

        assertFails(
            () -> LibBpf.pin(fd, folder.resolve("shared")), Category.ENVIRONMENT,
            "bpf pin failed: path=" + folder.resolve("shared"), "errno=EPERM");
        assertFails(
            () -> LibBpf.openPinned(folder.resolve("none")), Category.FATAL,
            "bpf pin open failed: path=" + folder.resolve("none") + ", errno=ENOENT");
        assertFails(() -> LibBpf.linkFd(42), Category.FATAL, "bpf link look-up failed", "errno=EBADF");
        assertFails(() -> LibBpf.detachLink(fd), Category.FATAL, "bpf link detach failed: fd=" + fd, "errno=EINVAL");
    }

    @Test
    void shouldAttachStructOpsWithTheNameWhenSet() throws IOException
    {
        assumeBpf();
        final Path available = Path.of("/proc/sys/net/ipv4/tcp_available_congestion_control");
        assumeTrue(Files.exists(available), "needs a kernel with TCP, whose congestion control is a struct_ops");
        final String name = "t" + ProcessHandle.current().pid() % 10_000_000;
        LibBpf.setAutocreate(handle, "test_ops", true);
        LibBpf.setOpsName(handle, "test_ops", name);
        LibBpf.setOpsMember(handle, "test_ops", "flags", 1);
        load();

        final long link = LibBpf.attachStructOps(handle, "test_ops");
        assertThat(Files.readString(available)).contains(name);

        LibBpf.destroyLink(link);
        assertThat(Files.readString(available)).doesNotContain(name);
    }

    @Test
    void shouldSayWhyWhenTheKernelLacksAMemberThatIsSet()
    {
        assumeBpf();
        LibBpf.setAutocreate(handle, "test_ops", true);
        LibBpf.setOpsMember(handle, "test_ops", "unknown_to_kernels", 1);

        assertThat(LibBpf.opsMemberInKernel("tcp_congestion_ops", "unknown_to_kernels")).isFalse();
        assertFails(
            () -> LibBpf.load(handle), Category.FATAL, "Cannot find member unknown_to_kernels in kernel BTF");
    }

    @Test
    void shouldKnowTheKernelWhenItHasBtf()
    {
        assumeTrue(Files.isReadable(Path.of("/sys/kernel/btf/vmlinux")), "needs a kernel with BTF");

        assertThat(LibBpf.opsMemberInKernel("task_struct", "pid")).isTrue();
        assertThat(LibBpf.opsMemberInKernel("task_struct", "nothing")).isFalse();
        assertThat(LibBpf.opsMemberInKernel("nothing", "pid")).isFalse();
        assertThat(LibBpf.kernelHasFunction("schedule")).isTrue();
        assertThat(LibBpf.kernelHasFunction("no_such_function")).isFalse();
        assertThat(LibBpf.kernelFunctionEndsWith("wake_up_process", "task_struct")).isTrue();
        assertThat(LibBpf.kernelFunctionEndsWith("wake_up_process", "task_group")).isFalse();
        assertThat(LibBpf.kernelFunctionEndsWith("no_such_function", "task_struct")).isFalse();
        assertThat(LibBpf.kernelEnumValue("bpf_map_type", "BPF_MAP_TYPE_RINGBUF")).isEqualTo(27);
        assertThat(LibBpf.kernelEnumValue("bpf_map_type", "NOTHING")).isEqualTo(-Errno.ENOENT);
        assertThat(LibBpf.kernelEnumValue("nothing", "NOTHING")).isEqualTo(-Errno.ENOENT);
    }

    @Test
    void shouldReturnErrnoWhenEpollIsNotOpen()
    {
        assertThat(LibBpf.epollWait(-1, 0)).isEqualTo(-Errno.EBADF);
        assertFails(() -> LibBpf.epollCreate(-1), Category.FATAL, "epoll create failed: fd=-1, errno=EBADF");
        assertFails(() -> LibBpf.closeFd(-1), Category.FATAL, "close failed: fd=-1, errno=EBADF");
    }

    @Test
    void shouldWaitTheWholeTimeoutWhenNothingComes()
    {
        load();
        final int epoll = LibBpf.epollCreate(LibBpf.mapFd(handle, "records"));
        final long startNs = System.nanoTime();

        assertThat(LibBpf.epollWait(epoll, 50)).isZero();

        assertThat(System.nanoTime() - startNs).isGreaterThan(45_000_000L);
        LibBpf.closeFd(epoll);
    }

    @Test
    void shouldNotAllocateWhenWaitingAndRunning()
    {
        load();
        final com.sun.management.ThreadMXBean threads =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        final int epoll = LibBpf.epollCreate(LibBpf.mapFd(handle, "records"));
        final int program = LibBpf.programFd(handle, "refuse");
        final long address = context.addressOffset();
        callHot(epoll, program, address);
        threads.getCurrentThreadAllocatedBytes();

        final long beforeBytes = threads.getCurrentThreadAllocatedBytes();
        callHot(epoll, program, address);
        final long allocatedBytes = threads.getCurrentThreadAllocatedBytes() - beforeBytes;

        assertThat(allocatedBytes).isZero();
        LibBpf.closeFd(epoll);
    }

    @Test
    void shouldKeepNothingOpenWhenClosed() throws IOException
    {
        assumeBpf();
        final long before = openDescriptors();
        for (int i = 0; i < 10; i++)
        {
            final long object = LibBpf.openObject(OBJECT, "again");
            LibBpf.load(object);
            LibBpf.closeObject(object);
        }

        assertThat(openDescriptors()).isEqualTo(before);
    }

    @Test
    void shouldAcceptVerbosityAtAnyTime()
    {
        assertThatCode(() ->
        {
            LibBpf.setVerbose(true);
            LibBpf.setVerbose(false);
        }).doesNotThrowAnyException();
    }

    private static void callHot(final int epoll, final int program, final long address)
    {
        for (int i = 0; i < 2_000; i++)
        {
            LibBpf.epollWait(epoll, 0);
            LibBpf.runProgram(program, address, 16);
        }
    }

    private void load()
    {
        assumeBpf();
        LibBpf.load(handle);
    }

    private int send(final long first, final long count)
    {
        context.putLong(0, first);
        context.putLong(8, count);
        return LibBpf.runProgram(LibBpf.programFd(handle, "send"), context.addressOffset(), 16);
    }

    private static void assumeBpf()
    {
        assumeTrue(0 == LibC.effectiveUserId(), "needs root: loads BPF programs");
        assumeTrue(Files.isReadable(Path.of("/sys/kernel/btf/vmlinux")), "needs a kernel with BPF and BTF");
    }

    private static void assertFails(
        final ThrowingCallable call, final Category category, final String... parts)
    {
        assertThatThrownBy(call)
            .isInstanceOfSatisfying(SchedulerException.class, ex ->
            {
                assertThat(ex.category()).as(ex.getMessage()).isEqualTo(category);
                assertThat(ex.getMessage()).contains(parts).doesNotContain("\n");
            });
    }

    private static UnsafeBuffer aligned(final int bytes)
    {
        return new UnsafeBuffer(BufferUtil.allocateDirectAligned(bytes, 64));
    }

    /** BPF's own only: the JVM opens and closes files of its own meanwhile. */
    private static long openDescriptors() throws IOException
    {
        try (var files = Files.list(Path.of("/proc/self/fd")))
        {
            return files.filter(LibBpfTest::isBpfDescriptor).count();
        }
    }

    private static boolean isBpfDescriptor(final Path descriptor)
    {
        try
        {
            return Files.readSymbolicLink(descriptor).toString().matches("anon_inode:\\[?(bpf|btf).*");
        }
        catch (final IOException ex)
        {
            return false;
        }
    }

    private static ByteBuffer name(final ByteBuffer bytes, final String name)
    {
        return bytes.put(name.getBytes(StandardCharsets.UTF_8)).put((byte) 0);
    }

    private static long fnv(final ByteBuffer bytes)
    {
        long hash = 0xcbf29ce484222325L;
        while (bytes.hasRemaining())
        {
            hash = (hash ^ bytes.get() & 0xff) * 0x100000001b3L;
        }
        return hash;
    }

    private static byte[] object()
    {
        try (InputStream object = LibBpfTest.class.getResourceAsStream("/libbpf_test.bpf.o"))
        {
            if (null == object)
            {
                throw new IllegalStateException("no libbpf_test.bpf.o: run `make -C native`");
            }
            return object.readAllBytes();
        }
        catch (final IOException ex)
        {
            throw new IllegalStateException(ex);
        }
    }
}
