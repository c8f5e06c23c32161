// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.scx4j.Context;
import org.scx4j.SchedulerEngine;
import org.scx4j.policy.Fifo;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.status.RunReport;

/**
 * A program that embeds an engine, and starts and closes it as often as its argument says. Prints the sums of all books
 * as one line of JSON.
 */
public final class AttachLoop
{
    /** What it says when it waits for {@link #begin}. */
    static final String READY = "attach-loop: ready";

    private static final Path BEGIN = Path.of("/tmp/attach-loop.begin");
    private static final long STAY_NS = Duration.ofMillis(EmptyScheduler.STAY_MS).toNanos();
    private static final long POLL_MS = 20;

    private long nrAttached;
    private long nrEvicted;
    private long nrLost;
    private long nrTwice;
    private long nrQueued;
    private long attachMaxNs;

    private AttachLoop()
    {
    }

    /** Lets the loop begin that has said that it is ready. */
    static void begin() throws IOException
    {
        Files.createFile(BEGIN);
    }

    /**
     * Runs.
     *
     * @param args how often.
     * @throws Exception if an attach fails.
     */
    public static void main(final String[] args) throws Exception
    {
        final AttachLoop loop = new AttachLoop();
        final int count = Integer.parseInt(args[0]);
        System.err.println(READY);
        while (!Files.exists(BEGIN))
        {
            Thread.sleep(POLL_MS);
        }
        Files.delete(BEGIN);
        for (int i = 0; i < count; i++)
        {
            loop.attachOnce();
        }
        System.out.println(String.format("{\"nr_attached\":%d,\"nr_evicted\":%d,\"nr_lost\":%d,\"nr_twice\":%d," +
            "\"nr_queued\":%d,\"attach_max_ns\":%d}", loop.nrAttached, loop.nrEvicted, loop.nrLost, loop.nrTwice,
            loop.nrQueued, loop.attachMaxNs));
    }

    private void attachOnce() throws InterruptedException
    {
        final long beginNs = System.nanoTime();
        final SchedulerEngine engine =
            SchedulerEngine.launch(new Context().policy(new Fifo()).policyName("fifo"));
        attachMaxNs = Math.max(attachMaxNs, System.nanoTime() - beginNs);
        nrAttached++;
        try
        {
            engine.awaitEnd(STAY_NS);
        }
        finally
        {
            engine.close();
        }
        final RunReport report = engine.report();
        nrEvicted += report.isEvicted() ? 1 : 0;
        nrLost += report.nrLost() + report.counter(KernelCounter.NR_LOST);
        nrTwice += report.counter(KernelCounter.NR_TWICE);
        nrQueued += report.counter(KernelCounter.NR_QUEUED);
    }
}
