/* buddy/source: page_alloc.c of a kernel source tree in this process, one zone. */
/* SPDX-License-Identifier: MIT */
#include "../target.h"
#include "../shim/linux/kernel.h"
#include "../worker/sys.h"
#include "../../model/buddy/env.h"

extern const struct model model_buddy;

/* One geometry: which build of the kernel, where its pages lie, and its memory as it is after init. */
struct geometry {
	const struct kernel *kernel;
	uint64_t memory_bytes;
	void *memory; /* what init allocated */
	void *memory_saved;
	void *image_saved[2];
	struct kernel_image image[2];
	bool ready;
};

static struct geometry geometries[BUDDY_GEOMETRIES];
static const struct kernel *kernel; /* of the current case */
static uint64_t pristine_trouble;

static bool images_save(struct geometry *geometry)
{
	geometry->kernel->images(geometry->image);
	for (uint32_t i = 0; i < 2; i++) {
		geometry->image_saved[i] =
		    sys_copy(geometry->image[i].start, geometry->image[i].bytes);
		if (geometry->image_saved[i] == NULL)
			return false;
	}
	return true;
}

static void images_restore(const struct geometry *geometry)
{
	for (uint32_t i = 0; i < 2; i++)
		memcpy(geometry->image[i].start, geometry->image_saved[i],
		       geometry->image[i].bytes);
}

/* Lets the kernel build the zone, and keeps what that made. The kernel's data is as it was loaded. */
static bool geometry_init(struct geometry *geometry, const struct buddy_geometry *shape)
{
	struct kernel_zone zone = {
		.start_pfn = shape->start_pfn,
		.pages = shape->pages,
		.memory_bytes = shape->pages * 96 + (1u << 18),
	};

	zone.memory = sys_map_lazy(zone.memory_bytes);
	if (zone.memory == NULL)
		return false;
	geometry->memory = zone.memory;
	geometry->kernel->init(&zone);
	geometry->memory_bytes = zone.memory_bytes;
	geometry->memory_saved = sys_copy(geometry->memory, geometry->memory_bytes);
	geometry->ready = geometry->memory_saved != NULL && images_save(geometry);
	return geometry->ready;
}

/* Each build's data as it was loaded serves all its geometries, one after another. */
static bool geometries_init(const struct kernel *build)
{
	struct geometry loaded = { .kernel = build };

	if (!images_save(&loaded))
		return false;
	for (uint32_t i = 0; i < BUDDY_GEOMETRIES; i++) {
		const struct buddy_geometry *shape = &buddy_geometries[i];

		if (shape->max_order != build->max_order ||
		    shape->block_order != build->block_order)
			continue;
		images_restore(&loaded);
		geometries[i].kernel = build;
		if (!geometry_init(&geometries[i], shape))
			return false;
	}
	return true;
}

static int buddy_open(void *rules, struct target_info *info)
{
	(void)rules;
	info_set(info->version, kernel_version);
	info_set(info->package, kernel_package);
	info_set(info->profile, "linux-6.12");
	if (kernel_why_not[0] != '\0') {
		info_set(info->why_not, kernel_why_not);
		return -MODEL_ENOTSUP;
	}
	if (kernel_tiny.type_count != BUDDY_REAL_TYPES ||
	    kernel_real.type_count != BUDDY_REAL_TYPES) {
		info_set(info->why_not, "this kernel's migratetypes are not those of Linux 6.12; "
					"give LINUX_SRC of a tree near 6.12");
		return -MODEL_ENOTSUP;
	}
	if (!geometries_init(&kernel_tiny) || !geometries_init(&kernel_real)) {
		info_set(info->why_not, "no memory for the page arrays: free some 16 MiB");
		return -MODEL_ENOMEM;
	}
	pristine_trouble = kernel_tiny.trouble() + kernel_real.trouble();
	return 0;
}

static int buddy_reset(const void *opaque)
{
	const struct buddy_rules *rules = opaque;
	const struct geometry *geometry = &geometries[rules->geometry % BUDDY_GEOMETRIES];
	const struct kernel_settings settings = {
		.min_free_kbytes = rules->min_free_kbytes,
		.watermark_scale_factor = rules->watermark_scale_factor,
		.watermark_boost_factor = rules->watermark_boost_factor,
		.high_fraction = rules->high_fraction,
		.batch = rules->batch,
	};

	if (!geometry->ready)
		return -MODEL_EINVAL;
	kernel = geometry->kernel;
	images_restore(geometry);
	memcpy(geometry->memory, geometry->memory_saved, geometry->memory_bytes);
	kernel->set(&settings);
	return 0;
}

static void apply_alloc(const struct op *op, struct outcome *seen)
{
	uint64_t pfn = kernel->alloc((uint32_t)op->ref[REF_ORDER], (uint32_t)op->ref[REF_GFP]);

	seen->count = 1;
	if (pfn == KERNEL_NO_PFN)
		seen->err = MODEL_ENOMEM;
	else
		seen->value[0] = pfn;
}

static void apply_bulk(const struct op *op, struct outcome *seen)
{
	seen->count = OUTCOME_VALUES;
	seen->value[0] = kernel->bulk((uint32_t)op->ref[REF_COUNT], (uint32_t)op->ref[REF_GFP],
				      seen->value + 1, OUTCOME_VALUES - 1);
}

static void buddy_apply(const struct op *op, struct outcome *seen, struct os *os)
{
	kernel->log(os, op->ref[REF_RECLAIMED]);
	switch (op->kind) {
	case BUDDY_OP_alloc_pages:
	case BUDDY_OP_alloc_large:
		apply_alloc(op, seen);
		break;
	case BUDDY_OP_free_pages:
	case BUDDY_OP_free_loose:
		kernel->free(op->ref[0], (uint32_t)op->ref[1]);
		break;
	case BUDDY_OP_split_page:
		kernel->split(op->ref[0], (uint32_t)op->ref[1]);
		break;
	case BUDDY_OP_alloc_pages_bulk:
		apply_bulk(op, seen);
		break;
	case BUDDY_OP_drain:
		kernel->drain();
		break;
	case BUDDY_OP_mark_lru:
		kernel->mark_lru(op->ref[0], (uint32_t)op->ref[1], op->ref[2] != 0);
		break;
	default:
		break;
	}
}

static void buddy_observe(const struct cell *cell, uint32_t count, uint64_t *seen)
{
	kernel->observe(cell, count, seen);
}

/* The kernel's own sanity checks count, as the sum over all cases of this process. */
static uint64_t buddy_trouble(char text[TARGET_TEXT_MAX])
{
	uint64_t trouble = kernel_tiny.trouble() + kernel_real.trouble() - pristine_trouble;

	if (trouble != 0)
		info_set(text, "page_alloc.c reported a bad page or a warning");
	return trouble;
}

const struct target worker_target = {
	.name = "buddy/source",
	.model = &model_buddy,
	.open = buddy_open,
	.reset = buddy_reset,
	.apply = buddy_apply,
	.observe = buddy_observe,
	.trouble = buddy_trouble,
};
