// SPDX-License-Identifier: Apache-2.0
/*
 * choices.c: where every decision of a run comes from: a string of bytes. Once it is used up all choices are 0,
 * which always stands for the plain thing. So a run is repeated by its bytes, and made shorter by leaving some out.
 */
#include "model.h"

const u8 *choices;
u32 nr_choices, next_choice;

u32 choose(u32 n)
{
	return next_choice < nr_choices ? choices[next_choice++] % n : 0;
}
