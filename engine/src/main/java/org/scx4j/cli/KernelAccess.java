// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.nio.file.Files;
import java.util.List;
import org.scx4j.BackendChoice;
import org.scx4j.BackendSelection;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.transport.SchedExtStatus;

/**
 * Whether this process can have a kernel: to schedule, or at least to watch. Where it can't, a choice that is left to
 * the machine is a simulation.
 * <p>
 * Thread safety: stateless.
 */
final class KernelAccess
{
    private static final String SIMULATED = ", so CPUs and tasks are simulated; ";
    private static final String IN_A_VM = "in a VM they are real: bin/scx4j vm run";

    private KernelAccess()
    {
    }

    /**
     * What a choice comes down to.
     *
     * @param choice  of the user.
     * @param machine where it runs.
     * @return never {@link BackendChoice#AUTO}.
     */
    static BackendSelection select(final BackendChoice choice, final Machine machine)
    {
        final String obstacle = BackendChoice.AUTO == choice ? obstacle(machine) : null;
        return null == obstacle ?
            BackendSelection.of(choice, machine.sys()) : new BackendSelection(BackendChoice.SIM, obstacle);
    }

    /** Null for none. The library is asked last: a user who may not use it need not have it. */
    private static String obstacle(final Machine machine)
    {
        final boolean hasSchedExt = new SchedExtStatus(machine.sys()).isPresent();
        final String kernel = "this kernel (" + machine.kernelRelease() + ") has ";
        if (!Files.exists(machine.sys().resolve("kernel/btf/vmlinux")))
        {
            return kernel + (hasSchedExt ? "no" : "neither sched_ext nor") + " type information (BTF)" + SIMULATED +
                IN_A_VM;
        }
        final PrivilegeCheck.Obstacle privilege = PrivilegeCheck.obstacle(machine);
        if (null != privilege)
        {
            return privilege.what() + SIMULATED + privilege.remedy() + ", the real ones are " +
                (hasSchedExt ? "scheduled" : "watched");
        }
        final SchedulerException fault = machine.installation().libraryFault();
        if (null != fault)
        {
            return Category.ENVIRONMENT == fault.category() ?
                fault.getMessage() + SIMULATED + "see bin/scx4j doctor" : null;
        }
        final List<String> missing = hasSchedExt ? List.of() : ShadowCheck.missing(machine);
        return missing.isEmpty() ? null : kernel + "neither sched_ext nor what a shadow needs (" +
            String.join(", ", missing) + ')' + SIMULATED + IN_A_VM;
    }
}
