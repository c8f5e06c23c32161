// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The JVM that runs this, and the options that matter to a scheduler.
 *
 * @param feature            version, such as 17.
 * @param version            in full, such as {@code 17.0.15}.
 * @param collectors         names of its garbage collectors.
 * @param maxHeapBytes       largest size of the heap.
 * @param opensInternals     whether Agrona may use {@code jdk.internal.misc}.
 * @param namesNativeAccess  whether native access was allowed on the command line.
 * @param safepointInterval  value of {@code GuaranteedSafepointInterval}, milliseconds; empty if it can't
 *                           be read, which on JVMs that have it means its default.
 */
record JavaRuntime(
    int feature,
    String version,
    List<String> collectors,
    long maxHeapBytes,
    boolean opensInternals,
    boolean namesNativeAccess,
    String safepointInterval)
{
    /**
     * The JVM that executes this.
     *
     * @return what it is and how it was started.
     */
    static JavaRuntime current()
    {
        final List<String> arguments = ManagementFactory.getRuntimeMXBean().getInputArguments();
        return new JavaRuntime(
            Runtime.version().feature(),
            System.getProperty("java.version"),
            ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName)
                .collect(Collectors.toList()),
            Runtime.getRuntime().maxMemory(),
            Object.class.getModule().isOpen("jdk.internal.misc", JavaRuntime.class.getModule()),
            arguments.stream().anyMatch((argument) -> argument.startsWith("--enable-native-access")),
            safepointIntervalOption());
    }

    private static String safepointIntervalOption()
    {
        final HotSpotDiagnosticMXBean hotSpot =
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        try
        {
            return null == hotSpot ? "" : hotSpot.getVMOption("GuaranteedSafepointInterval").getValue();
        }
        catch (final IllegalArgumentException ex)
        {
            return ""; // locked, and so left at its default, or a JVM without it
        }
    }
}
