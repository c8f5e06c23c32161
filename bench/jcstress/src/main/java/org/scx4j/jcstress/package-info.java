// SPDX-License-Identifier: Apache-2.0
/**
 * jcstress of the words that user space shares with the kernel: one actor is the product's class, the other does what
 * the kernel does, with the memory order that the kernel's sources have at that place. What may not be seen is
 * forbidden; what may is named.
 */
package org.scx4j.jcstress;
