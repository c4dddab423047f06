/* What ops note as touched, each thing once. */
/* SPDX-License-Identifier: MIT */
#include "notes.h"

/* Is @touched new in this op? @orders: bits of those whose count is noted. */
/*@
  requires valid: \valid(b) && \valid(orders) && \separated(b, orders);
  requires in:    note(touched) && b->op_count < 0x7fffffff;
  TOTAL;
  assigns         b->noted[0 .. BUDDY_LINKS - 1], *orders;
*/
static bool note_new(struct buddy *b, uint32_t *orders, uint32_t touched)
{
	uint32_t what = touched % TOUCH_LINK, kind = touched - what, note;

	if (kind == TOUCH_TYPE)
		return true;
	if (kind == TOUCH_COUNT) {
		if ((*orders & buddy_size(what)) != 0)
			return false;
		*orders |= buddy_size(what);
		return true;
	}
	note = b->op_count * 2u + (kind == TOUCH_FREE);
	if (b->noted[what] >= note)
		return false;
	b->noted[what] = note;
	return true;
}

void buddy_notes_reduce(struct buddy *b)
{
	uint32_t kept = 0, orders = 0, k = 0;

	b->op_count++;
	/*@
	  loop invariant in:    kept <= k <= b->trace.touched_count && b->trace.touched_count == \at(b->trace.touched_count, Pre);
	  loop invariant notes: \forall integer j; 0 <= j < b->trace.touched_count ==> note(b->trace.touched[j]);
	  loop assigns          kept, orders, k, b->noted[0 .. BUDDY_LINKS - 1], b->trace.touched[0 .. TOUCHED_MAX - 1];
	  loop variant          b->trace.touched_count - k;
	*/
	while (k < b->trace.touched_count) {
		uint32_t touched = b->trace.touched[k];

		if (note_new(b, &orders, touched)) {
			b->trace.touched[kept] = touched;
			kept++;
		}
		k++;
	}
	b->trace.touched_count = kept;
}

void buddy_notes_reset(struct buddy *b)
{
	uint32_t i = 0;

	if (b->op_count <= NOTES_MAX)
		return;
	b->op_count = 0;
	/*@
	  loop invariant in: i <= BUDDY_LINKS;
	  loop assigns       i, b->noted[0 .. BUDDY_LINKS - 1];
	  loop variant       BUDDY_LINKS - i;
	*/
	while (i < BUDDY_LINKS) {
		b->noted[i] = 0;
		i++;
	}
}
