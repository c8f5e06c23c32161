// SPDX-License-Identifier: Apache-2.0
package org.scx4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.scx4j.jni.LibBpf;
import org.scx4j.jni.NativeLibrary;
import org.scx4j.protocol.BtfReader.Member;
import org.scx4j.protocol.BtfReader.Struct;

/**
 * The Java side of the shared memory against the BTF of the shipped object, in both directions.
 */
@Timeout(60)
class SchedAbiTest
{
    private static final String OBJECT_RESOURCE = "META-INF/bpf/scx4j.bpf.o";
    private static final String OFFSET_SUFFIX = "_OFFSET";
    private static final String[] ENUMS = {"sched_abi", "sched_event_kind", "sched_queued_flag",
        "sched_decision_flag"};
    private static final byte[] OBJECT = object(OBJECT_RESOURCE);
    private static final BtfReader BTF = new BtfReader(OBJECT);

    @Test
    void shouldCoverEveryStructOfTheSharedMemory()
    {
        assertThat(SchedAbi.structs()).containsExactly(
            "sched_queued_task", "sched_dispatched_task", "sched_control", "sched_cpu_state", "sched_inflight_slot",
            "sched_cpu_selection", "sched_counters", "sched_exit_record");
    }

    @ParameterizedTest
    @CsvSource({
        "sched_queued_task, QueuedTaskDescriptor",
        "sched_dispatched_task, DispatchedTaskDescriptor",
        "sched_control, ControlDescriptor",
        "sched_cpu_state, CpuStateDescriptor",
        "sched_inflight_slot, InflightSlotDescriptor",
        "sched_cpu_selection, CpuSelectionDescriptor",
        "sched_exit_record, ExitRecordDescriptor"})
    void shouldHaveExactlyTheMembersOfTheObject(final String struct, final String descriptor) throws Exception
    {
        final Map<String, Integer> expected = new TreeMap<>();
        for (final Member member : BTF.struct(struct).members())
        {
            expected.put(member.name().toUpperCase(Locale.ROOT) + OFFSET_SUFFIX, member.offset());
        }
        final Map<String, Integer> offsets = new TreeMap<>();
        for (final Field field : constants(Class.forName("org.scx4j.protocol." + descriptor)))
        {
            if (field.getName().endsWith(OFFSET_SUFFIX))
            {
                offsets.put(field.getName(), field.getInt(null));
            }
        }

        assertThat(offsets).isEqualTo(expected);
    }

    @Test
    void shouldHaveExactlyTheCountersOfTheObject()
    {
        final List<String> expected = new ArrayList<>();
        final List<String> counters = new ArrayList<>();
        for (final Member member : BTF.struct("sched_counters").members())
        {
            if (!"reserved".equals(member.name()))
            {
                expected.add(member.name() + "@" + member.offset() + "+" + member.sizeBytes());
            }
        }
        for (final KernelCounter counter : KernelCounter.values())
        {
            counters.add(counter.memberName() + "@" + counter.offset() + "+" + Long.BYTES);
        }

        assertThat(counters).isEqualTo(expected);
        assertThat(KernelCounter.count()).isEqualTo(expected.size());
    }

    @Test
    void shouldHaveTheSizesOfTheObject()
    {
        assertThat(QueuedTaskDescriptor.RECORD_BYTES).isEqualTo(BTF.struct("sched_queued_task").sizeBytes());
        assertThat(DispatchedTaskDescriptor.RECORD_BYTES).isEqualTo(BTF.struct("sched_dispatched_task").sizeBytes());
        assertThat(ControlDescriptor.CONTROL_BYTES).isEqualTo(BTF.struct("sched_control").sizeBytes());
        assertThat(CpuStateDescriptor.ENTRY_BYTES).isEqualTo(BTF.struct("sched_cpu_state").sizeBytes());
        assertThat(InflightSlotDescriptor.SLOT_BYTES).isEqualTo(BTF.struct("sched_inflight_slot").sizeBytes());
        assertThat(CpuSelectionDescriptor.SELECTION_BYTES).isEqualTo(BTF.struct("sched_cpu_selection").sizeBytes());
        assertThat(KernelCounter.ENTRY_BYTES).isEqualTo(BTF.struct("sched_counters").sizeBytes());
        assertThat(ExitRecordDescriptor.RECORD_BYTES).isEqualTo(BTF.struct("sched_exit_record").sizeBytes());
    }

    @Test
    void shouldHaveTheSizesOfTheObjectsArrays()
    {
        final int wordsBytes = SchedAbi.SCHED_MAX_HOT_THREADS * Integer.BYTES;

        assertThat(member("sched_queued_task", "comm").sizeBytes()).isEqualTo(SchedAbi.SCHED_COMM_BYTES);
        assertThat(member("sched_control", "hot_tids").sizeBytes()).isEqualTo(wordsBytes);
        assertThat(member("sched_control", "hot_cpus").sizeBytes()).isEqualTo(wordsBytes);
        assertThat(member("sched_control", "kick_cpus").sizeBytes()).isEqualTo(SchedAbi.SCHED_MAX_CPUS / Byte.SIZE);
        assertThat(member("sched_control", "idle_cpus").sizeBytes()).isEqualTo(SchedAbi.SCHED_MAX_CPUS / Byte.SIZE);
        assertThat(member("sched_cpu_selection", "pids").sizeBytes())
            .isEqualTo(SchedAbi.SCHED_SELECTION_TASKS * Integer.BYTES);
        assertThat(member("sched_cpu_selection", "cpus").sizeBytes())
            .isEqualTo(SchedAbi.SCHED_SELECTION_TASKS * Integer.BYTES);
        assertThat(member("sched_exit_record", "reason").sizeBytes()).isEqualTo(SchedAbi.SCHED_REASON_BYTES);
        assertThat(member("sched_exit_record", "message").sizeBytes()).isEqualTo(SchedAbi.SCHED_MESSAGE_BYTES);
        assertThat(member("sched_exit_record", "dump").sizeBytes()).isEqualTo(SchedAbi.SCHED_DUMP_BYTES);
    }

    @Test
    void shouldNameEveryByteWhenPaddingIsCounted()
    {
        for (final String name : SchedAbi.structs())
        {
            final Struct struct = BTF.struct(name);
            int end = 0;
            for (final Member member : struct.members())
            {
                assertThat(member.offset()).as("hole before %s.%s", name, member.name()).isEqualTo(end);
                end += member.sizeBytes();
            }
            assertThat(struct.sizeBytes()).as("hole at the end of %s", name).isEqualTo(end);
            assertThat(struct.sizeBytes() % Long.BYTES).as("size of %s", name).isZero();
        }
    }

    @Test
    void shouldHaveExactlyTheConstantsOfTheObject() throws IllegalAccessException
    {
        final Map<String, Long> expected = new TreeMap<>();
        for (final String name : ENUMS)
        {
            for (final Map.Entry<String, Long> value : BTF.enumValues(name).entrySet())
            {
                assertThat(expected.put(value.getKey(), value.getValue())).as(value.getKey()).isNull();
            }
        }
        final Map<String, Long> constants = new TreeMap<>();
        for (final Field field : constants(SchedAbi.class))
        {
            if (int.class == field.getType())
            {
                constants.put(field.getName(), (long)field.getInt(null));
            }
        }

        assertThat(constants).isEqualTo(expected);
    }

    @Test
    void shouldHaveTheHashOfTheObjectWhenComputedInJava()
    {
        assertThat(Long.toHexString(SchedAbi.LAYOUT_HASH))
            .isEqualTo(Long.toHexString(layoutHash(BTF, SchedAbi.structs())));
    }

    @Test
    void shouldHaveTheHashOfTheObjectWhenComputedInC()
    {
        assertThat(Long.toHexString(layoutHashInC(OBJECT, SchedAbi.structs())))
            .isEqualTo(Long.toHexString(SchedAbi.LAYOUT_HASH));
    }

    @Test
    void shouldHaveAnotherHashWhenAMemberOfTheObjectIsRenamed(@TempDir final Path folder) throws IOException
    {
        final byte[] patched = OBJECT.clone();
        final int at = BTF.stringOffset("enqueue_ns");
        patched[at + "enqueue_ns".length() - 1] = 'z';
        final Path file = folder.resolve("changed.bpf.o");
        Files.write(file, patched);
        final byte[] changed = Files.readAllBytes(file);

        assertThat(member(new BtfReader(changed), "sched_queued_task", "enqueue_nz").offset())
            .isEqualTo(QueuedTaskDescriptor.ENQUEUE_NS_OFFSET);
        assertThat(layoutHash(new BtfReader(changed), SchedAbi.structs())).isNotEqualTo(SchedAbi.LAYOUT_HASH);
        assertThat(layoutHashInC(changed, SchedAbi.structs())).isNotEqualTo(SchedAbi.LAYOUT_HASH)
            .isEqualTo(layoutHash(new BtfReader(changed), SchedAbi.structs()));
    }

    @Test
    void shouldHaveTheVersionOfTheObjectWhenReadInC()
    {
        assumeLibrary();
        final long handle = LibBpf.openObject(OBJECT, "scx4j");
        try
        {
            assertThat(LibBpf.enumValue(handle, "sched_abi", "SCHED_ABI_VERSION"))
                .isEqualTo(SchedAbi.SCHED_ABI_VERSION);
        }
        finally
        {
            LibBpf.closeObject(handle);
        }
    }

    static Member member(final String struct, final String name)
    {
        return member(BTF, struct, name);
    }

    private static Member member(final BtfReader btf, final String struct, final String name)
    {
        return btf.struct(struct).members().stream().filter((member) -> name.equals(member.name())).findFirst()
            .orElseThrow(() -> new AssertionError("no member " + struct + "." + name));
    }

    static List<Member> members(final String struct)
    {
        return BTF.struct(struct).members();
    }

    private static List<Field> constants(final Class<?> type)
    {
        return Arrays.stream(type.getDeclaredFields())
            .filter((field) -> Modifier.isStatic(field.getModifiers()) && Modifier.isPublic(field.getModifiers()))
            .collect(Collectors.toList());
    }

    /** As the javadoc of {@link LibBpf#layoutHash(long, String[])} says. */
    static long layoutHash(final BtfReader btf, final String[] structs)
    {
        final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (final String name : structs)
        {
            final Struct struct = btf.struct(name);
            bytes.put(name.getBytes(StandardCharsets.UTF_8)).put((byte)0).putInt(struct.sizeBytes());
            for (final Member member : struct.members())
            {
                bytes.put(member.name().getBytes(StandardCharsets.UTF_8)).put((byte)0)
                    .putInt(member.offset()).putInt(member.sizeBytes());
            }
        }
        bytes.flip();
        long hash = 0xcbf29ce484222325L;
        while (bytes.hasRemaining())
        {
            hash = (hash ^ bytes.get() & 0xff) * 0x100000001b3L;
        }
        return hash;
    }

    static long layoutHashInC(final byte[] object, final String[] structs)
    {
        assumeLibrary();
        final long handle = LibBpf.openObject(object, "scx4j");
        try
        {
            return LibBpf.layoutHash(handle, structs);
        }
        finally
        {
            LibBpf.closeObject(handle);
        }
    }

    private static void assumeLibrary()
    {
        assumeTrue(NativeLibrary.isAvailable(), () -> NativeLibrary.unavailabilityCause().getMessage());
    }

    static byte[] object(final String resource)
    {
        try (InputStream object = SchedAbiTest.class.getClassLoader().getResourceAsStream(resource))
        {
            if (null == object)
            {
                throw new IllegalStateException("no " + resource + " on the class path: build the bpf module");
            }
            return object.readAllBytes();
        }
        catch (final IOException ex)
        {
            throw new IllegalStateException(ex);
        }
    }
}
