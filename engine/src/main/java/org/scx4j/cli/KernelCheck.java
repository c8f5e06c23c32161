// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The kernel's release, configuration, type information and JIT.
 */
final class KernelCheck implements Check
{
    private static final String BOOT_ANOTHER = "boot a kernel that is built with it, such as Debian's 6.19 or newer; " +
        "or try in a VM: bin/scx4j vm run";

    @Override
    public void examine(final Machine machine, final Findings findings)
    {
        final KernelConfig config = KernelConfig.of(machine);
        final Path jit = machine.proc().resolve("sys/net/core/bpf_jit_enable");
        final Path btf = machine.sys().resolve("kernel/btf/vmlinux");
        findings.ok("kernel", machine.kernelRelease() +
            (config.isKnown() ? ", configuration from " + config.source() : ", configuration not readable"));

        option(findings, config, "CONFIG_SCHED_CLASS_EXT", machine.sys().resolve("kernel/sched_ext"));
        option(findings, config, "CONFIG_BPF_SYSCALL", machine.proc().resolve("sys/kernel/unprivileged_bpf_disabled"));
        option(findings, config, "CONFIG_BPF_JIT", jit);
        option(findings, config, "CONFIG_DEBUG_INFO_BTF", btf);

        if (Files.isReadable(btf))
        {
            findings.ok("BTF", btf.toString());
        }
        else
        {
            findings.fail("BTF", "no " + btf + ", so the BPF program can't be fitted to this kernel",
                "boot a kernel with CONFIG_DEBUG_INFO_BTF=y");
        }
        examineJit(findings, jit);
    }

    /* Where the configuration is not readable, a file that only exists with the option speaks for it. */
    private static void option(
        final Findings findings, final KernelConfig config, final String name, final Path evidence)
    {
        final boolean isThere = Files.exists(evidence);
        if (config.isKnown() ? config.isBuiltIn(name) : isThere)
        {
            findings.ok(name, config.isKnown() ? "y" : "y, because there is " + evidence);
        }
        else if (isThere)
        {
            findings.warn(name, "not set in " + config.source() + ", but there is " + evidence,
                "nothing, if this is not the running kernel's configuration");
        }
        else
        {
            findings.fail(name, config.isKnown() ? "not set" : "not set, because there is no " + evidence,
                BOOT_ANOTHER);
        }
    }

    private static void examineJit(final Findings findings, final Path jit)
    {
        final String value = SmallFile.read(jit);
        if (value.isEmpty())
        {
            findings.warn("BPF JIT", "can't read " + jit, "as root, outside of containers: cat " + jit +
                " (must not be 0)");
        }
        else if ("0".equals(value))
        {
            findings.fail("BPF JIT", "off, and schedulers need it", "sysctl net.core.bpf_jit_enable=1");
        }
        else
        {
            findings.ok("BPF JIT", "on (" + value + ")");
        }
    }
}
