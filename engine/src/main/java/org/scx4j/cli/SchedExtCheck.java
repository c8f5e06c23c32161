// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import org.scx4j.transport.KeptScheduler;
import org.scx4j.transport.SchedExtStatus;

/**
 * Whether there is sched_ext, and whether it is free.
 */
final class SchedExtCheck implements Check
{
    @Override
    public void examine(final Machine machine, final Findings findings)
    {
        final SchedExtStatus status = new SchedExtStatus(machine.sys());
        if (!status.isPresent())
        {
            findings.fail("sched_ext", "not in this kernel (" + machine.kernelRelease() + ")",
                "boot a kernel with CONFIG_SCHED_CLASS_EXT=y, 6.12 or newer; or try in a VM: bin/scx4j vm run");
            return;
        }
        findings.ok("sched_ext", "state " + status.state());
        if ("disabled".equals(status.state()))
        {
            findings.ok("other scheduler", "none attached");
        }
        else
        {
            findings.fail("other scheduler", "'" + status.ops() + "' is attached (state " + status.state() + ")",
                KeptScheduler.isThere(machine.sys()) ?
                "it may be kept from an earlier run: go on with it by `scx4j run --keep`, or end it: scx4j detach" :
                "stop it: systemctl stop scx.service scx_loader.service, or end its process");
        }
    }
}
