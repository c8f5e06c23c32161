// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * SIGHUP as a request to load the policy anew, as daemons do with their configuration. When a terminal is closed it
 * gets the same signal to those who were started there; then it is a request to end, as it always was.
 * <p>
 * Thread safety: all methods from any thread.
 */
final class ReloadSignal
{
    private static final Path TERMINAL = Path.of("/dev/tty");

    private final AtomicBoolean requested = new AtomicBoolean();
    private final StopSignal stop;
    private boolean hadTerminal;

    /**
     * Knows nothing of signals yet.
     *
     * @param stop asked to end when the terminal is closed.
     */
    ReloadSignal(final StopSignal stop)
    {
        this.stop = stop;
    }

    /** From now on a SIGHUP is a request, unless this JVM leaves signals to the kernel ({@code -Xrs}). */
    void install()
    {
        hadTerminal = hasTerminal();
        final InvocationHandler calls = (proxy, method, arguments) ->
        {
            if ("handle".equals(method.getName()))
            {
                onSignal();
            }
            return null;
        };
        /* By reflection: javac warns of these classes in a way that can't be suppressed, and Java has no other. */
        try
        {
            final Class<?> signal = Class.forName("sun.misc.Signal");
            final Class<?> handler = Class.forName("sun.misc.SignalHandler");
            signal.getMethod("handle", signal, handler).invoke(
                null, signal.getConstructor(String.class).newInstance("HUP"),
                Proxy.newProxyInstance(ReloadSignal.class.getClassLoader(), new Class<?>[]{handler}, calls));
        }
        catch (final ReflectiveOperationException ex)
        {
            return; // the JVM does not handle it: it ends this process
        }
    }

    private void onSignal()
    {
        if (hadTerminal && !hasTerminal())
        {
            stop.request();
        }
        else
        {
            request();
        }
    }

    private static boolean hasTerminal()
    {
        try
        {
            Files.newInputStream(TERMINAL).close();
            return true;
        }
        catch (final IOException ex)
        {
            return false;
        }
    }

    /** Asks for another policy. */
    void request()
    {
        requested.set(true);
    }

    /**
     * Whether another policy is wanted.
     *
     * @return true once a request.
     */
    boolean take()
    {
        return requested.get() && requested.getAndSet(false);
    }
}
