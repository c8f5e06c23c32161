// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.journal.RecordingScan;
import org.scx4j.protocol.SchedAbi;

/**
 * Makes a workload of a recording: each task computes and sleeps as it did, and those of one name and weight are a
 * class. Beyond {@value #MAX_CLASSES}, those that computed least are one together.
 * <p>
 * Thread safety: none, used once.
 */
final class RecordedWorkload
{
    static final int MAX_CLASSES = 20;
    static final String OTHERS = "(others)";

    private final Map<String, Group> groups = new HashMap<>();
    private final List<RecordedTask> tasks;

    /** Tasks of one name and weight. */
    private static final class Group
    {
        final String name;
        final int weight;
        long runNs;
        int taskClass;

        Group(final String name, final int weight)
        {
            this.name = name;
            this.weight = weight;
        }
    }

    private RecordedWorkload(final List<RecordedTask> tasks)
    {
        this.tasks = tasks;
    }

    /**
     * Reads a recording.
     *
     * @param file           of it.
     * @param limitNs        how much of its beginning.
     * @param isDamagePassed whether a damaged file is read as far as it is whole.
     * @param limitBytes     memory for what is read.
     * @return the workload.
     * @throws SchedulerException in one line, if it can't be read or has no task.
     */
    static Workload read(
        final Path file, final long limitNs, final boolean isDamagePassed, final long limitBytes)
    {
        final RecordedTasks recorded = new RecordedTasks(file.toString(), limitNs, limitBytes);
        final String damage = RecordingScan.scan(file, isDamagePassed, recorded);
        final List<RecordedTask> tasks = recorded.finish();
        if (tasks.isEmpty())
        {
            throw new SchedulerException(Category.USAGE, file + ": " + (damage.isEmpty() ? "" : damage + "; ") +
                "no task is recorded; record while something runs, or read more of it by --duration");
        }
        final RecordedWorkload workload = new RecordedWorkload(tasks);
        final List<TaskClass> classes = workload.classes();
        return new Workload(file.toString(), classes, recorded.summary(damage).durationNs(),
            MachineShape.of(recorded.session().topology()), workload.classified(), recorded.summary(damage));
    }

    private List<TaskClass> classes()
    {
        for (final RecordedTask task : tasks)
        {
            groupOf(task).runNs += runNs(task.turns());
        }
        final List<Group> sorted = new ArrayList<>(groups.values());
        sorted.sort(Comparator.comparingLong((Group group) -> -group.runNs)
            .thenComparing((group) -> group.name).thenComparingInt((group) -> group.weight));
        final List<TaskClass> classes = new ArrayList<>();
        for (int i = 0; i < sorted.size(); i++)
        {
            final boolean isOther = sorted.size() > MAX_CLASSES && i >= MAX_CLASSES - 1;
            sorted.get(i).taskClass = isOther ? MAX_CLASSES - 1 : i;
            if (classes.size() < MAX_CLASSES)
            {
                classes.add(playing(isOther ? OTHERS : sorted.get(i).name, isOther ? 0 : sorted.get(i).weight));
            }
        }
        return classes;
    }

    private static TaskClass playing(final String name, final int weight)
    {
        final TaskClass taskClass = new TaskClass(name).count(new TaskClass.Count(0, false)).weight(weight);
        taskClass.steps.add(new TaskClass.Step(TaskClass.PLAY, null, null, false));
        return taskClass;
    }

    private static long runNs(final TurnLog turns)
    {
        long runNs = 0;
        boolean isRun = true;
        for (int at = 0; at < turns.lengthBytes(); at = turns.after(at))
        {
            runNs += isRun ? turns.timeAt(at) : 0;
            isRun = !isRun;
        }
        return runNs;
    }

    private List<RecordedTask> classified()
    {
        final List<RecordedTask> classified = new ArrayList<>(tasks.size());
        for (final RecordedTask task : tasks)
        {
            classified.add(new RecordedTask(groupOf(task).taskClass, task.commLow(), task.commHigh(), task.weight(),
                task.birthNs(), task.turns(), task.end()));
        }
        return classified;
    }

    private Group groupOf(final RecordedTask task)
    {
        final String name = name(task.commLow(), task.commHigh());
        return groups.computeIfAbsent(name + '\n' + task.weight(), (key) -> new Group(name, task.weight()));
    }

    private static String name(final long commLow, final long commHigh)
    {
        final byte[] comm = ByteBuffer.allocate(SchedAbi.SCHED_COMM_BYTES).order(ByteOrder.LITTLE_ENDIAN)
            .putLong(commLow).putLong(commHigh).array();
        int length = 0;
        while (length < comm.length && 0 != comm[length])
        {
            length++;
        }
        final String name = new String(comm, 0, length, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
        return name.isEmpty() ? "?" : name;
    }
}
