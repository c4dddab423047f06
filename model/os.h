/* Requests that an op makes of the level below: part of its outcome; their results are inputs. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_OS_H
#define MEMORACLE_MODEL_OS_H

#include <stdint.h>

#include "contract.acsl"

#define OS_EVENTS_MAX 32u /* requests of one op */
#define OS_ARGS 3u

/* Kinds of request. Arguments and results are in the model's terms (DESIGN: pointers are region + offset). */
enum os_kind {
	OS_SBRK = 1,    /* increment (two's complement)          -> old break */
	OS_MMAP,        /* length in bytes, protection           -> address */
	OS_MUNMAP,      /* address, length                       -> 0 */
	OS_MREMAP,      /* address, old length, new length       -> address */
	OS_MADVISE,     /* address, length, advice               -> 0 */
	OS_MPROTECT,    /* address, length, protection           -> 0 */
	OS_WAKE_KSWAPD, /* order                               -> 0 */
	OS_RECLAIM,     /* order, migratetype                    -> pages reclaimed */
};

/* One request. err is 0 or a positive errno; result is 0 when err is set. */
struct os_event {
	uint32_t kind;
	int32_t err;
	uint64_t arg[OS_ARGS];
	uint64_t result;
};

/*
 * struct os - the requests of one op, as the target logged them and as the model made them.
 * The target fills seen[] while it applies the op; the model then asks through os_request(),
 * which logs into want[] and answers with the next recorded result.
 */
struct os {
	uint32_t seen_count;
	uint32_t want_count;
	struct os_event seen[OS_EVENTS_MAX];
	struct os_event want[OS_EVENTS_MAX];
};

/*@
  predicate os_ok(struct os os) = os.seen_count <= OS_EVENTS_MAX && os.want_count <= OS_EVENTS_MAX;
  predicate asks(struct os_event r, integer kind, integer a, integer b, integer c) = // what a request was
    r.kind == kind && r.arg[0] == a && r.arg[1] == b && r.arg[2] == c;
*/

/*
 * os_request() - the model makes the request (@kind, @a, @b, @c).
 * @err: receives 0 or a positive errno.
 * Returns: the recorded result. A request that reality did not make at this place, or with other
 * arguments, is answered with ENOMEM; the comparison of the two logs reports it.
 */
/*@
  requires valid: \valid(os) && \valid(err) && \separated(os, err);
  requires inv:   os_ok(*os);
  TOTAL;
  assigns         os->want_count, os->want[0 .. OS_EVENTS_MAX - 1], *err;
  ensures inv:    os_ok(*os);
  ensures logged: os->want_count == (\old(os->want_count) < OS_EVENTS_MAX ? \old(os->want_count) + 1 : OS_EVENTS_MAX);
  ensures made:   \old(os->want_count) < OS_EVENTS_MAX ==> asks(os->want[\old(os->want_count)], kind, a, b, c);
  ensures before: \forall integer k; 0 <= k < \old(os->want_count) ==> os->want[k] == \old(os->want[k]);
  ensures fail:   *err != 0 ==> \result == 0;
*/
uint64_t os_request(struct os *os, uint32_t kind, uint64_t a, uint64_t b, uint64_t c, int32_t *err);

#endif
