// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.scx4j.vm.Load;

/**
 * What a task waits on the kernel's own scheduler, by what happens to the machine meanwhile: measured in the same boot,
 * before the row that it stands beside; without any disturbance also at the end.
 */
final class KernelsOwn
{
    private final Form form;
    private final Map<String, List<Wait>> waits = new HashMap<>();

    KernelsOwn(final Form form)
    {
        this.form = form;
    }

    /** What is known by now, measured if nothing is; the worst of all. */
    Wait under(final Disturbance disturbance) throws Exception
    {
        if (!waits.containsKey(disturbance.name()))
        {
            measure(disturbance);
        }
        return under(disturbance.name());
    }

    /** What is known by now, the worst of all; null if nothing is. */
    Wait under(final String disturbance)
    {
        Wait worst = null;
        for (final Wait wait : measured(disturbance))
        {
            worst = wait.worst(worst);
        }
        return worst;
    }

    /** Each measurement by itself, in order. */
    List<Wait> measured(final String disturbance)
    {
        return waits.getOrDefault(disturbance, List.of());
    }

    /** Measures once more. */
    void measure(final Disturbance disturbance) throws Exception
    {
        System.err.println("matrix: the kernel's own scheduler under: " + disturbance.name() + " …");
        try (Scene scene = new Scene("kernel's own, " + disturbance.name(), form, null))
        {
            final Load load = scene.load(disturbance);
            scene.watch(disturbance, () -> disturbance.inflict(scene));
            load.close();
            waits.computeIfAbsent(disturbance.name(), (name) -> new ArrayList<>()).add(scene.waited());
        }
    }
}
