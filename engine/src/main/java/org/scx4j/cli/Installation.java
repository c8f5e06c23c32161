// SPDX-License-Identifier: Apache-2.0
package org.scx4j.cli;

import org.scx4j.exceptions.SchedulerException;

/**
 * The parts of scx4j that are not Java, and what the first of them can say of the running kernel.
 */
interface Installation
{
    /**
     * Why the native library can't be used.
     *
     * @return null if it can.
     */
    SchedulerException libraryFault();

    /**
     * Whether the BPF object is in the class path.
     *
     * @return true if it is.
     */
    boolean hasObject();

    /**
     * Whether the kernel has a function. Needs the library.
     *
     * @param name such as {@code scx_bpf_dsq_insert}.
     * @return false also if the kernel has no BTF.
     */
    boolean kernelHasFunction(String name);

    /**
     * Whether the last parameter of a kernel function is a pointer to a struct. Needs the library.
     *
     * @param name   of the function.
     * @param struct such as {@code bpf_prog_aux}.
     * @return false also if the kernel has no such function, or no BTF.
     */
    boolean kernelFunctionEndsWith(String name, String struct);

    /**
     * Whether the kernel has an enumerator. Needs the library.
     *
     * @param enumName  such as {@code scx_ops_flags}.
     * @param valueName such as {@code SCX_OPS_ENQ_EXITING}.
     * @return false also if the kernel has no BTF.
     */
    boolean kernelHasEnumValue(String enumName, String valueName);
}
