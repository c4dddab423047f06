/* The state of the model as a case begins. */
/* SPDX-License-Identifier: MIT */
#include "reset.h"
#include "../state/mm_reset.h"

/* Only what was in use is cleared. */
/*@
  requires valid: \valid(state);
  requires used:  slots_used(*state);
  TOTAL;
  assigns         state->slot[0 .. VMA_SLOTS - 1], state->slots_used;
  ensures slots:  slots_ok(*state);
  ensures used:   slots_used(*state);
*/
static void slots_reset(struct vma_state *state)
{
	/*@
	  loop invariant index: 0 <= i <= state->slots_used;
	  loop invariant slots: \forall integer k; 0 <= k < i || state->slots_used <= k < VMA_SLOTS ==> state->slot[k] == 0;
	  loop assigns i, state->slot[0 .. VMA_SLOTS - 1];
	  loop variant state->slots_used - i;
	*/
	for (uint32_t i = 0; i < state->slots_used; i++)
		state->slot[i] = 0;
	state->slot[SLOT_ARENA] = SPACE_ARENA * PAGE_BYTES;
	state->slot[SLOT_HEAP] = (SPACE_HEAP - 4) * PAGE_BYTES;
	state->slots_used = SLOT_HEAP + 1;
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
	state->populated = 0;
	state->locks = false;
}
