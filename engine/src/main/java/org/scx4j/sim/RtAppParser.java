// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import com.fasterxml.jackson.core.JsonToken;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.protocol.NiceWeight;
import org.scx4j.protocol.SchedAbi;

/**
 * Reads a workload of rt-app, as far as a simulated machine has what it asks for. The first error ends it, with one
 * line that says where it is and what can be written instead.
 * <p>
 * Thread safety: none, used once.
 */
final class RtAppParser
{
    private static final Pattern EVENT =
        Pattern.compile("(runtime|run|sleep|timer|suspend|resume|fork)(?:[0-9A-Z_.-].*)?", Pattern.DOTALL);
    private static final String EVENTS = "run, runtime, sleep, timer, suspend, resume and fork";
    private static final String PROPERTIES = "instance, loop, priority, policy, cpus, delay and phases";
    private static final String GLOBALS = "duration and default_policy";
    /** Of measuring, not of the workload. */
    private static final Set<String> PASSED_GLOBALS = Set.of("calibration", "pi_enabled", "lock_pages", "logdir",
        "log_basename", "log_size", "ftrace", "gnuplot", "io_device", "mem_buffer_size", "cumulative_slack", "frag",
        "fragment");
    private static final String OTHER = "SCHED_OTHER";
    private static final String IDLE = "SCHED_IDLE";
    private static final long MAX_US = 3_600_000_000L;
    private static final long MAX_S = 1_000_000L;
    private static final int MAX_COUNT = 999_999;
    private static final int MAX_OWN_TIMERS = 16;
    private static final String UNIQUE = "unique";

    private final RtAppText in;
    private final List<Draft> drafts = new ArrayList<>();
    private final List<Fork> forks = new ArrayList<>();
    private final Map<String, Integer> conditions = new HashMap<>();
    private final Map<String, Integer> sharedTimers = new HashMap<>();
    private final Set<Integer> absoluteTimers = new HashSet<>();
    private String defaultPolicy = OTHER;
    private long durationNs;

    /** A task as it is read. */
    private static final class Draft
    {
        final String name;
        final List<Phase> phases = new ArrayList<>();
        final Map<String, Integer> ownTimers = new HashMap<>();
        final Set<Integer> absoluteTimers = new HashSet<>();
        final Set<String> given = new HashSet<>();
        int instances = 1;
        int loops = TaskClass.FOREVER;
        int nice;
        String policy;
        long delayNs;
        int[] cpus;

        Draft(final String name)
        {
            this.name = name;
        }
    }

    /** Events, and how often they come. */
    private static final class Phase
    {
        final List<TaskClass.Step> steps = new ArrayList<>();
        int loops = 1;
    }

    /** A task that an event names, maybe before it is described. */
    private record Fork(TaskClass.Step step, String name, SchedulerException ifUnknown)
    {
    }

    RtAppParser(final String name, final String text)
    {
        this.in = new RtAppText(name, text.startsWith("\ufeff") ? text.substring(1) : text);
    }

    /** Whether it is meant to be JSON: a text of scx4j's own format begins with a word or a #. */
    static boolean isJson(final String name, final String text)
    {
        final String begin = text.startsWith("\ufeff") ? text.substring(1).stripLeading() : text.stripLeading();
        return name.toLowerCase(Locale.ROOT).endsWith(".json") || begin.startsWith("{") || begin.startsWith("/*") ||
            begin.startsWith("//");
    }

    Workload parse()
    {
        in.beginObject("tasks");
        final Set<String> given = new HashSet<>();
        for (String key = in.nextKey(); null != key; key = in.nextKey())
        {
            checkOnce(given, key);
            switch (key)
            {
                case "tasks":
                    tasks();
                    break;

                case "global":
                    global();
                    break;

                case "resources":
                    in.skipValue();
                    break;

                default:
                    throw in.wrong(unknown(key) + "; the file has tasks, global and resources");
            }
        }
        if (drafts.isEmpty())
        {
            throw in.wrong("there is no task; write such as " +
                "{\"tasks\": {\"name\": {\"run\": 5000, \"sleep\": 1000}}}");
        }
        if (null != in.next())
        {
            throw in.wrong("something behind the end of the object; take it away");
        }
        return workload();
    }

    private static String unknown(final String key)
    {
        return RtAppText.quoted(key) + " is not supported";
    }

    private void checkOnce(final Set<String> given, final String key)
    {
        if (!given.add(key))
        {
            throw in.wrong(RtAppText.quoted(key) + " is there twice; keep one");
        }
    }

    private void global()
    {
        in.owner("global");
        in.beginObject(GLOBALS);
        final Set<String> given = new HashSet<>();
        for (String key = in.nextKey(); null != key; key = in.nextKey())
        {
            checkOnce(given, key);
            if ("duration".equals(key))
            {
                final long seconds = in.nextWhole("a duration in seconds, or -1 for none,", -1, MAX_S);
                durationNs = TimeUnit.SECONDS.toNanos(Math.max(0, seconds));
            }
            else if ("default_policy".equals(key))
            {
                defaultPolicy = policy();
            }
            else if (PASSED_GLOBALS.contains(key))
            {
                in.skipValue();
            }
            else
            {
                throw in.wrong(
                    unknown(key) + "; global has " + GLOBALS + ", and what is about measuring is passed over");
            }
        }
        in.owner("");
    }

    private String policy()
    {
        final String policy = in.nextString("a scheduling policy");
        if (!OTHER.equals(policy) && !IDLE.equals(policy))
        {
            throw in.wrong("policy " + RtAppText.quoted(policy) + " is not supported, such tasks are not " +
                "sched_ext's; give " + OTHER + " or " + IDLE);
        }
        return policy;
    }

    // ---- tasks

    private void tasks()
    {
        in.owner("tasks");
        in.beginObject("a task by name");
        for (String key = in.nextKey(); null != key; key = in.nextKey())
        {
            if (key.isEmpty())
            {
                throw in.wrong("a task without a name; give it one");
            }
            task(new Draft(key));
            in.owner("tasks");
        }
        in.owner("");
    }

    private void task(final Draft draft)
    {
        final String owner = "task " + RtAppText.quoted(draft.name);
        in.owner(owner);
        in.beginObject("events or phases");
        final Phase only = new Phase();
        for (String key = in.nextKey(); null != key; key = in.nextKey())
        {
            final Matcher event = EVENT.matcher(key);
            if (event.matches())
            {
                event(draft, only, event.group(1));
            }
            else
            {
                checkOnce(draft.given, key);
                property(draft, key, owner);
            }
        }
        if (!only.steps.isEmpty() && draft.given.contains("phases"))
        {
            throw in.wrong("events beside phases; put them into a phase");
        }
        if (!only.steps.isEmpty())
        {
            draft.phases.add(only);
        }
        if (draft.phases.isEmpty())
        {
            throw in.wrong("it does nothing; give it an event, known are " + EVENTS);
        }
        drafts.add(draft);
    }

    private void property(final Draft draft, final String key, final String owner)
    {
        switch (key)
        {
            case "instance":
                draft.instances = (int)in.nextWhole("a number of tasks", 0, MAX_COUNT);
                break;

            case "loop":
                draft.loops = loops();
                break;

            case "priority":
                draft.nice = (int)in.nextWhole("a nice value", NiceWeight.MIN_NICE, NiceWeight.MAX_NICE);
                break;

            case "policy":
                draft.policy = policy();
                break;

            case "delay":
                draft.delayNs = TimeUnit.MICROSECONDS.toNanos(in.nextWhole("a delay in us", 0, MAX_US));
                break;

            case "cpus":
                draft.cpus = cpus();
                break;

            case "phases":
                phases(draft, owner);
                break;

            default:
                throw in.wrong(unknown(key) + "; a task has " + PROPERTIES + ", or events: " + EVENTS);
        }
    }

    private int loops()
    {
        final int loops = (int)in.nextWhole("a number of turns, or -1 for ever,", -1, MAX_COUNT);
        if (0 == loops)
        {
            throw in.wrong("0 turns; give 1 or more, or -1 for ever");
        }
        return loops;
    }

    private int[] cpus()
    {
        if (JsonToken.START_ARRAY != in.next())
        {
            throw in.wrong("a list of CPUs expected, such as [0, 2, 3]");
        }
        final Set<Integer> cpus = new TreeSet<>();
        while (JsonToken.END_ARRAY != in.next())
        {
            cpus.add((int)in.whole("a CPU", 0, SchedAbi.SCHED_MAX_CPUS - 1));
        }
        if (cpus.isEmpty())
        {
            throw in.wrong("a list of no CPUs; name one, or leave cpus out for all");
        }
        return cpus.stream().mapToInt(Integer::intValue).toArray();
    }

    private void phases(final Draft draft, final String owner)
    {
        in.beginObject("a phase by name");
        for (String name = in.nextKey(); null != name; name = in.nextKey())
        {
            in.owner(owner + ", phase " + RtAppText.quoted(name));
            in.beginObject("events");
            final Phase phase = new Phase();
            final Set<String> given = new HashSet<>();
            for (String key = in.nextKey(); null != key; key = in.nextKey())
            {
                final Matcher event = EVENT.matcher(key);
                if (event.matches())
                {
                    event(draft, phase, event.group(1));
                }
                else if ("loop".equals(key))
                {
                    checkOnce(given, key);
                    phase.loops = loops();
                }
                else
                {
                    throw in.wrong(unknown(key) + "; a phase has loop and events: " + EVENTS);
                }
            }
            if (!phase.steps.isEmpty())
            {
                draft.phases.add(phase);
            }
            in.owner(owner);
        }
    }

    // ---- events

    private void event(final Draft draft, final Phase phase, final String event)
    {
        switch (event)
        {
            case "run":
            case "runtime":
                phase.steps.add(timed(TaskClass.RUN, in.nextWhole("a time in us", 0, MAX_US)));
                break;

            case "sleep":
                final long us = in.nextWhole("a time in us", 0, MAX_US);
                if (us > 0)
                {
                    phase.steps.add(timed(TaskClass.SLEEP, us));
                }
                break;

            case "timer":
                phase.steps.add(timer(draft));
                break;

            case "fork":
                final TaskClass.Step fork = new TaskClass.Step(TaskClass.FORK, TaskClass.Count.ONE, null, false);
                final String child = in.nextString("the name of a task");
                forks.add(new Fork(fork, child, in.wrong("there is no task " + RtAppText.quoted(child) + " to fork")));
                phase.steps.add(fork);
                break;

            default:
                final boolean isSuspend = "suspend".equals(event);
                final String named = in.nextString("the name of what is waited for");
                if (named.isEmpty() && !isSuspend)
                {
                    throw in.wrong("a resume of nothing; name what a task has suspended on");
                }
                final TaskClass.Step step =
                    new TaskClass.Step(isSuspend ? TaskClass.SUSPEND : TaskClass.RESUME, null, null, false);
                step.target = indexOf(conditions, named.isEmpty() ? draft.name : named);
                phase.steps.add(step);
                break;
        }
    }

    private static TaskClass.Step timed(final int code, final long us)
    {
        return new TaskClass.Step(code, null, Distribution.constant(TimeUnit.MICROSECONDS.toNanos(us)), false);
    }

    private static int indexOf(final Map<String, Integer> indexes, final String name)
    {
        return indexes.computeIfAbsent(name, (key) -> indexes.size());
    }

    private TaskClass.Step timer(final Draft draft)
    {
        String ref = null;
        String mode = "relative";
        long us = -1;
        in.beginObject("ref and period");
        final Set<String> given = new HashSet<>();
        for (String key = in.nextKey(); null != key; key = in.nextKey())
        {
            checkOnce(given, key);
            switch (key)
            {
                case "ref":
                    ref = in.nextString("the name of a timer");
                    break;

                case "period":
                    us = in.nextWhole("a period in us", 0, MAX_US);
                    break;

                case "mode":
                    mode = in.nextString("relative or absolute");
                    if (!"relative".equals(mode) && !"absolute".equals(mode))
                    {
                        throw in.wrong("mode " + RtAppText.quoted(mode) + " is none; give relative or absolute");
                    }
                    break;

                default:
                    throw in.wrong(unknown(key) + "; a timer has ref, period and mode");
            }
        }
        if (null == ref || us < 0)
        {
            throw in.wrong("a timer without " + (null == ref ? "ref" : "period") +
                "; write such as {\"ref\": \"unique\", \"period\": 20000}");
        }
        return timer(draft, ref, us, "absolute".equals(mode));
    }

    private TaskClass.Step timer(final Draft draft, final String ref, final long us, final boolean isAbsolute)
    {
        final TaskClass.Step step = timed(TaskClass.TIMER, us);
        final boolean isOwn = ref.startsWith(UNIQUE);
        step.target = isOwn ? ~indexOf(draft.ownTimers, ref) : indexOf(sharedTimers, ref);
        if (draft.ownTimers.size() > MAX_OWN_TIMERS)
        {
            throw in.wrong("more than " + MAX_OWN_TIMERS + " timers of its own; use fewer");
        }
        if (isAbsolute)
        {
            (isOwn ? draft.absoluteTimers : absoluteTimers).add(step.target);
        }
        return step;
    }

    // ---- what comes out

    private Workload workload()
    {
        final List<TaskClass> classes = new ArrayList<>();
        for (final Draft draft : drafts)
        {
            classes.add(taskClass(draft));
        }
        for (final Fork fork : forks)
        {
            fork.step.target = -1;
            for (int i = drafts.size() - 1; i >= 0; i--)
            {
                fork.step.target = drafts.get(i).name.equals(fork.name) ? i : fork.step.target;
            }
            if (fork.step.target < 0)
            {
                throw fork.ifUnknown;
            }
        }
        return new Workload(in.name(), classes, durationNs);
    }

    private TaskClass taskClass(final Draft draft)
    {
        final String policy = null == draft.policy ? defaultPolicy : draft.policy;
        final TaskClass taskClass = new TaskClass(comm(draft.name))
            .count(new TaskClass.Count(draft.instances, false))
            .weight(IDLE.equals(policy) ? 1 : NiceWeight.of(draft.nice))
            .delayNs(draft.delayNs);
        if (null != draft.cpus)
        {
            taskClass.cpus(draft.cpus);
        }
        final List<TaskClass.Step> steps = taskClass.steps;
        if (draft.delayNs > 0)
        {
            steps.add(new TaskClass.Step(TaskClass.SLEEP, null, Distribution.constant(draft.delayNs), false));
        }
        final int outer = beginLoop(steps, draft.loops, 0);
        for (final Phase phase : draft.phases)
        {
            final int inner = 1 == phase.loops ? -1 : beginLoop(steps, phase.loops, 1);
            steps.addAll(phase.steps);
            if (inner >= 0)
            {
                endLoop(steps, inner, 1);
            }
        }
        endLoop(steps, outer, 0);
        for (final TaskClass.Step step : steps)
        {
            step.isAbsolute = TaskClass.TIMER == step.code &&
                (step.target < 0 ? draft.absoluteTimers : absoluteTimers).contains(step.target);
        }
        return taskClass;
    }

    /** As the kernel cuts it. */
    private static String comm(final String name)
    {
        return RtAppText.printable(name.substring(0, Math.min(name.length(), SchedAbi.SCHED_COMM_BYTES - 1)),
            SchedAbi.SCHED_COMM_BYTES);
    }

    private static int beginLoop(final List<TaskClass.Step> steps, final int loops, final int depth)
    {
        final TaskClass.Step begin =
            new TaskClass.Step(TaskClass.LOOP, new TaskClass.Count(loops, false), null, false);
        begin.depth = depth;
        steps.add(begin);
        return steps.size();
    }

    private static void endLoop(final List<TaskClass.Step> steps, final int first, final int depth)
    {
        final TaskClass.Step end = new TaskClass.Step(TaskClass.LOOP_END, null, null, false);
        end.depth = depth;
        end.target = first;
        steps.add(end);
    }
}
