// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench.report;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Figures of a file that JMH wrote ({@code -rf json}); baselines as {@link Baseline} names them.
 */
final class JmhFile
{
    private static final String ALLOCATION = "gc.alloc.rate.norm";

    /** One benchmark with its parameters. */
    private record Run(String className, String method, Map<String, String> parameters, JsonNode node)
    {
        String name()
        {
            final StringBuilder name = new StringBuilder(className.substring(className.lastIndexOf('.') + 1))
                .append(' ').append(method);
            parameters.forEach((key, value) -> name.append(' ').append(key).append('=').append(value));
            return name.toString();
        }
    }

    private JmhFile()
    {
    }

    static List<Figure> read(final Path file)
    {
        final List<Run> runs = new ArrayList<>();
        final Set<String> names = new HashSet<>();
        for (final JsonNode node : JsonNode.read(file).items())
        {
            final Run run = run(node);
            runs.add(run);
            names.add(run.name());
        }
        final List<Figure> figures = new ArrayList<>();
        for (final Run run : runs)
        {
            final JsonNode primary = run.node.at("primaryMetric");
            final String unit = primary.text("scoreUnit");
            figures.add(Figure.of(run.name(), unit, unit.startsWith("ops"), baseline(run, names), samples(primary)));
            if (run.node.has("secondaryMetrics") && run.node.at("secondaryMetrics").has(ALLOCATION))
            {
                final JsonNode allocation = run.node.at("secondaryMetrics").at(ALLOCATION);
                figures.add(Figure.of(run.name() + " allocated", "B/op", false, "", samples(allocation)));
            }
        }
        return figures;
    }

    private static Run run(final JsonNode node)
    {
        final String benchmark = node.text("benchmark");
        final int dot = benchmark.lastIndexOf('.');
        final Map<String, String> parameters = new LinkedHashMap<>();
        if (node.has("params"))
        {
            node.at("params").map().forEach((key, value) -> parameters.put(String.valueOf(key), String.valueOf(value)));
        }
        return new Run(benchmark.substring(0, dot), benchmark.substring(dot + 1), parameters, node);
    }

    /* Of SampleTime there is a histogram in place of the samples; its median is of the whole. */
    private static double[] samples(final JsonNode metric)
    {
        if (metric.has("rawDataHistogram"))
        {
            return new double[]{metric.at("scorePercentiles").number("50.0")};
        }
        return metric.at("rawData").items().stream().flatMap((fork) -> fork.items().stream())
            .mapToDouble(JsonNode::number).toArray();
    }

    private static String baseline(final Run run, final Set<String> names)
    {
        final String wanted = declared(run);
        if (null == wanted || wanted.equals(run.method) || run.parameters.containsValue(wanted))
        {
            return "";
        }
        final Run method = new Run(run.className, wanted, run.parameters, run.node);
        if (names.contains(method.name()))
        {
            return method.name();
        }
        for (final String key : run.parameters.keySet())
        {
            final Map<String, String> parameters = new LinkedHashMap<>(run.parameters);
            parameters.put(key, wanted);
            final String name = new Run(run.className, run.method, parameters, run.node).name();
            if (names.contains(name))
            {
                return name;
            }
        }
        return "";
    }

    private static String declared(final Run run)
    {
        try
        {
            final Class<?> type = Class.forName(run.className, false, JmhFile.class.getClassLoader());
            for (final Method method : type.getMethods())
            {
                if (method.getName().equals(run.method) && method.isAnnotationPresent(Baseline.class))
                {
                    return method.getAnnotation(Baseline.class).value();
                }
            }
            return type.isAnnotationPresent(Baseline.class) ? type.getAnnotation(Baseline.class).value() : null;
        }
        catch (final ClassNotFoundException ex)
        {
            return null; // measured by another build
        }
    }
}
