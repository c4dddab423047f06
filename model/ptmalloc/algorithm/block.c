/* Blocks: memory in the program's hands. */
/* SPDX-License-Identifier: MIT */
#include "block.h"
#include "../state/arith.h"
#include "mapped.h"

uint64_t ptm_block_ptr(const struct ptm_env *e, uint32_t block)
{
	if (block < PTM_UNITS)
		return ptm_add(ptm_unit_ptr(e, block), PTM_UNIT_BYTES);
	if (block < PTM_MAP0)
		return 0;
	return ptm_add(e->map[block - PTM_MAP0].block,
		       ptm_add(e->map[block - PTM_MAP0].lead, PTM_UNIT_BYTES));
}

uint64_t ptm_usable(const struct ptm_heap *h, const struct ptm_env *e, uint32_t block)
{
	if (block >= PTM_MAP0)
		return ptm_sub(ptm_map_size(e, block - PTM_MAP0), PTM_UNIT_BYTES);
	return (uint64_t)ptm_size(h, block) * PTM_UNIT_BYTES - 8;
}
