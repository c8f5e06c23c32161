// SPDX-License-Identifier: Apache-2.0
package org.scx4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.scx4j.protocol.BtfReader.Member;

/**
 * Each accessor of the flyweights at the place that the shipped object's BTF says.
 */
@Timeout(60)
class FlyweightTest
{
    private static final String SEED_PROPERTY = "scx4j.test.seed";
    private static final int ROUNDS = 200;
    private static final int RECORD_OFFSET = 64;
    private static final int BUFFER_BYTES = 2048;

    private final long seed = Long.getLong(SEED_PROPERTY, System.nanoTime());
    private final Random random = new Random(seed);
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[BUFFER_BYTES]);

    @BeforeEach
    void printSeed(final TestInfo test)
    {
        System.out.println("FlyweightTest." + test.getDisplayName() + ": -D" + SEED_PROPERTY + "=" + seed);
    }

    @Test
    void shouldReadEachMemberOfAQueuedTaskWhereTheObjectHasIt() throws ReflectiveOperationException
    {
        for (int round = 0; round < ROUNDS; round++)
        {
            fill();
            final QueuedTaskFlyweight task = new QueuedTaskFlyweight().wrap(buffer, RECORD_OFFSET);
            for (final Member member : scalars("sched_queued_task"))
            {
                final Object value = QueuedTaskFlyweight.class.getMethod(accessor(member)).invoke(task);
                assertThat(((Number)value).longValue()).as(member.name()).isEqualTo(read(member));
            }
        }
    }

    @Test
    void shouldHaveAnAccessorForEachMemberAndNoOther()
    {
        final Set<String> queued = accessors(QueuedTaskFlyweight.class);
        queued.removeAll(Set.of("commLow", "commHigh"));

        assertThat(queued).isEqualTo(names("sched_queued_task"));
        assertThat(accessors(DispatchedTaskFlyweight.class)).isEqualTo(names("sched_dispatched_task"));
    }

    @Test
    void shouldReadTheNameOfAQueuedTaskWhereTheObjectHasIt()
    {
        final int offset = RECORD_OFFSET + SchedAbiTest.member("sched_queued_task", "comm").offset();
        for (int round = 0; round < ROUNDS; round++)
        {
            fill();
            final QueuedTaskFlyweight task = new QueuedTaskFlyweight().wrap(buffer, RECORD_OFFSET);
            assertThat(task.commLow()).isEqualTo(buffer.getLong(offset));
            assertThat(task.commHigh()).isEqualTo(buffer.getLong(offset + Long.BYTES));

            final int length = random.nextInt(SchedAbi.SCHED_COMM_BYTES + 1);
            final String name = "abcdefghijklmnop".substring(0, length);
            buffer.putBytes(offset, name.getBytes(StandardCharsets.US_ASCII));
            if (length < SchedAbi.SCHED_COMM_BYTES)
            {
                buffer.putByte(offset + length, (byte)0);
            }
            assertThat(task.comm()).isEqualTo(name);
        }
    }

    @Test
    void shouldWriteTheKindOfAQueuedTaskAndNothingElse()
    {
        final Member kind = SchedAbiTest.member("sched_queued_task", "kind");
        fill();
        final byte[] before = buffer.byteArray().clone();
        final int value = random.nextInt();

        new QueuedTaskFlyweight().wrap(buffer, RECORD_OFFSET).kind(value);

        assertThat(read(kind)).isEqualTo(value);
        assertOnlyChanged(before, kind);
    }

    @Test
    void shouldWriteEachMemberOfADecisionWhereTheObjectHasItAndNothingElse() throws ReflectiveOperationException
    {
        for (int round = 0; round < ROUNDS; round++)
        {
            for (final Member member : scalars("sched_dispatched_task"))
            {
                fill();
                final byte[] before = buffer.byteArray().clone();
                final boolean isWide = Long.BYTES == member.sizeBytes();
                final Class<?> type = isWide ? long.class : int.class;
                final Number value = isWide ? (Number)random.nextLong() : (Number)random.nextInt();
                final DispatchedTaskFlyweight decision = new DispatchedTaskFlyweight().wrap(buffer, RECORD_OFFSET);
                final Method setter = DispatchedTaskFlyweight.class.getMethod(accessor(member), type);
                final Method getter = DispatchedTaskFlyweight.class.getMethod(accessor(member));

                assertThat(setter.invoke(decision, value)).isSameAs(decision);

                assertThat(read(member)).as(member.name()).isEqualTo(value.longValue());
                assertThat(getter.invoke(decision)).as(member.name()).isEqualTo(value);
                assertOnlyChanged(before, member);
            }
        }
    }

    @Test
    void shouldWriteEachControlWordWhereTheObjectHasItAndNothingElse()
    {
        final ControlFlyweight control = new ControlFlyweight(buffer);
        final int tgid = random.nextInt();
        final long sliceNs = random.nextLong();
        final long position = random.nextLong();

        assertWrites("engine_tgid", tgid, () -> control.engineTgid(tgid));
        assertWrites("stopping", 1, control::stopping);
        assertWrites("slice_ns", sliceNs, () -> control.sliceNs(sliceNs));
        assertWrites("parked", 1, control::park);
        assertWrites("parked", 0, control::unpark);
        assertWrites("published_bytes", position, () -> control.publishedBytes(position));
        assertThat(control.publishedBytes()).isEqualTo(position);
    }

    @Test
    void shouldReadEachControlWordWhereTheObjectHasIt()
    {
        final ControlFlyweight control = new ControlFlyweight(buffer);
        fill();
        final Member waiting = SchedAbiTest.member("sched_control", "idle_waiting");

        assertThat(control.publishedBytes()).isEqualTo(readControl("published_bytes"));
        assertThat(control.drainedBytes()).isEqualTo(readControl("drained_bytes"));
        assertThat(control.nrCpuIds()).isEqualTo((int)readControl("nr_cpu_ids"));
        assertThat(control.leaseLostAtNs()).isEqualTo(readControl("lease_lost_at_ns"));
        assertThat(control.nrLeasesLost()).isEqualTo(readControl("nr_leases_lost"));
        assertThat(control.leaseLostNs()).isEqualTo(readControl("lease_lost_ns"));
        assertThat(control.leaseLostMaxNs()).isEqualTo(readControl("lease_lost_max_ns"));
        assertThat(control.leaseLostThread()).isEqualTo((int)readControl("lease_lost_thread"));

        buffer.putInt(waiting.offset(), 1);
        assertThat(control.takeIdleWaiting()).isTrue();
        assertThat(readControl("idle_waiting")).isZero();
        assertThat(control.takeIdleWaiting()).isFalse();
    }

    @Test
    void shouldWriteASlotOfTheHotThreadsAndNothingElse()
    {
        final int tids = SchedAbiTest.member("sched_control", "hot_tids").offset();
        final int cpus = SchedAbiTest.member("sched_control", "hot_cpus").offset();
        final ControlFlyweight control = new ControlFlyweight(buffer);
        for (int slot = 0; slot < SchedAbi.SCHED_MAX_HOT_THREADS; slot++)
        {
            fill();
            final byte[] expected = buffer.byteArray().clone();
            final int tid = random.nextInt();
            final int cpu = random.nextInt();

            control.hotThread(slot, tid, cpu);

            final UnsafeBuffer view = new UnsafeBuffer(expected);
            view.putInt(tids + slot * Integer.BYTES, tid);
            view.putInt(cpus + slot * Integer.BYTES, cpu);
            assertThat(buffer.byteArray()).as("slot %d", slot).isEqualTo(expected);
        }
        assertThatThrownBy(() -> control.hotThread(SchedAbi.SCHED_MAX_HOT_THREADS, 1, 1))
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("slot=4");
        assertThatThrownBy(() -> control.hotThread(-1, 1, 1))
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("slot=-1");
    }

    @Test
    void shouldCountADutyCycleOfAThreadAndNothingElse()
    {
        final Member beats = SchedAbiTest.member("sched_control", "beats");
        final ControlFlyweight control = new ControlFlyweight(buffer);
        assertThat(beats.sizeBytes())
            .isEqualTo(SchedAbi.SCHED_MAX_HOT_THREADS * SchedAbi.SCHED_BEAT_WORDS * Long.BYTES);
        for (int slot = 0; slot < SchedAbi.SCHED_MAX_HOT_THREADS; slot++)
        {
            fill();
            final UnsafeBuffer expected = new UnsafeBuffer(buffer.byteArray().clone());
            final int offset = beats.offset() + slot * SchedAbi.SCHED_BEAT_WORDS * Long.BYTES;
            expected.putLong(offset, expected.getLong(offset) + 2);

            control.beat(slot);
            control.beat(slot);

            assertThat(buffer.byteArray()).as("slot %d", slot).isEqualTo(expected.byteArray());
        }
    }

    @Test
    void shouldSetTheBitOfACpuToKickAndNothingElse()
    {
        final int offset = SchedAbiTest.member("sched_control", "kick_cpus").offset();
        final ControlFlyweight control = new ControlFlyweight(buffer);
        for (int cpu = 0; cpu < SchedAbi.SCHED_MAX_CPUS; cpu++)
        {
            fill();
            final byte[] expected = buffer.byteArray().clone();
            expected[offset + cpu / Byte.SIZE] |= (byte)(1 << cpu % Byte.SIZE);

            assertThat(control.kickCpu(cpu)).isTrue();

            assertThat(buffer.byteArray()).as("CPU %d", cpu).isEqualTo(expected);
        }
        final byte[] before = buffer.byteArray().clone();
        assertThat(control.kickCpu(-1)).isFalse();
        assertThat(control.kickCpu(SchedAbi.SCHED_MAX_CPUS)).isFalse();
        assertThat(buffer.byteArray()).isEqualTo(before);
    }

    @Test
    void shouldRefuseToWrapWhenTheBufferIsTooShort()
    {
        assertThatThrownBy(() -> new QueuedTaskFlyweight()
            .wrap(buffer, BUFFER_BYTES - QueuedTaskDescriptor.RECORD_BYTES + 1))
            .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new DispatchedTaskFlyweight()
            .wrap(buffer, BUFFER_BYTES - DispatchedTaskDescriptor.RECORD_BYTES + 1))
            .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new ControlFlyweight(
            new UnsafeBuffer(new byte[ControlDescriptor.CONTROL_BYTES - 1])))
            .isInstanceOf(IndexOutOfBoundsException.class);
    }

    private void fill()
    {
        random.nextBytes(buffer.byteArray());
    }

    private long read(final Member member)
    {
        final int offset = RECORD_OFFSET + member.offset();
        return Long.BYTES == member.sizeBytes() ? buffer.getLong(offset) : buffer.getInt(offset);
    }

    private long readControl(final String name)
    {
        final Member member = SchedAbiTest.member("sched_control", name);
        return Long.BYTES == member.sizeBytes() ? buffer.getLong(member.offset()) : buffer.getInt(member.offset());
    }

    private void assertWrites(final String name, final long value, final Runnable write)
    {
        final Member member = SchedAbiTest.member("sched_control", name);
        fill();
        final UnsafeBuffer expected = new UnsafeBuffer(buffer.byteArray().clone());
        if (Long.BYTES == member.sizeBytes())
        {
            expected.putLong(member.offset(), value);
        }
        else
        {
            expected.putInt(member.offset(), (int)value);
        }

        write.run();

        assertThat(buffer.byteArray()).as(name).isEqualTo(expected.byteArray());
    }

    private void assertOnlyChanged(final byte[] before, final Member member)
    {
        final byte[] restored = buffer.byteArray().clone();
        final int offset = RECORD_OFFSET + member.offset();
        System.arraycopy(before, offset, restored, offset, member.sizeBytes());
        assertThat(restored).as("around %s", member.name()).isEqualTo(before);
    }

    private static List<Member> scalars(final String struct)
    {
        final List<Member> scalars = new ArrayList<>(SchedAbiTest.members(struct));
        scalars.removeIf((member) -> member.name().startsWith("reserved") || "comm".equals(member.name()));
        return scalars;
    }

    private static Set<String> names(final String struct)
    {
        final Set<String> names = new TreeSet<>();
        for (final Member member : SchedAbiTest.members(struct))
        {
            if (!member.name().startsWith("reserved"))
            {
                names.add(accessor(member));
            }
        }
        return names;
    }

    private static Set<String> accessors(final Class<?> flyweight)
    {
        final Set<String> names = new TreeSet<>();
        Arrays.stream(flyweight.getDeclaredMethods())
            .filter((method) -> Modifier.isPublic(method.getModifiers()))
            .map(Method::getName)
            .filter((name) -> !Set.of("wrap", "buffer", "offset").contains(name))
            .forEach(names::add);
        return names;
    }

    /** {@code prev_cpu} is read by {@code prevCpu()}. */
    private static String accessor(final Member member)
    {
        final StringBuilder name = new StringBuilder();
        for (final String word : member.name().split("_"))
        {
            name.append(0 == name.length() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return name.toString();
    }
}
