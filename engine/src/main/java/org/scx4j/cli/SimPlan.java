// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.journal.RecordingScan;
import org.scx4j.sim.MachineShape;
import org.scx4j.sim.RecordingSummary;
import org.scx4j.sim.SimulationSettings;
import org.scx4j.sim.Workload;
import picocli.CommandLine.ParseResult;

/**
 * What is simulated, where, and how long: as the options say, and what they leave open as the workload says.
 *
 * @param workload   what the tasks do.
 * @param settings   of the machine.
 * @param durationNs virtual nanoseconds.
 */
record SimPlan(Workload workload, SimulationSettings settings, long durationNs)
{
    private static final double PERCENT = 100;
    private static final String DURATION = "--duration";

    /**
     * Reads the workload.
     *
     * @param name     of a built-in workload, or of a file.
     * @param given    which options there are.
     * @param shape    of the machine; what is not given is set to what the workload says.
     * @param kernel   and engine.
     * @param seed     of all that is random.
     * @param duration if it is given, else the workload's, if that says one.
     * @param onDamage what to do about a damaged recording.
     * @param err      hears what a recording is made of.
     * @return the plan.
     * @throws SchedulerException if there is no such workload, it is wrong, or does not fit.
     */
    static SimPlan of(
        final String name,
        final ParseResult given,
        final SimOptions.Shape shape,
        final SimOptions.Kernel kernel,
        final long seed,
        final Duration duration,
        final ReplayCommand.DamageChoice onDamage,
        final PrintWriter err)
    {
        final boolean isLimited = given.hasMatchedOption(DURATION);
        final Workload workload = !isRecording(name) ? Workload.of(name) : Workload.ofRecording(Path.of(name),
            isLimited ? duration.toNanos() : Long.MAX_VALUE, ReplayCommand.DamageChoice.STOP == onDamage);
        if (null != workload.recording())
        {
            takeOver(workload.shape(), given, shape);
            tell(workload, err);
        }
        return new SimPlan(workload, SimOptions.settings(shape, kernel, seed),
            isLimited || 0 == workload.durationNs() ? duration.toNanos() : workload.durationNs());
    }

    private static boolean isRecording(final String name)
    {
        try
        {
            return !Workload.builtInNames().contains(name) && RecordingScan.isRecording(Path.of(name));
        }
        catch (final InvalidPathException ex)
        {
            throw new SchedulerException(Category.USAGE, "no workload: " + ex.getMessage(), ex);
        }
    }

    /** Groups belong together: if one of the options is given, the others have their defaults. */
    private static void takeOver(
        final MachineShape recorded, final ParseResult given, final SimOptions.Shape shape)
    {
        if (!given.hasMatchedOption("--smt") && !given.hasMatchedOption("--llc") && !given.hasMatchedOption("--node"))
        {
            shape.smt = recorded.threadsPerCore();
            shape.llc = recorded.cpusPerLlc();
            shape.node = recorded.cpusPerNode();
        }
        shape.cpus = given.hasMatchedOption("--cpus") ? shape.cpus : recorded.nrCpus();
    }

    private static void tell(final Workload workload, final PrintWriter err)
    {
        final RecordingSummary recording = workload.recording();
        if (!recording.damage().isEmpty())
        {
            err.println("scx4j: stopped at the damage: " + recording.damage());
        }
        err.println(String.format(Locale.ROOT, "scx4j: %s: %s recorded with policy %s%s; %,d tasks in %,d turns used " +
            "%.1f %% of %d CPUs; %,d turns are not in the recording, %,d records were dropped", workload.name(),
            TimeFormat.format(recording.durationNs()), recording.policy(),
            recording.kernel().isEmpty() ? "" : " on kernel " + recording.kernel(), recording.nrTasks(),
            recording.nrTurns(),
            PERCENT * recording.runNs() / Math.max(1, recording.durationNs()) / recording.nrCpus(),
            recording.nrCpus(), recording.nrMissed(), recording.nrDropped()));
        err.flush();
    }
}
