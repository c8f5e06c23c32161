// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.scx4j.sim.Distribution;
import org.scx4j.sim.MachineShape;
import org.scx4j.sim.SimulationCosts;
import org.scx4j.sim.SimulationSettings;
import org.scx4j.sim.Workload;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/**
 * Options of {@code scx4j sim}, a group per topic; {@code scx4j compare} has some of them too.
 */
final class SimOptions
{
    /** The built-in workloads as picocli wants them for a help text. */
    static final class Workloads extends ArrayList<String>
    {
        private static final long serialVersionUID = 1L;

        Workloads()
        {
            super(Workload.builtInNames());
        }
    }

    /** What runs, and how long. */
    @ArgGroup(validate = false, order = 1, heading = "%nWhat runs:%n")
    final Subject subject = new Subject();

    /** Where. */
    @ArgGroup(validate = false, order = 2, heading = "%nThe machine:%n")
    final Shape shape = new Shape();

    /** The kernel's side, and user space's. */
    @ArgGroup(validate = false, order = 3, heading = "%nKernel and engine:%n")
    final Kernel kernel = new Kernel();

    /** What is printed. */
    @ArgGroup(validate = false, order = 4, heading = "%nOutput:%n")
    final Output output = new Output();

    /** What runs, and how long. */
    static final class Subject
    {
        @Option(names = "--workload", paramLabel = "NAME|FILE", defaultValue = "burners+sleepers", order = 1,
            completionCandidates = Workloads.class,
            description = "${COMPLETION-CANDIDATES}, or a file that says what the tasks do: scx4j's own text, JSON " +
            "of rt-app, or a recording, on whose machine they run unless you say otherwise. Default: " +
            "${DEFAULT-VALUE}.")
        String workload = "burners+sleepers";

        @Option(names = "--policy", paramLabel = "NAME", defaultValue = "fifo", order = 2,
            completionCandidates = PolicyCatalog.Names.class,
            description = "${COMPLETION-CANDIDATES}, or one of --classpath: the full name of a class that implements " +
            "SchedulingPolicy. Default: ${DEFAULT-VALUE}.")
        String policy = "fifo";

        @Option(names = "--classpath", paramLabel = "JARS", order = 3,
            description = "Jars and folders with your own policy, separated by ':'.")
        String classPath;

        @Option(names = "--option", paramLabel = "NAME=VALUE", order = 4,
            description = "Give the policy an option; repeat it for more. One that the policy does not know is an " +
            "error. Default: none.")
        Map<String, String> policyOptions = new LinkedHashMap<>();

        @Option(names = "--seed", paramLabel = "NUMBER", defaultValue = "1", order = 5,
            description = "What all that is random comes from: the same seed makes the same decisions. " +
            "Default: ${DEFAULT-VALUE}.")
        long seed = 1;

        @Option(names = "--duration", paramLabel = "TIME", defaultValue = "10s", converter = DurationConverter.class,
            order = 6, description = "Virtual time to simulate; of a recording no more is read. Default: what the " +
            "workload says, if it is a recording or JSON, else ${DEFAULT-VALUE}.")
        Duration duration = Duration.ofSeconds(10);

        @Option(names = "--on-damage", paramLabel = "ACTION", defaultValue = "error", order = 7,
            description = "${COMPLETION-CANDIDATES}: refuse a recording that is damaged or cut off, or take what is " +
            "before the damage. Default: ${DEFAULT-VALUE}.")
        ReplayCommand.DamageChoice onDamage = ReplayCommand.DamageChoice.ERROR;
    }

    /** Where. */
    static final class Shape
    {
        @Option(names = "--cpus", paramLabel = "NUMBER", defaultValue = "4", order = 1,
            description = "CPUs of the machine. Default: ${DEFAULT-VALUE}.")
        int cpus = 4;

        @Option(names = "--smt", paramLabel = "NUMBER", defaultValue = "1", order = 2,
            description = "CPUs of a core. They slow each other down. Default: ${DEFAULT-VALUE}.")
        int smt = 1;

        @Option(names = "--llc", paramLabel = "NUMBER", order = 3,
            description = "CPUs that share a last level cache. Default: those of a node.")
        Integer llc;

        @Option(names = "--node", paramLabel = "NUMBER", order = 4,
            description = "CPUs of a NUMA node. Default: all.")
        Integer node;
    }

    /** The kernel's side, and user space's. */
    static final class Kernel
    {
        @Option(names = "--slice", paramLabel = "TIME", defaultValue = "5ms", converter = DurationConverter.class,
            order = 1, description = "How long a task runs before the next one's turn, where the policy does not " +
            "say: 100us to 1s. Default: ${DEFAULT-VALUE}.")
        Duration slice = Duration.ofMillis(5);

        @Option(names = "--latency", paramLabel = "TIMES", defaultValue = "uniform 2us 5us", order = 2,
            description = "From a task's record to its decision: a time, 'uniform 2us 5us' or 'exp 3us'. " +
            "Default: ${DEFAULT-VALUE}.")
        String latency = "uniform 2us 5us";

        @Option(names = "--tick", paramLabel = "TIME", defaultValue = "1ms", converter = DurationConverter.class,
            order = 3, description = "How often the kernel looks whether a slice is over; 0: it ends on time. " +
            "Default: ${DEFAULT-VALUE}.")
        Duration tick = Duration.ofMillis(1);

        @Option(names = "--rescue", paramLabel = "TIME", defaultValue = "50ms", converter = DurationConverter.class,
            order = 4, description = "After this time the kernel's side schedules a task that the policy neither " +
            "decides nor holds, 0 for never. Default: ${DEFAULT-VALUE}.")
        Duration rescue = Duration.ofMillis(50);

        @Option(names = "--timeout", paramLabel = "TIME", defaultValue = "5s", converter = DurationConverter.class,
            order = 5, description = "The kernel would throw a scheduler out that lets a task wait this long: an " +
            "invariant. Default: ${DEFAULT-VALUE}.")
        Duration timeout = Duration.ofSeconds(5);

        @Option(names = "--tasks", paramLabel = "NUMBER", defaultValue = "16384", order = 6,
            description = "Tasks that there may be at once; a fork beyond fails. Default: ${DEFAULT-VALUE}.")
        int maxTasks = 16_384;
    }

    /** What is printed. */
    static final class Output
    {
        @Option(names = "--show-workload", order = 1,
            description = "Print the text of a built-in workload, to start your own from, and simulate nothing.")
        boolean isWorkloadShown;

        @Option(names = "--json", order = 2,
            description = "Print no summary, but one JSON object as the last line of stdout.")
        boolean isJson;
    }

    /**
     * What the options say of the machine and of the kernel's side.
     *
     * @param shape  of the machine.
     * @param kernel and engine.
     * @param seed   of all that is random.
     * @return for a simulation.
     */
    static SimulationSettings settings(final Shape shape, final Kernel kernel, final long seed)
    {
        final int group = null == shape.llc ? shape.smt : shape.llc;
        final int node = null == shape.node ? roundUp(shape.cpus, group) : shape.node;
        final int llc = null == shape.llc ? node : shape.llc;
        final SimulationCosts costs = SimulationCosts.DEFAULT
            .withDecisionNs(Distribution.parse("--latency", kernel.latency))
            .withTickNs(kernel.tick.toNanos());
        return new SimulationSettings()
            .shape(new MachineShape(shape.cpus, shape.smt, llc, node))
            .costs(costs)
            .seed(seed)
            .sliceNs(kernel.slice.toNanos())
            .rescueNs(kernel.rescue.toNanos())
            .maxWaitNs(kernel.timeout.toNanos())
            .maxTasks(kernel.maxTasks);
    }

    /** All CPUs, and as many more as make whole groups. */
    private static int roundUp(final int cpus, final int group)
    {
        return group < 1 || cpus < 1 ? cpus :
            (int)Math.min(Integer.MAX_VALUE, ((long)cpus + group - 1) / group * group);
    }
}
