// SPDX-License-Identifier: Apache-2.0

/**
 * Tests on a kernel that has sched_ext, through the command line, as a user would. {@code bin/test} runs them in a VM.
 */
package org.scx4j.vm;
