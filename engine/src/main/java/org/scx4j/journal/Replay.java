// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.CachedNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.pipeline.StartContext;
import org.scx4j.pipeline.VirtualPipeline;
import org.scx4j.protocol.QueuedTaskDescriptor;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.transport.LeaseState;

/**
 * Shows a policy what another one has seen, in the same order, at the same times, in the same batches; the clock is the
 * recording's. What the policy decides is a function of the files, the policy and its options alone.
 * <p>
 * Thread safety: for one thread, once.
 */
public final class Replay
{
    /** Hears of how far a replay is. */
    @FunctionalInterface
    public interface Progress
    {
        /**
         * Called now and then.
         *
         * @param readBytes of all files.
         * @param nrEvents  so far.
         * @return false to end the replay here.
         */
        boolean onProgress(long readBytes, long nrEvents);
    }

    /** A gap of time gets so many ticks of a policy that wants others than the one recorded; the rest is left out. */
    static final int TICKS_MAX = 1000;

    private static final int LOG_ENTRIES_PER_EVENT = 4;
    private static final int MIN_EVENTS = 64;
    private static final int MAX_EVENTS = 1 << 16;
    private static final int PROGRESS_RECORDS = 1 << 14;
    private static final long LONGEST_SLEEP_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final CachedNanoClock clock = new CachedNanoClock();
    private final List<Supplier<JournalReader>> files;
    private final SchedulingPolicy policy;
    private final ReplayOptions options;
    private final ErrorHandler onPolicyError;
    private final Progress progress;
    private DecisionSink sink;
    private DecisionSink recorded;
    private JournalReader reader;
    private JournalSession first;
    private JournalSession session;
    private ReplayTransport transport;
    private VirtualPipeline pipeline;
    private boolean isPolicyStarted;
    private long tickIntervalNs;
    private long nextTickNs;
    private long firstCycleNs;
    private long lastCycleNs;
    private long beginNs;
    private long bytesBefore;
    private long nrRecords;
    private int nrSessions;
    private long nrEvents;
    private long nrTasks;
    private long nrCycles;
    private long nrDropped;
    private long nrErrorsBefore;
    private boolean isStopped;

    /**
     * Prepares it.
     *
     * @param files         open a file each, of one recording, in the order in which they were written.
     * @param policy        not started.
     * @param options       how.
     * @param onPolicyError for what the policy throws, and the replay survives.
     * @param progress      hears of it.
     */
    public Replay(
        final List<Supplier<JournalReader>> files,
        final SchedulingPolicy policy,
        final ReplayOptions options,
        final ErrorHandler onPolicyError,
        final Progress progress)
    {
        this.files = files;
        this.policy = policy;
        this.options = options;
        this.onPolicyError = onPolicyError;
        this.progress = progress;
    }

    /**
     * Replays all files.
     *
     * @return what it did.
     * @throws SchedulerException if a file is no recording that can be read, or does not follow the one before; or is
     *                            damaged, and that is not passed over: one line with file, offset and reason. No file
     *                            of decisions is left then.
     */
    public ReplayReport run()
    {
        try (DecisionSink decisions = new DecisionSink(options.decisions(), options.isText());
            DecisionSink recordedDecisions = new DecisionSink(null, false))
        {
            sink = decisions;
            recorded = recordedDecisions;
            beginNs = System.nanoTime();
            String damage = null;
            for (int i = 0; i < files.size() && null == damage && !isStopped; i++)
            {
                damage = replay(files.get(i));
            }
            decide();
            return report(null == damage ? "" : damage);
        }
        finally
        {
            closePolicy();
        }
    }

    private ReplayReport report(final String damage)
    {
        if (null == first)
        {
            throw new SchedulerException(Category.USAGE,
                damage.isEmpty() ? reader.name() + ": offset " + reader.fileOffset() + ": no session is recorded" :
                damage);
        }
        final String digest = sink.finish();
        return new ReplayReport(
            options.policyName(), first, nrSessions, nrEvents, nrTasks, nrCycles,
            sink.nrDecisions(), digest, recorded.nrDecisions(), recorded.finish(), nrDropped,
            nrPolicyErrors(), lastCycleNs - firstCycleNs, System.nanoTime() - beginNs, isStopped, damage);
    }

    private long nrPolicyErrors()
    {
        return nrErrorsBefore + (null == pipeline ? 0 : pipeline.nrPolicyErrors());
    }

    /** Returns what is wrong with the file, null if nothing is. */
    private String replay(final Supplier<JournalReader> file)
    {
        final JournalReader before = reader;
        try (JournalReader opened = file.get())
        {
            reader = opened;
            reader.checkFollows(before);
            int type = reader.advance();
            while (JournalReader.NOTHING != type && !isStopped)
            {
                apply(type);
                if (0 == (++nrRecords & PROGRESS_RECORDS - 1))
                {
                    lookAround();
                }
                type = reader.advance();
            }
            bytesBefore += reader.fileOffset();
            if (null != reader.damage() && !options.isDamagePassed())
            {
                throw new SchedulerException(Category.USAGE,
                    reader.damage() + " (--on-damage stop replays what is before)");
            }
            return reader.damage();
        }
    }

    private void lookAround()
    {
        isStopped |= !progress.onProgress(bytesBefore + reader.fileOffset(), nrEvents);
    }

    private void apply(final int type)
    {
        final UnsafeBuffer buffer = reader.buffer();
        final int offset = reader.offset();
        switch (type)
        {
            case JournalReader.SESSION:
                onSession(reader.session());
                break;

            case RecordDescriptor.CYCLE:
                onCycle(buffer.getLong(offset + RecordDescriptor.CYCLE_TIME_NS_OFFSET, LITTLE_ENDIAN));
                break;

            case RecordDescriptor.EVENT:
                onEvent(buffer, offset);
                break;

            case RecordDescriptor.DECISION:
                recorded.onDecision(buffer, offset);
                break;

            case RecordDescriptor.CPU:
                transport.image().set(
                    buffer.getInt(offset + RecordDescriptor.CPU_NUMBER_OFFSET, LITTLE_ENDIAN),
                    0 != (buffer.getInt(offset + RecordDescriptor.CPU_FLAGS_OFFSET, LITTLE_ENDIAN) &
                        RecordDescriptor.CPU_IDLE),
                    buffer.getInt(offset + RecordDescriptor.CPU_PID_OFFSET, LITTLE_ENDIAN),
                    buffer.getLong(offset + RecordDescriptor.CPU_START_NS_OFFSET, LITTLE_ENDIAN),
                    buffer.getLong(offset + RecordDescriptor.CPU_VTIME_OFFSET, LITTLE_ENDIAN));
                break;

            case RecordDescriptor.LEASE:
                transport.lease(new LeaseState(
                    0 != buffer.getInt(offset + RecordDescriptor.LEASE_IS_LOST_OFFSET, LITTLE_ENDIAN),
                    buffer.getLong(offset + RecordDescriptor.LEASE_LOSSES_OFFSET, LITTLE_ENDIAN),
                    buffer.getLong(offset + RecordDescriptor.LEASE_LOST_NS_OFFSET, LITTLE_ENDIAN), 0, 0));
                break;

            default:
                nrDropped += buffer.getLong(offset + RecordDescriptor.GAP_DROPPED_OFFSET, LITTLE_ENDIAN);
                break;
        }
    }

    /** The next file of a recording begins with the session that the one before has ended in. */
    private void onSession(final JournalSession next)
    {
        if (null != session && session.number() == next.number())
        {
            return;
        }
        decide();
        closePolicy();
        first = null == first ? next : first;
        session = next;
        transport = new ReplayTransport(next, sink);
        nrSessions++;
    }

    private void closePolicy()
    {
        if (null != pipeline)
        {
            nrErrorsBefore += pipeline.nrPolicyErrors();
            pipeline = null;
        }
        if (isPolicyStarted)
        {
            isPolicyStarted = false;
            policy.onClose();
        }
    }

    private void startPolicy(final long nowNs)
    {
        final StartContext start = new StartContext(
            session.sliceNs(), session.nrCpuIds(), session.topology(), transport.cpuStates(session.topology()),
            options.policyOptions());
        policy.onStart(start);
        isPolicyStarted = true;
        final String unknown = start.unknownOption(options.policyName());
        if (null != unknown)
        {
            throw new SchedulerException(Category.USAGE, unknown);
        }
        clock.update(nowNs);
        final int nrEntries = Math.max(MIN_EVENTS, Math.min(MAX_EVENTS, Integer.highestOneBit(session.events())));
        pipeline = new VirtualPipeline(
            transport, policy, nrEntries, LOG_ENTRIES_PER_EVENT * nrEntries, onPolicyError, clock);
        tickIntervalNs = policy.tickIntervalNs();
        nextTickNs = nowNs + tickIntervalNs;
    }

    private void onCycle(final long nowNs)
    {
        if (null == pipeline)
        {
            startPolicy(nowNs);
        }
        else
        {
            decide();
            if (tickIntervalNs > 0 && tickIntervalNs != session.tickIntervalNs())
            {
                tickUntil(nowNs);
            }
        }
        if (0 == nrCycles)
        {
            firstCycleNs = nowNs;
        }
        nrCycles++;
        lastCycleNs = nowNs;
        clock.update(nowNs);
        if (options.isPaced())
        {
            await(nowNs - firstCycleNs);
        }
    }

    /** The policy wants other ticks than the recorded one: it gets them when they are due. */
    private void tickUntil(final long nowNs)
    {
        for (int i = 0; i < TICKS_MAX && nextTickNs - nowNs < 0; i++)
        {
            clock.update(nextTickNs);
            decide();
        }
    }

    private void await(final long sinceFirstNs)
    {
        long leftNs = sinceFirstNs - (System.nanoTime() - beginNs);
        while (leftNs > 0 && !isStopped)
        {
            LockSupport.parkNanos(Math.min(leftNs, LONGEST_SLEEP_NS));
            lookAround();
            leftNs = sinceFirstNs - (System.nanoTime() - beginNs);
        }
    }

    /** Before the first duty cycle of a file whose predecessor is not there, nobody can say to which one it belongs. */
    private void onEvent(final UnsafeBuffer buffer, final int offset)
    {
        if (null == pipeline)
        {
            return;
        }
        transport.event(buffer, offset);
        if (0 == pipeline.read())
        {
            decide();
            pipeline.read();
        }
        nrEvents++;
        if (SchedAbi.SCHED_EVENT_QUEUED ==
            buffer.getInt(offset + QueuedTaskDescriptor.KIND_OFFSET, LITTLE_ENDIAN))
        {
            nrTasks++;
        }
    }

    /** The duty cycle is complete. */
    private void decide()
    {
        if (null != pipeline)
        {
            if (tickIntervalNs > 0 && clock.nanoTime() - nextTickNs >= 0)
            {
                nextTickNs = clock.nanoTime() + tickIntervalNs;
            }
            while (pipeline.doWork() > 0)
            {
                continue;
            }
        }
    }
}
