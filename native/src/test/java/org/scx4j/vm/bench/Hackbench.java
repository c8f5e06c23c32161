// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.bench;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Groups of processes that send each other messages: hackbench, of the package rt-tests.
 */
final class Hackbench implements Workload
{
    private static final Metric TIME = Metric.time("time");
    private static final Pattern SAID = Pattern.compile("^Time: ([0-9]+\\.[0-9]+)$", Pattern.MULTILINE);
    private static final double NS_PER_S = 1e9;
    private static final int FULL_LOOPS = 250;
    private static final int SHORT_LOOPS = 150;

    Hackbench()
    {
    }

    private static List<String> command(final Size size)
    {
        return List.of("hackbench", "-g", "2", "-f", "8", "-s", "64", "-l",
            Integer.toString(size.pick(FULL_LOOPS, SHORT_LOOPS)));
    }

    @Override
    public String name()
    {
        return "messaging";
    }

    @Override
    public String description(final Size size)
    {
        return "2 groups of 8 senders and 8 receivers: " + String.join(" ", command(size));
    }

    @Override
    public List<Metric> metrics()
    {
        return List.of(TIME);
    }

    @Override
    public Sample run(final Size size) throws WorkloadException, InterruptedException
    {
        try (Program program = new Program(command(size)))
        {
            final String text = program.await();
            return sample(text, program.elapsedNs());
        }
    }

    /** What it has printed; it fails if a message got lost. */
    static Sample sample(final String text, final long processNs) throws WorkloadException
    {
        final Matcher matcher = SAID.matcher(text);
        if (!matcher.find())
        {
            throw new WorkloadException("hackbench names no time: " + text.replace('\n', ' '));
        }
        final double elapsedNs = Double.parseDouble(matcher.group(1)) * NS_PER_S;
        if (elapsedNs <= 0)
        {
            throw new WorkloadException("hackbench took no time: " + text.replace('\n', ' '));
        }
        return new Sample(Map.of(TIME, elapsedNs), Math.round(elapsedNs), processNs);
    }
}
