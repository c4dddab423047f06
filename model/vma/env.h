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
#define SPACE_WORKER 0x400ull    /* and nothing at all below this */
#define SPACE_HIGH VMA_PAGES     /* end of user addresses */
#define SPACE_TOP 0x7ffff7fffull /* mmap_base: placement goes down from here */
#define SPACE_ARENA 0x100000ull
#define SPACE_HEAP 0x20000ull /* start of the heap */
#define GUARD_PAGES 256ull
#define LOCKED_MODULO 0x4000000000000000ull /* the count of locked pages is shown in KiB */
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

#define VMA_SLOTS 65536u /* more than an address space has mappings */
#define SLOT_HEAP 1u

/* An op adds at most a few VMAs: a split at each end of two ranges, and one new one per VMA moved. */
#define VMA_ROOM 64u

/*
 * struct vma_state - what the worker's memory holds.
 * @slot:      addresses in bytes, 0: empty. @slots_used: those from there on are.
 * @steps:     ops since the case began. @locks: one of them may have locked memory.
 * @populated: pages that they have faulted in, at most.
 */
struct vma_state {
	struct space space;
	uint64_t slot[VMA_SLOTS];
	uint32_t slots_used;
	uint64_t steps;
	uint64_t populated;
	bool locks;
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

/* page_far() - does the key stand for another page? Nearly none does. */
/*@
  TOTAL;
  assigns      \nothing;
  ensures far: \result == true <==> 0x80000000 <= page < 0x780000000;
*/
static inline bool page_far(uint64_t page)
{
	return page >= 0x80000000 && page < 0x780000000;
}

/* page_space() - the space of the cells of @page, 0 but for those that are far. */
/*@
  TOTAL;
  assigns        \nothing;
  ensures space: \result == (0x80000000 <= page < 0x780000000 ? 1 + page / 0x100000000 : 0);
*/
static inline uint16_t page_space(uint64_t page)
{
	return page_far(page) ? (uint16_t)(1 + page / 0x100000000) : 0;
}

/* cell_page() - the page that space and key of a cell stand for. */
/*@
  TOTAL;
  assigns       \nothing;
  ensures page: \result == (space != 0 ? (space - 1) * 0x100000000 + key : key >= 0x80000000 ? 0x700000000 + key : key);
*/
static inline uint64_t cell_page(uint16_t space, uint32_t key)
{
	return space != 0 ? (space - 1) * 0x100000000ull + key : key_page(key);
}

/* space_touch() - what is at @page may have changed. Where keys do not tell which one it is, all may have; the worker's
 * own memory is not looked at. */
/*@
  requires valid: \valid(s);
  TOTAL;
  assigns         s->trace;
*/
static inline void space_touch(struct space *s, uint64_t page)
{
	if (page_far(page))
		trace_touch_all(&s->trace);
	else
		trace_touch(&s->trace, page_key(page < SPACE_LOW ? SPACE_LOW : page));
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
	space_touch(s, start > 0 ? start - 1 : 0);
	space_touch(s, end);
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
	space_touch(s, start);
	space_touch(s, end);
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
