// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.util.ArrayList;
import java.util.List;
import org.scx4j.vm.SchedulerProcess;

/**
 * A JVM that collects garbage all the time. For ours the engine is that JVM; beside the kernel's own scheduler one runs
 * that does nothing else, with the same heap and the same collector.
 */
final class CollectingJvm implements Disturbance
{
    static final String HEAP = "24m";
    private static final int FULL_S = 30;
    private static final int SHORT_S = 8;

    CollectingJvm()
    {
    }

    @Override
    public String name()
    {
        return "gc-storm";
    }

    /** What gives a JVM its heap. */
    static List<String> heap()
    {
        return List.of("-Xms" + HEAP, "-Xmx" + HEAP);
    }

    /** How long the storm lasts. */
    static int seconds(final Form form)
    {
        return form.pick(FULL_S, SHORT_S);
    }

    @Override
    public void inflict(final Scene scene) throws Exception
    {
        final List<String> command = new ArrayList<>(List.of(
            SchedulerProcess.java(), "-XX:+UseSerialGC", "-XX:-UsePerfData", "-XX:TieredStopAtLevel=1"));
        command.addAll(heap());
        command.addAll(List.of("-cp", SchedulerProcess.classPath(), GcStorm.class.getName()));
        final Process jvm = scene.start(new ProcessBuilder(command).inheritIO());
        Scene.sleepSeconds(seconds(scene.form()));
        scene.check(jvm.isAlive(), "the JVM that collects garbage has ended: exit status " +
            (jvm.isAlive() ? 0 : jvm.exitValue()));
        jvm.destroyForcibly().waitFor();
    }
}
