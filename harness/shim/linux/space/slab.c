/* kmem_cache and kmalloc out of a pool of our own, so that only user pages and page tables come from page_alloc.c. */
/* SPDX-License-Identifier: MIT */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/version.h>
#include "glue.h"

#define CACHES_MAX 64
#define KMALLOC_SIZES 14 /* 8 << i */
#define MARK_BYTES 64    /* before the objects of a slab */
#define LINK_BYTES 64    /* behind an object that stays constructed while it is free */

struct kmem_cache {
	unsigned int size;
	void (*constructor)(void *);
	void *free;
};
/* At the start of a slab, which is a page, or of the page before a large object: whose it is. */
struct mark {
	struct kmem_cache *owner;
};

static struct kmem_cache caches[CACHES_MAX], kmallocs[KMALLOC_SIZES];
static unsigned int cache_count;

static struct kmem_cache *cache_new(unsigned int size, unsigned int align, slab_flags_t flags,
				    void (*constructor)(void *))
{
	struct kmem_cache *cache = &caches[cache_count++];

	BUG_ON(cache_count > CACHES_MAX);
	align = max(align, flags & SLAB_HWCACHE_ALIGN ? 64u : 16u);
	cache->size = ALIGN(size, align);
	cache->constructor = constructor;
	return cache;
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
FUNCTION(struct kmem_cache *, kmem_cache_create,
	 (const char *name, unsigned int size, unsigned int align, slab_flags_t flags,
	  void (*constructor)(void *)))
{
	return cache_new(size, align, flags, constructor);
}

FUNCTION(struct kmem_cache *, kmem_cache_create_usercopy,
	 (const char *name, unsigned int size, unsigned int align, slab_flags_t flags,
	  unsigned int offset, unsigned int bytes, void (*constructor)(void *)))
{
	return cache_new(size, align, flags, constructor);
}
#else
FUNCTION(struct kmem_cache *, __kmem_cache_create_args,
	 (const char *name, unsigned int size, struct kmem_cache_args *args, slab_flags_t flags))
{
	return cache_new(size, args->align, flags, args->ctor);
}
#endif

static void **link_of(const struct kmem_cache *cache, void *object)
{
	return object + (cache->constructor ? cache->size : 0);
}

static void give(struct kmem_cache *cache, void *object)
{
	*link_of(cache, object) = cache->free;
	cache->free = object;
}

static bool is_large(const struct kmem_cache *cache)
{
	return cache->size > PAGE_SIZE / 2;
}

/* Where the first object of a slab lies: a power of two is aligned to itself. A large one begins a page of its own. */
static unsigned int first_object(const struct kmem_cache *cache)
{
	if (is_large(cache))
		return PAGE_SIZE;
	return cache->size & (cache->size - 1) ? MARK_BYTES
					       : max(cache->size, (unsigned int)MARK_BYTES);
}

static void slab_fill(struct kmem_cache *cache)
{
	unsigned int step = cache->size + (cache->constructor ? LINK_BYTES : 0);
	unsigned int at = first_object(cache);
	unsigned int bytes = is_large(cache) ? at + step : PAGE_SIZE;
	void *slab = shim_allocate(bytes);

	((struct mark *)slab)->owner = cache;
	for (; at + step <= bytes; at += step) {
		if (cache->constructor)
			cache->constructor(slab + at);
		give(cache, slab + at);
	}
}

static struct kmem_cache *owner_of(void *object)
{
	void *page = (void *)((unsigned long)object & PAGE_MASK);

	return ((struct mark *)(page == object ? page - PAGE_SIZE : page))->owner;
}

static void *take(struct kmem_cache *cache, gfp_t gfp)
{
	void *object;

	if (!cache->free)
		slab_fill(cache);
	object = cache->free;
	cache->free = *link_of(cache, object);
	if (gfp & __GFP_ZERO)
		memset(object, 0, cache->size);
	return object;
}

static void *kmalloc_any(size_t size, gfp_t gfp)
{
	int i = size <= 8 ? 0 : fls64(size - 1) - 3;

	BUG_ON(i >= KMALLOC_SIZES);
	kmallocs[i].size = 8u << i;
	return take(&kmallocs[i], gfp);
}

FUNCTION(void, kmem_cache_free, (struct kmem_cache * cache, void *object))
{
	give(cache, object);
}

FUNCTION(void, kfree, (void *object))
{
	if (!ZERO_OR_NULL_PTR(object))
		give(owner_of(object), object);
}

FUNCTION(void, kmem_cache_free_bulk, (struct kmem_cache * cache, size_t count, void **object))
{
	for (size_t i = 0; i < count; i++)
		give(cache, object[i]);
}

static int bulk_take(struct kmem_cache *cache, gfp_t gfp, size_t count, void **object)
{
	for (size_t i = 0; i < count; i++)
		object[i] = take(cache, gfp);
	return (int)count;
}

/* The names of Linux 6.10 and later, and those before memory was profiled by who allocates it. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
#define NAME(old, new) new
#else
#define NAME(old, new) old
#endif

FUNCTION(void *, NAME(kmem_cache_alloc, kmem_cache_alloc_noprof),
	 (struct kmem_cache * cache, gfp_t gfp))
{
	return take(cache, gfp);
}

FUNCTION(void *, NAME(kmem_cache_alloc_node, kmem_cache_alloc_node_noprof),
	 (struct kmem_cache * cache, gfp_t gfp, int node))
{
	return take(cache, gfp);
}

FUNCTION(void *, NAME(kmem_cache_alloc_lru, kmem_cache_alloc_lru_noprof),
	 (struct kmem_cache * cache, void *lru, gfp_t gfp))
{
	return take(cache, gfp);
}

FUNCTION(int, NAME(kmem_cache_alloc_bulk, kmem_cache_alloc_bulk_noprof),
	 (struct kmem_cache * cache, gfp_t gfp, size_t count, void **object))
{
	return bulk_take(cache, gfp, count, object);
}

FUNCTION(void *, NAME(__kmalloc, __kmalloc_noprof), (size_t size, gfp_t gfp))
{
	return kmalloc_any(size, gfp);
}

FUNCTION(void *, NAME(__kmalloc_node_track_caller, __kmalloc_node_track_caller_noprof),
	 (size_t size, void *caller, gfp_t gfp))
{
	return kmalloc_any(size, gfp);
}

FUNCTION(void *, NAME(kmalloc_trace, __kmalloc_cache_noprof), (void *cache, gfp_t gfp, size_t size))
{
	return kmalloc_any(size, gfp);
}

FUNCTION(void *, NAME(__alloc_percpu, pcpu_alloc_noprof), (size_t bytes))
{
	return shim_allocate(bytes);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
struct kmem_cache *kmalloc_caches[NR_KMALLOC_TYPES][KMALLOC_SHIFT_HIGH + 1];
FUNCTION(void *, __kmalloc_node_noprof, (size_t size, void *caller, gfp_t gfp))
{
	return kmalloc_any(size, gfp);
}
#else
FUNCTION(void *, __kmalloc_track_caller, (size_t size, gfp_t gfp))
{
	return kmalloc_any(size, gfp);
}
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
/* Objects set aside, so that the maple tree cannot fail half-way. */
struct slab_sheaf {
	unsigned int size, capacity;
	void *objects[];
};

FUNCTION(int, kmem_cache_refill_sheaf,
	 (struct kmem_cache * cache, gfp_t gfp, struct slab_sheaf **at, unsigned int size))
{
	struct slab_sheaf *sheaf = *at;

	if (size > sheaf->capacity) {
		sheaf = kmalloc_any(sizeof(*sheaf) + size * sizeof(void *), gfp);
		memcpy(sheaf, *at, sizeof(*sheaf) + (*at)->size * sizeof(void *));
		sheaf->capacity = size;
		function_kfree(*at);
		*at = sheaf;
	}
	if (sheaf->size < size) {
		bulk_take(cache, gfp, size - sheaf->size, sheaf->objects + sheaf->size);
		sheaf->size = size;
	}
	return 0;
}

FUNCTION(struct slab_sheaf *, kmem_cache_prefill_sheaf,
	 (struct kmem_cache * cache, gfp_t gfp, unsigned int size))
{
	struct slab_sheaf *sheaf = kmalloc_any(sizeof(*sheaf) + size * sizeof(void *), gfp);

	sheaf->size = 0;
	sheaf->capacity = size;
	function_kmem_cache_refill_sheaf(cache, gfp, &sheaf, size);
	return sheaf;
}

FUNCTION(void, kmem_cache_return_sheaf,
	 (struct kmem_cache * cache, gfp_t gfp, struct slab_sheaf *sheaf))
{
	function_kmem_cache_free_bulk(cache, sheaf->size, sheaf->objects);
	function_kfree(sheaf);
}

FUNCTION(void *, kmem_cache_alloc_from_sheaf_noprof,
	 (struct kmem_cache * cache, gfp_t gfp, struct slab_sheaf *sheaf))
{
	return sheaf->size ? sheaf->objects[--sheaf->size] : NULL;
}

FUNCTION(unsigned int, kmem_cache_sheaf_size, (struct slab_sheaf * sheaf))
{
	return sheaf->size;
}
#endif
