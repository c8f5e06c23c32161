// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import java.util.Objects;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

/**
 * How a simulation is set up.
 * <p>
 * Thread safety: none while it is being set; a simulation reads it once.
 */
public final class SimulationSettings
{
    /** The default slice, nanoseconds. */
    public static final long SLICE_DEFAULT_NS = 5_000_000L;
    /** The kernel's watchdog by default, nanoseconds: no task may wait longer. */
    public static final long MAX_WAIT_DEFAULT_NS = 5_000_000_000L;
    /** Tasks that there may be at once, by default. */
    public static final int MAX_TASKS_DEFAULT = 16_384;
    /** After which a forgotten task is rescued, by default, nanoseconds. */
    public static final long RESCUE_DEFAULT_NS = 50_000_000L;

    private static final long SLICE_MIN_NS = 100_000L;
    private static final long SLICE_MAX_NS = 1_000_000_000L;
    private static final int TASKS_MAX = 1 << 18;
    /** A held task is rescued after this part of the longest wait, as by the BPF program. */
    private static final int HELD_PART = 4;

    private MachineShape shape = MachineShape.flat(4);
    private SimulationCosts costs = SimulationCosts.DEFAULT;
    private long seed;
    private long sliceNs = SLICE_DEFAULT_NS;
    private long maxWaitNs = MAX_WAIT_DEFAULT_NS;
    private long rescueNs = RESCUE_DEFAULT_NS;
    private int maxTasks = MAX_TASKS_DEFAULT;

    /** Four CPUs without SMT, seed 0. */
    public SimulationSettings()
    {
    }

    /**
     * Sets the machine.
     *
     * @param value its CPUs.
     * @return this.
     */
    public SimulationSettings shape(final MachineShape value)
    {
        shape = Objects.requireNonNull(value, "shape");
        return this;
    }

    /**
     * The machine.
     *
     * @return its CPUs.
     */
    public MachineShape shape()
    {
        return shape;
    }

    /**
     * Sets what things cost.
     *
     * @param value costs.
     * @return this.
     */
    public SimulationSettings costs(final SimulationCosts value)
    {
        costs = Objects.requireNonNull(value, "costs");
        return this;
    }

    /**
     * What things cost.
     *
     * @return costs.
     */
    public SimulationCosts costs()
    {
        return costs;
    }

    /**
     * Sets what all that is random comes from.
     *
     * @param value any number.
     * @return this.
     */
    public SimulationSettings seed(final long value)
    {
        seed = value;
        return this;
    }

    /**
     * What all that is random comes from.
     *
     * @return the seed.
     */
    public long seed()
    {
        return seed;
    }

    /**
     * Sets the slice of decisions that name none.
     *
     * @param ns 100 us to 1 s.
     * @return this.
     * @throws SchedulerException with category USAGE, if it is out of range.
     */
    public SimulationSettings sliceNs(final long ns)
    {
        check("slice", ns, SLICE_MIN_NS, SLICE_MAX_NS);
        sliceNs = ns;
        return this;
    }

    /**
     * The slice of decisions that name none.
     *
     * @return nanoseconds.
     */
    public long sliceNs()
    {
        return sliceNs;
    }

    /**
     * Sets how long a task may wait before the kernel would throw the scheduler out.
     *
     * @param ns 1 ms to an hour.
     * @return this.
     * @throws SchedulerException with category USAGE, if it is out of range.
     */
    public SimulationSettings maxWaitNs(final long ns)
    {
        check("longest wait", ns, 1_000_000L, 3_600_000_000_000L);
        maxWaitNs = ns;
        return this;
    }

    /**
     * How long a task may wait.
     *
     * @return nanoseconds.
     */
    public long maxWaitNs()
    {
        return maxWaitNs;
    }

    /**
     * Sets after which time the kernel's side schedules a task that the policy neither decides nor holds.
     *
     * @param ns 0 for never, or 1 ms to an hour.
     * @return this.
     * @throws SchedulerException with category USAGE, if it is out of range.
     */
    public SimulationSettings rescueNs(final long ns)
    {
        if (0 != ns)
        {
            check("rescue", ns, 1_000_000L, 3_600_000_000_000L);
        }
        rescueNs = ns;
        return this;
    }

    /**
     * After which time a forgotten task is rescued.
     *
     * @return nanoseconds, 0 for never.
     */
    public long rescueNs()
    {
        return rescueNs;
    }

    /** After which time a task that the policy holds is rescued. */
    long rescueHeldNs()
    {
        return maxWaitNs / HELD_PART;
    }

    /**
     * Sets how many tasks there may be at once; a fork beyond fails.
     *
     * @param count 1 to 2<sup>18</sup>.
     * @return this.
     * @throws SchedulerException with category USAGE, if it is out of range.
     */
    public SimulationSettings maxTasks(final int count)
    {
        if (count < 1 || count > TASKS_MAX)
        {
            throw new SchedulerException(
                Category.USAGE, "tasks out of range: " + count + ", must be 1 to " + TASKS_MAX);
        }
        maxTasks = count;
        return this;
    }

    /**
     * How many tasks there may be at once.
     *
     * @return count.
     */
    public int maxTasks()
    {
        return maxTasks;
    }

    private static void check(final String what, final long ns, final long minNs, final long maxNs)
    {
        if (ns < minNs || ns > maxNs)
        {
            throw new SchedulerException(
                Category.USAGE, what + " out of range: " + ns + " ns, must be " + minNs + " to " + maxNs + " ns");
        }
    }
}
