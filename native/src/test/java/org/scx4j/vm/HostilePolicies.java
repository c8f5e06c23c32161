// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm;

import org.scx4j.api.Cpu;
import org.scx4j.api.Dispatcher;
import org.scx4j.api.QueuedTask;
import org.scx4j.api.SchedulingPolicy;

/**
 * FIFO policies that work for a while and then do what no policy should.
 */
public final class HostilePolicies
{
    private static final int GOOD_TASKS = 200;

    private HostilePolicies()
    {
    }

    /** Right for its first {@value #GOOD_TASKS} tasks. */
    private abstract static class GoodAtFirst implements SchedulingPolicy
    {
        private long nrTasks;

        @Override
        public final void onTask(final QueuedTask task, final Dispatcher out)
        {
            if (++nrTasks > GOOD_TASKS)
            {
                onEvil();
            }
            out.dispatch(task).cpu(Cpu.ANY).commit();
        }

        abstract void onEvil();
    }

    /** Does not return. */
    public static final class Looping extends GoodAtFirst
    {
        private volatile long sink;

        /** A policy that has not begun to loop. */
        public Looping()
        {
        }

        @Override
        void onEvil()
        {
            while (true)
            {
                int sum = 1;
                for (int i = 1; i < Integer.MAX_VALUE; i++) // the kind of loop that may have no safepoint
                {
                    sum = sum * 31 + i;
                }
                sink = sum;
            }
        }
    }

    /** Throws, each time. */
    public static final class AlwaysThrowing extends GoodAtFirst
    {
        /** A policy that has not begun to throw. */
        public AlwaysThrowing()
        {
        }

        @Override
        void onEvil()
        {
            throw new IllegalStateException("wrong on purpose");
        }
    }

    /** Keeps all that fits on the heap, and throws away much more. */
    public static final class Collecting extends GoodAtFirst
    {
        private static final long LEFT_BYTES = 10 << 20;
        private static final int GARBAGE_BYTES = 4 << 20;
        private static final int PIECE_BYTES = 1 << 12;

        private Node kept;
        private Object sink;

        /** Small, so that the collector has much to look at. */
        private static final class Node
        {
            private final Node next;
            private long a;
            private long b;
            private long c;
            private long d;
            private long e;
            private long f;

            Node(final Node next)
            {
                this.next = next;
            }
        }

        /** A policy that keeps nothing yet. */
        public Collecting()
        {
        }

        @Override
        void onEvil()
        {
            final Runtime runtime = Runtime.getRuntime();
            if (null == kept)
            {
                while (runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory() > LEFT_BYTES)
                {
                    for (int i = 0; i < 1_000; i++)
                    {
                        kept = new Node(kept);
                    }
                }
            }
            for (int bytes = 0; bytes < GARBAGE_BYTES; bytes += PIECE_BYTES)
            {
                sink = new byte[PIECE_BYTES];
            }
        }
    }
}
