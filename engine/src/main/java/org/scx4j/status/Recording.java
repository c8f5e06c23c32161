// SPDX-License-Identifier: Apache-2.0
package org.scx4j.status;

/**
 * What was recorded of a run.
 *
 * @param file      that it was recorded into.
 * @param nrRecords in the file, or files.
 * @param nrDropped records that are not there, because the file did not keep up, or could not be written any more.
 * @param bytes     written, in all files.
 * @param failure   one line on why recording stopped before the run did; empty if it did not.
 */
public record Recording(String file, long nrRecords, long nrDropped, long bytes, String failure)
{
}
