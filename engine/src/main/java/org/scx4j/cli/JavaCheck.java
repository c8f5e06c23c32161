// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

/**
 * The JVM and its options.
 */
final class JavaCheck implements Check
{
    private static final int FIRST_TO_ANNOUNCE_NATIVE = 22;
    private static final int FIRST_WITHOUT_SAFEPOINT_TIMER = 21;
    private static final long MIB = 1L << 20;
    private static final String BIN = " (bin/scx4j gives it)";

    @Override
    public void examine(final Machine machine, final Findings findings)
    {
        final JavaRuntime java = machine.java();
        findings.ok("Java", java.version() + ", heap up to " + java.maxHeapBytes() / MIB + " MiB");
        examineAccess(findings, java);
        examinePauses(findings, java);
    }

    private static void examineAccess(final Findings findings, final JavaRuntime java)
    {
        if (java.opensInternals())
        {
            findings.ok("--add-opens", "jdk.internal.misc is open to Agrona");
        }
        else
        {
            findings.fail("--add-opens", "jdk.internal.misc is not open to Agrona",
                "java --add-opens java.base/jdk.internal.misc=ALL-UNNAMED" + BIN);
        }
        if (java.feature() >= FIRST_TO_ANNOUNCE_NATIVE)
        {
            if (java.namesNativeAccess())
            {
                findings.ok("native access", "allowed");
            }
            else
            {
                findings.warn("native access", "not announced: the JVM warns, and later ones will refuse",
                    "java --enable-native-access=ALL-UNNAMED" + BIN);
            }
        }
    }

    private static void examinePauses(final Findings findings, final JavaRuntime java)
    {
        final String collectors = String.join(", ", java.collectors());
        if (java.collectors().contains("MarkSweepCompact"))
        {
            findings.ok("garbage collector", "serial");
        }
        else
        {
            findings.warn("garbage collector", collectors + ": its threads run beside the scheduler's",
                "java -XX:+UseSerialGC" + BIN);
        }
        if (java.feature() < FIRST_WITHOUT_SAFEPOINT_TIMER)
        {
            if ("0".equals(java.safepointInterval()))
            {
                findings.ok("safepoint timer", "off");
            }
            else
            {
                findings.warn("safepoint timer", "stops all threads every " +
                    (java.safepointInterval().isEmpty() ? "second" : java.safepointInterval() + " ms"),
                    "java -XX:+UnlockDiagnosticVMOptions -XX:GuaranteedSafepointInterval=0" + BIN);
            }
        }
    }
}
