// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import org.scx4j.BackendChoice;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.sim.SimulationReport;
import org.scx4j.sim.TaskClassReport;

/**
 * A simulation's report as one JSON object, for programs.
 * <p>
 * Thread safety: stateless.
 */
final class SimJson
{
    private static final int DECIMALS = 6;

    private SimJson()
    {
    }

    /**
     * Writes a report.
     *
     * @param report of a simulation.
     * @return one line.
     */
    static String of(final SimulationReport report)
    {
        return JsonText.of((json) ->
        {
            json.writeStartObject();
            json.writeStringField("backend", BackendChoice.SIM.toString());
            json.writeStringField("workload", report.workload());
            json.writeStringField("policy", report.policy());
            json.writeNumberField("cpus", report.shape().nrCpus());
            json.writeNumberField("cpus_per_core", report.shape().threadsPerCore());
            json.writeNumberField("cpus_per_llc", Math.min(report.shape().cpusPerLlc(), report.shape().nrCpus()));
            json.writeNumberField("cpus_per_node", Math.min(report.shape().cpusPerNode(), report.shape().nrCpus()));
            json.writeNumberField("seed", report.seed());
            json.writeNumberField("duration_ns", report.durationNs());
            writeClasses(json, report);
            writeMachine(json, report);
            for (final KernelCounter counter : KernelCounter.values())
            {
                json.writeNumberField(counter.memberName(), report.counter(counter));
            }
            json.writeNumberField("policy_errors", report.nrPolicyErrors());
            json.writeNumberField("events", report.nrEvents());
            json.writeNumberField("events_per_s", rounded(report.eventsPerSecond()));
            json.writeNumberField("wall_ns", report.wallNs());
            json.writeStringField("decision_digest", Long.toHexString(report.decisionDigest()));
            json.writeNumberField("invariant_checks", report.nrChecks());
            writeViolation(json, report);
            json.writeEndObject();
        });
    }

    private static void writeClasses(final JsonGenerator json, final SimulationReport report) throws IOException
    {
        json.writeArrayFieldStart("tasks");
        for (final TaskClassReport one : report.classes())
        {
            json.writeStartObject();
            json.writeStringField("name", one.name());
            json.writeNumberField("weight", one.weight());
            json.writeNumberField("nr_tasks", one.nrTasks());
            json.writeNumberField("nr_runs", one.nrRuns());
            json.writeNumberField("nr_turns", one.nrTurns());
            json.writeNumberField("cpu_ns", one.cpuNs());
            json.writeObjectFieldStart("wait_ns");
            json.writeNumberField("p50", one.waitP50Ns());
            json.writeNumberField("p99", one.waitP99Ns());
            json.writeNumberField("p99_9", one.waitP999Ns());
            json.writeNumberField("max", one.waitMaxNs());
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeMachine(final JsonGenerator json, final SimulationReport report) throws IOException
    {
        json.writeNumberField("utilisation", rounded(report.utilisation()));
        json.writeNumberField("busy_ns", report.busyNs());
        json.writeNumberField("overhead_ns", report.overheadNs());
        json.writeNumberField("idle_while_waiting_ns", report.idleWhileWaitingNs());
        if (Double.isNaN(report.fairness()))
        {
            json.writeNullField("fairness");
        }
        else
        {
            json.writeNumberField("fairness", rounded(report.fairness()));
        }
        json.writeNumberField("nr_switches", report.nrSwitches());
        json.writeNumberField("nr_migrations", report.nrMigrations());
        json.writeNumberField("nr_llc_migrations", report.nrLlcMigrations());
        json.writeNumberField("nr_node_migrations", report.nrNodeMigrations());
        json.writeNumberField("nr_forks_refused", report.nrForksRefused());
    }

    private static void writeViolation(final JsonGenerator json, final SimulationReport report) throws IOException
    {
        if (null == report.violation())
        {
            json.writeNullField("violation");
            return;
        }
        json.writeObjectFieldStart("violation");
        json.writeStringField("kind", report.violation().kind().name().toLowerCase(Locale.ROOT));
        json.writeNumberField("time_ns", report.violation().timeNs());
        json.writeNumberField("pid", report.violation().pid());
        json.writeStringField("task", report.violation().task());
        json.writeStringField("what", report.violation().what());
        json.writeEndObject();
    }

    private static BigDecimal rounded(final double value)
    {
        return BigDecimal.valueOf(value).setScale(DECIMALS, RoundingMode.HALF_UP);
    }
}
