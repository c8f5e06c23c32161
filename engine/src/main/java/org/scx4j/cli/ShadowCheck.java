// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a policy can be tried on this kernel's events without being obeyed. Needs the library.
 */
final class ShadowCheck implements Check
{
    @Override
    public void examine(final Machine machine, final Findings findings)
    {
        if (null != machine.installation().libraryFault())
        {
            return;
        }
        final List<String> missing = missing(machine);
        if (missing.isEmpty())
        {
            findings.ok("shadow", "can watch this kernel, with or without sched_ext: run --backend shadow");
        }
        else
        {
            findings.warn("shadow", "can't watch this kernel: without " + String.join(", ", missing),
                "boot a kernel from 6.4 on with CONFIG_DEBUG_INFO_BTF=y");
        }
    }

    /**
     * What the kernel lacks to be watched. Needs the library.
     *
     * @param machine where it runs.
     * @return names, empty if it lacks nothing.
     */
    static List<String> missing(final Machine machine)
    {
        final Installation installation = machine.installation();
        final List<String> missing = new ArrayList<>();
        if (!Files.isReadable(machine.sys().resolve("kernel/btf/vmlinux")))
        {
            missing.add("BTF");
        }
        if (!installation.kernelHasEnumValue("bpf_map_type", "BPF_MAP_TYPE_USER_RINGBUF"))
        {
            missing.add("user ring buffers");
        }
        if (!installation.kernelHasFunction("bpf_iter_num_new"))
        {
            missing.add("bpf_iter_num_new");
        }
        return missing;
    }
}
