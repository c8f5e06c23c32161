// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WorkloadsTest
{
    private static final Metric RATE = Metric.rate("requests/s");

    private static FixedWork work(final boolean isLatenessKnown, final String... command)
    {
        return new FixedWork(
            "work", "does", RATE, isLatenessKnown, (size) -> FixedWork.Work.of(size.pick(40, 20), command));
    }

    @Test
    void shouldTakeTheFiguresFromWhatTheProgramPrints() throws Exception
    {
        final Sample sample = work(true, "x").sample(
            "{\"done\":50,\"elapsed_ns\":2000000000,\"p50_ns\":5,\"p99_ns\":7,\"max_ns\":9}", 50, 3);

        assertThat(sample.figures()).containsEntry(RATE, 25.0).containsEntry(Workloads.P50, 5.0)
            .containsEntry(Workloads.P99, 7.0);
        assertThat(sample.elapsedNs()).isEqualTo(2_000_000_000);
        assertThat(sample.processNs()).isEqualTo(3);
    }

    @Test
    void shouldFailWhenNotAllWorkWasDone()
    {
        assertThatThrownBy(() -> work(false, "x").sample("{\"done\":49,\"elapsed_ns\":2}", 50, 3))
            .isInstanceOf(WorkloadException.class).hasMessage("work has done 49 of 50 in 2 ns");
        assertThatThrownBy(() -> work(false, "x").sample("Killed", 50, 3))
            .isInstanceOf(WorkloadException.class).hasMessageContaining("no number 'elapsed_ns' in: Killed");
        assertThatThrownBy(() -> Hackbench.sample("SENDER: write (error: Broken pipe)", 3))
            .isInstanceOf(WorkloadException.class).hasMessageContaining("hackbench names no time");
        assertThatThrownBy(() ->
            LateSleepers.sample("{\"count\":99,\"p50_ns\":1,\"p99_ns\":1,\"max_ns\":1}", Size.SHORT, 3))
            .isInstanceOf(WorkloadException.class).hasMessageContaining("woke only 99 times");
    }

    @Test
    void shouldReadTheTimeOfHackbench() throws Exception
    {
        assertThat(Hackbench.sample("Running in process mode\nTime: 0.605", 3).elapsedNs()).isEqualTo(605_000_000);
    }

    @Test
    void shouldTellWhatAProgramSaidThatFailed()
    {
        assertThatThrownBy(() -> work(false, "sh", "-c", "echo no; exit 3").run(Size.SHORT))
            .isInstanceOf(WorkloadException.class).hasMessage("sh ended with status 3: no");
        assertThatThrownBy(() -> work(false, "there-is-no-such-program").run(Size.SHORT))
            .isInstanceOf(WorkloadException.class).hasMessageContaining("can't start there-is-no-such-program");
    }

    @Test
    void shouldDoAllTheWorkOfTheOwnPrograms() throws Exception
    {
        assertThat(work(false, "pinger", "-n", "20").run(Size.SHORT).figures().get(RATE)).isPositive();
        assertThat(work(false, "forker", "-n", "20", "-j", "3", "-c", "10").run(Size.SHORT).elapsedNs()).isPositive();
        assertThat(work(true, "waker", "-w", "2", "-n", "10").run(Size.SHORT).figures()).hasSize(3);
        assertThat(work(true, "waker", "-m", "2", "-w", "2", "-n", "5", "-a", "-c", "10").run(Size.SHORT).figures())
            .hasSize(3);
    }

    @Test
    void shouldDoLessInTheShortForm()
    {
        for (final Workload workload : Workloads.all())
        {
            assertThat(workload.description(Size.SHORT)).isNotEqualTo(workload.description(Size.FULL));
            assertThat(workload.metrics()).isNotEmpty();
        }
    }
}
