// SPDX-License-Identifier: Apache-2.0
package org.scx4j.topology;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A sysfs of our own making, file by file as the kernel writes it.
 */
public final class SysfsTree
{
    private final Path root;

    SysfsTree(final Path root)
    {
        this.root = root;
    }

    Path root()
    {
        return root;
    }

    /**
     * Reads it.
     *
     * @return what it says.
     */
    public CpuTopology read()
    {
        return CpuTopology.read(root);
    }

    SysfsTree file(final String path, final String text)
    {
        final Path file = root.resolve("devices").resolve(path);
        try
        {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text + "\n");
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
        return this;
    }

    SysfsTree without(final String path)
    {
        try
        {
            Files.delete(root.resolve("devices").resolve(path));
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
        return this;
    }

    SysfsTree cpus(final String online, final String possible)
    {
        return file("system/cpu/online", online).file("system/cpu/possible", possible);
    }

    SysfsTree core(final int cpu, final int packageId, final int coreId, final String siblings)
    {
        final String folder = "system/cpu/cpu" + cpu + "/topology/";
        return file(folder + "physical_package_id", Integer.toString(packageId))
            .file(folder + "core_id", Integer.toString(coreId))
            .file(folder + "core_cpus_list", siblings)
            .file(folder + "thread_siblings_list", siblings);
    }

    SysfsTree cache(final int cpu, final int index, final int level, final String type, final String sharing)
    {
        final String folder = "system/cpu/cpu" + cpu + "/cache/index" + index + "/";
        return file(folder + "level", Integer.toString(level))
            .file(folder + "type", type)
            .file(folder + "shared_cpu_list", sharing);
    }

    /** Level 1 for data and code, level 2 and level 3. */
    SysfsTree caches(final int cpu, final String level1, final String level2, final String level3)
    {
        return cache(cpu, 0, 1, "Data", level1).cache(cpu, 1, 1, "Instruction", level1)
            .cache(cpu, 2, 2, "Unified", level2).cache(cpu, 3, 3, "Unified", level3);
    }

    SysfsTree capacity(final int cpu, final int capacity)
    {
        return file("system/cpu/cpu" + cpu + "/cpu_capacity", Integer.toString(capacity));
    }

    SysfsTree node(final int id, final String cpus)
    {
        return file("system/node/node" + id + "/cpulist", cpus);
    }

    /**
     * One CPU, as in the smallest virtual machine.
     *
     * @param root of the tree, to be made.
     * @return the tree.
     */
    public static SysfsTree single(final Path root)
    {
        return new SysfsTree(root).cpus("0", "0").core(0, 0, 0, "0").caches(0, "0", "0", "0").node(0, "0");
    }

    /**
     * 8 cores of 2 CPUs, numbered as Intel does: CPU n and n + 8 are a core.
     *
     * @param root of the tree, to be made.
     * @return the tree.
     */
    public static SysfsTree desktop(final Path root)
    {
        final SysfsTree tree = new SysfsTree(root).cpus("0-15", "0-15").node(0, "0-15");
        for (int cpu = 0; cpu < 16; cpu++)
        {
            final String core = cpu % 8 + "," + (cpu % 8 + 8);
            tree.core(cpu, 0, cpu % 8 * 4, core).caches(cpu, core, core, "0-15");
        }
        return tree;
    }

    /**
     * 4 P-cores of 2 CPUs, 8 E-cores in clusters of 4 that share a level 2, and 2 E-cores far from the level 3.
     *
     * @param root of the tree, to be made.
     * @return the tree.
     */
    public static SysfsTree hybrid(final Path root)
    {
        final SysfsTree tree = new SysfsTree(root).cpus("0-17", "0-17").node(0, "0-17")
            .file("cpu_core/cpus", "0-7").file("cpu_atom/cpus", "8-17");
        for (int cpu = 0; cpu < 8; cpu++)
        {
            final String core = (cpu & ~1) + "-" + (cpu | 1);
            tree.core(cpu, 0, cpu / 2 * 8, core).caches(cpu, core, core, "0-15").capacity(cpu, 1024);
        }
        for (int cpu = 8; cpu < 16; cpu++)
        {
            final String self = Integer.toString(cpu);
            tree.core(cpu, 0, 24 + cpu, self).caches(cpu, self, (cpu & ~3) + "-" + (cpu | 3), "0-15")
                .capacity(cpu, 614);
        }
        for (int cpu = 16; cpu < 18; cpu++)
        {
            final String self = Integer.toString(cpu);
            tree.core(cpu, 0, 64 + cpu, self).cache(cpu, 0, 1, "Data", self).cache(cpu, 1, 1, "Instruction", self)
                .cache(cpu, 2, 2, "Unified", "16-17").capacity(cpu, 409);
        }
        return tree;
    }

    /**
     * 2 sockets of 4 cores, both with core ids from 0; each socket has one level 3 and is cut into two nodes.
     *
     * @param root of the tree, to be made.
     * @return the tree.
     */
    public static SysfsTree sockets(final Path root)
    {
        final SysfsTree tree = new SysfsTree(root).cpus("0-7", "0-7")
            .node(0, "0-1").node(1, "2-3").node(2, "4-5").node(3, "6-7");
        for (int cpu = 0; cpu < 8; cpu++)
        {
            final String self = Integer.toString(cpu);
            tree.core(cpu, cpu / 4, cpu % 4, self).caches(cpu, self, self, cpu < 4 ? "0-3" : "4-7");
        }
        return tree;
    }

    /**
     * 64 cores of 2 CPUs, n and n + 64; 8 cores share a level 3; one node.
     *
     * @param root of the tree, to be made.
     * @return the tree.
     */
    public static SysfsTree server(final Path root)
    {
        final SysfsTree tree = new SysfsTree(root).cpus("0-127", "0-127").node(0, "0-127");
        for (int cpu = 0; cpu < 128; cpu++)
        {
            final int core = cpu % 64;
            final int first = core & ~7;
            final String cpus = core + "," + (core + 64);
            tree.core(cpu, 0, core, cpus)
                .caches(cpu, cpus, cpus, first + "-" + (first + 7) + "," + (first + 64) + "-" + (first + 71));
        }
        return tree;
    }

    /**
     * 4 cores of 2 CPUs, 8 possible; CPU 2, and of core 2 CPU 4, are off and have no folders; 8 and 9 never came.
     *
     * @param root of the tree, to be made.
     * @return the tree.
     */
    public static SysfsTree holes(final Path root)
    {
        final SysfsTree tree = new SysfsTree(root).cpus("0-1,3,5-7", "0-9").node(0, "0-1,3").node(8, "5-7");
        for (final int cpu : new int[]{0, 1, 3, 5, 6, 7})
        {
            final String core = cpu == 3 || cpu == 5 ? Integer.toString(cpu) : (cpu & ~1) + "-" + (cpu | 1);
            tree.core(cpu, 0, cpu / 2, core).caches(cpu, core, core, "0-1,3,5-7");
        }
        return tree;
    }
}
