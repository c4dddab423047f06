/* Switches and settings of the VMA domain, and the numbers of its ops, fields and rules. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_RULES_H
#define MEMORACLE_MODEL_VMA_RULES_H

#include <stdint.h>

#define TABLE(file) VMA_TABLE_##file
#define VMA_TABLE_op "vma/op.def"
#define VMA_TABLE_exact "vma/exact.def"
#define VMA_TABLE_view "vma/view.def"
#define VMA_TABLE_rules "vma/rules.def"
#define VMA_TABLE_set "vma/set.def"
#define VMA_TABLE_operand "vma/operand.def"
#define VMA_TABLE_region "vma/region.def"
#define VMA_TABLE_doc "vma/doc.def"

#define ENUM_NAME(kind, id) VMA_##kind##_##id
#include "../enums.inc"
#undef ENUM_NAME

/* struct vma_rules - one u64 for each SWITCH, DEFECT and SETTING. */
struct vma_rules {
#include "../params.inc"
};

#endif
