// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ResultTest
{
    private static final long MS = 1_000_000;
    private static final Wait KERNELS = new Wait(1000, MS, 20 * MS, 100 * MS);

    private static Result result(
        final Boolean finished, final Long lost, final Wait waited, final List<String> faults, final String notRun)
    {
        return new Result("row", "what", finished, 0, lost, 0L, waited, "load", List.of(), faults, List.of(), notRun);
    }

    @Test
    void shouldBeGreenWhenNothingIsWrongAndTheWaitIsWithinTheLimit()
    {
        final Wait atTheLimit = new Wait(1000, MS, 50 * MS, 210 * MS);

        assertThat(result(true, 0L, atTheLimit, List.of(), null).verdict(KERNELS)).isEqualTo(Result.Verdict.GREEN);
    }

    @Test
    void shouldBeRedWhenATaskWaitsLonger()
    {
        assertThat(result(true, 0L, new Wait(1000, MS, 50 * MS + 1, 210 * MS), List.of(), null).reasons(KERNELS))
            .containsExactly("wait p99 50 ms, at most 50 ms allowed");
        assertThat(result(true, 0L, new Wait(1000, MS, 50 * MS, 211 * MS), List.of(), null).reasons(KERNELS))
            .containsExactly("wait max 211 ms, at most 210 ms allowed");
    }

    @Test
    void shouldBeSlowWhenOnlyATimeIsTooLong()
    {
        final Wait tooLong = new Wait(1000, MS, 50 * MS, 211 * MS);

        assertThat(result(true, 0L, tooLong, List.of(), null).verdict(KERNELS)).isEqualTo(Result.Verdict.SLOW);
        assertThat(result(true, 1L, tooLong, List.of(), null).verdict(KERNELS)).isEqualTo(Result.Verdict.RED);
        assertThat(new Result("row", "what", true, 0, 0L, 0L, KERNELS, "load", List.of(), List.of(), List.of("late"),
            null).verdict(KERNELS)).isEqualTo(Result.Verdict.SLOW);
    }

    @Test
    void shouldBeRedWhenTheLoadHasNotFinishedOrATokenIsLost()
    {
        assertThat(result(false, 2L, KERNELS, List.of(), null).reasons(KERNELS))
            .containsExactly("the load did not come to its end", "2 tokens lost");
    }

    @Test
    void shouldNotBeRedForBooksThatDiedWithTheirOwner()
    {
        assertThat(result(true, null, KERNELS, List.of(), null).verdict(KERNELS)).isEqualTo(Result.Verdict.GREEN);
    }

    @Test
    void shouldNeverBeGreenWhenItCouldNotBeDone()
    {
        assertThat(result(true, 0L, KERNELS, List.of(), "no device").verdict(KERNELS))
            .isEqualTo(Result.Verdict.NOT_RUN);
        assertThat(result(true, 0L, KERNELS, List.of("broken"), "no device").verdict(KERNELS))
            .isEqualTo(Result.Verdict.RED);
    }
}
