// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.protocol.KernelCounter;
import org.scx4j.sim.SimulationReport;
import org.scx4j.sim.Violation;
import org.scx4j.status.RunReport;

/**
 * What a command returns to whoever started it.
 */
public enum ExitCode
{
    /** It did what it should: a scheduler ran and was detached, or nothing stands in the way of one. */
    OK(0, "it ran and was detached; for doctor: sched_ext can run here"),

    /** A fault of this build, or of parts of different builds put together. */
    INTERNAL(1, "a fault of scx4j itself, or parts of different builds put together"),

    /** The command line asks for something that does not exist or does not fit. */
    USAGE(2, "the command line is wrong"),

    /** This machine lacks something. */
    ENVIRONMENT(3, "this machine lacks something: root, sched_ext, a library; or another scheduler is attached"),

    /** The kernel, or an administrator, took the scheduler out. */
    EVICTED(4, "the kernel threw the scheduler out, and is back on its own"),

    /** After the end, the counters of the kernel's side do not add up. */
    BROKEN(5, "tasks were lost or ran twice: nr_lost or nr_twice is not 0; for sim: an invariant was violated"),

    /** The policy failed, and was not left to go on. */
    POLICY(6, "the policy failed, and was replaced or detached: see --on-policy-failure");

    private final int status;
    private final String meaning;

    ExitCode(final int status, final String meaning)
    {
        this.status = status;
        this.meaning = meaning;
    }

    /**
     * The process's exit status.
     *
     * @return 0 to 6.
     */
    public int status()
    {
        return status;
    }

    /**
     * What it says, for a help text.
     *
     * @return half a line.
     */
    public String meaning()
    {
        return meaning;
    }

    /**
     * The exit code for a run that has ended.
     *
     * @param report after the detach.
     * @return {@link #OK}, {@link #EVICTED}, {@link #BROKEN} or {@link #POLICY}, the worst that is true.
     */
    static ExitCode of(final RunReport report)
    {
        if (report.isEvicted())
        {
            return EVICTED;
        }
        final boolean isWhole = 0 == lost(report) && 0 == report.counter(KernelCounter.NR_TWICE);
        return !isWhole ? BROKEN : report.policyChanges().isFinal() ? POLICY : OK;
    }

    /**
     * The exit code for a simulation.
     *
     * @param report at its end.
     * @return {@link #OK}; {@link #EVICTED} if a task waited for so long that the kernel would have thrown the
     * scheduler out; {@link #BROKEN} if another invariant was violated.
     */
    static ExitCode of(final SimulationReport report)
    {
        if (null == report.violation())
        {
            return OK;
        }
        return Violation.Kind.MAX_WAIT == report.violation().kind() ? EVICTED : BROKEN;
    }

    /**
     * Tokens lost in any way: those that the sum misses, and those that the kernel's side saw overwritten.
     *
     * @param report of a run.
     * @return count.
     */
    static long lost(final RunReport report)
    {
        return report.nrLost() + report.counter(KernelCounter.NR_LOST);
    }

    /**
     * The exit code for something thrown.
     *
     * @param thrown what a command threw.
     * @return never {@link #OK}.
     */
    static ExitCode of(final Throwable thrown)
    {
        if (thrown instanceof SchedulerException)
        {
            return switch (((SchedulerException)thrown).category())
            {
                case USAGE -> USAGE;
                case ENVIRONMENT -> ENVIRONMENT;
                case EVICTED -> EVICTED;
                case FATAL -> INTERNAL;
            };
        }
        return thrown instanceof UncheckedIOException ? ENVIRONMENT : INTERNAL;
    }

    /**
     * All of them, for the end of a help text.
     *
     * @return meaning by status.
     */
    static Map<String, String> meanings()
    {
        final Map<String, String> meanings = new LinkedHashMap<>();
        for (final ExitCode code : values())
        {
            meanings.put(Integer.toString(code.status), code.meaning);
        }
        return meanings;
    }
}
