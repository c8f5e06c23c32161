// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.util.List;

/**
 * Something that happens to the machine, under the scheduler and, to compare, under the kernel's own.
 */
interface Disturbance
{
    /** As many as the VM has CPUs, so that with the rest of the load all are always busy. */
    int BURNERS = 4;

    /** Nothing but the load, for as long as it takes to see what a task waits. */
    Disturbance NONE = new Disturbance()
    {
        /** As long as the longest row, for the longer one looks, the longer a wait one sees. */
        private static final int FULL_S = 60;
        private static final int SHORT_S = 8;

        @Override
        public String name()
        {
            return "load";
        }

        @Override
        public void inflict(final Scene scene) throws InterruptedException
        {
            Scene.sleepSeconds(scene.form().pick(FULL_S, SHORT_S));
        }
    };

    /** A word: what is of the same name is measured once. */
    String name();

    /** Burners of the load. */
    default int nrBurners()
    {
        return BURNERS;
    }

    /** In front of the commands of the load and of the sleeper. */
    default List<String> prefix()
    {
        return List.of();
    }

    /** Does it, and returns when it is over. What it starts belongs to the scene. */
    void inflict(Scene scene) throws Exception;
}
