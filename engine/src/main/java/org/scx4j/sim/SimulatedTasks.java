// SPDX-License-Identifier: Apache-2.0
package org.scx4j.sim;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.agrona.collections.Int2IntHashMap;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.protocol.SchedAbi;
import org.scx4j.topology.CpuList;
import org.scx4j.topology.CpuMask;

/**
 * All that is known of each task, as arrays that are indexed by its slot. A slot is used again when its task has
 * exited; a pid is not, for a long time.
 * <p>
 * Thread safety: none. Allocates nothing once made.
 */
final class SimulatedTasks
{
    static final int NONE = -1;
    /** Nobody's slot. */
    static final byte FREE = 0;
    /** Until a timer fires. */
    static final byte SLEEPING = 1;
    /** Until another task wakes it. */
    static final byte WAITING = 2;
    /** User space has its token. */
    static final byte QUEUED = 3;
    /** In a queue of the kernel's side. */
    static final byte INSERTED = 4;
    /** Has a CPU. */
    static final byte RUNNING = 5;

    private static final int PID_FIRST = 1000;
    private static final int PID_MAX = 1 << 22;
    private static final float LOAD_FACTOR = 0.5f;

    final int capacity;
    final byte[] state;
    final int[] pid;
    final int[] classOf;
    /** CPU that it is queued on, last ran on, or runs on. */
    final int[] cpu;
    /** CPU that it ran on last, or {@link #NONE}. */
    final int[] ranOn;
    final boolean[] isSeen;
    final boolean[] isCpuIdle;
    final boolean[] hasSlept;
    final long[] token;
    final long[] vtime;
    final long[] fairVtime;
    final long[] queueKey;
    final long[] queueSequence;
    final long[] insertedNs;
    final long[] sliceNs;
    final long[] enqueueNs;
    final long[] startNs;
    final long[] stopNs;
    final long[] bornNs;
    final long[] execNs;
    final long[] sumExecNs;
    final long[] nvcsw;
    final long[] workNs;
    final long[] random;
    final int[] step;
    final int[] turnsLeft;
    final int[] waitsLeft;
    final int[] nrWakes;
    final int[] nrReplies;
    final int[] requester;
    final boolean[] isForReply;
    /** Among the tasks of its class that began with it. */
    final int[] number;
    final long[] releaseNs;
    /** Tasks that wait, by class: a list from the longest on. */
    final int[] waiterAfter;
    final int[] waiterBefore;

    final List<TaskClass> classes;
    final CpuMask[] allowed;
    final int[] nrAllowed;
    final int[] onlyCpu;
    /** By task: in a recording, those of a class differ. */
    final long[] commLow;
    final long[] commHigh;
    private final int[] weight;
    private final long[] commLowOfClass;
    private final long[] commHighOfClass;
    private final Int2IntHashMap slotByPid;
    private final int[] free;
    private final int nrCpus;
    private int nrFree;
    private int lastPid = PID_FIRST - 1;
    private int nrAlive;

    SimulatedTasks(final int capacity, final Workload workload, final int nrCpus)
    {
        this.capacity = capacity;
        this.nrCpus = nrCpus;
        state = new byte[capacity];
        pid = new int[capacity];
        classOf = new int[capacity];
        cpu = new int[capacity];
        ranOn = new int[capacity];
        isSeen = new boolean[capacity];
        isCpuIdle = new boolean[capacity];
        hasSlept = new boolean[capacity];
        token = new long[capacity];
        vtime = new long[capacity];
        fairVtime = new long[capacity];
        queueKey = new long[capacity];
        queueSequence = new long[capacity];
        insertedNs = new long[capacity];
        sliceNs = new long[capacity];
        enqueueNs = new long[capacity];
        startNs = new long[capacity];
        stopNs = new long[capacity];
        bornNs = new long[capacity];
        execNs = new long[capacity];
        sumExecNs = new long[capacity];
        nvcsw = new long[capacity];
        workNs = new long[capacity];
        random = new long[capacity];
        step = new int[capacity];
        turnsLeft = new int[capacity * TaskClass.MAX_DEPTH];
        waitsLeft = new int[capacity];
        nrWakes = new int[capacity];
        nrReplies = new int[capacity];
        requester = new int[capacity];
        isForReply = new boolean[capacity];
        number = new int[capacity];
        releaseNs = new long[capacity];
        waiterAfter = new int[capacity];
        waiterBefore = new int[capacity];
        free = new int[capacity];
        for (int i = 0; i < capacity; i++)
        {
            free[i] = capacity - 1 - i;
        }
        nrFree = capacity;
        slotByPid = new Int2IntHashMap(2 * capacity, LOAD_FACTOR, NONE);

        classes = workload.classes();
        allowed = new CpuMask[classes.size()];
        nrAllowed = new int[classes.size()];
        onlyCpu = new int[classes.size()];
        commLow = new long[capacity];
        commHigh = new long[capacity];
        weight = new int[capacity];
        commLowOfClass = new long[classes.size()];
        commHighOfClass = new long[classes.size()];
        for (int i = 0; i < classes.size(); i++)
        {
            describe(i, workload);
        }
    }

    private void describe(final int index, final Workload workload)
    {
        final TaskClass taskClass = classes.get(index);
        allowed[index] = new CpuMask(nrCpus);
        if (null == taskClass.cpus())
        {
            allowed[index].setAll();
        }
        else
        {
            for (final int allowedCpu : taskClass.cpus())
            {
                if (allowedCpu >= nrCpus)
                {
                    throw new SchedulerException(Category.USAGE, "workload " + workload.name() + ": task " +
                        taskClass.name() + " has cpus=" + CpuList.format(taskClass.cpus()) + ", but this machine has " +
                        "CPUs 0-" + (nrCpus - 1) + "; give it more by --cpus, or the task others");
                }
                allowed[index].set(allowedCpu);
            }
        }
        nrAllowed[index] = allowed[index].count();
        onlyCpu[index] = 1 == nrAllowed[index] ? allowed[index].first() : NONE;
        final byte[] comm =
            Arrays.copyOf(taskClass.name().getBytes(StandardCharsets.US_ASCII), SchedAbi.SCHED_COMM_BYTES);
        final ByteBuffer words = ByteBuffer.wrap(comm).order(ByteOrder.LITTLE_ENDIAN);
        commLowOfClass[index] = words.getLong(0);
        commHighOfClass[index] = words.getLong(Long.BYTES);
    }

    /** Makes a task, or returns {@link #NONE} if there are as many as there may be. */
    int add(final int taskClass, final long nowNs, final long randomState, final int parentPid)
    {
        if (0 == nrFree)
        {
            return NONE;
        }
        final int task = free[--nrFree];
        state[task] = SLEEPING;
        pid[task] = nextPid();
        slotByPid.put(pid[task], task);
        classOf[task] = taskClass;
        cpu[task] = allowed[taskClass].first();
        ranOn[task] = NONE;
        isSeen[task] = false;
        isCpuIdle[task] = false;
        hasSlept[task] = false;
        token[task] = 0;
        vtime[task] = 0;
        startNs[task] = 0;
        stopNs[task] = 0;
        bornNs[task] = nowNs;
        releaseNs[task] = nowNs;
        execNs[task] = 0;
        sumExecNs[task] = 0;
        nvcsw[task] = 0;
        workNs[task] = 0;
        random[task] = randomState;
        step[task] = 0;
        waitsLeft[task] = 0;
        nrWakes[task] = 0;
        nrReplies[task] = 0;
        requester[task] = parentPid;
        name(task, commLowOfClass[taskClass], commHighOfClass[taskClass], classes.get(taskClass).weight());
        nrAlive++;
        return task;
    }

    /** What a task's records say of it. */
    void name(final int task, final long low, final long high, final int taskWeight)
    {
        commLow[task] = low;
        commHigh[task] = high;
        weight[task] = taskWeight;
    }

    private int nextPid()
    {
        do
        {
            lastPid = PID_MAX - 1 == lastPid ? PID_FIRST : lastPid + 1;
        }
        while (slotByPid.containsKey(lastPid));
        return lastPid;
    }

    void remove(final int task)
    {
        state[task] = FREE;
        slotByPid.remove(pid[task]);
        free[nrFree++] = task;
        nrAlive--;
    }

    /** The slot of a pid, or {@link #NONE}. */
    int find(final int taskPid)
    {
        return slotByPid.get(taskPid);
    }

    int nrAlive()
    {
        return nrAlive;
    }

    boolean mayUse(final int task, final int wantedCpu)
    {
        return allowed[classOf[task]].test(wantedCpu);
    }

    int nrCpusAllowed(final int task)
    {
        return nrAllowed[classOf[task]];
    }

    int weight(final int task)
    {
        return weight[task];
    }

    String nameOf(final int task)
    {
        return classes.get(classOf[task]).name();
    }

    /** The next random bits of a task. */
    long random(final int task)
    {
        random[task] = RandomStream.next(random[task]);
        return RandomStream.mix(random[task]);
    }
}
