// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.scx4j.Context;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.rustland.BpfScheduler;
import org.scx4j.rustland.DispatchedTask;
import org.scx4j.rustland.QueuedTask;
import org.scx4j.status.ExitInfo;
import org.scx4j.status.RunReport;

/**
 * The FIFO scheduler from the page of the crate scx_rustland_core 0.5.0, line by line. See {@code docs/porting.md}.
 * <p>
 * Its argument is how many seconds to run. The last line that it prints is a JSON object with all counters.
 */
public final class RustlandFifo
{
    private static final long SLICE_US = 5000;
    private static final int EXIT_EVICTED = 4;

    private final DispatchedTask dispatched = new DispatchedTask();
    private final BpfScheduler bpf;

    private RustlandFifo()
    {
        bpf = BpfScheduler.init(new Context()
            .policyName("rustland_fifo")
            .leaseNs(TimeUnit.MILLISECONDS.toNanos(SchedulerProcess.LEASE_MS))
            .sliceNs(TimeUnit.MICROSECONDS.toNanos(SLICE_US)));
    }

    private void schedule()
    {
        while (true)
        {
            final QueuedTask task = bpf.dequeueTask();
            if (null == task)
            {
                // Nothing is left: the kernel may wake us when there is.
                bpf.updateTasks(0, 0);
                break;
            }
            // A negative CPU says that the task is exiting; there is nothing to decide.
            if (task.cpu() >= 0)
            {
                bpf.dispatchTask(dispatched.from(task));
            }
        }
    }

    private ExitInfo run(final long durationNs)
    {
        final long beginNs = System.nanoTime();
        while (!bpf.exited() && System.nanoTime() - beginNs < durationNs)
        {
            schedule();
        }
        return bpf.shutdownAndReport();
    }

    private String counters(final ExitInfo exit)
    {
        final RunReport report = bpf.report();
        final StringBuilder json = new StringBuilder("{\"ops\":\"" + report.ops() + "\"");
        for (final KernelCounter counter : KernelCounter.values())
        {
            final long unaccounted = KernelCounter.NR_LOST == counter ? report.nrLost() : 0;
            append(json, counter.memberName(), report.counter(counter) + unaccounted);
        }
        append(json, "nr_user_dispatches", bpf.nrUserDispatches());
        append(json, "nr_kernel_dispatches", bpf.nrKernelDispatches());
        append(json, "nr_cancel_dispatches", bpf.nrCancelDispatches());
        append(json, "nr_bounce_dispatches", bpf.nrBounceDispatches());
        append(json, "nr_failed_dispatches", bpf.nrFailedDispatches());
        append(json, "nr_sched_congested", bpf.nrSchedCongested());
        append(json, "nr_online_cpus", bpf.nrOnlineCpus());
        append(json, "latency_p50_ns", report.latency().p50());
        append(json, "latency_p99_ns", report.latency().p99());
        append(json, "doorbells", report.nrDoorbells());
        append(json, "parks", report.nrParks());
        append(json, "back_pressure", report.nrBackPressure());
        append(json, "exit_kind", exit.kind());
        return json.append(",\"evicted\":").append(exit.isEviction()).toString();
    }

    /** On which CPUs this thread may run. */
    private static String allowedCpus() throws IOException
    {
        return Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
            .filter((line) -> line.startsWith("Cpus_allowed_list:")).findFirst().orElseThrow();
    }

    private static void append(final StringBuilder json, final String field, final long value)
    {
        json.append(",\"").append(field).append("\":").append(value);
    }

    /**
     * Schedules this machine.
     *
     * @param arguments how many seconds.
     * @throws IOException if this thread's status can't be read.
     */
    public static void main(final String[] arguments) throws IOException
    {
        final String allowedBefore = allowedCpus();
        final RustlandFifo scheduler = new RustlandFifo();
        final ExitInfo exit = scheduler.run(TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[0])));
        System.out.println(scheduler.counters(exit) +
            ",\"has_its_cpus_again\":" + allowedBefore.equals(allowedCpus()) + "}");
        if (exit.isEviction())
        {
            System.err.println(exit);
            System.exit(EXIT_EVICTED);
        }
    }
}
