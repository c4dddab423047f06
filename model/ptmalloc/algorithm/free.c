/* free(). */
/* SPDX-License-Identifier: MIT */
#include "free.h"
#include "int_free.h"
#include "mapped.h"
#include "tcache_init.h"

void ptm_free(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a, uint32_t block)
{
	if (block >= PTM_MAP0) {
		ptm_map_free(e, os, block - PTM_MAP0);
		return;
	}
	ptm_tcache_init(h, e, os, a);
	ptm_int_free(h, e, os, a, block, true);
}
