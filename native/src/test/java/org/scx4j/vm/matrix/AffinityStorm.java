// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.util.concurrent.TimeUnit;

/**
 * Processes that change the CPUs which they may use, their own by stress-ng and those of another by taskset.
 */
final class AffinityStorm implements Disturbance
{
    private static final int FULL_S = 20;
    private static final int SHORT_S = 4;
    private static final String STORM =
        "exec stress-ng --quiet --temp-path /tmp --affinity 4 --affinity-rand --timeout %ds";
    private static final String OTHERS = "while :; do :; done & i=0; while :; do i=$(((i + 1) %% %d)); " +
        "taskset -p -c $i $!; taskset -p -c 0-%d $!; done";

    AffinityStorm()
    {
    }

    @Override
    public String name()
    {
        return "affinity-storm";
    }

    @Override
    public void inflict(final Scene scene) throws Exception
    {
        final int nrCpus = Runtime.getRuntime().availableProcessors();
        final Process others = scene.shell(String.format(OTHERS, nrCpus, nrCpus - 1));
        final Process storm = scene.shell(String.format(STORM, scene.form().pick(FULL_S, SHORT_S)));
        if (!storm.waitFor(3, TimeUnit.MINUTES) || 0 != storm.exitValue())
        {
            scene.fault("stress-ng did not end in order");
        }
        others.descendants().forEach(ProcessHandle::destroyForcibly);
        others.destroyForcibly().waitFor();
    }
}
