// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.scx4j.policy.Fifo;
import org.scx4j.protocol.KernelCounter;
import picocli.CommandLine;

/**
 * Runs the round trips for a moment: each record is decided once, which says nothing of the figures.
 */
@Timeout(60)
class RoundTripBenchmarkTest
{
    private static final int TRIPS = 640;

    @BeforeEach
    void beWhereItIsPossible()
    {
        assumeTrue(null == BpfResource.obstacle(), BpfResource.obstacle());
    }

    /** On a thread of its own, because that gets pinned. */
    private static <T> T apart(final Callable<T> what) throws Exception
    {
        final FutureTask<T> task = new FutureTask<>(what);
        final Thread thread = new Thread(task, "round-trip-test");
        thread.setDaemon(true);
        thread.start();
        return task.get();
    }

    private static RoundTripFigures runOnce(
        final RoundTripKernel kernel, final Function<RoundTripKernel, RoundTripPath> path)
    {
        final int[] online = RoundTripKernel.onlineCpus();
        final int kernelCpu = online.length > 1 ? online[online.length - 2] : -1;
        return new RoundTripTrial(kernel, () -> path.apply(kernel), TRIPS, online[online.length - 1], kernelCpu).run();
    }

    private static void shouldBeDecidedOnce(final Function<RoundTripKernel, RoundTripPath> path) throws Exception
    {
        apart(() ->
        {
            try (RoundTripKernel kernel = new RoundTripKernel())
            {
                final RoundTripFigures figures = runOnce(kernel, path);

                assertThat(kernel.nrEmitted()).isPositive()
                    .isEqualTo(kernel.nrDrained())
                    .isEqualTo(kernel.counter(KernelCounter.NR_QUEUED))
                    .isEqualTo(kernel.counter(KernelCounter.NR_DECIDED));
                assertThat(kernel.counter(KernelCounter.NR_CANCELLED)).as("decided twice").isZero();
                assertThat(kernel.counter(KernelCounter.NR_LOST)).isZero();
                assertThat(figures.oneCpu().getTotalCount()).isEqualTo(TRIPS);
                assertThat(figures.oneCpu().getMinValue()).isPositive();
                assertThat(figures.turnNsPerTask()).isPositive();
                if (null != figures.twoCpus())
                {
                    assertThat(figures.twoCpus().getTotalCount()).isEqualTo(TRIPS);
                }
                return null;
            }
        });
    }

    @Test
    void shouldDecideEachRecordOnceWhenTheEngineAnswers() throws Exception
    {
        shouldBeDecidedOnce((kernel) -> new EnginePath(kernel, new Fifo()));
    }

    @Test
    void shouldDecideEachRecordOnceWhenTheReferenceAnswers() throws Exception
    {
        shouldBeDecidedOnce((kernel) -> new ReferencePath(kernel, true));
        shouldBeDecidedOnce((kernel) -> new ReferencePath(kernel, false));
    }

    @Test
    void shouldGoOnWhereTheOtherPathHasLeftTheRings() throws Exception
    {
        final long nrDecided = apart(() ->
        {
            try (RoundTripKernel kernel = new RoundTripKernel())
            {
                for (int round = 0; round < 2; round++)
                {
                    runOnce(kernel, (rings) -> new ReferencePath(rings, true));
                    runOnce(kernel, (rings) -> new EnginePath(rings, new Fifo()));
                }
                return kernel.counter(KernelCounter.NR_DECIDED) - kernel.nrEmitted();
            }
        });

        assertThat(nrDecided).isZero();
    }

    @Test
    void shouldNoticeARecordThatNobodyAnswers()
    {
        try (RoundTripKernel kernel = new RoundTripKernel())
        {
            kernel.checkBooks();
            kernel.burst(1);
            kernel.exchange();

            assertThatThrownBy(kernel::checkBooks).hasMessageContaining("emitted=1, drained=0");
        }
    }

    @Test
    void shouldNoticeADecisionThatIsNotOfTheTaskInFlight()
    {
        try (RoundTripKernel kernel = new RoundTripKernel();
            EnginePath path = new EnginePath(kernel, (task, out) ->
                out.dispatch(task.pid(), task.token() + 1, task.enqueueNs()).commit()))
        {
            kernel.burst(1);
            kernel.exchange();
            kernel.burst(0);
            path.wire(RoundTripKernel.onlineCpus()[0]);
            path.exchange(1);

            assertThatThrownBy(kernel::checkBooks)
                .hasMessageContaining("cancelled=1").hasMessageContaining("strange=1");
        }
    }

    @Test
    void shouldPrintOneJsonObjectWithEachFigure() throws Exception
    {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final PrintStream before = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try
        {
            final String trips = Integer.toString(TRIPS);
            assertThat(apart(() -> new CommandLine(new RoundTripBenchmark())
                .execute("--rounds", "1", "--trips", trips, "--json"))).isZero();
        }
        finally
        {
            System.setOut(before);
        }

        final List<String> names = new ArrayList<>();
        try (JsonParser json = new JsonFactory().createParser(out.toByteArray()))
        {
            for (JsonToken token = json.nextToken(); null != token; token = json.nextToken())
            {
                if (JsonToken.VALUE_STRING == token && "figure".equals(json.currentName()))
                {
                    names.add(json.getText());
                }
            }
        }
        assertThat(names).contains("p50", "p99.99", "max", "user space, ns per task", "allocated, bytes per task");
    }

    @Test
    void shouldRefuseWhatCanNotBeMeasured()
    {
        assertThat(new CommandLine(new RoundTripBenchmark()).execute("--rounds", "0")).isEqualTo(2);
        assertThat(new CommandLine(new RoundTripBenchmark()).execute("--trips", "1")).isEqualTo(2);
        assertThat(new CommandLine(new RoundTripBenchmark()).execute("--cpus", "0,1,2")).isEqualTo(2);
    }
}
