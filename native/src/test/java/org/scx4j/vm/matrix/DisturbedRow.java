// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import org.scx4j.vm.SchedulerProcess;

/**
 * Something happens to the machine while it is scheduled.
 */
final class DisturbedRow implements Row
{
    private final String description;
    private final Disturbance disturbance;
    private final Witness witness;
    private final String[] options;

    /**
     * A row of the disturbance's name.
     *
     * @param description what is done.
     * @param disturbance does it.
     * @param witness     whether it has reached the scheduler.
     * @param options     of {@code scx4j run}.
     */
    DisturbedRow(
        final String description, final Disturbance disturbance, final Witness witness, final String... options)
    {
        this.description = description;
        this.disturbance = disturbance;
        this.witness = witness;
        this.options = options;
    }

    /** Looks, once all has ended, whether the disturbance was one. */
    interface Witness
    {
        void look(Scene scene, SchedulerProcess scheduler) throws Exception;
    }

    @Override
    public String name()
    {
        return disturbance.name();
    }

    @Override
    public String description(final Form form)
    {
        return description;
    }

    @Override
    public Disturbance disturbance()
    {
        return disturbance;
    }

    @Override
    public void run(final Scene scene) throws Exception
    {
        final SchedulerProcess scheduler = scene.schedule(options);
        scene.survive(scheduler, disturbance, () -> disturbance.inflict(scene));
        witness.look(scene, scheduler);
    }
}
