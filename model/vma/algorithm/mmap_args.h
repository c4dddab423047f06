/* What the arguments of mmap() mean for the new VMA. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_MMAP_ARGS_H
#define MEMORACLE_MODEL_VMA_MMAP_ARGS_H

#include "../env.h"

#define MMAP_SHARED 0x1ull
#define MMAP_PRIVATE 0x2ull
#define MMAP_VALIDATE 0x3ull
#define MMAP_DROPPABLE 0x8ull
#define MMAP_TYPE 0xfull
#define MMAP_FIXED 0x10ull
#define MMAP_ANONYMOUS 0x20ull
#define MMAP_32BIT 0x40ull
#define MMAP_ABOVE4G 0x80ull
#define MMAP_GROWSDOWN 0x100ull
#define MMAP_DENYWRITE 0x800ull
#define MMAP_EXECUTABLE 0x1000ull
#define MMAP_LOCKED 0x2000ull
#define MMAP_NORESERVE 0x4000ull
#define MMAP_POPULATE 0x8000ull
#define MMAP_NONBLOCK 0x10000ull
#define MMAP_STACK 0x20000ull
#define MMAP_HUGETLB 0x40000ull
#define MMAP_SYNC 0x80000ull
#define MMAP_NOREPLACE 0x100000ull
#define MMAP_UNINITIALIZED 0x4000000ull
#define MMAP_HUGE_2MB 0x54000000ull
#define MMAP_HUGE_1GB 0x78000000ull
/* The flags that MAP_SHARED_VALIDATE knows: those older than it. */
#define MMAP_LEGACY                                                                                \
	(MMAP_SHARED | MMAP_PRIVATE | MMAP_FIXED | MMAP_ANONYMOUS | MMAP_32BIT | MMAP_ABOVE4G |    \
	 MMAP_GROWSDOWN | MMAP_DENYWRITE | MMAP_EXECUTABLE | MMAP_LOCKED | MMAP_NORESERVE |        \
	 MMAP_POPULATE | MMAP_NONBLOCK | MMAP_STACK | MMAP_HUGETLB | MMAP_UNINITIALIZED |          \
	 MMAP_HUGE_2MB | MMAP_HUGE_1GB)
#define OFFSET_MAX 0x7fffffffffffffffull /* of a file, in bytes */

/*
 * struct mmap_args - arguments of mmap().
 * @addr, @len: bytes. @prot: PROT_* (the bits of VMA_ACCESS). @flags: MMAP_*.
 * @object: OBJECT_NONE if anonymous, or if the descriptor is none. @pgoff: offset in pages.
 */
struct mmap_args {
	uint64_t addr, len, prot, flags, pgoff;
	uint32_t object;
};

/*@
  // Sums: no bit comes twice.
  logic integer map_flags(integer f, integer nohugepage, integer noreserve) =
    ((f & MMAP_GROWSDOWN) != 0 ? VMA_GROWSDOWN : 0) + ((f & MMAP_LOCKED) != 0 ? VMA_LOCKED : 0) +
    ((f & MMAP_SHARED) != 0 ? VMA_SHARED + VMA_MAYSHARE : 0) +
    ((f & MMAP_STACK) != 0 && nohugepage != 0 ? VMA_NOHUGEPAGE : 0) +
    ((f & MMAP_NORESERVE) != 0 && noreserve != 0 ? VMA_NORESERVE : 0);
  logic integer accounted(integer f) =
    (f & (VMA_WRITE | VMA_SHARED | VMA_NORESERVE)) == VMA_WRITE ? f + VMA_ACCOUNT : f;
*/

/*
 * is_shared() - does the mapping share its object?
 */
/*@
  requires valid:  \valid_read(a);
  TOTAL;
  assigns          \nothing;
  ensures shared:  \result == true <==> (a->flags & MMAP_SHARED) != 0;
*/
bool is_shared(const struct mmap_args *a);

/*
 * populates() - do these MAP_* flags fault the whole mapping in?
 * Source: mm/mmap.c:do_mmap.
 */
/*@
  TOTAL;
  assigns         \nothing;
  ensures which:  \result == true <==> (flags & MMAP_LOCKED) != 0 || (flags & (MMAP_POPULATE | MMAP_NONBLOCK)) == MMAP_POPULATE;
*/
bool populates(uint64_t flags);

/*
 * flags_of() - all flags of the new VMA.
 * Source: mm/mmap.c:do_mmap, mm/vma.c:__mmap_setup.
 */
/*@
  requires valid:  \valid(s) && \valid_read(a) && \separated(a, s);
  TOTAL;
  assigns          s->trace;
  ensures flags:   \result == accounted((a->prot & VMA_ACCESS) + VMA_MAYACCESS +
                     map_flags(a->flags, s->rules.stack_nohugepage, s->rules.noreserve_flag));
*/
uint64_t flags_of(struct space *s, const struct mmap_args *a);

/*
 * object_of() - the object mapped: shared anonymous memory makes a new one of @pages.
 * Source: mm/shmem.c:shmem_zero_setup.
 */
/*@
  requires valid:  \valid(s) && \valid_read(a) && \separated(a, s);
  requires ids:    s->object_last < UINT32_MAX;
  TOTAL;
  assigns          s->object_last, s->object_pages[0 .. OBJECTS_MAX - 1];
  ensures named:   a->object != OBJECT_NONE || (a->flags & MMAP_SHARED) == 0 ==>
                     \result == a->object && s->object_last == \old(s->object_last);
  ensures new:     a->object == OBJECT_NONE && (a->flags & MMAP_SHARED) != 0 ==>
                     \result == \old(s->object_last) + 1 && s->object_last == \result &&
                     (\result < OBJECTS_MAX ==> s->object_pages[\result] == pages);
  ensures other:   \forall integer k; 0 <= k < OBJECTS_MAX && k != \result ==> s->object_pages[k] == \old(s->object_pages[k]);
*/
uint32_t object_of(struct space *s, const struct mmap_args *a, uint64_t pages);

/*
 * pgoff_of() - offset in the object; private anonymous memory takes that of its address.
 */
/*@
  requires valid:  \valid_read(a);
  TOTAL;
  assigns          \nothing;
  ensures pgoff:   \result == (a->object != OBJECT_NONE ? a->pgoff : (a->flags & MMAP_SHARED) != 0 ? 0 : start);
*/
uint64_t pgoff_of(const struct mmap_args *a, uint64_t start);

#endif
