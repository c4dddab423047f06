/* Shrinking in the buddy domain: a limit that pages were used up to reach comes nearer instead. */
/* SPDX-License-Identifier: MIT */
#include "shrink_draft.h"
#include <string.h>

#define PAGE_KBYTES 4u
#define ROUND_KBYTES 64u /* how far off a guess may be: the per-cpu lists hold pages as well */

/* How many pages the op takes if it gets any. */
static uint64_t pages_taken(const struct op *op)
{
	for (uint32_t a = 0; a < op->row->arg_count; a++) {
		const char *name = op->row->arg[a].name;

		if (strcmp(name, "order") == 0)
			return UINT64_C(1) << op->arg[a] % 64;
		if (strcmp(name, "count") == 0)
			return op->arg[a];
	}
	return 0;
}

/* What the setting is in this draft; where the kernel works it out, up to a mebibyte here, a guess must do. */
static uint64_t kbytes_of(const struct draft *draft, uint32_t param)
{
	for (uint32_t i = 0; i < draft->settings; i++)
		if (record_at(draft, i)[2] == param)
			return record_u64(record_at(draft, i) + 4, 8);
	return random_below(&draft->shrink->random, 1024);
}

/*
 * A run of allocations goes, and the pages that they would have taken are kept free by the watermarks: the min
 * mark is that many pages higher, or the low mark is, which lies a quarter above it.
 */
void change_buddy(struct draft *draft)
{
	struct random *random = &draft->shrink->random;
	const struct tables *tables = draft->shrink->file->tables;
	uint32_t param = (uint32_t)param_find(tables, "min_free_kbytes"), at = op_pick(draft);
	uint64_t count = 1 + random_below(random, random_chance(random, 2) ? 4 : draft_ops(draft));
	uint64_t kbytes = 0, before = kbytes_of(draft, param);
	struct op op;

	while (count-- > 0 && at + 1 < draft->candidate->count) {
		if (draft_op(draft, at, &op))
			kbytes += PAGE_KBYTES * pages_taken(&op);
		record_delete(draft, at);
	}
	if (random_chance(random, 2))
		kbytes = kbytes * 4 / 5;
	setting_put(draft, param,
		    before + kbytes + random_below(random, 2 * ROUND_KBYTES) - ROUND_KBYTES);
}
