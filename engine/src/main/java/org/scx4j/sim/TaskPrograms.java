// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import java.util.Arrays;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.protocol.SchedAbi;

/**
 * What tasks do when they have a CPU: the steps of their programs, which wake and fork others.
 * <p>
 * Thread safety: none. Allocates nothing once made, but as mailboxes grow.
 */
final class TaskPrograms
{
    /** The task has work to do. */
    static final int RUNS = 0;
    /** It waits, until a timer or another task wakes it. */
    static final int BLOCKS = 1;
    /** It ends. */
    static final int EXITS = 2;

    private static final int NONE = SimulatedTasks.NONE;
    private static final int MAX_STEPS = 1_000_000;

    private final SimulatedMachine machine;
    private final SimulatedTasks tasks;
    private final KernelSide kernel;
    private final TaskClass.Step[][] programs;
    private final int[][] counts;
    private final Mailbox[] mailboxes;
    /** Tasks that are there from the start, by class and number; {@link SimulatedTasks#NONE} once they have exited. */
    private final int[][] peers;
    /** By class, and behind them by condition. */
    private final int[] firstWaiter;
    private final int[] lastWaiter;
    private final ProgramTimers timers;
    private final RecordedPlayback playback;
    private final long seed;
    private long nrBorn;
    private long wakeAtNs;

    TaskPrograms(final SimulatedMachine machine, final Workload workload, final KernelSide kernel)
    {
        this.machine = machine;
        this.tasks = machine.tasks;
        this.kernel = kernel;
        this.seed = machine.settings.seed();
        final int nrClasses = tasks.classes.size();
        programs = new TaskClass.Step[nrClasses][];
        counts = new int[nrClasses][];
        mailboxes = new Mailbox[nrClasses];
        peers = new int[nrClasses][];
        firstWaiter = new int[nrClasses + nrConditions(workload)];
        lastWaiter = new int[firstWaiter.length];
        timers = new ProgramTimers(tasks, workload);
        playback = new RecordedPlayback(tasks.capacity, workload.recorded());
        Arrays.fill(firstWaiter, NONE);
        Arrays.fill(lastWaiter, NONE);
        for (int i = 0; i < nrClasses; i++)
        {
            programs[i] = tasks.classes.get(i).steps.toArray(new TaskClass.Step[0]);
            counts[i] = Arrays.stream(programs[i])
                .mapToInt((step) -> null == step.count ? 0 : step.count.of(machine.nrCpus)).toArray();
            mailboxes[i] = new Mailbox();
            peers[i] = new int[tasks.classes.get(i).count(machine.nrCpus)];
            Arrays.fill(peers[i], NONE);
        }
    }

    private static int nrConditions(final Workload workload)
    {
        return workload.classes().stream().flatMap((taskClass) -> taskClass.steps.stream())
            .filter((step) -> TaskClass.SUSPEND == step.code || TaskClass.RESUME == step.code)
            .mapToInt((step) -> step.target + 1).max().orElse(0);
    }

    /** Makes the tasks that are there from the start. */
    void start()
    {
        for (int taskClass = 0; taskClass < programs.length; taskClass++)
        {
            final TaskClass described = tasks.classes.get(taskClass);
            for (int i = 0; i < described.count(machine.nrCpus); i++)
            {
                final int task = add(taskClass, 0);
                if (NONE == task)
                {
                    throw new SchedulerException(Category.USAGE, "the workload has more than " +
                        machine.settings.maxTasks() + " tasks at the start: have fewer, or allow more by --tasks");
                }
                tasks.number[task] = i;
                peers[taskClass][i] = task;
                machine.timers.set(machine.taskTimer(task), machine.nowNs + described.startNs());
            }
        }
        setBirthTimer();
    }

    /** The recording's next task is born. */
    void onBirth()
    {
        while (playback.nextBirthNs() <= machine.sinceStartNs())
        {
            final RecordedTask recorded = playback.takeBorn();
            final int task = add(recorded.taskClass(), 0);
            if (NONE == task)
            {
                machine.totals.nrForksRefused++;
                continue;
            }
            tasks.number[task] = Integer.MAX_VALUE;
            tasks.name(task, recorded.commLow(), recorded.commHigh(), recorded.weight());
            playback.begin(task, recorded);
            kernel.wake(task, 0, NONE);
        }
        setBirthTimer();
    }

    private void setBirthTimer()
    {
        if (TimerHeap.NEVER != playback.nextBirthNs())
        {
            machine.timers.set(machine.birthTimer(), SimulatedMachine.BASE_NS + playback.nextBirthNs());
        }
    }

    private int add(final int taskClass, final int parentPid)
    {
        final int task = tasks.add(taskClass, machine.nowNs, RandomStream.start(seed, nrBorn), parentPid);
        if (NONE != task)
        {
            nrBorn++;
            timers.onBorn(task);
            machine.totals.nrTasks[taskClass]++;
            kernel.onBorn(task);
            machine.listener.onTask(machine.sinceStartNs(), tasks.pid[task], taskClass);
        }
        return task;
    }

    /** A task's sleep is over, or it begins. */
    void onTimer(final int task)
    {
        kernel.wake(task, tasks.isSeen[task] ? SchedAbi.SCHED_QUEUED_WAKEUP : 0, NONE);
    }

    /** A task has left its CPU, to do what its program said. */
    void onStopped(final int task)
    {
        tasks.hasSlept[task] = true;
        if (TimerHeap.NEVER == wakeAtNs)
        {
            tasks.state[task] = SimulatedTasks.WAITING;
        }
        else
        {
            machine.timers.set(machine.taskTimer(task), wakeAtNs);
        }
    }

    /** Goes through the program until the task has work, waits or ends. It is running. */
    int advance(final int task, final int cpu)
    {
        final int taskClass = tasks.classOf[task];
        final TaskClass.Step[] program = programs[taskClass];
        for (int i = 0; i < MAX_STEPS; i++)
        {
            final int at = tasks.step[task];
            if (at == program.length)
            {
                machine.totals.nrTurns[taskClass]++;
                return EXITS;
            }
            final TaskClass.Step step = program[at];
            switch (step.code)
            {
                case TaskClass.LOOP:
                    tasks.turnsLeft[task * TaskClass.MAX_DEPTH + step.depth] = counts[taskClass][at];
                    tasks.step[task]++;
                    break;

                case TaskClass.LOOP_END:
                    endTurn(task, taskClass, step);
                    break;

                case TaskClass.RUN:
                    tasks.step[task]++;
                    tasks.workNs[task] = Math.max(1, step.time.sampleNs(tasks.random(task)));
                    return RUNS;

                case TaskClass.PLAY:
                    return play(task, taskClass);

                case TaskClass.EXIT:
                    machine.totals.nrTurns[taskClass]++;
                    return EXITS;

                default:
                    if (doStep(task, cpu, step, counts[taskClass][at]))
                    {
                        return BLOCKS;
                    }
                    break;
            }
        }
        throw new SchedulerException(Category.USAGE, "task " + tasks.nameOf(task) + " of the workload goes through " +
            MAX_STEPS + " steps without time passing: give its loop a run or a sleep");
    }

    private int play(final int task, final int taskClass)
    {
        final int next = playback.advance(task);
        switch (next)
        {
            case RUNS:
                tasks.workNs[task] = Math.max(1, playback.runNs());
                break;

            case BLOCKS:
                machine.totals.nrTurns[taskClass]++;
                wakeAtNs = playback.isLastTurn() ? TimerHeap.NEVER : machine.nowNs + Math.max(1, playback.sleepNs());
                break;

            default:
                machine.totals.nrTurns[taskClass]++;
                break;
        }
        return next;
    }

    private void endTurn(final int task, final int taskClass, final TaskClass.Step step)
    {
        final int index = task * TaskClass.MAX_DEPTH + step.depth;
        machine.totals.nrTurns[taskClass] += 0 == step.depth ? 1 : 0;
        if (TaskClass.FOREVER == tasks.turnsLeft[index] || --tasks.turnsLeft[index] > 0)
        {
            tasks.step[task] = step.target;
        }
        else
        {
            tasks.step[task]++;
        }
    }

    /** True if the task blocks. */
    private boolean doStep(final int task, final int cpu, final TaskClass.Step step, final int count)
    {
        switch (step.code)
        {
            case TaskClass.SLEEP:
                wakeAtNs = machine.nowNs + Math.max(1, step.time.sampleNs(tasks.random(task)));
                tasks.step[task]++;
                return true;

            case TaskClass.EVERY:
                tasks.step[task]++;
                return waitForPeriod(task, step.time.aNs());

            case TaskClass.TIMER:
                tasks.step[task]++;
                wakeAtNs = timers.next(task, step, machine.nowNs);
                return wakeAtNs > machine.nowNs;

            case TaskClass.SUSPEND:
                tasks.step[task]++;
                addWaiter(task, programs.length + step.target);
                wakeAtNs = TimerHeap.NEVER;
                return true;

            case TaskClass.RESUME:
                tasks.step[task]++;
                resume(programs.length + step.target);
                return false;

            case TaskClass.WAIT:
            case TaskClass.WAIT_REPLY:
                return waitFor(task, TaskClass.WAIT_REPLY == step.code, count);

            case TaskClass.REPLY:
                tasks.step[task]++;
                reply(task, step.isSync ? cpu : NONE);
                return false;

            case TaskClass.FORK:
                tasks.step[task]++;
                fork(task, step.target, count);
                return false;

            default:
                tasks.step[task]++;
                wakeOthers(task, step, count, step.isSync ? cpu : NONE);
                return false;
        }
    }

    private boolean waitForPeriod(final int task, final long periodNs)
    {
        final long lateNs = machine.nowNs - tasks.releaseNs[task];
        tasks.releaseNs[task] += (lateNs / periodNs + 1) * periodNs;
        wakeAtNs = tasks.releaseNs[task];
        return true;
    }

    // ---- waiting and waking

    private boolean waitFor(final int task, final boolean isForReply, final int count)
    {
        tasks.waitsLeft[task] = 0 == tasks.waitsLeft[task] ? count : tasks.waitsLeft[task];
        tasks.isForReply[task] = isForReply;
        final Mailbox mailbox = mailboxes[tasks.classOf[task]];
        while (tasks.waitsLeft[task] > 0)
        {
            if (isForReply && tasks.nrReplies[task] > 0)
            {
                tasks.nrReplies[task]--;
            }
            else if (!isForReply && tasks.nrWakes[task] > 0)
            {
                tasks.nrWakes[task]--;
            }
            else if (!isForReply && !mailbox.isEmpty())
            {
                tasks.requester[task] = mailbox.take();
            }
            else
            {
                if (!isForReply)
                {
                    addWaiter(task, tasks.classOf[task]);
                }
                wakeAtNs = TimerHeap.NEVER;
                return true;
            }
            tasks.waitsLeft[task]--;
        }
        tasks.step[task]++;
        return false;
    }

    private void addWaiter(final int task, final int list)
    {
        final int last = lastWaiter[list];
        tasks.waiterBefore[task] = last;
        tasks.waiterAfter[task] = NONE;
        lastWaiter[list] = task;
        if (NONE == last)
        {
            firstWaiter[list] = task;
        }
        else
        {
            tasks.waiterAfter[last] = task;
        }
    }

    private void removeWaiter(final int task)
    {
        final int taskClass = tasks.classOf[task];
        final int before = tasks.waiterBefore[task];
        final int after = tasks.waiterAfter[task];
        if (NONE == before)
        {
            firstWaiter[taskClass] = after;
        }
        else
        {
            tasks.waiterAfter[before] = after;
        }
        if (NONE == after)
        {
            lastWaiter[taskClass] = before;
        }
        else
        {
            tasks.waiterBefore[after] = before;
        }
    }

    private void resume(final int list)
    {
        int waiter = firstWaiter[list];
        firstWaiter[list] = NONE;
        lastWaiter[list] = NONE;
        while (NONE != waiter)
        {
            final int after = tasks.waiterAfter[waiter];
            tasks.state[waiter] = SimulatedTasks.SLEEPING;
            kernel.wake(waiter, SchedAbi.SCHED_QUEUED_WAKEUP, NONE);
            waiter = after;
        }
    }

    private void wakeOthers(final int task, final TaskClass.Step step, final int count, final int syncCpu)
    {
        final int target = step.target;
        for (int i = 0; i < count; i++)
        {
            if (TaskClass.WAKE == step.code)
            {
                wakeOne(target, tasks.pid[task], syncCpu);
            }
            else if (TaskClass.WAKE_PEER == step.code)
            {
                wakePeer(target, tasks.number[task], syncCpu);
            }
            else
            {
                for (int peer = 0; peer < peers[target].length; peer++)
                {
                    wakePeer(target, peer, syncCpu);
                }
            }
        }
    }

    /** Whoever of a class waits longest, or the next that will. */
    private void wakeOne(final int taskClass, final int requester, final int syncCpu)
    {
        final int waiter = firstWaiter[taskClass];
        if (NONE == waiter)
        {
            mailboxes[taskClass].add(requester);
            return;
        }
        tasks.requester[waiter] = requester;
        given(waiter, syncCpu);
    }

    private void wakePeer(final int taskClass, final int number, final int syncCpu)
    {
        if (0 == peers[taskClass].length)
        {
            return;
        }
        final int peer = peers[taskClass][number % peers[taskClass].length];
        if (NONE == peer)
        {
            return;
        }
        if (SimulatedTasks.WAITING == tasks.state[peer] && !tasks.isForReply[peer])
        {
            given(peer, syncCpu);
        }
        else
        {
            tasks.nrWakes[peer]++;
        }
    }

    private void reply(final int task, final int syncCpu)
    {
        final int requester = tasks.find(tasks.requester[task]);
        if (NONE == requester)
        {
            return;
        }
        if (SimulatedTasks.WAITING == tasks.state[requester] && tasks.isForReply[requester])
        {
            given(requester, syncCpu);
        }
        else
        {
            tasks.nrReplies[requester]++;
        }
    }

    /** One of those things has come that a task waits for. */
    private void given(final int task, final int syncCpu)
    {
        if (--tasks.waitsLeft[task] > 0)
        {
            return;
        }
        if (!tasks.isForReply[task])
        {
            removeWaiter(task);
        }
        tasks.step[task]++;
        tasks.state[task] = SimulatedTasks.SLEEPING;
        kernel.wake(task, SchedAbi.SCHED_QUEUED_WAKEUP, syncCpu);
    }

    private void fork(final int parent, final int taskClass, final int count)
    {
        for (int i = 0; i < count; i++)
        {
            final int child = add(taskClass, tasks.pid[parent]);
            if (NONE == child)
            {
                machine.totals.nrForksRefused++;
                continue;
            }
            tasks.number[child] = i;
            if (tasks.mayUse(child, tasks.cpu[parent]))
            {
                tasks.cpu[child] = tasks.cpu[parent];
            }
            kernel.wake(child, 0, NONE);
        }
    }

    /** A task is gone: nobody's peer any more. */
    void onExit(final int task)
    {
        final int[] ofClass = peers[tasks.classOf[task]];
        final int number = tasks.number[task];
        if (number < ofClass.length && ofClass[number] == task)
        {
            ofClass[number] = NONE;
        }
    }
}
