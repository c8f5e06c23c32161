// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What this process may do: user, capabilities, locked memory.
 */
final class PrivilegeCheck implements Check
{
    private static final int CAP_IPC_LOCK = 14;
    private static final int CAP_SYS_ADMIN = 21;
    private static final int CAP_SYS_NICE = 23;
    private static final int CAP_PERFMON = 38;
    private static final int CAP_BPF = 39;
    private static final int EFFECTIVE = 1;
    private static final int HEX = 16;
    private static final String ROOT = "0";
    private static final String UNKNOWN = "unknown";
    /** Length of the map of users that only the first user namespace has. */
    private static final String ALL_USERS = "4294967295";

    /** What may keep a process from loading programs into the kernel. */
    enum Obstacle
    {
        /** An ordinary user. */
        NOT_ROOT("not root", "with sudo"),
        /** As in a container that an ordinary user has started. */
        USER_NAMESPACE("root of a user namespace only", "outside of it"),
        /** As in other containers. */
        NO_CAPABILITIES("root without CAP_BPF and CAP_PERFMON", "with them");

        private final String what;
        private final String remedy;

        Obstacle(final String what, final String remedy)
        {
            this.what = what;
            this.remedy = remedy;
        }

        /**
         * What it is.
         *
         * @return such as {@code not root}.
         */
        String what()
        {
            return what;
        }

        /**
         * How it goes away.
         *
         * @return such as {@code with sudo}.
         */
        String remedy()
        {
            return remedy;
        }
    }

    @Override
    public void examine(final Machine machine, final Findings findings)
    {
        final Path status = machine.proc().resolve("self/status");
        examineUser(findings, SmallFile.field(status, "Uid:"));
        final String mask = SmallFile.field(status, "CapEff:");
        final long capabilities = mask.isEmpty() ? 0 : Long.parseUnsignedLong(mask, HEX);
        examineCapabilities(findings, capabilities);
        examineMemlock(findings, SmallFile.field(machine.proc().resolve("self/limits"), "Max locked memory"),
            has(capabilities, CAP_IPC_LOCK));
    }

    /**
     * What this process lacks to load a scheduler or an observer into the kernel.
     *
     * @param machine where it runs.
     * @return null if it lacks nothing, or nothing is known.
     */
    static Obstacle obstacle(final Machine machine)
    {
        final Path status = machine.proc().resolve("self/status");
        final String user = effectiveUser(SmallFile.field(status, "Uid:"));
        if (!ROOT.equals(user) && !UNKNOWN.equals(user))
        {
            return Obstacle.NOT_ROOT;
        }
        final String[] users = SmallFile.read(machine.proc().resolve("self/uid_map")).split("\\s+");
        if (users.length > 1 && !ALL_USERS.equals(users[users.length - 1]))
        {
            return Obstacle.USER_NAMESPACE;
        }
        final String mask = SmallFile.field(status, "CapEff:");
        return mask.isEmpty() || mayLoad(Long.parseUnsignedLong(mask, HEX)) ? null : Obstacle.NO_CAPABILITIES;
    }

    private static boolean mayLoad(final long capabilities)
    {
        return has(capabilities, CAP_SYS_ADMIN) || has(capabilities, CAP_BPF) && has(capabilities, CAP_PERFMON);
    }

    /* real, effective, saved and file system user id */
    private static String effectiveUser(final String ids)
    {
        final String[] fields = ids.split("\\s+");
        return fields.length > EFFECTIVE ? fields[EFFECTIVE] : UNKNOWN;
    }

    private static void examineUser(final Findings findings, final String ids)
    {
        final String effective = effectiveUser(ids);
        if (ROOT.equals(effective))
        {
            findings.ok("user", "root");
        }
        else
        {
            findings.fail("user", "not root (user id " + effective + ")", "run again with sudo");
        }
    }

    private static void examineCapabilities(final Findings findings, final long capabilities)
    {
        final Map<String, Integer> wanted = new LinkedHashMap<>();
        wanted.put("CAP_SYS_ADMIN", CAP_SYS_ADMIN);
        wanted.put("CAP_BPF", CAP_BPF);
        wanted.put("CAP_PERFMON", CAP_PERFMON);
        wanted.put("CAP_SYS_NICE", CAP_SYS_NICE);
        final List<String> missing = new ArrayList<>();
        wanted.forEach((name, bit) ->
        {
            if (!has(capabilities, bit))
            {
                missing.add(name);
            }
        });

        final String fix = "run as root on the host; in a container: --privileged, or --cap-add for each of them";
        final String detail = "without " + String.join(", ", missing);
        if (missing.isEmpty())
        {
            findings.ok("capabilities", String.join(", ", wanted.keySet()));
        }
        else if (mayLoad(capabilities))
        {
            findings.warn("capabilities", detail, fix);
        }
        else
        {
            findings.fail("capabilities", detail, fix);
        }
    }

    private static void examineMemlock(final Findings findings, final String limits, final boolean mayLock)
    {
        final String soft = limits.split("\\s+")[0];
        if ("unlimited".equals(soft))
        {
            findings.ok("memlock", soft);
        }
        else if (mayLock)
        {
            findings.ok("memlock", soft + " bytes, but CAP_IPC_LOCK lifts it");
        }
        else
        {
            findings.warn("memlock", soft.isEmpty() ? "limit unknown" : "limited to " + soft +
                " bytes: a page fault of the scheduler delays every task", "ulimit -l unlimited, or CAP_IPC_LOCK");
        }
    }

    private static boolean has(final long capabilities, final int bit)
    {
        return 0 != (capabilities >>> bit & 1);
    }
}
