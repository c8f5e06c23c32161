// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import org.scx4j.protocol.ShadowCounter;
import org.scx4j.status.Agreement;
import org.scx4j.status.RunReport;

/**
 * How a shadow's decisions compare with the kernel's, for people and for programs.
 * <p>
 * Thread safety: stateless.
 */
final class AgreementText
{
    private static final int DECIMALS = 4;
    private static final double PERCENT = 100;

    private AgreementText()
    {
    }

    /**
     * Writes it as lines of a summary.
     *
     * @param agreement null for none.
     * @return lines, each ended by a newline; empty for none.
     */
    static String of(final Agreement agreement)
    {
        if (null == agreement)
        {
            return "";
        }
        return "shadow\n" +
            count("wake-ups", agreement.nrSeen(), "seen, of all tasks") +
            count("handed over", agreement.observation(ShadowCounter.NR_HANDED), "of these, to the policy") +
            count("dropped", agreement.observation(ShadowCounter.NR_DROPPED), "of these: the ring was full") +
            count("preempted", agreement.observation(ShadowCounter.NR_PREEMPTED), "waited again after their slice") +
            count("compared", agreement.nrCompared(), "decisions whose task ran") +
            count("lost sight", agreement.observation(ShadowCounter.NR_OUTCOMES_DROPPED),
                "outcomes not compared: their ring was full") +
            share("in time", agreement.inTime(), agreement.nrCompared(), "were there as the kernel ran it") +
            share("same CPU", agreement.cpu(), agreement.nrNamedCpu(), "that named one of several CPUs") +
            count("any CPU", agreement.nrAnyCpu(), "decisions that left it open") +
            share("same first", agreement.first(), agreement.nrChoices(), "runs while another decided task waited") +
            wait("kernel waits", agreement.kernelWait(), "from runnable to its CPU") +
            wait("at least", agreement.leastWait(), "had it waited for the decision");
    }

    private static String count(final String name, final long value, final String meaning)
    {
        return String.format(Locale.ROOT, "  %-12s  %,14d  %s%n", name, value, meaning);
    }

    private static String share(final String name, final double value, final long of, final String meaning)
    {
        return 0 == of ? String.format(Locale.ROOT, "  %-12s  %14s  of 0 %s%n", name, "-", meaning) :
            String.format(Locale.ROOT, "  %-12s  %13.1f%%  of %,d %s%n", name, PERCENT * value, of, meaning);
    }

    private static String wait(final String name, final RunReport.Latency wait, final String meaning)
    {
        return String.format(Locale.ROOT, "  %-12s  %s p50, %s p99, %s max, %s%n", name,
            TimeFormat.format(wait.p50()), TimeFormat.format(wait.p99()), TimeFormat.format(wait.maxNs()), meaning);
    }

    /**
     * Writes it as the member {@code agreement} of an object.
     *
     * @param json      in the object.
     * @param agreement null for none: then nothing is written.
     * @throws IOException if the output can't be written.
     */
    static void write(final JsonGenerator json, final Agreement agreement) throws IOException
    {
        if (null == agreement)
        {
            return;
        }
        json.writeObjectFieldStart("agreement");
        writeShare(json, "cpu", agreement.cpu(), agreement.nrNamedCpu());
        writeShare(json, "first", agreement.first(), agreement.nrChoices());
        writeShare(json, "in_time", agreement.inTime(), agreement.nrCompared());
        json.writeNumberField("nr_compared", agreement.nrCompared());
        json.writeNumberField("nr_named_cpu", agreement.nrNamedCpu());
        json.writeNumberField("nr_any_cpu", agreement.nrAnyCpu());
        json.writeNumberField("nr_confined", agreement.nrConfined());
        json.writeNumberField("nr_choices", agreement.nrChoices());
        json.writeNumberField("nr_seen", agreement.nrSeen());
        json.writeObjectFieldStart("wait_ns");
        writeWait(json, "kernel", agreement.kernelWait());
        writeWait(json, "at_least", agreement.leastWait());
        json.writeEndObject();
        json.writeObjectFieldStart("observed");
        for (final ShadowCounter counter : ShadowCounter.values())
        {
            json.writeNumberField(counter.memberName(), agreement.observation(counter));
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void writeShare(final JsonGenerator json, final String name, final double value, final long of)
        throws IOException
    {
        if (0 == of)
        {
            json.writeNullField(name);
        }
        else
        {
            json.writeNumberField(name, BigDecimal.valueOf(value).setScale(DECIMALS, RoundingMode.HALF_UP));
        }
    }

    private static void writeWait(final JsonGenerator json, final String name, final RunReport.Latency wait)
        throws IOException
    {
        json.writeObjectFieldStart(name);
        json.writeNumberField("p50", wait.p50());
        json.writeNumberField("p99", wait.p99());
        json.writeNumberField("p99_9", wait.p999());
        json.writeNumberField("max", wait.maxNs());
        json.writeEndObject();
    }
}
