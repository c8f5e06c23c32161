// SPDX-License-Identifier: Apache-2.0
/**
 * What all benchmarks have measured, in one file, on one page, and beside another run.
 */
package org.scx4j.bench.report;
