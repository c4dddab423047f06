/* The state of the model as a case begins. */
/* SPDX-License-Identifier: MIT */
#include "reset.h"
#include "../state/mm_reset.h"

/*@
  requires valid: \valid(state);
  TOTAL;
  assigns         state->slot[0 .. VMA_SLOTS - 1];
  ensures slots:  slots_ok(*state);
*/
static void slots_reset(struct vma_state *state)
{
	/*@
	  loop invariant index: 0 <= i <= VMA_SLOTS;
	  loop invariant slots: \forall integer k; 0 <= k < i ==> state->slot[k] == 0;
	  loop assigns i, state->slot[0 .. VMA_SLOTS - 1];
	  loop variant VMA_SLOTS - i;
	*/
	for (uint32_t i = 0; i < VMA_SLOTS; i++)
		state->slot[i] = 0;
	state->slot[SLOT_ARENA] = SPACE_ARENA * PAGE_BYTES;
	state->slot[SLOT_HEAP] = (SPACE_HEAP - 4) * PAGE_BYTES;
}

void vma_reset(struct vma_state *state, const struct vma_rules *rules)
{
	mm_reset(&state->space.mm);
	state->space.brk = SPACE_HEAP * PAGE_BYTES;
	state->space.anon_vma_last = 0;
	state->space.object_last = OBJECT_B;
	state->space.object_pages[OBJECT_NONE] = 0;
	state->space.object_pages[OBJECT_A] = OBJECT_A_PAGES;
	state->space.object_pages[OBJECT_B] = OBJECT_B_PAGES;
	state->space.locked_leak = 0;
	state->space.rules = *rules;
	trace_reset(&state->space.trace);
	slots_reset(state);
	state->steps = 0;
	state->locks = false;
}
