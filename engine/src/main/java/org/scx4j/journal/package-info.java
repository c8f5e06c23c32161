// SPDX-License-Identifier: Apache-2.0

/**
 * What a policy saw and decided, on its way into a file, and out of it into a policy again: record and replay.
 */
package org.scx4j.journal;
