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

/* probe_lock_capability() - may this process lock any amount of memory? */
bool probe_lock_capability(void);

/* probe_rules() - sets every switch and defect. Leaves mappings behind. */
void probe_rules(struct vma_rules *rules);

#endif
