// SPDX-License-Identifier: Apache-2.0

/**
 * The kill matrix: what may happen to a scheduler, a row each, and what the tasks of the machine notice of it. Started
 * in the VM by {@code bin/scx4j vm matrix}.
 */
package org.scx4j.vm.matrix;
