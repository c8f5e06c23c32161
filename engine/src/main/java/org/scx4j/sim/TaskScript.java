// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import java.util.ArrayList;
import java.util.List;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

/**
 * What one task of a {@link Workload} does, action by action, for whoever does it for real: the same times, drawn from
 * the same stream, as the task has in a {@link Simulation} of that seed.
 * <p>
 * It knows {@code run}, {@code sleep}, {@code every}, {@code loop} and {@code exit}. What needs other tasks is refused.
 * <p>
 * Thread safety: each object is for one thread.
 */
public final class TaskScript
{
    /** What a task is to do. */
    public enum Action
    {
        /** Use {@link #timeNs()} of CPU time. */
        RUN,
        /** Sleep for {@link #timeNs()}. */
        SLEEP,
        /** Sleep until the next multiple of {@link #timeNs()} since the task began. */
        SLEEP_TO_PERIOD,
        /** Exit. */
        EXIT
    }

    private final TaskClass taskClass;
    private final int[] counts;
    private final int[] turnsLeft = new int[TaskClass.MAX_DEPTH];
    private long random;
    private int at;
    private long timeNs;

    private TaskScript(final TaskClass taskClass, final int[] counts, final long random)
    {
        this.taskClass = taskClass;
        this.counts = counts;
        this.random = random;
    }

    /**
     * The tasks of a workload that are there from the start.
     *
     * @param workload to do.
     * @param nrCpus   by which counts such as {@code 2x} are multiplied, 1 or more.
     * @param seed     of what is random.
     * @return one for each task, in the order of the text.
     * @throws SchedulerException with category USAGE, if a step of the workload is none that a script can have.
     */
    public static List<TaskScript> of(final Workload workload, final int nrCpus, final long seed)
    {
        final List<TaskScript> scripts = new ArrayList<>();
        for (final TaskClass taskClass : workload.classes())
        {
            final int[] counts = new int[taskClass.steps.size()];
            for (int i = 0; i < counts.length; i++)
            {
                counts[i] = countOf(workload, taskClass, taskClass.steps.get(i), nrCpus);
            }
            for (int i = 0; i < taskClass.count(nrCpus); i++)
            {
                scripts.add(new TaskScript(taskClass, counts, RandomStream.start(seed, scripts.size())));
            }
        }
        return scripts;
    }

    private static int countOf(
        final Workload workload, final TaskClass taskClass, final TaskClass.Step step, final int nrCpus)
    {
        switch (step.code)
        {
            case TaskClass.RUN:
            case TaskClass.SLEEP:
            case TaskClass.EVERY:
            case TaskClass.EXIT:
                return 0;

            case TaskClass.LOOP:
            case TaskClass.LOOP_END:
                return step.count.of(nrCpus);

            default:
                throw new SchedulerException(Category.USAGE, "workload " + workload.name() + ": task " +
                    taskClass.name() + " wakes, waits for or forks others, which is simulated only; real threads do " +
                    "run, sleep, every, loop and exit");
        }
    }

    /**
     * What the task is.
     *
     * @return its name, weight, CPUs and start.
     */
    public TaskClass taskClass()
    {
        return taskClass;
    }

    /**
     * Goes on.
     *
     * @return what to do; behind the last one {@link Action#EXIT} for ever.
     */
    public Action next()
    {
        while (at < taskClass.steps.size())
        {
            final TaskClass.Step step = taskClass.steps.get(at);
            switch (step.code)
            {
                case TaskClass.LOOP:
                    turnsLeft[step.depth] = counts[at++];
                    break;

                case TaskClass.LOOP_END:
                    endTurn(step);
                    break;

                case TaskClass.RUN:
                    return timed(Action.RUN, draw(step));

                case TaskClass.SLEEP:
                    return timed(Action.SLEEP, draw(step));

                case TaskClass.EVERY:
                    return timed(Action.SLEEP_TO_PERIOD, step.time.aNs());

                default:
                    at = taskClass.steps.size();
                    break;
            }
        }
        return Action.EXIT;
    }

    private Action timed(final Action action, final long ns)
    {
        at++;
        timeNs = ns;
        return action;
    }

    private long draw(final TaskClass.Step step)
    {
        random = RandomStream.next(random);
        return Math.max(1, step.time.sampleNs(RandomStream.mix(random)));
    }

    private void endTurn(final TaskClass.Step step)
    {
        final boolean isAgain = TaskClass.FOREVER == turnsLeft[step.depth] || --turnsLeft[step.depth] > 0;
        at = isAgain ? step.target : at + 1;
    }

    /**
     * For how long, of the last action.
     *
     * @return nanoseconds, 1 or more; the period of {@link Action#SLEEP_TO_PERIOD}.
     */
    public long timeNs()
    {
        return timeNs;
    }
}
