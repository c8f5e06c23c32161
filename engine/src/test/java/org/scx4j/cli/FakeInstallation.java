// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.scx4j.exceptions.SchedulerException;

/**
 * Complete, on a kernel that has everything but what is named.
 */
final class FakeInstallation implements Installation
{
    final Set<String> missingInKernel = new HashSet<>();
    /** Functions described with the parameter that the verifier fills in, and without a twin. */
    final Set<String> malformedInKernel = new HashSet<>();
    SchedulerException fault;
    boolean hasObject = true;

    @Override
    public SchedulerException libraryFault()
    {
        return fault;
    }

    @Override
    public boolean hasObject()
    {
        return hasObject;
    }

    @Override
    public boolean kernelHasFunction(final String name)
    {
        return !missingInKernel.contains(name) &&
            !(name.endsWith("_impl") && malformedInKernel.contains(name.replaceFirst("_impl$", "")));
    }

    @Override
    public boolean kernelFunctionEndsWith(final String name, final String struct)
    {
        return "bpf_prog_aux".equals(struct) && malformedInKernel.contains(name);
    }

    @Override
    public boolean kernelHasEnumValue(final String enumName, final String valueName)
    {
        return List.of("scx_ops_flags", "bpf_map_type").contains(enumName) && !missingInKernel.contains(valueName);
    }
}
