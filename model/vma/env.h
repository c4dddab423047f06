/* An address space as the operations see it: VMAs, heap, objects, and what was noted; and the whole state. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_ENV_H
#define MEMORACLE_MODEL_VMA_ENV_H

#include "../op.h"
#include "../trace.h"
#include "rules.h"
#include "state.h"
#include "vmflag.h"

/* Geometry of the clean address space that the target makes; page numbers unless they say bytes. */
#define SPACE_LOW 0x10000ull     /* nothing below is ours: the worker itself lies there */
#define SPACE_HIGH VMA_PAGES     /* end of user addresses */
#define SPACE_TOP 0x7ffff7fffull /* mmap_base: placement goes down from here */
#define SPACE_ARENA 0x100000ull
#define SPACE_HEAP 0x20000ull /* start of the heap */
#define GUARD_PAGES 256ull
#define HUGE_PAGES 512ull

#define OBJECT_NONE 0u
#define OBJECT_A 1u /* memfd of OBJECT_A_PAGES */
#define OBJECT_B 2u
#define OBJECT_A_PAGES 24ull
#define OBJECT_B_PAGES 2048ull
#define OBJECTS_MAX 4200u

/*
 * struct space - one address space.
 * @mm:          the VMAs.
 * @brk:         in bytes.
 * @anon_vma_last: the anon_vma made last. @object_last: the object made last.
 * @object_pages: size of each object.
 * @locked_leak: pages counted as locked that are not, modulo 2^64.
 */
struct space {
	struct mm mm;
	uint64_t brk;
	uint32_t anon_vma_last;
	uint32_t object_last;
	uint64_t object_pages[OBJECTS_MAX];
	uint64_t locked_leak;
	struct vma_rules rules;
	struct trace trace;
};

#define VMA_SLOTS 6u
#define SLOT_HEAP 1u

/* An op adds at most a few VMAs: a split at each end of two ranges, and one new one per VMA moved. */
#define VMA_ROOM 64u

/* struct vma_state - what the worker's memory holds: the space, and the slots (addresses in bytes, 0: empty). */
struct vma_state {
	struct space space;
	uint64_t slot[VMA_SLOTS];
	uint64_t steps; /* ops since the case began */
	bool locks;     /* one of them may have locked memory */
};

/* The worker's pointers as what they are: the type of struct model's functions cannot say it. */
#define VMA_OF(memory) ((struct vma_state *)(memory))
#define VMA_RULES_OF(rules) ((const struct vma_rules *)(rules))

#include "../../specs/vma_space.acsl"
#include "../../specs/vma_model.acsl"

/* page_key() - a page as the key of a cell; pages beyond the end of user addresses count as the end. */
/*@
  TOTAL;
  assigns      \nothing;
  ensures key: \result == (page < SPACE_HIGH ? page : SPACE_HIGH) % 0x100000000;
*/
static inline uint32_t page_key(uint64_t page)
{
	return (uint32_t)((page < SPACE_HIGH ? page : SPACE_HIGH) % 0x100000000);
}

/* key_page() - the page of a key: mappings lie low or near the top of the 47-bit space. */
/*@
  TOTAL;
  assigns       \nothing;
  ensures page: \result == (key >= 0x80000000 ? 0x700000000 + key : key);
*/
static inline uint64_t key_page(uint32_t key)
{
	return key >= 0x80000000 ? 0x700000000 + key : key;
}

/*
 * space_window() - the pages [start, end) may have been mapped or unmapped: the comparison follows the VMAs from the
 * one that ends there or above, or holds the page before.
 */
/*@
  requires valid: \valid(s);
  TOTAL;
  assigns         s->trace;
*/
static inline void space_window(struct space *s, uint64_t start, uint64_t end)
{
	trace_touch(&s->trace, page_key(start > 0 ? start - 1 : 0));
	trace_touch(&s->trace, page_key(end));
}

/*
 * space_within() - the VMAs that hold [start, end) may have changed: the comparison follows them from the one that
 * holds @start. Where nothing is unmapped that one's start tells what became of the one before.
 */
/*@
  requires valid: \valid(s);
  TOTAL;
  assigns         s->trace;
*/
static inline void space_within(struct space *s, uint64_t start, uint64_t end)
{
	trace_touch(&s->trace, page_key(start));
	trace_touch(&s->trace, page_key(end));
}

/* Pages of the 64-bit address space. */
#define PAGES_ALL 0x10000000000000ull

#define FIRE(s, rule) rule_fire(&(s)->trace, VMA_RULE_##rule)

/* pages_up() - bytes in whole pages, rounded up. */
/*@
  TOTAL;
  assigns        \nothing;
  ensures pages: \result == pages_of(bytes);
*/
static inline uint64_t pages_up(uint64_t bytes)
{
	return bytes / PAGE_BYTES + (bytes % PAGE_BYTES != 0);
}

#endif
