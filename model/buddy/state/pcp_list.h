/* The per-cpu lists: a block goes to the head or the tail, or comes off. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_PCP_LIST_H
#define MEMORACLE_BUDDY_PCP_LIST_H

#include "block.h"

/* buddy_pcp_put_head() - allocated block @i becomes the first of @cpu's list of its order and list type @t. */
/*@
  REQUIRES_WF;
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC && cpu < BUDDY_CPUS && t < BUDDY_TYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX;
  TOTAL;
  assigns         ON_FIELDS;
  ENSURES_WF;
  ENSURES_ONLY(i);
  ENSURES_HEADS(i);
  ensures pcp:    ST(*z, i) == NODE_PCP && LS(*z, i) == LIST(cpu + 1, LV(*z, i), t);
  ensures first:  NX(*z, HEAD(LS(*z, i))) == i;
  ensures second: \let h = BUDDY_NODES + LIST(cpu + 1, LV(*z, i), t); NX(*z, i) == \old(NX(*z, h)) && PV(*z, i) == h;
  ensures clock:  z->clock == \old(z->clock) + 1;
*/
void buddy_pcp_put_head(struct zone *z, uint32_t i, uint32_t cpu, uint32_t t);

/* buddy_pcp_put_tail() - allocated block @i becomes the last of @cpu's list of its order and list type @t. */
/*@
  REQUIRES_WF;
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_ALLOC && cpu < BUDDY_CPUS && t < BUDDY_TYPES;
  requires clock: z->clock < BUDDY_CLOCK_MAX;
  TOTAL;
  assigns         ON_FIELDS;
  ENSURES_WF;
  ENSURES_ONLY(i);
  ENSURES_HEADS(i);
  ensures pcp:    ST(*z, i) == NODE_PCP && LS(*z, i) == LIST(cpu + 1, LV(*z, i), t);
  ensures last:   PV(*z, HEAD(LS(*z, i))) == i;
  ensures second: \let h = BUDDY_NODES + LIST(cpu + 1, LV(*z, i), t); PV(*z, i) == \old(PV(*z, h)) && NX(*z, i) == h;
  ensures clock:  z->clock == \old(z->clock) + 1;
*/
void buddy_pcp_put_tail(struct zone *z, uint32_t i, uint32_t cpu, uint32_t t);

/* buddy_pcp_take() - per-cpu block @i comes off its list: allocated. */
/*@
  REQUIRES_WF;
  requires in:    BUDDY_ROOT <= i < BUDDY_NODES && ST(*z, i) == NODE_PCP;
  TOTAL;
  assigns         OFF_FIELDS;
  ENSURES_WF;
  ENSURES_ONLY(i);
  ENSURES_HEADS(i);
  ensures alloc:  ST(*z, i) == NODE_ALLOC;
  ensures closed: NX(*z, \old(PV(*z, i))) == \old(NX(*z, i)) && PV(*z, \old(NX(*z, i))) == \old(PV(*z, i));
*/
void buddy_pcp_take(struct zone *z, uint32_t i);

/* buddy_pcp_first(), buddy_pcp_last() - of @cpu's list of @order and list type @t, or 0. */
/*@
  requires valid: \valid_read(z);
  requires wf:    wfl(*z) && levels(*z);
  requires in:    cpu < BUDDY_CPUS && order <= BUDDY_ORDER_MAX && t < BUDDY_TYPES;
  TOTAL;
  assigns         \nothing;
  ensures none:   \result == 0 <==> empty(*z, LIST(cpu + 1, order, t));
  ensures some:   \result != 0 ==> BUDDY_ROOT <= \result < BUDDY_NODES && \result == NX(*z, BUDDY_NODES + LIST(cpu + 1, order, t));
  ensures block:  \result != 0 ==> ST(*z, \result) == NODE_PCP && LV(*z, \result) == order && LS(*z, \result) == LIST(cpu + 1, order, t);
*/
uint32_t buddy_pcp_first(const struct zone *z, uint32_t cpu, uint32_t order, uint32_t t);

/*@
  requires valid: \valid_read(z);
  requires wf:    wfl(*z) && levels(*z);
  requires in:    cpu < BUDDY_CPUS && order <= BUDDY_ORDER_MAX && t < BUDDY_TYPES;
  TOTAL;
  assigns         \nothing;
  ensures none:   \result == 0 <==> empty(*z, LIST(cpu + 1, order, t));
  ensures some:   \result != 0 ==> BUDDY_ROOT <= \result < BUDDY_NODES && \result == PV(*z, BUDDY_NODES + LIST(cpu + 1, order, t));
  ensures block:  \result != 0 ==> ST(*z, \result) == NODE_PCP && LV(*z, \result) == order && LS(*z, \result) == LIST(cpu + 1, order, t);
*/
uint32_t buddy_pcp_last(const struct zone *z, uint32_t cpu, uint32_t order, uint32_t t);

#endif
