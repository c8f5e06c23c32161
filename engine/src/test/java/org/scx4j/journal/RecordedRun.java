// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.agrona.concurrent.CachedNanoClock;
import org.scx4j.api.CpuStates;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.pipeline.StartContext;
import org.scx4j.pipeline.VirtualPipeline;
import org.scx4j.pipeline.WrappedTransport;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.topology.CoreType;
import org.scx4j.topology.CpuTopology;
import org.scx4j.transport.CpuStatesImage;
import org.scx4j.transport.Lease;
import org.scx4j.transport.LeaseState;
import org.scx4j.transport.MemoryTransport;

/**
 * A run in virtual time that is recorded: tasks, CPUs and losses of the lease as a seed wants.
 */
final class RecordedRun
{
    static final int NR_CPUS = 4;
    static final long RECORDING = 4711;
    private static final int MAX_BURST = 8;

    private final Random random;
    private final CachedNanoClock clock = new CachedNanoClock();
    private final MemoryTransport memory = new MemoryTransport(1 << 18);
    private final Kernel kernel = new Kernel();
    private final JournalWriter writer;
    private final CpuStatesImage cpus = new CpuStatesImage(NR_CPUS);
    private LeaseState lease = LeaseState.NEVER_LOST;
    private JournalTap tap;
    private VirtualPipeline pipeline;
    private int nrSessions;
    private long token;
    private long nrErrors;

    /** The kernel of the run. */
    private final class Kernel extends WrappedTransport
    {
        Kernel()
        {
            super(memory, (timeoutMs) -> { });
        }

        @Override
        public Lease lease()
        {
            return lease;
        }
    }

    /* The writer's clock makes each of its duty cycles a block. */
    RecordedRun(final long seed, final JournalOptions options, final JournalFile.Opener opener)
    {
        random = new Random(seed);
        writer = new JournalWriter(new JournalFile(options, RECORDING, opener), "x", new CachedNanoClock()
        {
            private long nowNs;

            @Override
            public long nanoTime()
            {
                nowNs += JournalWriter.FLUSH_NS;
                return nowNs;
            }
        });
        clock.update(1_000_000);
    }

    RecordedRun(final long seed, final JournalOptions options)
    {
        this(seed, options, FileChannel::open);
    }

    static RecordedRun into(final Path file, final boolean isCompressed)
    {
        return new RecordedRun(
            1, new JournalOptions(file, JournalOptions.LIMIT_DEFAULT_BYTES, 1, isCompressed, true));
    }

    static CpuTopology topology()
    {
        return CpuTopology.of(new int[]{0, 0, 1, 1}, new int[]{0, 0, 1, 1}, new int[]{0, 0, 1, 1}, new int[]{0, 8},
            new int[]{1024, 1024, 512, 512},
            new CoreType[]{CoreType.PERFORMANCE, CoreType.PERFORMANCE, CoreType.EFFICIENCY, CoreType.EFFICIENCY});
    }

    JournalWriter writer()
    {
        return writer;
    }

    JournalTap tap()
    {
        return tap;
    }

    long nrErrors()
    {
        return nrErrors;
    }

    RecordedRun begin(final SchedulingPolicy policy, final Map<String, String> options)
    {
        return begin(policy, options, 1 << 20);
    }

    RecordedRun begin(final SchedulingPolicy policy, final Map<String, String> options, final int ringBytes)
    {
        final CpuTopology topology = topology();
        final CpuStates live = cpus.view(topology);
        tap = new JournalTap(live, topology, NR_CPUS, ringBytes);
        policy.onStart(new StartContext(5_000_000, NR_CPUS, topology, tap.cpuStates(), options));
        final Map<String, String> properties = new TreeMap<>(Map.of(JournalSession.POLICY, "test"));
        options.forEach((name, value) -> properties.put(JournalSession.OPTION_PREFIX + name, value));
        writer.begin(tap, new JournalSession(
            nrSessions++, NR_CPUS, 5_000_000, policy.tickIntervalNs(), clock.nanoTime(), 0, 64, topology,
            properties));
        if (1 == nrSessions)
        {
            writer.start();
        }
        pipeline = new VirtualPipeline(kernel, policy, 256, 1024, (ex) -> nrErrors++, clock, tap);
        return this;
    }

    RecordedRun run(final int nrCycles, final int cyclesPerBlock)
    {
        for (int cycle = 0; cycle < nrCycles; cycle++)
        {
            clock.update(clock.nanoTime() + random.nextInt(300_000));
            for (int i = random.nextInt(3); i > 0; i--)
            {
                final boolean isIdle = random.nextBoolean();
                cpus.set(random.nextInt(NR_CPUS), isIdle, isIdle ? 0 : 1 + random.nextInt(20), clock.nanoTime(),
                    random.nextInt(1 << 28));
            }
            if (0 == random.nextInt(20))
            {
                lease = new LeaseState(!lease.isLost(), lease.nrLost() + (lease.isLost() ? 0 : 1),
                    lease.lostNs() + random.nextInt(1_000_000), 0, 0);
            }
            for (int i = random.nextInt(MAX_BURST); i > 0; i--)
            {
                enqueue();
            }
            while (pipeline.doWork() > 0)
            {
                memory.drain((decision) -> { });
            }
            memory.drain((decision) -> { });
            if (0 == cycle % cyclesPerBlock)
            {
                writer.doWork();
            }
        }
        return this;
    }

    private void enqueue()
    {
        final int choice = random.nextInt(10);
        final int kind = choice < 7 ? SchedAbi.SCHED_EVENT_QUEUED : choice < 8 ? SchedAbi.SCHED_EVENT_EXIT :
            SchedAbi.SCHED_EVENT_CPU_AVAILABLE;
        memory.enqueue(kind, 1 + random.nextInt(20), ++token, clock.nanoTime() - random.nextInt(1000));
    }

    RecordedRun end()
    {
        writer.end();
        return this;
    }

    void close()
    {
        writer.close();
    }
}
