// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.scx4j.transport.KernelTransport;

/**
 * A command line whose output can be read.
 */
final class Session
{
    final StopSignal stop = new StopSignal();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Main main;

    Session(final MachineFixture machine, final Supplier<KernelTransport> kernel)
    {
        this.main = new Main(machine.machine(), kernel, stop).print(new PrintWriter(out), new PrintWriter(err));
    }

    int execute(final String... args)
    {
        return main.execute(args);
    }

    String out()
    {
        return out.toString();
    }

    String err()
    {
        return err.toString();
    }

    List<String> outLines()
    {
        return out().lines().collect(Collectors.toList());
    }

    List<String> errLines()
    {
        return err().lines().collect(Collectors.toList());
    }
}
