/* The thread's tcache comes to be. */
/* SPDX-License-Identifier: MIT */
#include "tcache_init.h"
#include "int_malloc.h"
#include "mapped.h"

#define TCACHE_BYTES 640u         /* sizeof(tcache_perthread_struct) */
#define HEAP_MAX_BYTES 0x4000000u /* of a heap of another arena */
#define TCACHE_PAGE_BYTES 656u    /* chunk size of the tcache */

/*
 * The main arena has nothing for a tcache: another arena is tried, whose heap takes four mappings
 * (none of which comes where the first mapping in place of the break did not), then a mapping.
 */
/*@
  requires valid: \valid(e) && \valid(os) && \separated(e, os) && os_ok(*os);
  TOTAL;
  assigns         MAP_FIELDS, e->tcache, e->trace, *os;
  ensures os:     os_ok(*os);
  ENSURES_MAPS;
  ensures block:  e->tcache == PTM_NIL || PTM_MAP0 <= e->tcache < PTM_MAP0 + PTM_MAPS_MAX;
*/
static void tcache_retry(struct ptm_env *e, struct os *os)
{
	int32_t err;

	FIRE(e, tcache_init_retry);
	/*@ loop invariant range: 0 <= i <= 2 && os_ok(*os);
	    loop assigns i, err, *os;
	    loop variant 2 - i; */
	for (int i = 0; i < 2; i++) {
		os_request(os, OS_MMAP, 2 * HEAP_MAX_BYTES, 0, 0, &err);
		os_request(os, OS_MMAP, HEAP_MAX_BYTES, 0, 0, &err);
	}
	e->tcache = ptm_map_new(e, os, TCACHE_PAGE_BYTES);
}

void ptm_tcache_init(struct ptm_heap *h, struct ptm_env *e, struct os *os, uint32_t a)
{
	if (e->tcache != PTM_NIL)
		return;
	FIRE(e, tcache_init);
	TOUCH_SCALARS(e, BREAK);
	e->tcache = ptm_int_malloc(h, e, os, a, TCACHE_BYTES);
	if (e->tcache == PTM_NIL)
		tcache_retry(e, os);
}
