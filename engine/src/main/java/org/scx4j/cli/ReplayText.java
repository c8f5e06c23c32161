// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.util.Locale;
import java.util.Map;
import org.scx4j.journal.JournalSession;
import org.scx4j.journal.ReplayReport;

/**
 * What a replay did, for people and for programs.
 * <p>
 * Thread safety: stateless.
 */
final class ReplayText
{
    private ReplayText()
    {
    }

    /**
     * Writes one JSON object.
     *
     * @param report of a replay.
     * @return one line.
     */
    static String json(final ReplayReport report)
    {
        final Map<String, String> recorded = report.first().properties();
        return JsonText.of((json) ->
        {
            json.writeStartObject();
            json.writeStringField("policy", report.policy());
            json.writeStringField("recorded_policy", recorded.getOrDefault(JournalSession.POLICY, ""));
            json.writeStringField("recorded_kernel", recorded.getOrDefault(JournalSession.KERNEL, ""));
            json.writeNumberField("recorded_at_ms", report.first().startMs());
            json.writeNumberField("recorded_ns", report.recordedNs());
            json.writeNumberField("sessions", report.nrSessions());
            json.writeNumberField("events", report.nrEvents());
            json.writeNumberField("tasks", report.nrTasks());
            json.writeNumberField("cycles", report.nrCycles());
            json.writeNumberField("decisions", report.nrDecisions());
            json.writeStringField("digest", report.digest());
            json.writeNumberField("recorded_decisions", report.nrRecordedDecisions());
            json.writeStringField("recorded_digest", report.recordedDigest());
            json.writeBooleanField("as_recorded", report.isAsRecorded());
            json.writeNumberField("dropped", report.nrDropped());
            json.writeNumberField("policy_errors", report.nrPolicyErrors());
            json.writeNumberField("elapsed_ns", report.elapsedNs());
            json.writeNumberField("events_per_s", Math.round(report.eventsPerSecond()));
            json.writeBooleanField("stopped", report.isStopped());
            json.writeStringField("damage", report.damage());
            json.writeEndObject();
        });
    }

    /**
     * Writes a table.
     *
     * @param report of a replay.
     * @return lines, each ended by a newline.
     */
    static String summary(final ReplayReport report)
    {
        final Map<String, String> recorded = report.first().properties();
        final StringBuilder text = new StringBuilder();
        text.append("replay of ").append(TimeFormat.format(Math.max(0, report.recordedNs())))
            .append(", recorded with policy ").append(recorded.getOrDefault(JournalSession.POLICY, "?"))
            .append(" on kernel ").append(recorded.getOrDefault(JournalSession.KERNEL, "?"))
            .append(", to policy ").append(report.policy()).append(report.isStopped() ? "; STOPPED" : "").append('\n');
        row(text, "events", report.nrEvents(), "that the policy has seen");
        row(text, "tasks", report.nrTasks(), "of these: runnable tasks");
        row(text, "decisions", report.nrDecisions(), report.isAsRecorded() ? "the same as recorded, byte for byte" :
            "not the same as recorded");
        row(text, "recorded", report.nrRecordedDecisions(), "decisions");
        row(text, "dropped", report.nrDropped(), "records that the recording has lost");
        row(text, "errors", report.nrPolicyErrors(), "exceptions out of the policy");
        row(text, "events/s", Math.round(report.eventsPerSecond()), "");
        text.append("  digest        ").append(report.digest()).append('\n');
        return text.toString();
    }

    private static void row(final StringBuilder text, final String name, final long value, final String meaning)
    {
        text.append(String.format(Locale.ROOT, "  %-10s  %,14d%s%n", name, value,
            meaning.isEmpty() ? "" : "  " + meaning));
    }
}
