// SPDX-License-Identifier: Apache-2.0
package org.scx4j;

import java.nio.file.Path;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.pipeline.PipelineOptions;
import org.scx4j.pipeline.ThreadLayout;
import org.scx4j.pipeline.WaitMode;
import org.scx4j.transport.Keeping;
import org.scx4j.transport.KernelTransport;
import org.scx4j.transport.SchedExtOptions;
import org.scx4j.transport.SchedExtStatus;
import org.scx4j.transport.SchedExtTransport;
import org.scx4j.transport.ShadowOptions;
import org.scx4j.transport.ShadowTransport;

/**
 * The backend that a choice comes down to on a machine.
 *
 * @param backend never {@link BackendChoice#AUTO}.
 * @param reason  why, half a line.
 */
public record BackendSelection(BackendChoice backend, String reason)
{
    /**
     * Looks at the kernel if the choice is left to it, but not at what this process may do with it.
     *
     * @param choice of the user.
     * @param sysfs  where sysfs is mounted.
     * @return what it comes down to.
     */
    public static BackendSelection of(final BackendChoice choice, final Path sysfs)
    {
        if (BackendChoice.AUTO != choice)
        {
            return new BackendSelection(choice, "as it was asked for");
        }
        return new SchedExtStatus(sysfs).isPresent() ?
            new BackendSelection(BackendChoice.SCHED_EXT, "this kernel has it") :
            new BackendSelection(BackendChoice.SHADOW, "this kernel has no sched_ext (" +
                System.getProperty("os.version") + "), so decisions are compared and not carried out");
    }

    private boolean isShadow()
    {
        return BackendChoice.SHADOW == backend;
    }

    /** How the event path is built: nobody waits for the decisions of a shadow, so it takes no CPU for itself. */
    PipelineOptions path(
        final ThreadLayout layout, final WaitMode waitMode, final int[] cpus, final int[] online, final int events)
    {
        return isShadow() ?
            PipelineOptions.of(null == layout ? ThreadLayout.INLINE : layout, waitMode, cpus, online, events)
                .withoutSpinning() :
            PipelineOptions.of(layout, waitMode, cpus, online, events);
    }

    /** Refuses what this backend can't do. */
    SchedExtOptions checked(final SchedExtOptions options)
    {
        check(BackendChoice.SIM != backend,
            "an engine needs a kernel; a simulation is started by org.scx4j.sim.Simulation, or by scx4j run");
        if (isShadow())
        {
            check(Keeping.NO == options.keeping(), "a shadow can't be kept: it schedules nothing; leave --keep out");
            check(!options.mode().partial(),
                "there is no class SCHED_EXT without sched_ext: leave --partial out, the shadow watches all tasks");
            check(!options.mode().lateBinding(), "this policy decides as a CPU asks for a task, and none asks a " +
                "shadow: choose another policy, or try it in a VM: bin/scx4j vm run");
        }
        return options;
    }

    private void check(final boolean holds, final String message)
    {
        if (!holds)
        {
            throw new SchedulerException(Category.USAGE, message + " (backend " + backend + ": " + reason + ")");
        }
    }

    KernelTransport open(final SchedExtOptions options)
    {
        return isShadow() ? new ShadowTransport(ShadowOptions.of(options)) : new SchedExtTransport(options);
    }

    @Override
    public String toString()
    {
        return "backend " + backend + ": " + reason;
    }
}
