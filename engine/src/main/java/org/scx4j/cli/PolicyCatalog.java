// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.lang.reflect.InvocationTargetException;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.policy.Fifo;

/**
 * The policies that the command line knows by name, and the way to those that it does not: by class.
 * <p>
 * Thread safety: immutable.
 */
public final class PolicyCatalog
{
    /** The names as picocli wants them for a help text. */
    static final class Names implements Iterable<String>
    {
        @Override
        public Iterator<String> iterator()
        {
            return new PolicyCatalog().names().iterator();
        }
    }

    private final Map<String, Supplier<SchedulingPolicy>> policies = new TreeMap<>(Map.of("fifo", Fifo::new));

    /** Knows the policies that are shipped. */
    public PolicyCatalog()
    {
    }

    /**
     * Names of the shipped policies.
     *
     * @return names in alphabetical order.
     */
    public Set<String> names()
    {
        return policies.keySet();
    }

    /**
     * Makes a policy.
     *
     * @param name of a shipped policy, or the full name of a class on the class path.
     * @return a new policy.
     * @throws SchedulerException with category USAGE, if there is none of that name or it can't be made.
     */
    public SchedulingPolicy create(final String name)
    {
        final Supplier<SchedulingPolicy> shipped = policies.get(name);
        return null != shipped ? shipped.get() : createByClass(name);
    }

    private SchedulingPolicy createByClass(final String name)
    {
        final String what = "policy class " + name;
        try
        {
            return Class.forName(name).asSubclass(SchedulingPolicy.class).getConstructor().newInstance();
        }
        catch (final ClassNotFoundException ex)
        {
            throw unusable("unknown policy '" + name + "': known are " + String.join(", ", names()) +
                ", or give the full name of a class on the class path", ex);
        }
        catch (final ClassCastException ex)
        {
            throw unusable(what + " does not implement " + SchedulingPolicy.class.getName(), ex);
        }
        catch (final NoSuchMethodException | IllegalAccessException | InstantiationException ex)
        {
            throw unusable(what + " must be public and have a public constructor without parameters", ex);
        }
        catch (final InvocationTargetException ex)
        {
            throw unusable(what + " threw an exception as it was made: " + ex.getCause(), ex);
        }
        catch (final LinkageError ex)
        {
            throw unusable(what + " can't be loaded: " + ex, ex);
        }
    }

    private static SchedulerException unusable(final String message, final Throwable cause)
    {
        return new SchedulerException(Category.USAGE, message, cause);
    }
}
