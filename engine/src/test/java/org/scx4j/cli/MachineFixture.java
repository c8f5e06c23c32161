// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/**
 * A machine made of files: at first a fresh one with sched_ext and four CPUs, root, started by bin/scx4j.
 */
final class MachineFixture
{
    static final String RELEASE = "6.18.0-test";
    static final String CONFIG = String.join("\n",
        "# CONFIG_NOTHING is not set",
        "CONFIG_SCHED_CLASS_EXT=y",
        "CONFIG_BPF_SYSCALL=y",
        "CONFIG_BPF_JIT=y",
        "CONFIG_DEBUG_INFO_BTF=y",
        "");
    static final String ALL_CAPABILITIES = "000001ffffffffff";
    static final JavaRuntime LAUNCHED_17 =
        new JavaRuntime(17, "17.0.15", List.of("Copy", "MarkSweepCompact"), 256L << 20, true, false, "0");

    final FakeInstallation installation = new FakeInstallation();
    final Map<String, String> environment = new TreeMap<>();
    JavaRuntime java = LAUNCHED_17;
    private final Path root;

    MachineFixture(final Path root)
    {
        this.root = root;
        write("proc/sys/kernel/osrelease", RELEASE + "\n");
        write("proc/sys/kernel/unprivileged_bpf_disabled", "2\n");
        write("proc/sys/net/core/bpf_jit_enable", "1\n");
        write("proc/self/limits", "Limit  Soft Limit  Hard Limit  Units\nMax locked memory  8388608  8388608  bytes\n");
        user(0, ALL_CAPABILITIES);
        zippedConfig(CONFIG);
        write("sys/kernel/btf/vmlinux", "BTF");
        write("sys/kernel/sched_ext/state", "disabled\n");
        write("sys/kernel/sched_ext/hotplug_seq", "0\n");
        cpus("0-3");
        folder("boot");
        folder("tmp");
    }

    Machine machine()
    {
        return new Machine(root.resolve("proc"), root.resolve("sys"), root.resolve("boot"), root.resolve("tmp"),
            environment, installation, java);
    }

    MachineFixture user(final int id, final String capabilities)
    {
        return write("proc/self/status",
            "Name:\tjava\nUid:\t" + id + "\t" + id + "\t" + id + "\t" + id + "\nCapEff:\t" + capabilities + "\n");
    }

    MachineFixture cpus(final String list)
    {
        return write("sys/devices/system/cpu/online", list + "\n")
            .write("sys/devices/system/cpu/possible", list + "\n");
    }

    MachineFixture zippedConfig(final String text)
    {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes))
        {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
        return write("proc/config.gz", bytes.toByteArray());
    }

    MachineFixture write(final String path, final String text)
    {
        return write(path, text.getBytes(StandardCharsets.UTF_8));
    }

    private MachineFixture write(final String path, final byte[] bytes)
    {
        try
        {
            final Path file = root.resolve(path);
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
            return this;
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    private void folder(final String path)
    {
        try
        {
            Files.createDirectories(root.resolve(path));
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    /* Files and folders without files in them. */
    MachineFixture remove(final String... paths)
    {
        try
        {
            for (final String path : paths)
            {
                Files.delete(root.resolve(path));
            }
            return this;
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    MachineFixture withoutSchedExt()
    {
        return remove("sys/kernel/sched_ext/state", "sys/kernel/sched_ext/hotplug_seq", "sys/kernel/sched_ext")
            .zippedConfig(CONFIG.replace("CONFIG_SCHED_CLASS_EXT=y", "# CONFIG_SCHED_CLASS_EXT is not set"));
    }

    MachineFixture attached(final String ops)
    {
        return write("sys/kernel/sched_ext/state", "enabled\n").write("sys/kernel/sched_ext/root/ops", ops + "\n");
    }
}
