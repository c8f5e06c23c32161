// SPDX-License-Identifier: Apache-2.0
package org.scx4j.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Charging, the clock, and the bounds, step by step.
 */
@Timeout(30)
class VirtualTimeTest
{
    private static final long SLICE = 1_000;
    /** The last makes the clock wrap around in the middle of each test. */
    private static final String NEAR_THE_END = "9223372036854774807";

    private static ModelTask queued(final int pid, final int weight, final long sumExecNs, final boolean isWaking)
    {
        final ModelTask task = ModelTask.burner(pid, weight);
        task.sumExecNs = sumExecNs;
        task.isWaking = isWaking;
        return task;
    }

    private static VirtualTime startingAt(final long start)
    {
        return new VirtualTime(4, SLICE, start);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-500", NEAR_THE_END})
    void shouldAdvanceByUsedTimeOverWeightWhenQueuedAgain(final long start)
    {
        final VirtualTime time = startingAt(start);

        assertThat(time.charge(queued(1, 100, 7_000_000, true)) - start).as("first sight").isZero();
        assertThat(time.charge(queued(1, 100, 7_001_000, false)) - start).isEqualTo(1_000);
        assertThat(time.charge(queued(2, 400, 0, true)) - start).isZero();
        assertThat(time.charge(queued(2, 400, 4_000, false)) - start).isEqualTo(1_000);
        assertThat(time.charge(queued(2, 400, 4_000, false)) - start).as("nothing used").isEqualTo(1_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-500", NEAR_THE_END})
    void shouldLagByASliceAtMostWhenWaking(final long start)
    {
        final VirtualTime time = startingAt(start);
        time.charge(queued(1, 100, 0, true));
        time.charge(queued(2, 100, 0, true));
        final long clock = advance(time, 1, 20);

        assertThat(time.charge(queued(2, 100, 1, true)) - clock).isEqualTo(-SLICE);
        assertThat(time.charge(queued(3, 100, 77, true)) - clock).as("first sight").isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-500", NEAR_THE_END})
    void shouldStayNearTheClockWhenATaskWasAlone(final long start)
    {
        final VirtualTime time = startingAt(start);
        time.charge(queued(1, 100, 0, true));
        time.charge(queued(2, 100, 0, true));

        assertThat(time.charge(queued(1, 100, 1_000_000_000, false)) - start)
            .isEqualTo(VirtualTime.MAX_AHEAD_SLICES * SLICE);
        final long clock = advance(time, 3, 100);
        assertThat(time.charge(queued(2, 100, 1, false)) - clock).isEqualTo(-VirtualTime.MAX_BEHIND_SLICES * SLICE);
    }

    /** Lets a task run slice after slice; returns the start of the last. */
    private static long advance(final VirtualTime time, final int pid, final int slices)
    {
        long startedAt = 0;
        long virtualTime = time.charge(queued(pid, 100, 0, false));
        for (int i = 1; i <= slices; i++)
        {
            startedAt = virtualTime;
            virtualTime = time.charge(queued(pid, 100, i * SLICE, false));
        }
        return startedAt;
    }

    @Test
    void shouldStartAfreshWhenAPidIsUsedAgain()
    {
        final VirtualTime time = startingAt(0);
        time.charge(queued(1, 100, 500_000, true));
        assertThat(time.charge(queued(1, 100, 503_000, false))).isEqualTo(3_000);

        time.forget(1);
        assertThat(time.charge(queued(1, 100, 600_000, true))).as("its exit was seen").isZero();
        assertThat(time.charge(queued(1, 100, 603_000, false))).isEqualTo(3_000);
        assertThat(time.charge(queued(1, 100, 10, true))).as("its exit was lost").isZero();
    }

    @Test
    void shouldKeepTheDistanceWhenATaskMovesToAnotherQueue()
    {
        final VirtualTime time = startingAt(0);
        final long clock = advance(time, 1, 50);
        time.charge(queued(2, 100, 0, true));
        assertThat(time.charge(queued(2, 100, 500, false)) - clock).isEqualTo(500);

        final ModelTask pinned = ModelTask.burner(2, 100, 3);
        pinned.sumExecNs = 600;
        pinned.isWaking = false;
        assertThat(time.charge(pinned)).as("100 since it started, CPU 3 stands at 0").isEqualTo(100);
    }

    @Test
    void shouldGiveSlicesByWeightWithinBounds()
    {
        final VirtualTime time = startingAt(0);

        assertThat(sliceAtFirst(time, 1, 100)).isEqualTo(SLICE);
        assertThat(sliceAtFirst(time, 2, 300)).isEqualTo(3 * SLICE);
        assertThat(sliceAtFirst(time, 3, 1)).isEqualTo(SLICE / 4);
        assertThat(sliceAtFirst(time, 4, 10_000)).isEqualTo(VirtualTime.MAX_SLICES * SLICE);
        final ModelTask late = queued(1, 100, 1_500, false);
        time.charge(late);
        assertThat(time.sliceNs(late)).as("had half a slice too much").isEqualTo(SLICE / 2);
    }

    private static long sliceAtFirst(final VirtualTime time, final int pid, final int weight)
    {
        final ModelTask task = queued(pid, weight, 0, false);
        time.charge(task);
        return time.sliceNs(task);
    }
}
