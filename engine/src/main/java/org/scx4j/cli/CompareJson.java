// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import java.util.List;
import org.scx4j.compare.PolicyRun;

/**
 * Several policies side by side as one JSON object, for programs: what {@code scx4j sim --json} says of each.
 * <p>
 * Thread safety: stateless.
 */
final class CompareJson
{
    private CompareJson()
    {
    }

    /**
     * Writes them.
     *
     * @param runs one per policy, not empty.
     * @return one line.
     */
    static String of(final List<PolicyRun> runs)
    {
        return JsonText.of((json) ->
        {
            json.writeStartObject();
            json.writeStringField("workload", runs.get(0).report().workload());
            json.writeArrayFieldStart("runs");
            for (final PolicyRun run : runs)
            {
                json.writeRawValue(SimJson.of(run.report()));
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }
}
