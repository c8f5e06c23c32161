// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * By a clock that the test moves.
 */
@Timeout(10)
class PolicyWatchdogTest
{
    private static final long MS_NS = 1_000_000L;
    private static final long LIMIT_NS = 1_000 * MS_NS;
    private static final int LOOK_MS = 10;

    private final PolicyWatchdog watchdog = new PolicyWatchdog(LIMIT_NS, "scx4j-policy");
    private PolicyFailure failure;
    private int nrFailures;
    private long nowNs = -5;
    private boolean isSilent;
    private long nrLosses;
    private long nrErrors;
    private long nrTasks;
    private long allocatedBytes;
    private long nrCollections;
    private long collectionMs;

    private void lookAfter(final long elapsedMs)
    {
        nowNs += elapsedMs * MS_NS;
        final PolicyFailure seen = watchdog.look(new PolicyWatchdog.Look(
            nowNs, isSilent, nrLosses, nrErrors, nrTasks, allocatedBytes, nrCollections, collectionMs));
        if (null != seen)
        {
            failure = seen;
            nrFailures++;
        }
    }

    private void watch(final int durationMs)
    {
        for (int ms = 0; ms < durationMs; ms += LOOK_MS)
        {
            lookAfter(LOOK_MS);
        }
    }

    @Test
    void shouldFindASilentPolicyOnceWhenTheLimitIsOver()
    {
        watch(500);
        isSilent = true;
        watch(1_000);
        assertThat(failure).isNull();
        watch(10);
        assertThat(failure).isEqualTo(
            new PolicyFailure("did not return for 1000 ms (thread scx4j-policy)", true));
        watch(5_000);
        assertThat(nrFailures).isEqualTo(1);
    }

    @Test
    void shouldBeginAnewWhenThePolicyHasReturnedMeanwhile()
    {
        isSilent = true;
        watch(990);
        isSilent = false;
        watch(10);
        isSilent = true;
        watch(990);
        nrLosses++; // back and lost again between two looks
        watch(990);
        assertThat(failure).isNull();
        watch(50);
        assertThat(failure.isStuck()).isTrue();
    }

    @Test
    void shouldNotBlameThePolicyWhenTheWholeJvmWasStopped()
    {
        watch(100);
        isSilent = true;
        lookAfter(12_000);
        lookAfter(12_000);
        isSilent = false;
        watch(100);
        assertThat(failure).isNull();

        for (int i = 0; i < 15; i++)
        {
            isSilent = true;
            lookAfter(500);
            lookAfter(500);
            isSilent = false;
            lookAfter(10);
        }
        assertThat(failure).as("one long collection after the other").isNull();
    }

    @Test
    void shouldCountLittleOfEachLookWhenTheWatcherSeldomLooks()
    {
        isSilent = true;
        for (int i = 0; i < 20; i++)
        {
            lookAfter(1_000);
            assertThat(failure).isNull();
        }
        lookAfter(1_000);
        assertThat(failure.isStuck()).isTrue();
    }

    @Test
    void shouldFindAPolicyThatThrowsAtEverySecondTask()
    {
        for (int i = 0; i < 101; i++)
        {
            lookAfter(LOOK_MS);
            nrTasks += 2;
            nrErrors++;
        }
        assertThat(failure).isEqualTo(new PolicyFailure(
            "threw 100 exceptions at 200 tasks in 1000 ms (thread scx4j-policy)", false));
    }

    @Test
    void shouldWaitForEnoughTasksWhenThereAreFew()
    {
        for (int i = 0; i < 9; i++)
        {
            watch(2_000);
            nrTasks++;
            nrErrors++;
        }
        watch(2_000);
        assertThat(failure).isNull();
        nrTasks++;
        nrErrors++;
        watch(10);
        assertThat(failure.isStuck()).isFalse();
        assertThat(failure.description()).startsWith("threw 10 exceptions at 10 tasks in ");
    }

    @Test
    void shouldLeaveAPolicyAloneThatThrowsNowAndThen()
    {
        for (int i = 0; i < 2_000; i++)
        {
            lookAfter(LOOK_MS);
            nrTasks += 50;
            nrErrors += 24;
        }
        assertThat(failure).isNull();
    }

    @Test
    void shouldFindAPolicyThatKeepsTheCollectorBusy()
    {
        collect(20, 60, 200_000);
        assertThat(failure).as("one period").isNull();
        collect(1, 60, 200_000);
        assertThat(failure).isEqualTo(new PolicyFailure("allocated 2000000 bytes in 1000 ms, of which the garbage " +
            "collector took 600 ms (thread scx4j-policy)", false));
    }

    private void collect(final int nr, final int pauseMs, final long bytes)
    {
        for (int i = 0; i < nr; i++)
        {
            lookAfter(100);
            nrCollections++;
            collectionMs += pauseMs;
            allocatedBytes += bytes;
        }
    }

    @Test
    void shouldNotBlameThePolicyWhenOthersKeepTheCollectorBusy()
    {
        collect(100, 60, 100);
        assertThat(failure).isNull();
    }

    @Test
    void shouldNotBlameThePolicyWhenCollectionsAreFewOrShort()
    {
        collect(100, 49, 10_000_000);
        assertThat(failure).isNull();
        for (int i = 0; i < 20; i++)
        {
            collect(1, 20_000, 10_000_000);
            lookAfter(20_000);
            collect(300, 0, 100_000);
        }
        assertThat(failure).as("each takes long, as with a big heap").isNull();
    }

    @Test
    void shouldFindAPolicyWhenEachCollectionTakesLongerThanTheLimit()
    {
        for (int i = 0; i < 4; i++)
        {
            assertThat(failure).isNull();
            collect(1, 3_000, 10_000_000);
            lookAfter(3_500);
        }
        assertThat(failure.description()).startsWith("allocated ").contains("of which the garbage collector took ");
    }
}
