// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.scx4j.vm.SchedulerProcess;

/**
 * A scheduler of sched_ext that leaves all to the kernel is attached and detached again and again, and before each time
 * our object is loaded, too: what that costs by itself, to compare. The load is a light one: a program that is loaded
 * needs the CPU as anybody, and 200 times under the whole load take hours in an emulated machine.
 */
final class EmptyScheduler implements Disturbance
{
    /** How long it stays, milliseconds. */
    static final int STAY_MS = 50;

    private static final int FULL_COUNT = 200;
    private static final int SHORT_COUNT = 5;
    private static final int TIMEOUT_S = 1800;

    EmptyScheduler()
    {
    }

    @Override
    public String name()
    {
        return "attach";
    }

    static int count(final Form form)
    {
        return form.pick(FULL_COUNT, SHORT_COUNT);
    }

    @Override
    public int nrBurners()
    {
        return 0;
    }

    @Override
    public void inflict(final Scene scene) throws Exception
    {
        final Process attacher = attach(scene, count(scene.form()), STAY_MS,
            "-l", SchedulerProcess.home().resolve("bpf/target/classes/META-INF/bpf/scx4j.bpf.o").toString());
        if (!attacher.waitFor(TIMEOUT_S, TimeUnit.SECONDS) || 0 != attacher.exitValue())
        {
            throw new AssertionError("an empty scheduler could not be attached and detached " +
                count(scene.form()) + " times");
        }
    }

    /** Starts the process that attaches and detaches. */
    static Process attach(final Scene scene, final int count, final int stayMs, final String... options)
        throws IOException
    {
        final Path programs = SchedulerProcess.home().resolve("native/target/vm");
        final List<String> command = new ArrayList<>(List.of(programs.resolve("attacher").toString(),
            "-n", Integer.toString(count), "-s", Integer.toString(stayMs)));
        command.addAll(List.of(options));
        command.add(programs.resolve("empty.bpf.o").toString());
        return scene.start(new ProcessBuilder(command).inheritIO());
    }
}
