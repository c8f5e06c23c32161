// SPDX-License-Identifier: Apache-2.0
package org.scx4j.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.BitSet;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CpuMaskTest
{
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 63, 64, 65, 127, 128, 129, 1000, CpuList.MAX_CPUS})
    void shouldDoWhatABitSetDoesWhenUsedAtRandom(final int nrCpuIds)
    {
        final long seed = 1_000_003L * nrCpuIds + 7;
        final Random random = new Random(seed);
        final CpuMask mask = new CpuMask(nrCpuIds);
        final BitSet model = new BitSet();
        for (int step = 0; step < 400; step++)
        {
            change(random, mask, model);

            assertSame(mask, model, "seed " + seed + ", step " + step);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 63, 64, 65, 128, 129})
    void shouldTakeAWordOfTheKernelWithoutCpusThatDoNotFit(final int nrCpuIds)
    {
        final CpuMask mask = new CpuMask(nrCpuIds);
        mask.setAll();
        final CpuMask all = new CpuMask(mask.nrCpuIds());
        all.copyFrom(mask);
        final int last = (nrCpuIds - 1) / Long.SIZE;

        mask.setWord(last, 0);
        assertThat(mask.count()).isEqualTo(last * Long.SIZE);
        mask.setWord(last, -1L);

        assertThat(mask).isEqualTo(all);
        assertThatThrownBy(() -> mask.setWord(last + 1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static void change(final Random random, final CpuMask mask, final BitSet model)
    {
        final BitSet otherModel = new BitSet();
        final CpuMask other = new CpuMask(mask.nrCpuIds());
        for (int i = 0 == mask.nrCpuIds() ? 0 : random.nextInt(2 * mask.nrCpuIds()); i > 0; i--)
        {
            final int cpu = random.nextInt(mask.nrCpuIds());
            other.set(cpu);
            otherModel.set(cpu);
        }
        assertThat(mask.intersects(other)).isEqualTo(model.intersects(otherModel));
        switch (random.nextInt(8))
        {
            case 0:
                mask.and(other);
                model.and(otherModel);
                break;
            case 1:
                mask.or(other);
                model.or(otherModel);
                break;
            case 2:
                mask.andNot(other);
                model.andNot(otherModel);
                break;
            case 3:
                mask.copyFrom(other);
                model.clear();
                model.or(otherModel);
                break;
            case 4:
                mask.setAll();
                model.set(0, mask.nrCpuIds());
                break;
            case 5:
                mask.clearAll();
                model.clear();
                break;
            case 6:
                otherModel.stream().limit(5).forEach(mask::set);
                otherModel.stream().limit(5).forEach(model::set);
                break;
            default:
                otherModel.stream().limit(5).forEach(mask::clear);
                otherModel.stream().limit(5).forEach(model::clear);
                break;
        }
    }

    private static void assertSame(final CpuMask mask, final BitSet model, final String when)
    {
        assertThat(mask.toArray()).as(when).isEqualTo(model.stream().toArray());
        assertThat(mask.count()).as(when).isEqualTo(model.cardinality());
        assertThat(mask.isEmpty()).as(when).isEqualTo(model.isEmpty());
        assertThat(mask.first()).as(when).isEqualTo(model.nextSetBit(0));
        assertThat(mask).as(when).isEqualTo(CpuMask.of(mask.nrCpuIds(), model.stream().toArray()))
            .hasSameHashCodeAs(mask.readOnlyCopy()).hasToString(CpuList.format(model.stream().toArray()));
        int nrWrong = 0;
        for (int cpu = -1; cpu < mask.nrCpuIds() + 2; cpu++)
        {
            nrWrong += mask.test(cpu) == (cpu >= 0 && model.get(cpu)) ? 0 : 1;
            nrWrong += mask.next(cpu) == model.nextSetBit(cpu + 1) ? 0 : 1;
        }
        assertThat(nrWrong).as(when).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -64, -1, 65, 127, 128, Integer.MAX_VALUE})
    void shouldRefuseToChangeWhenTheNumberDoesNotFit(final int cpu)
    {
        final CpuMask mask = new CpuMask(65);

        assertThat(mask.test(cpu)).isFalse();
        assertThatThrownBy(() -> mask.set(cpu)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> mask.clear(cpu)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(mask.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -65, -2})
    void shouldRefuseToGoOnWhenTheNumberIsBelowNone(final int cpu)
    {
        assertThatThrownBy(() -> new CpuMask(65).next(cpu)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, CpuList.MAX_CPUS + 1, Integer.MAX_VALUE})
    void shouldRefuseToBeMadeWhenTheSizeIsOutOfRange(final int nrCpuIds)
    {
        assertThatThrownBy(() -> new CpuMask(nrCpuIds))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("size of a CPU mask out of range: nrCpuIds=" + nrCpuIds);
    }

    static Stream<Consumer<CpuMask>> changes()
    {
        final CpuMask other = new CpuMask(8);
        return Stream.of(
            (mask) -> mask.and(other), (mask) -> mask.or(other), (mask) -> mask.andNot(other),
            (mask) -> mask.copyFrom(other), (mask) -> mask.set(0), (mask) -> mask.clear(1), CpuMask::setAll,
            CpuMask::clearAll);
    }

    @ParameterizedTest
    @MethodSource("changes")
    void shouldRefuseEachChangeWhenItIsReadOnly(final Consumer<CpuMask> change)
    {
        final CpuMask mask = CpuMask.of(8, 1, 3).readOnlyCopy();

        assertThat(mask.isReadOnly()).isTrue();
        assertThatThrownBy(() -> change.accept(mask)).isInstanceOf(UnsupportedOperationException.class);
        assertThat(mask).isEqualTo(CpuMask.of(8, 1, 3)).isSameAs(mask.readOnlyCopy());
    }

    @Test
    void shouldKeepAReadOnlyCopyWhenTheOriginalChanges()
    {
        final CpuMask mask = CpuMask.of(8, 1, 3);
        final CpuMask copy = mask.readOnlyCopy();
        mask.setAll();

        assertThat(copy).hasToString("1,3");
    }

    @Test
    void shouldRefuseAnotherMaskWhenTheSizesDiffer()
    {
        final CpuMask other = new CpuMask(8);
        final CpuMask mask = CpuMask.of(9, 8);

        for (final Consumer<CpuMask> use : Stream.<Consumer<CpuMask>>of(
            mask::and, mask::or, mask::andNot, mask::copyFrom, mask::intersects).toList())
        {
            assertThatThrownBy(() -> use.accept(other)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("CPU masks differ in size: nrCpuIds=9, other=8");
        }
        assertThat(mask).hasToString("8").isNotEqualTo(CpuMask.of(10, 8)).isNotEqualTo("8");
    }

    @Test
    void shouldAllocateNothingWhenUsed()
    {
        final ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();
        final CpuMask idle = CpuMask.of(512, 3, 64, 200, 511);
        final CpuMask scratch = new CpuMask(512);
        long leastBytes = Long.MAX_VALUE;
        long sum = 0;
        for (int round = 0; round < 20; round++)
        {
            final long begin = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1_000; i++)
            {
                sum += use(idle, scratch);
            }
            leastBytes = Math.min(leastBytes, threads.getCurrentThreadAllocatedBytes() - begin);
        }

        assertThat(sum).isEqualTo(20 * 1_000L * (3 + 64 + 200 + 511 + 4));
        assertThat(leastBytes).isZero();
    }

    private static long use(final CpuMask idle, final CpuMask scratch)
    {
        long sum = 0;
        scratch.setAll();
        scratch.and(idle);
        for (int cpu = scratch.first(); cpu >= 0; cpu = scratch.next(cpu))
        {
            sum += cpu;
        }
        sum += scratch.count();
        scratch.andNot(idle);
        scratch.or(idle);
        return scratch.intersects(idle) && !scratch.isEmpty() && scratch.test(511) ? sum : -1;
    }
}
