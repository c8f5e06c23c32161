// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.scx4j.api.Cpu;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.protocol.SchedAbi;

/**
 * FIFO policies that are wrong once in a while, each in its own way.
 */
public final class BadPolicies
{
    /** One decision in so many is wrong. */
    private static final int ONE_IN = 50;

    private BadPolicies()
    {
    }

    /** Right, but for one task in {@value #ONE_IN}. */
    private abstract static class OftenRight implements SchedulingPolicy
    {
        private long nrTasks;

        @Override
        public final void onTask(final QueuedTask task, final Dispatcher out)
        {
            if (0 == ++nrTasks % ONE_IN)
            {
                onWrong(task, out);
            }
            else
            {
                out.dispatch(task).cpu(Cpu.ANY).commit();
            }
        }

        abstract void onWrong(QueuedTask task, Dispatcher out);
    }

    /** Does not return for two seconds, and then tells of what it was told. */
    public static final class Sleeping implements SchedulingPolicy
    {
        private static final int AWAKE_TASKS = 200;
        private static final long SLEEP_MS = 2_000;

        private long nrTasks;

        /** A policy that has slept never. */
        public Sleeping()
        {
        }

        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            if (AWAKE_TASKS == ++nrTasks)
            {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(SLEEP_MS));
            }
            out.dispatch(task).cpu(Cpu.ANY).commit();
        }

        @Override
        public void onLeaseLost()
        {
            System.err.println("policy: lease lost");
        }

        @Override
        public void onLeaseRegained(final long lostNs)
        {
            System.err.println("policy: lease regained after " + TimeUnit.NANOSECONDS.toMillis(lostNs) + " ms");
        }
    }

    /** Throws. */
    public static final class Throwing extends OftenRight
    {
        /** A policy without state. */
        public Throwing()
        {
        }

        @Override
        void onWrong(final QueuedTask task, final Dispatcher out)
        {
            throw new IllegalStateException("wrong on purpose");
        }
    }

    /** Names a CPU that does not exist. */
    public static final class OutOfRange extends OftenRight
    {
        private boolean isNegative;

        /** A policy without state. */
        public OutOfRange()
        {
        }

        @Override
        void onWrong(final QueuedTask task, final Dispatcher out)
        {
            isNegative = !isNegative;
            out.dispatch(task).cpu(isNegative ? Integer.MIN_VALUE : Integer.MAX_VALUE).preempt().commit();
        }
    }

    /** Sends every task to CPU 1, also those that may not run there. */
    public static final class Forbidden implements SchedulingPolicy
    {
        /** A policy without state. */
        public Forbidden()
        {
        }

        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            out.dispatch(task).cpu(1).commit();
        }
    }

    /** Never decides one task, and does not say that it holds it. */
    public static final class Forgetful extends OftenRight
    {
        /** A policy without state. */
        public Forgetful()
        {
        }

        @Override
        void onWrong(final QueuedTask task, final Dispatcher out)
        {
        }
    }

    /** Says that it holds a task, and never decides it. */
    public static final class Hoarding extends OftenRight
    {
        /** A policy without state. */
        public Hoarding()
        {
        }

        @Override
        void onWrong(final QueuedTask task, final Dispatcher out)
        {
            out.hold(task.token());
        }
    }

    /** Hoards each kernel thread: among them is the worker that the kernel's watchdog runs on. */
    public static final class HoardingKernelThreads implements SchedulingPolicy
    {
        /** A policy without state. */
        public HoardingKernelThreads()
        {
        }

        @Override
        public void onTask(final QueuedTask task, final Dispatcher out)
        {
            if (0 != (task.flags() & SchedAbi.SCHED_QUEUED_KTHREAD))
            {
                out.hold(task.token());
            }
            else
            {
                out.dispatch(task).cpu(Cpu.ANY).commit();
            }
        }
    }

    /** Decides the same task twice. */
    public static final class Twice extends OftenRight
    {
        /** A policy without state. */
        public Twice()
        {
        }

        @Override
        void onWrong(final QueuedTask task, final Dispatcher out)
        {
            out.dispatch(task).commit();
            out.dispatch(task).commit();
        }
    }

    /** Decides for a pid that nobody has, and for one that somebody else has. */
    public static final class DeadPid extends OftenRight
    {
        private static final int NOBODY = 4_000_000;
        private static final int INIT = 1;

        /** A policy without state. */
        public DeadPid()
        {
        }

        @Override
        void onWrong(final QueuedTask task, final Dispatcher out)
        {
            out.dispatch(NOBODY, task.token(), 0).commit();
            out.dispatch(INIT, task.token(), 0).commit();
            out.dispatch(task).commit();
        }
    }
}
