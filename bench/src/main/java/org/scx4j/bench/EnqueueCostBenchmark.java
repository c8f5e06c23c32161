// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.scx4j.jni.LibBpf;
import org.scx4j.jni.LibC;

/**
 * What the in-flight table and the lease add to an enqueue in the kernel.
 * <p>
 * One operation: one enqueue of the calling task by {@code queue_task} of the BPF program, into a real ring of this
 * machine's kernel, and the claim of its token; {@code enqueue_with_table_and_lease} as it ships, the baseline
 * {@code enqueue_only} without the look at the lease, {@code note_inflight} and {@code note_answered}. The other
 * programs are these three alone, in a loop whose own cost is {@code loop_only}. 1,024 operations a call, so the call
 * is hardly seen; the ring is emptied between calls, outside the measured time.
 * <pre>
 *   java -cp bench/target/benchmarks.jar org.scx4j.bench.EnqueueCostBenchmark [ROUNDS]
 * </pre>
 * measures all programs by turns, in rounds, and prints the differences. Needs root and a kernel with BPF and BTF, not
 * sched_ext.
 * <p>
 * Not measured: cache lines that another CPU has written, as everything happens on one; what is around
 * {@code queue_task}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 1, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsPrepend = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED")
public class EnqueueCostBenchmark
{
    private static final String OBJECT_RESOURCE = "META-INF/bpf/enqueue_cost.bpf.o";
    private static final String[] PROGRAMS = {
        "enqueue_only", "enqueue_with_table_and_lease", "loop_only", "lease_only", "note_only", "answer_only"};
    private static final int ENQUEUES = 1024;
    private static final int PAGE_BYTES = 4096;
    private static final int POSITION_BYTES = 8;
    private static final int WORDS_BYTES = 16;
    private static final int REFUSED_OFFSET = 0;
    private static final int DEFAULT_ROUNDS = 9;
    private static final double MEDIAN = 50;

    /** Which program runs. */
    @Param({"enqueue_only", "enqueue_with_table_and_lease", "loop_only", "lease_only", "note_only", "answer_only"})
    public String program;

    private long object;
    private long consumerAddress;
    private long producerAddress;
    private long wordsAddress;
    private UnsafeBuffer consumer;
    private UnsafeBuffer producer;
    private UnsafeBuffer words;
    private int programFd;
    private int oppositeFd;

    /** Set up by JMH. */
    public EnqueueCostBenchmark()
    {
    }

    /** Loads the programs, and maps the ring's positions. */
    @Setup(Level.Trial)
    public void load()
    {
        object = LibBpf.openObject(BpfResource.read(OBJECT_RESOURCE), "enqueue_cost");
        LibC.raiseMemlockLimit();
        LibBpf.load(object);
        final int ringFd = LibBpf.mapFd(object, "queued");
        consumerAddress = LibBpf.mmap(ringFd, 0, PAGE_BYTES, true);
        producerAddress = LibBpf.mmap(ringFd, PAGE_BYTES, PAGE_BYTES, false);
        wordsAddress = LibBpf.mmap(LibBpf.mapFd(object, "cost"), 0, PAGE_BYTES, true);
        consumer = new UnsafeBuffer(consumerAddress, POSITION_BYTES);
        producer = new UnsafeBuffer(producerAddress, POSITION_BYTES);
        words = new UnsafeBuffer(wordsAddress, WORDS_BYTES);
        programFd = LibBpf.programFd(object, program);
        oppositeFd = switch (program)
        {
            case "note_only" -> LibBpf.programFd(object, "answer_only");
            case "answer_only" -> LibBpf.programFd(object, "note_only");
            default -> -1;
        };
    }

    /** Empties the ring; and lets slots be answered before they are used again, and used before they are answered. */
    @Setup(Level.Invocation)
    public void empty()
    {
        consumer.putLongVolatile(0, producer.getLongVolatile(0));
        if (oppositeFd >= 0)
        {
            check(LibBpf.runProgram(oppositeFd, 0, 0));
        }
    }

    /** Looks whether everything went through. */
    @TearDown(Level.Trial)
    public void close()
    {
        final long refused = words.getLongVolatile(REFUSED_OFFSET);
        LibBpf.munmap(consumerAddress, PAGE_BYTES);
        LibBpf.munmap(producerAddress, PAGE_BYTES);
        LibBpf.munmap(wordsAddress, PAGE_BYTES);
        LibBpf.closeObject(object);
        if (0 != refused)
        {
            throw new IllegalStateException("enqueues were refused: " + refused);
        }
    }

    /**
     * Runs the program.
     *
     * @return 0.
     */
    @Benchmark
    @OperationsPerInvocation(ENQUEUES)
    public int run()
    {
        return check(LibBpf.runProgram(programFd, 0, 0));
    }

    private static int check(final int result)
    {
        if (0 != result)
        {
            throw new IllegalStateException("can't run the BPF program: result=" + result);
        }
        return result;
    }

    /**
     * Measures all programs by turns and prints what table and lease add.
     *
     * @param args number of rounds.
     * @throws RunnerException if JMH fails.
     */
    public static void main(final String[] args) throws RunnerException
    {
        final int rounds = args.length > 0 ? Integer.parseInt(args[0]) : DEFAULT_ROUNDS;
        final double[][] scores = new double[PROGRAMS.length][rounds];
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < PROGRAMS.length; i++)
            {
                scores[i][round] = measure(PROGRAMS[i]);
            }
            System.out.printf(Locale.ROOT, "round %d: without %.1f, with %.1f ns%n", round + 1, scores[0][round],
                scores[1][round]);
        }
        System.out.printf(Locale.ROOT, "ns per enqueue, %d rounds           median     min     max%n", rounds);
        print("enqueue without table and lease", scores[0]);
        print("enqueue with table and lease", scores[1]);
        print("difference, round by round", difference(scores[1], scores[0]));
        print("  look at the lease, alone", difference(scores[3], scores[2]));
        print("  note in the table, alone", difference(scores[4], scores[2]));
        print("  note the answer, alone", difference(scores[5], scores[2]));
    }

    /** The median call, since what else runs on the machine interrupts some. */
    private static double measure(final String program) throws RunnerException
    {
        final RunResult result = new Runner(new OptionsBuilder().include(EnqueueCostBenchmark.class.getName())
            .param("program", program).mode(Mode.SampleTime).operationsPerInvocation(1).shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT).build()).runSingle();
        return result.getPrimaryResult().getStatistics().getPercentile(MEDIAN) / ENQUEUES;
    }

    private static double[] difference(final double[] of, final double[] from)
    {
        final double[] difference = new double[of.length];
        Arrays.setAll(difference, i -> of[i] - from[i]);
        return difference;
    }

    private static void print(final String name, final double[] scores)
    {
        final double[] sorted = scores.clone();
        Arrays.sort(sorted);
        System.out.printf(Locale.ROOT, "%-35s %7.1f %7.1f %7.1f%n", name, sorted[sorted.length / 2], sorted[0],
            sorted[sorted.length - 1]);
    }
}
