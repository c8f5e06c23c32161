// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

/**
 * One thing that may happen to a scheduler, or to the machine that it schedules.
 */
interface Row
{
    /** A word, for {@code --rows} and the table. */
    String name();

    /** What happens, in half a line. */
    String description(Form form);

    /**
     * What happens to the machine in this row whoever schedules it. The kernel's own scheduler is measured under the
     * same.
     */
    default Disturbance disturbance()
    {
        return Disturbance.NONE;
    }

    /** When to give it up, seconds of the guest's time. */
    default int limitSeconds(final Form form)
    {
        return form.pick(600, 240);
    }

    /**
     * Does it, under a load, and tells the scene what there is to tell.
     *
     * @throws Exception if it can't go on, which makes the row red.
     */
    void run(Scene scene) throws Exception;
}
