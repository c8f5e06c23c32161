// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.Long2LongHashMap;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.journal.JournalSession;
import org.scx4j.journal.RecordingListener;
import org.scx4j.protocol.QueuedTaskFlyweight;
import org.scx4j.protocol.SchedAbi;

/**
 * Learns from a recording what each of its tasks did. Times are since the first duty cycle.
 * <p>
 * Thread safety: none.
 */
final class RecordedTasks implements RecordingListener
{
    private static final long NEVER = -1;
    private static final long BYTES_PER_TASK = 400;
    /** A record can be younger than the begin of the duty cycle that has read it, but not by so much. */
    private static final long LONGEST_BATCH_NS = 1_000_000_000L;

    private final QueuedTaskFlyweight record = new QueuedTaskFlyweight();
    private final Int2ObjectHashMap<RecordedTurns> alive = new Int2ObjectHashMap<>();
    private final Long2LongHashMap startedNs = new Long2LongHashMap(NEVER);
    private final List<RecordedTask> ended = new ArrayList<>();
    private final String name;
    private final long limitNs;
    private final long limitBytes;
    private JournalSession session;
    private int[] running = new int[0];
    private long usedBytes;
    private long originNs = NEVER;
    private long nowNs;
    private long lookNs;
    private long waitNs;
    private long nrWaits;
    private long runNs;
    private long nrTurns;
    private long nrMissed;
    private long nrDropped;

    /**
     * Knows nothing yet.
     *
     * @param name       of the recording, for messages.
     * @param limitNs    how much of its beginning to read.
     * @param limitBytes memory for it.
     */
    RecordedTasks(final String name, final long limitNs, final long limitBytes)
    {
        this.name = name;
        this.limitNs = limitNs;
        this.limitBytes = limitBytes;
    }

    @Override
    public void onSession(final JournalSession recorded)
    {
        session = null == session ? recorded : session;
        running = new int[recorded.topology().nrCpuIds()];
    }

    @Override
    public boolean onCycle(final long timeNs)
    {
        originNs = NEVER == originNs ? timeNs : originNs;
        final long sinceNs = timeNs - originNs;
        if (sinceNs > limitNs)
        {
            nowNs = limitNs;
            return false;
        }
        lookNs = nowNs;
        nowNs = Math.max(nowNs, sinceNs);
        return true;
    }

    @Override
    public void onEvent(final MutableDirectBuffer buffer, final int offset)
    {
        record.wrap(buffer, offset);
        if (NEVER == originNs || SchedAbi.SCHED_EVENT_CPU_AVAILABLE == record.kind())
        {
            return;
        }
        final int pid = record.pid();
        if (SchedAbi.SCHED_EVENT_EXIT == record.kind())
        {
            exit(pid, nowNs);
            return;
        }
        final long timeNs = Math.max(0, Math.min(record.enqueueNs() - originNs, nowNs + LONGEST_BATCH_NS));
        RecordedTurns task = alive.get(pid);
        if (null != task && !task.isSame(record))
        {
            exit(pid, timeNs);
            task = null;
        }
        if (null == task)
        {
            alive.put(pid, new RecordedTurns(record, timeNs));
            use(BYTES_PER_TASK);
        }
        else
        {
            final long waitedNs = record.startNs() - originNs - task.queuedNs();
            if (0 != record.startNs() && waitedNs >= 0 && waitedNs <= nowNs)
            {
                waitNs += waitedNs;
                nrWaits++;
            }
            use(task.add(record, timeNs, 0 == record.stopNs() ? NEVER : record.stopNs() - originNs));
        }
    }

    private void use(final long bytes)
    {
        usedBytes += bytes;
        if (usedBytes > limitBytes)
        {
            throw new SchedulerException(Category.USAGE, name + ": what its tasks did in the first " +
                nowNs / 1_000_000 + " ms needs more than " + (limitBytes >> 20) + " MiB; take less of it by " +
                "--duration, or have more memory by SCX4J_JAVA_OPTS=-Xmx1g");
        }
    }

    private void exit(final int pid, final long timeNs)
    {
        final RecordedTurns task = alive.remove(pid);
        if (null != task)
        {
            end(task, task.exited(
                timeNs, startedNs.get(pid), Math.min(lookNs, timeNs), 0 == nrWaits ? 0 : waitNs / nrWaits));
        }
        startedNs.remove(pid);
    }

    private void end(final RecordedTurns task, final RecordedTask what)
    {
        ended.add(what);
        runNs += task.runNs();
        nrTurns += task.nrTurns();
        nrMissed += task.nrMissed();
    }

    @Override
    public void onCpu(final int cpu, final int pid, final long startNs)
    {
        running[cpu] = pid;
        if (0 != pid && NEVER != originNs && startNs >= originNs)
        {
            startedNs.put(pid, startNs - originNs);
        }
    }

    @Override
    public void onGap(final long dropped)
    {
        nrDropped += dropped;
    }

    /** The recording's machine. */
    JournalSession session()
    {
        return session;
    }

    /**
     * All tasks, in the order in which they came; to be called once, when all is read.
     *
     * @return without their classes.
     */
    List<RecordedTask> finish()
    {
        final int[] pids = alive.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
        final int[] onCpu = Arrays.stream(running).filter((pid) -> 0 != pid).sorted().toArray();
        for (final int pid : pids)
        {
            final RecordedTurns task = alive.remove(pid);
            end(task, task.left(nowNs, Arrays.binarySearch(onCpu, pid) >= 0 ? startedNs.get(pid) : NEVER));
        }
        ended.sort(Comparator.comparingLong(RecordedTask::birthNs));
        return ended;
    }

    /** What was read. */
    RecordingSummary summary(final String damage)
    {
        return new RecordingSummary(
            session.properties().getOrDefault(JournalSession.POLICY, ""),
            session.properties().getOrDefault(JournalSession.KERNEL, ""), nowNs,
            session.topology().onlineCpus().count(), ended.size(), nrTurns, nrMissed, nrDropped, runNs, damage);
    }
}
