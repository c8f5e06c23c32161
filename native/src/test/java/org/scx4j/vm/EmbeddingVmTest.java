// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A program that embeds an engine is scheduled by it as far as it asks for, and no further.
 */
@Tag("vm")
@Timeout(180)
@ExtendWith(SchedExtKernel.class)
class EmbeddingVmTest
{
    @Test
    void shouldScheduleTheThreadThatAskedForItAndNoOther() throws Exception
    {
        try (SchedulerProcess application = SchedulerProcess.startMain(EmbeddingApplication.class))
        {
            assertThat(application.awaitExit(120)).as(application.describe()).isZero();
            System.out.println("vm: embedded " + application.describe());
            assertThat(application.number("nr_in")).as(application.describe()).isPositive();
            // the kernel's side takes what comes while the engine's thread sleeps
            assertThat(application.number("nr_in") + application.number("nr_kernel")).as(application.describe())
                .isGreaterThan(application.number("rounds") * 0.9);
            assertThat(application.number("nr_out")).as(application.describe()).isZero();
            assertThat(application.number("nr_missing")).as(application.describe()).isZero();
        }
    }
}
