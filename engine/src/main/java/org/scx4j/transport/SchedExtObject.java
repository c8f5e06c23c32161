// SPDX-License-Identifier: Apache-2.0
package org.scx4j.transport;

/**
 * A BPF scheduler in the kernel: attached, it schedules. Loaded by this process, or kept from one that is gone.
 * <p>
 * Thread safety: as of {@link KernelObject}.
 */
public interface SchedExtObject extends KernelObject
{
    /** Name of the struct_ops map, and of the scheduler's operations in C. */
    String OPS_MAP = "scx4j_ops";
}
