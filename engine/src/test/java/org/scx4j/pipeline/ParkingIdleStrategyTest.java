// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.CachedNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.scx4j.transport.MemoryTransport;

@Timeout(60)
class ParkingIdleStrategyTest
{
    private static final long SPIN_NS = 50_000;
    private static final int TIMEOUT_MS = 10;

    private final List<Integer> parks = new ArrayList<>();
    private final CachedNanoClock clock = new CachedNanoClock();
    private final WrappedTransport transport = new WrappedTransport(new MemoryTransport(4096), parks::add);
    private final ParkingIdleStrategy strategy = new ParkingIdleStrategy(transport, clock, SPIN_NS, TIMEOUT_MS);

    @Test
    void shouldSpinWhenTheMomentIsNotOver()
    {
        clock.update(-7);
        strategy.idle(0);
        clock.advance(SPIN_NS - 1);
        strategy.idle(0);

        assertThat(parks).isEmpty();
    }

    @Test
    void shouldSleepWhenTheMomentIsOver()
    {
        strategy.idle(0);
        clock.advance(SPIN_NS);
        strategy.idle(0);

        assertThat(parks).containsExactly(TIMEOUT_MS);
    }

    @Test
    void shouldSleepAgainAtOnceWhenThereIsStillNoWork()
    {
        strategy.idle(0);
        clock.advance(SPIN_NS);
        strategy.idle(0);
        strategy.idle(0);

        assertThat(parks).hasSize(2);
    }

    @Test
    void shouldSpinAnewWhenThereWasWork()
    {
        strategy.idle(0);
        clock.advance(SPIN_NS);
        strategy.idle(1);
        strategy.idle(0);
        assertThat(parks).isEmpty();

        clock.advance(SPIN_NS);
        strategy.idle(0);
        assertThat(parks).hasSize(1);
    }

    @Test
    void shouldSpinAnewWhenItIsReset()
    {
        strategy.idle();
        clock.advance(SPIN_NS);
        strategy.reset();
        strategy.idle();

        assertThat(parks).isEmpty();
    }

    @Test
    void shouldMeasureTheMomentWhenTheClockOverflows()
    {
        clock.update(Long.MAX_VALUE - 10);
        strategy.idle(0);
        clock.update(Long.MIN_VALUE + 10);
        strategy.idle(0);
        assertThat(parks).isEmpty();

        clock.update(Long.MIN_VALUE + SPIN_NS);
        strategy.idle(0);
        assertThat(parks).hasSize(1);
    }

    @Test
    void shouldSleepAtOnceWhenThereIsNoMoment()
    {
        new ParkingIdleStrategy(transport, clock, 0, 3).idle(0);

        assertThat(parks).containsExactly(3);
        assertThat(strategy.alias()).isEqualTo("park");
    }
}
