// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.scx4j.api.SchedulingPolicy;
import org.scx4j.exceptions.SchedulerException;
import org.scx4j.exceptions.SchedulerException.Category;
import org.scx4j.policy.Central;
import org.scx4j.policy.Deadline;
import org.scx4j.policy.Edf;
import org.scx4j.policy.Fifo;
import org.scx4j.policy.Stride;
import org.scx4j.policy.Tier;

/**
 * The policies that the command line knows by name, and the way to those of the user: by the full name of a class, or,
 * for a jar that announces them to {@link ServiceLoader}, by the class's simple name in lower case.
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

    private final Map<String, Supplier<SchedulingPolicy>> policies = new TreeMap<>(Map.of(
        "central", Central::new, "deadline", Deadline::new, "edf", Edf::new, "fifo", Fifo::new, "stride", Stride::new,
        "tier", Tier::new));
    private final ClassLoader loader;

    /** Knows the policies that are shipped, and classes on this program's own class path. */
    public PolicyCatalog()
    {
        this(PolicyCatalog.class.getClassLoader());
    }

    private PolicyCatalog(final ClassLoader loader)
    {
        this.loader = loader;
    }

    /**
     * Knows the user's classes too.
     *
     * @param classPath jars and folders, separated as the platform does; null for none.
     * @return a catalog over them, and over the policies that are shipped.
     * @throws SchedulerException with category USAGE, if one of them is not there.
     */
    public static PolicyCatalog of(final String classPath)
    {
        if (null == classPath)
        {
            return new PolicyCatalog();
        }
        final List<URL> urls = new ArrayList<>();
        for (final String entry : classPath.split(Pattern.quote(File.pathSeparator)))
        {
            final Path path = Path.of(entry);
            if (entry.isEmpty() || !Files.isReadable(path))
            {
                throw unusable("--classpath: no such jar or folder: '" + entry + "'", null);
            }
            try
            {
                urls.add(path.toUri().toURL());
            }
            catch (final MalformedURLException ex)
            {
                throw unusable("--classpath: not a file: '" + entry + "'", ex);
            }
        }
        return new PolicyCatalog(
            new URLClassLoader("policy", urls.toArray(URL[]::new), PolicyCatalog.class.getClassLoader()));
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
        if (null != shipped)
        {
            return shipped.get();
        }
        final SchedulingPolicy announced = createAnnounced(name);
        return null != announced ? announced : createByClass(name);
    }

    private SchedulingPolicy createAnnounced(final String name)
    {
        try
        {
            return ServiceLoader.load(SchedulingPolicy.class, loader).stream()
                .filter((provider) -> name.equals(provider.type().getSimpleName().toLowerCase(Locale.ROOT)))
                .map(ServiceLoader.Provider::get)
                .findFirst().orElse(null);
        }
        catch (final ServiceConfigurationError ex)
        {
            throw unusable("a jar of --classpath announces a policy that can't be made: " + ex.getMessage(), ex);
        }
    }

    private SchedulingPolicy createByClass(final String name)
    {
        final String what = "policy class " + name;
        try
        {
            return Class.forName(name, true, loader).asSubclass(SchedulingPolicy.class).getConstructor().newInstance();
        }
        catch (final ClassNotFoundException ex)
        {
            throw unusable("unknown policy '" + name + "': known are " + String.join(", ", names()) +
                ", or give the full name of your class and its jar with --classpath", ex);
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
