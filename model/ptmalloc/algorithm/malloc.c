/* malloc() and calloc(). */
/* SPDX-License-Identifier: MIT */
#include "malloc.h"
#include "int_malloc.h"
#include "tcache_init.h"

uint32_t ptm_malloc(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
		    uint64_t bytes)
{
	uint32_t u;

	if (bytes > PTM_REQUEST_MAX) {
		FIRE(e, request_max);
		return PTM_NIL;
	}
	ptm_tcache_init(h, e, os, a);
	/*@ assert maps: maps_kept(*e, \at(*e, Pre)); */
	/*@ ghost I: ; */
	u = ptm_cache_get(h, e, ptm_request_units(bytes));
	/*@ assert cached: maps_kept(*e, \at(*e, I)); */
	if (u != PTM_NIL) {
		FIRE(e, tcache_get);
		/*@ assert got: maps_kept(*e, \at(*e, I)); */
		return u;
	}
	return ptm_int_malloc(h, e, os, a, bytes);
}

/* Is @count times @bytes a request that may be served? */
/*@
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> count * bytes <= PTM_REQUEST_MAX;
*/
static bool product_fits(uint64_t count, uint64_t bytes)
{
	uint64_t most;

	if (bytes == 0)
		return true;
	most = PTM_REQUEST_MAX / bytes;
	/*@ assert most: most * bytes <= PTM_REQUEST_MAX < most * bytes + bytes; */
	/*@ assert below: count <= most ==> count * bytes <= most * bytes; */
	/*@ assert above: count > most ==> count * bytes >= (most + 1) * bytes; */
	/*@ assert next: (most + 1) * bytes == most * bytes + bytes; */
	return count <= most;
}

uint32_t ptm_calloc(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a,
		    uint64_t count, uint64_t bytes)
{
	uint64_t total;

	if (!product_fits(count, bytes)) {
		FIRE(e, calloc_overflow);
		return PTM_NIL;
	}
	total = count * bytes;
	ptm_tcache_init(h, e, os, a);
	FIRE(e, calloc_uncached);
	return ptm_int_malloc(h, e, os, a, total);
}
