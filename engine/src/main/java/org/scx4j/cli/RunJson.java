// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.status.ExitInfo;
import org.scx4j.status.Recording;
import org.scx4j.status.RunReport;

/**
 * A report as one JSON object, for programs.
 * <p>
 * Thread safety: stateless.
 */
final class RunJson
{
    private static final int DECIMALS = 3;

    private RunJson()
    {
    }

    /**
     * Writes a report.
     *
     * @param report      after the end of a run.
     * @param whereDumpIs file of the kernel's dump, empty if there is none.
     * @return one line.
     */
    static String of(final RunReport report, final String whereDumpIs)
    {
        return JsonText.of((json) ->
        {
            json.writeStartObject();
            json.writeStringField("backend", report.backend());
            json.writeStringField("policy", report.policy());
            json.writeStringField("ops", report.ops());
            json.writeNumberField("duration_ns", report.durationNs());
            writeCounters(json, report);
            writeMeasurements(json, report);
            AgreementText.write(json, report.agreement());
            writeThreads(json, report);
            json.writeStringField("java", System.getProperty("java.version"));
            writeRecording(json, report.recording());
            writeEnd(json, report);
            json.writeStringField("dump", whereDumpIs);
            json.writeEndObject();
        });
    }

    private static void writeCounters(final JsonGenerator json, final RunReport report) throws IOException
    {
        for (final KernelCounter counter : KernelCounter.values())
        {
            final long value = KernelCounter.NR_LOST == counter ? ExitCode.lost(report) : report.counter(counter);
            json.writeNumberField(counter.memberName(), value);
        }
    }

    private static void writeMeasurements(final JsonGenerator json, final RunReport report) throws IOException
    {
        json.writeNumberField("decisions_per_s", rounded(report.decisionsPerSecond()));
        json.writeObjectFieldStart("latency_ns");
        json.writeNumberField("p50", report.latency().p50());
        json.writeNumberField("p99", report.latency().p99());
        json.writeNumberField("p99_9", report.latency().p999());
        json.writeNumberField("max", report.latency().maxNs());
        json.writeEndObject();
        if (0 == report.allocationEvents())
        {
            json.writeNullField("alloc_bytes_per_event"); // not measured: it ended before the warm-up did
        }
        else
        {
            json.writeNumberField("alloc_bytes_per_event", rounded(report.allocatedBytesPerEvent()));
        }
        json.writeNumberField("alloc_events", report.allocationEvents());
        json.writeNumberField("page_faults", report.pageFaults());
        json.writeNumberField("nr_leases_lost", report.leaseLosses().count());
        json.writeNumberField("lease_lost_ns", report.leaseLosses().totalNs());
        json.writeNumberField("lease_lost_max_ns", report.leaseLosses().longestNs());
        json.writeStringField("lease_lost_thread", report.leaseLosses().thread());
        json.writeNumberField("nr_restarts", report.nrRestarts());
        json.writeStringField("succession", report.succession().kind().name().toLowerCase(Locale.ROOT));
        json.writeNumberField("succession_window_ns", report.succession().windowNs());
        json.writeNumberField("nr_policy_swaps", report.policyChanges().nrSwaps());
        json.writeStringField("policy_failure", report.policyChanges().failure());
    }

    private static void writeThreads(final JsonGenerator json, final RunReport report) throws IOException
    {
        final int[] cpus = report.cpus();
        json.writeStringField("layout", report.layout());
        json.writeFieldName("cpus");
        json.writeArray(cpus, 0, cpus.length);
        json.writeStringField("wait", report.waitMode());
        json.writeNumberField("parks", report.nrParks());
        json.writeNumberField("doorbells", report.nrDoorbells());
        json.writeNumberField("back_pressure", report.nrBackPressure());
        json.writeNumberField("policy_errors", report.nrPolicyErrors());
    }

    private static void writeRecording(final JsonGenerator json, final Recording recording) throws IOException
    {
        if (null == recording)
        {
            json.writeNullField("recording");
            return;
        }
        json.writeObjectFieldStart("recording");
        json.writeStringField("file", recording.file());
        json.writeNumberField("records", recording.nrRecords());
        json.writeNumberField("dropped", recording.nrDropped());
        json.writeNumberField("bytes", recording.bytes());
        json.writeStringField("failure", recording.failure());
        json.writeEndObject();
    }

    private static void writeEnd(final JsonGenerator json, final RunReport report) throws IOException
    {
        final ExitInfo exit = report.exit();
        json.writeBooleanField("evicted", report.isEvicted());
        if (null == exit)
        {
            json.writeNullField("exit");
            return;
        }
        json.writeObjectFieldStart("exit");
        json.writeNumberField("kind", exit.kind());
        json.writeNumberField("code", exit.code());
        json.writeStringField("reason", exit.reason());
        json.writeStringField("message", exit.message());
        json.writeEndObject();
    }

    private static BigDecimal rounded(final double value)
    {
        return BigDecimal.valueOf(value).setScale(DECIMALS, RoundingMode.HALF_UP);
    }
}
