// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.scx4j.Context;
import org.scx4j.SchedulerEngine;
import org.scx4j.api.Cpu;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.status.RunReport;

/**
 * A program that schedules the machine by an engine of its own, and has one of its worker threads scheduled by it, too.
 * Prints how often the policy was asked about each of the two.
 */
public final class EmbeddingApplication
{
    private static final int ROUNDS = 500;
    /** "worker-i" and "worker-o": the first eight bytes of the threads' names, as a little-endian number. */
    private static final long WORKER_IN = 0x692d72656b726f77L;
    private static final long WORKER_OUT = 0x6f2d72656b726f77L;

    private EmbeddingApplication()
    {
    }

    /** FIFO that counts. */
    private static final class Counting implements SchedulingPolicy
    {
        private final AtomicLong nrIn = new AtomicLong();
        private final AtomicLong nrOut = new AtomicLong();

        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            if (WORKER_IN == task.commLow())
            {
                nrIn.incrementAndGet();
            }
            else if (WORKER_OUT == task.commLow())
            {
                nrOut.incrementAndGet();
            }
            out.dispatch(task).cpu(Cpu.ANY).commit();
        }
    }

    /**
     * Runs.
     *
     * @param args none.
     * @throws InterruptedException if interrupted.
     */
    public static void main(final String[] args) throws InterruptedException
    {
        final Counting policy = new Counting();
        final SchedulerEngine engine = SchedulerEngine.launch(new Context().policy(policy).policyName("embedded")
            .leaseNs(TimeUnit.MILLISECONDS.toNanos(SchedulerProcess.LEASE_MS)));
        try
        {
            final CountDownLatch done = new CountDownLatch(2);
            start("worker-in", () -> engine.scheduleCurrentThread(true), done);
            start("worker-out", () -> { }, done);
            done.await();
        }
        finally
        {
            engine.close();
        }
        final RunReport report = engine.report(); // after the end, when the books must balance
        System.err.println(report.counters() + " " + report.leaseLosses()); // which tasks went by the kernel's own lane
        System.out.println("{\"nr_in\":" + policy.nrIn + ",\"nr_out\":" + policy.nrOut + ",\"nr_missing\":" +
            report.nrLost() + ",\"nr_kernel\":" + report.counters().get(KernelCounter.NR_KERNEL) +
            ",\"rounds\":" + ROUNDS + "}");
    }

    private static void start(final String name, final Runnable first, final CountDownLatch done)
    {
        final Thread thread = new Thread(() ->
        {
            first.run();
            try
            {
                for (int i = 0; i < ROUNDS; i++)
                {
                    Thread.sleep(1);
                }
            }
            catch (final InterruptedException ex)
            {
                Thread.currentThread().interrupt();
            }
            done.countDown();
        }, name);
        thread.start();
    }
}
