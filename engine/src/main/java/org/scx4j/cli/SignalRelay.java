// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What this process does with signals while it waits for a command. Ctrl-C goes to the whole process group, so the
 * command gets it as well, and decides; SIGTERM and SIGHUP may be for this process alone, so the command gets a
 * SIGTERM. Until {@link #close()} none of them ends this JVM, unless it leaves signals to the kernel ({@code -Xrs}).
 * <p>
 * Thread safety: all methods from any thread.
 */
final class SignalRelay implements AutoCloseable
{
    private static final String INTERRUPT = "INT";
    private static final List<String> SIGNALS = List.of(INTERRUPT, "TERM", "HUP");

    private final Map<String, Object> former = new LinkedHashMap<>();
    private Process process;
    private boolean isEndWanted;

    /** From now on signals do not end this JVM. */
    SignalRelay()
    {
        for (final String name : SIGNALS)
        {
            final Object relay = relay(name);
            final Object before = null == relay ? null : handle(name, relay);
            if (null != before)
            {
                former.put(name, before);
            }
        }
    }

    /**
     * Names who gets them; at once what came before.
     *
     * @param command that was started.
     */
    synchronized void to(final Process command)
    {
        process = command;
        if (isEndWanted)
        {
            process.destroy();
        }
    }

    private synchronized void onEndWanted()
    {
        isEndWanted = true;
        if (null != process)
        {
            process.destroy();
        }
    }

    /** Signals do again what they did. */
    @Override
    public void close()
    {
        former.forEach(SignalRelay::handle);
    }

    private Object relay(final String name)
    {
        final InvocationHandler calls = (proxy, method, arguments) ->
        {
            if ("handle".equals(method.getName()) && !INTERRUPT.equals(name))
            {
                onEndWanted();
            }
            return null;
        };
        try
        {
            return Proxy.newProxyInstance(
                SignalRelay.class.getClassLoader(), new Class<?>[]{Class.forName("sun.misc.SignalHandler")}, calls);
        }
        catch (final ClassNotFoundException ex)
        {
            return null;
        }
    }

    /* By reflection: javac warns of these classes in a way that can't be suppressed, and Java has no other. */
    private static Object handle(final String name, final Object handler)
    {
        try
        {
            final Class<?> signal = Class.forName("sun.misc.Signal");
            return signal.getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"))
                .invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
        }
        catch (final ReflectiveOperationException ex)
        {
            return null; // the JVM does not handle it
        }
    }
}
