// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import org.scx4j.exceptions.SchedulerException;

/**
 * The native library and the BPF object.
 */
final class InstallationCheck implements Check
{
    private static final String REBUILD = "build it: bin/scx4j version, or mvn package";

    @Override
    public void examine(final Machine machine, final Findings findings)
    {
        final Installation installation = machine.installation();
        if (installation.hasObject())
        {
            findings.ok("BPF object", "in the class path");
        }
        else
        {
            findings.fail("BPF object", "not in the class path", REBUILD);
        }
        final SchedulerException fault = installation.libraryFault();
        if (null != fault)
        {
            findings.fail("native library", fault.getMessage(), REBUILD);
        }
        else
        {
            findings.ok("native library", "loaded");
        }
    }
}
