/* The tables of the VMA domain. */
/* SPDX-License-Identifier: MIT */
#include "tables.h"

#define DOMAIN_NAME "vma"
#define DOMAIN_NUMBER 2
#define DOMAIN_DOC                                                                                 \
	"The address space is empty when a case begins, but for the worker far below the arena. An address is `base` and " \
	"`page`: a slot plus pages. Slot s0 is the arena, s1 four pages below the heap, so that `base=s1 page=4` is the " \
	"heap's first page; s2 to s5 hold results, an op whose slot holds none is skipped (empty_slot). Keys of cells and " \
	"most values are page numbers modulo 2^32: the arena's first page is 0x100000, the heap's 0x20000."
#define DOMAIN_RULES struct vma_rules
#define DOMAIN_TABLES tables_vma
#define ENUM_NAME(kind, id) VMA_##kind##_##id
#include "../tables.inc"
