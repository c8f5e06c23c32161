// SPDX-License-Identifier: Apache-2.0
package org.scx4j.topology;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

/**
 * Reads what {@link CpuTopology} tells; what it does without a file is described at {@link CpuTopology#read(Path)}.
 * <p>
 * Sources of the formats: {@code Documentation/admin-guide/cputopology.rst} and
 * {@code Documentation/ABI/testing/sysfs-devices-system-cpu}. Thread safety: none.
 */
final class SysfsCpuTopology
{
    /** A level 1 cache is a core's own: what shares it says nothing on where a task finds its data again. */
    private static final int LLC_LEVEL_MIN = 2;
    private static final int UNKNOWN_ID = -1;

    private final Path devices;
    private final Path cpuFolder;
    private final CpuMask online;
    private final CpuGroups cores;
    private final CpuGroups llcs;
    private final CpuGroups nodes;
    private final int[] packageIds;
    private final int[] capacities;
    private final CoreType[] coreTypes;
    private int[] nodeIds = {};

    SysfsCpuTopology(final Path sysfs)
    {
        devices = sysfs.resolve("devices");
        cpuFolder = devices.resolve("system/cpu");
        online = readOnline(sysfs);
        cores = new CpuGroups(online);
        llcs = new CpuGroups(online);
        nodes = new CpuGroups(online);
        packageIds = readNumbers("topology/physical_package_id", UNKNOWN_ID);
        capacities = readNumbers("cpu_capacity", CpuTopology.CAPACITY_DEFAULT);
        coreTypes = new CoreType[online.nrCpuIds()];
        checkCapacities();
        readCores();
        readNodes();
        readCaches();
        readCoreTypes();
    }

    private CpuMask readOnline(final Path sysfs)
    {
        final int[] cpus = CpuList.online(sysfs);
        final Path file = cpuFolder.resolve("online");
        if (0 == cpus.length)
        {
            throw SysfsFile.broken(file, "no CPU is online", "");
        }
        final int nrOnline = Arrays.stream(cpus).max().getAsInt() + 1;
        final int[] possible = SysfsFile.cpus(cpuFolder.resolve("possible"));
        final int nrCpuIds = null == possible ? nrOnline : Arrays.stream(possible).max().orElse(-1) + 1;
        if (nrOnline > nrCpuIds)
        {
            throw SysfsFile.broken(file, "a CPU is online that is not in 'possible'", CpuList.format(cpus));
        }
        return CpuMask.of(nrCpuIds, cpus);
    }

    private int[] readNumbers(final String name, final int missing)
    {
        final int[] numbers = new int[online.nrCpuIds()];
        Arrays.fill(numbers, missing);
        for (int cpu = online.first(); cpu >= 0; cpu = online.next(cpu))
        {
            numbers[cpu] = SysfsFile.number(cpuFolder.resolve("cpu" + cpu).resolve(name), missing);
        }
        return numbers;
    }

    private void checkCapacities()
    {
        for (int cpu = online.first(); cpu >= 0; cpu = online.next(cpu))
        {
            if (capacities[cpu] < 1 || capacities[cpu] > CpuTopology.CAPACITY_DEFAULT)
            {
                throw SysfsFile.broken(cpuFolder.resolve("cpu" + cpu + "/cpu_capacity"),
                    "not a capacity of 1 to " + CpuTopology.CAPACITY_DEFAULT, Integer.toString(capacities[cpu]));
            }
        }
    }

    private void readCores()
    {
        final int[] coreIds = readNumbers("topology/core_id", UNKNOWN_ID);
        final int[][] lists = new int[online.nrCpuIds()][];
        for (int cpu = online.first(); cpu >= 0; cpu = online.next(cpu))
        {
            final Path folder = cpuFolder.resolve("cpu" + cpu + "/topology");
            lists[cpu] = SysfsFile.cpus(folder.resolve("core_cpus_list"));
            lists[cpu] = null != lists[cpu] ?
                lists[cpu] : SysfsFile.cpus(folder.resolve("thread_siblings_list"));
        }
        for (int cpu = online.first(); cpu >= 0; cpu = online.next(cpu))
        {
            final int first = cpu;
            group(cores, lists, first, (other) ->
                UNKNOWN_ID != coreIds[first] && UNKNOWN_ID != packageIds[first] &&
                coreIds[other] == coreIds[first] && packageIds[other] == packageIds[first]);
        }
    }

    private void readCaches()
    {
        final int[][] lists = new int[online.nrCpuIds()][];
        for (int cpu = online.first(); cpu >= 0; cpu = online.next(cpu))
        {
            lists[cpu] = readLastLevelCache(cpuFolder.resolve("cpu" + cpu + "/cache"));
        }
        for (int cpu = online.first(); cpu >= 0; cpu = online.next(cpu))
        {
            final int first = cpu;
            group(llcs, lists, first, (other) ->
                packageIds[other] == packageIds[first] && nodes.groupOf(other) == nodes.groupOf(first));
        }
    }

    /** Groups a CPU with those in its list, or without one, with others that have none and are alike. */
    private void group(final CpuGroups groups, final int[][] lists, final int cpu, final IntPredicate isAlike)
    {
        if (!groups.isFree(cpu))
        {
            return;
        }
        final IntStream others = null != lists[cpu] ?
            Arrays.stream(lists[cpu]) :
            Arrays.stream(online.toArray()).filter((other) -> null == lists[other]).filter(isAlike);
        groups.add(IntStream.concat(IntStream.of(cpu), others).toArray());
    }

    private static int[] readLastLevelCache(final Path folder)
    {
        int[] cpus = null;
        int highest = LLC_LEVEL_MIN - 1;
        for (int index = 0;; index++)
        {
            final Path cache = folder.resolve("index" + index);
            final int level = SysfsFile.number(cache.resolve("level"), 0);
            if (0 == level)
            {
                return cpus;
            }
            if (level > highest && !"Instruction".equals(SysfsFile.text(cache.resolve("type"))))
            {
                final int[] sharing = SysfsFile.cpus(cache.resolve("shared_cpu_list"));
                highest = null == sharing ? highest : level;
                cpus = null == sharing ? cpus : sharing;
            }
        }
    }

    private void readNodes()
    {
        final SortedMap<Integer, int[]> found = findNodes(devices.resolve("system/node"));
        final CpuMask others = CpuMask.of(online.nrCpuIds(), online.toArray());
        for (final int[] cpus : found.values())
        {
            Arrays.stream(cpus).filter(online::test).forEach(others::clear);
        }
        found.merge(0, others.toArray(), (listed, rest) ->
            IntStream.concat(Arrays.stream(listed), Arrays.stream(rest)).toArray());
        nodeIds = found.keySet().stream().mapToInt(Integer::intValue)
            .filter((id) -> nodes.add(found.get(id)))
            .toArray();
    }

    private static SortedMap<Integer, int[]> findNodes(final Path folder)
    {
        final SortedMap<Integer, int[]> found = new TreeMap<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder, "node[0-9]*"))
        {
            for (final Path child : children)
            {
                final String id = child.getFileName().toString().substring("node".length());
                final int[] cpus = SysfsFile.cpus(child.resolve("cpulist"));
                if (null != cpus && id.matches("\\d{1,9}"))
                {
                    found.put(Integer.valueOf(id), cpus);
                }
            }
        }
        catch (final NoSuchFileException ex)
        {
            return found;
        }
        catch (final IOException ex)
        {
            throw new SchedulerException(Category.ENVIRONMENT, "can't list the NUMA nodes in " + folder, ex);
        }
        return found;
    }

    private void readCoreTypes()
    {
        Arrays.fill(coreTypes, CoreType.UNKNOWN);
        for (final CoreType type : CoreType.values())
        {
            final int[] cpus = CoreType.UNKNOWN == type ?
                null : SysfsFile.cpus(devices.resolve(type.device()).resolve("cpus"));
            if (null != cpus)
            {
                Arrays.stream(cpus).filter(online::test).forEach((cpu) -> coreTypes[cpu] = type);
            }
        }
    }

    CpuMask online()
    {
        return online;
    }

    CpuGroups cores()
    {
        return cores;
    }

    CpuGroups llcs()
    {
        return llcs;
    }

    CpuGroups nodes()
    {
        return nodes;
    }

    int[] nodeIds()
    {
        return nodeIds;
    }

    int[] capacities()
    {
        return capacities;
    }

    CoreType[] coreTypes()
    {
        return coreTypes;
    }
}
