// SPDX-License-Identifier: Apache-2.0
package org.scx4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.scx4j.protocol.BtfReader.Member;
import org.scx4j.protocol.BtfReader.Struct;

/**
 * The Java side of the memory shared with the observer against the BTF of the shipped object, in both directions.
 */
@Timeout(60)
class ShadowAbiTest
{
    private static final String OFFSET_SUFFIX = "_OFFSET";
    private static final String[] ENUMS = {"shadow_outcome_kind", "shadow_outcome_flag"};
    private static final byte[] OBJECT = SchedAbiTest.object("META-INF/bpf/observer.bpf.o");
    private static final BtfReader BTF = new BtfReader(OBJECT);

    @ParameterizedTest
    @CsvSource({
        "sched_queued_task, QueuedTaskDescriptor",
        "sched_dispatched_task, DispatchedTaskDescriptor",
        "sched_control, ControlDescriptor",
        "sched_cpu_state, CpuStateDescriptor",
        "shadow_outcome, ShadowOutcomeDescriptor",
        "shadow_slot, ShadowSlotDescriptor"})
    void shouldHaveExactlyTheMembersOfTheObject(final String struct, final String descriptor) throws Exception
    {
        final Map<String, Integer> expected = new TreeMap<>();
        for (final Member member : BTF.struct(struct).members())
        {
            expected.put(member.name().toUpperCase(Locale.ROOT) + OFFSET_SUFFIX, member.offset());
        }
        final Map<String, Integer> offsets = new TreeMap<>();
        for (final Field field : Class.forName("org.scx4j.protocol." + descriptor).getDeclaredFields())
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
        for (final Member member : BTF.struct("shadow_counters").members())
        {
            expected.add(member.name() + "@" + member.offset() + "+" + member.sizeBytes());
        }
        for (final ShadowCounter counter : ShadowCounter.values())
        {
            counters.add(counter.memberName() + "@" + counter.offset() + "+" + Long.BYTES);
        }

        assertThat(counters).isEqualTo(expected);
    }

    @Test
    void shouldHaveTheSizesOfTheObject()
    {
        assertThat(ShadowOutcomeDescriptor.RECORD_BYTES).isEqualTo(BTF.struct("shadow_outcome").sizeBytes());
        assertThat(ShadowSlotDescriptor.SLOT_BYTES).isEqualTo(BTF.struct("shadow_slot").sizeBytes());
        assertThat(ShadowCounter.ENTRY_BYTES).isEqualTo(BTF.struct("shadow_counters").sizeBytes());
    }

    @Test
    void shouldNameEveryByteWhenPaddingIsCounted()
    {
        for (final String name : ShadowAbi.structs())
        {
            final Struct struct = BTF.struct(name);
            int end = 0;
            for (final Member member : struct.members())
            {
                assertThat(member.offset()).as("hole before %s.%s", name, member.name()).isEqualTo(end);
                end += member.sizeBytes();
            }
            assertThat(struct.sizeBytes()).as("hole at the end of %s", name).isEqualTo(end);
        }
    }

    @Test
    void shouldHaveExactlyTheConstantsOfTheObject() throws IllegalAccessException
    {
        final Map<String, Long> expected = new TreeMap<>();
        for (final String name : ENUMS)
        {
            expected.putAll(BTF.enumValues(name));
        }
        final Map<String, Long> constants = new TreeMap<>();
        for (final Field field : ShadowAbi.class.getDeclaredFields())
        {
            if (int.class == field.getType() && Modifier.isStatic(field.getModifiers()))
            {
                constants.put(field.getName(), (long)field.getInt(null));
            }
        }

        assertThat(constants).isEqualTo(expected);
    }

    @Test
    void shouldHaveTheHashOfTheObjectWhenComputedInJavaAndInC()
    {
        final String hash = Long.toHexString(ShadowAbi.LAYOUT_HASH);

        assertThat(hash).isEqualTo(Long.toHexString(SchedAbiTest.layoutHash(BTF, ShadowAbi.structs())));
        assertThat(hash).isEqualTo(Long.toHexString(SchedAbiTest.layoutHashInC(OBJECT, ShadowAbi.structs())));
    }
}
