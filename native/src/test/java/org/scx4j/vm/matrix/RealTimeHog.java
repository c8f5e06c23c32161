// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

/**
 * A real-time task that never sleeps takes the last CPU, the one that the engine runs on by default, for longer than
 * the kernel's watchdog waits.
 */
final class RealTimeHog implements Disturbance
{
    private static final int FULL_S = 20;
    private static final int SHORT_S = 8;

    RealTimeHog()
    {
    }

    @Override
    public String name()
    {
        return "rt-hog";
    }

    static int cpu()
    {
        return Runtime.getRuntime().availableProcessors() - 1;
    }

    @Override
    public void inflict(final Scene scene) throws Exception
    {
        final Process hog = scene.shell("exec taskset -c " + cpu() + " chrt -f 10 sh -c 'while :; do :; done'");
        Scene.sleepSeconds(scene.form().pick(FULL_S, SHORT_S));
        scene.check(hog.isAlive(), "the hog is gone");
        hog.destroyForcibly().waitFor();
    }
}
