// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scx4j.api.Cpu;
import org.scx4j.api.CpuStates;
import org.scx4j.protocol.ControlDescriptor;
import org.scx4j.protocol.CpuStateDescriptor;
import org.scx4j.protocol.QueuedTaskDescriptor;
import org.scx4j.protocol.QueuedTaskFlyweight;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.topology.CpuMask;
import org.scx4j.topology.CpuTopology;
import org.scx4j.topology.SysfsTree;

/**
 * What a policy sees of the CPUs, and which it picks, on machines of several shapes.
 */
@Timeout(60)
class MappedCpuStatesTest
{
    private static final int ALL = 1 << 10;

    @TempDir
    private Path folder;

    private final UnsafeBuffer control = new UnsafeBuffer(new byte[ControlDescriptor.CONTROL_BYTES]);
    private final UnsafeBuffer states = new UnsafeBuffer(
        new byte[SchedAbi.SCHED_MAX_CPUS * CpuStateDescriptor.ENTRY_BYTES]);
    private final UnsafeBuffer record = new UnsafeBuffer(new byte[QueuedTaskDescriptor.RECORD_BYTES]);
    private CpuTopology topology;

    private CpuStates on(final SysfsTree machine)
    {
        topology = machine.read();
        return new MappedCpuStates(control, states, topology, null);
    }

    private void idle(final int... cpus)
    {
        for (int word = 0; word < SchedAbi.SCHED_MAX_CPUS / Long.SIZE; word++)
        {
            control.putLong(ControlDescriptor.IDLE_CPUS_OFFSET + word * Long.BYTES, 0);
        }
        for (final int cpu : cpus)
        {
            final int index = ControlDescriptor.IDLE_CPUS_OFFSET + cpu / Long.SIZE * Long.BYTES;
            control.putLong(index, control.getLong(index) | 1L << cpu % Long.SIZE);
        }
    }

    private QueuedTask task(final int prevCpu, final int nrCpusAllowed, final long enqueueNs)
    {
        record.putInt(QueuedTaskDescriptor.PREV_CPU_OFFSET, prevCpu);
        record.putInt(QueuedTaskDescriptor.NR_CPUS_ALLOWED_OFFSET, nrCpusAllowed);
        record.putLong(QueuedTaskDescriptor.ENQUEUE_NS_OFFSET, enqueueNs);
        final QueuedTask task = new QueuedTask();
        task.wrap(record, 0);
        return task;
    }

    private QueuedTask task(final int prevCpu)
    {
        return task(prevCpu, ALL, 0);
    }

    /** The record as a policy sees it. */
    private static final class QueuedTask extends QueuedTaskFlyweight implements org.scx4j.api.QueuedTask
    {
    }

    @Test
    void shouldSayWhoRunsWhereTheKernelWroteIt()
    {
        final CpuStates cpus = on(SysfsTree.desktop(folder));
        final int entry = 3 * CpuStateDescriptor.ENTRY_BYTES;
        states.putInt(entry + CpuStateDescriptor.PID_OFFSET, 77);
        states.putLong(entry + CpuStateDescriptor.START_NS_OFFSET, 88);
        states.putLong(entry + CpuStateDescriptor.VTIME_OFFSET, 99);

        assertThat(cpus.pid(3)).isEqualTo(77);
        assertThat(cpus.startNs(3)).isEqualTo(88);
        assertThat(cpus.vtime(3)).isEqualTo(99);
        assertThat(cpus.pid(2)).isZero();
    }

    @Test
    void shouldSayNothingOfACpuThatDoesNotExist()
    {
        final CpuStates cpus = on(SysfsTree.desktop(folder));
        control.setMemory(ControlDescriptor.IDLE_CPUS_OFFSET, SchedAbi.SCHED_MAX_CPUS / Byte.SIZE, (byte)-1);
        states.setMemory(0, states.capacity(), (byte)1);

        for (final int cpu : new int[]{-1, topology.nrCpuIds(), Integer.MAX_VALUE})
        {
            assertThat(cpus.isIdle(cpu)).as("cpu %d", cpu).isFalse();
            assertThat(cpus.pid(cpu)).as("cpu %d", cpu).isZero();
            assertThat(cpus.startNs(cpu)).as("cpu %d", cpu).isZero();
            assertThat(cpus.vtime(cpu)).as("cpu %d", cpu).isZero();
            assertThat(cpus.pickIdle(task(cpu))).as("cpu %d", cpu).isEqualTo(Cpu.ANY);
        }
        assertThat(cpus.isIdle(0)).isTrue();
    }

    @Test
    void shouldPickNoneWhenNoneIsIdle()
    {
        assertThat(on(SysfsTree.desktop(folder)).pickIdle(task(0))).isEqualTo(Cpu.ANY);
    }

    @Test
    void shouldPickTheOwnCpuWhenItsWholeCoreIsIdle()
    {
        final CpuStates cpus = on(SysfsTree.desktop(folder));
        idle(topology.onlineCpus().toArray());

        for (final int cpu : topology.onlineCpus().toArray())
        {
            assertThat(on(SysfsTree.desktop(folder.resolve("again" + cpu))).pickIdle(task(cpu))).isEqualTo(cpu);
        }
        assertThat(cpus.isIdle(0)).isTrue();
    }

    @Test
    void shouldPickAnIdleCoreBeforeTheIdleHalfOfABusyOne()
    {
        final CpuStates cpus = on(SysfsTree.desktop(folder));
        final CpuMask own = topology.siblingsOf(0);
        final int otherCore = topology.onlineCpus().toArray()[1];
        assertThat(own.test(otherCore)).as("CPU 1 is on another core than CPU 0").isFalse();
        final int[] siblings = topology.siblingsOf(otherCore).toArray();
        idle(0, siblings[0], siblings[1]);

        assertThat(cpus.pickIdle(task(0))).isIn(siblings[0], siblings[1]);
    }

    @Test
    void shouldPickTheOwnCpuWhenNoCoreIsIdleAsAWhole()
    {
        final CpuStates cpus = on(SysfsTree.desktop(folder));
        idle(0, 1);

        assertThat(cpus.pickIdle(task(1))).isEqualTo(1);
    }

    @Test
    void shouldStayOnTheNodeWhenTheCacheIsBusy()
    {
        final CpuStates cpus = on(SysfsTree.sockets(folder));
        final int[] near = topology.cpusOfNode(topology.nodeOf(0)).toArray();
        final int far = firstOfAnotherNode(0);
        idle(near[near.length - 1], far);

        assertThat(cpus.pickIdle(task(0))).isEqualTo(near[near.length - 1]);
    }

    @Test
    void shouldLeaveTheNodeWhenNothingIsIdleThere()
    {
        final CpuStates cpus = on(SysfsTree.sockets(folder));
        final int far = firstOfAnotherNode(0);
        idle(far);

        assertThat(cpus.pickIdle(task(0))).isEqualTo(far);
    }

    private int firstOfAnotherNode(final int cpu)
    {
        for (final int other : topology.onlineCpus().toArray())
        {
            if (topology.nodeOf(other) != topology.nodeOf(cpu))
            {
                return other;
            }
        }
        throw new AssertionError("one node only");
    }

    @Test
    void shouldPickEachCpuOnceWhenABurstArrives()
    {
        final CpuStates cpus = on(SysfsTree.server(folder));
        final int[] online = topology.onlineCpus().toArray();
        idle(online);
        final CpuMask picked = new CpuMask(topology.nrCpuIds());
        for (int i = 0; i < online.length; i++)
        {
            final int cpu = cpus.pickIdle(task(0));
            assertThat(cpu).isNotEqualTo(Cpu.ANY);
            assertThat(picked.test(cpu)).as("CPU %d is picked once", cpu).isFalse();
            picked.set(cpu);
        }

        assertThat(cpus.pickIdle(task(0))).isEqualTo(Cpu.ANY);
    }

    @Test
    void shouldPickACpuAgainWhenItHasHadWorkMeanwhile()
    {
        final CpuStates cpus = on(SysfsTree.desktop(folder));
        idle(2);
        assertThat(cpus.pickIdle(task(2))).isEqualTo(2);
        assertThat(cpus.pickIdle(task(2))).isEqualTo(Cpu.ANY);
        idle();
        assertThat(cpus.pickIdle(task(2))).isEqualTo(Cpu.ANY);
        idle(2);

        assertThat(cpus.pickIdle(task(2))).isEqualTo(2);
    }

    @Test
    void shouldPickACpuAgainWhenItsTaskDidNotComeInTime()
    {
        final CpuStates cpus = on(SysfsTree.desktop(folder));
        idle(2);
        assertThat(cpus.pickIdle(task(2, ALL, 10))).isEqualTo(2);
        assertThat(cpus.pickIdle(task(2, ALL, 10 + MappedCpuStates.CLAIM_NS))).isEqualTo(Cpu.ANY);

        assertThat(cpus.pickIdle(task(2, ALL, 12 + 2 * MappedCpuStates.CLAIM_NS))).isEqualTo(2);
    }

    @Test
    void shouldPickTheOwnCpuOrNoneWhenTheTaskMayNotUseEveryCpu()
    {
        final CpuStates cpus = on(SysfsTree.desktop(folder));
        idle(1, 2, 3);

        assertThat(cpus.pickIdle(task(0, 2, 0))).isEqualTo(Cpu.ANY);
        assertThat(cpus.pickIdle(task(3, 2, 0))).isEqualTo(3);
    }

    @Test
    void shouldSelectNoneWhenThereIsNoKernel()
    {
        final CpuStates cpus = on(SysfsTree.desktop(folder));
        final int[] chosen = {1, 2};

        assertThat(cpus.selectIdle(new int[]{10, 11}, chosen, 2)).isZero();
        assertThat(chosen).containsExactly(Cpu.ANY, Cpu.ANY);
        assertThatThrownBy(() -> cpus.selectIdle(new int[65], new int[65], 65))
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("count=65");
    }
}
