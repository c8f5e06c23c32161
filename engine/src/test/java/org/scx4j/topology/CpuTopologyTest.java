// SPDX-License-Identifier: Apache-2.0
package org.scx4j.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;

/**
 * Machines of every shape, whole and with files missing or broken.
 */
@Timeout(60)
class CpuTopologyTest
{
    @TempDir
    private Path folder;

    @Test
    void shouldHaveOneOfEachWhenThereIsOneCpu()
    {
        final CpuTopology topology = SysfsTree.single(folder).read();

        assertThat(topology).hasToString("nrCpuIds=1, online=0, cores=1, llcs=1, nodes=1");
        assertThat(topology.isSmt()).isFalse();
        assertThat(topology.siblingsOf(0)).hasToString("0");
        assertThat(topology.capacityOf(0)).isEqualTo(1024);
        assertThat(topology.coreTypeOf(0)).isSameAs(CoreType.UNKNOWN);
    }

    @Test
    void shouldPairSiblingsWhenADesktopHasSmt()
    {
        final CpuTopology topology = SysfsTree.desktop(folder).read();

        assertThat(topology).hasToString("nrCpuIds=16, online=0-15, cores=8, llcs=1, nodes=1");
        assertThat(topology.isSmt()).isTrue();
        assertThat(topology.siblingsOf(3)).hasToString("3,11").isSameAs(topology.siblingsOf(11));
        assertThat(topology.coreOf(11)).isEqualTo(topology.coreOf(3)).isEqualTo(3);
        assertThat(topology.cpusOfLlc(0)).hasToString("0-15");
    }

    @Test
    void shouldTellStrongFromWeakCoresWhenTheyAreMixed()
    {
        final CpuTopology topology = SysfsTree.hybrid(folder).read();

        assertThat(topology).hasToString("nrCpuIds=18, online=0-17, cores=14, llcs=2, nodes=1");
        assertThat(topology.isSmt()).isTrue();
        assertThat(topology.cpusOfLlc(0)).hasToString("0-15");
        assertThat(topology.cpusOfLlc(1)).as("no level 3").hasToString("16-17");
        assertThat(topology.siblingsOf(7)).hasToString("6-7");
        assertThat(topology.siblingsOf(8)).hasToString("8");
        assertThat(topology.capacityOf(7)).isEqualTo(1024);
        assertThat(topology.capacityOf(8)).isEqualTo(614);
        assertThat(topology.capacityOf(17)).isEqualTo(409);
        assertThat(topology.coreTypeOf(7)).isSameAs(CoreType.PERFORMANCE);
        assertThat(topology.coreTypeOf(8)).isSameAs(CoreType.EFFICIENCY);
    }

    @Test
    void shouldKeepSocketsAndNodesApartWhenThereAreSeveral()
    {
        final CpuTopology topology = SysfsTree.sockets(folder).read();

        assertThat(topology).hasToString("nrCpuIds=8, online=0-7, cores=8, llcs=2, nodes=4");
        assertThat(topology.isSmt()).isFalse();
        assertThat(topology.cpusOfLlc(1)).hasToString("4-7");
        assertThat(topology.cpusOfNode(3)).hasToString("6-7");
        assertThat(topology.nodeOf(5)).isEqualTo(2);
        assertThat(topology.llcOf(5)).isEqualTo(1);
    }

    @Test
    void shouldFindEachCacheWhenAServerHas128Cpus()
    {
        final CpuTopology topology = SysfsTree.server(folder).read();

        assertThat(topology).hasToString("nrCpuIds=128, online=0-127, cores=64, llcs=8, nodes=1");
        assertThat(topology.cpusOfLlc(7)).hasToString("56-63,120-127");
        assertThat(topology.llcOf(127)).isEqualTo(7);
        assertThat(topology.siblingsOf(127)).hasToString("63,127");
        assertThat(topology.cpusOfCore(63)).isSameAs(topology.siblingsOf(127));
    }

    @Test
    void shouldLeaveOutCpusWhenTheyAreOffline()
    {
        final CpuTopology topology = SysfsTree.holes(folder).read();

        assertThat(topology).hasToString("nrCpuIds=10, online=0-1,3,5-7, cores=4, llcs=1, nodes=2");
        assertThat(topology.siblingsOf(3)).hasToString("3");
        assertThat(topology.siblingsOf(6)).hasToString("6-7");
        assertThat(topology.nodeIdOf(topology.nodeOf(5))).as("the kernel's number").isEqualTo(8);
        assertThat(topology.nodeOf(5)).isEqualTo(1);
        for (final int cpu : new int[]{2, 4, 8, 9})
        {
            assertUnknown(topology, cpu);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 16, 64, 1 << 20, Integer.MAX_VALUE})
    void shouldAnswerNoneWhenThereIsNoSuchCpu(final int cpu)
    {
        final CpuTopology topology = SysfsTree.desktop(folder).read();

        assertUnknown(topology, cpu);
        assertThat(topology.cpusOfCore(cpu).isEmpty()).isTrue();
        assertThat(topology.cpusOfLlc(cpu).isEmpty()).isTrue();
        assertThat(topology.cpusOfNode(cpu).isEmpty()).isTrue();
        assertThat(topology.nodeIdOf(cpu)).isEqualTo(CpuTopology.NONE);
    }

    private static void assertUnknown(final CpuTopology topology, final int cpu)
    {
        assertThat(topology.isOnline(cpu)).isFalse();
        assertThat(topology.coreOf(cpu)).isEqualTo(CpuTopology.NONE);
        assertThat(topology.llcOf(cpu)).isEqualTo(CpuTopology.NONE);
        assertThat(topology.nodeOf(cpu)).isEqualTo(CpuTopology.NONE);
        assertThat(topology.capacityOf(cpu)).isZero();
        assertThat(topology.coreTypeOf(cpu)).isSameAs(CoreType.UNKNOWN);
        assertThat(topology.siblingsOf(cpu).isEmpty()).isTrue();
        assertThat(topology.siblingsOf(cpu).nrCpuIds()).isEqualTo(topology.nrCpuIds());
    }

    static Stream<Function<Path, SysfsTree>> machines()
    {
        return Stream.of(SysfsTree::single, SysfsTree::desktop, SysfsTree::hybrid, SysfsTree::sockets,
            SysfsTree::server, SysfsTree::holes, (folder) -> new SysfsTree(Path.of("/sys")));
    }

    @ParameterizedTest
    @MethodSource("machines")
    void shouldPutEachCpuInOneOfEachWhenItIsOnline(final Function<Path, SysfsTree> machine)
    {
        final SysfsTree tree = machine.apply(folder);
        final CpuTopology topology = tree.read();

        assertThat(topology.onlineCpus().toArray()).containsExactlyInAnyOrder(CpuList.online(tree.root()));
        assertPartition(topology, topology.nrCores(), topology::coreOf, topology::cpusOfCore);
        assertPartition(topology, topology.nrLlcs(), topology::llcOf, topology::cpusOfLlc);
        assertPartition(topology, topology.nrNodes(), topology::nodeOf, topology::cpusOfNode);
        for (final int cpu : topology.onlineCpus().toArray())
        {
            assertThat(topology.siblingsOf(cpu)).isSameAs(topology.cpusOfCore(topology.coreOf(cpu)));
            assertThat(topology.capacityOf(cpu)).isBetween(1, 1024);
        }
    }

    private static void assertPartition(
        final CpuTopology topology,
        final int nrGroups,
        final Function<Integer, Integer> groupOf,
        final Function<Integer, CpuMask> cpusOf)
    {
        final CpuMask all = new CpuMask(topology.nrCpuIds());
        for (int group = 0; group < nrGroups; group++)
        {
            final CpuMask cpus = cpusOf.apply(group);
            assertThat(cpus.isReadOnly()).isTrue();
            assertThat(cpus.isEmpty()).isFalse();
            assertThat(all.intersects(cpus)).isFalse();
            for (final int cpu : cpus.toArray())
            {
                assertThat(groupOf.apply(cpu)).isEqualTo(group);
            }
            all.or(cpus);
        }
        assertThat(all).isEqualTo(topology.onlineCpus());
    }

    @Test
    void shouldMakeDoWhenOnlyTheOnlineCpusAreTold()
    {
        final CpuTopology topology = new SysfsTree(folder).file("system/cpu/online", "0-2,5").read();

        assertThat(topology).hasToString("nrCpuIds=6, online=0-2,5, cores=4, llcs=1, nodes=1");
        assertThat(topology.cpusOfNode(0)).isEqualTo(topology.onlineCpus());
        assertThat(topology.nodeIdOf(0)).isZero();
        assertThat(topology.capacityOf(5)).isEqualTo(CpuTopology.CAPACITY_DEFAULT);
    }

    @Test
    void shouldUseTheOldNameWhenTheKernelHasNoListOfCoreCpus()
    {
        final SysfsTree tree = SysfsTree.desktop(folder);
        for (int cpu = 0; cpu < 16; cpu++)
        {
            tree.without("system/cpu/cpu" + cpu + "/topology/core_cpus_list")
                .without("system/cpu/cpu" + cpu + "/topology/core_id");
        }

        assertThat(tree.read().siblingsOf(3)).hasToString("3,11");
    }

    @Test
    void shouldGoByPackageAndCoreWhenThereAreNoLists()
    {
        final SysfsTree tree = new SysfsTree(folder).cpus("0-7", "0-7");
        for (int cpu = 0; cpu < 8; cpu++)
        {
            tree.core(cpu, cpu / 4, cpu % 2, "").without("system/cpu/cpu" + cpu + "/topology/core_cpus_list")
                .without("system/cpu/cpu" + cpu + "/topology/thread_siblings_list");
        }
        final CpuTopology topology = tree.read();

        assertThat(topology).hasToString("nrCpuIds=8, online=0-7, cores=4, llcs=2, nodes=1");
        assertThat(topology.siblingsOf(2)).hasToString("0,2");
        assertThat(topology.siblingsOf(7)).hasToString("5,7");
        assertThat(topology.cpusOfLlc(1)).as("no cache told").hasToString("4-7");
    }

    @Test
    void shouldMakeEachCpuACoreWhenTheIdsAreUnknown()
    {
        final SysfsTree tree = new SysfsTree(folder).cpus("0-1", "0-1");
        for (int cpu = 0; cpu < 2; cpu++)
        {
            tree.file("system/cpu/cpu" + cpu + "/topology/physical_package_id", "-1")
                .file("system/cpu/cpu" + cpu + "/topology/core_id", "0");
        }

        assertThat(tree.read()).hasToString("nrCpuIds=2, online=0-1, cores=2, llcs=1, nodes=1");
    }

    @Test
    void shouldShareALlcByNodeWhenOnlyLevel1IsTold()
    {
        final SysfsTree tree = new SysfsTree(folder).cpus("0-3", "0-3").node(0, "0-1").node(1, "2-3").node(2, "");
        for (int cpu = 0; cpu < 4; cpu++)
        {
            tree.cache(cpu, 0, 1, "Data", Integer.toString(cpu)).cache(cpu, 1, 2, "Instruction", "0-3");
        }
        final CpuTopology topology = tree.read();

        assertThat(topology).as("node 2 has memory only")
            .hasToString("nrCpuIds=4, online=0-3, cores=4, llcs=2, nodes=2");
        assertThat(topology.cpusOfLlc(1)).hasToString("2-3");
    }

    @Test
    void shouldUseTheLevelBelowWhenTheLastDoesNotTellWhoSharesIt()
    {
        final SysfsTree tree = SysfsTree.desktop(folder);
        for (int cpu = 0; cpu < 16; cpu++)
        {
            tree.without("system/cpu/cpu" + cpu + "/cache/index3/shared_cpu_list");
        }

        assertThat(tree.read().nrLlcs()).isEqualTo(8);
    }

    @Test
    void shouldPutACpuInNode0WhenItIsInNone()
    {
        final CpuTopology topology = SysfsTree.desktop(folder).node(0, "").node(4, "4-9,300").read();

        assertThat(topology.nrNodes()).isEqualTo(2);
        assertThat(topology.cpusOfNode(0)).hasToString("0-3,10-15");
        assertThat(topology.nodeIdOf(1)).isEqualTo(4);
    }

    @Test
    void shouldLeaveOutANodeWhenItHasMemoryOnly()
    {
        final CpuTopology topology = SysfsTree.desktop(folder).node(0, "").node(1, "0-15").node(2, "").read();

        assertThat(topology.nrNodes()).isEqualTo(1);
        assertThat(topology.nodeOf(0)).isZero();
        assertThat(topology.nodeIdOf(0)).isEqualTo(1);
        assertThat(topology.nodeIdOf(1)).isEqualTo(CpuTopology.NONE);
    }

    @Test
    void shouldLeaveACacheWholeWhenAnotherCpuTellsNone()
    {
        final CpuTopology topology = new SysfsTree(folder).cpus("0-3", "0-3")
            .cache(1, 0, 3, "Unified", "1-2").cache(2, 0, 3, "Unified", "1-2").read();

        assertThat(topology.cpusOfLlc(0)).hasToString("0,3");
        assertThat(topology.cpusOfLlc(1)).hasToString("1-2");
    }

    @Test
    void shouldOrderNodesByNumberWhenTheyHaveMoreDigits()
    {
        final CpuTopology topology = SysfsTree.desktop(folder).node(0, "0-4").node(10, "5-6").node(9, "7-15").read();

        assertThat(topology.cpusOfNode(1)).hasToString("7-15");
        assertThat(topology.nodeIdOf(2)).isEqualTo(10);
    }

    @Test
    void shouldPutEachCpuInOneCoreWhenTheListsContradictEachOther()
    {
        final CpuTopology topology = new SysfsTree(folder).cpus("0-3", "0-3")
            .core(0, 0, 0, "0-1").core(1, 0, 0, "1-2").core(2, 0, 0, "0-2").core(3, 0, 0, "0").read();

        assertPartition(topology, topology.nrCores(), topology::coreOf, topology::cpusOfCore);
        assertThat(topology.siblingsOf(0)).hasToString("0-1");
        assertThat(topology.siblingsOf(3)).hasToString("3");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "system/cpu/online | x | not a list of CPUs such as 0-3,6: 'x'",
        "system/cpu/online | \"\" | no CPU is online: ''",
        "system/cpu/online | 0-99 | a CPU is online that is not in 'possible': '0-99'",
        "system/cpu/possible | 0-x | not a list of CPUs such as 0-3,6: '0-x'",
        "system/cpu/possible | 9999 | not a list of CPUs such as 0-3,6: '9999'",
        "system/cpu/cpu3/topology/core_id | three | not a number: 'three'",
        "system/cpu/cpu3/topology/physical_package_id | \"\" | not a number: ''",
        "system/cpu/cpu3/topology/core_cpus_list | 3;11 | not a list of CPUs such as 0-3,6: '3;11'",
        "system/cpu/cpu3/cache/index2/level | 99999999999 | not a number: '99999999999'",
        "system/cpu/cpu3/cache/index3/shared_cpu_list | f | not a list of CPUs such as 0-3,6: 'f'",
        "system/cpu/cpu3/cpu_capacity | 0 | not a capacity of 1 to 1024: '0'",
        "system/cpu/cpu3/cpu_capacity | 1025 | not a capacity of 1 to 1024: '1025'",
        "system/node/node0/cpulist | 0-15\u0007! | not a list of CPUs such as 0-3,6: '0-15 !'",
        "cpu_core/cpus | all | not a list of CPUs such as 0-3,6: 'all'"})
    void shouldNameTheFileAndItsTextWhenItMakesNoSense(final String path, final String text, final String what)
    {
        final SysfsTree tree = SysfsTree.desktop(folder).file(path, text);

        assertThatThrownBy(tree::read).isInstanceOfSatisfying(SchedulerException.class, (failure) ->
            assertThat(failure.category()).isSameAs(Category.ENVIRONMENT))
            .hasMessage("can't use " + folder.resolve("devices").resolve(path) + ": " + what);
    }

    @Test
    void shouldStayOnOneShortLineWhenTheTextIsLong()
    {
        final SysfsTree tree = SysfsTree.desktop(folder).file("system/cpu/possible", "0\n1\r\n".repeat(10_000));

        assertThatThrownBy(tree::read).isInstanceOf(SchedulerException.class)
            .message().hasLineCount(1).hasSizeLessThan(400).contains("/possible").endsWith("…'");
    }

    @Test
    void shouldNameTheFileWhenItCanNotBeRead()
    {
        final SysfsTree tree = SysfsTree.desktop(folder).file("system/cpu/cpu3/cpu_capacity/folder", "");

        assertThatThrownBy(tree::read).isInstanceOfSatisfying(SchedulerException.class, (failure) ->
            assertThat(failure.category()).isSameAs(Category.ENVIRONMENT))
            .hasMessageStartingWith("can't read " + folder.resolve("devices/system/cpu/cpu3/cpu_capacity"));
    }

    @Test
    void shouldNameTheFileWhenTheOnlineCpusAreMissing()
    {
        assertThatThrownBy(() -> CpuTopology.read(folder)).isInstanceOf(SchedulerException.class)
            .hasMessageContaining(folder.resolve("devices/system/cpu/online").toString())
            .hasMessageEndingWith("is sysfs mounted?");
    }

    @Test
    void shouldAllocateNothingWhenAsked()
    {
        final ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();
        final CpuTopology topology = SysfsTree.server(folder).read();
        long leastBytes = Long.MAX_VALUE;
        for (int round = 0; round < 20; round++)
        {
            final long begin = threads.getCurrentThreadAllocatedBytes();
            final long nrFound = ask(topology);
            leastBytes = Math.min(leastBytes, threads.getCurrentThreadAllocatedBytes() - begin);
            assertThat(nrFound).isEqualTo(128 * (2 + 16 + 128));
        }

        assertThat(leastBytes).isZero();
    }

    private static long ask(final CpuTopology topology)
    {
        long nrFound = 0;
        for (int cpu = -1; cpu <= topology.nrCpuIds(); cpu++)
        {
            nrFound += topology.siblingsOf(cpu).count();
            nrFound += topology.cpusOfLlc(topology.llcOf(cpu)).count();
            nrFound += topology.cpusOfNode(topology.nodeOf(cpu)).count();
            nrFound += topology.capacityOf(cpu) > 1024 || topology.isSmt() ? 0 : 1;
        }
        return nrFound;
    }

    @Test
    void shouldGroupNeighboursWhenTheMachineIsRegular()
    {
        final CpuTopology topology = CpuTopology.regular(10, 2, 4, 8);

        assertThat(topology.toString()).isEqualTo("nrCpuIds=10, online=0-9, cores=5, llcs=3, nodes=2");
        assertThat(topology.isSmt()).isTrue();
        assertThat(topology.siblingsOf(5).toString()).isEqualTo("4-5");
        assertThat(topology.cpusOfLlc(topology.llcOf(6)).toString()).isEqualTo("4-7");
        assertThat(topology.cpusOfNode(topology.nodeOf(9)).toString()).isEqualTo("8-9");
        assertThat(topology.nodeIdOf(1)).isEqualTo(1);
        assertThat(topology.capacityOf(9)).isEqualTo(CpuTopology.CAPACITY_DEFAULT);
        assertThat(CpuTopology.regular(4, 1, 8, 8).toString()).endsWith("cores=4, llcs=1, nodes=1");
        assertThatThrownBy(() -> CpuTopology.regular(4, 0, 1, 1)).isInstanceOf(IllegalArgumentException.class)
            .hasMessage("no such machine: nrCpus=4, cpusPerCore=0, cpusPerLlc=1, cpusPerNode=1");
    }
}
