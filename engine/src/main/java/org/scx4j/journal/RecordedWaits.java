// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.protocol.QueuedTaskFlyweight;
import org.scx4j.protocol.SchedAbi;

/**
 * How long the tasks of a recording really waited, by their names.
 * <p>
 * A record says when its task became runnable, and when that last got a CPU and left it. So the task's next record
 * tells how long it waited after this one, if it ran exactly once between the two. That is looked at: a task may also
 * run without a record, by a lane that does not ask the policy, and its last run is then another one.
 * <ul>
 * <li>It has not slept in between (its voluntary switches are the same): the CPU time since it last slept must have
 * grown by exactly its last run.
 * <li>It has slept once, and woke to this record: its CPU time must not have grown by more than the last run, and the
 * time that the kernel's accounting may be apart, {@value #ACCOUNTING_NS} ns.
 * <li>Else it ran more than once.
 * </ul>
 * What can't be told is counted, and left out. A task that is queued again without having run waits on.
 * <p>
 * Thread safety: immutable once read, but for the histograms.
 */
public final class RecordedWaits
{
    /** The kernel charges a task from the beginning of a switch on, and we look at the clock at its end. */
    static final long ACCOUNTING_NS = 200_000;
    private static final long WAIT_MAX_NS = 3_600_000_000_000L;
    private static final int DIGITS = 3;

    private final Map<String, Group> byName = new LinkedHashMap<>();
    private final Int2ObjectHashMap<Task> tasks = new Int2ObjectHashMap<>();
    private final QueuedTaskFlyweight next = new QueuedTaskFlyweight();
    private final List<RecordedTaskGroup> groups = new ArrayList<>();
    private JournalSession first;
    private JournalSession session;
    private boolean hasCycle;
    private long firstNs;
    private long lastNs;
    private long nrDropped;
    private String damage = "";

    /** Tasks of one name, as it adds up. */
    private static final class Group
    {
        private final Histogram waits = new Histogram(1, WAIT_MAX_NS, DIGITS);
        private int weight;
        private long nrTasks;
        private long nrQueued;
        private long nrUnknown;
        private long nrOpen;
        private long cpuNs;
    }

    /** A thread, as its last record has it. */
    private static final class Task
    {
        private Group group;
        private long enqueueNs;
        private long startNs;
        private long execNs;
        private long sumExecNs;
        private long nvcsw;
        private int tgid;
    }

    private RecordedWaits()
    {
    }

    /**
     * Reads a recording.
     *
     * @param files          of one recording, in the order in which they were written; not empty.
     * @param isDamagePassed whether a damaged file is read as far as it is whole, rather than refused.
     * @return what it tells.
     * @throws SchedulerException if a file is no recording that can be read, or does not follow the one before; or is
     *                            damaged, and that is not passed over: one line with file, offset and reason.
     */
    public static RecordedWaits read(final List<Path> files, final boolean isDamagePassed)
    {
        final RecordedWaits waits = new RecordedWaits();
        JournalReader before = null;
        for (final Path file : files)
        {
            try (JournalReader reader = JournalReader.open(file))
            {
                reader.checkFollows(before);
                before = reader;
                waits.read(reader);
                if (null != reader.damage())
                {
                    if (!isDamagePassed)
                    {
                        throw new SchedulerException(Category.USAGE, reader.damage());
                    }
                    waits.damage = reader.damage();
                    break;
                }
            }
        }
        if (null == waits.first)
        {
            throw new SchedulerException(Category.USAGE, waits.damage.isEmpty() ?
                files.get(0) + ": no session is recorded" : waits.damage);
        }
        waits.conclude();
        return waits;
    }

    private void read(final JournalReader reader)
    {
        int type = reader.advance();
        while (JournalReader.NOTHING != type)
        {
            final UnsafeBuffer buffer = reader.buffer();
            switch (type)
            {
                case JournalReader.SESSION:
                    onSession(reader.session());
                    break;

                case RecordDescriptor.CYCLE:
                    onCycle(buffer.getLong(reader.offset() + RecordDescriptor.CYCLE_TIME_NS_OFFSET, LITTLE_ENDIAN));
                    break;

                case RecordDescriptor.EVENT:
                    onEvent(buffer, reader.offset());
                    break;

                case RecordDescriptor.GAP:
                    nrDropped += buffer.getLong(reader.offset() + RecordDescriptor.GAP_DROPPED_OFFSET, LITTLE_ENDIAN);
                    forgetTasks();
                    break;

                default:
                    break;
            }
            type = reader.advance();
        }
    }

    /** The next file of a recording begins with the session that the one before has ended in. */
    private void onSession(final JournalSession begun)
    {
        first = null == first ? begun : first;
        if (null != session && session.number() != begun.number())
        {
            forgetTasks();
        }
        session = begun;
    }

    private void onCycle(final long nowNs)
    {
        firstNs = hasCycle ? firstNs : nowNs;
        lastNs = nowNs;
        hasCycle = true;
    }

    /** Records are missing here: what comes next may not be the next of anybody. */
    private void forgetTasks()
    {
        tasks.values().forEach((task) -> task.group.nrOpen++);
        tasks.clear();
    }

    private void onEvent(final UnsafeBuffer buffer, final int offset)
    {
        next.wrap(buffer, offset);
        if (SchedAbi.SCHED_EVENT_EXIT == next.kind())
        {
            final Task gone = tasks.remove(next.pid());
            if (null != gone)
            {
                gone.group.nrOpen++;
            }
        }
        else if (SchedAbi.SCHED_EVENT_QUEUED == next.kind())
        {
            onQueued();
        }
    }

    private void onQueued()
    {
        final Group group = byName.computeIfAbsent(next.comm(), (name) -> new Group());
        group.nrQueued++;
        group.weight = next.weight();
        Task task = tasks.get(next.pid());
        if (null == task || next.tgid() != task.tgid || next.sumExecRuntimeNs() < task.sumExecNs)
        {
            if (null != task)
            {
                task.group.nrOpen++;
            }
            task = new Task();
            task.tgid = next.tgid();
            tasks.put(next.pid(), task);
        }
        else if (next.startNs() == task.startNs && next.nvcsw() == task.nvcsw)
        {
            group.nrQueued--;
            return;
        }
        else
        {
            endWait(task);
            task.group.cpuNs += next.sumExecRuntimeNs() - task.sumExecNs;
        }
        group.nrTasks += group == task.group ? 0 : 1;
        task.group = group;
        task.enqueueNs = next.enqueueNs();
        task.startNs = next.startNs();
        task.execNs = next.execRuntimeNs();
        task.sumExecNs = next.sumExecRuntimeNs();
        task.nvcsw = next.nvcsw();
    }

    private void endWait(final Task task)
    {
        if (hasRunOnce(task))
        {
            task.group.waits.recordValue(Math.max(0, Math.min(next.startNs() - task.enqueueNs, WAIT_MAX_NS)));
        }
        else
        {
            task.group.nrUnknown++;
        }
    }

    private boolean hasRunOnce(final Task task)
    {
        final long lastRunNs = next.stopNs() - next.startNs();
        if (next.startNs() < task.enqueueNs || lastRunNs < 0)
        {
            return false;
        }
        if (next.nvcsw() == task.nvcsw)
        {
            return next.execRuntimeNs() - task.execNs == lastRunNs;
        }
        return next.nvcsw() == task.nvcsw + 1 && 0 == next.execRuntimeNs() &&
            next.sumExecRuntimeNs() - task.sumExecNs <= lastRunNs + ACCOUNTING_NS;
    }

    private void conclude()
    {
        forgetTasks();
        byName.forEach((name, group) -> groups.add(new RecordedTaskGroup(name, group.weight, group.nrTasks,
            group.nrQueued, group.nrUnknown, group.nrOpen, group.cpuNs, group.waits)));
    }

    /**
     * What became of the tasks.
     *
     * @return a group for each name, in the order in which they were first recorded; unmodifiable.
     */
    public List<RecordedTaskGroup> groups()
    {
        return List.copyOf(groups);
    }

    /**
     * What became of the tasks of one name.
     *
     * @param name of the tasks, as the kernel has it.
     * @return their group; null if none is recorded.
     */
    public RecordedTaskGroup of(final String name)
    {
        return groups.stream().filter((group) -> group.name().equals(name)).findFirst().orElse(null);
    }

    /**
     * Under which circumstances it was recorded.
     *
     * @return the first session.
     */
    public JournalSession session()
    {
        return first;
    }

    /**
     * For how long it was recorded.
     *
     * @return nanoseconds from the first to the last duty cycle of the policy.
     */
    public long durationNs()
    {
        return lastNs - firstNs;
    }

    /**
     * Records that the recording has lost; waits across a gap can't be told.
     *
     * @return count.
     */
    public long nrDropped()
    {
        return nrDropped;
    }

    /**
     * Where the recording is damaged, and reading has ended.
     *
     * @return one line; empty if it is whole.
     */
    public String damage()
    {
        return damage;
    }
}
