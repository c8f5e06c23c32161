// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class RunSummaryTest
{
    @Test
    void shouldHaveEveryFigureWhenTheRunWasNormal()
    {
        final String expected = String.join("\n",
            "scx4j_fifo: 10.0 s on sched_ext, policy fifo, pipelined on CPU 7,6,5",
            "tasks",
            "  queued             1,000,000  handed to the policy",
            "  decided              999,000  of these: ran by its decision",
            "  exited                   600  of these: left before the decision",
            "  kernel lane              300  of these: scheduled by the kernel's side",
            "  rescued                    9  of the kernel lane: not decided in time",
            "  lapsed                     5  of the kernel lane: a hot thread was silent",
            "  held                     100  of these: undecided at the end",
            "  lost                       0  of these: unaccounted for, must be 0",
            "  twice                      0  ran before their decision, must be 0",
            "  cancelled                 11  decisions that came too late",
            "  bounced                   12  decisions for a CPU that the task may not use",
            "  preempts                  10  CPUs taken from a running task by a decision",
            "  congested                 13  found the ring full",
            "  direct lane               14  kernel threads and others that bypass the policy",
            "  resumed                   17  driven off a CPU by a higher class, went on by their decision",
            "  engine lane               15  threads of this process",
            "  bounded                    8  of the engine lane: over its budget, in the kernel lane",
            "engine",
            "  decisions/s           99,900",
            "  latency       950 ns p50, 12.3 us p99, 1.50 ms p99.9, 2.25 s max, from enqueue to commit",
            "  allocated     0.500 bytes/event by the hot threads",
            "  page faults               25  of the hot threads",
            "  wake-ups                  16  of the reader, by the kernel",
            "  parks                     24  of the reader",
            "  doorbells                 23  idle CPUs woken by a system call",
            "  errors                    21  exceptions out of the policy",
            "  leases lost                3  for 40.0 ms in all, 30.0 ms at most, the last by scx4j-policy",
            "  restarts                  17  attached anew: a CPU came or went, or for another policy",
            "  swaps                      3  policies replaced while it ran",
            "end",
            "  reason        unregistered from user space (kind 64, code 0)",
            "");

        assertThat(RunSummary.of(Reports.report(FakeKernel.UNREGISTERED), "")).isEqualTo(expected);
    }

    @Test
    void shouldSayWhyAndWhereTheDumpIsWhenEvicted()
    {
        assertThat(RunSummary.of(Reports.report(FakeKernel.STALLED), "/tmp/dump.txt"))
            .endsWith(String.join("\n",
                "end",
                "  EVICTED       runnable task stall (kind 1026, code 0)",
                "  message       burn[42] failed to run for 5.1s",
                "  dump          /tmp/dump.txt",
                ""))
            .doesNotContain("nr_run=1");
    }

    @Test
    void shouldSayHowThePolicyHasFailed()
    {
        final String failure = "policy mine did not return for 1000 ms (thread scx4j-policy): replaced by fifo";

        assertThat(RunSummary.of(Reports.failed(failure), "")).contains("\nend\n  FAILED        " + failure + "\n");
    }

    @Test
    void shouldSayThatItWasNotMeasuredWhenTheWarmUpWasNotOver()
    {
        assertThat(RunSummary.of(Reports.report(Reports.counters(), 0, null), ""))
            .contains("  allocated     not measured: ended during the warm-up\n")
            .endsWith("end\n  reason        detached\n");
    }
}
