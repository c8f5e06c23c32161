// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.util.List;

/**
 * Many threads wake at the same moment, again and again: more tasks at once than a tiny ring holds.
 */
final class WakeUpBursts implements Disturbance
{
    private static final int FULL_S = 20;
    private static final int SHORT_S = 4;
    private static final int THREADS = 96;
    private static final int PERIOD_US = 100_000;

    WakeUpBursts()
    {
    }

    @Override
    public String name()
    {
        return "ring-full";
    }

    @Override
    public void inflict(final Scene scene) throws Exception
    {
        try (Sleeper burst = scene.own(new Sleeper(
            List.of(), "-n", Integer.toString(THREADS), "-p", Integer.toString(PERIOD_US))))
        {
            Scene.sleepSeconds(scene.form().pick(FULL_S, SHORT_S));
            burst.stop();
        }
    }
}
