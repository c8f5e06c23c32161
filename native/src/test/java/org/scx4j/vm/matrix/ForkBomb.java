// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

/**
 * Processes that fork two of themselves, in a control group that allows some dozens: most of what runs is a fork that
 * fails, and each shell that fails at it ends, so that the bomb is thrown again and again.
 */
final class ForkBomb implements Disturbance
{
    private static final int FULL_S = 20;
    private static final int SHORT_S = 4;
    private static final int MAX_PIDS = 64;
    private static final String SCRIPT = "while :; do " +
        "sh -c 'echo $$ >\"$0\"; bomb() { bomb | bomb & }; bomb' '%s' 2>/dev/null; sleep 0.1; done";

    ForkBomb()
    {
    }

    @Override
    public String name()
    {
        return "fork-bomb";
    }

    @Override
    public void inflict(final Scene scene) throws Exception
    {
        try (ControlGroup group = new ControlGroup("bomb", "pids"))
        {
            group.set("pids.max", Integer.toString(MAX_PIDS));
            final Process thrower = scene.shell(String.format(SCRIPT, group.members()));
            Scene.sleepSeconds(scene.form().pick(FULL_S, SHORT_S));
            thrower.destroyForcibly().waitFor();
            scene.check(group.event("pids.events", "max") > 0, "the bomb never met its limit");
        }
    }
}
