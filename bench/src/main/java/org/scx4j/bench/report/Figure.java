// SPDX-License-Identifier: Apache-2.0
package org.scx4j.bench.report;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One measured figure and its spread.
 *
 * @param name     unique in a run; what is before the first blank is the group.
 * @param unit     such as {@code ns/op}.
 * @param isHigher whether more is better.
 * @param baseline name of the figure that it is set beside, or empty.
 * @param median   of its samples.
 * @param min      the smallest sample.
 * @param max      the largest.
 * @param nrSamples how many there were.
 */
public record Figure(
    String name, String unit, boolean isHigher, String baseline, double median, double min, double max, int nrSamples)
{
    private static final String NAME = "name";
    private static final String UNIT = "unit";
    private static final String HIGHER = "higher_is_better";
    private static final String BASELINE = "baseline";
    private static final String MEDIAN = "median";
    private static final String MIN = "min";
    private static final String MAX = "max";
    private static final String SAMPLES = "samples";

    /**
     * From samples.
     *
     * @param name     of the figure.
     * @param unit     of the samples.
     * @param isHigher whether more is better.
     * @param baseline name of another figure, or empty.
     * @param samples  at least one.
     * @return the figure.
     */
    public static Figure of(
        final String name, final String unit, final boolean isHigher, final String baseline, final double... samples)
    {
        final double[] sorted = samples.clone();
        Arrays.sort(sorted);
        final int half = sorted.length / 2;
        final double median = 0 == sorted.length % 2 ? (sorted[half - 1] + sorted[half]) / 2 : sorted[half];
        return new Figure(name, unit, isHigher, baseline, median, sorted[0], sorted[sorted.length - 1], sorted.length);
    }

    /**
     * What belongs together on a page.
     *
     * @return the beginning of the name.
     */
    public String group()
    {
        final int blank = name.indexOf(' ');
        return blank < 0 ? name : name.substring(0, blank);
    }

    Map<String, Object> toMap()
    {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put(NAME, name);
        map.put(UNIT, unit);
        map.put(HIGHER, isHigher);
        map.put(BASELINE, baseline);
        map.put(MEDIAN, median);
        map.put(MIN, min);
        map.put(MAX, max);
        map.put(SAMPLES, nrSamples);
        return map;
    }

    static Figure of(final JsonNode node)
    {
        return new Figure(
            node.text(NAME), node.text(UNIT), node.isTrue(HIGHER), node.text(BASELINE), node.number(MEDIAN),
            node.number(MIN), node.number(MAX), (int)node.number(SAMPLES));
    }
}
