// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.status.ExitInfo;
import org.scx4j.status.LeaseLosses;
import org.scx4j.status.Recording;
import org.scx4j.status.RunReport;

/**
 * A report as a table, for people.
 * <p>
 * Thread safety: none, used once by one thread.
 */
final class RunSummary
{
    private final StringBuilder text = new StringBuilder(2048);
    private final RunReport report;

    private RunSummary(final RunReport report)
    {
        this.report = report;
    }

    /**
     * Writes a report.
     *
     * @param report      after the end of a run.
     * @param whereDumpIs file of the kernel's dump, empty if there is none.
     * @return lines, each ended by a newline.
     */
    static String of(final RunReport report, final String whereDumpIs)
    {
        final RunSummary summary = new RunSummary(report);
        summary.text.append(report.ops()).append(": ").append(TimeFormat.format(report.durationNs()))
            .append(" on ").append(report.backend()).append(", policy ").append(report.policy())
            .append(", ").append(threads(report.layout(), report.cpus())).append('\n');
        summary.writeTasks();
        summary.writeMeasurements();
        summary.text.append(AgreementText.of(report.agreement()));
        summary.writeRecording();
        summary.writeEnd(whereDumpIs);
        return summary.text.toString();
    }

    /**
     * Says where the hot threads run.
     *
     * @param layout of threads, lower case.
     * @param cpus   of reader, policy and dispatcher.
     * @return such as {@code pipelined on CPU 7,6,5}.
     */
    static String threads(final String layout, final int... cpus)
    {
        return layout + " on CPU " + Arrays.stream(cpus).mapToObj(Integer::toString).collect(Collectors.joining(","));
    }

    private void writeTasks()
    {
        heading("tasks");
        count("queued", KernelCounter.NR_QUEUED, "handed to the policy");
        count("decided", KernelCounter.NR_DECIDED, "of these: ran by its decision");
        count("exited", KernelCounter.NR_EXITED, "of these: left before the decision");
        count("kernel lane", KernelCounter.NR_KERNEL, "of these: scheduled by the kernel's side");
        count("rescued", KernelCounter.NR_RESCUED, "of the kernel lane: not decided in time");
        count("lapsed", KernelCounter.NR_LAPSED, "of the kernel lane: a hot thread was silent");
        count("held", KernelCounter.NR_HELD, "of these: undecided at the end");
        row("lost", ExitCode.lost(report), "of these: unaccounted for, must be 0");
        count("twice", KernelCounter.NR_TWICE, "ran before their decision, must be 0");
        count("cancelled", KernelCounter.NR_CANCELLED, "decisions that came too late");
        count("bounced", KernelCounter.NR_BOUNCED, "decisions for a CPU that the task may not use");
        count("preempts", KernelCounter.NR_PREEMPTS, "CPUs taken from a running task by a decision");
        count("congested", KernelCounter.NR_CONGESTED, "found the ring full");
        count("direct lane", KernelCounter.NR_DIRECT, "kernel threads and others that bypass the policy");
        count("resumed", KernelCounter.NR_RESUMED, "driven off a CPU by a higher class, went on by their decision");
        count("engine lane", KernelCounter.NR_ENGINE, "threads of this process");
        count("bounded", KernelCounter.NR_HELPERS_BOUNDED, "of the engine lane: over its budget, in the kernel lane");
    }

    private void writeMeasurements()
    {
        heading("engine");
        row("decisions/s", Math.round(report.decisionsPerSecond()), "");
        row("latency", TimeFormat.format(report.latency().p50()) + " p50, " +
            TimeFormat.format(report.latency().p99()) + " p99, " +
            TimeFormat.format(report.latency().p999()) + " p99.9, " +
            TimeFormat.format(report.latency().maxNs()) + " max, from enqueue to commit");
        row("allocated", 0 == report.allocationEvents() ? "not measured: ended during the warm-up" :
            String.format(Locale.ROOT, "%.3f bytes/event by the hot threads", report.allocatedBytesPerEvent()));
        row("page faults", report.pageFaults(), "of the hot threads");
        count("wake-ups", KernelCounter.NR_WAKEUPS, "of the reader, by the kernel");
        row("parks", report.nrParks(), "of the reader");
        row("doorbells", report.nrDoorbells(), "idle CPUs woken by a system call");
        row("errors", report.nrPolicyErrors(), "exceptions out of the policy");
        final LeaseLosses losses = report.leaseLosses();
        row("leases lost", losses.count(), 0 == losses.count() ? "no hot thread was silent for long" :
            "for " + TimeFormat.format(losses.totalNs()) + " in all, " + TimeFormat.format(losses.longestNs()) +
            " at most, the last by " + losses.thread());
        row("restarts", report.nrRestarts(), "attached anew: a CPU came or went, or for another policy");
        row("swaps", report.policyChanges().nrSwaps(), "policies replaced while it ran");
    }

    private void writeRecording()
    {
        final Recording recording = report.recording();
        if (null == recording)
        {
            return;
        }
        heading("recording");
        row("file", recording.file());
        row("records", recording.nrRecords(), "events, decisions and their circumstances");
        row("bytes", recording.bytes(), "");
        row("dropped", recording.nrDropped(), "records that the file did not keep up with");
        if (!recording.failure().isEmpty())
        {
            row("STOPPED", recording.failure());
        }
    }

    private void writeEnd(final String whereDumpIs)
    {
        final ExitInfo exit = report.exit();
        heading("end");
        if (!report.policyChanges().failure().isEmpty())
        {
            row("FAILED", report.policyChanges().failure());
        }
        if (null == exit)
        {
            row("reason", "detached");
            return;
        }
        row(report.isEvicted() ? "EVICTED" : "reason",
            exit.reason() + " (kind " + exit.kind() + ", code " + exit.code() + ")");
        if (!exit.message().isEmpty())
        {
            row("message", exit.message());
        }
        if (!whereDumpIs.isEmpty())
        {
            row("dump", whereDumpIs);
        }
    }

    private void heading(final String name)
    {
        text.append(name).append('\n');
    }

    private void count(final String name, final KernelCounter counter, final String meaning)
    {
        row(name, report.counter(counter), meaning);
    }

    private void row(final String name, final long value, final String meaning)
    {
        row(name, String.format(Locale.ROOT, "%,14d", value) + (meaning.isEmpty() ? "" : "  " + meaning));
    }

    private void row(final String name, final String value)
    {
        text.append(String.format(Locale.ROOT, "  %-12s  %s%n", name, value));
    }
}
