// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.topology.CpuList;

/**
 * Reads a workload's text. The first error ends it, with one line that says where it is and what to do.
 * <p>
 * Thread safety: none, used once.
 */
final class WorkloadParser
{
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]*");
    private static final Pattern TIME = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ns|us|ms|s)");
    private static final Pattern COUNT = Pattern.compile("(\\d{1,6})(x?)");
    private static final BigDecimal MAX_TIME_NS = BigDecimal.valueOf(3_600_000_000_000L);
    private static final String STEPS = "known are run, sleep, every, wake, reply, wait, fork, exit and loop";
    private static final String HOW_TO_TASK = "write such as task NAME count=8 : loop { run 5ms; sleep exp 1ms }";

    private final String name;
    private final WorkloadText in;
    private final Map<String, TaskClass> classes = new LinkedHashMap<>();
    private final List<Reference> references = new ArrayList<>();

    /** A class that a step names, maybe before it is declared. */
    private record Reference(TaskClass.Step step, String name, int place)
    {
    }

    WorkloadParser(final String name, final String text)
    {
        this.name = name;
        this.in = new WorkloadText(name, text);
    }

    /** Reads a distribution and nothing else. */
    Distribution parseDistribution()
    {
        final Distribution distribution = distribution();
        if (!in.isEnd())
        {
            throw in.wrong("the end expected, found " + in.shown() + "; take it away");
        }
        return distribution;
    }

    Workload parse()
    {
        while (!in.isEnd())
        {
            in.expect("task", HOW_TO_TASK);
            task();
        }
        if (classes.isEmpty())
        {
            throw in.wrong("there is no task; " + HOW_TO_TASK);
        }
        final List<TaskClass> all = new ArrayList<>(classes.values());
        for (final Reference reference : references)
        {
            reference.step.target = all.indexOf(classes.get(reference.name));
            if (reference.step.target < 0)
            {
                throw in.wrong(reference.place, "no task '" + reference.name + "'; declared are " +
                    String.join(", ", classes.keySet()));
            }
        }
        return new Workload(name, all);
    }

    private void task()
    {
        final int place = in.place();
        final String taskName = name("a task");
        final TaskClass taskClass = new TaskClass(taskName);
        if (null != classes.put(taskName, taskClass))
        {
            throw in.wrong(place, "there is a task '" + taskName + "' already; give each a name of its own");
        }
        while (!in.is(":"))
        {
            attribute(taskClass);
        }
        in.take();
        steps(taskClass, 0);
        if (in.is("}"))
        {
            throw in.wrong("'}' without a '{'; take it away");
        }
        if (taskClass.steps.isEmpty())
        {
            throw in.wrong("task '" + taskName + "' does nothing; give it a step, " + STEPS);
        }
    }

    private String name(final String what)
    {
        final String word = in.word();
        if (!NAME.matcher(word).matches() || word.length() >= SchedAbi.SCHED_COMM_BYTES)
        {
            throw in.wrong("the name of " + what + " expected, found " + in.shown() +
                "; a name is a letter and up to " + (SchedAbi.SCHED_COMM_BYTES - 2) + " letters, digits, _ - . more");
        }
        return in.take();
    }

    private void attribute(final TaskClass taskClass)
    {
        final int place = in.place();
        if (in.isEnd() || in.is("task") || in.is(";") || in.is("{") || in.is("}"))
        {
            throw in.wrong("':' expected, found " + in.shown() + "; " + HOW_TO_TASK);
        }
        final String key = in.take();
        final String known = "known are count=8, weight=100, cpus=0-3 and start=1ms";
        if (!in.is("="))
        {
            throw in.wrong(place, "'" + key + "' is no property of a task; " + known);
        }
        in.take();
        switch (key)
        {
            case "count":
                taskClass.count(count(0, "a number of tasks"));
                break;

            case "weight":
                final TaskClass.Count weight = count(1, "a weight");
                if (weight.isPerCpu() || weight.value() > TaskClass.WEIGHT_MAX)
                {
                    throw in.wrong(place, "weight out of range; give 1 to " + TaskClass.WEIGHT_MAX + ", 100 is usual");
                }
                taskClass.weight(weight.value());
                break;

            case "cpus":
                taskClass.cpus(cpus());
                break;

            case "start":
                taskClass.startNs(time());
                break;

            default:
                throw in.wrong(place, "'" + key + "' is no property of a task; " + known);
        }
    }

    private int[] cpus()
    {
        try
        {
            final int[] cpus = CpuList.parse(in.word());
            if (cpus.length > 0)
            {
                in.take();
                return cpus;
            }
        }
        catch (final IllegalArgumentException ex)
        {
            throw in.wrong(in.shown() + " is no list of CPUs; give one such as 0-3,6");
        }
        throw in.wrong("a list of CPUs expected, found " + in.shown() + "; give one such as 0-3,6");
    }

    private void steps(final TaskClass taskClass, final int depth)
    {
        while (!in.isEnd() && !in.is("}") && !in.is("task"))
        {
            if (in.is("loop"))
            {
                loop(taskClass, depth);
                if (in.is(";"))
                {
                    in.take();
                }
                continue;
            }
            taskClass.steps.add(step());
            if (!in.isEnd() && !in.is("}") && !in.is("task"))
            {
                in.expect(";", "put one between two steps");
            }
        }
    }

    private void loop(final TaskClass taskClass, final int depth)
    {
        final int place = in.place();
        if (depth >= TaskClass.MAX_DEPTH)
        {
            throw in.wrong("loops within loops; at most " + TaskClass.MAX_DEPTH);
        }
        in.take();
        final TaskClass.Count turns =
            in.is("{") ? new TaskClass.Count(TaskClass.FOREVER, false) : count(1, "a number of turns or '{'");
        in.expect("{", "write such as loop { run 5ms; sleep 1ms } or loop 10 { … }");
        final TaskClass.Step begin = new TaskClass.Step(TaskClass.LOOP, turns, null, false);
        final int first = taskClass.steps.size();
        begin.depth = depth;
        taskClass.steps.add(begin);
        steps(taskClass, depth + 1);
        in.expect("}", "close the loop");
        if (taskClass.steps.size() == first + 1)
        {
            throw in.wrong(place, "the loop is empty; give it a step, " + STEPS);
        }
        final TaskClass.Step end = new TaskClass.Step(TaskClass.LOOP_END, turns, null, false);
        end.depth = depth;
        end.target = first + 1;
        taskClass.steps.add(end);
    }

    private TaskClass.Step step()
    {
        final int place = in.place();
        final String shown = in.shown();
        switch (in.take())
        {
            case "run":
                return new TaskClass.Step(TaskClass.RUN, null, distribution(), false);

            case "sleep":
                return new TaskClass.Step(TaskClass.SLEEP, null, distribution(), false);

            case "every":
                final int timePlace = in.place();
                final long periodNs = time();
                if (0 == periodNs)
                {
                    throw in.wrong(timePlace, "a period of 0; give one such as 10ms");
                }
                return new TaskClass.Step(TaskClass.EVERY, null, Distribution.constant(periodNs), false);

            case "wake":
                return wake();

            case "reply":
                return new TaskClass.Step(TaskClass.REPLY, null, null, takeIf("sync"));

            case "wait":
                final TaskClass.Count times = optionalCount();
                return new TaskClass.Step(takeIf("reply") ? TaskClass.WAIT_REPLY : TaskClass.WAIT, times, null, false);

            case "fork":
                return referring(TaskClass.FORK);

            case "exit":
                return new TaskClass.Step(TaskClass.EXIT, null, null, false);

            default:
                throw in.wrong(place, shown + " is no step; " + STEPS);
        }
    }

    private TaskClass.Step wake()
    {
        final int place = in.place();
        final String target = name("a task to wake");
        final TaskClass.Count count = optionalCount();
        final int code = takeIf("peer") ? TaskClass.WAKE_PEER : takeIf("all") ? TaskClass.WAKE_ALL : TaskClass.WAKE;
        final TaskClass.Step step = new TaskClass.Step(code, count, null, takeIf("sync"));
        references.add(new Reference(step, target, place));
        return step;
    }

    private TaskClass.Step referring(final int code)
    {
        final int place = in.place();
        final String target = name("a task to fork");
        final TaskClass.Step step = new TaskClass.Step(code, optionalCount(), null, false);
        references.add(new Reference(step, target, place));
        return step;
    }

    private boolean takeIf(final String word)
    {
        final boolean isThere = in.is(word);
        if (isThere)
        {
            in.take();
        }
        return isThere;
    }

    private TaskClass.Count optionalCount()
    {
        return !in.isEnd() && Character.isDigit(in.word().charAt(0)) ? count(1, "a number") : TaskClass.Count.ONE;
    }

    private TaskClass.Count count(final int min, final String what)
    {
        final Matcher matcher = COUNT.matcher(in.word());
        if (!matcher.matches() || Integer.parseInt(matcher.group(1)) < min)
        {
            throw in.wrong(what + " expected, found " + in.shown() + "; give a whole number from " + min +
                " on, such as 8, or 2x for twice the number of CPUs");
        }
        in.take();
        return new TaskClass.Count(Integer.parseInt(matcher.group(1)), !matcher.group(2).isEmpty());
    }

    private Distribution distribution()
    {
        if (takeIf("exp"))
        {
            return new Distribution(Distribution.Kind.EXP, time(), 0);
        }
        if (!takeIf("uniform"))
        {
            return Distribution.constant(time());
        }
        final long shortestNs = time();
        final int place = in.place();
        final long longestNs = time();
        if (longestNs < shortestNs)
        {
            throw in.wrong(place, "the longest time is shorter than the shortest; give the shortest first");
        }
        return new Distribution(Distribution.Kind.UNIFORM, shortestNs, longestNs);
    }

    private long time()
    {
        final Matcher matcher = TIME.matcher(in.word());
        if (!matcher.matches())
        {
            throw in.wrong("a time expected, found " + in.shown() + "; give a number and ns, us, ms or s, such as 5ms");
        }
        final BigDecimal ns = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unitNs(matcher.group(2))));
        if (ns.compareTo(MAX_TIME_NS) > 0)
        {
            throw in.wrong(in.shown() + " is too long; give an hour at most");
        }
        in.take();
        return ns.longValue();
    }

    private static long unitNs(final String unit)
    {
        switch (unit)
        {
            case "ns":
                return 1L;

            case "us":
                return 1_000L;

            case "ms":
                return 1_000_000L;

            default:
                return 1_000_000_000L;
        }
    }
}
