/* What this kernel does where kernels differ: found by trying, never from its version. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_TARGET_VMA_PROBE_H
#define MEMORACLE_TARGET_VMA_PROBE_H

#include "../../target.h"
#include "../../../model/vma/rules.h"

/* probe_version() - fills in info->version. */
void probe_version(struct target_info *info);

/* probe_layout() - does placement begin where the model says? The space must be clear. */
bool probe_layout(void);

/*
 * probe_rules() - sets every switch and defect that can be tried. Leaves mappings behind.
 * @refused: by kind of op: must not be tried, and what only it tells stays as it is.
 * @file: the descriptor of an object of some pages.
 */
void probe_rules(struct vma_rules *rules, const bool refused[OP_META], int64_t file);

#endif
