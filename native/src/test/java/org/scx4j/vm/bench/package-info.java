// SPDX-License-Identifier: Apache-2.0

/**
 * The benchmark of the VM: what work costs under each policy, beside the kernel's own scheduler in the same boot.
 * Started in the VM by {@code bin/scx4j vm bench}.
 */
package org.scx4j.vm.bench;
