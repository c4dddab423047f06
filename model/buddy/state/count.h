/* Ghost lemma functions on the counts of a zone. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_COUNT_H
#define MEMORACLE_BUDDY_COUNT_H

#include "../state.h"

/*@ ghost
/@ requires in:   BUDDY_ROOT <= id < BUDDY_NODES;
     requires same: \forall integer i; BUDDY_ROOT <= i < BUDDY_NODES ==> (i != id ==> t.st[i] == u.st[i] && t.ls[i] == u.ls[i]) && t.lv[i] == u.lv[i];
     terminates \true; exits \false; assigns \nothing;
     ensures c: \forall integer l; count(u, l, BUDDY_NODES) == count(t, l, BUDDY_NODES) + inl(u, id, l) - inl(t, id, l);
     ensures p: \forall integer q; pages(u, q, BUDDY_NODES) == pages(t, q, BUDDY_NODES) + inq(u, id, q) - inq(t, id, q); @/
void lem_upd(struct tree t, struct tree u, uint32_t id)
{
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
void lem_same(struct tree t, struct tree u)
{
    uint32_t k = BUDDY_ROOT;
    /@ loop invariant b: BUDDY_ROOT <= k <= BUDDY_NODES;
       loop invariant c: \forall integer l; count(u, l, k) == count(t, l, k);
       loop invariant p: \forall integer q; pages(u, q, k) == pages(t, q, k);
       loop assigns k; loop variant BUDDY_NODES - k; @/
    while (k < BUDDY_NODES) k++;
}
/@ requires valid: \valid_read(z);
     requires lv: levels(*z);
     terminates \true; exits \false; assigns \nothing;
     ensures b10: \forall integer i; 32 <= i < 64 ==> LV(*z, i) == 10;
     ensures b9: \forall integer i; 64 <= i < 128 ==> LV(*z, i) == 9;
     ensures b8: \forall integer i; 128 <= i < 256 ==> LV(*z, i) == 8;
     ensures b7: \forall integer i; 256 <= i < 512 ==> LV(*z, i) == 7;
     ensures b6: \forall integer i; 512 <= i < 1024 ==> LV(*z, i) == 6;
     ensures b5: \forall integer i; 1024 <= i < 2048 ==> LV(*z, i) == 5;
     ensures b4: \forall integer i; 2048 <= i < 4096 ==> LV(*z, i) == 4;
     ensures b3: \forall integer i; 4096 <= i < 8192 ==> LV(*z, i) == 3;
     ensures b2: \forall integer i; 8192 <= i < 16384 ==> LV(*z, i) == 2;
     ensures b1: \forall integer i; 16384 <= i < 32768 ==> LV(*z, i) == 1;
     ensures b0: \forall integer i; 32768 <= i < 65536 ==> LV(*z, i) == 0; @/
void lem_bands(const struct zone *z)
{
    /@ assert h9: \forall integer j; 32 <= j < 64 ==> LV(*z, 2 * j) == 9 && LV(*z, 2 * j + 1) == 9; @/
    /@ assert b9: \forall integer i, j; 64 <= i < 128 && j == i / 2 ==> 32 <= j < 64 && (i == 2 * j || i == 2 * j + 1) && LV(*z, i) == 9; @/
    /@ assert h8: \forall integer j; 64 <= j < 128 ==> LV(*z, 2 * j) == 8 && LV(*z, 2 * j + 1) == 8; @/
    /@ assert b8: \forall integer i, j; 128 <= i < 256 && j == i / 2 ==> 64 <= j < 128 && (i == 2 * j || i == 2 * j + 1) && LV(*z, i) == 8; @/
    /@ assert h7: \forall integer j; 128 <= j < 256 ==> LV(*z, 2 * j) == 7 && LV(*z, 2 * j + 1) == 7; @/
    /@ assert b7: \forall integer i, j; 256 <= i < 512 && j == i / 2 ==> 128 <= j < 256 && (i == 2 * j || i == 2 * j + 1) && LV(*z, i) == 7; @/
    /@ assert h6: \forall integer j; 256 <= j < 512 ==> LV(*z, 2 * j) == 6 && LV(*z, 2 * j + 1) == 6; @/
    /@ assert b6: \forall integer i, j; 512 <= i < 1024 && j == i / 2 ==> 256 <= j < 512 && (i == 2 * j || i == 2 * j + 1) && LV(*z, i) == 6; @/
    /@ assert h5: \forall integer j; 512 <= j < 1024 ==> LV(*z, 2 * j) == 5 && LV(*z, 2 * j + 1) == 5; @/
    /@ assert b5: \forall integer i, j; 1024 <= i < 2048 && j == i / 2 ==> 512 <= j < 1024 && (i == 2 * j || i == 2 * j + 1) && LV(*z, i) == 5; @/
    /@ assert h4: \forall integer j; 1024 <= j < 2048 ==> LV(*z, 2 * j) == 4 && LV(*z, 2 * j + 1) == 4; @/
    /@ assert b4: \forall integer i, j; 2048 <= i < 4096 && j == i / 2 ==> 1024 <= j < 2048 && (i == 2 * j || i == 2 * j + 1) && LV(*z, i) == 4; @/
    /@ assert h3: \forall integer j; 2048 <= j < 4096 ==> LV(*z, 2 * j) == 3 && LV(*z, 2 * j + 1) == 3; @/
    /@ assert b3: \forall integer i, j; 4096 <= i < 8192 && j == i / 2 ==> 2048 <= j < 4096 && (i == 2 * j || i == 2 * j + 1) && LV(*z, i) == 3; @/
    /@ assert h2: \forall integer j; 4096 <= j < 8192 ==> LV(*z, 2 * j) == 2 && LV(*z, 2 * j + 1) == 2; @/
    /@ assert b2: \forall integer i, j; 8192 <= i < 16384 && j == i / 2 ==> 4096 <= j < 8192 && (i == 2 * j || i == 2 * j + 1) && LV(*z, i) == 2; @/
    /@ assert h1: \forall integer j; 8192 <= j < 16384 ==> LV(*z, 2 * j) == 1 && LV(*z, 2 * j + 1) == 1; @/
    /@ assert b1: \forall integer i, j; 16384 <= i < 32768 && j == i / 2 ==> 8192 <= j < 16384 && (i == 2 * j || i == 2 * j + 1) && LV(*z, i) == 1; @/
    /@ assert h0: \forall integer j; 16384 <= j < 32768 ==> LV(*z, 2 * j) == 0 && LV(*z, 2 * j + 1) == 0; @/
    /@ assert b0: \forall integer i, j; 32768 <= i < 65536 && j == i / 2 ==> 16384 <= j < 32768 && (i == 2 * j || i == 2 * j + 1) && LV(*z, i) == 0; @/
    ;
}
/@ terminates \true; exits \false; assigns \nothing;
     ensures c: \forall integer l; 0 <= count(t, l, BUDDY_NODES) <= BUDDY_NODES;
     ensures p: \forall integer q; 0 <= pages(t, q, BUDDY_NODES) <= 1024 * BUDDY_NODES; @/
void lem_bound(struct tree t)
{
    uint32_t k = BUDDY_ROOT;
    /@ loop invariant b: BUDDY_ROOT <= k <= BUDDY_NODES;
       loop invariant c: \forall integer l; 0 <= count(t, l, k) <= k;
       loop invariant p: \forall integer q; 0 <= pages(t, q, k) <= 1024 * k;
       loop assigns k; loop variant BUDDY_NODES - k; @/
    while (k < BUDDY_NODES) k++;
}
/@ requires none: \forall integer i; BUDDY_ROOT <= i < BUDDY_NODES ==> !ont(t, i);
     terminates \true; exits \false; assigns \nothing;
     ensures c: \forall integer l; count(t, l, BUDDY_NODES) == 0;
     ensures p: \forall integer q; pages(t, q, BUDDY_NODES) == 0; @/
void lem_none(struct tree t)
{
    uint32_t k = BUDDY_ROOT;
    /@ loop invariant b: BUDDY_ROOT <= k <= BUDDY_NODES;
       loop invariant c: \forall integer l; count(t, l, k) == 0;
       loop invariant p: \forall integer q; pages(t, q, k) == 0;
       loop assigns k; loop variant BUDDY_NODES - k; @/
    while (k < BUDDY_NODES) k++;
}
*/

#endif
