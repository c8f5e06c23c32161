// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.util.List;

/**
 * What spinning hot threads leave of a machine: all CPUs but the first are taken by a task each that never sleeps, and
 * the load is on the first. Under the scheduler there is nothing to inflict, as it has such threads itself.
 */
final class Spinners implements Disturbance
{
    private static final int FULL_S = 30;
    private static final int SHORT_S = 6;

    Spinners()
    {
    }

    @Override
    public String name()
    {
        return "spinners";
    }

    @Override
    public List<String> prefix()
    {
        return List.of("taskset", "-c", "0");
    }

    @Override
    public void inflict(final Scene scene) throws Exception
    {
        for (int cpu = 1; cpu < Runtime.getRuntime().availableProcessors(); cpu++)
        {
            scene.shell("exec taskset -c " + cpu + " sh -c 'while :; do :; done'");
        }
        Scene.sleepSeconds(scene.form().pick(FULL_S, SHORT_S));
    }
}
