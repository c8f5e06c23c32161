// SPDX-License-Identifier: Apache-2.0
package org.scx4j.vm.matrix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The last CPU goes and comes. It is the one that the engine runs on by default.
 */
final class HotplugLoop implements Disturbance
{
    private static final int FULL_COUNT = 5;
    private static final int INTERVAL_S = 4;

    private final Path online;

    HotplugLoop()
    {
        online = Path.of("/sys/devices/system/cpu/cpu" + (Runtime.getRuntime().availableProcessors() - 1) + "/online");
    }

    @Override
    public String name()
    {
        return "hotplug";
    }

    static int count(final Form form)
    {
        return form.pick(FULL_COUNT, 1);
    }

    @Override
    public void inflict(final Scene scene) throws Exception
    {
        scene.own(() -> set("1"));
        for (int i = 0; i < count(scene.form()); i++)
        {
            set("0");
            Scene.sleepSeconds(INTERVAL_S);
            set("1");
            Scene.sleepSeconds(INTERVAL_S);
        }
    }

    private void set(final String value) throws IOException
    {
        if (!value.equals(Files.readString(online).strip()))
        {
            Files.writeString(online, value);
        }
    }
}
