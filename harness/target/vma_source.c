/* vma/source: mm/ of a kernel source tree in this process. */
/* SPDX-License-Identifier: MIT */
#include "../target.h"
#include "../shim/linux/mm.h"
#include "vma/apply.h"
#include "vma/inside.h"
#include "vma/observe.h"
#include "vma/probe.h"

extern const struct model model_vma;

static struct objects objects; /* of the current case */
static const struct counters_base no_base;

static int source_open(void *rules, struct target_info *info)
{
	static const bool refused[OP_META];

	info_set(info->version, kernel_version);
	info_set(info->package, kernel_package);
	info_set(info->why_not, kernel_why_not);
	if (info->why_not[0] != '\0')
		return -MODEL_ENOTSUP;
	if (!inside_open()) {
		info_set(info->why_not,
			 "not enough memory for the page frames: 2 GiB of address space");
		return -MODEL_ENOMEM;
	}
	for (uint32_t i = OBJECT_A; i <= OBJECT_B; i++)
		objects.file[i] = INSIDE_FD + i - OBJECT_A;
	objects_learn(&objects);
	probe_rules(rules, refused, objects.file[OBJECT_A]);
	return 0;
}

static int source_reset(const void *rules)
{
	(void)rules;
	inside_restore();
	objects.last = OBJECT_B;
	return 0;
}

static void source_apply(const struct op *op, struct outcome *seen, struct os *os)
{
	(void)os;
	call_apply(&objects, op, seen);
}

static void source_observe(const struct cell *cell, uint32_t count, uint64_t *seen)
{
	space_observe(&objects, &no_base, cell, count, seen);
}

const struct target worker_target = {
	.name = "vma/source",
	.model = &model_vma,
	.open = source_open,
	.reset = source_reset,
	.apply = source_apply,
	.observe = source_observe,
	.finish = inside_finish,
};
