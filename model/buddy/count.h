/* Ghost lemma functions on the counts of a zone. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_COUNT_H
#define MEMORACLE_BUDDY_COUNT_H

#include "state.h"

/*@ ghost
  /@ requires in:   BUDDY_ROOT <= id < BUDDY_NODES;
     requires same: \forall integer i; BUDDY_ROOT <= i < BUDDY_NODES ==> (i != id ==> t.st[i] == u.st[i] && t.ls[i] == u.ls[i]) && t.lv[i] == u.lv[i];
     terminates \true; exits \false; assigns \nothing;
     ensures c: \forall integer l; count(u, l, BUDDY_NODES) == count(t, l, BUDDY_NODES) + inl(u, id, l) - inl(t, id, l);
     ensures p: \forall integer q; pages(u, q, BUDDY_NODES) == pages(t, q, BUDDY_NODES) + inq(u, id, q) - inq(t, id, q); @/
  void lem_upd(struct tree t, struct tree u, uint32_t id) {
    uint32_t k = BUDDY_ROOT;
    /@ loop invariant b: BUDDY_ROOT <= k <= BUDDY_NODES;
       loop invariant c: \forall integer l; count(u, l, k) == count(t, l, k) + (id < k ? inl(u, id, l) - inl(t, id, l) : 0);
       loop invariant p: \forall integer q; pages(u, q, k) == pages(t, q, k) + (id < k ? inq(u, id, q) - inq(t, id, q) : 0);
       loop assigns k; loop variant BUDDY_NODES - k; @/
    while (k < BUDDY_NODES) k++;
  }
  /@ requires same: \forall integer i; BUDDY_ROOT <= i < BUDDY_NODES ==> (ont(t, i) <==> ont(u, i)) && (ont(t, i) ==> t.ls[i] == u.ls[i]) && t.lv[i] == u.lv[i];
     terminates \true; exits \false; assigns \nothing;
     ensures c: \forall integer l; count(u, l, BUDDY_NODES) == count(t, l, BUDDY_NODES);
     ensures p: \forall integer q; pages(u, q, BUDDY_NODES) == pages(t, q, BUDDY_NODES); @/
  void lem_same(struct tree t, struct tree u) {
    uint32_t k = BUDDY_ROOT;
    /@ loop invariant b: BUDDY_ROOT <= k <= BUDDY_NODES;
       loop invariant c: \forall integer l; count(u, l, k) == count(t, l, k);
       loop invariant p: \forall integer q; pages(u, q, k) == pages(t, q, k);
       loop assigns k; loop variant BUDDY_NODES - k; @/
    while (k < BUDDY_NODES) k++;
  }
  /@ terminates \true; exits \false; assigns \nothing;
     ensures c: \forall integer l; 0 <= count(t, l, BUDDY_NODES) <= BUDDY_NODES;
     ensures p: \forall integer q; 0 <= pages(t, q, BUDDY_NODES) <= 1024 * BUDDY_NODES; @/
  void lem_bound(struct tree t) {
    uint32_t k = BUDDY_ROOT;
    /@ loop invariant b: BUDDY_ROOT <= k <= BUDDY_NODES;
       loop invariant c: \forall integer l; 0 <= count(t, l, k) <= k;
       loop invariant p: \forall integer q; 0 <= pages(t, q, k) <= 1024 * k;
       loop assigns k; loop variant BUDDY_NODES - k; @/
    while (k < BUDDY_NODES) k++;
  }
*/

#endif
