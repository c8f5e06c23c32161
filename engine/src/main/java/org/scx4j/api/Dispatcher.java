// SPDX-License-Identifier: Apache-2.0
package org.scx4j.api;

/**
 * Where a policy's decisions go.
 * <p>
 * Thread safety: for the policy's thread, during a callback, only.
 */
public interface Dispatcher
{
    /**
     * Starts the decision for the task at hand.
     *
     * @param task that was handed to the callback.
     * @return the decision, with {@link Cpu#ANY}, the default slice and vtime 0; the same object every time.
     */
    Decision dispatch(QueuedTask task);

    /**
     * Starts the decision for a task that the policy has held.
     *
     * @param pid       of the queued task.
     * @param token     of the queued task.
     * @param enqueueNs of the queued task, for the latency figures; 0 leaves it out of them.
     * @return the decision, with {@link Cpu#ANY}, the default slice and vtime 0; the same object every time.
     */
    Decision dispatch(int pid, long token, long enqueueNs);

    /**
     * Says that the policy keeps a task on purpose, to decide it in a later callback. One that is neither decided nor
     * held is taken from the policy after a while, 50 ms by default, and scheduled by the kernel's side; one that is
     * held too, after a quarter of the time in which the kernel throws a scheduler out, or a sixteenth if it is a
     * kernel thread. The policy's decision then comes too late and is cancelled.
     *
     * @param token of the queued task.
     */
    void hold(long token);

    /**
     * Wakes a CPU if it is idle, so that it looks for a task.
     *
     * @param cpu CPU number.
     * @return false if there is no room for it now, as with {@link Decision#commit()}.
     */
    boolean kick(int cpu);

    /**
     * Makes the running task of a CPU give way, as if its slice had ended: it is queued again, and the CPU takes the
     * next. Nothing happens on a CPU that a thread of the event path owns.
     *
     * @param cpu CPU number.
     * @return false if there is no room for it now, as with {@link Decision#commit()}.
     */
    boolean preempt(int cpu);
}
