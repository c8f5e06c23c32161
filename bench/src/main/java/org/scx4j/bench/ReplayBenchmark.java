// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.journal.JournalOptions;
import org.scx4j.journal.JournalReader;
import org.scx4j.journal.Recorder;
import org.scx4j.journal.Replay;
import org.scx4j.journal.ReplayOptions;
import org.scx4j.journal.ReplayReport;
import org.scx4j.policy.Deadline;
import org.scx4j.policy.Fifo;
import org.scx4j.sim.MachineShape;
import org.scx4j.sim.Simulation;
import org.scx4j.sim.SimulationListener;
import org.scx4j.sim.SimulationSettings;
import org.scx4j.sim.Workload;

/**
 * Replaying a recording: what an event costs from the file to the policy's decision and its digest.
 * <p>
 * One operation is a whole replay, from opening the file to the report. The figure to look at is {@code events}, what
 * the policy sees, per second. The recording is made before, by the simulator ({@code server}, {@code fifo}, 8 CPUs),
 * and is in the page cache. The baseline, {@link #readAlone}, reads the same file with its checksums, and counts the
 * same events. {@code events} divided by {@code cpuNs} does not depend on what else the machine does.
 * <pre>
 *   java -jar bench/target/benchmarks.jar ReplayBenchmark -p virtualSeconds=40
 * </pre>
 * Not measured: a disk; a file of decisions; the JVM's start, which a replay by the command line pays.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Benchmark)
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 5, time = 5)
@Fork(value = 1, jvmArgsPrepend = {
    "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xms64m", "-Xmx256m"})
public class ReplayBenchmark
{
    private static final int NR_CPUS = 8;

    /** Length of the recording, virtual seconds: some 29,000 events each. */
    @Param("2")
    private int virtualSeconds;

    private Path file;
    private long nrEvents;

    /** Set up by JMH. */
    public ReplayBenchmark()
    {
    }

    /** What JMH adds to an operation. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Seen
    {
        /** Events that the policy has seen. */
        public long events;
        /** CPU time of the thread, nanoseconds; 10<sup>9</sup> in a second is a CPU of its own. */
        public long cpuNs;

        private final ThreadMXBean clocks = ManagementFactory.getThreadMXBean();
        private long beganNs;

        /** Set up by JMH. */
        public Seen()
        {
        }

        private void begin()
        {
            beganNs = clocks.getCurrentThreadCpuTime();
        }

        private void end(final long nrEvents)
        {
            events += nrEvents;
            cpuNs += clocks.getCurrentThreadCpuTime() - beganNs;
        }
    }

    /**
     * Makes the recording.
     *
     * @throws IOException if there is no room for it.
     */
    @Setup(Level.Trial)
    public void record() throws IOException
    {
        file = Files.createTempFile("replay-benchmark", ".scxj");
        try (Recorder recorder = new Recorder(new JournalOptions(file, JournalOptions.LIMIT_DEFAULT_BYTES, 1, false,
            true)))
        {
            new Simulation(new SimulationSettings().shape(new MachineShape(NR_CPUS, 2, NR_CPUS, NR_CPUS)).seed(1),
                Workload.of("server"), new Fifo(), "fifo", Map.of(), SimulationListener.NONE, (ex) ->
                {
                    throw new IllegalStateException(ex);
                },
                recorder).run(TimeUnit.SECONDS.toNanos(virtualSeconds));
        }
        final ReplayReport report = replay(new Fifo());
        if (!report.isAsRecorded() || 0 != report.nrDropped())
        {
            throw new IllegalStateException("the replay differs from the recording: " + report);
        }
        nrEvents = report.nrEvents();
    }

    /**
     * Deletes the recording.
     *
     * @throws IOException if that fails.
     */
    @TearDown(Level.Trial)
    public void delete() throws IOException
    {
        Files.delete(file);
    }

    private ReplayReport replay(final SchedulingPolicy policy)
    {
        return new Replay(List.of(() -> JournalReader.open(file)), policy,
            new ReplayOptions("benchmark", Map.of(), null, false, false, false), (ex) ->
            {
                throw new IllegalStateException(ex);
            },
            (bytes, events) -> true).run();
    }

    /**
     * Replays to {@code fifo}.
     *
     * @param seen events.
     * @return the report.
     */
    @Benchmark
    public ReplayReport fifo(final Seen seen)
    {
        seen.begin();
        final ReplayReport report = replay(new Fifo());
        seen.end(report.nrEvents());
        return report;
    }

    /**
     * Replays to {@code deadline}.
     *
     * @param seen events.
     * @return the report.
     */
    @Benchmark
    public ReplayReport deadline(final Seen seen)
    {
        seen.begin();
        final ReplayReport report = replay(new Deadline());
        seen.end(report.nrEvents());
        return report;
    }

    /**
     * Reads all blocks and checks them.
     *
     * @param seen events.
     * @return records.
     */
    @Benchmark
    public long readAlone(final Seen seen)
    {
        seen.begin();
        try (JournalReader reader = JournalReader.open(file))
        {
            final long nrRecords = reader.countRecords();
            if (null != reader.damage())
            {
                throw new IllegalStateException(reader.damage());
            }
            seen.end(nrEvents);
            return nrRecords;
        }
    }
}
