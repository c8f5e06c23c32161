// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.status.ExitInfo;
import org.scx4j.status.PolicyChanges;

@Timeout(10)
class ExitCodeTest
{
    @Test
    void shouldKeepItsNumbersWhenScriptsDependOnThem()
    {
        assertThat(ExitCode.values()).extracting(ExitCode::status).containsExactly(0, 1, 2, 3, 4, 5, 6);
        assertThat(ExitCode.meanings()).hasSize(7).doesNotContainValue("");
    }

    @ParameterizedTest
    @CsvSource({"USAGE, USAGE", "ENVIRONMENT, ENVIRONMENT", "EVICTED, EVICTED", "FATAL, INTERNAL"})
    void shouldFollowTheCategoryWhenTheEngineThrows(final Category category, final ExitCode expected)
    {
        assertThat(ExitCode.of(new SchedulerException(category, "x"))).isEqualTo(expected);
    }

    @Test
    void shouldBlameTheMachineWhenAFileCanNotBeReadAndUsOtherwise()
    {
        assertThat(ExitCode.of(new UncheckedIOException(new IOException("x")))).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(ExitCode.of(new IllegalStateException("x"))).isEqualTo(ExitCode.INTERNAL);
        assertThat(ExitCode.of(new OutOfMemoryError("x"))).isEqualTo(ExitCode.INTERNAL);
    }

    @Test
    void shouldBeOkWhenDetachedAndTheSumsAddUp()
    {
        assertThat(ExitCode.of(Reports.report(FakeKernel.UNREGISTERED))).isEqualTo(ExitCode.OK);
        assertThat(ExitCode.of(Reports.report(null))).isEqualTo(ExitCode.OK);
    }

    @Test
    void shouldSayThatThePolicyFailedWhenNothingIsWorse()
    {
        assertThat(ExitCode.of(Reports.failed("x"))).isEqualTo(ExitCode.POLICY);
        assertThat(ExitCode.of(Reports.report(Reports.counters(), 1, new PolicyChanges(0, "x", false), null)))
            .as("it was waited for").isEqualTo(ExitCode.OK);
        assertThat(ExitCode.of(Reports.report(Reports.counters(), 1, new PolicyChanges(0, "x", true),
            FakeKernel.STALLED))).isEqualTo(ExitCode.EVICTED);
    }

    @Test
    void shouldBeBrokenWhenSomethingIsLostOrTwice()
    {
        assertThat(ExitCode.of(Reports.with(KernelCounter.NR_LOST, 1))).isEqualTo(ExitCode.BROKEN);
        assertThat(ExitCode.of(Reports.with(KernelCounter.NR_TWICE, 1))).isEqualTo(ExitCode.BROKEN);
        assertThat(ExitCode.of(Reports.with(KernelCounter.NR_HELD, 99))).isEqualTo(ExitCode.BROKEN);
        assertThat(ExitCode.of(Reports.with(KernelCounter.NR_HELD, 101))).isEqualTo(ExitCode.BROKEN);
    }

    @Test
    void shouldBeEvictedWhenTheKernelEndedIt()
    {
        assertThat(ExitCode.of(Reports.report(FakeKernel.STALLED))).isEqualTo(ExitCode.EVICTED);
        assertThat(ExitCode.of(Reports.report(new ExitInfo(ExitInfo.KIND_SYSRQ, 0, "sysrq", "", ""))))
            .isEqualTo(ExitCode.EVICTED);
    }
}
