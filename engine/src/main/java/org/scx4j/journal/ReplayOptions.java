// SPDX-License-Identifier: Apache-2.0
package org.scx4j.journal;

import java.nio.file.Path;
import java.util.Map;

/**
 * How a recording is replayed.
 * <p>
 * Thread safety: immutable.
 *
 * @param policyName     of the policy, for messages and the report.
 * @param policyOptions  that the policy is started with.
 * @param decisions      file for the decisions, null for none.
 * @param isText         whether that file is text.
 * @param isDamagePassed whether a damaged file is replayed as far as it is whole, rather than refused.
 * @param isPaced        whether events come as fast as they were recorded, rather than as fast as possible.
 */
public record ReplayOptions(
    String policyName,
    Map<String, String> policyOptions,
    Path decisions,
    boolean isText,
    boolean isDamagePassed,
    boolean isPaced)
{
}
