// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.scx4j.protocol.SchedAbi;

/**
 * Each invariant is seen when it is violated: by hand, because the machine itself does not.
 */
@Timeout(30)
class InvariantsTest
{
    private static final long MS = 1_000_000L;

    private SimulatedMachine machine;
    private SimulatedTransport transport;
    private KernelSide kernel;
    private SimulatedCpus cpus;
    private int task;

    @BeforeEach
    void before()
    {
        final Workload workload = Workload.parse("w", "task a cpus=0-1 : run 1ms");
        machine = new SimulatedMachine(new SimulationSettings().shape(MachineShape.flat(4)).maxTasks(4), workload,
            SimulationListener.NONE);
        transport = new SimulatedTransport(machine);
        kernel = new KernelSide(machine, transport, false);
        cpus = new SimulatedCpus(machine, transport, kernel);
        transport.connect(kernel);
        kernel.connect(cpus);
        cpus.connect(new TaskPrograms(machine, workload, kernel));
        task = machine.tasks.add(0, machine.nowNs, 1, 0);
    }

    private void violated(final Violation.Kind kind, final String what)
    {
        final Violation violation = machine.invariants.violation();
        assertThat(violation.kind()).isEqualTo(kind);
        assertThat(violation.task()).isEqualTo("a");
        assertThat(violation.pid()).isEqualTo(machine.tasks.pid[task]);
        assertThat(violation.what()).contains(what);
        assertThat(violation.timeNs()).isEqualTo(machine.sinceStartNs());
    }

    @Test
    void shouldHoldAtTheStart()
    {
        machine.invariants.audit(kernel, cpus);
        machine.invariants.watch();
        kernel.heartbeat();

        assertThat(machine.invariants.violation()).isNull();
    }

    @Test
    void shouldSeeATaskOnACpuThatItMayNotUse()
    {
        machine.tasks.state[task] = SimulatedTasks.INSERTED;
        machine.tasks.enqueueNs[task] = machine.nowNs;
        machine.invariants.onRun(task, 1);
        assertThat(machine.invariants.violation()).isNull();

        machine.invariants.onRun(task, 2);
        violated(Violation.Kind.AFFINITY, "gets CPU 2, and may use 0-1 only");
    }

    @Test
    void shouldSeeATaskThatRunsBeforeItsDecision()
    {
        machine.tasks.state[task] = SimulatedTasks.QUEUED;
        machine.tasks.token[task] = 17;
        machine.invariants.onRun(task, 0);

        violated(Violation.Kind.TWICE, "although it is not in a queue, but in state 3 with token 17");
    }

    @Test
    void shouldSeeATaskThatIsNowhere()
    {
        machine.tasks.state[task] = SimulatedTasks.INSERTED;
        machine.invariants.audit(kernel, cpus);

        violated(Violation.Kind.LOST, "is in 0 places, in state 4");
    }

    @Test
    void shouldSeeBooksThatDoNotBalance()
    {
        kernel.wake(task, SchedAbi.SCHED_QUEUED_WAKEUP, SimulatedTasks.NONE);
        machine.invariants.audit(kernel, cpus);
        assertThat(machine.invariants.violation()).isNull();

        machine.tasks.state[task] = SimulatedTasks.SLEEPING;
        machine.tasks.token[task] = 0;
        machine.invariants.audit(kernel, cpus);
        assertThat(machine.invariants.violation().kind()).isEqualTo(Violation.Kind.LOST);
        assertThat(machine.invariants.violation().what()).startsWith("the books do not balance: ");
    }

    @Test
    void shouldSeeATaskThatWaitsForTooLong()
    {
        kernel.wake(task, SchedAbi.SCHED_QUEUED_WAKEUP, SimulatedTasks.NONE);
        machine.nowNs += 5_000 * MS;
        machine.invariants.watch();
        assertThat(machine.invariants.violation()).isNull();

        machine.nowNs++;
        machine.invariants.watch();
        violated(Violation.Kind.MAX_WAIT, "has waited 5000000001 ns, longer than 5000000000 ns");
    }

    @Test
    void shouldSeeAnIdleCpuThatLeavesATaskWaiting()
    {
        while (transport.claim(SchedAbi.SCHED_EVENT_EXIT) >= 0)
        {
            transport.submit();
        }
        machine.nowNs += MS;
        kernel.wake(task, SchedAbi.SCHED_QUEUED_WAKEUP, SimulatedTasks.NONE);
        machine.nowNs += 36 * MS;
        kernel.heartbeat();
        assertThat(machine.invariants.violation()).isNull();

        machine.nowNs++;
        kernel.heartbeat();
        violated(Violation.Kind.WORK_CONSERVATION, "in a queue of idle CPU 0");
    }
}
