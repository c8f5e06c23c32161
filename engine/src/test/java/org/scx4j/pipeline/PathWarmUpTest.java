// SPDX-License-Identifier: Apache-2.0
package org.scx4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PathWarmUpTest
{
    private static long nrThreads()
    {
        return Thread.getAllStackTraces().keySet().stream()
            .filter((thread) -> thread.getName().startsWith("scx4j-")).count();
    }

    @Test
    void shouldLeaveNoThreadBehind()
    {
        final long before = nrThreads();
        PathWarmUp.run();
        assertThat(nrThreads()).isEqualTo(before);

        final PathWarmUp warmUp = PathWarmUp.start();
        warmUp.await();
        assertThat(nrThreads()).isEqualTo(before);
    }

    @Test
    void shouldKeepAnInterruptUntilItIsOver()
    {
        final PathWarmUp warmUp = PathWarmUp.start();
        Thread.currentThread().interrupt();
        warmUp.await();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(nrThreads()).isZero();
    }
}
