// SPDX-License-Identifier: Apache-2.0

/**
 * The memory shared with the kernel: constants, descriptors and flyweights. Mirrors {@code sched_abi.h}.
 */
package org.scx4j.protocol;
