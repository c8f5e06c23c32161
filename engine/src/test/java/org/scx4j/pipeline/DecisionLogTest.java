// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.scx4j.protocol.DispatchedTaskDescriptor;

@Timeout(60)
class DecisionLogTest
{
    private final DecisionLog log = new DecisionLog(128);

    @Test
    void shouldBeEmptyWhenNew()
    {
        assertThat(log.headAcquire()).isZero();
        assertThat(log.tailAcquire()).isZero();
        assertThat(log.capacity()).isEqualTo(128);
        assertThat(log.buffer().capacity()).isEqualTo(128 * DispatchedTaskDescriptor.RECORD_BYTES);
    }

    @Test
    void shouldKeepHeadAndTailApart()
    {
        log.tailRelease(Long.MAX_VALUE);
        log.headRelease(Long.MAX_VALUE - 5);

        assertThat(log.tailAcquire()).isEqualTo(Long.MAX_VALUE);
        assertThat(log.headAcquire()).isEqualTo(Long.MAX_VALUE - 5);
    }

    @Test
    void shouldWrapOffsetsWhenPositionsGrow()
    {
        for (final long lap : new long[]{0, 1, 1L << 24, 1L << 25, 1L << 40})
        {
            for (int i = 0; i < 128; i++)
            {
                assertThat(log.offset(lap * 128 + i)).as("lap %d, record %d", lap, i)
                    .isEqualTo(i * DispatchedTaskDescriptor.RECORD_BYTES);
            }
        }
    }

    @Test
    void shouldRefuseACapacityThatIsNoPowerOfTwo()
    {
        assertThatThrownBy(() -> new DecisionLog(100))
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("capacity=100");
        assertThatThrownBy(() -> new DecisionLog(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
