// SPDX-License-Identifier: Apache-2.0
package org.scx4j.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.protocol.ShadowAbi;
import org.scx4j.protocol.ShadowCounter;

@Timeout(30)
class DecisionComparisonTest
{
    private static final int ANY = SchedAbi.SCHED_CPU_ANY;

    private final DecisionComparison comparison = new DecisionComparison();

    private Agreement agreement()
    {
        return comparison.agreement(Map.of());
    }

    private void decide(final long token, final int cpu, final long vtime)
    {
        comparison.onDecided(token, cpu, vtime, 100, 200);
    }

    private void run(final long token, final int cpu)
    {
        comparison.onRan(token, cpu, 0, 100, 300);
    }

    @Test
    void shouldAgreeOnTheCpuWhenTheKernelRunsTheTaskThere()
    {
        decide(1, 3, 0);
        decide(2, 3, 0);
        decide(3, ANY, 0);
        run(1, 3);
        run(2, 0);
        run(3, 0);

        assertThat(agreement().nrCompared()).isEqualTo(3);
        assertThat(agreement().nrNamedCpu()).isEqualTo(2);
        assertThat(agreement().nrSameCpu()).isEqualTo(1);
        assertThat(agreement().nrAnyCpu()).isEqualTo(1);
        assertThat(agreement().cpu()).isEqualTo(0.5);
    }

    @Test
    void shouldNotCountACpuWhenTheTaskHadNoChoiceOrMayNotUseIt()
    {
        decide(1, 3, 0);
        decide(2, 7, 0);
        comparison.onRan(1, 3, ShadowAbi.SHADOW_OUTCOME_CONFINED, 100, 300);
        comparison.onRan(2, 0, ShadowAbi.SHADOW_OUTCOME_BOUNCED, 100, 300);

        assertThat(agreement().nrNamedCpu()).isZero();
        assertThat(agreement().nrConfined()).isEqualTo(1);
        assertThat(agreement().nrAnyCpu()).isEqualTo(1);
    }

    @Test
    void shouldTellWhoWouldHaveRunFirstByVtimeAndThenByTheOrderOfDecisions()
    {
        decide(1, ANY, 20);
        decide(2, ANY, 10);
        decide(3, ANY, 10);
        run(1, 0);
        run(2, 0);
        run(3, 0);

        assertThat(agreement().nrChoices()).as("nobody waits behind the last").isEqualTo(2);
        assertThat(agreement().nrFirst()).as("2 before 3, but not 1 before them").isEqualTo(1);
    }

    @Test
    void shouldNotLetATaskCompeteForACpuThatThePolicyDidNotWantForIt()
    {
        decide(1, 0, 20);
        decide(2, 1, 10);
        run(1, 0);

        assertThat(agreement().nrChoices()).isZero();
        assertThat(comparison.nrWaiting()).isEqualTo(1);
    }

    @Test
    void shouldCompareALateDecisionButNotItsOrder()
    {
        decide(2, ANY, 10);
        run(1, 3);
        comparison.onDecided(1, 3, 5, 100, 1_000);

        assertThat(agreement().nrCompared()).isEqualTo(1);
        assertThat(agreement().nrInTime()).isZero();
        assertThat(agreement().nrSameCpu()).isEqualTo(1);
        assertThat(agreement().nrChoices()).isZero();
        assertThat(comparison.nrWaiting()).isEqualTo(1);
    }

    @Test
    void shouldMeasureTheWaitAndWhatItWouldHaveBeenAtLeast()
    {
        comparison.onRan(1, 0, 0, 1_000, 3_000);
        comparison.onDecided(1, 0, 0, 1_000, 11_000);

        assertThat(agreement().kernelWait().maxNs()).isCloseTo(2_000, within(10L));
        assertThat(agreement().leastWait().maxNs()).isCloseTo(10_000, within(10L));
    }

    @Test
    void shouldCountADecisionOnceWhenItIsToldTwice()
    {
        run(1, 0);
        decide(1, 0, 0);
        decide(1, 0, 0);

        assertThat(agreement().nrCompared()).isEqualTo(1);
    }

    @Test
    void shouldForgetWhoIsGoneAndEverybodyAfterALoss()
    {
        decide(1, ANY, 1);
        decide(2, ANY, 2);
        decide(3, ANY, 3);
        comparison.onGone(2);
        assertThat(comparison.nrWaiting()).isEqualTo(2);

        comparison.onLoss();
        assertThat(comparison.nrWaiting()).isZero();
        run(3, 0);
        assertThat(agreement().nrChoices()).isZero();
        assertThat(agreement().nrCompared()).as("its own decision is still known").isEqualTo(1);
    }

    @Test
    void shouldDropAnOldWaitWhenALaterTokenTakesItsSlot()
    {
        decide(1, ANY, 0);
        decide(1 + SchedAbi.SCHED_INFLIGHT_SLOTS, ANY, 0);
        assertThat(comparison.nrWaiting()).isEqualTo(1);

        run(1, 0);
        assertThat(agreement().nrCompared()).isZero();
        assertThat(comparison.nrWaiting()).as("the later one goes on").isEqualTo(1);
    }

    @Test
    void shouldAddTheCountsOfTheAttachmentBefore()
    {
        decide(1, 0, 0);
        run(1, 0);
        final Agreement one = comparison.agreement(Map.of(ShadowCounter.NR_WAKEUPS, 5L));
        final Agreement sum = one.plus(one);

        assertThat(sum.nrCompared()).isEqualTo(2);
        assertThat(sum.nrInTime()).isEqualTo(2);
        assertThat(sum.nrSeen()).isEqualTo(10);
        assertThat(one.plus(null)).isSameAs(one);
    }
}
