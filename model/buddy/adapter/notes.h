/* What ops note as touched, each thing once. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_NOTES_H
#define MEMORACLE_BUDDY_NOTES_H

#include "../algorithm/touch.h"
#include "../env.h"

/* buddy_notes_reset() - the notes' numbers are begun anew before they run out. */
/*@
  requires valid: \valid(b);
  TOTAL;
  assigns         b->op_count, b->noted[0 .. BUDDY_LINKS - 1];
  ensures few:    b->op_count <= NOTES_MAX;
*/
void buddy_notes_reset(struct buddy *b);

/* buddy_notes_reduce() - each note of this op once: a refill notes the same nodes again and again. */
/*@
  requires valid: \valid(b);
  requires in:    b->op_count < 0x7ffffffe && b->trace.touched_count <= TOUCHED_MAX;
  requires notes: \forall integer k; 0 <= k < b->trace.touched_count && k < TOUCHED_MAX ==> note(b->trace.touched[k]);
  TOTAL;
  assigns         b->op_count, b->noted[0 .. BUDDY_LINKS - 1], b->trace.touched_count, b->trace.touched[0 .. TOUCHED_MAX - 1];
  ensures notes:  \forall integer k; 0 <= k < b->trace.touched_count && k < TOUCHED_MAX ==> note(b->trace.touched[k]);
  ensures fewer:  b->trace.touched_count <= \old(b->trace.touched_count);
*/
void buddy_notes_reduce(struct buddy *b);

#endif
