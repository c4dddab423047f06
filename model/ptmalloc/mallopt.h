/* Parameters of the allocator. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_MALLOPT_H
#define MEMORACLE_MODEL_PTMALLOC_MALLOPT_H

#include "free.h"

/* ptm_env_init() - parameters as the settings say, and nothing else yet. */
void ptm_env_init(struct ptm_env *e, const struct ptm_rules *rules);

/* ptm_mallopt_number() - Returns: the C library's number of the operand's @parameter. */
int32_t ptm_mallopt_number(uint64_t parameter);

/*
 * ptm_mallopt() - Returns: 1, or 0 if the value was refused. Consolidates first, whatever the parameter.
 * Source: malloc/malloc.c:__libc_mallopt, glibc 2.36.
 */
/*@ PTM_OP_PRE; requires arena: a < PTM_ARENAS; PTM_OP_POST; */
uint64_t ptm_mallopt(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint64_t parameter,
		     int32_t value);

#endif
