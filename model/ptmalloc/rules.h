/* Tables of the ptmalloc domain as enums and as the struct of its parameters. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_RULES_H
#define MEMORACLE_MODEL_PTMALLOC_RULES_H

#include <stdint.h>

#define TABLE(file) TABLE_##file
#define TABLE_op "ptmalloc/op.def"
#define TABLE_exact "ptmalloc/exact.def"
#define TABLE_view "ptmalloc/view.def"
#define TABLE_rules "ptmalloc/rules.def"
#define TABLE_set "ptmalloc/set.def"
#define TABLE_operand "ptmalloc/operand.def"
#define TABLE_region "ptmalloc/region.def"
#define TABLE_doc "ptmalloc/doc.def"
#define ENUM_NAME(kind, id) PTM_##kind##_##id

#include "../enums.inc"

/* Switches, defects and settings, all u64: see rules.def and set.def. */
struct ptm_rules {
#include "../params.inc"
};

#define PTM_BIN_BASE 0x1000000000000000u /* pointer to the head of bin b: PTM_BIN_BASE + b */
#define PTM_REGION_SHIFT 40              /* pointer: region << PTM_REGION_SHIFT | offset */

/* Requests that fail with ENOMEM, as op deny says it. LATER: the break grows once in an op, and not again. */
enum ptm_deny {
	PTM_DENY_BRK = 1,
	PTM_DENY_SHRINK = 2,
	PTM_DENY_MMAP = 4,
	PTM_DENY_MREMAP = 8,
	PTM_DENY_LATER = 16,
};

#endif
